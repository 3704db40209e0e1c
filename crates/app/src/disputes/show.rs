//! `/disputes/{id}`: what happened, what it costs, until when, what to do.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use billing::dispute::DisputeStatus;
use jiff::Timestamp;
use kit::db::{Error, Tx};
use kit::locale;

use super::ask;
use super::{Act, DisputeRow, PAPER_FIELD, store, words};
use crate::app::App;
use crate::customers;
use crate::invoices::claim;
use crate::page::{Chip, Page, Section};
use crate::payments::back;
use crate::payments::booked::{self, Booked};
use crate::problem::Problem;
use crate::visit::{Visit, see_other_saying};
use crate::who::Who;

#[derive(Template)]
#[template(path = "disputes/show.html")]
struct Show {
    page: Page,
    id: String,
    chip: Chip,
    amount: String,
    meaning: String,
    because: String,
    advice: String,
    deadline: String,
    may_act: bool,
    /// What was decided and is on its way, or was refused; may be empty.
    under_way: String,
    refused: String,
    /// A question that a refund of the whole would end.
    refund_href: String,
    customer: String,
    customer_href: String,
    payment: String,
    payment_href: String,
    invoices: Vec<InvoiceView>,
    fees: String,
    opened: String,
    answered: String,
    network_code: String,
    stripe_id: String,
    open: bool,
    /// The very paper that went to the bank is kept.
    sent_file: bool,
}

struct InvoiceView {
    number: String,
    href: String,
    reopened: String,
}

struct Found {
    row: DisputeRow,
    payment: Booked,
    customer: String,
    invoices: Vec<(String, String, i64)>,
    sent_file: bool,
}

pub(super) async fn get(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let found = load(&app, &who, &id).await?;
    let page = visit.page(&who).within(Section::Invoices);
    let view = view(&app, page, &who, &found);
    Ok(view.page.ok(&view))
}

/// Asks Stripe about this one dispute.
pub(super) async fn ask(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let found = load(&app, &who, &id).await?;
    let asked = ask::ask_about_dispute(&app, &found.row.scope, &found.row.stripe_id).await?;
    let l = visit.page(&who).l;
    let (kind, words) = asked.said(l, locale::key("dispute-outcome-unknown"));
    Ok(see_other_saying(
        &app,
        &format!("/disputes/{id}"),
        kind,
        words,
    ))
}

async fn load(app: &App, who: &Who, id: &str) -> Result<Found, Problem> {
    let (scope, id) = (who.scope.clone(), id.to_owned());
    let read = move |tx: &mut Tx<'_>| {
        let row = store::find_dispute(tx, &scope, &id)?.ok_or(Error::NoRow)?;
        let payment = booked::find(tx, &scope, &row.payment_id)?.ok_or(Error::NoRow)?;
        let customer = customers::find(tx, &scope.business_id, &payment.customer_id)?;
        let opened = back::list_shares(tx, &row.source())?;
        let shares = claim::list_shares(tx, &payment.source())?;
        let invoices = shares
            .into_iter()
            .map(|share| {
                let part = opened.iter().find(|o| o.invoice_id == share.invoice_id);
                let minor = part.map_or(0, |part| part.claim.minor());
                (share.invoice_id, share.number, minor)
            })
            .collect();
        Ok::<_, Error>(Found {
            customer: customer.map(|c| c.name).unwrap_or_default(),
            sent_file: store::list_files(tx, &row.id)?
                .iter()
                .any(|file| file.field == PAPER_FIELD),
            row,
            payment,
            invoices,
        })
    };
    Ok(app.db().read(read).await?)
}

fn view(app: &App, page: Page, who: &Who, found: &Found) -> Show {
    let l = page.l;
    let (row, zone) = (&found.row, who.zone());
    let at = |ms: i64| {
        let instant = Timestamp::from_millisecond(ms).unwrap_or_default();
        l.date_time(instant, &zone)
    };
    let amount = words::money(l, row.amount);
    let may_act = row.may_act(app.now_ms());
    let waiting = row.status.wants_answer();
    let under_way = match row.act {
        Act::Answer if waiting => l.t("dispute-answer-under-way").into_owned(),
        Act::Accept if waiting => l.t("dispute-accept-under-way").into_owned(),
        _ => String::new(),
    };
    let invoice = |(id, number, minor): &(String, String, i64)| InvoiceView {
        number: number.clone(),
        href: format!("/invoices/{id}"),
        reopened: if *minor > 0 && row.reinstated_at.is_none() {
            l.money(
                *minor,
                row.amount.currency().code(),
                row.amount.currency().exponent(),
            )
        } else {
            String::new()
        },
    };
    Show {
        id: row.id.clone(),
        chip: words::chip(row.status),
        meaning: if row.status == DisputeStatus::Lost && row.reopened_at.is_none() {
            l.t("dispute-means-lost-waits").into_owned()
        } else {
            words::meaning(l, row.status)
        },
        because: words::reason(l, &row.reason),
        advice: words::advice(l, &row.reason),
        deadline: if waiting {
            words::deadline(l, row, app.clock().now(), &zone)
        } else {
            String::new()
        },
        may_act,
        under_way,
        refused: words::refusal(l, &row.act_refusal),
        refund_href: if may_act && row.status.is_inquiry() {
            format!("/payments/{}/refund", row.payment_id)
        } else {
            String::new()
        },
        customer: booked::name_or_nobody(l, &found.customer),
        customer_href: if found.payment.customer_id.is_empty() {
            format!("/payments/{}", found.payment.id)
        } else {
            format!("/customers/{}", found.payment.customer_id)
        },
        payment: words::money(l, found.payment.amount),
        payment_href: format!("/payments/{}", row.payment_id),
        invoices: found.invoices.iter().map(invoice).collect(),
        fees: words::fees(l, row),
        opened: at(row.opened_at),
        answered: match row.act_at {
            Some(ms) if row.act == Act::Answer => l
                .t2(
                    "dispute-decided-by",
                    "person",
                    row.act_by.as_str(),
                    "when",
                    at(ms).as_str(),
                )
                .into_owned(),
            _ => String::new(),
        },
        network_code: row.network_code.clone(),
        stripe_id: row.stripe_id.clone(),
        open: row.status.is_open()
            || (row.status == DisputeStatus::Lost && row.reopened_at.is_none()),
        sent_file: found.sent_file,
        page: page.titled(l.t1("dispute-show-title", "amount", amount.as_str())),
        amount,
    }
}
