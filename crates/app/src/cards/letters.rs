//! The letter that confirms what a payer agreed to: the words themselves, and where they can be taken back.

use kit::db::{Error, Tx};
use kit::locale::{Lang, Locale};

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
    let mut text: Vec<String> = consents.iter().map(|c| c.words.clone()).collect();
    text.push(l.t("saved-letter-not-you").into_owned());
    let letter = news::write(&News {
        l,
        sender: Sender::of(&business),
        subject: l
            .t2(
                "saved-letter-subject",
                "card",
                face.as_str(),
                "business",
                business.name.as_str(),
            )
            .into_owned(),
        first: l
            .t2(
                "saved-letter-first",
                "card",
                face.as_str(),
                "business",
                business.name.as_str(),
            )
            .into_owned(),
        amount: String::new(),
        facts: vec![
            (l.t("saved-letter-card").into_owned(), face),
            (l.t("saved-expires").into_owned(), card.expiry_words()),
        ],
        text,
        act: l.t("saved-letter-act").into_owned(),
    })
    .map_err(|e| Error::Failed(e.to_string()))?;
    let new = NewMail {
        scope: card.scope.clone(),
        kind: "saved_card",
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
