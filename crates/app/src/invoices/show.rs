//! `GET /invoices/{id}`: what was issued, where it stands, what happened to it. No inputs: nothing of it changes.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use billing::currency::Currency;
use billing::invoice::state::InvoiceState;
use billing::money::Money;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use kit::db::Error;
use kit::locale::{self, Locale};

use super::einvoice;
use super::frozen::Frozen;
use super::history::{self, Past};
use super::link::{self, Link};
use super::paper::Paper;
use super::row::{Listed, Row};
use super::store::{self, Kept};
use super::track::{Step, track};
use crate::app::App;
use crate::cards::plan::{self, Plan};
use crate::ledger::of_customer;
use crate::page::{Page, Section};
use crate::problem::Problem;
use crate::visit::{Visit, see_other};
use crate::who::Who;

#[derive(Template)]
#[template(path = "invoices/show.html")]
struct Show {
    page: Page,
    id: String,
    row: Row,
    /// Days between today and the due date in words; empty when nothing is owed.
    distance: String,
    paper: Paper,
    /// Whether an e-invoice is offered, or what it lacks is told.
    einvoice: Einvoice,
    url: String,
    link_unreadable: bool,
    sent: bool,
    payments: Vec<Applied>,
    /// The customer's credit, where it can be used here; else empty.
    credit: String,
    /// Whether money can be recorded for it.
    can_record: bool,
    /// Whether something of it can be taken back.
    can_credit: bool,
    /// Whether it can be given up.
    can_give_up: bool,
    /// What stands in its place: address and words.
    replaced_by: Option<(String, String)>,
    track: Vec<Step>,
    /// What autopay means to do; empty for nothing.
    autopay: String,
    history: Vec<Event>,
}

#[derive(Template)]
#[template(path = "invoices/print.html")]
struct Print {
    page: Page,
    paper: Paper,
}

/// The invoice as data, on its page.
#[derive(Debug, PartialEq, Eq)]
enum Einvoice {
    Offered,
    /// Sentences that say what is missing.
    Lacking(Vec<String>),
    /// Nobody here expects one.
    Unasked,
}

impl Einvoice {
    fn of(frozen: &Frozen, l: Locale) -> Einvoice {
        match einvoice::einvoice(frozen, l, "") {
            Ok(_) => Einvoice::Offered,
            Err(lacks) if einvoice::is_expected(frozen) => {
                Einvoice::Lacking(lacks.into_iter().map(|key| l.t(key).into_owned()).collect())
            }
            Err(_) => Einvoice::Unasked,
        }
    }
}

struct Applied {
    /// Payment, credit, taken back …
    what: String,
    amount: String,
    when: String,
    /// Address and word of what can be done or seen; none where there is nothing.
    doors: Vec<(String, String)>,
}

struct Event {
    text: String,
    when: String,
    iso: String,
}

/// An issued invoice and everything its page shows of it.
struct Found {
    kept: Kept,
    frozen: Frozen,
    link: Link,
    history: Vec<Past>,
    allocations: Vec<store::AppliedRow>,
    /// The customer's credit in this currency.
    credit: Money,
    plan: Option<Plan>,
    /// What stands in its place: its id, and its number where it is no draft.
    replaced_by: Option<(String, String)>,
}

pub(super) async fn get(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let Some(found) = load(&app, &who, &id).await? else {
        return Ok(see_other(&format!("/invoices/{id}/edit")));
    };
    let page = visit.page(&who).within(Section::Invoices);
    let (l, zone) = (page.l, who.zone());
    let today = app.clock().today_in(&zone);
    let row = Row::new(&listed(&found)?, l, today)?;
    let owed = found.kept.state == InvoiceState::Open;
    let days = found
        .frozen
        .due_date
        .since(today)
        .map_or(0, |span| i64::from(span.get_days()));
    let frozen = &found.frozen;
    let applied = |row: &store::AppliedRow| Applied {
        what: l.t(what(row)).into_owned(),
        amount: frozen.money(l, row.minor),
        when: when(l, row.at, &zone),
        doors: doors(row, l),
    };
    let title = l
        .t1("invoices-show-title", "number", frozen.number.as_str())
        .into_owned();
    let view = Show {
        distance: if owed {
            l.relative_days(days)
        } else {
            String::new()
        },
        credit: if owed && found.credit.is_positive() {
            frozen.money(l, found.credit.minor())
        } else {
            String::new()
        },
        autopay: match &found.plan {
            Some(plan) if owed => plan::words(l, plan),
            _ => String::new(),
        },
        can_record: found.kept.state != InvoiceState::Void,
        can_credit: found.kept.state != InvoiceState::Void
            && found.kept.sums.credited < found.kept.total_minor,
        can_give_up: owed && found.kept.sums.applied < found.kept.total_minor,
        replaced_by: found.replaced_by.map(|(id, number)| {
            let words = if number.is_empty() {
                l.t("invoices-replaced-by-draft").into_owned()
            } else {
                l.t1("invoices-replaced-by", "number", number).into_owned()
            };
            (format!("/invoices/{id}"), words)
        }),
        paper: Paper::new(frozen, l),
        einvoice: Einvoice::of(frozen, l),
        payments: found.allocations.iter().map(applied).collect(),
        track: track(&found.kept, app.now_ms(), l, &zone),
        history: found
            .history
            .iter()
            .map(|past| event(past, l, &zone))
            .collect(),
        link_unreadable: found.link == Link::Unreadable,
        url: match found.link {
            Link::Open(_, url) => url,
            Link::None | Link::Unreadable => String::new(),
        },
        sent: found.kept.sent_at.is_some(),
        page: page.titled(title),
        id,
        row,
    };
    Ok(view.page.ok(&view))
}

/// The paper alone, in the language it was issued in, whatever the seller reads.
pub(super) async fn print(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let Some(found) = load(&app, &who, &id).await? else {
        return Ok(see_other(&format!("/invoices/{id}/edit")));
    };
    let mut page = visit.page(&who);
    page.l = found.frozen.locale();
    let title = page
        .l
        .t1(
            "invoices-show-title",
            "number",
            found.frozen.number.as_str(),
        )
        .into_owned();
    let view = Print {
        paper: Paper::new(&found.frozen, page.l),
        page: page.titled(title),
    };
    Ok(view.page.ok(&view))
}

async fn load(app: &App, who: &Who, id: &str) -> Result<Option<Found>, Problem> {
    let (scope, hands, id) = (who.scope.clone(), app.clone(), id.to_owned());
    let read = move |tx: &mut kit::db::Tx<'_>| {
        let kept = store::find(tx, &scope, &id)?.ok_or(Error::NoRow)?;
        let Some(text) = kept.frozen.clone() else {
            return Ok(None);
        };
        Ok::<_, Error>(Some(Found {
            frozen: Frozen::read(&text)?,
            link: link::of_invoice(tx, &hands, &id)?,
            history: history::list(tx, &id)?,
            allocations: store::list_allocations(tx, &id)?,
            plan: plan::find(tx, &id)?,
            replaced_by: store::find_replacing(tx, &scope, &id)?,
            credit: of_customer::credit(tx, &scope, &kept.customer_id, currency(&text)?)?,
            kept,
        }))
    };
    Ok(app.db().read(read).await?)
}

fn currency(frozen: &str) -> Result<Currency, Error> {
    Currency::parse(&Frozen::read(frozen)?.currency)
        .map_err(|_| Error::Shape("a frozen invoice has no currency".into()))
}

/// What settled or reopened the claim, as the key of its name.
fn what(row: &store::AppliedRow) -> &'static str {
    match row.source_kind.as_str() {
        "credit" if row.minor < 0 => locale::key("invoices-applied-freed"),
        "payment" => locale::key("invoices-applied-payment"),
        "credit" => locale::key("invoices-applied-credit"),
        "deposit" => locale::key("invoices-applied-deposit"),
        "credit_note" => locale::key("invoices-applied-credit-note"),
        "refund" => locale::key("invoices-applied-refund"),
        "dispute" => locale::key("invoices-applied-dispute"),
        "write_off" => locale::key("invoices-applied-write-off"),
        _ => locale::key("invoices-applied-reversal"),
    }
}

/// From a payment to its page and the way to give it back, from what was taken back the way to what took it.
fn doors(row: &store::AppliedRow, l: Locale) -> Vec<(String, String)> {
    let id = row.source_id.trim_end_matches("-won");
    let doors = match row.source_kind.as_str() {
        "payment" => vec![
            (format!("/payments/{id}"), locale::key("view")),
            (
                format!("/payments/{id}/refund"),
                locale::key("invoices-give-back"),
            ),
        ],
        "refund" => vec![(format!("/refunds/{id}"), locale::key("invoices-see-refund"))],
        "dispute" => vec![(
            format!("/disputes/{id}"),
            locale::key("invoices-see-dispute"),
        )],
        "credit_note" => vec![(
            format!("/credit-notes/{id}"),
            locale::key("invoices-see-credit-note"),
        )],
        "credit" if row.minor > 0 => vec![(
            format!("/credit/{id}/take-back"),
            locale::key("invoices-credit-take-back"),
        )],
        _ => Vec::new(),
    };
    let said = |(href, word): (String, &str)| (href, l.t(word).into_owned());
    doors.into_iter().map(said).collect()
}

fn listed(found: &Found) -> Result<Listed, Error> {
    let (k, f) = (&found.kept, &found.frozen);
    Ok(Listed {
        id: k.id.clone(),
        state: k.state,
        number: f.number.clone(),
        customer: f.buyer.name.clone(),
        currency: Currency::parse(&f.currency)
            .map_err(|_| Error::Shape("a frozen invoice has no currency".into()))?,
        due_date: k.due_date,
        total_minor: k.total_minor,
        sums: k.sums,
        dispute_due_at: k.dispute_due_at,
        reference: k.reference.clone(),
    })
}

fn event(past: &Past, l: Locale, zone: &TimeZone) -> Event {
    let instant = Timestamp::from_millisecond(past.at).unwrap_or_default();
    Event {
        text: history::words(past, l),
        when: l.date_time(instant, zone),
        iso: instant.to_string(),
    }
}

fn when(l: Locale, at: i64, zone: &TimeZone) -> String {
    l.date_medium(
        zone.to_datetime(Timestamp::from_millisecond(at).unwrap_or_default())
            .date(),
    )
}
