//! What a posting touches.

use crate::id::TaxRateId;
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
    /// Our money at the payment provider, net of fees; pending and available alike (`led_06`).
    StripeBalance,
    /// Between what happened to a payment and the balance transaction that says what it did to the balance.
    StripeClearing,
    /// What the provider keeps.
    StripeFees,
    /// Held back by the provider as a reserve.
    ReservedFunds,
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
    /// The seller's bank: payouts found there, transfers and cheques recorded by a person.
    Bank,
    /// Notes and coins.
    Cash,
    /// Given up.
    BadDebt,
    /// What was there before the books began.
    Opening,
    /// Between two currencies: what was given of one and taken of the other.
    Conversion,
    /// An exchange brought more than the money had been booked at.
    ExchangeGain,
    /// An exchange brought less than the money had been booked at.
    ExchangeLoss,
    /// Not understood yet: shown, never dropped (`led_05`).
    Suspense,
}

/// On which page of the books an account stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Nature {
    /// What the seller has or is owed.
    Asset,
    /// What the seller owes.
    Liability,
    /// What stands between two entries or two currencies.
    Equity,
    /// What was earned.
    Income,
    /// What was spent or lost.
    Expense,
}

const TAX_PAYABLE: &str = "tax_payable:";

/// Every account but the taxes, in the order of a trial balance, with its stored word.
const PLAIN: &[(Account, &str)] = &[
    (Account::Receivable, "receivable"),
    (Account::StripeBalance, "stripe_balance"),
    (Account::StripeClearing, "stripe_clearing"),
    (Account::ReservedFunds, "reserved_funds"),
    (Account::DisputedFunds, "disputed_funds"),
    (Account::InTransit, "in_transit"),
    (Account::Bank, "bank"),
    (Account::Cash, "cash"),
    (Account::TaxRecoverable, "tax_recoverable"),
    (Account::Suspense, "suspense"),
    (Account::CustomerCredit, "customer_credit"),
    (Account::Deposits, "deposits"),
    (Account::Opening, "opening"),
    (Account::Conversion, "conversion"),
    (Account::Income, "income"),
    (Account::ExchangeGain, "exchange_gain"),
    (Account::StripeFees, "stripe_fees"),
    (Account::DisputeFees, "dispute_fees"),
    (Account::BadDebt, "bad_debt"),
    (Account::ExchangeLoss, "exchange_loss"),
];

impl Account {
    /// The stored word: `receivable`, `tax_payable:<rate id>`.
    pub fn code(&self) -> String {
        if let Account::TaxPayable(tax) = self {
            return format!("{TAX_PAYABLE}{tax}");
        }
        let found = PLAIN.iter().find(|(account, _)| account == self);
        found.map_or_else(String::new, |(_, code)| (*code).to_owned())
    }

    /// Reads the stored word; none for any other text.
    pub fn parse(code: &str) -> Option<Account> {
        if let Some(tax) = code.strip_prefix(TAX_PAYABLE) {
            return TaxRateId::parse(tax).ok().map(Account::TaxPayable);
        }
        let found = PLAIN.iter().find(|(_, word)| *word == code);
        found.map(|(account, _)| account.clone())
    }

    /// Every account but the taxes, of which there is one a rate.
    pub fn plain() -> impl Iterator<Item = Account> {
        PLAIN.iter().map(|(account, _)| account.clone())
    }

    /// On which page of the books it stands.
    pub fn nature(&self) -> Nature {
        match self {
            Account::Receivable
            | Account::TaxRecoverable
            | Account::StripeBalance
            | Account::StripeClearing
            | Account::ReservedFunds
            | Account::DisputedFunds
            | Account::InTransit
            | Account::Bank
            | Account::Cash
            | Account::Suspense => Nature::Asset,
            Account::TaxPayable(_) | Account::CustomerCredit | Account::Deposits => {
                Nature::Liability
            }
            Account::Opening | Account::Conversion => Nature::Equity,
            Account::Income | Account::ExchangeGain => Nature::Income,
            Account::StripeFees
            | Account::DisputeFees
            | Account::BadDebt
            | Account::ExchangeLoss => Nature::Expense,
        }
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.code())
    }
}
