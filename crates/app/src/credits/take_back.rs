//! `GET` and `POST /credit/{id}/take-back`: credit that was used on an invoice goes back to the customer.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use billing::allocation::SourceKind;
use kit::db::{Error, Tx};

use super::store;
use super::{TAKEN_BACK, USED};
use crate::app::App;
use crate::audit;
use crate::customers;
use crate::invoices::claim::{self, Claim, Source};
use crate::ledger::{self, About};
use crate::page::{Page, Section};
use crate::payments::money;
use crate::problem::Problem;
use crate::settings;
use crate::visit::{Visit, see_other, see_other_saying};
use crate::who::Who;

#[derive(Template)]
#[template(path = "credits/take_back.html")]
struct View {
    page: Page,
    id: String,
    amount: String,
    customer: String,
    number: String,
    invoice_href: String,
}

pub(super) async fn get(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let (scope, use_id) = (who.scope.clone(), id.clone());
    let read = move |tx: &mut Tx<'_>| {
        let one = store::find_use(tx, &scope, &use_id)?.ok_or(Error::NoRow)?;
        let claim = claim::get(tx, &scope, &one.invoice_id)?;
        let customer = customers::find(tx, &scope.business_id, &one.customer_id)?;
        Ok::<(_, Claim, _), Error>((one, claim, customer))
    };
    let (one, claim, customer) = app.db().read(read).await?;
    let invoice_href = format!("/invoices/{}", one.invoice_id);
    if one.is_taken_back {
        return Ok(see_other(&invoice_href));
    }
    let page = visit.page(&who).within(Section::Invoices);
    let amount = money(page.l, one.amount);
    let title = page.l.t("credits-take-back-title").into_owned();
    let view = View {
        page: page.titled(title),
        id,
        amount,
        customer: customer.map(|c| c.name).unwrap_or_default(),
        number: claim.number,
        invoice_href,
    };
    Ok(view.page.ok(&view))
}

pub(super) async fn post(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let (hands, me, address) = (app.clone(), who.clone(), visit.address.clone());
    let saved = app
        .db()
        .write::<_, Error, _>(move |tx| save(tx, &hands, &me, &address, &id))
        .await?;
    let l = visit.page(&who).l;
    let Some(invoice_id) = saved else {
        return Err(Problem::Conflict(l.t("credits-is-freed").into_owned()));
    };
    let said = l.t("credits-is-taken-back");
    Ok(see_other_saying(
        &app,
        &format!("/invoices/{invoice_id}"),
        "positive",
        said,
    ))
}

/// Once; again does nothing. Answers the invoice; nothing where a credit note has made it credit again already.
fn save(
    tx: &mut Tx<'_>,
    app: &App,
    who: &Who,
    address: &str,
    id: &str,
) -> Result<Option<String>, Error> {
    let scope = &who.scope;
    let one = store::lock_use(tx, scope, id)?.ok_or(Error::NoRow)?;
    if one.is_taken_back {
        return Ok(Some(one.invoice_id));
    }
    let claim = claim::lock(tx, scope, &one.invoice_id)?;
    if claim::freed(tx, &claim)?.is_positive() {
        return Ok(None);
    }
    customers::lock(tx, &one.customer_id)?;
    let source = Source::new(SourceKind::Reversal, id);
    claim::take_back(tx, app, &claim, &source, one.amount)?;
    let zone = settings::business(tx, &scope.business_id)?.zone();
    let about = About {
        kind: TAKEN_BACK,
        subject: id.to_owned(),
        date: app.clock().today_in(&zone),
        memo: claim.number.clone(),
        invoice_id: Some(one.invoice_id.clone()),
        customer_id: Some(one.customer_id),
    };
    ledger::reverse(tx, app, scope, &about, USED, id)?;
    store::update_taken_back(tx, id, &who.name, app.now_ms())?;
    let act = "credit-taken-back";
    claim::note(tx, app, &one.invoice_id, act, &who.name, id)?;
    let entry = audit::Entry::by(
        who,
        "credit.taken_back",
        claim.number,
        format!("{id} {}", one.amount),
        address.to_owned(),
    );
    audit::record(tx, app, &entry)?;
    Ok(Some(one.invoice_id))
}
