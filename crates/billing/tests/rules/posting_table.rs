//! The posting table of `compliance.md` §7.1, row by row, with its vectors; and all of it as one journal. (P01, P02
//! and P18 in their one-entry forms stand in `ledger.rs`.)

use crate::vectors::{
    CLOSING, at_provider, cad, claim, credit, fee_with_tax, issued, journal, one, settled_abroad,
    taxes, usd,
};
use billing::Money;
use billing::id::TaxRateId;
use billing::ledger::documents::{self, Division, TaxPart};
use billing::ledger::exchange::{exchange_realised, payout_converted};
use billing::ledger::{
    Account, BalanceTransaction, Entry, LedgerError, ReportingCategory, balance_transaction,
};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// The lines as `account amount currency`, an invoice behind a slash.
fn lines(entry: &Entry) -> Vec<String> {
    let line = |p: &billing::ledger::Posting| {
        let invoice = p.invoice_id.as_ref();
        let of = invoice.map_or_else(String::new, |id| format!("/{id}"));
        format!("{}{of} {}", p.account, p.amount)
    };
    entry.postings().iter().map(line).collect()
}

fn closing<'e>(entries: impl IntoIterator<Item = &'e Entry>) -> BTreeMap<(String, String), Money> {
    let mut sums: BTreeMap<(String, String), Money> = BTreeMap::new();
    for posting in entries.into_iter().flat_map(Entry::postings) {
        let currency = posting.amount.currency();
        let key = (posting.account.code(), currency.code().to_owned());
        let sum = sums.entry(key).or_insert(Money::zero(currency));
        *sum = sum.checked_add(posting.amount).unwrap();
    }
    sums.retain(|_, sum| !sum.is_zero());
    sums
}

#[test]
fn the_vector_journal_closes_with_the_balances_proven_in_two_other_tools() {
    let journal = journal();
    let wanted: BTreeMap<(String, String), Money> = CLOSING
        .iter()
        .map(|(account, text, currency)| {
            let key = ((*account).to_owned(), (*currency).to_owned());
            (key, crate::vectors::amount(text, currency))
        })
        .collect();
    assert_eq!(closing(journal.iter().map(|step| &step.entry)), wanted);
    for row in 1..=22 {
        let id = format!("P{row:02}");
        let moves = journal.iter().any(|step| step.row == id);
        assert_eq!(moves, row != 21, "{id}");
    }
}

#[test]
fn led_09_each_claim_of_the_vector_journal_is_the_sum_of_its_own_lines() {
    let mut claims: BTreeMap<String, i64> = BTreeMap::new();
    for step in &journal() {
        for posting in step.entry.postings() {
            if posting.account == Account::Receivable {
                let own = posting.invoice_id.as_ref().map(ToString::to_string);
                let invoice = own.or(step.invoice.map(str::to_owned)).unwrap();
                *claims.entry(invoice).or_default() += posting.amount.minor();
            }
        }
    }
    assert_eq!(claims.len(), 5, "{claims:?}");
    assert!(claims.values().all(|sum| *sum == 0), "{claims:?}");
}

#[test]
fn p02_a_card_payment_is_a_claim_settled_and_then_a_balance_and_clearing_comes_to_nothing() {
    let first = documents::payment_received(Account::StripeClearing, &one("inv-1", cad("1149.75")))
        .unwrap();
    assert_eq!(
        lines(&first),
        [
            "stripe_clearing 1149.75 CAD",
            "receivable/inv-1 -1149.75 CAD"
        ]
    );
    let then = at_provider(ReportingCategory::Charge, "1149.75", "33.64");
    let wanted = [
        "stripe_balance 1116.11 CAD",
        "stripe_fees 33.64 CAD",
        "stripe_clearing -1149.75 CAD",
    ];
    assert_eq!(lines(&then), wanted);
    assert!(!closing([&first, &then]).contains_key(&("stripe_clearing".into(), "CAD".into())));
}

#[test]
fn p02_one_payment_of_several_invoices_names_each_of_them() {
    let parts = vec![claim("inv-1", "100.00"), claim("inv-2", "49.50")];
    let division = Division::new(cad("150.00"), parts).unwrap();
    let entry = documents::payment_received(Account::StripeClearing, &division).unwrap();
    let wanted = [
        "stripe_clearing 150.00 CAD",
        "receivable/inv-1 -100.00 CAD",
        "receivable/inv-2 -49.50 CAD",
        "customer_credit -0.50 CAD",
    ];
    assert_eq!(lines(&entry), wanted);
    let back = documents::payment_reversed(Account::StripeClearing, &division).unwrap();
    assert!(closing([&entry, &back]).is_empty());
}

#[test]
fn p03_a_credit_note_takes_back_income_and_each_tax() {
    let entry = issued("229.95", "200.00", "10.00", "19.95").reversed();
    let wanted = [
        "receivable -229.95 CAD",
        "income 200.00 CAD",
        "tax_payable:ca-gst 10.00 CAD",
        "tax_payable:ca-qst 19.95 CAD",
    ];
    assert_eq!(lines(&entry), wanted);
    let kept = documents::credit_kept(claim("inv-1", "229.95")).unwrap();
    assert_eq!(
        lines(&kept),
        ["receivable/inv-1 229.95 CAD", "customer_credit -229.95 CAD"]
    );
}

#[test]
fn p04_a_refund_opens_the_claim_and_leaves_the_fee_where_it_is() {
    let first =
        documents::refund_made(Account::StripeClearing, &one("inv-1", cad("229.95"))).unwrap();
    assert_eq!(
        lines(&first),
        ["stripe_clearing -229.95 CAD", "receivable/inv-1 229.95 CAD"]
    );
    let then = at_provider(ReportingCategory::Refund, "-229.95", "0.00");
    assert_eq!(
        lines(&then),
        ["stripe_balance -229.95 CAD", "stripe_clearing 229.95 CAD"]
    );
}

#[test]
fn p05_a_refund_that_failed_is_the_customers_credit() {
    let first = documents::refund_failed(Account::StripeClearing, &credit(cad("229.95"))).unwrap();
    assert_eq!(
        lines(&first),
        ["stripe_clearing 229.95 CAD", "customer_credit -229.95 CAD"]
    );
    let nobody = Division::of_nobody(cad("229.95")).unwrap();
    let waits = documents::refund_failed(Account::StripeClearing, &nobody).unwrap();
    assert_eq!(
        lines(&waits),
        ["stripe_clearing 229.95 CAD", "suspense -229.95 CAD"]
    );
    let then = at_provider(ReportingCategory::RefundFailure, "229.95", "0.00");
    assert_eq!(
        lines(&then),
        ["stripe_balance 229.95 CAD", "stripe_clearing -229.95 CAD"]
    );
}

#[test]
fn p06_a_dispute_takes_the_money_and_a_fee() {
    let entry = at_provider(ReportingCategory::Dispute, "-574.88", "15.00");
    let wanted = [
        "stripe_balance -589.88 CAD",
        "dispute_fees 15.00 CAD",
        "disputed_funds 574.88 CAD",
    ];
    assert_eq!(lines(&entry), wanted);
}

#[test]
fn p07_countering_a_dispute_costs_its_own_fee() {
    let entry = at_provider(ReportingCategory::Dispute, "0.00", "15.00");
    assert_eq!(
        lines(&entry),
        ["stripe_balance -15.00 CAD", "dispute_fees 15.00 CAD"]
    );
}

#[test]
fn p08_a_dispute_won_brings_back_the_money_and_the_counter_fee_only() {
    let entry = at_provider(ReportingCategory::DisputeReversal, "574.88", "-15.00");
    let wanted = [
        "stripe_balance 589.88 CAD",
        "dispute_fees -15.00 CAD",
        "disputed_funds -574.88 CAD",
    ];
    assert_eq!(lines(&entry), wanted);
}

#[test]
fn p09_a_dispute_lost_opens_the_claim_again() {
    let entry = documents::dispute_lost(cad("574.88"), None, &one("inv-2", cad("574.88"))).unwrap();
    assert_eq!(
        lines(&entry),
        ["receivable/inv-2 574.88 CAD", "disputed_funds -574.88 CAD"]
    );
    // It had come in at 1.36 and left at 1.37: five dollars were lost on the way, and conversion keeps nothing of it.
    let division = one("inv-usd", usd("500.00"));
    let abroad = documents::dispute_lost(cad("685.00"), Some(cad("680.00")), &division).unwrap();
    assert_eq!(
        lines(&abroad),
        [
            "receivable/inv-usd 500.00 USD",
            "disputed_funds -685.00 CAD",
            "conversion -500.00 USD",
            "conversion 685.00 CAD",
            "conversion -5.00 CAD",
            "exchange_loss 5.00 CAD",
        ]
    );
    let wrong = documents::dispute_lost(cad("574.87"), None, &one("inv-2", cad("574.88")));
    assert_eq!(wrong, Err(LedgerError::PartsDoNotAddUp));
}

#[test]
fn p10_a_claim_given_up_takes_back_the_tax_where_allowed() {
    let relief = taxes("25.00", "49.88");
    let entry = documents::written_off(claim("inv-2", "574.88"), &relief).unwrap();
    let wanted = [
        "bad_debt 500.00 CAD",
        "tax_payable:ca-gst/inv-2 25.00 CAD",
        "tax_payable:ca-qst/inv-2 49.88 CAD",
        "receivable/inv-2 -574.88 CAD",
    ];
    assert_eq!(lines(&entry), wanted);
    let without = documents::written_off(claim("inv-2", "574.88"), &[]).unwrap();
    assert_eq!(
        lines(&without),
        ["bad_debt 574.88 CAD", "receivable/inv-2 -574.88 CAD"]
    );
    let beyond = documents::written_off(claim("inv-2", "10.00"), &relief);
    assert_eq!(beyond, Err(LedgerError::PartsDoNotAddUp));
}

#[test]
fn p11_a_payout_is_on_its_way() {
    let entry = at_provider(ReportingCategory::Payout, "-800.00", "0.00");
    assert_eq!(
        lines(&entry),
        ["stripe_balance -800.00 CAD", "in_transit 800.00 CAD"]
    );
}

#[test]
fn p12_a_payout_that_failed_is_back() {
    let entry = at_provider(ReportingCategory::PayoutReversal, "800.00", "0.00");
    assert_eq!(
        lines(&entry),
        ["stripe_balance 800.00 CAD", "in_transit -800.00 CAD"]
    );
}

#[test]
fn p13_a_payout_found_on_the_statement_is_in_the_bank() {
    let entry = documents::payout_found(cad("800.00")).unwrap();
    assert_eq!(lines(&entry), ["bank 800.00 CAD", "in_transit -800.00 CAD"]);
}

#[test]
fn p14_an_invoice_in_usd_is_a_claim_in_usd_and_income_in_cad() {
    let entry = documents::invoice_issued_abroad(usd("500.00"), cad("680.00"), &[]).unwrap();
    let wanted = [
        "receivable 500.00 USD",
        "income -680.00 CAD",
        "conversion -500.00 USD",
        "conversion 680.00 CAD",
    ];
    assert_eq!(lines(&entry), wanted);
    let same = documents::invoice_issued_abroad(cad("500.00"), cad("500.00"), &[]);
    assert_eq!(same, Err(LedgerError::NotAnExchange));
}

#[test]
fn p15_paid_in_usd_and_settled_in_cad_brings_the_gain_and_empties_conversion() {
    let issued = documents::invoice_issued_abroad(usd("500.00"), cad("680.00"), &[]).unwrap();
    let paid =
        documents::payment_received(Account::StripeClearing, &one("inv", usd("500.00"))).unwrap();
    let settled = settled_abroad(usd("500.00"), "685.00", "20.17", "680.00");
    let wanted = [
        "stripe_balance 664.83 CAD",
        "stripe_fees 20.17 CAD",
        "stripe_clearing -500.00 USD",
        "conversion -685.00 CAD",
        "conversion 500.00 USD",
        "conversion 5.00 CAD",
        "exchange_gain -5.00 CAD",
    ];
    assert_eq!(lines(&settled), wanted);
    let left: Vec<String> = closing([&issued, &paid, &settled])
        .into_keys()
        .map(|(account, _)| account)
        .collect();
    assert_eq!(
        left,
        ["exchange_gain", "income", "stripe_balance", "stripe_fees"]
    );
}

#[test]
fn p15_a_refund_at_a_worse_rate_is_a_loss() {
    let plain =
        BalanceTransaction::plain(ReportingCategory::Refund, cad("-700.00"), cad("0.00")).unwrap();
    let line = BalanceTransaction {
        presented: Some(usd("-500.00")),
        carried: Some(cad("-685.00")),
        ..plain
    };
    let entry = balance_transaction(&line).unwrap().unwrap();
    assert!(lines(&entry).contains(&"exchange_loss 15.00 CAD".to_owned()));
    let crossed = BalanceTransaction {
        presented: Some(usd("500.00")),
        ..line
    };
    assert_eq!(
        balance_transaction(&crossed),
        Err(LedgerError::NotAnExchange)
    );
}

#[test]
fn p16_a_deposit_in_canada_bears_no_tax_yet() {
    let first = documents::deposit_received(Account::StripeClearing, cad("300.00"), &[]).unwrap();
    assert_eq!(
        lines(&first),
        ["stripe_clearing 300.00 CAD", "deposits -300.00 CAD"]
    );
    let then = at_provider(ReportingCategory::Charge, "300.00", "9.00");
    assert!(lines(&then).contains(&"stripe_balance 291.00 CAD".to_owned()));
}

#[test]
fn p16e_a_deposit_in_the_eu_owes_its_vat_on_receipt() {
    let eur = |text| crate::vectors::amount(text, "EUR");
    let vat = TaxPart {
        tax_id: TaxRateId::parse("fr-20").unwrap(),
        amount: eur("50.00"),
    };
    let entry = documents::deposit_received(
        Account::StripeClearing,
        eur("300.00"),
        std::slice::from_ref(&vat),
    )
    .unwrap();
    let wanted = [
        "stripe_clearing 300.00 EUR",
        "deposits -250.00 EUR",
        "tax_payable:fr-20 -50.00 EUR",
    ];
    assert_eq!(lines(&entry), wanted);
    let beyond = documents::deposit_received(Account::StripeClearing, eur("49.00"), &[vat]);
    assert_eq!(beyond, Err(LedgerError::PartsDoNotAddUp));
}

#[test]
fn p17_a_deposit_settles_claims() {
    let entry = documents::deposit_applied(&[claim("inv-3", "300.00")]).unwrap();
    assert_eq!(
        lines(&entry),
        ["deposits 300.00 CAD", "receivable/inv-3 -300.00 CAD"]
    );
}

#[test]
fn p18_what_is_overpaid_is_credit_and_credit_settles_claims() {
    let division = Division::new(cad("50.00"), vec![claim("inv-3", "44.93")]).unwrap();
    assert_eq!(division.credit(), cad("5.07"));
    let entry = documents::payment_received(Account::StripeClearing, &division).unwrap();
    let wanted = [
        "stripe_clearing 50.00 CAD",
        "receivable/inv-3 -44.93 CAD",
        "customer_credit -5.07 CAD",
    ];
    assert_eq!(lines(&entry), wanted);
    let used = documents::credit_applied(&[claim("inv-4", "5.07")]).unwrap();
    assert_eq!(
        lines(&used),
        ["customer_credit 5.07 CAD", "receivable/inv-4 -5.07 CAD"]
    );
    let back = documents::credit_taken_back(&[claim("inv-4", "5.07")]).unwrap();
    assert!(closing([&used, &back]).is_empty());
}

#[test]
fn p19_the_tax_on_a_fee_is_recoverable_whether_told_inside_or_apart() {
    let inside = balance_transaction(&fee_with_tax()).unwrap().unwrap();
    let wanted = [
        "stripe_balance -21.00 CAD",
        "stripe_fees 20.00 CAD",
        "tax_recoverable 1.00 CAD",
    ];
    assert_eq!(lines(&inside), wanted);
    let apart = [
        at_provider(ReportingCategory::Fee, "-20.00", "0.00"),
        at_provider(ReportingCategory::Tax, "-1.00", "0.00"),
    ];
    assert_eq!(closing(&apart), closing([&inside]));
    let beyond = BalanceTransaction {
        tax_on_fee: cad("21.01"),
        ..fee_with_tax()
    };
    assert_eq!(
        balance_transaction(&beyond),
        Err(LedgerError::NetDoesNotAddUp)
    );
}

#[test]
fn p20_a_balance_held_in_usd_leaves_with_its_loss() {
    let entry = payout_converted(usd("100.00"), cad("135.00"), Some(cad("137.00"))).unwrap();
    let wanted = [
        "in_transit 135.00 CAD",
        "stripe_balance -100.00 USD",
        "conversion -135.00 CAD",
        "conversion 100.00 USD",
        "conversion -2.00 CAD",
        "exchange_loss 2.00 CAD",
    ];
    assert_eq!(lines(&entry), wanted);
    assert_eq!(
        payout_converted(usd("100.00"), usd("135.00"), None),
        Err(LedgerError::NotAnExchange)
    );
}

#[test]
fn p20_told_as_two_exchange_lines_it_comes_to_the_same() {
    let side = |amount: Money| {
        let none = Money::zero(amount.currency());
        let line = BalanceTransaction::plain(ReportingCategory::Exchange, amount, none).unwrap();
        balance_transaction(&line).unwrap().unwrap()
    };
    let apart = [
        side(usd("-100.00")),
        side(cad("135.00")),
        at_provider(ReportingCategory::Payout, "-135.00", "0.00"),
        exchange_realised(cad("135.00"), cad("137.00"))
            .unwrap()
            .unwrap(),
    ];
    let at_once = payout_converted(usd("100.00"), cad("135.00"), Some(cad("137.00"))).unwrap();
    assert_eq!(closing(&apart), closing([&at_once]));
    assert_eq!(exchange_realised(cad("1.00"), cad("1.00")), Ok(None));
}

#[test]
fn p21_an_inquiry_moves_nothing() {
    let line =
        BalanceTransaction::plain(ReportingCategory::Dispute, cad("0.00"), cad("0.00")).unwrap();
    assert_eq!(balance_transaction(&line), Ok(None));
}

#[test]
fn p22_a_reserve_is_held_and_released() {
    let held = at_provider(ReportingCategory::ReservedFunds, "-100.00", "0.00");
    assert_eq!(
        lines(&held),
        ["stripe_balance -100.00 CAD", "reserved_funds 100.00 CAD"]
    );
    let released = at_provider(ReportingCategory::ReservedFunds, "100.00", "0.00");
    assert!(closing([&held, &released]).is_empty());
}

#[test]
fn led_04_the_reporting_category_decides_the_account() {
    for (word, account) in [
        ("charge", Account::StripeClearing),
        ("charge_failure", Account::StripeClearing),
        ("partial_capture_reversal", Account::StripeClearing),
        ("refund", Account::StripeClearing),
        ("refund_failure", Account::StripeClearing),
        ("dispute", Account::DisputedFunds),
        ("dispute_reversal", Account::DisputedFunds),
        ("fee", Account::StripeFees),
        ("network_cost", Account::StripeFees),
        ("tax", Account::TaxRecoverable),
        ("payout", Account::InTransit),
        ("payout_reversal", Account::InTransit),
        ("topup", Account::InTransit),
        ("topup_reversal", Account::InTransit),
        ("risk_reserved_funds", Account::ReservedFunds),
        ("fx", Account::Conversion),
        ("adjustment", Account::Suspense),
        ("transfer", Account::Suspense),
        ("", Account::Suspense),
    ] {
        let category = ReportingCategory::parse(word);
        assert_eq!(category.account(), account, "{word}");
        assert_eq!(
            category.is_unknown(),
            account == Account::Suspense,
            "{word}"
        );
    }
}

#[test]
fn led_05_an_unknown_category_is_in_suspense_and_in_the_balance() {
    let entry = at_provider(ReportingCategory::parse("climate_order"), "-12.00", "0.50");
    let wanted = [
        "stripe_balance -12.50 CAD",
        "stripe_fees 0.50 CAD",
        "suspense 12.00 CAD",
    ];
    assert_eq!(lines(&entry), wanted);
}

#[test]
fn a_balance_transaction_that_contradicts_itself_is_refused() {
    let plain =
        BalanceTransaction::plain(ReportingCategory::Charge, cad("10.00"), cad("0.59")).unwrap();
    let off = BalanceTransaction {
        net: cad("9.42"),
        ..plain
    };
    assert_eq!(balance_transaction(&off), Err(LedgerError::NetDoesNotAddUp));
}

#[test]
fn a_division_that_is_not_its_whole_is_refused() {
    let over = Division::new(cad("10.00"), vec![claim("a", "10.01")]);
    assert_eq!(over, Err(LedgerError::PartsDoNotAddUp));
    let nothing = Division::new(cad("10.00"), vec![claim("a", "0.00")]);
    assert_eq!(nothing, Err(LedgerError::PartsDoNotAddUp));
    let none = Division::new(cad("0.00"), vec![]);
    assert_eq!(
        none,
        Err(LedgerError::NotPositive {
            amount: cad("0.00")
        })
    );
    let mixed = Division::new(usd("10.00"), vec![claim("a", "1.00")]);
    assert!(matches!(mixed, Err(LedgerError::Money(_))));
    for entry in [
        documents::credit_applied(&[]),
        documents::deposit_applied(&[]),
    ] {
        assert_eq!(entry, Err(LedgerError::Empty));
    }
}

fn any_category() -> impl Strategy<Value = ReportingCategory> {
    prop::sample::select(vec![
        "charge",
        "refund",
        "dispute",
        "fee",
        "tax",
        "payout",
        "fx",
        "unheard_of",
    ])
    .prop_map(ReportingCategory::parse)
}

proptest! {
    #[test]
    fn led_07_whatever_comes_the_balance_account_moves_by_the_net(
        category in any_category(),
        amount in -1_000_000_000_i64..1_000_000_000,
        fee in -100_000_i64..100_000,
        presented in 1_i64..1_000_000_000,
        abroad in any::<bool>(),
    ) {
        let of = |minor| Money::from_minor(minor, billing::Currency::CAD).unwrap();
        let mut line = BalanceTransaction::plain(category, of(amount), of(fee)).unwrap();
        if abroad {
            let signed = if amount < 0 { -presented } else { presented };
            line.presented = Some(Money::from_minor(signed, billing::Currency::USD).unwrap());
        }
        let moved: i64 = balance_transaction(&line)
            .unwrap()
            .iter()
            .flat_map(Entry::postings)
            .filter(|p| p.account == Account::StripeBalance)
            .map(|p| p.amount.minor())
            .sum();
        prop_assert_eq!(moved, amount - fee);
    }

    #[test]
    fn p02_a_payment_of_many_invoices_and_its_refund_leave_nothing_behind(
        parts in prop::collection::vec(1_i64..1_000_000, 0..8),
        extra in 1_i64..1_000_000,
    ) {
        let of = |minor| Money::from_minor(minor, billing::Currency::CAD).unwrap();
        let claims: Vec<_> = parts
            .iter()
            .enumerate()
            .map(|(at, minor)| documents::ClaimPart {
                invoice_id: billing::id::InvoiceId::parse(format!("i{at}")).unwrap(),
                amount: of(*minor),
            })
            .collect();
        let whole = of(parts.iter().sum::<i64>() + extra);
        let division = Division::new(whole, claims).unwrap();
        let paid = documents::payment_received(Account::StripeClearing, &division).unwrap();
        let back = documents::refund_made(Account::StripeClearing, &division).unwrap();
        prop_assert!(closing([&paid, &back]).is_empty());
        prop_assert_eq!(paid.postings().len(), parts.len() + 2);
    }
}
