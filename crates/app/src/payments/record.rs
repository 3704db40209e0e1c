//! `GET` and `POST /invoices/{id}/payments/new`: a person records money that came past the provider. What payers have
//! open at Stripe is closed first; what is too much is kept as credit only when that was agreed to.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use billing::id::PaymentId;
use billing::invoice::state::InvoiceState;
use billing::ledger::documents::payment_received;
use billing::money::Money;
use billing::payment::manual::{Method, RecordRefusal, may_record};
use jiff::civil::Date;
use kit::db::{Error, Tx};
use kit::locale::Locale;

use super::close::{self, Changed};
use super::settle::SEND_RECEIPT;
use super::words::{method_word, money};
use super::{settled, store};
use crate::app::App;
use crate::audit;
use crate::customers::{self, Customer};
use crate::fields::Fields;
use crate::figures::{in_box, number_words, plain};
use crate::invoices::claim::{self, Claim};
use crate::ledger::{self, About};
use crate::page::{Choice, Errors, Page, Section};
use crate::problem::Problem;
use crate::visit::{Visit, see_other, see_other_saying};
use crate::who::{Scope, Who};

/// The kind of the entry; its subject is the payment's id.
pub(super) const RECORDED: &str = "recorded_payment";
const REFERENCE_MAX: usize = 200;

/// The form as typed.
#[derive(Clone, Debug, Default)]
struct Typed {
    amount: String,
    received_on: String,
    method: String,
    reference: String,
    receipt: bool,
    keep_rest: String,
    anyway: bool,
    once: String,
}

#[derive(Template)]
#[template(path = "payments/record.html")]
struct View {
    page: Page,
    errors: Errors,
    id: String,
    customer: String,
    due: String,
    currency: String,
    f: Typed,
    methods: Vec<Choice>,
    /// Where the receipt goes; empty when the customer has no address.
    address: String,
    /// A bank is working on a payment of this invoice.
    processing: bool,
    /// What is too much, in minor units, and the words of the box that agrees to it.
    rest: Option<(i64, String)>,
    /// Stripe could not be asked to close what payers have open.
    unreachable: bool,
}

struct Found {
    claim: Claim,
    customer: Customer,
}

/// Money that came past the provider, as somebody tells it.
#[derive(Clone, Debug)]
pub struct Came {
    /// The payment it becomes: telling it again under the same id does nothing.
    pub payment_id: String,
    /// The whole.
    pub amount: Money,
    /// The day it came.
    pub received_on: Date,
    /// How.
    pub method: Method,
    /// What the bank or the cheque says; may be empty.
    pub reference: String,
    /// Whether the payer gets a receipt.
    pub receipt: bool,
    /// So much is too much, and is to be kept as the customer's credit.
    pub agreed_rest: Option<Money>,
    /// A line of a bank statement says so: when it is taken back, the line waits again.
    pub from_bank: bool,
}

/// How recording ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// It is booked, or was before.
    Recorded,
    /// It is not.
    Refused(RecordRefusal),
    /// An invoice takes no payment, or they are not of one customer.
    NoPlace,
}

/// The job for whoever keeps bank lines: a payment that came from one was taken back. Its payload is the scope and the
/// payment's id.
pub const REVERSED: &str = "BankPaymentReversed";
/// How the charge of a payment is called that a bank line told; of any other, `recorded:`.
const FROM_BANK: &str = "bank:";

/// Whether a payment was told by a bank line.
pub(super) fn is_from_bank(charge_id: &str) -> bool {
    charge_id.starts_with(FROM_BANK)
}

/// The form, filled with what is due.
pub(super) async fn get(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let found = load(&app, &who, &id).await?;
    if found.claim.state == InvoiceState::Draft {
        return Ok(see_other(&format!("/invoices/{id}/edit")));
    }
    let page = visit.page(&who);
    let due = found.claim.amount_due();
    let typed = Typed {
        amount: if due.is_zero() {
            String::new()
        } else {
            in_box(page.l, &plain(due.to_decimal()))
        },
        received_on: app.clock().today_in(&who.zone()).to_string(),
        receipt: !found.customer.email.is_empty(),
        once: app.new_id(),
        ..Typed::default()
    };
    let view = view(page, &found, typed);
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
    if !takes_record(&found.claim) {
        return Err(Problem::Conflict(l.t("payments-record-void").into_owned()));
    }
    let typed = typed(&fields);
    let command = match parse(&app, l, &found, &typed) {
        Ok(command) => command,
        Err(errors) => return Ok(refused(view(page, &found, typed), errors)),
    };
    let amount = command.amount;
    let anyway = typed.anyway;
    match record(&app, &who, &visit.address, &found.claim, command, anyway).await? {
        Changed::Done(Ended::Recorded) => Ok(see_other_saying(
            &app,
            &format!("/invoices/{id}"),
            "positive",
            l.t1("payments-recorded", "amount", money(l, amount).as_str()),
        )),
        Changed::Done(Ended::Refused(why)) => {
            // What is due may have changed while the form was open.
            let found = load(&app, &who, &id).await?;
            let mut view = view(page, &found, typed);
            let errors = said(l, &why, &mut view);
            Ok(refused(view, errors))
        }
        Changed::Done(Ended::NoPlace) => {
            Err(Problem::Conflict(l.t("payments-record-void").into_owned()))
        }
        Changed::Not(_) => {
            let mut view = view(page, &found, typed);
            view.unreachable = true;
            let mut errors = Errors::new();
            errors.add("anyway", l.t("payments-record-unreachable"));
            Ok(refused(view, errors))
        }
    }
}

fn takes_record(claim: &Claim) -> bool {
    !matches!(claim.state, InvoiceState::Draft | InvoiceState::Void)
}

async fn load(app: &App, who: &Who, id: &str) -> Result<Found, Problem> {
    let (scope, id) = (who.scope.clone(), id.to_owned());
    let read = move |tx: &mut Tx<'_>| {
        let claim = claim::get(tx, &scope, &id)?;
        let customer = customers::find(tx, &scope.business_id, &claim.customer_id)?;
        Ok::<_, Error>(Found {
            customer: customer.ok_or(Error::NoRow)?,
            claim,
        })
    };
    Ok(app.db().read(read).await?)
}

fn typed(fields: &Fields) -> Typed {
    Typed {
        amount: fields.get("amount"),
        received_on: fields.get("received_on"),
        method: fields.get("method"),
        reference: fields.get("reference"),
        receipt: fields.find("receipt").is_some(),
        keep_rest: fields.get("keep_rest"),
        anyway: fields.find("anyway").is_some(),
        once: fields.get("once"),
    }
}

fn parse(app: &App, l: Locale, found: &Found, typed: &Typed) -> Result<Came, Errors> {
    let mut errors = Errors::new();
    let currency = found.claim.total.currency();
    let amount = Money::parse_typed(&typed.amount, currency)
        .map_err(|e| errors.add("amount", number_words(l, &e)))
        .ok();
    let received_on = typed.received_on.replace(['/', '.'], "-").parse::<Date>();
    let received_on = received_on.ok();
    if received_on.is_none() {
        let today = app.clock().today_in(&jiff::tz::TimeZone::UTC).to_string();
        errors.add("received_on", l.t1("field-not-a-date", "example", today));
    }
    let method = Method::parse(&typed.method);
    if method.is_none() {
        errors.add("method", l.t("payments-method-choose"));
    }
    if typed.reference.chars().count() > REFERENCE_MAX {
        errors.add("reference", l.t("payments-reference-long"));
    }
    let id = PaymentId::parse(typed.once.as_str());
    match (amount, received_on, method) {
        (Some(amount), Some(received_on), Some(method)) if errors.is_empty() => Ok(Came {
            payment_id: id.map_or_else(|_| app.new_id(), |id| id.as_str().to_owned()),
            amount,
            received_on,
            method,
            reference: typed.reference.clone(),
            receipt: typed.receipt,
            agreed_rest: typed
                .keep_rest
                .parse()
                .ok()
                .and_then(|minor| Money::from_minor(minor, currency).ok()),
            from_bank: false,
        }),
        _ => Err(errors),
    }
}

/// Closes at Stripe what payers have open on the invoice, then records: so that nobody pays what has just come.
async fn record(
    app: &App,
    who: &Who,
    address: &str,
    claim: &Claim,
    came: Came,
    anyway: bool,
) -> Result<Changed<Ended>, Problem> {
    let ids = [claim.invoice_id.clone()];
    let (hands, me, address) = (app.clone(), who.clone(), address.to_owned());
    let over = ids.clone();
    close::change(app, &who.scope, &ids, anyway, move |tx| {
        book(tx, &hands, &me, &address, &over, &came)
    })
    .await
}

/// Books money that came past the provider over invoices of one customer, what is due first first. Whoever calls closes
/// first what payers have open ([`close::change`]).
///
/// # Errors
/// Of the database; [`Error::NoRow`] for an invoice that is not there.
pub fn book(
    tx: &mut Tx<'_>,
    app: &App,
    who: &Who,
    address: &str,
    invoice_ids: &[String],
    c: &Came,
) -> Result<Ended, Error> {
    let scope = &who.scope;
    if store::find_payment(tx, scope, &c.payment_id)?.is_some() {
        return Ok(Ended::Recorded);
    }
    let Some((claim, due)) = lock_owed(tx, scope, invoice_ids, c.amount)? else {
        return Ok(Ended::NoPlace);
    };
    let today = app.clock().today_in(&who.zone());
    if let Err(why) = may_record(c.amount, due, c.received_on, today, c.agreed_rest) {
        return Ok(Ended::Refused(why));
    }
    let claims = settled::lock(tx, app, scope, invoice_ids.iter())?;
    let went = settled::spread_over(c.amount, &claims)?;
    let receipt_number = settled::receipt_number(tx, scope)?;
    let found_by = [receipt_number.as_str(), c.reference.as_str()];
    let search = settled::search_text(tx, &claim, &claims, &found_by)?;
    let told_by = if c.from_bank { FROM_BANK } else { "recorded:" };
    let charge_id = format!("{told_by}{}", c.payment_id);
    store::insert_payment(
        tx,
        &store::NewPayment {
            id: &c.payment_id,
            scope,
            customer_id: &claim.customer_id,
            method: c.method.as_str(),
            amount: c.amount,
            allocated: went.applied,
            intent_id: "",
            charge_id: &charge_id,
            card: ("", "", String::new()),
            receipt_number,
            received_at: received_at(app, who, c.received_on, today),
            reference: &c.reference,
            recorded_by: &who.name,
            search,
        },
        app.now_ms(),
    )?;
    settled::apply(tx, app, &claims, &c.payment_id, &went)?;
    let entry = payment_received(c.method.account(), &went.division()?)
        .map_err(|e| Error::Shape(e.to_string()))?;
    let about = About {
        kind: RECORDED,
        subject: c.payment_id.clone(),
        date: c.received_on,
        memo: numbers(&claims),
        invoice_id: Some(claim.invoice_id.clone()),
        customer_id: Some(claim.customer_id.clone()),
    };
    ledger::post(tx, app, scope, &about, &entry)?;
    let by = who.name.as_str();
    for paid in &claims {
        claim::note(
            tx,
            app,
            &paid.invoice_id,
            "payment-recorded",
            by,
            &c.payment_id,
        )?;
    }
    if went.credited.is_positive() {
        claim::note(
            tx,
            app,
            &claim.invoice_id,
            "payment-credited",
            by,
            &c.payment_id,
        )?;
    }
    audit::record(tx, app, &entry_of(who, address, &numbers(&claims), c))?;
    if c.receipt {
        let payload = format!("{} {}", c.payment_id, claim.invoice_id);
        kit::jobs::enqueue(tx, app.hands(), SEND_RECEIPT, &c.payment_id, &payload)?;
    }
    Ok(Ended::Recorded)
}

/// Today: now. A day before: its noon, so that it is that day in every neighbouring zone.
fn received_at(app: &App, who: &Who, day: Date, today: Date) -> i64 {
    if day == today {
        return app.now_ms();
    }
    let noon = day.at(12, 0, 0, 0).to_zoned(who.zone());
    noon.map_or(app.now_ms(), |at| at.timestamp().as_millisecond())
}

/// The first of the invoices and what is due on all of them; nothing when they are of several customers, or one of them
/// takes no payment.
fn lock_owed(
    tx: &mut Tx<'_>,
    scope: &Scope,
    invoice_ids: &[String],
    amount: Money,
) -> Result<Option<(Claim, Money)>, Error> {
    let mut ids: Vec<&String> = invoice_ids.iter().collect();
    ids.sort();
    ids.dedup();
    let (mut first, mut due) = (None::<Claim>, Money::zero(amount.currency()));
    for id in ids {
        let claim = claim::lock(tx, scope, id)?;
        let customer = first
            .as_ref()
            .map_or(&claim.customer_id, |f| &f.customer_id);
        if !takes_record(&claim) || *customer != claim.customer_id {
            return Ok(None);
        }
        due = match due.checked_add(claim.amount_due()) {
            Ok(sum) => sum,
            // Another currency: said as such by the rule.
            Err(_) => claim.amount_due(),
        };
        first.get_or_insert(claim);
    }
    Ok(first.map(|claim| (claim, due)))
}

fn numbers(claims: &[Claim]) -> String {
    let numbers: Vec<&str> = claims.iter().map(|c| c.number.as_str()).collect();
    numbers.join(", ")
}

fn entry_of(who: &Who, address: &str, numbers: &str, c: &Came) -> audit::Entry {
    audit::Entry::by(
        who,
        "payment.recorded",
        numbers,
        format!(
            "{} {} {} {}",
            c.payment_id,
            c.amount,
            c.method.as_str(),
            c.reference
        ),
        address.to_owned(),
    )
}

fn said(l: Locale, why: &RecordRefusal, view: &mut View) -> Errors {
    let mut errors = Errors::new();
    match why {
        RecordRefusal::NotPositive | RecordRefusal::OtherCurrency => {
            errors.add("amount", l.t("payments-record-nothing"));
        }
        RecordRefusal::InFuture => errors.add("received_on", l.t("payments-record-future")),
        RecordRefusal::RestNotAgreed { rest } => {
            let rest_words = money(l, *rest);
            let words = l.t2(
                "payments-record-keep",
                "rest",
                rest_words.as_str(),
                "customer",
                view.customer.as_str(),
            );
            view.rest = Some((rest.minor(), words.into_owned()));
            errors.add(
                "keep_rest",
                l.t1("payments-record-rest", "rest", rest_words.as_str()),
            );
        }
    }
    errors
}

fn refused(mut view: View, errors: Errors) -> Response {
    view.page = view.page.with_errors(&errors);
    view.errors = errors;
    view.page.unprocessable(&view)
}

fn view(page: Page, found: &Found, f: Typed) -> View {
    let l = page.l;
    let title = l.t1(
        "payments-record-title",
        "number",
        found.claim.number.as_str(),
    );
    let methods = Method::ALL
        .iter()
        .map(|m| Choice::new(m.as_str(), l.t(method_word(*m))));
    View {
        errors: Errors::new(),
        id: found.claim.invoice_id.clone(),
        customer: found.customer.name.clone(),
        due: money(l, found.claim.amount_due()),
        currency: found.claim.total.currency().code().to_owned(),
        methods: methods.collect(),
        address: found.customer.email.clone(),
        processing: found.claim.processing.is_positive(),
        rest: None,
        unreachable: false,
        page: page.titled(title).within(Section::Invoices),
        f,
    }
}
