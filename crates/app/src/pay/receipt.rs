//! `GET /i/{token}/receipt`: the proof of payment. Safe to reload and to keep; only what was booked stands on it.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use billing::money::Money;
use http::StatusCode;
use jiff::Timestamp;
use kit::locale::Locale;

use super::behind::{self, Behind};
use super::nothing_here;
use super::shown::{Day, Refunded, Shown, money};
use crate::app::App;
use crate::invoices::claim::{self, Source};
use crate::page::Page;
use crate::payments::{PaymentSummary, method_words};
use crate::problem::Problem;
use crate::visit::{Visit, see_other};

#[derive(Template)]
#[template(path = "pay/receipt.html")]
struct Receipt {
    page: Page,
    shown: Shown,
    paid_word: String,
    amount: String,
    /// What is still owed; empty for nothing.
    still: String,
    /// The whole payment, where this invoice took only a part of it; else empty.
    whole: String,
    day: Day,
    method: String,
    receipt_number: String,
    refunds: Vec<Refunded>,
    back: String,
}

/// The latest payment of the invoice; without one, the invoice.
///
/// # Errors
/// Of the database.
pub async fn get(
    State(app): State<App>,
    Path(token): Path<String>,
    visit: Visit,
) -> Result<Response, Problem> {
    let Some(behind) = behind::find(&app, &token).await? else {
        return Ok(nothing_here(&visit));
    };
    let back = format!("/i/{token}");
    let Some(payment) = behind.payments.last() else {
        return Ok(see_other(&back));
    };
    let (id, invoice) = (payment.id.clone(), behind.claim.invoice_id.clone());
    let read =
        move |tx: &mut kit::db::Tx<'_>| claim::list_shares(tx, &Source::payment(id.as_str()));
    let shares = app.db().read::<_, kit::db::Error, _>(read).await?;
    // Whoever holds a link sees this invoice and no other (LNK-02): of a payment of several, what this one took.
    let share = shares.iter().find(|share| share.invoice_id == invoice);
    let share = share.map_or(payment.amount, |share| share.amount);
    let view = view(&behind, (payment, share), behind.page(&visit), back);
    Ok(view.page.answer(StatusCode::OK, &view))
}

fn view(
    behind: &Behind,
    (payment, share): (&PaymentSummary, Money),
    mut page: Page,
    back: String,
) -> Receipt {
    let l = page.l;
    page.title = l
        .t1("pay-receipt-title", "number", behind.frozen.number.as_str())
        .into_owned();
    page.path = format!("{back}/receipt");
    let due = behind.due();
    let paid_word = if due.is_zero() {
        l.t("pay-receipt-paid")
    } else {
        l.t("pay-receipt-partly")
    };
    let received =
        Timestamp::from_millisecond(payment.received_at).unwrap_or(Timestamp::UNIX_EPOCH);
    Receipt {
        paid_word: paid_word.into_owned(),
        amount: money(l, share),
        whole: if share == payment.amount {
            String::new()
        } else {
            money(l, payment.amount)
        },
        still: if due.is_zero() {
            String::new()
        } else {
            money(l, due)
        },
        day: Day::new(l, received.to_zoned(behind.zone.clone()).date()),
        method: method(l, payment, &behind.frozen.seller.name),
        receipt_number: payment.receipt_number.clone(),
        refunds: behind.refunded(l),
        shown: Shown::new(l, &behind.frozen),
        back,
        page,
    }
}

/// Brand and last four, which is all that is ever known of a card (PAY-04).
fn method(l: Locale, payment: &PaymentSummary, seller: &str) -> String {
    if payment.intent_id.is_empty() {
        let how = method_words(l, payment);
        l.t2(
            "pay-receipt-other-method",
            "how",
            how.as_str(),
            "seller",
            seller,
        )
        .into_owned()
    } else if payment.card_last4.is_empty() {
        l.t("pay-receipt-any-card").into_owned()
    } else {
        let brand = brand(&payment.card_brand);
        l.t2(
            "pay-receipt-card",
            "brand",
            brand,
            "last4",
            payment.card_last4.as_str(),
        )
        .into_owned()
    }
}

/// Brands are names: the same in every language.
fn brand(word: &str) -> String {
    match word {
        "visa" => "Visa".to_owned(),
        "mastercard" => "Mastercard".to_owned(),
        "amex" => "American Express".to_owned(),
        "discover" => "Discover".to_owned(),
        "diners" => "Diners Club".to_owned(),
        "jcb" => "JCB".to_owned(),
        "unionpay" => "UnionPay".to_owned(),
        "interac" => "Interac".to_owned(),
        other => other.replace('_', " "),
    }
}
