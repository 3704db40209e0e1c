//! `GET` and `POST /payments/{id}/allocate`: a person says where money from the tray belongs: to an invoice, or to a
//! customer as credit.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use billing::ledger::Account;
use billing::ledger::documents::{Division, payment_received};
use billing::money::Money;
use kit::db::{Error, Tx};
use kit::locale::Locale;

use super::list::why_words;
use super::store;
use crate::app::App;
use crate::audit;
use crate::customers;
use crate::fields::Fields;
use crate::invoices::claim;
use crate::ledger::{self, About};
use crate::page::{Choice, Errors, Page, Section};
use crate::payments::close::{self, Changed};
use crate::payments::settle::SEND_RECEIPT;
use crate::payments::store::{get_particulars, lock_payment};
use crate::payments::words::money;
use crate::payments::{settled, show};
use crate::problem::Problem;
use crate::visit::{Visit, see_other, see_other_saying};
use crate::who::Who;

#[derive(Template)]
#[template(path = "payments/allocate.html")]
struct View {
    page: Page,
    errors: Errors,
    id: String,
    amount: String,
    why: String,
    reference: String,
    ways: Vec<Choice>,
    way: String,
    invoices: Vec<Choice>,
    invoice: String,
    customers: Vec<Choice>,
    customer: String,
    /// Stripe could not be asked to close what payers have open.
    unreachable: bool,
}

/// Where it belongs.
#[derive(Clone, Debug)]
enum Place {
    Invoice(String),
    Credit(String),
}

enum Ended {
    Allocated,
    /// The invoice takes no payment, or is in another currency; the customer is not there.
    NoPlace,
}

pub(in crate::payments) async fn get(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    match view(&app, &who, visit.page(&who), &id).await? {
        Some(view) => Ok(view.page.ok(&view)),
        None => Ok(see_other(&format!("/payments/{id}"))),
    }
}

pub(in crate::payments) async fn post(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Problem> {
    let done = format!("/payments/{id}");
    let Some(mut view) = view(&app, &who, visit.page(&who), &id).await? else {
        return Ok(see_other(&done));
    };
    let l = view.page.l;
    view.way = fields.get("way");
    view.invoice = fields.get("invoice");
    view.customer = fields.get("customer");
    let mut errors = Errors::new();
    let place = match view.way.as_str() {
        "invoice" if !view.invoice.is_empty() => Some(Place::Invoice(view.invoice.clone())),
        "credit" if !view.customer.is_empty() => Some(Place::Credit(view.customer.clone())),
        "invoice" => {
            errors.add("invoice", l.t("tray-choose-invoice"));
            None
        }
        "credit" => {
            errors.add("customer", l.t("tray-choose-customer"));
            None
        }
        _ => {
            errors.add("way", l.t("tray-choose-way"));
            None
        }
    };
    let Some(place) = place else {
        return Ok(refused(view, errors));
    };
    let anyway = fields.find("anyway").is_some();
    match allocate(&app, &who, &visit.address, &id, place, anyway).await? {
        Changed::Done(Ended::Allocated) => Ok(see_other_saying(
            &app,
            &done,
            "positive",
            l.t("tray-allocated"),
        )),
        Changed::Done(Ended::NoPlace) => {
            errors.add("way", l.t("tray-no-place"));
            Ok(refused(view, errors))
        }
        Changed::Not(_) => {
            errors.add("anyway", l.t("payments-record-unreachable"));
            view.unreachable = true;
            Ok(refused(view, errors))
        }
    }
}

fn refused(mut view: View, errors: Errors) -> Response {
    view.page = view.page.with_errors(&errors);
    view.errors = errors;
    view.page.unprocessable(&view)
}

/// Nothing for a payment that has its place already.
async fn view(app: &App, who: &Who, page: Page, id: &str) -> Result<Option<View>, Problem> {
    let (scope, id) = (who.scope.clone(), id.to_owned());
    let l = page.l;
    let read = move |tx: &mut Tx<'_>| {
        let Some(found) = show::find(tx, &scope, &id)? else {
            return Err(Error::NoRow);
        };
        let owing = claim::list_owing(tx, &scope)?;
        let customers = customers::choices(tx, &scope.business_id)?;
        let left = store::get_left(tx, &id)?;
        Ok((found, owing, customers, left))
    };
    let (found, owing, customers, left) = app.db().read(read).await?;
    if found.more.unallocated.is_empty() || !left.is_positive() {
        return Ok(None);
    }
    let currency = left.currency();
    let invoices = owing
        .iter()
        .filter(|owing| owing.due.currency() == currency)
        .map(|owing| {
            let due = money(l, owing.due);
            Choice::new(
                owing.invoice_id.clone(),
                format!("{} · {} · {due}", owing.number, owing.customer),
            )
        });
    let none = || std::iter::once(Choice::new("", l.t("tray-choose")));
    let title = l.t1(
        "tray-allocate-title",
        "number",
        found.payment.receipt_number.as_str(),
    );
    Ok(Some(View {
        errors: Errors::new(),
        amount: money(l, left),
        why: why_words(l, &found.more.unallocated),
        reference: found.more.reference.clone(),
        ways: ways(l),
        way: String::new(),
        invoices: none().chain(invoices).collect(),
        invoice: String::new(),
        customers: none().chain(customers.iter().cloned()).collect(),
        customer: String::new(),
        unreachable: false,
        id: found.payment.id,
        page: page.titled(title).within(Section::Invoices),
    }))
}

fn ways(l: Locale) -> Vec<Choice> {
    vec![
        Choice::new("invoice", l.t("tray-to-invoice")).hinted(l.t("tray-to-invoice-hint")),
        Choice::new("credit", l.t("tray-to-credit")).hinted(l.t("tray-to-credit-hint")),
    ]
}

async fn allocate(
    app: &App,
    who: &Who,
    address: &str,
    payment_id: &str,
    place: Place,
    anyway: bool,
) -> Result<Changed<Ended>, Problem> {
    let ids = match &place {
        Place::Invoice(id) => vec![id.clone()],
        Place::Credit(_) => Vec::new(),
    };
    let (hands, me, address, id) = (
        app.clone(),
        who.clone(),
        address.to_owned(),
        payment_id.to_owned(),
    );
    close::change(app, &who.scope, &ids, anyway, move |tx| {
        save(tx, &hands, &me, &address, &id, &place)
    })
    .await
}

fn save(
    tx: &mut Tx<'_>,
    app: &App,
    who: &Who,
    address: &str,
    id: &str,
    place: &Place,
) -> Result<Ended, Error> {
    let scope = &who.scope;
    let payment = lock_payment(tx, scope, id)?.ok_or(Error::NoRow)?;
    if get_particulars(tx, id)?.unallocated.is_empty() {
        return Ok(Ended::Allocated);
    }
    let left = store::get_left(tx, id)?;
    if !left.is_positive() {
        return Ok(Ended::NoPlace);
    }
    let (customer_id, division, applied, memo, invoice_id) = match place {
        Place::Credit(customer) => {
            if customers::find(tx, &scope.business_id, customer)?.is_none() {
                return Ok(Ended::NoPlace);
            }
            let division =
                Division::new(left, Vec::new()).map_err(|e| Error::Shape(e.to_string()))?;
            let nothing = Money::zero(left.currency());
            (customer.clone(), division, nothing, String::new(), None)
        }
        Place::Invoice(invoice) => {
            let claim = claim::lock(tx, scope, invoice)?;
            let same = claim.total.currency() == left.currency();
            if !same || !claim.state.takes_payment() {
                return Ok(Ended::NoPlace);
            }
            let claims = settled::lock(tx, app, scope, std::iter::once(invoice))?;
            let went = settled::spread_over(left, &claims)?;
            settled::apply(tx, app, &claims, id, &went)?;
            let by = who.name.as_str();
            claim::note(tx, app, invoice, "payment-allocated", by, id)?;
            (
                claim.customer_id,
                went.division()?,
                went.applied,
                claim.number,
                Some(invoice.clone()),
            )
        }
    };
    let entry =
        payment_received(Account::Suspense, &division).map_err(|e| Error::Shape(e.to_string()))?;
    let about = About {
        kind: "payment_allocated",
        subject: id.to_owned(),
        date: settled::today(tx, app, scope)?,
        memo: memo.clone(),
        invoice_id,
        customer_id: Some(customer_id.clone()),
    };
    ledger::post(tx, app, scope, &about, &entry)?;
    store::update_allocated(tx, id, &customer_id, applied)?;
    let entry = audit::Entry::by(
        who,
        "payment.allocated",
        payment.receipt_number,
        format!("{id} {left} {place:?}"),
        address.to_owned(),
    );
    audit::record(tx, app, &entry)?;
    if !memo.is_empty() {
        kit::jobs::enqueue(tx, app.hands(), SEND_RECEIPT, id, id)?;
    }
    Ok(Ended::Allocated)
}
