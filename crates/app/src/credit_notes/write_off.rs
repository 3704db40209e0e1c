//! `GET` and `POST /invoices/{id}/write-off`: a claim is given up (P10). The invoice stays, may still be paid, and then the
//! write-off is taken back.

use axum::extract::{Path, State};
use axum::response::Response;
use billing::credit_note::tax_relief;
use billing::id::CreditNoteId;
use billing::invoice::state::InvoiceState;
use billing::ledger::documents::TaxPart;
use billing::money::Money;
use billing::place::Country;
use kit::db::{Error, Tx};

use super::confirm::{Confirm, frame, read_password, read_reason};
use super::form;
use super::make::Foreseen;
use crate::amount::in_words;
use crate::app::App;
use crate::audit;
use crate::fields::Fields;
use crate::invoices::claim;
use crate::page::{Errors, Page};
use crate::payments::{self, Changed};
use crate::problem::Problem;
use crate::visit::{Visit, see_other, see_other_saying};
use crate::who::Who;

pub(super) async fn get(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let Some(foreseen) = form::load(&app, &who, &id).await? else {
        return Ok(see_other(&format!("/invoices/{id}/edit")));
    };
    let page = frame(&visit, &who);
    may_give_up(&page, &foreseen)?;
    // Where the law of bad debts gives the tax back by itself (Canada), it is proposed.
    let relief = Country::parse(&foreseen.frozen.seller.country) == Ok(Country::CA);
    let view = view(&page, &foreseen, app.new_id(), String::new(), relief)?;
    Ok(view.answer(Errors::new()))
}

pub(super) async fn post(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Problem> {
    let page = frame(&visit, &who);
    let l = page.l;
    let once = fields.get("once");
    if CreditNoteId::parse(once.as_str()).is_err() {
        return Ok(see_other(&format!("/invoices/{id}/write-off")));
    }
    let Some(foreseen) = form::load(&app, &who, &id).await? else {
        return Ok(see_other(&format!("/invoices/{id}/edit")));
    };
    if foreseen.claim.state == InvoiceState::Uncollectible {
        return Ok(see_other(&format!("/invoices/{id}")));
    }
    may_give_up(&page, &foreseen)?;
    let relief = fields.find("relief").is_some();
    let mut view = view(&page, &foreseen, once.clone(), fields.get("reason"), relief)?;
    let mut errors = Errors::new();
    let reason = read_reason(l, &fields, &mut errors);
    if errors.is_empty() {
        read_password(&app, &who, l, &fields, &mut errors).await?;
    }
    if !errors.is_empty() {
        return Ok(view.answer(errors));
    }
    let seen = fields.get("seen").parse::<i64>().ok();
    let anyway = fields.find("anyway").is_some();
    let ids = [id.clone()];
    let (hands, me, address) = (app.clone(), who.clone(), visit.address.clone());
    let invoice_id = id.clone();
    let change = move |tx: &mut Tx<'_>| {
        claim::lock(tx, &me.scope, &invoice_id)?;
        let foreseen = Foreseen::read(tx, &me.scope, &invoice_id)?.ok_or(Error::NoRow)?;
        let claim = &foreseen.claim;
        let due = claim.amount_due();
        if seen != Some(due.minor()) || claim.processing.is_positive() {
            return Ok(false);
        }
        let taxes = if relief {
            relief_of(&foreseen)?
        } else {
            Vec::new()
        };
        let today = hands.clock().today_in(&me.zone());
        if !claim::give_up(tx, &hands, claim, &once, &taxes, today)? {
            return Ok(false);
        }
        claim::note(tx, &hands, &invoice_id, "written-off", &me.name, &reason)?;
        let detail = format!("{due} {reason}");
        let number = claim.number.clone();
        let act = "invoice.written_off";
        audit::record(
            tx,
            &hands,
            &audit::Entry::by(&me, act, number, detail, address.clone()),
        )?;
        Ok::<_, Error>(true)
    };
    match payments::change(&app, &who.scope, &ids, anyway, change).await? {
        Changed::Done(true) => Ok(see_other_saying(
            &app,
            &format!("/invoices/{id}"),
            "positive",
            l.t("write-off-done"),
        )),
        Changed::Done(false) => Err(Problem::Conflict(l.t("credit-note-changed").into_owned())),
        Changed::Not(_) => {
            view.unreachable = true;
            errors.add("anyway", l.t("payments-record-unreachable"));
            Ok(view.answer(errors))
        }
    }
}

/// The part of each tax that lies in what is given up.
fn relief_of(foreseen: &Foreseen) -> Result<Vec<TaxPart>, Error> {
    let rules = foreseen.as_issued.rules();
    tax_relief(rules.whole, foreseen.claim.amount_due()).map_err(|e| Error::Shape(e.to_string()))
}

fn may_give_up(page: &Page, foreseen: &Foreseen) -> Result<(), Problem> {
    let l = page.l;
    let claim = &foreseen.claim;
    let why = if claim.disputed.is_positive() {
        l.t("credit-note-disputed")
    } else if claim.processing.is_positive() {
        l.t("annul-processing")
    } else if claim.state != InvoiceState::Open || !claim.amount_due().is_positive() {
        l.t("write-off-nothing-due")
    } else {
        return Ok(());
    };
    Err(Problem::Conflict(why.into_owned()))
}

fn view(
    page: &Page,
    foreseen: &Foreseen,
    once: String,
    reason: String,
    relief: bool,
) -> Result<Confirm, Problem> {
    let l = page.l;
    let (claim, f) = (&foreseen.claim, &foreseen.frozen);
    let due = claim.amount_due();
    let parts = relief_of(foreseen)?;
    let tax = Money::sum(due.currency(), parts.iter().map(|part| part.amount));
    let tax = tax.map_err(Problem::internal)?;
    let id = claim.invoice_id.as_str();
    let tick = tax.is_positive().then(|| {
        let words = l.t1("write-off-relief", "amount", in_words(l, tax));
        (words.into_owned(), "relief", relief)
    });
    let happens = [l.t("write-off-happens-debt"), l.t("write-off-happens-paid")];
    Ok(Confirm {
        errors: Errors::new(),
        customer: f.buyer.name.clone(),
        amount: in_words(l, due),
        amount_is: l.t("write-off-amount").into_owned(),
        facts: Vec::new(),
        happens: happens.into_iter().map(|text| text.into_owned()).collect(),
        why: vec![l.t("write-off-why").into_owned()],
        hidden: vec![("seen".into(), due.minor().to_string())],
        once,
        reason: Some((l.t("write-off-reason-hint").into_owned(), reason)),
        moneys: Vec::new(),
        money: String::new(),
        tick,
        unreachable: false,
        button: l
            .t1("write-off-do", "amount", in_words(l, due))
            .into_owned(),
        action: format!("/invoices/{id}/write-off"),
        back: format!("/invoices/{id}"),
        page: page.clone().titled(
            l.t1("write-off-title", "number", f.number.as_str())
                .into_owned(),
        ),
    })
}
