//! What balance transactions do to the money at the provider: the second of the two steps (see [`super`]).

use super::{Account, Entry, LedgerError, Posting, exchange};
use crate::money::Money;

/// The provider's grouping of balance transactions for accountants (`led_04`). The list grows: what is not known is
/// kept by its word and booked to suspense.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ReportingCategory {
    /// A payment came in.
    Charge,
    /// A payment that had come in failed after all (bank debits).
    ChargeFailure,
    /// The part of an authorisation that was not captured.
    PartialCaptureReversal,
    /// Money went back to a customer.
    Refund,
    /// It did not arrive there.
    RefundFailure,
    /// A bank took a payment back while it asks, with the fee of asking.
    Dispute,
    /// It gave it back.
    DisputeReversal,
    /// A fee by itself.
    Fee,
    /// Tax on fees, by itself.
    Tax,
    /// On its way to the bank.
    Payout,
    /// A payout failed or was canceled.
    PayoutReversal,
    /// Money from the bank to the provider.
    TopUp,
    /// A top-up failed or was taken back.
    TopUpReversal,
    /// Held back as a reserve, and released again.
    ReservedFunds,
    /// One side of an exchange between two balances.
    Exchange,
    /// Anything else (`led_05`).
    Other(String),
}

/// The words of the provider.
const WORDS: &[(&str, ReportingCategory)] = &[
    ("charge", ReportingCategory::Charge),
    ("charge_failure", ReportingCategory::ChargeFailure),
    (
        "partial_capture_reversal",
        ReportingCategory::PartialCaptureReversal,
    ),
    ("refund", ReportingCategory::Refund),
    ("refund_failure", ReportingCategory::RefundFailure),
    ("dispute", ReportingCategory::Dispute),
    ("dispute_reversal", ReportingCategory::DisputeReversal),
    ("fee", ReportingCategory::Fee),
    ("network_cost", ReportingCategory::Fee),
    ("tax", ReportingCategory::Tax),
    ("payout", ReportingCategory::Payout),
    ("payout_reversal", ReportingCategory::PayoutReversal),
    ("topup", ReportingCategory::TopUp),
    ("topup_reversal", ReportingCategory::TopUpReversal),
    ("risk_reserved_funds", ReportingCategory::ReservedFunds),
    ("connect_reserved_funds", ReportingCategory::ReservedFunds),
    (
        "payment_network_reserve_hold",
        ReportingCategory::ReservedFunds,
    ),
    (
        "payment_network_reserve_release",
        ReportingCategory::ReservedFunds,
    ),
    (
        "payout_minimum_balance_hold",
        ReportingCategory::ReservedFunds,
    ),
    (
        "payout_minimum_balance_release",
        ReportingCategory::ReservedFunds,
    ),
    ("fx", ReportingCategory::Exchange),
    ("currency_conversion", ReportingCategory::Exchange),
];

impl ReportingCategory {
    /// Reads the provider's word. Never fails: an unknown word is [`ReportingCategory::Other`].
    pub fn parse(word: &str) -> ReportingCategory {
        let found = WORDS.iter().find(|(known, _)| *known == word);
        found.map_or_else(
            || ReportingCategory::Other(word.to_owned()),
            |(_, category)| category.clone(),
        )
    }

    /// Whether it lands in suspense and has to be shown to somebody.
    pub fn is_unknown(&self) -> bool {
        matches!(self, ReportingCategory::Other(_))
    }

    /// The account on the other side of the amount.
    pub fn account(&self) -> Account {
        match self {
            ReportingCategory::Charge
            | ReportingCategory::ChargeFailure
            | ReportingCategory::PartialCaptureReversal
            | ReportingCategory::Refund
            | ReportingCategory::RefundFailure => Account::StripeClearing,
            ReportingCategory::Dispute | ReportingCategory::DisputeReversal => {
                Account::DisputedFunds
            }
            ReportingCategory::Fee => Account::StripeFees,
            ReportingCategory::Tax => Account::TaxRecoverable,
            ReportingCategory::Payout
            | ReportingCategory::PayoutReversal
            | ReportingCategory::TopUp
            | ReportingCategory::TopUpReversal => Account::InTransit,
            ReportingCategory::ReservedFunds => Account::ReservedFunds,
            ReportingCategory::Exchange => Account::Conversion,
            ReportingCategory::Other(_) => Account::Suspense,
        }
    }

    fn fee_account(&self) -> Account {
        match self {
            ReportingCategory::Dispute | ReportingCategory::DisputeReversal => Account::DisputeFees,
            _ => Account::StripeFees,
        }
    }
}

/// A balance transaction as the ledger sees it. All amounts but `presented` are of one currency, the balance's, and
/// signed as the provider signs them: `amount` and `net` above zero come in, `fee` above zero is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BalanceTransaction {
    /// Its reporting category.
    pub category: ReportingCategory,
    /// Gross.
    pub amount: Money,
    /// All that the provider keeps, tax on it included.
    pub fee: Money,
    /// The tax inside the fee (`fee_details` of type `tax`).
    pub tax_on_fee: Money,
    /// `amount` less `fee`.
    pub net: Money,
    /// What the object behind it was in its own currency, when that is another: the charge's amount, the refund's
    /// amount below nothing, as [`super::documents`] left it in clearing.
    pub presented: Option<Money>,
    /// What `presented` had been booked at in the balance's currency, when it was booked at a rate (P14), or came in
    /// at (a refund): the difference to `amount` is the gain or loss. Signed as `amount`.
    pub carried: Option<Money>,
}

impl BalanceTransaction {
    /// One without anything special: a single currency, no tax told apart.
    ///
    /// # Errors
    /// `Money` when the two are not of one currency.
    pub fn plain(
        category: ReportingCategory,
        amount: Money,
        fee: Money,
    ) -> Result<BalanceTransaction, LedgerError> {
        Ok(BalanceTransaction {
            category,
            amount,
            fee,
            tax_on_fee: Money::zero(fee.currency()),
            net: amount.checked_sub(fee)?,
            presented: None,
            carried: None,
        })
    }

    fn check(&self) -> Result<(), LedgerError> {
        let adds_up = self.amount.checked_sub(self.fee)? == self.net;
        let tax_is_inside = self.tax_on_fee.abs().compare(self.fee.abs())?.is_le();
        if adds_up && tax_is_inside {
            Ok(())
        } else {
            Err(LedgerError::NetDoesNotAddUp)
        }
    }
}

/// P02, P04 to P08, P11, P12, P15, P19, P22: what a balance transaction does to the money at the provider, by its
/// reporting category. None for one that moves nothing (P21). Book it once, by the transaction's id (`led_03`).
///
/// # Errors
/// `NetDoesNotAddUp` when it contradicts itself, `NotAnExchange`, [`LedgerError`].
pub fn balance_transaction(line: &BalanceTransaction) -> Result<Option<Entry>, LedgerError> {
    line.check()?;
    let own_fee = line.fee.checked_sub(line.tax_on_fee)?;
    let mut postings = vec![
        Posting::debit(Account::StripeBalance, line.net),
        Posting::debit(line.category.fee_account(), own_fee),
        Posting::debit(Account::TaxRecoverable, line.tax_on_fee),
    ];
    postings.extend(other_side(line)?);
    Entry::unless_empty(postings)
}

fn other_side(line: &BalanceTransaction) -> Result<Vec<Posting>, LedgerError> {
    let account = line.category.account();
    let abroad = line
        .presented
        .filter(|presented| presented.currency() != line.amount.currency());
    let Some(presented) = abroad.filter(|_| account == Account::StripeClearing) else {
        return Ok(vec![Posting::credit(account, line.amount)]);
    };
    let mut postings = vec![Posting::credit(account, presented)];
    postings.extend(exchange::conversion(line.amount, presented)?);
    if let Some(carried) = line.carried {
        postings.extend(exchange::realised(line.amount, carried)?);
    }
    Ok(postings)
}
