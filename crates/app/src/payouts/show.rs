//! `GET /payouts/{id}`: each invoice, fee, refund and dispute inside a payout, and the line that proves the deposit.

use std::borrow::Cow;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use billing::ledger::ReportingCategory;
use billing::payout::{Breakdown, Proof};
use http::Uri;
use jiff::Timestamp;
use jiff::civil::Date;
use kit::db::{Error, Tx};
use kit::locale::{self, Locale};

use super::list::chip;
use super::pull::{is_own_line, member};
use super::store::{self, Payout};
use crate::amount::in_words as money;
use crate::app::App;
use crate::balance::{self, Line};
use crate::fields::Fields;
use crate::page::{Chip, Errors, Page, Section};
use crate::payments;
use crate::problem::Problem;
use crate::visit::Visit;
use crate::who::{Scope, Who};

/// Lines on one page; the sums are of all of them, whatever page is shown.
const SHOWN: usize = 100;

#[derive(Template)]
#[template(path = "payouts/show.html")]
struct Show {
    page: Page,
    errors: Errors,
    id: String,
    chip: Chip,
    amount: String,
    arrival: String,
    facts: Vec<(String, String)>,
    failure: String,
    parts: Vec<(String, String)>,
    deposit: String,
    proof_kind: &'static str,
    proof: String,
    count: String,
    rows: Vec<Row>,
    back: String,
    on: String,
    found: String,
    can_be_found: bool,
    can_be_taken_back: bool,
    found_on: String,
}

struct Row {
    what: String,
    href: String,
    note: String,
    gross: String,
    fee: String,
    net: String,
}

struct Facts {
    payout: Payout,
    lines: Vec<Line>,
}

pub(super) async fn get(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    Path(id): Path<String>,
    uri: Uri,
) -> Result<Response, Problem> {
    let from = Fields::of_query(&uri).get("from");
    let from = from.parse::<usize>().unwrap_or(0);
    let facts = load(&app, &who, &id).await?;
    let today = app.clock().today_in(&who.zone());
    // The day it should have arrived is the likeliest; a day to come cannot be on a statement.
    let proposed = facts.payout.arrival.min(today).to_string();
    let view = view(&app, &visit, &who, facts, from, proposed, Errors::new()).await?;
    Ok(view.page.ok(&view))
}

/// The page again with what was typed for the day, and what is wrong with it.
pub(super) async fn answer_typed(
    app: &App,
    visit: &Visit,
    who: &Who,
    id: &str,
    typed: &str,
    why: Cow<'static, str>,
) -> Result<Response, Problem> {
    let facts = load(app, who, id).await?;
    let mut errors = Errors::new();
    errors.add("found_on", why);
    let mut view = view(app, visit, who, facts, 0, typed.to_owned(), errors.clone()).await?;
    view.page = view.page.with_errors(&errors);
    Ok(view.page.unprocessable(&view))
}

async fn load(app: &App, who: &Who, id: &str) -> Result<Facts, Problem> {
    let (scope, id) = (who.scope.clone(), id.to_owned());
    let read = move |tx: &mut Tx<'_>| {
        let payout = store::find_payout(tx, &scope, &id)?.ok_or(Error::NoRow)?;
        let lines = balance::of_payout(tx, &scope, &id)?;
        Ok::<_, Error>(Facts { payout, lines })
    };
    Ok(app.db().read(read).await?)
}

async fn view(
    app: &App,
    visit: &Visit,
    who: &Who,
    facts: Facts,
    from: usize,
    found_on: String,
    errors: Errors,
) -> Result<Show, Problem> {
    let page = visit.page(who).within(Section::Books);
    let l = page.l;
    let Facts { payout, lines } = facts;
    let today = app.clock().today_in(&who.zone());
    let inside: Vec<Line> = lines
        .into_iter()
        .filter(|line| !is_own_line(line, &payout.id))
        .collect();
    let currency = payout.amount.currency();
    let breakdown =
        Breakdown::of(currency, inside.iter().map(member)).map_err(Problem::internal)?;
    let shown: Vec<Line> = inside.iter().skip(from).take(SHOWN).cloned().collect();
    let rows = doors(app, &who.scope, l, shown).await?;
    let link = |at: usize| format!("/payouts/{}?from={at}", payout.id);
    let title = l.t1("payout-of", "date", l.date_long(payout.arrival).as_str());
    let page = page.titled(title.into_owned());
    Ok(Show {
        chip: chip(&payout),
        amount: money(l, payout.amount),
        arrival: arrival(l, &payout, today),
        facts: told(l, &payout, who),
        failure: failure(l, &payout),
        parts: parts(l, &breakdown),
        deposit: money(l, breakdown.net),
        proof_kind: proof_kind(&payout),
        proof: proof(l, &payout, &breakdown),
        count: l.integer(inside.len() as i64),
        rows,
        back: if from > 0 {
            link(from.saturating_sub(SHOWN))
        } else {
            String::new()
        },
        on: if inside.len() > from + SHOWN {
            link(from + SHOWN)
        } else {
            String::new()
        },
        found: payout.found_on.map_or(String::new(), |on| {
            l.t2(
                "payout-found-on",
                "date",
                l.date_long(on).as_str(),
                "name",
                payout.found_by.as_str(),
            )
            .into_owned()
        }),
        can_be_found: payout.found_on.is_none() && !payout.status.came_back(),
        can_be_taken_back: payout.found_on.is_some(),
        found_on,
        id: payout.id,
        errors,
        page,
    })
}

fn arrival(l: Locale, p: &Payout, today: Date) -> String {
    let key = match p.status {
        _ if p.status.came_back() => return String::new(),
        _ if p.arrival > today => locale::key("payout-arrives"),
        _ => locale::key("payout-arrived"),
    };
    l.t1(key, "date", l.date_long(p.arrival).as_str())
        .into_owned()
}

fn told(l: Locale, p: &Payout, who: &Who) -> Vec<(String, String)> {
    let made = Timestamp::from_millisecond(p.created_at).unwrap_or_default();
    let mut facts = vec![
        (
            l.t("payout-made").into_owned(),
            l.date_time(made, &who.zone()),
        ),
        (
            l.t("payout-way").into_owned(),
            l.t(if p.automatic {
                locale::key("payout-way-schedule")
            } else {
                locale::key("payout-way-by-hand")
            })
            .into_owned(),
        ),
    ];
    let mut add = |name: &'static str, value: &str| {
        if !value.is_empty() {
            facts.push((l.t(name).into_owned(), value.to_owned()));
        }
    };
    add(locale::key("payout-descriptor"), &p.descriptor);
    add(locale::key("payout-trace"), &p.trace);
    add(locale::key("payout-id"), &p.id);
    facts
}

fn failure(l: Locale, p: &Payout) -> String {
    if !p.status.came_back() {
        return String::new();
    }
    if p.failure_message.is_empty() {
        return l.t("payout-failed-plain").into_owned();
    }
    l.t1("payout-failed", "why", p.failure_message.as_str())
        .into_owned()
}

/// The sum as it is read: what came in, what went out, what is left. Parts of nothing are left out, but for the first.
fn parts(l: Locale, b: &Breakdown) -> Vec<(String, String)> {
    let all = [
        (locale::key("payout-part-charges"), b.charges),
        (locale::key("payout-part-refunds"), b.refunds),
        (locale::key("payout-part-disputes"), b.disputes),
        (locale::key("payout-part-fees"), b.fees),
        (locale::key("payout-part-other"), b.other),
    ];
    all.into_iter()
        .enumerate()
        .filter(|(at, (_, amount))| *at == 0 || !amount.is_zero())
        .map(|(_, (name, amount))| (l.t(name).into_owned(), money(l, amount)))
        .collect()
}

fn proof_kind(p: &Payout) -> &'static str {
    match p.proof.as_str() {
        "proved" => "positive",
        "off" => "negative",
        _ => "neutral",
    }
}

fn proof(l: Locale, p: &Payout, b: &Breakdown) -> String {
    match b.proof(p.amount, p.told) {
        Ok(Proof::Proved) => l
            .t1("payout-proved", "amount", money(l, p.amount).as_str())
            .into_owned(),
        Ok(Proof::Off { sum, difference }) => l
            .ta(
                "payout-off",
                &[
                    ("sum", money(l, sum).as_str().into()),
                    ("amount", money(l, p.amount).as_str().into()),
                    ("difference", money(l, difference).as_str().into()),
                ],
            )
            .into_owned(),
        Ok(Proof::NotTold) => l.t("payout-not-told").into_owned(),
        Ok(Proof::NotYet) | Err(_) => l.t("payout-not-yet").into_owned(),
    }
}

/// Each line with the door to what is behind it.
async fn doors(app: &App, scope: &Scope, l: Locale, lines: Vec<Line>) -> Result<Vec<Row>, Problem> {
    let scope = scope.clone();
    let read = move |tx: &mut Tx<'_>| {
        let mut rows = Vec::with_capacity(lines.len());
        for line in &lines {
            rows.push(row(tx, &scope, l, line)?);
        }
        Ok::<_, Error>(rows)
    };
    Ok(app.db().read(read).await?)
}

fn row(tx: &mut Tx<'_>, scope: &Scope, l: Locale, line: &Line) -> Result<Row, Error> {
    let behind = payments::find_behind(tx, scope, &line.source)?;
    let kind = l.t(kind_word(&line.reporting_category())).into_owned();
    let (what, href, note) = match behind {
        Some(behind) => (
            behind.number.clone(),
            format!("/invoices/{}", behind.invoice_id),
            format!("{kind}, {}", behind.customer),
        ),
        None => (kind, String::new(), words(line)),
    };
    let note = match line.paid {
        Some(paid) if !line.exchange_rate.is_empty() => {
            let words = l.t2(
                "payout-line-exchanged",
                "amount",
                money(l, paid),
                "rate",
                l.decimal(&line.exchange_rate),
            );
            format!("{note} · {words}")
        }
        _ => note,
    };
    Ok(Row {
        what,
        href,
        note,
        gross: money(l, line.amount),
        fee: if line.fee.is_zero() {
            String::new()
        } else {
            money(l, -line.fee)
        },
        net: money(l, line.net),
    })
}

fn words(line: &Line) -> String {
    if line.description.is_empty() {
        line.source.clone()
    } else {
        line.description.clone()
    }
}

/// What kind of movement it is, in words.
pub(super) fn kind_word(category: &ReportingCategory) -> &'static str {
    match category {
        ReportingCategory::Charge => locale::key("line-charge"),
        ReportingCategory::ChargeFailure => locale::key("line-charge-failure"),
        ReportingCategory::Refund | ReportingCategory::PartialCaptureReversal => {
            locale::key("line-refund")
        }
        ReportingCategory::RefundFailure => locale::key("line-refund-failure"),
        ReportingCategory::Dispute => locale::key("line-dispute"),
        ReportingCategory::DisputeReversal => locale::key("line-dispute-reversal"),
        ReportingCategory::Fee => locale::key("line-fee"),
        ReportingCategory::Tax => locale::key("line-tax"),
        ReportingCategory::Payout => locale::key("line-payout"),
        ReportingCategory::PayoutReversal => locale::key("line-payout-reversal"),
        ReportingCategory::TopUp | ReportingCategory::TopUpReversal => locale::key("line-top-up"),
        ReportingCategory::ReservedFunds => locale::key("line-reserve"),
        ReportingCategory::Exchange => locale::key("line-exchange"),
        ReportingCategory::Other(_) => locale::key("line-unknown"),
    }
}
