//! A payment that a bank was working on for days, and that failed: the payer, who was told that it was under way, and the
//! seller, who counted on it, are told once each.

use billing::money::Money;
use kit::db::{Error, Tx};
use kit::jobs::Outcome;
use kit::locale::{self, Locale};

use super::attempts::{self, Item};
use super::words::money;
use crate::app::App;
use crate::customers;
use crate::invoices::claim::{self, Claim};
use crate::invoices::frozen::{self, Frozen};
use crate::invoices::{self, link};
use crate::mail::news::{self, News};
use crate::mail::seller::{own_sender, tell_seller};
use crate::mail::{self, letters::Sender};
use crate::settings;

/// Does the job [`super::settle::SAY_FAILED`]; its payload is the attempt. Both letters and the mark that they were
/// written are one transaction, so doing it again sends nothing twice.
pub async fn say_failed(app: &App, attempt_id: &str) -> Outcome {
    let (app_in, id) = (app.clone(), attempt_id.to_owned());
    match app.db().write(move |tx| say(tx, &app_in, &id)).await {
        Ok(()) => Outcome::Done,
        Err(error) => Outcome::Retry(error.to_string()),
    }
}

fn say(tx: &mut Tx<'_>, app: &App, attempt_id: &str) -> Result<(), Error> {
    let attempt = attempts::lock_attempt(tx, attempt_id)?;
    if !attempts::update_failure_told(tx, attempt_id, app.now_ms())? {
        return Ok(());
    }
    let items = attempts::list_items(tx, attempt_id)?;
    let Some(first) = items.first() else {
        return Ok(());
    };
    let claim = claim::get(tx, &attempt.scope, &first.invoice_id)?;
    let amount = whole(&items)?;
    to_payer(tx, app, &claim, amount)?;
    to_seller(tx, app, &claim, amount)
}

fn whole(items: &[Item]) -> Result<Money, Error> {
    let currency = items[0].amount.currency();
    Money::sum(currency, items.iter().map(|item| item.amount))
        .map_err(|e| Error::Shape(e.to_string()))
}

fn to_payer(tx: &mut Tx<'_>, app: &App, claim: &Claim, amount: Money) -> Result<(), Error> {
    let Some(frozen) = frozen::find(tx, &claim.scope, &claim.invoice_id)? else {
        return Ok(());
    };
    let Some((_, url)) = link::for_invoice(tx, app, &claim.invoice_id)? else {
        return Ok(());
    };
    let customer = customers::find(tx, &claim.scope.business_id, &claim.customer_id)?;
    let to_address = customer
        .map(|c| c.email)
        .filter(|email| !email.is_empty())
        .unwrap_or_else(|| frozen.buyer.email.clone());
    if to_address.is_empty() {
        return Ok(());
    }
    let letter = news::write(&payers_news(&frozen, claim, amount))
        .map_err(|e| Error::Failed(e.to_string()))?;
    let new = mail::NewMail {
        scope: claim.scope.clone(),
        kind: "payment_failed",
        invoice_id: Some(claim.invoice_id.clone()),
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
    claim::note(
        tx,
        app,
        &claim.invoice_id,
        "payment-failed-mailed",
        "",
        &to_address,
    )
}

fn payers_news(frozen: &Frozen, claim: &Claim, amount: Money) -> News {
    let l = frozen.locale();
    let sender = invoices::send::sender(frozen);
    let amount = money(l, amount);
    let args: &[(&str, locale::Value<'_>)] = &[
        ("number", claim.number.as_str().into()),
        ("amount", amount.as_str().into()),
        ("business", sender.name.as_str().into()),
    ];
    News {
        l,
        subject: l.ta("payment-failed-letter-subject", args).into_owned(),
        first: l.ta("payment-failed-letter-first", args).into_owned(),
        facts: vec![(l.t("invoice").into_owned(), claim.number.clone())],
        text: vec![
            l.t("payment-failed-letter-do").into_owned(),
            l.t("letter-questions").into_owned(),
        ],
        act: l.t("letter-view-invoice").into_owned(),
        sender,
        amount,
    }
}

fn to_seller(tx: &mut Tx<'_>, app: &App, claim: &Claim, amount: Money) -> Result<(), Error> {
    let business = settings::business(tx, &claim.scope.business_id)?;
    let customer = customers::find(tx, &claim.scope.business_id, &claim.customer_id)?;
    let customer = customer.map(|c| c.name).unwrap_or_default();
    let l = Locale::for_customer(business.language, business.country.code());
    let news = sellers_news(l, own_sender(&business), claim, &customer, amount);
    let link = format!("/invoices/{}", claim.invoice_id);
    tell_seller(
        tx,
        app,
        &claim.scope,
        &business,
        "payment_failed_seller",
        &link,
        &news,
    )
}

fn sellers_news(l: Locale, sender: Sender, claim: &Claim, customer: &str, amount: Money) -> News {
    let amount = money(l, amount);
    let args: &[(&str, locale::Value<'_>)] = &[
        ("number", claim.number.as_str().into()),
        ("amount", amount.as_str().into()),
        ("customer", customer.into()),
    ];
    News {
        l,
        sender,
        subject: l.ta("payment-failed-seller-subject", args).into_owned(),
        first: l.ta("payment-failed-seller-first", args).into_owned(),
        amount: String::new(),
        facts: vec![(l.t("customer").into_owned(), customer.to_owned())],
        text: vec![l.t("payment-failed-seller-do").into_owned()],
        act: l.t("letter-view-invoice").into_owned(),
    }
}
