//! The boxes under the card form: keep this card, and pay the next invoices by themselves. Unticked until somebody ticks
//! them. What was ticked is written down, word for word, before Stripe is told.

use kit::db::{Error, Tx};
use kit::locale::{Lang, Locale};

use super::intent::Seen;
use crate::app::App;
use crate::cards::customer::{self, NoCustomer};
use crate::cards::{self, Giver, Purpose, Saving, Source, Wish, consent};
use crate::online_payment;
use crate::payments::{self, Kept, Opened};
use crate::problem::Problem;
use crate::visit::Visit;
use crate::who::Scope;

/// The words beside the boxes.
#[derive(Debug)]
pub(crate) struct Boxes {
    /// Keep this card.
    pub(crate) keep: String,
    /// Pay the next invoices by themselves.
    pub(crate) autopay: String,
    /// The language the words are in, as the script sends it back.
    pub(crate) language: &'static str,
}

impl Boxes {
    pub(crate) fn new(l: Locale, seller: &str, customer: &str) -> Boxes {
        Boxes {
            keep: Purpose::Keep.words(l, seller, customer),
            autopay: Purpose::Autopay.words(l, seller, customer),
            language: l.lang().as_str(),
        }
    }
}

/// Whose cards they would be.
pub(crate) struct Whose<'a> {
    pub(crate) scope: &'a Scope,
    pub(crate) customer_id: &'a str,
    /// The country of the customer, for the words.
    pub(crate) country: &'a str,
    /// As the words name it.
    pub(crate) seller: &'a str,
    /// As the words name it.
    pub(crate) customer: &'a str,
    /// The address that was proved by a mailed link; empty on the page of an invoice.
    pub(crate) by: &'a str,
    /// `pay_page` or `customer_area`.
    pub(crate) via: &'static str,
}

/// Who presses, for the record of what they agree to. The words are those of the page they read, in its language.
pub(crate) fn giver(visit: &Visit, seen: &Seen, whose: &Whose<'_>, l: Locale) -> Giver {
    let lang = Lang::parse(&seen.language).unwrap_or(l.lang());
    Giver {
        via: whose.via,
        by: whose.by.to_owned(),
        from: cards::coarse(&visit.address),
        l: Locale::for_customer(lang, whose.country),
        seller: whose.seller.to_owned(),
        customer: whose.customer.to_owned(),
    }
}

/// Writes down what the boxes say and tells Stripe. Answers a word for the page when that is not possible now.
///
/// # Errors
/// Of the database.
pub(crate) async fn bring_in_step(
    app: &App,
    visit: &Visit,
    whose: &Whose<'_>,
    seen: &Seen,
    opened: &Opened,
    l: Locale,
) -> Result<Option<&'static str>, Problem> {
    let wish = Wish {
        keep: seen.keep,
        autopay: seen.autopay,
    };
    let (hands, scope) = (app.clone(), whose.scope.clone());
    let (customer_id, attempt_id) = (whose.customer_id.to_owned(), opened.attempt_id.clone());
    let giver = giver(visit, seen, whose, l);
    let write = move |tx: &mut Tx<'_>| {
        let source = Source::Payment(&attempt_id);
        Ok::<_, Error>((
            consent::ask(tx, &hands, &scope, &customer_id, source, wish, &giver)?,
            online_payment::drawer(tx, &scope)?,
        ))
    };
    let (saving, drawer) = app.db().write(write).await?;
    let (true, Some(drawer)) = (saving != Saving::Untouched, drawer) else {
        return Ok(None);
    };
    let client = online_payment::client(app, &drawer)?;
    let at_stripe = match customer::at_stripe(app, &client, &drawer, whose.customer_id).await {
        Ok(id) => id,
        Err(NoCustomer::Unreachable) => return Ok(Some("unreachable")),
        Err(NoCustomer::Refused(error)) => {
            tracing::warn!(%error, "a card could not be kept");
            return Ok(Some("not-kept"));
        }
        Err(NoCustomer::Problem(problem)) => return Err(problem),
    };
    let (scope, id) = (whose.scope, opened.attempt_id.as_str());
    let keep = saving == Saving::Keep;
    Ok(
        match payments::keep_card(app, scope, id, &at_stripe, keep).await? {
            Kept::Done => None,
            Kept::NoCustomer => {
                customer::forget(app, &at_stripe).await?;
                Some("unreachable")
            }
            Kept::Unreachable => Some("unreachable"),
            Kept::Refused(error) => {
                tracing::warn!(%error, "Stripe was not told whether a card is kept");
                // Somebody is paying it with a ticked box. What was unticked here is taken off again once it is there.
                keep.then_some("not-kept")
            }
        },
    )
}
