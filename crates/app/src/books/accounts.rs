//! `GET /books/accounts`: every account and what it comes to, up to a day or between two. Debits equal credits at the
//! foot of each currency.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use billing::ledger::Account;
use http::Uri;
use kit::db::Error;
use kit::locale::Locale;

use super::journal::{Filter, money};
use super::store::{self, Total};
use super::words::{self, Names};
use crate::app::App;
use crate::fields::Fields;
use crate::page::{Errors, Page, Section};
use crate::problem::Problem;
use crate::visit::Visit;
use crate::who::Who;

#[derive(Template)]
#[template(path = "books/accounts.html")]
struct View {
    page: Page,
    errors: Errors,
    filter: Filter,
    books: Vec<Book>,
}

/// One currency: its accounts and its foot.
struct Book {
    currency: String,
    lines: Vec<Line>,
    debit: String,
    credit: String,
}

struct Line {
    name: String,
    nature: String,
    href: String,
    debit: String,
    credit: String,
    balance: String,
}

pub(super) async fn get(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    uri: Uri,
) -> Result<Response, Problem> {
    let asked = Filter::read(&Fields::of_query(&uri));
    let filter = Filter {
        from: asked.from,
        until: asked.until,
        ..Filter::default()
    };
    let page = visit.page(&who).within(Section::Books);
    let (scope, narrowed) = (who.scope.clone(), filter.clone());
    let (names, sums) = app
        .db()
        .read_slow(move |tx| {
            let names = words::names(tx, &scope)?;
            Ok::<_, Error>((names, store::list_totals(tx, &scope, &narrowed)?))
        })
        .await?;
    let title = page.l.t("books-accounts").into_owned();
    let view = View {
        books: books(page.l, &names, &filter, sums),
        errors: Errors::new(),
        page: page.titled(title),
        filter,
    };
    Ok(view.page.ok(&view))
}

fn books(l: Locale, names: &Names, filter: &Filter, mut sums: Vec<Total>) -> Vec<Book> {
    sums.sort_by_key(|sum| {
        (
            sum.currency.clone(),
            place(&sum.account),
            sum.account.clone(),
        )
    });
    let mut books: Vec<Book> = Vec::new();
    for of_one in sums.chunk_by(|a, b| a.currency == b.currency) {
        let Some(currency) = of_one.first().map(|sum| sum.currency.as_str()) else {
            continue;
        };
        let total = |part: fn(&Total) -> i64| money(l, of_one.iter().map(part).sum(), currency);
        books.push(Book {
            currency: currency.to_owned(),
            lines: of_one
                .iter()
                .map(|sum| line(l, names, filter, sum))
                .collect(),
            debit: total(|sum| sum.debit_minor),
            credit: total(|sum| sum.credit_minor),
        });
    }
    books
}

/// In the order of a trial balance.
fn place(code: &str) -> (usize, usize) {
    let account = Account::parse(code);
    let nature = account.as_ref().map_or(9, |a| a.nature() as usize);
    let within = Account::plain().position(|each| Some(&each) == account.as_ref());
    (nature, within.unwrap_or(50))
}

fn line(l: Locale, names: &Names, filter: &Filter, sum: &Total) -> Line {
    let door = Filter {
        account: sum.account.clone(),
        ..filter.clone()
    };
    Line {
        name: names.account(l, &sum.account),
        nature: words::nature(l, &sum.account),
        href: door.href(),
        debit: money(l, sum.debit_minor, &sum.currency),
        credit: money(l, sum.credit_minor, &sum.currency),
        balance: money(l, sum.balance_minor(), &sum.currency),
    }
}
