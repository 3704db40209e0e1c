//! Letters to the seller itself: alarms about money. They go to the address of the business, or, where it has given none,
//! to its owners: an alarm that goes nowhere is none.

use kit::db::{Error, Tx};

use super::letters::Sender;
use super::news::{self, News};
use super::{NewMail, queue};
use crate::app::App;
use crate::settings::Business;
use crate::sign_in;
use crate::who::Scope;

/// The seller as the sender of a mail to itself.
pub fn own_sender(business: &Business) -> Sender {
    Sender {
        name: business.name.clone(),
        lines: String::new(),
    }
}

/// Queues a letter to the seller; `link` is the page it is about.
///
/// # Errors
/// Of the database; [`Error::Failed`] when it cannot be written.
pub fn tell_seller(
    tx: &mut Tx<'_>,
    app: &App,
    scope: &Scope,
    business: &Business,
    kind: &'static str,
    link: &str,
    news: &News,
) -> Result<(), Error> {
    let addresses = if business.email.is_empty() {
        sign_in::list_owner_addresses(tx, scope.business_id.as_str())?
    } else {
        vec![business.email.clone()]
    };
    let letter = news::write(news).map_err(|e| Error::Failed(e.to_string()))?;
    for to_address in addresses {
        let new = NewMail {
            scope: scope.clone(),
            kind,
            invoice_id: None,
            link: link.to_owned(),
            to_address,
            to_name: business.name.clone(),
            reply_to: String::new(),
            from_name: business.name.clone(),
            language: business.language,
            subject: letter.subject.clone(),
            text: letter.text.clone(),
            html: letter.html.clone(),
        };
        queue(tx, app, new)?;
    }
    Ok(())
}
