//! The job that mails the links of one address: one mail from each business that has sent it invoices.

use billing::Mode;
use kit::db::{Error, Tx};
use kit::jobs::Outcome;
use kit::locale::{Lang, Locale};
use kit::secrets::token_hash;

use super::store::{self, Addressee};
use super::{LINK_MINUTES, Visitor};
use crate::app::App;
use crate::mail::letters::{self, AreaFacts, Sender};
use crate::mail::{self, NewMail};
use crate::settings;
use crate::who::Scope;

/// Mails the links; nothing for an address that nobody has sent an invoice to.
pub async fn work(app: &App, email: &str) -> Outcome {
    let (hands, email) = (app.clone(), email.to_owned());
    match app
        .db()
        .write::<_, Error, _>(move |tx| send(tx, &hands, &email))
        .await
    {
        Ok(()) => Outcome::Done,
        Err(error) => Outcome::Retry(error.to_string()),
    }
}

fn send(tx: &mut Tx<'_>, app: &App, email: &str) -> Result<(), Error> {
    store::delete_expired(tx, app.now_ms())?;
    let mut done = Vec::new();
    for addressee in store::list_addressees(tx, email)? {
        if !done.contains(&addressee.business_id) {
            send_one(tx, app, email, &addressee)?;
            done.push(addressee.business_id);
        }
    }
    Ok(())
}

fn send_one(tx: &mut Tx<'_>, app: &App, email: &str, addressee: &Addressee) -> Result<(), Error> {
    let business = settings::business(tx, &addressee.business_id)?;
    let (token, now) = (app.chance().token(), app.now_ms());
    let visitor = Visitor {
        business_id: addressee.business_id.clone(),
        email: email.to_owned(),
    };
    store::insert_token(
        tx,
        &app.new_id(),
        &visitor,
        "link",
        &token_hash(&token),
        now,
        now + LINK_MINUTES * 60_000,
    )?;
    let language = Lang::parse(&addressee.language).unwrap_or(business.language);
    let l = Locale::for_customer(language, &addressee.country);
    let letter = letters::area_link(&AreaFacts {
        l,
        sender: Sender::of(&business),
        minutes: LINK_MINUTES,
    });
    let mail = NewMail {
        scope: Scope {
            business_id: addressee.business_id.clone(),
            mode: Mode::Live,
        },
        kind: "area_link",
        invoice_id: None,
        link: format!("/area/{token}"),
        to_address: email.to_owned(),
        to_name: addressee.name.clone(),
        reply_to: business.email.clone(),
        from_name: business.name.clone(),
        language,
        subject: letter.subject,
        text: letter.text,
        html: letter.html,
    };
    mail::queue(tx, app, mail).map(drop)
}
