//! `/refunds/{id}`: where a refund stands, what that means for the money, and what to do.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use billing::money::Money;
use billing::refund::RefundStatus;
use jiff::Timestamp;
use kit::db::Tx;
use kit::locale;

use super::ask;
use super::{Origin, RefundRow, store, words};
use crate::app::App;
use crate::customers;
use crate::page::{Chip, Page, Section};
use crate::payments::back::{self, Share};
use crate::payments::booked::{self, Booked};
use crate::problem::Problem;
use crate::visit::{Visit, see_other_saying};
use crate::who::Who;

#[derive(Template)]
#[template(path = "refunds/show.html")]
struct Show {
    page: Page,
    id: String,
    chip: Chip,
    amount: String,
    meaning: String,
    /// Why it failed, waits, or was refused; may be empty.
    why: String,
    customer: String,
    customer_href: String,
    /// What a person can do about money that came back, and where.
    to_do: String,
    to_do_href: String,
    to_do_door: String,
    payment_href: String,
    again_href: String,
    payment: String,
    method: String,
    asked: String,
    asked_by: String,
    reason: String,
    note: String,
    /// The credit note it belongs to, which its note names; empty for none.
    credit_note_href: String,
    stripe_id: String,
    from_credit: String,
    shares: Vec<ShareView>,
    can_ask: bool,
    needs_handling: bool,
    handled: String,
    again: bool,
}

struct ShareView {
    href: String,
    number: String,
    amount: String,
    reopened: String,
}

struct Found {
    refund: RefundRow,
    payment: Booked,
    shares: Vec<Share>,
    from_credit: Option<Money>,
    customer: String,
}

pub(super) async fn get(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let found = load(&app, &who, &id).await?;
    let page = visit.page(&who).within(Section::Invoices);
    let view = view(page, &who, &found);
    Ok(view.page.ok(&view))
}

/// Asks Stripe about this one refund.
pub(super) async fn ask(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let found = load(&app, &who, &id).await?;
    let asked = ask::ask_about(&app, &found.refund).await?;
    let l = visit.page(&who).l;
    let (kind, words) = asked.said(l, locale::key("refund-outcome-unknown"));
    Ok(see_other_saying(
        &app,
        &format!("/refunds/{id}"),
        kind,
        words,
    ))
}

async fn load(app: &App, who: &Who, id: &str) -> Result<Found, Problem> {
    let (scope, id) = (who.scope.clone(), id.to_owned());
    let read = move |tx: &mut Tx<'_>| {
        let refund = store::find_refund(tx, &scope, &id)?.ok_or(kit::db::Error::NoRow)?;
        let payment = booked::find(tx, &scope, &refund.payment_id)?.ok_or(kit::db::Error::NoRow)?;
        let customer = customers::find(tx, &scope.business_id, &payment.customer_id)?;
        Ok::<_, kit::db::Error>(Found {
            shares: back::list_shares(tx, &refund.source())?,
            from_credit: back::find_from_credit(tx, &refund.source())?,
            customer: customer.map(|c| c.name).unwrap_or_default(),
            payment,
            refund,
        })
    };
    Ok(app.db().read(read).await?)
}

fn view(page: Page, who: &Who, found: &Found) -> Show {
    let l = page.l;
    let (refund, payment) = (&found.refund, &found.payment);
    let at = |ms: i64| {
        let instant = Timestamp::from_millisecond(ms).unwrap_or_default();
        l.date_time(instant, &who.zone())
    };
    let amount = words::money(l, refund.amount);
    let in_tray = payment.customer_id.is_empty();
    let over = matches!(refund.status, RefundStatus::Failed | RefundStatus::Canceled);
    let why = match refund.status {
        RefundStatus::Refused => words::refusal(l, &refund.refusal),
        RefundStatus::Failed => words::failure(l, &refund.failure_reason),
        RefundStatus::Pending if refund.pending_reason == "insufficient_funds" => {
            l.t("refund-waits-for-funds").into_owned()
        }
        _ => String::new(),
    };
    let share = |share: &Share| ShareView {
        href: format!("/invoices/{}", share.invoice_id),
        number: share.number.clone(),
        amount: words::money(l, share.amount),
        reopened: if share.claim.is_positive() {
            words::money(l, share.claim)
        } else {
            String::new()
        },
    };
    Show {
        id: refund.id.clone(),
        chip: words::chip(refund.status),
        meaning: if in_tray && over && refund.returned_at.is_some() {
            l.t("refund-back-in-tray").into_owned()
        } else {
            words::meaning(l, refund.status)
        },
        why,
        customer: booked::name_or_nobody(l, &found.customer),
        customer_href: if in_tray {
            format!("/payments/{}", payment.id)
        } else {
            format!("/customers/{}", payment.customer_id)
        },
        to_do: l
            .t(if in_tray {
                locale::key("refund-to-do-tray")
            } else {
                locale::key("refund-to-do-text")
            })
            .into_owned(),
        to_do_href: if in_tray {
            format!("/payments/{}/allocate", payment.id)
        } else {
            format!("/customers/{}/credit", payment.customer_id)
        },
        to_do_door: l
            .t(if in_tray {
                locale::key("tray-allocate-door")
            } else {
                locale::key("refund-to-credit")
            })
            .into_owned(),
        payment_href: format!("/payments/{}", payment.id),
        again_href: format!("/payments/{}/refund", payment.id),
        payment: words::money(l, payment.amount),
        method: payment.card_words(),
        asked: at(refund.created_at),
        asked_by: match refund.origin {
            Origin::Here => refund.asked_by.clone(),
            Origin::Stripe => l.t("refund-made-at-stripe").into_owned(),
        },
        reason: words::reason(l, &refund.reason),
        credit_note_href: refund
            .credit_note_id
            .as_ref()
            .map(|id| format!("/credit-notes/{id}"))
            .unwrap_or_default(),
        note: refund.note.clone(),
        stripe_id: refund.stripe_id.clone().unwrap_or_default(),
        from_credit: match found.from_credit {
            Some(credit) if credit.is_positive() => words::money(l, credit),
            _ => String::new(),
        },
        shares: found.shares.iter().map(share).collect(),
        can_ask: refund.status.is_open(),
        needs_handling: over && refund.returned_at.is_some() && refund.handled_at.is_none(),
        handled: match refund.handled_at {
            Some(ms) => l
                .t2(
                    "refund-handled-by",
                    "person",
                    refund.handled_by.as_str(),
                    "when",
                    at(ms).as_str(),
                )
                .into_owned(),
            None => String::new(),
        },
        again: matches!(refund.status, RefundStatus::Refused) || over,
        page: page.titled(l.t1("refund-show-title", "amount", amount.as_str())),
        amount,
    }
}
