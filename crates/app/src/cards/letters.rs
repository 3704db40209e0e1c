//! The letters about a kept card: what a payer agreed to, in the words themselves and with where they can be taken back;
//! and that the seller has taken it away.

use kit::db::{Error, Tx};
use kit::locale::{self, Lang, Locale};

use super::SavedCard;
use super::consent::Consent;
use crate::app::App;
use crate::customers;
use crate::mail::letters::Sender;
use crate::mail::news::{self, News};
use crate::mail::{self, NewMail};
use crate::settings;

/// To the address of the customer, whoever held the link: who owns the address can take the card away (AUT-07).
pub(super) fn kept(
    tx: &mut Tx<'_>,
    app: &App,
    card: &SavedCard,
    consents: &[Consent],
) -> Result<(), Error> {
    let say = Say {
        kind: "saved_card",
        subject: locale::key("saved-letter-subject"),
        first: locale::key("saved-letter-first"),
        last: locale::key("saved-letter-not-you"),
        words: consents.iter().map(|c| c.words.clone()).collect(),
    };
    tell(tx, app, card, say)
}

/// The seller has taken it away: its owner hears of it, and why nothing is paid by itself any more.
pub(super) fn removed(tx: &mut Tx<'_>, app: &App, card: &SavedCard) -> Result<(), Error> {
    let say = Say {
        kind: "removed_card",
        subject: locale::key("removed-letter-subject"),
        first: locale::key("removed-letter-first"),
        last: locale::key("removed-letter-do"),
        words: Vec::new(),
    };
    tell(tx, app, card, say)
}

/// What a letter about a card says.
struct Say {
    kind: &'static str,
    subject: &'static str,
    first: &'static str,
    last: &'static str,
    /// What was agreed to.
    words: Vec<String>,
}

fn tell(tx: &mut Tx<'_>, app: &App, card: &SavedCard, say: Say) -> Result<(), Error> {
    let business = settings::business(tx, &card.scope.business_id)?;
    let Some(customer) = customers::find(tx, &card.scope.business_id, &card.customer_id)? else {
        return Ok(());
    };
    if customer.email.is_empty() {
        return Ok(());
    }
    let language = Lang::parse(&customer.language).unwrap_or(business.language);
    let l = Locale::for_customer(language, &customer.country);
    let face = card.words();
    let named = |key| {
        l.t2(
            key,
            "card",
            face.as_str(),
            "business",
            business.name.as_str(),
        )
        .into_owned()
    };
    let mut text = say.words;
    text.push(l.t(say.last).into_owned());
    let letter = news::write(&News {
        l,
        sender: Sender::of(&business),
        subject: named(say.subject),
        first: named(say.first),
        amount: String::new(),
        facts: vec![
            (l.t("saved-letter-card").into_owned(), face.clone()),
            (l.t("saved-expires").into_owned(), card.expiry_words()),
        ],
        text,
        act: l.t("saved-letter-act").into_owned(),
    })
    .map_err(|e| Error::Failed(e.to_string()))?;
    let new = NewMail {
        scope: card.scope.clone(),
        kind: say.kind,
        invoice_id: None,
        link: "/area".to_owned(),
        to_address: customer.email,
        to_name: customer.name,
        reply_to: business.email.clone(),
        from_name: business.name.clone(),
        language,
        subject: letter.subject,
        text: letter.text,
        html: letter.html,
    };
    mail::queue(tx, app, new).map(drop)
}
