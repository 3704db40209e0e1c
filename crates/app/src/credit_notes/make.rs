//! Issuing a credit note: decided under the invoice's lock, with its number, its entries, what it does to the claim, the
//! refunds that were wished for and the mail, in one transaction. Whoever calls closes first what payers have open
//! ([`payments::change`]).

use billing::credit_note::{CreditRefusal, Effect, Note, effect};
use billing::id::InvoiceId;
use billing::invoice::state::InvoiceState;
use billing::ledger::documents::{ClaimPart, credit_kept, credit_note_issued};
use billing::money::Money;
use jiff::civil::Date;
use kit::db::{Error, Tx};

use super::issued::{AsIssued, freeze};
use super::{MAIL, NoteRow, store};
use crate::app::App;
use crate::audit;
use crate::invoices::claim::{self, Claim};
use crate::invoices::frozen::{self, Frozen};
use crate::invoices::series;
use crate::ledger::{self, About};
use crate::payments;
use crate::refunds;
use crate::who::{Scope, Who};

/// What of the invoice is taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Of {
    /// Everything that is left.
    Rest,
    /// So much of each line, minor units.
    Lines(Vec<i64>),
}

/// What becomes of money that the note frees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Freed {
    /// It stays here, as credit of the customer.
    Credit,
    /// It goes back the way it came, as far as Stripe can send it; the rest is credit.
    Refund,
}

/// What a person wants.
#[derive(Clone, Debug)]
pub(super) struct Wish {
    /// The id the form was made with: the same form posted twice is one note.
    pub(super) id: String,
    pub(super) invoice_id: String,
    pub(super) of: Of,
    pub(super) freed: Freed,
    pub(super) reason: String,
    /// Whether the customer gets it by mail.
    pub(super) send: bool,
    /// What the person saw, minor units: what it comes to, and what of it had been paid. Another sum is shown first.
    pub(super) seen: Option<(i64, i64)>,
    /// From where, for the audit.
    pub(super) address: String,
}

/// Why no note was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NotMade {
    /// A draft, or void.
    NoClaim,
    /// A bank asks about a payment of it.
    Disputed,
    /// The rules say no.
    Refused(CreditRefusal),
    /// It is not what the person saw any more.
    Changed,
}

/// What came of it.
#[derive(Clone, Debug)]
pub(super) enum Made {
    /// It is issued, now or by an earlier press of the same form; with the refunds that were written down for it now.
    Issued(Box<NoteRow>, Vec<String>),
    Not(NotMade),
}

/// What a note would be, without making it.
pub(super) struct Foreseen {
    pub(super) claim: Claim,
    pub(super) frozen: Frozen,
    pub(super) as_issued: AsIssued,
    /// What earlier notes took of each line.
    pub(super) before: Vec<Money>,
}

impl Foreseen {
    /// Reads everything; nothing for a draft.
    pub(super) fn read(
        tx: &mut Tx<'_>,
        scope: &Scope,
        invoice_id: &str,
    ) -> Result<Option<Foreseen>, Error> {
        let claim = claim::get(tx, scope, invoice_id)?;
        let Some(frozen) = frozen::find(tx, scope, invoice_id)? else {
            return Ok(None);
        };
        let as_issued = AsIssued::read(tx, scope, &frozen)?;
        let mut before = as_issued.nothing();
        for note in store::list_by_invoice(tx, invoice_id)? {
            for (sum, one) in before.iter_mut().zip(as_issued.amounts(&note.credited)?) {
                *sum = sum.checked_add(one).map_err(shape)?;
            }
        }
        Ok(Some(Foreseen {
            claim,
            frozen,
            as_issued,
            before,
        }))
    }

    /// What is left of each line.
    pub(super) fn left(&self) -> Result<Vec<Money>, CreditRefusal> {
        self.as_issued.rules().left(&self.before)
    }

    /// What a note of this would come to.
    pub(super) fn note(&self, of: &Of) -> Result<Note, CreditRefusal> {
        let now = match of {
            Of::Rest => self.left()?,
            Of::Lines(minor) => self
                .as_issued
                .amounts(minor)
                .map_err(|_| CreditRefusal::OtherLines)?,
        };
        self.as_issued.rules().credit(&self.before, &now)
    }

    /// What it would do to the claim. What was given up is owed again first.
    pub(super) fn effect(&self, note: &Note) -> Result<Effect, Error> {
        effect(self.claim.amount_due(), note.total).map_err(shape)
    }
}

/// Issues it.
pub(super) fn issue(tx: &mut Tx<'_>, app: &App, who: &Who, wish: &Wish) -> Result<Made, Error> {
    let scope = &who.scope;
    // Lock, look, act: of two presses over one invoice the second sees what the first took.
    claim::lock(tx, scope, &wish.invoice_id)?;
    if let Some(note) = store::find(tx, scope, &wish.id)? {
        return Ok(Made::Issued(Box::new(note), Vec::new()));
    }
    let Some(foreseen) = Foreseen::read(tx, scope, &wish.invoice_id)? else {
        return Ok(Made::Not(NotMade::NoClaim));
    };
    let claim = &foreseen.claim;
    if matches!(claim.state, InvoiceState::Draft | InvoiceState::Void) {
        return Ok(Made::Not(NotMade::NoClaim));
    }
    if claim.disputed.is_positive() {
        return Ok(Made::Not(NotMade::Disputed));
    }
    let note = match foreseen.note(&wish.of) {
        Ok(note) => note,
        Err(refusal) => return Ok(Made::Not(NotMade::Refused(refusal))),
    };
    let frees = foreseen.effect(&note)?.frees;
    let stands = (note.total.minor(), frees.minor());
    if wish.seen.is_some_and(|seen| seen != stands) {
        return Ok(Made::Not(NotMade::Changed));
    }
    let today = app.clock().today_in(&who.zone());
    let row = keep(tx, app, who, wish, &foreseen, &note, today)?;
    let claim = claim::recover(tx, app, claim, today)?;
    claim::credit(tx, app, &claim, &row.id, row.effect)?;
    book(tx, app, scope, &row, &note)?;
    claim::note(
        tx,
        app,
        &row.invoice_id,
        "credit-note",
        &who.name,
        &row.number,
    )?;
    let entry = audit::Entry::by(
        who,
        "credit_note.issued",
        row.number.clone(),
        format!("{} {} {}", foreseen.frozen.number, row.total, row.reason),
        wish.address.clone(),
    );
    audit::record(tx, app, &entry)?;
    let refunds = match wish.freed {
        Freed::Credit => Vec::new(),
        Freed::Refund => give_back(tx, app, who, wish, &row)?,
    };
    if wish.send {
        let payload = format!("{} {}", scope.to_payload(), row.id);
        kit::jobs::enqueue(tx, app.hands(), MAIL, &payload, &payload)?;
    }
    Ok(Made::Issued(Box::new(row), refunds))
}

/// Takes the number and writes the row.
fn keep(
    tx: &mut Tx<'_>,
    app: &App,
    who: &Who,
    wish: &Wish,
    foreseen: &Foreseen,
    note: &Note,
    today: Date,
) -> Result<NoteRow, Error> {
    let f = &foreseen.frozen;
    let earliest = today.max(f.issue_date);
    let (number, on) = series::take_for_credit_note(tx, &who.scope, earliest)?;
    let row = NoteRow {
        id: wish.id.clone(),
        invoice_id: wish.invoice_id.clone(),
        customer_id: foreseen.claim.customer_id.clone(),
        number: number.to_string(),
        credited: note.lines.iter().map(|amount| amount.minor()).collect(),
        total: note.total,
        effect: foreseen.effect(note)?,
        reason: wish.reason.clone(),
        frozen: freeze(f, note, number.as_str(), on, &wish.reason),
        issued_by: who.name.clone(),
        created_at: app.now_ms(),
    };
    store::insert(tx, &who.scope, &row, app.now_ms())?;
    Ok(row)
}

/// P03, and what had been paid of it becomes the customer's credit.
fn book(
    tx: &mut Tx<'_>,
    app: &App,
    scope: &Scope,
    row: &NoteRow,
    note: &Note,
) -> Result<(), Error> {
    let about = |kind| About {
        kind,
        subject: row.id.clone(),
        date: row.frozen.issue_date,
        memo: row.number.clone(),
        invoice_id: Some(row.invoice_id.clone()),
        customer_id: Some(row.customer_id.clone()),
    };
    let entry = credit_note_issued(note).map_err(shape)?;
    ledger::post(tx, app, scope, &about("credit_note"), &entry)?;
    if row.effect.frees.is_positive() {
        let part = ClaimPart {
            invoice_id: InvoiceId::parse(row.invoice_id.as_str()).map_err(shape)?,
            amount: row.effect.frees,
        };
        let entry = credit_kept(part).map_err(shape)?;
        ledger::post(tx, app, scope, &about("credit_note_kept"), &entry)?;
    }
    Ok(())
}

/// How much of what is freed each payment of the invoice can send back, in the order they came: no more than it paid of this
/// invoice, and no more than Stripe may still send.
pub(super) fn ways_back(
    tx: &mut Tx<'_>,
    scope: &Scope,
    invoice_id: &str,
    frees: Money,
) -> Result<Vec<(String, Money)>, Error> {
    let mut left = frees;
    let mut ways = Vec::new();
    for payment in payments::list_by_invoice(tx, invoice_id)? {
        if !left.is_positive() {
            break;
        }
        let source = claim::Source::payment(payment.id.as_str());
        let shares = claim::list_shares(tx, &source)?;
        let of_it = shares.iter().find(|share| share.invoice_id == invoice_id);
        let Some(rest) = refunds::rest_of(tx, scope, &payment.id)? else {
            continue;
        };
        let most = rest.at_most(of_it.map_or(rest, |share| share.amount));
        let amount = most.and_then(|most| most.at_most(left)).map_err(shape)?;
        if amount.is_positive() {
            left = left.checked_sub(amount).map_err(shape)?;
            ways.push((payment.id, amount));
        }
    }
    Ok(ways)
}

/// Writes the refunds down, each with its key and its job, before Stripe is called.
fn give_back(
    tx: &mut Tx<'_>,
    app: &App,
    who: &Who,
    wish: &Wish,
    row: &NoteRow,
) -> Result<Vec<String>, Error> {
    let mut begun = Vec::new();
    for (payment_id, amount) in ways_back(tx, &who.scope, &row.invoice_id, row.effect.frees)? {
        let refund = refunds::Wish {
            id: app.new_id(),
            payment_id,
            amount,
            reason: "requested_by_customer".to_owned(),
            note: row.number.clone(),
            credit_note_id: Some(row.id.clone()),
            address: wish.address.clone(),
        };
        if let Ok(refund) = refunds::begin_in(tx, app, who, &refund)? {
            begun.push(refund.id);
        }
    }
    Ok(begun)
}

fn shape(error: impl std::fmt::Display) -> Error {
    Error::Shape(error.to_string())
}
