//! The jobs that tell people of a refund. The mail's row and the mark that it was written are one transaction, so doing
//! a job again sends nothing twice.

use jiff::Timestamp;
use kit::db::{Error, Tx};
use kit::jobs::Outcome;
use kit::locale::Locale;

use super::{RefundRow, letters, store, words};
use crate::app::App;
use crate::invoices::claim;
use crate::invoices::frozen::{self, Frozen};
use crate::invoices::{self, link};
use crate::mail::seller::{own_sender, tell_seller};
use crate::mail::{self, news};
use crate::payments::booked::name_or_nobody;
use crate::payments::{back, booked};
use crate::settings;

/// Does the job [`super::MAIL_PAYER`].
pub async fn mail_payer(app: &App, refund_id: &str) -> Outcome {
    let (app_in, id) = (app.clone(), refund_id.to_owned());
    done(app.db().write(move |tx| to_payer(tx, &app_in, &id)).await)
}

/// Does the job [`super::MAIL_FAILURE`].
pub async fn mail_failure(app: &App, refund_id: &str) -> Outcome {
    let (app_in, id) = (app.clone(), refund_id.to_owned());
    done(app.db().write(move |tx| to_seller(tx, &app_in, &id)).await)
}

fn done(result: Result<(), Error>) -> Outcome {
    match result {
        Ok(()) => Outcome::Done,
        Err(error) => Outcome::Retry(error.to_string()),
    }
}

fn to_payer(tx: &mut Tx<'_>, app: &App, id: &str) -> Result<(), Error> {
    let refund = store::lock_refund(tx, id)?;
    if refund.payer_mailed_at.is_some() {
        return Ok(());
    }
    store::update_payer_mailed(tx, id, app.now_ms())?;
    let Some((invoice_id, frozen)) = invoice_of(tx, &refund)? else {
        return Ok(());
    };
    let Some((_, url)) = link::for_invoice(tx, app, &invoice_id)? else {
        return Ok(());
    };
    let customer = booked::find_customer(tx, &refund.scope, &refund.payment_id)?;
    let to_address = customer
        .map(|c| c.email)
        .filter(|email| !email.is_empty())
        .unwrap_or_else(|| frozen.buyer.email.clone());
    if to_address.is_empty() {
        return Ok(());
    }
    let payment = booked::find(tx, &refund.scope, &refund.payment_id)?.ok_or(Error::NoRow)?;
    let due = claim::get(tx, &refund.scope, &invoice_id)?.amount_due();
    let zone = settings::business(tx, &refund.scope.business_id)?.zone();
    let taken = Timestamp::from_millisecond(refund.taken_at.unwrap_or(refund.created_at));
    let letter = news::write(&letters::returned(&letters::Returned {
        l: frozen.locale(),
        sender: invoices::send::sender(&frozen),
        number: frozen.number.clone(),
        amount: words::money(frozen.locale(), refund.amount),
        on: zone.to_datetime(taken.unwrap_or_default()).date(),
        method: payment.card_words(),
        owed: if due.is_zero() {
            String::new()
        } else {
            words::money(frozen.locale(), due)
        },
    }))
    .map_err(|e| Error::Failed(e.to_string()))?;
    let new = mail::NewMail {
        scope: refund.scope.clone(),
        kind: "refund",
        invoice_id: Some(invoice_id.clone()),
        link: url
            .strip_prefix(app.public_url())
            .unwrap_or(&url)
            .to_owned(),
        to_address: to_address.clone(),
        to_name: frozen.buyer.name.clone(),
        reply_to: frozen.seller.email.clone(),
        from_name: frozen.seller.name.clone(),
        language: frozen.lang(),
        subject: letter.subject,
        text: letter.text,
        html: letter.html,
    };
    mail::queue(tx, app, new)?;
    claim::note(tx, app, &invoice_id, "refund-mailed", "", &to_address)
}

/// The invoice a refund is told by: the first it gave something back for, else the first its payment settled.
fn invoice_of(tx: &mut Tx<'_>, refund: &RefundRow) -> Result<Option<(String, Frozen)>, Error> {
    let mut ids: Vec<String> = back::list_shares(tx, &refund.source())?
        .into_iter()
        .map(|share| share.invoice_id)
        .collect();
    let paid = claim::list_shares(tx, &claim::Source::payment(refund.payment_id.as_str()))?;
    ids.extend(paid.into_iter().map(|share| share.invoice_id));
    for id in ids {
        if let Some(frozen) = frozen::find(tx, &refund.scope, &id)? {
            return Ok(Some((id, frozen)));
        }
    }
    Ok(None)
}

fn to_seller(tx: &mut Tx<'_>, app: &App, id: &str) -> Result<(), Error> {
    let refund = store::lock_refund(tx, id)?;
    if refund.seller_mailed_at.is_some() {
        return Ok(());
    }
    store::update_seller_mailed(tx, id, app.now_ms())?;
    let business = settings::business(tx, &refund.scope.business_id)?;
    let customer = booked::find_customer(tx, &refund.scope, &refund.payment_id)?;
    let in_tray = customer.is_none();
    let l = Locale::for_customer(business.language, business.country.code());
    let news = letters::not_arrived(&letters::NotArrived {
        l,
        sender: own_sender(&business),
        customer: name_or_nobody(l, &customer.map(|c| c.name).unwrap_or_default()),
        in_tray,
        amount: words::money(l, refund.amount),
        why: words::failure(l, &refund.failure_reason),
    });
    let link = format!("/refunds/{id}");
    tell_seller(
        tx,
        app,
        &refund.scope,
        &business,
        "refund_failed",
        &link,
        &news,
    )
}
