//! The books in words: accounts as people and other programs know them.

use std::collections::BTreeMap;

use billing::ledger::{Account, Nature};
use billing::tax::TaxRate;
use kit::db::{Error, Tx};
use kit::locale::{self, Lang, Locale};

use crate::figures;
use crate::ledger::BALANCE_TRANSACTION;
use crate::ledger::chain::{Fault, Flaw};
use crate::settings;
use crate::who::Scope;

/// What the accounts of taxes are called: their rates belong to the business.
#[derive(Clone, Debug, Default)]
pub struct Names {
    taxes: BTreeMap<String, TaxRate>,
}

/// Looks the names up.
///
/// # Errors
/// Of the database.
pub fn names(tx: &mut Tx<'_>, scope: &Scope) -> Result<Names, Error> {
    let rates = settings::tax_rates(tx, &scope.business_id)?;
    let by_id = |rate: settings::SellerRate| (rate.rate.id.as_str().to_owned(), rate.rate);
    Ok(Names {
        taxes: rates.into_iter().map(by_id).collect(),
    })
}

impl Names {
    /// The account as a reader knows it.
    pub fn account(&self, l: Locale, code: &str) -> String {
        match Account::parse(code) {
            Some(Account::TaxPayable(id)) => {
                let rate = self.taxes.get(id.as_str());
                let name = rate.map_or_else(|| id.to_string(), |rate| figures::tax_label(l, rate));
                l.t1("books-account-tax", "tax", name).into_owned()
            }
            Some(account) => l.t(account_word(&account)).into_owned(),
            None => code.to_owned(),
        }
    }

    /// The account as other bookkeeping programs take it: plain letters, a colon between levels, the same in every
    /// language. Two rates of one name get the ends of their ids.
    pub fn exported(&self, code: &str) -> String {
        match Account::parse(code) {
            Some(Account::TaxPayable(id)) => {
                format!("Liabilities:Tax-Payable:{}", self.exported_tax(id.as_str()))
            }
            Some(account) => exported_word(&account).to_owned(),
            None => format!("Equity:Unknown:{}", plain(code)),
        }
    }

    fn exported_tax(&self, id: &str) -> String {
        let of = |rate: &TaxRate| plain(&format!("{} {}", rate.name, rate.rate));
        let Some(name) = self.taxes.get(id).map(of) else {
            return plain(id);
        };
        let twins = self.taxes.values().filter(|rate| of(rate) == name).count();
        if twins > 1 {
            return format!("{name}-{}", plain(id));
        }
        name
    }
}

/// A word that beancount and hledger take as a part of an account: it begins with a capital or a figure, and has
/// letters, figures and hyphens.
fn plain(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if c.is_ascii_alphanumeric() {
            out.push(c);
        } else if !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
    }
    let out = out.trim_end_matches('-');
    let mut letters = out.chars();
    match letters.next() {
        Some(first) => first.to_ascii_uppercase().to_string() + letters.as_str(),
        None => "X".to_owned(),
    }
}

/// The names of `compliance.md` §7, below the five roots that both programs know.
fn exported_word(account: &Account) -> &'static str {
    match account {
        Account::Receivable => "Assets:Receivable",
        Account::StripeBalance => "Assets:Stripe-Balance",
        Account::StripeClearing => "Assets:Stripe-Clearing",
        Account::ReservedFunds => "Assets:Reserved-Funds",
        Account::DisputedFunds => "Assets:Disputed-Funds",
        Account::InTransit => "Assets:In-Transit",
        Account::Bank => "Assets:Bank",
        Account::Cash => "Assets:Cash",
        Account::TaxRecoverable => "Assets:Tax-Recoverable",
        Account::Suspense => "Assets:Suspense",
        Account::TaxPayable(_) => "Liabilities:Tax-Payable",
        Account::CustomerCredit => "Liabilities:Customer-Credit",
        Account::Deposits => "Liabilities:Deposits",
        Account::Opening => "Equity:Opening",
        Account::Conversion => "Equity:Conversion",
        Account::Income => "Income:Sales",
        Account::ExchangeGain => "Income:FX-Gain",
        Account::StripeFees => "Expenses:Stripe-Fees",
        Account::DisputeFees => "Expenses:Dispute-Fees",
        Account::BadDebt => "Expenses:Bad-Debt",
        Account::ExchangeLoss => "Expenses:FX-Loss",
    }
}

/// What an entry books, in English, as files say it: `invoice_issued` is read as “Invoice issued”.
pub fn kind_in_english(kind: &str) -> String {
    let words = kind.replace('_', " ");
    let mut letters = words.chars();
    let first = letters.next().map(|c| c.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

fn account_word(account: &Account) -> &'static str {
    match account {
        Account::Receivable => locale::key("books-account-receivable"),
        Account::StripeBalance => locale::key("books-account-stripe-balance"),
        Account::StripeClearing => locale::key("books-account-stripe-clearing"),
        Account::ReservedFunds => locale::key("books-account-reserved"),
        Account::DisputedFunds => locale::key("books-account-disputed"),
        Account::InTransit => locale::key("books-account-in-transit"),
        Account::Bank => locale::key("books-account-bank"),
        Account::Cash => locale::key("books-account-cash"),
        Account::TaxRecoverable => locale::key("books-account-tax-recoverable"),
        Account::Suspense => locale::key("books-account-suspense"),
        Account::TaxPayable(_) => locale::key("books-account-taxes"),
        Account::CustomerCredit => locale::key("books-account-credit"),
        Account::Deposits => locale::key("books-account-deposits"),
        Account::Opening => locale::key("books-account-opening"),
        Account::Conversion => locale::key("books-account-conversion"),
        Account::Income => locale::key("books-account-income"),
        Account::ExchangeGain => locale::key("books-account-exchange-gain"),
        Account::StripeFees => locale::key("books-account-stripe-fees"),
        Account::DisputeFees => locale::key("books-account-dispute-fees"),
        Account::BadDebt => locale::key("books-account-bad-debt"),
        Account::ExchangeLoss => locale::key("books-account-exchange-loss"),
    }
}

/// The heading an account stands under.
pub(super) fn nature(l: Locale, code: &str) -> String {
    let nature = Account::parse(code).map_or(Nature::Equity, |account| account.nature());
    let word = match nature {
        Nature::Asset => locale::key("books-nature-asset"),
        Nature::Liability => locale::key("books-nature-liability"),
        Nature::Equity => locale::key("books-nature-equity"),
        Nature::Income => locale::key("books-nature-income"),
        Nature::Expense => locale::key("books-nature-expense"),
    };
    l.t(word).into_owned()
}

/// What an entry books. A kind without words of its own is shown as it is stored.
pub(super) fn kind(l: Locale, kind: &str) -> String {
    let word = match kind {
        "invoice_issued" => locale::key("books-kind-invoice-issued"),
        "card_payment" => locale::key("books-kind-payment"),
        "card_payment_settled" => locale::key("books-kind-settled"),
        BALANCE_TRANSACTION => locale::key("books-kind-balance-transaction"),
        "recorded_payment" => locale::key("books-kind-recorded"),
        "payment_reversed" => locale::key("books-kind-reversed"),
        "unallocated_payment" => locale::key("books-kind-unallocated"),
        "payment_allocated" => locale::key("books-kind-allocated"),
        "credit_used" => locale::key("books-kind-credit-used"),
        "credit_taken_back" => locale::key("books-kind-credit-back"),
        "credit_note" => locale::key("books-kind-credit-note"),
        "credit_note_kept" => locale::key("books-kind-credit-note-kept"),
        "invoice_voided" => locale::key("books-kind-voided"),
        "write_off" => locale::key("books-kind-write-off"),
        "payment_reversed_credit" => locale::key("books-kind-reversed-credit"),
        "write_off_recovered" => locale::key("books-kind-recovered"),
        "refund" => locale::key("books-kind-refund"),
        "refund_failure" => locale::key("books-kind-refund-failure"),
        "payout_found" => locale::key("books-kind-payout-found"),
        "payout_not_found" => locale::key("books-kind-payout-not-found"),
        "stripe_opening" => locale::key("books-kind-opening"),
        _ if l.lang() == Lang::Fr => {
            let stored = kind.replace('_', " ");
            return l.t1("books-kind-other", "kind", stored).into_owned();
        }
        _ => return kind_in_english(kind),
    };
    l.t(word).into_owned()
}

/// What is wrong with an entry.
pub(super) fn fault(l: Locale, fault: &Fault) -> String {
    let seq = l.integer(fault.seq);
    let one = |key: &'static str| l.t2(key, "seq", seq.clone(), "about", fault.about.as_str());
    match fault.flaw {
        Flaw::Changed => one(locale::key("books-fault-changed")),
        Flaw::DoesNotFollow => one(locale::key("books-fault-does-not-follow")),
        Flaw::Outside => one(locale::key("books-fault-outside")),
        Flaw::Doubled => one(locale::key("books-fault-doubled")),
        Flaw::Missing(last) => l.t2("books-fault-missing", "first", seq, "last", l.integer(last)),
        Flaw::EndMissing(left) => l.t2(
            "books-fault-end-missing",
            "seq",
            seq,
            "left",
            l.integer(left),
        ),
        Flaw::EndReplaced => l.t1("books-fault-end-replaced", "seq", seq),
        Flaw::Stray => l.t1("books-fault-stray", "id", fault.entry_id.as_str()),
    }
    .into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_any_name_is_an_account_that_other_programs_take() {
        for (text, wanted) in [
            ("GST 5", "GST-5"),
            ("tva 20 %", "Tva-20"),
            ("QST 9.975", "QST-9-975"),
            ("é", "X"),
            ("0192f0a1-7b3c", "0192f0a1-7b3c"),
            ("=1+1", "1-1"),
        ] {
            assert_eq!(plain(text), wanted);
        }
    }

    #[test]
    fn every_account_has_an_exported_name_of_its_own() {
        let names = Names::default();
        let mut all: Vec<String> = Account::plain()
            .map(|account| names.exported(&account.code()))
            .collect();
        let count = all.len();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), count);
    }
}
