//! `GET` and `POST /invoices/{id}/credit`: a customer's credit is used on an invoice.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use billing::allocation::SourceKind;
use billing::id::{AllocationId, InvoiceId};
use billing::ledger::documents::{ClaimPart, credit_applied};
use billing::money::Money;
use billing::payment::credit::{CreditRefusal, may_use, most};
use kit::db::{Error, Tx};
use kit::locale::Locale;

use super::USED;
use super::store::{self, Use};
use crate::app::App;
use crate::audit;
use crate::customers;
use crate::fields::Fields;
use crate::figures::{in_box, number_words, plain};
use crate::invoices::claim::{self, Claim, Source};
use crate::ledger::{self, About, of_customer};
use crate::page::{Errors, Page, Section};
use crate::payments::{self, Changed, money};
use crate::problem::Problem;
use crate::settings;
use crate::visit::{Visit, see_other_saying};
use crate::who::Who;

#[derive(Template)]
#[template(path = "credits/use.html")]
struct View {
    page: Page,
    errors: Errors,
    id: String,
    customer: String,
    credit: String,
    due: String,
    currency: String,
    amount: String,
    once: String,
    /// Stripe could not be asked to close what payers have open.
    unreachable: bool,
}

struct Found {
    claim: Claim,
    customer: String,
    credit: Money,
}

enum Ended {
    Used,
    Refused(CreditRefusal),
}

/// As much as there is and is due stands in the box: one press is enough.
pub(super) async fn get(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let found = load(&app, &who, &id).await?;
    let page = visit.page(&who);
    let Some(most) = most(due(&found.claim), found.credit) else {
        let said = page.l.t("credits-nothing-to-use");
        return Ok(see_other_saying(
            &app,
            &format!("/invoices/{id}"),
            "info",
            said,
        ));
    };
    let amount = in_box(page.l, &plain(most.to_decimal()));
    let view = view(page, &found, amount, app.new_id());
    Ok(view.page.ok(&view))
}

pub(super) async fn post(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Problem> {
    let page = visit.page(&who);
    let l = page.l;
    let found = load(&app, &who, &id).await?;
    let (typed, once) = (fields.get("amount"), fields.get("once"));
    let anyway = fields.find("anyway").is_some();
    let mut errors = Errors::new();
    let amount = match Money::parse_typed(&typed, found.claim.total.currency()) {
        Ok(amount) => amount,
        Err(error) => {
            errors.add("amount", number_words(l, &error));
            return Ok(refused(view(page, &found, typed, once), errors));
        }
    };
    let use_id = AllocationId::parse(once.as_str())
        .map_or_else(|_| app.new_id(), |id| id.as_str().to_owned());
    let (hands, me, address, invoice_id) =
        (app.clone(), who.clone(), visit.address.clone(), id.clone());
    let ids = std::slice::from_ref(&id);
    let ended = payments::change(&app, &who.scope, ids, anyway, move |tx| {
        save(tx, &hands, &me, &address, &invoice_id, &use_id, amount)
    })
    .await?;
    match ended {
        Changed::Done(Ended::Used) => Ok(see_other_saying(
            &app,
            &format!("/invoices/{id}"),
            "positive",
            l.t1("credits-used", "amount", money(l, amount).as_str()),
        )),
        Changed::Done(Ended::Refused(why)) => {
            errors.add("amount", said(l, &why));
            let found = load(&app, &who, &id).await?;
            Ok(refused(view(page, &found, typed, once), errors))
        }
        Changed::Not(_) => {
            errors.add("anyway", l.t("payments-record-unreachable"));
            let mut view = view(page, &found, typed, once);
            view.unreachable = true;
            Ok(refused(view, errors))
        }
    }
}

fn due(claim: &Claim) -> Money {
    if claim.state.takes_payment() {
        claim.amount_due()
    } else {
        Money::zero(claim.total.currency())
    }
}

async fn load(app: &App, who: &Who, id: &str) -> Result<Found, Problem> {
    let (scope, id) = (who.scope.clone(), id.to_owned());
    let read = move |tx: &mut Tx<'_>| {
        let claim = claim::get(tx, &scope, &id)?;
        let customer = customers::find(tx, &scope.business_id, &claim.customer_id)?;
        let currency = claim.total.currency();
        Ok::<_, Error>(Found {
            credit: of_customer::credit(tx, &scope, &claim.customer_id, currency)?,
            customer: customer.map(|c| c.name).unwrap_or_default(),
            claim,
        })
    };
    Ok(app.db().read(read).await?)
}

fn save(
    tx: &mut Tx<'_>,
    app: &App,
    who: &Who,
    address: &str,
    invoice_id: &str,
    use_id: &str,
    amount: Money,
) -> Result<Ended, Error> {
    let scope = &who.scope;
    if store::lock_use(tx, scope, use_id)?.is_some() {
        return Ok(Ended::Used);
    }
    let claim = claim::lock(tx, scope, invoice_id)?;
    // Two invoices must not use the same credit: whoever comes second waits, and then sees what is left.
    customers::lock(tx, &claim.customer_id)?;
    let credit = of_customer::credit(tx, scope, &claim.customer_id, amount.currency())?;
    if let Err(why) = may_use(amount, due(&claim), credit) {
        return Ok(Ended::Refused(why));
    }
    let today = app
        .clock()
        .today_in(&settings::business(tx, &scope.business_id)?.zone());
    let claim = claim::recover(tx, app, &claim, today)?;
    let one = Use {
        id: use_id.to_owned(),
        customer_id: claim.customer_id.clone(),
        invoice_id: invoice_id.to_owned(),
        amount,
        is_taken_back: false,
    };
    store::insert_use(tx, scope, &one, &who.name, app.now_ms())?;
    claim::apply(
        tx,
        app,
        &claim,
        &Source::new(SourceKind::Credit, use_id),
        amount,
    )?;
    let part = ClaimPart {
        invoice_id: InvoiceId::parse(invoice_id)
            .map_err(|_| Error::Shape("an invoice with a bad id".into()))?,
        amount,
    };
    let entry = credit_applied(&[part]).map_err(|e| Error::Shape(e.to_string()))?;
    let about = About {
        kind: USED,
        subject: use_id.to_owned(),
        date: today,
        memo: claim.number.clone(),
        invoice_id: Some(invoice_id.to_owned()),
        customer_id: Some(claim.customer_id.clone()),
    };
    ledger::post(tx, app, scope, &about, &entry)?;
    claim::note(tx, app, invoice_id, "credit-used", &who.name, use_id)?;
    let entry = audit::Entry::by(
        who,
        "credit.used",
        claim.number,
        format!("{use_id} {amount}"),
        address.to_owned(),
    );
    audit::record(tx, app, &entry)?;
    Ok(Ended::Used)
}

fn said(l: Locale, why: &CreditRefusal) -> String {
    let text = match why {
        CreditRefusal::NotPositive | CreditRefusal::OtherCurrency => l.t("payments-record-nothing"),
        CreditRefusal::MoreThanCredit { credit } => l.t1(
            "credits-more-than-credit",
            "credit",
            money(l, *credit).as_str(),
        ),
        CreditRefusal::MoreThanDue { due } => {
            l.t1("credits-more-than-due", "due", money(l, *due).as_str())
        }
    };
    text.into_owned()
}

fn refused(mut view: View, errors: Errors) -> Response {
    view.page = view.page.with_errors(&errors);
    view.errors = errors;
    view.page.unprocessable(&view)
}

fn view(page: Page, found: &Found, amount: String, once: String) -> View {
    let l = page.l;
    let title = l.t1("credits-use-title", "number", found.claim.number.as_str());
    View {
        errors: Errors::new(),
        id: found.claim.invoice_id.clone(),
        customer: found.customer.clone(),
        credit: money(l, found.credit),
        due: money(l, due(&found.claim)),
        currency: found.claim.total.currency().code().to_owned(),
        amount,
        once,
        unreachable: false,
        page: page.titled(title).within(Section::Invoices),
    }
}
