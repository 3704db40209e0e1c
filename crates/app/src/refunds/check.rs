//! `/payments/{id}/refund`: how much and why; then the check page, which says what will happen and asks for the password
//! again (AUT-07); then the act.

use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use billing::dispute::DisputeStatus;
use billing::money::Money;
use billing::refund::{CannotRefund, check_amount};
use http::Uri;
use kit::db::Tx;
use kit::locale::Locale;
use secrecy::SecretString;
use serde::Deserialize;

use super::begin::{self, NotBegun, Wish};
use super::make::{self, Made};
use super::words;
use crate::app::App;
use crate::customers;
use crate::disputes;
use crate::fields::Fields;
use crate::figures::number_words;
use crate::online_payment;
use crate::page::{Choice, Errors, Page, Section};
use crate::payments::back;
use crate::payments::booked::{self, Booked};
use crate::problem::Problem;
use crate::sign_in;
use crate::visit::{Visit, see_other, see_other_saying};
use crate::who::Who;

#[derive(Template)]
#[template(path = "refunds/form.html")]
struct FormView {
    page: Page,
    errors: Errors,
    payment: PaymentView,
    amount: String,
    unit: String,
    reason: String,
    reasons: Vec<Choice>,
    note: String,
    /// The bank only asks: a refund of the whole ends that.
    inquiry: bool,
}

#[derive(Template)]
#[template(path = "refunds/check.html")]
struct CheckView {
    page: Page,
    errors: Errors,
    payment: PaymentView,
    /// Posted back as it stands here.
    once: String,
    typed: String,
    reason: String,
    reason_words: String,
    note: String,
    amount: String,
    left: String,
    fee: String,
    credit: String,
    claims: Vec<ClaimView>,
}

/// An invoice whose claim the refund opens.
struct ClaimView {
    number: String,
    amount: String,
}

/// The payment as both pages show it.
#[derive(Clone)]
struct PaymentView {
    id: String,
    amount: String,
    customer: String,
    when: String,
    method: String,
    rest: String,
    back: String,
}

/// The form as the check page posts it.
#[derive(Deserialize)]
pub(super) struct Posted {
    #[serde(default)]
    once: String,
    #[serde(default)]
    amount: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    note: String,
    #[serde(default)]
    password: SecretString,
}

/// What both pages need to know.
struct Stand {
    payment: Booked,
    customer: String,
    rest: Result<Money, CannotRefund>,
    /// Whether there are keys to ask Stripe with.
    keyed: bool,
    inquiry: bool,
    /// The page of the invoice it paid.
    back: String,
}

pub(super) async fn form(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    Path(id): Path<String>,
    uri: Uri,
) -> Result<Response, Problem> {
    let stand = load(&app, &who, &id).await?;
    let page = frame(&visit, &who);
    let rest = may_refund(&page, &stand)?;
    let asked = Fields::of_query(&uri);
    let amount = match asked.find("amount") {
        Some(typed) => typed.to_owned(),
        None => plain(page.l, rest),
    };
    let view = form_view(&page, &who, &stand, rest, &amount, &asked, Errors::new());
    Ok(view.page.ok(&view))
}

pub(super) async fn get(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    Path(id): Path<String>,
    uri: Uri,
) -> Result<Response, Problem> {
    let stand = load(&app, &who, &id).await?;
    let page = frame(&visit, &who);
    let rest = may_refund(&page, &stand)?;
    let asked = Fields::of_query(&uri);
    match parse(page.l, &asked.get("amount"), &asked.get("note"), rest) {
        Ok(amount) => {
            let once = app.new_id();
            let posted = Posted {
                once,
                amount: asked.get("amount"),
                reason: known_reason(&asked.get("reason")),
                note: asked.get("note"),
                password: SecretString::default(),
            };
            check_page(&app, &page, &who, &stand, amount, &posted, Errors::new()).await
        }
        Err(errors) => {
            let page = page.with_errors(&errors);
            let typed = asked.get("amount");
            let view = form_view(&page, &who, &stand, rest, &typed, &asked, errors);
            Ok(view.page.unprocessable(&view))
        }
    }
}

pub(super) async fn post(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    Path(id): Path<String>,
    Form(posted): Form<Posted>,
) -> Result<Response, Problem> {
    let page = frame(&visit, &who);
    // The same form pressed twice: the first press has done it.
    if let Some(done) = find_done(&app, &who, &posted.once).await? {
        return Ok(see_other(&format!("/refunds/{done}")));
    }
    let stand = load(&app, &who, &id).await?;
    let rest = may_refund(&page, &stand)?;
    let amount = match parse(page.l, &posted.amount, &posted.note, rest) {
        Ok(amount) => amount,
        Err(errors) => {
            let asked = Fields::new(vec![
                ("amount".into(), posted.amount.clone()),
                ("reason".into(), posted.reason.clone()),
                ("note".into(), posted.note.clone()),
            ]);
            let page = page.with_errors(&errors);
            let view = form_view(&page, &who, &stand, rest, &posted.amount, &asked, errors);
            return Ok(view.page.unprocessable(&view));
        }
    };
    if billing::id::RefundId::parse(posted.once.as_str()).is_err() {
        return Ok(see_other(&format!("/payments/{id}/refund")));
    }
    if !sign_in::confirm_password(&app, &who, posted.password.clone()).await? {
        let mut errors = Errors::new();
        errors.add("password", page.l.t("refund-password-wrong"));
        return check_page(&app, &page, &who, &stand, amount, &posted, errors).await;
    }
    let wish = Wish {
        id: posted.once.clone(),
        payment_id: id.clone(),
        amount,
        reason: known_reason(&posted.reason),
        note: posted.note.trim().to_owned(),
        credit_note_id: None,
        address: visit.address.clone(),
    };
    let refund = match begin::begin(&app, &who, wish).await? {
        Ok(refund) => refund,
        Err(NotBegun::NotOnline) => {
            return Err(Problem::Conflict(
                page.l.t("refund-not-online").into_owned(),
            ));
        }
        // Somebody was faster: what is left now is said, and nothing was done.
        Err(NotBegun::Refused(why)) => {
            return Err(Problem::Conflict(words::cannot(page.l, why)));
        }
    };
    let made = make::make(&app, &refund.id).await?;
    let to = format!("/refunds/{}", refund.id);
    Ok(match made {
        Made::Known => see_other(&to),
        Made::Unknown | Made::NoKeys => {
            see_other_saying(&app, &to, "warn", page.l.t("refund-outcome-unknown"))
        }
    })
}

fn parse(l: Locale, typed: &str, note: &str, rest: Money) -> Result<Money, Errors> {
    let mut errors = Errors::new();
    let amount = match Money::parse_typed(typed, rest.currency()) {
        Ok(amount) => match check_amount(amount, rest) {
            Ok(()) => Some(amount),
            Err(why) => {
                errors.add("amount", words::cannot(l, why));
                None
            }
        },
        Err(billing::typed::TypedError::Empty) => {
            errors.add("amount", l.t("refund-enter-amount"));
            None
        }
        Err(refusal) => {
            errors.add("amount", number_words(l, &refusal));
            None
        }
    };
    if note.chars().count() > NOTE_MAX {
        errors.add("note", l.t1("refund-note-long", "most", NOTE_MAX as i64));
    }
    amount.filter(|_| errors.is_empty()).ok_or(errors)
}

const NOTE_MAX: usize = 500;

fn known_reason(text: &str) -> String {
    words::REASONS
        .iter()
        .find(|(word, _)| *word == text)
        .map(|(word, _)| (*word).to_owned())
        .unwrap_or_default()
}

async fn load(app: &App, who: &Who, id: &str) -> Result<Stand, Problem> {
    let (scope, id) = (who.scope.clone(), id.to_owned());
    let read = move |tx: &mut Tx<'_>| {
        let payment = booked::find(tx, &scope, &id)?.ok_or(kit::db::Error::NoRow)?;
        let customer = customers::find(tx, &scope.business_id, &payment.customer_id)?;
        let drawer = online_payment::drawer(tx, &scope)?;
        let inquiry = disputes::statuses_of_payment(tx, &payment.id)?
            .iter()
            .any(|status| status.is_open() && DisputeStatus::is_inquiry(*status));
        Ok::<_, kit::db::Error>(Stand {
            keyed: drawer.is_some_and(|drawer| !drawer.secret_sealed.is_empty()),
            inquiry,
            rest: begin::rest(tx, &payment)?,
            back: words::invoice_href(tx, &payment.id)?,
            customer: customer.map(|c| c.name).unwrap_or_default(),
            payment,
        })
    };
    Ok(app.db().read(read).await?)
}

async fn find_done(app: &App, who: &Who, once: &str) -> Result<Option<String>, Problem> {
    let (scope, id) = (who.scope.clone(), once.to_owned());
    let found = app
        .db()
        .read(move |tx| super::store::find_refund(tx, &scope, &id))
        .await?;
    Ok(found.map(|refund| refund.id))
}

/// What is left; a page with the reason when it is nothing.
fn may_refund(page: &Page, stand: &Stand) -> Result<Money, Problem> {
    if !stand.payment.is_online() {
        return Err(Problem::Conflict(
            page.l.t("refund-not-online").into_owned(),
        ));
    }
    if !stand.keyed {
        return Err(Problem::Conflict(
            page.l.t("refund-needs-keys").into_owned(),
        ));
    }
    stand
        .rest
        .map_err(|why| Problem::Conflict(words::cannot(page.l, why)))
}

fn frame(visit: &Visit, who: &Who) -> Page {
    let page = visit.page(who);
    let title = page.l.t("refund-title");
    page.titled(title).within(Section::Invoices)
}

fn payment_view(page: &Page, who: &Who, stand: &Stand, rest: Money) -> PaymentView {
    let l = page.l;
    let at = jiff::Timestamp::from_millisecond(stand.payment.received_at).unwrap_or_default();
    PaymentView {
        id: stand.payment.id.clone(),
        amount: words::money(l, stand.payment.amount),
        customer: stand.customer.clone(),
        when: l.date_long(who.zone().to_datetime(at).date()),
        method: stand.payment.card_words(),
        rest: words::money(l, rest),
        back: stand.back.clone(),
    }
}

#[allow(clippy::too_many_arguments)] // a page is made of what it shows
fn form_view(
    page: &Page,
    who: &Who,
    stand: &Stand,
    rest: Money,
    amount: &str,
    asked: &Fields,
    errors: Errors,
) -> FormView {
    let l = page.l;
    let chosen = known_reason(&asked.get("reason"));
    FormView {
        errors,
        payment: payment_view(page, who, stand, rest),
        amount: amount.to_owned(),
        unit: l.currency_symbol(rest.currency().code()).to_owned(),
        reason: if chosen.is_empty() {
            words::REASONS[0].0.to_owned()
        } else {
            chosen
        },
        reasons: words::REASONS
            .iter()
            .map(|(word, key)| Choice::new(*word, l.t(key)))
            .collect(),
        note: asked.get("note"),
        inquiry: stand.inquiry,
        page: page.clone(),
    }
}

/// The amount in a box: figures without a sign.
fn plain(l: Locale, amount: Money) -> String {
    l.money_plain(amount.minor(), amount.currency().exponent())
}

async fn check_page(
    app: &App,
    page: &Page,
    who: &Who,
    stand: &Stand,
    amount: Money,
    posted: &Posted,
    errors: Errors,
) -> Result<Response, Problem> {
    let l = page.l;
    let payment = stand.payment.clone();
    let foreseen = app
        .db()
        .read(move |tx| back::foresee(tx, &payment, amount))
        .await?;
    let rest = may_refund(page, stand)?;
    let left = rest.checked_sub(amount).map_err(Problem::internal)?;
    let opened = foreseen.shares.iter().filter(|s| s.claim.is_positive());
    let claims = opened.map(|share| ClaimView {
        number: share.number.clone(),
        amount: words::money(l, share.claim),
    });
    let failed = !errors.is_empty();
    let view = CheckView {
        payment: payment_view(page, who, stand, rest),
        once: posted.once.clone(),
        typed: posted.amount.clone(),
        reason: posted.reason.clone(),
        reason_words: words::reason(l, &posted.reason),
        note: posted.note.clone(),
        amount: words::money(l, amount),
        left: words::money(l, left),
        fee: stand
            .payment
            .fee
            .filter(|fee| fee.is_positive())
            .map(|fee| words::money(l, fee))
            .unwrap_or_default(),
        credit: if foreseen.from_credit.is_positive() {
            words::money(l, foreseen.from_credit)
        } else {
            String::new()
        },
        claims: claims.collect(),
        page: page
            .clone()
            .titled(l.t("refund-check-title"))
            .with_errors(&errors),
        errors,
    };
    Ok(if failed {
        view.page.unprocessable(&view)
    } else {
        view.page.ok(&view)
    })
}
