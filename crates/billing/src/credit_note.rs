//! Credit notes: what may be credited of an issued invoice, what that comes to, what it does to the claim; and what
//! "Delete" means for an invoice in each state (compliance.md §5.3).
//!
//! A note comes to the difference between everything credited with it and everything credited before. So whatever the
//! order and the size of the parts, all notes of an invoice together never exceed it, and once all of it is credited they
//! are the invoice to the cent, in each tax.

use crate::currency::Currency;
use crate::invoice::state::InvoiceState;
use crate::ledger::documents::TaxPart;
use crate::mode::Mode;
use crate::money::{Money, MoneyError};
use crate::tax::{self, Pricing, TaxError, TaxLine, TaxRate, TaxedAmount, TaxedTotal};
use jiff::civil::Date;
use rust_decimal::Decimal;

/// A line of the invoice, as it was issued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuedLine {
    /// After the line's own discount.
    pub net: Money,
    /// The taxes on it, as they were.
    pub taxes: Vec<TaxRate>,
}

/// An invoice as it was issued, for crediting. Its figures are those of the paper: nothing is computed anew that stands
/// there.
#[derive(Clone, Copy, Debug)]
pub struct Issued<'a> {
    /// Its currency.
    pub currency: Currency,
    /// With or without tax.
    pub pricing: Pricing,
    /// Its lines.
    pub lines: &'a [IssuedLine],
    /// What the document's discount comes to.
    pub discount: Money,
    /// What the document comes to: net, each tax, total.
    pub whole: &'a TaxedTotal,
}

/// What a credit note comes to. `net` and all taxes are `total`, always.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// What is credited of each line, in their order.
    pub lines: Vec<Money>,
    /// The part of the document's discount that is taken back with them.
    pub discount: Money,
    /// Without tax.
    pub net: Money,
    /// Each tax once.
    pub taxes: Vec<TaxLine>,
    /// With tax.
    pub total: Money,
}

/// Why a credit note cannot be made as it stands.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CreditRefusal {
    /// Nothing is credited.
    #[error("nothing is credited")]
    Nothing,
    /// Not as many amounts as the invoice has lines.
    #[error("not the lines of this invoice")]
    OtherLines,
    /// More than what is left of the line, or against its sign.
    #[error("line {line}: at most {left} can be credited")]
    MoreThanLeft {
        /// Index of the line, from 0.
        line: usize,
        /// What is left of it.
        left: Money,
    },
    /// More than the invoice, in all or in one tax: a reduction on another line is not credited with it.
    #[error("more than the invoice came to")]
    MoreThanInvoice,
    /// Its taxes were not computed by today's steps, so that a part has no sum that is sure: only all of it is.
    #[error("only all of it can be credited")]
    OnlyWhole,
    /// An amount went out of range or currencies met.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

impl From<TaxError> for CreditRefusal {
    fn from(error: TaxError) -> Self {
        match error {
            TaxError::Money(error) => CreditRefusal::Money(error),
            // The other refusals come from `TaxRate::check`, which computing does not call.
            _ => CreditRefusal::Money(MoneyError::TooLarge),
        }
    }
}

impl Issued<'_> {
    /// What is left of each line. `before`: what earlier notes credited of each.
    ///
    /// # Errors
    /// `OtherLines`, `Money`.
    pub fn left(&self, before: &[Money]) -> Result<Vec<Money>, CreditRefusal> {
        if before.len() != self.lines.len() {
            return Err(CreditRefusal::OtherLines);
        }
        let pairs = self.lines.iter().zip(before);
        let left = pairs.map(|(line, gone)| line.net.checked_sub(*gone));
        Ok(left.collect::<Result<_, MoneyError>>()?)
    }

    /// The note that credits `now` of each line, after earlier ones credited `before`.
    ///
    /// # Errors
    /// [`CreditRefusal`].
    pub fn credit(&self, before: &[Money], now: &[Money]) -> Result<Note, CreditRefusal> {
        let left = self.left(before)?;
        if now.len() != self.lines.len() {
            return Err(CreditRefusal::OtherLines);
        }
        let mut after = Vec::with_capacity(now.len());
        for (at, (left, now)) in left.iter().zip(now).enumerate() {
            let within = match now.minor() {
                0 => true,
                minor if minor > 0 => minor <= left.minor(),
                minor => minor >= left.minor(),
            };
            if !within {
                return Err(CreditRefusal::MoreThanLeft {
                    line: at,
                    left: *left,
                });
            }
            after.push(before[at].checked_add(*now)?);
        }
        let (earlier, later) = (self.upto(before)?, self.upto(&after)?);
        if exceeds(&later.taxed, self.whole)? {
            return Err(CreditRefusal::MoreThanInvoice);
        }
        let total = later.taxed.total.checked_sub(earlier.taxed.total)?;
        if !total.is_positive() {
            return Err(CreditRefusal::Nothing);
        }
        Ok(Note {
            lines: now.to_vec(),
            discount: later.discount.checked_sub(earlier.discount)?,
            net: later.taxed.net.checked_sub(earlier.taxed.net)?,
            taxes: difference(&later.taxed, &earlier.taxed)?,
            total,
        })
    }

    /// What these parts of the lines come to. Nothing is nothing and all is the invoice as it stands; what lies between is
    /// computed by the same steps as the invoice was.
    fn upto(&self, credited: &[Money]) -> Result<Upto, CreditRefusal> {
        let nets: Vec<Money> = self.lines.iter().map(|line| line.net).collect();
        if credited == nets {
            return Ok(Upto {
                discount: self.discount,
                taxed: self.whole.clone(),
            });
        }
        if credited.iter().any(|amount| !amount.is_zero()) && !self.is_computed(&nets)? {
            return Err(CreditRefusal::OnlyWhole);
        }
        self.compute(credited)
    }

    /// Whether the same steps give what stands on the document.
    fn is_computed(&self, nets: &[Money]) -> Result<bool, CreditRefusal> {
        let all = self.compute(nets)?.taxed;
        let same = |line: &TaxLine| {
            let there = self.whole.taxes.iter().find(|one| one.tax == line.tax);
            there.is_some_and(|one| (one.base, one.amount) == (line.base, line.amount))
        };
        let (net, total) = (self.whole.net, self.whole.total);
        Ok((all.net, all.total) == (net, total)
            && all.taxes.len() == self.whole.taxes.len()
            && all.taxes.iter().all(same))
    }

    fn compute(&self, credited: &[Money]) -> Result<Upto, CreditRefusal> {
        let amounts = |of: &dyn Fn(usize) -> Money| -> Vec<TaxedAmount> {
            let lines = self.lines.iter().enumerate();
            let taxed = lines.map(|(at, line)| TaxedAmount {
                amount: of(at),
                taxes: line.taxes.clone(),
            });
            taxed.collect()
        };
        let whole = tax::group(&amounts(&|at| self.lines[at].net))?;
        let mut part = tax::group(&amounts(&|at| credited[at]))?;
        let weights: Vec<i64> = whole.iter().map(|g| g.amount.minor().max(0)).collect();
        let shares = if self.discount.is_zero() {
            vec![self.discount; whole.len()]
        } else {
            self.discount.split(&weights)?
        };
        let mut discount = Money::zero(self.currency);
        for ((group, whole), share) in part.iter_mut().zip(&whole).zip(shares) {
            let less = portion(share, group.amount, whole.amount)?;
            group.amount = group.amount.checked_sub(less)?;
            discount = discount.checked_add(less)?;
        }
        Ok(Upto {
            discount,
            taxed: tax::compute(self.currency, &part, self.pricing)?,
        })
    }
}

struct Upto {
    discount: Money,
    taxed: TaxedTotal,
}

/// Whether a part is more than the whole, in all or in one tax. A tax below nothing is exceeded downwards.
fn exceeds(part: &TaxedTotal, whole: &TaxedTotal) -> Result<bool, MoneyError> {
    if part.total.compare(whole.total)?.is_gt() {
        return Ok(true);
    }
    for line in &part.taxes {
        let zero = Money::zero(line.amount.currency());
        let there = whole.taxes.iter().find(|one| one.tax == line.tax);
        let most = there.map_or(zero, |one| one.amount);
        let (least, most) = if most.is_negative() {
            (most, zero)
        } else {
            (zero, most)
        };
        if line.amount.compare(most)?.is_gt() || line.amount.compare(least)?.is_lt() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The part of `share` that goes with `part` of `whole`: all of it with the whole.
fn portion(share: Money, part: Money, whole: Money) -> Result<Money, MoneyError> {
    if whole.is_zero() || share.is_zero() {
        return Ok(Money::zero(share.currency()));
    }
    let ratio = part.to_decimal() * share.to_decimal() / whole.to_decimal();
    let ratio = if part == whole {
        share.to_decimal()
    } else {
        ratio
    };
    Money::rounded(ratio.max(Decimal::ZERO), share.currency())
}

fn difference(later: &TaxedTotal, earlier: &TaxedTotal) -> Result<Vec<TaxLine>, MoneyError> {
    let mut lines = Vec::new();
    for line in &later.taxes {
        let before = earlier.taxes.iter().find(|one| one.tax == line.tax);
        let zero = Money::zero(line.amount.currency());
        let (base, amount) = before.map_or((zero, zero), |one| (one.base, one.amount));
        let one = TaxLine {
            tax: line.tax.clone(),
            base: line.base.checked_sub(base)?,
            amount: line.amount.checked_sub(amount)?,
        };
        if !one.base.is_zero() || !one.amount.is_zero() {
            lines.push(one);
        }
    }
    Ok(lines)
}

/// What a note does to the claim: `settles` closes what is due, `frees` is money that had settled it and is the
/// customer's credit now. Together they are the note.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effect {
    /// Of what is due.
    pub settles: Money,
    /// Becomes credit of the customer.
    pub frees: Money,
}

/// What a note of `total` does where so much is due.
///
/// # Errors
/// `CurrencyMismatch`.
pub fn effect(due: Money, total: Money) -> Result<Effect, MoneyError> {
    let settles = total.at_most(due)?;
    Ok(Effect {
        settles,
        frees: total.checked_sub(settles)?,
    })
}

/// What "Delete" asks about an invoice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ToDelete {
    /// Where it stands.
    pub state: InvoiceState,
    /// Live or test.
    pub mode: Mode,
    /// No void, only credit notes (the default; always in the EU).
    pub strict: bool,
    /// A mail with it went out, or its link was given away.
    pub sent: bool,
    /// The customer opened it.
    pub seen: bool,
    /// The day of issue; nothing for a draft.
    pub issued: Option<Date>,
    /// The seller's day.
    pub today: Date,
    /// Money or credit that settled it and has not gone back.
    pub paid: Money,
    /// What credit notes took back so far.
    pub credited: Money,
    /// What is left to credit.
    pub left: Money,
    /// A dispute is open on a payment of it.
    pub disputed: bool,
    /// A bank is working on a payment of it.
    pub processing: bool,
}

/// What "Delete" does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Deletion {
    /// It is removed: it never was a document.
    Remove,
    /// It is annulled: the number stays used, the entry is reversed, a reason is kept. A test, whose link ends too.
    Void,
    /// A credit note over what is left of it.
    CreditNote,
    /// The same, once it is said what becomes of the money: back to the payer, or kept as credit.
    CreditNoteAndMoney,
}

/// Why it cannot be deleted now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum CannotDelete {
    /// Until the dispute closes.
    #[error("a dispute is open")]
    Disputed,
    /// Until the bank has said yes or no.
    #[error("a bank is working on a payment")]
    Processing,
    /// It is void, or credited in full.
    #[error("nothing of it is left")]
    NothingLeft,
}

/// What "Delete" does with an invoice, after the password (compliance.md §5.3).
///
/// # Errors
/// [`CannotDelete`].
pub fn deletion(invoice: &ToDelete) -> Result<Deletion, CannotDelete> {
    if invoice.state == InvoiceState::Draft {
        return Ok(Deletion::Remove);
    }
    if invoice.disputed {
        return Err(CannotDelete::Disputed);
    }
    if invoice.processing {
        return Err(CannotDelete::Processing);
    }
    if invoice.state == InvoiceState::Void || !invoice.left.is_positive() {
        return Err(CannotDelete::NothingLeft);
    }
    if invoice.paid.is_positive() {
        return Ok(Deletion::CreditNoteAndMoney);
    }
    let untouched = !invoice.sent && !invoice.seen && invoice.issued == Some(invoice.today);
    // A test is nobody's document: it may go at once, whoever saw it.
    let may_go = invoice.mode == Mode::Test || (untouched && !invoice.strict);
    let whole = invoice.state == InvoiceState::Open && invoice.credited.is_zero();
    Ok(if may_go && whole {
        Deletion::Void
    } else {
        Deletion::CreditNote
    })
}

/// The part of each tax that lies in a part of a document: what may be taken back when that part is given up (P10). Each is
/// rounded once; a tax below nothing gives nothing.
///
/// # Errors
/// `CurrencyMismatch`, `TooLarge`.
pub fn tax_relief(whole: &TaxedTotal, part: Money) -> Result<Vec<TaxPart>, MoneyError> {
    let mut parts = Vec::new();
    if !whole.total.is_positive() || part.compare(whole.total)?.is_gt() {
        return Ok(parts);
    }
    for line in whole.taxes.iter().filter(|line| line.amount.is_positive()) {
        let exact = line.amount.to_decimal() * part.to_decimal() / whole.total.to_decimal();
        let amount = Money::rounded(exact, part.currency())?;
        if amount.is_positive() {
            parts.push(TaxPart {
                tax_id: line.tax.id.clone(),
                amount,
            });
        }
    }
    Ok(parts)
}
