//! `GET /books/entries/{id}`: one entry, its lines, why it is there, and its place in the chain.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use jiff::Timestamp;
use jiff::civil::Date;
use kit::db::Error;
use kit::locale::Locale;

use super::journal::{Filter, money};
use super::store::{self, Heard, Line, Paid};
use super::words::{self, Names};
use crate::app::App;
use crate::ledger::chain::{self, EntryRow};
use crate::page::{Page, Section};
use crate::problem::Problem;
use crate::visit::Visit;
use crate::who::Who;

#[derive(Template)]
#[template(path = "books/entry.html")]
struct View {
    page: Page,
    memo: String,
    date: String,
    date_iso: String,
    why: Vec<Why>,
    lines: Vec<PostingLine>,
    written: String,
    subject: String,
    seq: String,
    hash: String,
    previous: String,
    holds: bool,
}

/// One reason the entry is there, with a door where there is one.
struct Why {
    name: String,
    value: String,
    href: String,
}

struct PostingLine {
    account: String,
    href: String,
    invoice: String,
    invoice_href: String,
    debit: String,
    credit: String,
}

struct Facts {
    entry: EntryRow,
    lines: Vec<Line>,
    paid: Option<Paid>,
    heard: Vec<Heard>,
    names: Names,
    holds: bool,
}

pub(super) async fn get(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let page = visit.page(&who).within(Section::Books);
    let l = page.l;
    let scope = who.scope.clone();
    let facts = app
        .db()
        .read(move |tx| {
            let entry = store::find_entry(tx, &scope, &id)?.ok_or(Error::NoRow)?;
            let paid = store::find_payment_behind(tx, &scope, &entry.subject)?;
            let heard = match &paid {
                Some(paid) => store::list_heard(tx, &scope, &paid.intent_id, &paid.charge_id)?,
                None => store::list_heard(tx, &scope, &entry.subject, &entry.subject)?,
            };
            Ok::<_, Error>(Facts {
                lines: store::list_lines(tx, &entry.id)?,
                holds: chain::holds(tx, &entry)?,
                names: words::names(tx, &scope)?,
                entry,
                paid,
                heard,
            })
        })
        .await?;
    let entry = &facts.entry;
    let day: Option<Date> = entry.date.parse().ok();
    let view = View {
        why: why(l, &who, &facts),
        lines: facts
            .lines
            .iter()
            .map(|line| posting(l, &facts.names, line))
            .collect(),
        date: day.map(|day| l.date_long(day)).unwrap_or_default(),
        date_iso: entry.date.clone(),
        written: at(l, &who, entry.created_at),
        seq: l.integer(entry.seq),
        hash: entry.hash.clone(),
        previous: entry.previous_hash.clone(),
        memo: entry.memo.clone(),
        subject: entry.subject.clone(),
        holds: facts.holds,
        page: page.titled(words::kind(l, &entry.kind)),
    };
    Ok(view.page.ok(&view))
}

fn at(l: Locale, who: &Who, ms: i64) -> String {
    let instant = Timestamp::from_millisecond(ms).unwrap_or_default();
    l.date_time(instant, &who.zone())
}

fn why(l: Locale, who: &Who, facts: &Facts) -> Vec<Why> {
    let mut all: Vec<Why> = Vec::new();
    let mut add = |name: &str, value: &str, href: String| {
        let known = all.iter().any(|w| w.value == value && w.href == href);
        if !value.is_empty() && !known {
            all.push(Why {
                name: name.to_owned(),
                value: value.to_owned(),
                href,
            });
        }
    };
    for line in &facts.lines {
        if let (Some(id), Some(number)) = (&line.invoice_id, &line.invoice) {
            add(&l.t("books-why-invoice"), number, format!("/invoices/{id}"));
        }
    }
    for line in &facts.lines {
        if let (Some(id), Some(name)) = (&line.customer_id, &line.customer) {
            add(&l.t("books-why-customer"), name, format!("/customers/{id}"));
        }
    }
    if let Some(paid) = &facts.paid {
        let amount = money(l, paid.amount_minor, &paid.currency);
        let when = at(l, who, paid.received_at);
        let text = l.t2("books-why-paid", "amount", amount, "when", when);
        let href = paid
            .invoice_id
            .as_ref()
            .map(|id| format!("/invoices/{id}/record"));
        add(&l.t("books-why-payment"), &text, href.unwrap_or_default());
        add(&l.t("books-why-at-stripe"), &paid.charge_id, String::new());
    }
    for heard in &facts.heard {
        let text = format!("{} · {}", heard.kind, at(l, who, heard.received_at));
        add(&l.t("books-why-event"), &text, String::new());
    }
    all
}

fn posting(l: Locale, names: &Names, p: &Line) -> PostingLine {
    let shown = money(l, p.amount_minor.abs(), &p.currency);
    let (debit, credit) = if p.amount_minor > 0 {
        (shown, String::new())
    } else {
        (String::new(), shown)
    };
    let account = Filter {
        account: p.account.clone(),
        ..Filter::default()
    };
    PostingLine {
        account: names.account(l, &p.account),
        href: account.href(),
        invoice: p.invoice.clone().unwrap_or_default(),
        invoice_href: p
            .invoice_id
            .as_ref()
            .map(|id| format!("/invoices/{id}"))
            .unwrap_or_default(),
        debit,
        credit,
    }
}
