//! `GET /books`: every entry, newest first, by account, invoice, customer, day and words. All of it in the query string,
//! so that any number anywhere can be a door to the entries it counts.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use billing::Currency;
use billing::ledger::Account;
use http::Uri;
use jiff::civil::Date;
use kit::db::Error;
use kit::locale::Locale;

use super::store::{self, Line, Total};
use super::words::{self, Names};
use crate::app::App;
use crate::fields::Fields;
use crate::ledger::chain::EntryRow;
use crate::page::{Choice, Errors, Page, Section};
use crate::paging::{Cursor, Paged, like, query};
use crate::problem::Problem;
use crate::visit::Visit;
use crate::who::Who;

/// Which postings are meant. Everything empty means everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// The stored word of an account.
    pub account: String,
    /// The id of an invoice.
    pub invoice: String,
    /// The id of a customer.
    pub customer: String,
    /// The first day, `YYYY-MM-DD`.
    pub from: String,
    /// The last day.
    pub until: String,
    /// Words of the memo or of the subject.
    pub words: String,
}

impl Filter {
    /// Reads a query. A day that is none is left out rather than half understood.
    pub fn read(query: &Fields) -> Filter {
        let day = |name: &str| {
            let typed = query.get(name).parse::<Date>();
            typed.map_or_else(|_| String::new(), |day| day.to_string())
        };
        let account = Account::parse(&query.get("account"));
        Filter {
            account: account.map(|account| account.code()).unwrap_or_default(),
            invoice: query.get("invoice"),
            customer: query.get("customer"),
            from: day("from"),
            until: day("until"),
            words: query.get("q"),
        }
    }

    /// The address of the journal under this filter; ends in `?` or `&`.
    pub fn base(&self) -> String {
        query(
            "/books",
            &[
                ("account", &self.account),
                ("invoice", &self.invoice),
                ("customer", &self.customer),
                ("from", &self.from),
                ("until", &self.until),
                ("q", &self.words),
            ],
        )
    }

    /// The same, to be followed.
    pub fn href(&self) -> String {
        self.base().trim_end_matches(['?', '&']).to_owned()
    }

    /// What `like` looks for.
    pub(super) fn like(&self) -> String {
        like(&self.words)
    }

    fn is_empty(&self) -> bool {
        *self == Filter::default()
    }
}

#[derive(Template)]
#[template(path = "books/journal.html")]
struct View {
    page: Page,
    errors: Errors,
    filter: Filter,
    accounts: Vec<Choice>,
    sums: Vec<SumLine>,
    rows: Vec<Row>,
    back: String,
    on: String,
    is_new: bool,
}

/// What the account asked for comes to in one currency.
struct SumLine {
    debit: String,
    credit: String,
    balance: String,
}

struct Row {
    href: String,
    title: String,
    memo: String,
    accounts: String,
    date: String,
    date_iso: String,
    amount: String,
}

pub(super) async fn get(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    uri: Uri,
) -> Result<Response, Problem> {
    let asked = Fields::of_query(&uri);
    let (filter, cursor) = (Filter::read(&asked), Cursor::read(&asked));
    let page = visit.page(&who).within(Section::Books);
    let l = page.l;
    let (scope, narrowed, at) = (who.scope.clone(), filter.clone(), cursor.clone());
    let (names, found, sums, used) = app
        .db()
        .read(move |tx| {
            let names = words::names(tx, &scope)?;
            let mut rows = Vec::new();
            for entry in store::list_journal(tx, &scope, &narrowed, &at)? {
                let lines = store::list_lines(tx, &entry.id)?;
                rows.push((entry.seq.to_string(), entry, lines));
            }
            // Without an account there is no sum to tell: debits are credits.
            let sums = if narrowed.account.is_empty() {
                Vec::new()
            } else {
                store::list_totals(tx, &scope, &narrowed)?
            };
            Ok::<_, Error>((names, rows, sums, store::list_accounts(tx, &scope)?))
        })
        .await?;
    let paged = Paged::new(found, &cursor, |(seq, ..)| seq);
    let (back, on) = paged.links(&filter.base());
    let rows = paged
        .rows
        .iter()
        .map(|(_, entry, lines)| row(l, &names, &filter, entry, lines))
        .collect();
    let title = l.t("books-title").into_owned();
    let view = View {
        accounts: account_choices(l, &names, &used),
        sums: sums.iter().map(|sum| sum_line(l, sum)).collect(),
        is_new: used.is_empty() && filter.is_empty(),
        errors: Errors::new(),
        page: page.titled(title),
        filter,
        rows,
        back,
        on,
    };
    Ok(view.page.ok(&view))
}

fn account_choices(l: Locale, names: &Names, used: &[String]) -> Vec<Choice> {
    let seen: BTreeSet<&String> = used.iter().collect();
    let mut choices: Vec<Choice> = seen
        .into_iter()
        .map(|code| Choice::new(code.as_str(), names.account(l, code)))
        .collect();
    choices.sort_by(|a, b| a.label.cmp(&b.label));
    choices.insert(0, Choice::new("", l.t("books-all-accounts").into_owned()));
    choices
}

fn sum_line(l: Locale, sum: &Total) -> SumLine {
    let money = |minor| money(l, minor, &sum.currency);
    SumLine {
        debit: money(sum.debit_minor),
        credit: money(sum.credit_minor),
        balance: money(sum.balance_minor()),
    }
}

fn row(l: Locale, names: &Names, filter: &Filter, entry: &EntryRow, lines: &[Line]) -> Row {
    let side = |debit: bool| {
        let mut all: Vec<String> = Vec::new();
        for line in lines.iter().filter(|p| (p.amount_minor > 0) == debit) {
            let name = names.account(l, &line.account);
            if !all.contains(&name) {
                all.push(name);
            }
        }
        all.join(", ")
    };
    let date: Option<Date> = entry.date.parse().ok();
    Row {
        href: format!("/books/entries/{}", entry.id),
        title: words::kind(l, &entry.kind),
        memo: entry.memo.clone(),
        accounts: format!("{} ← {}", side(true), side(false)),
        date: date.map(|day| l.date_medium(day)).unwrap_or_default(),
        date_iso: entry.date.clone(),
        amount: amount(l, filter, lines),
    }
}

/// What the entry moves: with an account asked for, in that account, debits above zero; else the sum of its debits.
fn amount(l: Locale, filter: &Filter, lines: &[Line]) -> String {
    let counted = |line: &&Line| {
        if filter.account.is_empty() {
            line.amount_minor > 0
        } else {
            line.account == filter.account
        }
    };
    let mut sums: BTreeMap<&str, i64> = BTreeMap::new();
    for line in lines.iter().filter(counted) {
        *sums.entry(&line.currency).or_default() += line.amount_minor;
    }
    let texts: Vec<String> = sums
        .into_iter()
        .map(|(currency, minor)| money(l, minor, currency))
        .collect();
    texts.join(" · ")
}

/// An amount of the ledger, with the code of its currency: books hold several, and `$` is one of many.
pub(super) fn money(l: Locale, minor: i64, currency: &str) -> String {
    let exponent = Currency::parse(currency).map_or(2, Currency::exponent);
    l.money_with_code(minor, currency, exponent)
}
