//! `GET` and `POST /payments/{id}/reverse`: a recorded payment is taken back (a cheque bounced, a slip of the pen), with
//! a reason. Never an edit: the entry gets its mirror image, and what was paid with it is due again.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use billing::money::Money;
use billing::payment::manual::missing_credit;
use kit::db::{Error, Tx};
use kit::locale::Locale;

use super::record::{RECORDED, REVERSED, is_from_bank};
use super::show::{self, Found};
use super::words::money;
use super::{settled, store};
use crate::app::App;
use crate::audit;
use crate::customers;
use crate::fields::Fields;
use crate::invoices::claim::{self, Source};
use crate::ledger::{self, About, of_customer};
use crate::page::{Errors, Page, Section};
use crate::problem::Problem;
use crate::visit::{Visit, see_other, see_other_saying};
use crate::who::Who;
use billing::allocation::SourceKind;
use billing::id::InvoiceId;
use billing::ledger::documents::{ClaimPart, credit_applied};

const REASON_MAX: usize = 300;

#[derive(Template)]
#[template(path = "payments/reverse.html")]
struct View {
    page: Page,
    errors: Errors,
    id: String,
    amount: String,
    customer: String,
    /// What will happen, a sentence an invoice and one for the credit.
    effects: Vec<String>,
    reason: String,
}

enum Ended {
    Reversed,
    /// It is not there, or it came online: only Stripe can send it back.
    NotHere,
    /// So much of its credit was used.
    CreditUsed(Money),
}

pub(super) async fn get(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let found = load(&app, &who, &id).await?;
    if found.payment.reversed_at.is_some() {
        return Ok(see_other(&format!("/payments/{id}")));
    }
    let view = view(visit.page(&who), &found, String::new());
    Ok(view.page.ok(&view))
}

pub(super) async fn post(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Problem> {
    let found = load(&app, &who, &id).await?;
    let page = visit.page(&who);
    let l = page.l;
    let reason = fields.get("reason");
    let mut errors = Errors::new();
    if reason.is_empty() {
        errors.add("reason", l.t("payments-reverse-reason-empty"));
    } else if reason.chars().count() > REASON_MAX {
        errors.add("reason", l.t("payments-reverse-reason-long"));
    }
    if !errors.is_empty() {
        return Ok(refused(view(page, &found, reason), errors));
    }
    let (hands, me, address) = (app.clone(), who.clone(), visit.address.clone());
    let (payment_id, why) = (id.clone(), reason.clone());
    let ended = app
        .db()
        .write::<_, Error, _>(move |tx| save(tx, &hands, &me, &address, &payment_id, &why))
        .await?;
    match ended {
        Ended::Reversed => Ok(see_other_saying(
            &app,
            &format!("/payments/{id}"),
            "positive",
            l.t("payments-reversed"),
        )),
        Ended::NotHere => Err(Problem::NotFound),
        Ended::CreditUsed(missing) => {
            let mut errors = Errors::new();
            let missing = money(l, missing);
            errors.add(
                "",
                l.t1("payments-reverse-credit-used", "amount", missing.as_str()),
            );
            Ok(refused(view(page, &found, reason), errors))
        }
    }
}

async fn load(app: &App, who: &Who, id: &str) -> Result<Found, Problem> {
    let (scope, id) = (who.scope.clone(), id.to_owned());
    let read = move |tx: &mut Tx<'_>| {
        let mut found = show::find(tx, &scope, &id)?;
        for share in found.iter_mut().flat_map(|found| &mut found.shares) {
            // What a credit note made of it credit is taken from there, and opens nothing.
            let claim = claim::get(tx, &scope, &share.invoice_id)?;
            let freed = claim::freed(tx, &claim)?.at_most(share.amount);
            let opened = freed.and_then(|freed| share.amount.checked_sub(freed));
            share.amount = opened.map_err(shape)?;
        }
        Ok::<_, Error>(found)
    };
    let found = app.db().read(read).await?.ok_or(Problem::NotFound)?;
    if found.payment.intent_id.is_empty() {
        Ok(found)
    } else {
        Err(Problem::NotFound)
    }
}

fn save(
    tx: &mut Tx<'_>,
    app: &App,
    who: &Who,
    address: &str,
    id: &str,
    reason: &str,
) -> Result<Ended, Error> {
    let scope = &who.scope;
    let Some(payment) = store::lock_payment(tx, scope, id)? else {
        return Ok(Ended::NotHere);
    };
    if !payment.intent_id.is_empty() {
        return Ok(Ended::NotHere);
    }
    if payment.reversed_at.is_some() {
        return Ok(Ended::Reversed);
    }
    let more = store::get_particulars(tx, id)?;
    let mut shares = claim::list_shares(tx, &Source::payment(id))?;
    shares.sort_by(|a, b| a.invoice_id.cmp(&b.invoice_id));
    let mut claims = Vec::new();
    let mut credited = payment.amount;
    for share in &shares {
        claims.push(claim::lock(tx, scope, &share.invoice_id)?);
        credited = credited
            .checked_sub(share.amount)
            .map_err(|e| Error::Shape(e.to_string()))?;
    }
    customers::lock(tx, &more.customer_id)?;
    let pool = of_customer::credit(tx, scope, &more.customer_id, payment.amount.currency())?;
    let missing = missing_credit(credited, pool).map_err(|e| Error::Shape(e.to_string()))?;
    if let Some(missing) = missing {
        return Ok(Ended::CreditUsed(missing));
    }
    let source = Source::new(SourceKind::Reversal, id);
    let mut pool = pool.checked_sub(credited).map_err(shape)?;
    let mut kept = Vec::new();
    for (claim, share) in claims.iter().zip(&shares) {
        // What a credit note made of it credit goes from there: that claim is closed, and stays so.
        let freed = claim::freed(tx, claim)?
            .at_most(share.amount)
            .and_then(|freed| freed.at_most(pool))
            .map_err(shape)?;
        let opened = share.amount.checked_sub(freed).map_err(shape)?;
        claim::take_back(tx, app, claim, &source, opened)?;
        if freed.is_positive() {
            pool = pool.checked_sub(freed).map_err(shape)?;
            kept.push(ClaimPart {
                invoice_id: InvoiceId::parse(claim.invoice_id.as_str()).map_err(shape)?,
                amount: freed,
            });
        }
        let act = "payment-reversed";
        claim::note(tx, app, &claim.invoice_id, act, &who.name, reason)?;
    }
    let about = About {
        kind: "payment_reversed",
        subject: id.to_owned(),
        date: settled::today(tx, app, scope)?,
        memo: reason.to_owned(),
        invoice_id: shares.first().map(|share| share.invoice_id.clone()),
        customer_id: Some(more.customer_id),
    };
    ledger::reverse(tx, app, scope, &about, RECORDED, id)?;
    if !kept.is_empty() {
        let about = About {
            kind: "payment_reversed_credit",
            ..about
        };
        let entry = credit_applied(&kept).map_err(shape)?;
        ledger::post(tx, app, scope, &about, &entry)?;
    }
    store::update_reversed(tx, id, &who.name, reason, app.now_ms())?;
    if is_from_bank(&store::get_charge_id(tx, id)?) {
        let payload = format!("{} {id}", scope.to_payload());
        kit::jobs::enqueue(tx, app.hands(), REVERSED, &payload, &payload)?;
    }
    let entry = audit::Entry::by(
        who,
        "payment.reversed",
        payment.receipt_number,
        format!("{id} {}: {reason}", payment.amount),
        address.to_owned(),
    );
    audit::record(tx, app, &entry)?;
    Ok(Ended::Reversed)
}

fn shape(error: impl std::fmt::Display) -> Error {
    Error::Shape(error.to_string())
}

fn refused(mut view: View, errors: Errors) -> Response {
    view.page = view.page.with_errors(&errors);
    view.errors = errors;
    view.page.unprocessable(&view)
}

fn view(page: Page, found: &Found, reason: String) -> View {
    let l = page.l;
    let title = l.t1(
        "payments-reverse-title",
        "number",
        found.payment.receipt_number.as_str(),
    );
    View {
        errors: Errors::new(),
        id: found.payment.id.clone(),
        amount: money(l, found.payment.amount),
        customer: found.customer.clone(),
        effects: effects(l, found),
        reason,
        page: page.titled(title).within(Section::Invoices),
    }
}

fn effects(l: Locale, found: &Found) -> Vec<String> {
    let mut effects: Vec<String> = found
        .shares
        .iter()
        .filter(|share| share.amount.is_positive())
        .map(|share| {
            let amount = money(l, share.amount);
            l.t2(
                "payments-reverse-reopens",
                "number",
                share.number.as_str(),
                "amount",
                amount.as_str(),
            )
            .into_owned()
        })
        .collect();
    let credited = found.credited();
    if credited.is_positive() {
        let amount = money(l, credited);
        effects.push(
            l.t2(
                "payments-reverse-takes-credit",
                "customer",
                found.customer.as_str(),
                "amount",
                amount.as_str(),
            )
            .into_owned(),
        );
    }
    effects.push(l.t("payments-reverse-keeps").into_owned());
    effects
}
