//! Double-entry: every movement is one balanced entry, never changed after (AC-01, AC-02).
//!
//! A posting's amount is signed: above zero debits its account, below zero credits it.

use crate::currency::Currency;
use crate::id::TaxRateId;
use crate::invoice::Totals;
use crate::money::{Money, MoneyError};
use std::collections::BTreeMap;
use std::fmt;

/// What a posting touches.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Account {
    /// Customers owe us.
    Receivable,
    /// Earned, without tax.
    Income,
    /// A tax collected and owed to its authority, by the seller's rate.
    TaxPayable(TaxRateId),
    /// Tax paid on the provider's fees.
    TaxRecoverable,
    /// Our money at the payment provider, net of fees.
    StripeBalance,
    /// Paid at the provider, its balance transaction not known yet.
    StripeClearing,
    /// What the provider keeps.
    StripeFees,
    /// Customers' money that no invoice has used yet.
    CustomerCredit,
    /// Received before any invoice.
    Deposits,
    /// Taken by a bank while it asks.
    DisputedFunds,
    /// Fees of disputes.
    DisputeFees,
    /// On the way from the provider to the bank.
    InTransit,
    /// The seller's bank or cash: payments recorded by a person.
    Bank,
    /// Given up.
    BadDebt,
    /// Not understood yet: shown, never dropped (AC-05).
    Suspense,
}

impl Account {
    /// The stored word: `receivable`, `tax_payable:<rate id>`.
    pub fn code(&self) -> String {
        match self {
            Account::TaxPayable(tax) => format!("{TAX_PAYABLE}{tax}"),
            other => other.plain_code().to_owned(),
        }
    }

    /// Reads the stored word; none for any other text.
    pub fn parse(code: &str) -> Option<Account> {
        if let Some(tax) = code.strip_prefix(TAX_PAYABLE) {
            return TaxRateId::parse(tax).ok().map(Account::TaxPayable);
        }
        PLAIN
            .iter()
            .find(|account| account.plain_code() == code)
            .cloned()
    }

    fn plain_code(&self) -> &'static str {
        match self {
            Account::Receivable => "receivable",
            Account::Income => "income",
            Account::TaxPayable(_) => "tax_payable",
            Account::TaxRecoverable => "tax_recoverable",
            Account::StripeBalance => "stripe_balance",
            Account::StripeClearing => "stripe_clearing",
            Account::StripeFees => "stripe_fees",
            Account::CustomerCredit => "customer_credit",
            Account::Deposits => "deposits",
            Account::DisputedFunds => "disputed_funds",
            Account::DisputeFees => "dispute_fees",
            Account::InTransit => "in_transit",
            Account::Bank => "bank",
            Account::BadDebt => "bad_debt",
            Account::Suspense => "suspense",
        }
    }
}

const TAX_PAYABLE: &str = "tax_payable:";

const PLAIN: &[Account] = &[
    Account::Receivable,
    Account::Income,
    Account::TaxRecoverable,
    Account::StripeBalance,
    Account::StripeClearing,
    Account::StripeFees,
    Account::CustomerCredit,
    Account::Deposits,
    Account::DisputedFunds,
    Account::DisputeFees,
    Account::InTransit,
    Account::Bank,
    Account::BadDebt,
    Account::Suspense,
];

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.code())
    }
}

/// One line of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posting {
    /// What it touches.
    pub account: Account,
    /// Above zero a debit, below zero a credit.
    pub amount: Money,
}

/// One balanced record. Cannot be made otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    postings: Vec<Posting>,
}

/// Why an entry cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LedgerError {
    /// Debits and credits of a currency differ (AC-01).
    #[error("debits and credits differ by {difference}")]
    Unbalanced {
        /// Debits less credits.
        difference: Money,
    },
    /// Fewer than two postings that are not zero.
    #[error("an entry needs at least two postings")]
    Empty,
    /// A part is negative, or the parts of a payment do not add up to it.
    #[error("the parts do not add up to the whole")]
    PartsDoNotAddUp,
    /// An amount went out of range or currencies met.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

impl Entry {
    /// An entry of these postings; those of nothing are left out.
    ///
    /// # Errors
    /// `Unbalanced` per currency (AC-01), `Empty`.
    pub fn new(postings: Vec<Posting>) -> Result<Entry, LedgerError> {
        let postings: Vec<Posting> = postings
            .into_iter()
            .filter(|posting| !posting.amount.is_zero())
            .collect();
        let mut sums: BTreeMap<Currency, Money> = BTreeMap::new();
        for Posting { amount, .. } in &postings {
            let sum = sums
                .entry(amount.currency())
                .or_insert(Money::zero(amount.currency()));
            *sum = sum.checked_add(*amount)?;
        }
        if let Some(difference) = sums.into_values().find(|sum| !sum.is_zero()) {
            return Err(LedgerError::Unbalanced { difference });
        }
        if postings.len() < 2 {
            return Err(LedgerError::Empty);
        }
        Ok(Entry { postings })
    }

    /// Its lines.
    pub fn postings(&self) -> &[Posting] {
        &self.postings
    }

    /// The entry that takes this one back (AC-02: corrections are new entries).
    pub fn reversed(&self) -> Entry {
        let reverse = |p: &Posting| Posting {
            account: p.account.clone(),
            amount: -p.amount,
        };
        Entry {
            postings: self.postings.iter().map(reverse).collect(),
        }
    }
}

/// P01: an invoice is issued. None for one that comes to nothing at all.
///
/// # Errors
/// [`LedgerError`].
pub fn invoice_issued(totals: &Totals) -> Result<Option<Entry>, LedgerError> {
    let mut postings = vec![
        debit(Account::Receivable, totals.total),
        credit(Account::Income, totals.net),
    ];
    for line in &totals.taxes {
        postings.push(credit(
            Account::TaxPayable(line.tax.id.clone()),
            line.amount,
        ));
    }
    match Entry::new(postings) {
        Err(LedgerError::Empty) => Ok(None),
        other => other.map(Some),
    }
}

/// A payment as the ledger sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PaymentParts {
    /// What the customer paid.
    pub gross: Money,
    /// The part applied to the invoice.
    pub applied: Money,
    /// The part no invoice could use: customer credit.
    pub credited: Money,
}

impl PaymentParts {
    fn credits(self) -> Result<[Posting; 2], LedgerError> {
        let adds_up = self.applied.checked_add(self.credited)? == self.gross;
        if !adds_up || self.applied.is_negative() || self.credited.is_negative() {
            return Err(LedgerError::PartsDoNotAddUp);
        }
        Ok([
            credit(Account::Receivable, self.applied),
            credit(Account::CustomerCredit, self.credited),
        ])
    }
}

/// P02 and P18: a card payment succeeded. With the fee of its balance transaction the net goes to
/// the provider's balance; while that is not known yet (`fee` none) the gross waits in clearing,
/// until [`card_payment_settled`].
///
/// # Errors
/// [`LedgerError`].
pub fn card_payment(parts: PaymentParts, fee: Option<Money>) -> Result<Entry, LedgerError> {
    let mut postings = match fee {
        Some(fee) => at_provider(parts.gross, fee)?,
        None => vec![debit(Account::StripeClearing, parts.gross)],
    };
    postings.extend(parts.credits()?);
    Entry::new(postings)
}

/// The balance transaction of an earlier payment became known: clearing becomes balance and fee.
///
/// # Errors
/// [`LedgerError`].
pub fn card_payment_settled(gross: Money, fee: Money) -> Result<Entry, LedgerError> {
    let mut postings = at_provider(gross, fee)?;
    postings.push(credit(Account::StripeClearing, gross));
    Entry::new(postings)
}

/// A person recorded a payment (bank transfer, cheque, cash).
///
/// # Errors
/// [`LedgerError`].
pub fn recorded_payment(parts: PaymentParts) -> Result<Entry, LedgerError> {
    let mut postings = vec![debit(Account::Bank, parts.gross)];
    postings.extend(parts.credits()?);
    Entry::new(postings)
}

fn at_provider(gross: Money, fee: Money) -> Result<Vec<Posting>, LedgerError> {
    let net = gross.checked_sub(fee)?;
    Ok(vec![
        debit(Account::StripeBalance, net),
        debit(Account::StripeFees, fee),
    ])
}

fn debit(account: Account, amount: Money) -> Posting {
    Posting { account, amount }
}

fn credit(account: Account, amount: Money) -> Posting {
    Posting {
        account,
        amount: -amount,
    }
}
