//! What a payer agrees to, kept with the very words they read. A seller sees it, and has no way to write one.

use kit::db::{Error, Tx};
use kit::locale::{Lang, Locale};

use super::store;
use crate::app::App;
use crate::who::Scope;

/// Changes whenever the words do, in whichever language.
pub const WORDS_VERSION: &str = "2026-11-25";

/// What is agreed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The card is kept, to be offered again when the payer is there.
    Keep,
    /// It is charged on due dates, while the payer is away.
    Autopay,
}

impl Purpose {
    /// The stored word.
    pub fn as_str(self) -> &'static str {
        match self {
            Purpose::Keep => "keep",
            Purpose::Autopay => "autopay",
        }
    }

    /// Reads the stored word.
    pub fn parse(text: &str) -> Option<Purpose> {
        [Purpose::Keep, Purpose::Autopay]
            .into_iter()
            .find(|purpose| purpose.as_str() == text)
    }

    /// The words a payer reads beside the box, and agrees to.
    pub fn words(self, l: Locale, seller: &str, customer: &str) -> String {
        match self {
            Purpose::Keep => l.t2("consent-keep", "seller", seller, "customer", customer),
            Purpose::Autopay => l.t2("consent-autopay", "seller", seller, "customer", customer),
        }
        .into_owned()
    }
}

/// What the card comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source<'a> {
    /// An attempt to pay (its id).
    Payment(&'a str),
    /// A setup without a payment (its id).
    Setup(&'a str),
}

impl<'a> Source<'a> {
    /// The stored word, and the id.
    pub fn parts(self) -> (&'static str, &'a str) {
        match self {
            Source::Payment(id) => ("payment", id),
            Source::Setup(id) => ("setup", id),
        }
    }

    /// Reads what [`Source::parts`] wrote.
    pub fn parse(kind: &str, id: &'a str) -> Option<Source<'a>> {
        match kind {
            "payment" => Some(Source::Payment(id)),
            "setup" => Some(Source::Setup(id)),
            _ => None,
        }
    }
}

/// The boxes as they stood when the payer pressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wish {
    /// Keep this card.
    pub keep: bool,
    /// And charge it on due dates; a card that is charged is kept.
    pub autopay: bool,
}

impl Wish {
    fn has(self, purpose: Purpose) -> bool {
        match purpose {
            Purpose::Keep => self.keep || self.autopay,
            Purpose::Autopay => self.autopay,
        }
    }
}

/// Who agrees, and where they stand.
#[derive(Clone, Debug)]
pub struct Giver {
    /// `pay_page` or `customer_area`.
    pub via: &'static str,
    /// The address that was proved by a mailed link; empty for whoever holds the link of an invoice.
    pub by: String,
    /// The network, as [`super::coarse`] tells it.
    pub from: String,
    /// The language the words were read in.
    pub l: Locale,
    /// As the words name it.
    pub seller: String,
    /// As the words name it.
    pub customer: String,
}

/// A consent as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    /// Our row.
    pub id: String,
    /// Whose invoices it is about.
    pub customer_id: String,
    /// What was agreed to.
    pub purpose: Purpose,
    /// The card; none until it is there.
    pub saved_id: Option<String>,
    /// What the payer read.
    pub words: String,
    /// In which language.
    pub language: String,
    /// `pay_page` or `customer_area`.
    pub given_via: String,
    /// The address that was proved; may be empty.
    pub given_by: String,
    /// The network; may be empty.
    pub given_from: String,
    /// Unix milliseconds.
    pub given_at: i64,
    /// `asked`, `given`, `withdrawn`, `lapsed`.
    pub state: String,
    /// Who or what ended it; empty while it holds.
    pub ended_by: String,
    /// Unix milliseconds.
    pub ended_at: Option<i64>,
}

/// What Stripe is to be told of an attempt now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Saving {
    /// Keep the card that pays.
    Keep,
    /// Keep nothing, though it was asked for before.
    Not,
    /// Nothing was ever asked for.
    Untouched,
}

/// Writes down what a payer asks for, before Stripe is told: an unticked box takes back what the same try had asked for.
/// A consent begins to count when the card is there.
///
/// # Errors
/// Of the database.
pub fn ask(
    tx: &mut Tx<'_>,
    app: &App,
    scope: &Scope,
    customer_id: &str,
    source: Source<'_>,
    wish: Wish,
    giver: &Giver,
) -> Result<Saving, Error> {
    let before = store::list_asked(tx, source)?;
    for purpose in [Purpose::Keep, Purpose::Autopay] {
        let words = purpose.words(giver.l, &giver.seller, &giver.customer);
        let same = |c: &&Consent| c.purpose == purpose && c.words == words;
        let stands = wish.has(purpose) && before.iter().any(|c| same(&c));
        for old in before.iter().filter(|c| c.purpose == purpose && !stands) {
            store::update_lapsed(tx, &old.id, app.now_ms())?;
        }
        if wish.has(purpose) && !stands {
            let new = store::NewConsent {
                id: &app.new_id(),
                scope,
                customer_id,
                purpose,
                source,
                saved_id: None,
                words: &words,
                giver,
            };
            store::insert_consent(tx, &new, "asked", app.now_ms())?;
        }
    }
    Ok(match (wish.has(Purpose::Keep), before.is_empty()) {
        (true, _) => Saving::Keep,
        (false, false) => Saving::Not,
        (false, true) => Saving::Untouched,
    })
}

/// A payer who is in the Customer Area agrees that a card that is kept already is charged on due dates. Another that
/// held until now ends with it: one card pays.
///
/// # Errors
/// Of the database.
pub fn give_autopay(
    tx: &mut Tx<'_>,
    app: &App,
    card: &super::SavedCard,
    giver: &Giver,
) -> Result<(), Error> {
    let words = Purpose::Autopay.words(giver.l, &giver.seller, &giver.customer);
    let now = app.now_ms();
    store::end_autopay(tx, &card.scope, &card.customer_id, super::BY_ANOTHER, now)?;
    let new = store::NewConsent {
        id: &app.new_id(),
        scope: &card.scope,
        customer_id: &card.customer_id,
        purpose: Purpose::Autopay,
        source: Source::Setup(&card.id),
        saved_id: Some(&card.id),
        words: &words,
        giver,
    };
    store::insert_consent(tx, &new, "given", now)
}

/// Ends autopay of a customer; the card stays. Answers whether it held.
///
/// # Errors
/// Of the database.
pub fn end_autopay(
    tx: &mut Tx<'_>,
    app: &App,
    scope: &Scope,
    customer_id: &str,
    by: &'static str,
) -> Result<bool, Error> {
    store::end_autopay(tx, scope, customer_id, by, app.now_ms())
}

/// The consent by which invoices of a customer are charged on their due dates, with its card.
///
/// # Errors
/// Of the database.
pub fn autopay_of(
    tx: &mut Tx<'_>,
    scope: &Scope,
    customer_id: &str,
) -> Result<Option<Consent>, Error> {
    store::find_autopay(tx, scope, customer_id)
}

/// Everything a customer ever agreed to, newest first, at most fifty.
///
/// # Errors
/// Of the database.
pub fn list(tx: &mut Tx<'_>, scope: &Scope, customer_id: &str) -> Result<Vec<Consent>, Error> {
    store::list_consents(tx, scope, customer_id)
}

/// The language of kept words, for the attribute beside them.
pub fn lang_of(consent: &Consent) -> Lang {
    Lang::parse(&consent.language).unwrap_or(Lang::En)
}
