//! The chain: every entry carries a hash over itself and the one before it, per business and mode. A byte changed
//! behind the product's back is found by [`verify`], and so is an entry taken out of the middle or off the end.
//!
//! What is hashed is [`text`]: an array in JSON without spaces, written down in `docs/operating/ledger.md` so that
//! anybody can compute it again. Somebody who can write the whole database can write a whole new chain: who wants to
//! rule that out keeps a hash outside and asks for it again (`quittance ledger verify --expect`).

use std::fmt;

use billing::Mode;
use billing::id::BusinessId;
use kit::db::{Error, Row, Tx};
use sha2::{Digest, Sha256};

use super::store;
use crate::who::Scope;

/// An entry as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryRow {
    /// Its id.
    pub id: String,
    /// Its place in the chain, from 1; 0 while it is not sealed.
    pub seq: i64,
    /// Whose.
    pub business_id: String,
    /// In which drawer.
    pub mode: String,
    /// What it books.
    pub kind: String,
    /// Once per kind.
    pub subject: String,
    /// The seller's day, `YYYY-MM-DD`.
    pub date: String,
    /// For people.
    pub memo: String,
    /// Unix milliseconds.
    pub created_at: i64,
    /// The hash of the entry before; empty for the first.
    pub previous_hash: String,
    /// Its own.
    pub hash: String,
}

impl EntryRow {
    /// From a row of `id, seq, business_id, mode, kind, subject, posted_date, memo, created_at, previous_hash, hash`.
    ///
    /// # Errors
    /// [`Error::Shape`].
    pub fn read(r: &Row) -> Result<EntryRow, Error> {
        Ok(EntryRow {
            id: r.text(0)?,
            seq: r.int(1)?,
            business_id: r.text(2)?,
            mode: r.text(3)?,
            kind: r.text(4)?,
            subject: r.text(5)?,
            date: r.text(6)?,
            memo: r.text(7)?,
            created_at: r.int(8)?,
            previous_hash: r.text(9)?,
            hash: r.text(10)?,
        })
    }
}

/// A posting as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostingRow {
    /// Its entry.
    pub entry_id: String,
    /// The stored word of its account.
    pub account: String,
    /// The invoice it is about.
    pub invoice_id: Option<String>,
    /// The customer it is about.
    pub customer_id: Option<String>,
    /// Three letters.
    pub currency: String,
    /// Above zero a debit; minor units.
    pub amount_minor: i64,
}

/// The newest entry of a chain.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// How many entries there are.
    pub seq: i64,
    /// The hash of the newest; empty when there is none.
    pub hash: String,
}

/// What is wrong with one entry, or with the chain as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The entry's id; empty when none is left to name.
    pub entry_id: String,
    /// Its place, or the place where one is missing.
    pub seq: i64,
    /// What it books, when there is an entry: kind, memo, day.
    pub about: String,
    /// What is wrong with it.
    pub flaw: Flaw,
}

/// What can be wrong with an entry of the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// Its hash does not fit what it says.
    Changed,
    /// It names another hash than that of the entry before it: one of the two was replaced.
    DoesNotFollow,
    /// It was taken out of the middle, and every one up to this place with it.
    Missing(i64),
    /// It was the newest that was written, and is not there any more; the newest left is told.
    EndMissing(i64),
    /// The chain goes on behind where the product last wrote, or ends in another hash.
    EndReplaced,
    /// It has no place, or one that is none: the product has never sealed it.
    Outside,
    /// Two entries stand in one place; this one is not the one the chain goes through.
    Doubled,
    /// Lines of an entry that is not there: it was taken out, or somebody put them there.
    Stray,
}

impl fmt::Display for Fault {
    /// For the terminal and the log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.flaw == Flaw::Stray {
            return write!(
                f,
                "lines of an entry {} that is not there: it was taken out, or the lines were put in",
                self.entry_id
            );
        }
        write!(f, "entry {}", self.seq)?;
        if !self.entry_id.is_empty() {
            write!(f, " ({}, id {})", self.about, self.entry_id)?;
        }
        match self.flaw {
            Flaw::Changed => write!(
                f,
                " was changed after it was written: its hash does not fit what it says"
            ),
            Flaw::DoesNotFollow => write!(
                f,
                " does not follow the entry before it: one of the two was replaced"
            ),
            Flaw::Missing(last) if last > self.seq => write!(
                f,
                " and those up to {last} are missing: they were taken out after they were written"
            ),
            Flaw::Missing(_) => write!(f, " is missing: it was taken out after it was written"),
            Flaw::EndMissing(left) => {
                write!(f, " was the newest, and {left} is the newest that is left")
            }
            Flaw::EndReplaced => write!(
                f,
                " is where the product last wrote; what stands there now is not what it wrote"
            ),
            Flaw::Outside => write!(
                f,
                " stands outside the chain: the product has never sealed it"
            ),
            Flaw::Doubled => write!(f, " stands where another one stands too"),
            Flaw::Stray => Ok(()),
        }
    }
}

/// A chain that was read from end to end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// Whose chain, and in which drawer.
    pub scope: Scope,
    /// What was found at its end.
    pub head: Head,
    /// What is wrong; empty when every byte is as it was written.
    pub faults: Vec<Fault>,
}

/// Entries read at once: a chain of any length is verified in the memory of one batch.
pub(super) const BATCH: i64 = 500;

/// What is hashed of an entry: everything that is kept of it and of its postings, in order, and the hash before.
pub fn text(entry: &EntryRow, postings: &[PostingRow]) -> String {
    let lines: Vec<_> = postings
        .iter()
        .map(|p| {
            (
                &p.account,
                &p.invoice_id,
                &p.customer_id,
                &p.currency,
                p.amount_minor,
            )
        })
        .collect();
    let whole = (
        ("quittance-ledger-1", &entry.previous_hash, entry.seq),
        (&entry.id, &entry.business_id, &entry.mode),
        (&entry.kind, &entry.subject, &entry.date, &entry.memo),
        entry.created_at,
        lines,
    );
    // Text and integers only: there is nothing in it that JSON could not write.
    serde_json::to_string(&whole).unwrap_or_default()
}

/// The hash of an entry, in hexadecimal.
pub fn hash(entry: &EntryRow, postings: &[PostingRow]) -> String {
    Sha256::digest(text(entry, postings).as_bytes())
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect()
}

/// Gives a new entry its place behind the newest, which stays locked until the transaction ends.
pub(super) fn link(
    tx: &mut Tx<'_>,
    scope: &Scope,
    entry: EntryRow,
    postings: &[PostingRow],
) -> Result<EntryRow, Error> {
    let head = lock_head(tx, scope)?;
    let linked = follow(&head, entry, postings);
    let head = Head {
        seq: linked.seq,
        hash: linked.hash.clone(),
    };
    store::update_head(tx, scope, &head)?;
    Ok(linked)
}

/// Waits until nobody else adds to this chain, and keeps others waiting until the transaction ends: for who must look
/// whether something is booked before it is.
///
/// # Errors
/// Of the database.
pub fn wait_turn(tx: &mut Tx<'_>, scope: &Scope) -> Result<(), Error> {
    lock_head(tx, scope).map(drop)
}

/// Seals what was written before there was a chain, for every business and mode; answers how many entries that were.
/// Doing it again does nothing.
///
/// # Errors
/// Of the database.
pub fn seal_all(tx: &mut Tx<'_>) -> Result<usize, Error> {
    let mut count = 0;
    for scope in store::list_unsealed_scopes(tx)? {
        let before = store::get_head(tx, &scope)?.unwrap_or_default().seq;
        count += usize::try_from(lock_head(tx, &scope)?.seq - before).unwrap_or(0);
    }
    Ok(count)
}

fn lock_head(tx: &mut Tx<'_>, scope: &Scope) -> Result<Head, Error> {
    match store::lock_head(tx, scope)? {
        Some(head) if head.seq > 0 => Ok(head),
        Some(_) => seal_unsealed(tx, scope),
        None => {
            // Two first entries at once: the second waits for the first one's row here.
            store::insert_head(tx, scope)?;
            match store::lock_head(tx, scope)? {
                Some(head) if head.seq > 0 => Ok(head),
                _ => seal_unsealed(tx, scope),
            }
        }
    }
}

/// Ids are made in the order of time, so entries of one millisecond are in order too.
fn seal_unsealed(tx: &mut Tx<'_>, scope: &Scope) -> Result<Head, Error> {
    let mut head = Head::default();
    for entry in store::list_unsealed(tx, scope)? {
        let postings = store::list_postings(tx, &entry.id)?;
        let linked = follow(&head, entry, &postings);
        store::update_sealed(tx, &linked)?;
        head = Head {
            seq: linked.seq,
            hash: linked.hash,
        };
    }
    if head.seq > 0 {
        store::update_head(tx, scope, &head)?;
    }
    Ok(head)
}

fn follow(head: &Head, entry: EntryRow, postings: &[PostingRow]) -> EntryRow {
    let mut entry = EntryRow {
        seq: head.seq + 1,
        previous_hash: head.hash.clone(),
        ..entry
    };
    entry.hash = hash(&entry, postings);
    entry
}

/// Every business and mode that anything was ever booked in.
///
/// # Errors
/// Of the database.
pub fn scopes(tx: &mut Tx<'_>) -> Result<Vec<Scope>, Error> {
    store::list_scopes(tx)
}

/// Reads every chain from end to end and computes it again. Changes nothing.
///
/// # Errors
/// Of the database.
pub fn verify(tx: &mut Tx<'_>) -> Result<Vec<Verified>, Error> {
    scopes(tx)?
        .into_iter()
        .map(|scope| verify_one(tx, &scope))
        .collect()
}

/// Lines whose entry is not there: they belong to no chain, and sums over lines would count them.
///
/// # Errors
/// Of the database.
pub fn strays(tx: &mut Tx<'_>) -> Result<Vec<Fault>, Error> {
    let of_entry = |entry_id: String| Fault {
        entry_id,
        ..nameless(0, Flaw::Stray)
    };
    let ids = store::list_stray_entry_ids(tx)?;
    Ok(ids.into_iter().map(of_entry).collect())
}

/// [`verify`] for one business and mode.
///
/// # Errors
/// Of the database.
pub fn verify_one(tx: &mut Tx<'_>, scope: &Scope) -> Result<Verified, Error> {
    let mut faults = Vec::new();
    let mut at = Head::default();
    loop {
        let entries = store::list_after(tx, scope, at.seq, BATCH)?;
        let Some(last) = entries.last() else { break };
        let postings = store::list_postings_between(tx, scope, at.seq, last.seq)?;
        let mut postings = postings.into_iter().peekable();
        for entry in &entries {
            let mut own = Vec::new();
            while let Some(posting) = postings.next_if(|p| p.entry_id == entry.id) {
                own.push(posting);
            }
            faults.extend(judge(&at, entry, &own));
            at = Head {
                seq: entry.seq,
                hash: entry.hash.clone(),
            };
        }
    }
    faults.extend(missing_end(tx, scope, &at)?);
    let outside = store::list_outside(tx, scope)?;
    faults.extend(outside.iter().map(|entry| of(entry, Flaw::Outside)));
    let doubled = store::list_doubled(tx, scope)?;
    faults.extend(doubled.iter().map(|entry| of(entry, Flaw::Doubled)));
    Ok(Verified {
        scope: scope.clone(),
        head: at,
        faults,
    })
}

/// Whether what an entry says still fits its hash.
///
/// # Errors
/// Of the database.
pub fn holds(tx: &mut Tx<'_>, entry: &EntryRow) -> Result<bool, Error> {
    let postings = store::list_postings(tx, &entry.id)?;
    Ok(hash(entry, &postings) == entry.hash)
}

/// Whether an entry has this hash, in any chain.
///
/// # Errors
/// Of the database.
pub fn is_known(tx: &mut Tx<'_>, hash: &str) -> Result<bool, Error> {
    store::hash_exists(tx, hash)
}

fn judge(before: &Head, entry: &EntryRow, postings: &[PostingRow]) -> Vec<Fault> {
    let next = before.seq + 1;
    let mut faults = Vec::new();
    // One fault a gap: a place changed to a huge number must not fill the memory.
    if entry.seq > next {
        faults.push(nameless(next, Flaw::Missing(entry.seq - 1)));
    }
    // Behind a gap nothing can be said about what it followed.
    let follows = !faults.is_empty() || entry.previous_hash == before.hash;
    if hash(entry, postings) != entry.hash {
        faults.push(of(entry, Flaw::Changed));
    } else if !follows {
        faults.push(of(entry, Flaw::DoesNotFollow));
    }
    faults
}

fn missing_end(tx: &mut Tx<'_>, scope: &Scope, last: &Head) -> Result<Option<Fault>, Error> {
    let head = store::get_head(tx, scope)?.unwrap_or_default();
    let flaw = if head.seq > last.seq {
        Flaw::EndMissing(last.seq)
    } else if head != *last {
        Flaw::EndReplaced
    } else {
        return Ok(None);
    };
    Ok(Some(nameless(head.seq, flaw)))
}

fn nameless(seq: i64, flaw: Flaw) -> Fault {
    Fault {
        entry_id: String::new(),
        seq,
        about: String::new(),
        flaw,
    }
}

fn of(entry: &EntryRow, flaw: Flaw) -> Fault {
    Fault {
        entry_id: entry.id.clone(),
        seq: entry.seq,
        about: format!("{} {} of {}", entry.kind, entry.memo, entry.date),
        flaw,
    }
}

/// A scope as it is stored.
pub(super) fn scope(business_id: String, mode: &str) -> Result<Scope, Error> {
    let wrong = |what: String| Error::Shape(format!("the ledger has an entry of {what}"));
    Ok(Scope {
        business_id: BusinessId::parse(business_id.clone())
            .map_err(|_| wrong(format!("the business “{business_id}”")))?,
        mode: Mode::parse(mode).map_err(|_| wrong(format!("the mode “{mode}”")))?,
    })
}
