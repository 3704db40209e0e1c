//! The letters of autopay: to the payer before a charge, when their bank wants them, when a charge was declined; to the
//! seller when it cannot go on by itself. Each is written in the transaction of the step it belongs to.

use billing::payment::autopay::{Verdict, Why};
use billing::payment::decline::DeclineGroup;
use jiff::civil::Date;
use kit::db::{Error, Tx};
use kit::locale::{self, Locale};

use super::decide::Known;
use crate::app::App;
use crate::cards;
use crate::customers;
use crate::invoices::frozen::{self, Frozen};
use crate::invoices::{self, claim, link};
use crate::mail::letters::Sender;
use crate::mail::news::{self, News};
use crate::mail::{self, NewMail};

/// A payer who can be written to.
struct Payer {
    l: Locale,
    frozen: Frozen,
    to_address: String,
    /// The invoice's page, without the host.
    link: String,
    /// `Visa •••• 4242`.
    card: String,
    /// What is due, as the payer reads it.
    amount: String,
}

fn payer(tx: &mut Tx<'_>, app: &App, known: &Known) -> Result<Option<Payer>, Error> {
    let claim = &known.claim;
    let Some(frozen) = frozen::find(tx, &claim.scope, &claim.invoice_id)? else {
        return Ok(None);
    };
    let Some((_, url)) = link::for_invoice(tx, app, &claim.invoice_id)? else {
        return Ok(None);
    };
    let customer = customers::find(tx, &claim.scope.business_id, &claim.customer_id)?;
    let to_address = customer
        .map(|c| c.email)
        .filter(|email| !email.is_empty())
        .unwrap_or_else(|| frozen.buyer.email.clone());
    if to_address.is_empty() {
        return Ok(None);
    }
    let l = frozen.locale();
    Ok(Some(Payer {
        l,
        to_address,
        link: url
            .strip_prefix(app.public_url())
            .unwrap_or(&url)
            .to_owned(),
        card: known
            .card
            .as_ref()
            .map(cards::SavedCard::words)
            .unwrap_or_default(),
        amount: frozen.money(l, claim.amount_due().minor()),
        frozen,
    }))
}

/// What a letter to the payer says, by the keys of its sentences.
struct Said {
    kind: &'static str,
    subject: &'static str,
    first: &'static str,
    text: Vec<&'static str>,
    act: &'static str,
    /// Where the button leads: the card form instead of the invoice.
    to_form: bool,
    /// To the Customer Area instead.
    to_area: bool,
    day: Option<Date>,
}

fn write(
    tx: &mut Tx<'_>,
    app: &App,
    known: &Known,
    payer: &Payer,
    said: &Said,
) -> Result<String, Error> {
    let (l, frozen) = (payer.l, &payer.frozen);
    let day = said.day.map(|day| l.date_long(day)).unwrap_or_default();
    let area = format!("{}/area", app.public_url());
    let args: &[(&str, locale::Value<'_>)] = &[
        ("number", frozen.number.as_str().into()),
        ("amount", payer.amount.as_str().into()),
        ("business", frozen.seller.name.as_str().into()),
        ("card", payer.card.as_str().into()),
        ("date", day.as_str().into()),
        ("area", area.as_str().into()),
    ];
    let letter = news::write(&News {
        l,
        sender: invoices::send::sender(frozen),
        subject: l.ta(said.subject, args).into_owned(),
        first: l.ta(said.first, args).into_owned(),
        amount: payer.amount.clone(),
        facts: vec![
            (l.t("invoice").into_owned(), frozen.number.clone()),
            (l.t("saved-card").into_owned(), payer.card.clone()),
        ],
        text: said
            .text
            .iter()
            .map(|key| l.ta(key, args).into_owned())
            .collect(),
        act: l.t(said.act).into_owned(),
    })
    .map_err(|e| Error::Failed(e.to_string()))?;
    let link = match (said.to_area, said.to_form) {
        (true, _) => "/area".to_owned(),
        (_, true) => format!("{}/pay", payer.link),
        _ => payer.link.clone(),
    };
    let claim = &known.claim;
    let new = NewMail {
        scope: claim.scope.clone(),
        kind: said.kind,
        invoice_id: Some(claim.invoice_id.clone()),
        link,
        to_address: payer.to_address.clone(),
        to_name: frozen.buyer.name.clone(),
        reply_to: frozen.seller.email.clone(),
        from_name: frozen.seller.name.clone(),
        language: frozen.lang(),
        subject: letter.subject,
        text: letter.text,
        html: letter.html,
    };
    let id = mail::queue(tx, app, new)?;
    claim::note(tx, app, &claim.invoice_id, said.kind, "", &payer.to_address)?;
    Ok(id)
}

/// Of the charge ahead: what, when, with which card, and how to stop it. Nothing when there is nobody to tell.
pub(super) fn notice(
    tx: &mut Tx<'_>,
    app: &App,
    known: &Known,
    charge_on: Date,
) -> Result<Option<String>, Error> {
    let Some(payer) = payer(tx, app, known)? else {
        return Ok(None);
    };
    let said = Said {
        kind: "autopay-notice",
        subject: locale::key("autopay-notice-subject"),
        first: locale::key("autopay-notice-first"),
        text: vec![
            locale::key("autopay-notice-nothing"),
            locale::key("autopay-letter-stop"),
        ],
        act: locale::key("letter-view-invoice"),
        to_form: false,
        to_area: false,
        day: Some(charge_on),
    };
    write(tx, app, known, &payer, &said).map(Some)
}

/// The card will be of no use on the day of the charge.
pub(super) fn card_ends(
    tx: &mut Tx<'_>,
    app: &App,
    known: &Known,
    charge_on: Date,
) -> Result<(), Error> {
    if let Some(card) = &known.card {
        cards::note_told_of_end(tx, card)?;
    }
    let Some(payer) = payer(tx, app, known)? else {
        return Ok(());
    };
    let said = Said {
        kind: "autopay-card-ends",
        subject: locale::key("autopay-card-ends-subject"),
        first: locale::key("autopay-card-ends-first"),
        text: vec![locale::key("autopay-card-ends-do")],
        act: locale::key("saved-letter-act"),
        to_form: false,
        to_area: true,
        day: Some(charge_on),
    };
    write(tx, app, known, &payer, &said).map(drop)
}

/// Their bank wants to see them, or the card is not right: only they can help, by the same payment.
pub(super) fn asks_payer(tx: &mut Tx<'_>, app: &App, known: &Known) -> Result<(), Error> {
    let Some(payer) = payer(tx, app, known)? else {
        return Ok(());
    };
    let said = if confirms(tx, known)? {
        Said {
            kind: "autopay-confirm",
            subject: locale::key("autopay-confirm-subject"),
            first: locale::key("autopay-confirm-first"),
            text: vec![locale::key("autopay-confirm-do")],
            act: locale::key("autopay-confirm-act"),
            to_form: true,
            to_area: false,
            day: None,
        }
    } else {
        by_hand()
    };
    write(tx, app, known, &payer, &said).map(drop)
}

/// Whether the bank only wants its customer there.
fn confirms(tx: &mut Tx<'_>, known: &Known) -> Result<bool, Error> {
    let tries = cards::plan::list_tries(tx, &known.claim.invoice_id)?;
    Ok(tries.last().is_some_and(|tried| {
        tried.verdict == Some(Verdict::AskPayer)
            && DeclineGroup::from_codes(None, Some(&tried.code)) == DeclineGroup::NeedsConfirmation
    }))
}

fn by_hand() -> Said {
    Said {
        kind: "autopay-declined",
        subject: locale::key("autopay-declined-subject"),
        first: locale::key("autopay-declined-first"),
        text: vec![
            locale::key("autopay-declined-do"),
            locale::key("autopay-declined-card"),
        ],
        act: locale::key("autopay-declined-act"),
        to_form: true,
        to_area: false,
        day: None,
    }
}

/// It cannot be charged by itself any more: the payer pays it themselves.
pub(super) fn pay_yourself(tx: &mut Tx<'_>, app: &App, known: &Known) -> Result<(), Error> {
    match payer(tx, app, known)? {
        Some(payer) => write(tx, app, known, &payer, &by_hand()).map(drop),
        None => Ok(()),
    }
}

/// Declined for now: it is tried again, and when.
pub(super) fn tries_again(
    tx: &mut Tx<'_>,
    app: &App,
    known: &Known,
    charge_on: Date,
) -> Result<(), Error> {
    let Some(payer) = payer(tx, app, known)? else {
        return Ok(());
    };
    let said = Said {
        kind: "autopay-tries-again",
        subject: locale::key("autopay-declined-subject"),
        first: locale::key("autopay-declined-first"),
        text: vec![
            locale::key("autopay-again-when"),
            locale::key("autopay-again-or"),
            locale::key("autopay-letter-stop"),
        ],
        act: locale::key("autopay-declined-act"),
        to_form: true,
        to_area: false,
        day: Some(charge_on),
    };
    write(tx, app, known, &payer, &said).map(drop)
}

/// To the seller: what was not collected, and why.
pub(super) fn tell_seller(
    tx: &mut Tx<'_>,
    app: &App,
    known: &Known,
    why: Why,
) -> Result<(), Error> {
    let (business, claim) = (&known.business, &known.claim);
    if business.email.is_empty() {
        return Ok(());
    }
    let l = Locale::for_customer(business.language, business.country.code());
    let due = claim.amount_due();
    let currency = due.currency();
    let amount = l.money(due.minor(), currency.code(), currency.exponent());
    let customer = customers::find(tx, &claim.scope.business_id, &claim.customer_id)?;
    let customer = customer.map(|c| c.name).unwrap_or_default();
    let args: &[(&str, locale::Value<'_>)] = &[
        ("number", claim.number.as_str().into()),
        ("amount", amount.as_str().into()),
        ("customer", customer.as_str().into()),
    ];
    let letter = news::write(&News {
        l,
        sender: Sender {
            name: business.name.clone(),
            lines: String::new(),
        },
        subject: l.ta("autopay-gave-up-subject", args).into_owned(),
        first: l.ta("autopay-gave-up-first", args).into_owned(),
        amount: amount.clone(),
        facts: vec![
            (l.t("customer").into_owned(), customer.clone()),
            (
                l.t("autopay-why").into_owned(),
                cards::plan::why_words(l, why),
            ),
        ],
        text: vec![l.t("autopay-gave-up-do").into_owned()],
        act: l.t("letter-view-invoice").into_owned(),
    })
    .map_err(|e| Error::Failed(e.to_string()))?;
    let new = NewMail {
        scope: claim.scope.clone(),
        kind: "autopay-gave-up",
        invoice_id: None,
        link: format!("/invoices/{}", claim.invoice_id),
        to_address: business.email.clone(),
        to_name: business.name.clone(),
        reply_to: String::new(),
        from_name: business.name.clone(),
        language: business.language,
        subject: letter.subject,
        text: letter.text,
        html: letter.html,
    };
    mail::queue(tx, app, new).map(drop)
}
