//! What was applied to an invoice, whatever it came from. An allocation above zero settles a part of the claim, one
//! below zero reopens it (a refund without a credit note, a dispute lost, a manual payment taken back). What is due is
//! always the total less their sum.

use crate::money::{Money, MoneyError};

/// Where an allocation comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SourceKind {
    /// A payment, by card or recorded by a person.
    Payment,
    /// Customer credit: used on the invoice, or (below zero) freed from it by a credit note.
    Credit,
    /// Money received before any invoice.
    Deposit,
    /// A credit note.
    CreditNote,
    /// Money that went back without a credit note.
    Refund,
    /// Money a bank took back for good.
    Dispute,
    /// A manual payment that was taken back: a cheque returned, a slip of the pen.
    Reversal,
    /// Given up.
    WriteOff,
}

impl SourceKind {
    /// Every kind.
    pub const ALL: [SourceKind; 8] = [
        SourceKind::Payment,
        SourceKind::Credit,
        SourceKind::Deposit,
        SourceKind::CreditNote,
        SourceKind::Refund,
        SourceKind::Dispute,
        SourceKind::Reversal,
        SourceKind::WriteOff,
    ];

    /// The stored word.
    pub fn as_str(self) -> &'static str {
        match self {
            SourceKind::Payment => "payment",
            SourceKind::Credit => "credit",
            SourceKind::Deposit => "deposit",
            SourceKind::CreditNote => "credit_note",
            SourceKind::Refund => "refund",
            SourceKind::Dispute => "dispute",
            SourceKind::Reversal => "reversal",
            SourceKind::WriteOff => "write_off",
        }
    }

    /// Reads the stored word; none for any other text.
    pub fn parse(text: &str) -> Option<SourceKind> {
        SourceKind::ALL.into_iter().find(|k| k.as_str() == text)
    }

    /// Whether it is money of the customer.
    fn is_money(self) -> bool {
        matches!(
            self,
            SourceKind::Payment | SourceKind::Deposit | SourceKind::Credit | SourceKind::Reversal
        )
    }
}

/// What all allocations of one invoice come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tally {
    /// Their sum: what is due is the total less this.
    pub applied: Money,
    /// Money that ever came for it, before refunds; manual payments taken back are not in it.
    pub received: Money,
    /// By credit notes.
    pub credited: Money,
    /// Given up, and not recovered since.
    pub written_off: Money,
}

impl Tally {
    /// Nothing was applied.
    pub fn none(total: Money) -> Tally {
        let zero = Money::zero(total.currency());
        Tally {
            applied: zero,
            received: zero,
            credited: zero,
            written_off: zero,
        }
    }

    /// The tally with one more allocation in it.
    ///
    /// # Errors
    /// `CurrencyMismatch`, `TooLarge`.
    pub fn with(mut self, kind: SourceKind, amount: Money) -> Result<Tally, MoneyError> {
        self.applied = self.applied.checked_add(amount)?;
        // Credit freed by a credit note had been received before: it does not make that unhappened.
        let freed = kind == SourceKind::Credit && amount.is_negative();
        if kind.is_money() && !freed {
            self.received = self.received.checked_add(amount)?;
        }
        match kind {
            SourceKind::CreditNote => self.credited = self.credited.checked_add(amount)?,
            SourceKind::WriteOff => self.written_off = self.written_off.checked_add(amount)?,
            _ => {}
        }
        Ok(self)
    }
}
