use crate::support::{cad, line, money, preset_taxes, today, totals};
use billing::id::TaxRateId;
use billing::ledger::{
    Account, Entry, LedgerError, PaymentParts, Posting, card_payment, card_payment_settled,
    invoice_issued, recorded_payment,
};
use billing::place::Province;
use billing::tax::presets;
use billing::{Currency, Money};
use proptest::prelude::*;

fn lines_of(entry: &Entry) -> Vec<(String, Money)> {
    entry
        .postings()
        .iter()
        .map(|posting| (posting.account.code(), posting.amount))
        .collect()
}

fn expected(lines: &[(&str, &str)]) -> Vec<(String, Money)> {
    lines
        .iter()
        .map(|(account, amount)| ((*account).to_owned(), cad(amount)))
        .collect()
}

fn parts(gross: &str, applied: &str, credited: &str) -> PaymentParts {
    PaymentParts {
        gross: cad(gross),
        applied: cad(applied),
        credited: cad(credited),
    }
}

#[test]
fn p01_an_issued_invoice_is_receivable_against_income_and_each_tax() {
    let taxes = preset_taxes(&presets::canada(Province::QC, today()));
    let lines = [line(
        "1",
        "1000.00",
        Currency::CAD,
        &taxes.iter().collect::<Vec<_>>(),
    )];
    let entry = invoice_issued(&totals(Currency::CAD, &lines, &taxes, None))
        .unwrap()
        .unwrap();
    let wanted = [
        ("receivable", "1149.75"),
        ("income", "-1000.00"),
        ("tax_payable:ca-gst", "-50.00"),
        ("tax_payable:ca-qst", "-99.75"),
    ];
    assert_eq!(lines_of(&entry), expected(&wanted));
    let back: Vec<_> = lines_of(&entry)
        .into_iter()
        .map(|(account, amount)| (account, -amount))
        .collect();
    assert_eq!(lines_of(&entry.reversed()), back);
}

#[test]
fn an_invoice_of_nothing_leaves_no_entry() {
    let lines = [line("1", "0.00", Currency::CAD, &[])];
    assert_eq!(
        invoice_issued(&totals(Currency::CAD, &lines, &[], None)),
        Ok(None)
    );
}

#[test]
fn p02_a_card_payment_is_net_and_fee_against_gross() {
    let entry = card_payment(parts("1149.75", "1149.75", "0.00"), Some(cad("33.64"))).unwrap();
    let wanted = [
        ("stripe_balance", "1116.11"),
        ("stripe_fees", "33.64"),
        ("receivable", "-1149.75"),
    ];
    assert_eq!(lines_of(&entry), expected(&wanted));
}

#[test]
fn p02_a_payment_whose_fee_is_not_known_waits_in_clearing() {
    let first = card_payment(parts("1149.75", "1149.75", "0.00"), None).unwrap();
    assert_eq!(
        lines_of(&first),
        expected(&[("stripe_clearing", "1149.75"), ("receivable", "-1149.75")])
    );
    let then = card_payment_settled(cad("1149.75"), cad("33.64")).unwrap();
    let wanted = [
        ("stripe_balance", "1116.11"),
        ("stripe_fees", "33.64"),
        ("stripe_clearing", "-1149.75"),
    ];
    assert_eq!(lines_of(&then), expected(&wanted));
}

#[test]
fn p18_an_overpayment_becomes_customer_credit() {
    let entry = card_payment(parts("50.00", "44.93", "5.07"), Some(cad("1.75"))).unwrap();
    let wanted = [
        ("stripe_balance", "48.25"),
        ("stripe_fees", "1.75"),
        ("receivable", "-44.93"),
        ("customer_credit", "-5.07"),
    ];
    assert_eq!(lines_of(&entry), expected(&wanted));
}

#[test]
fn a_recorded_payment_goes_to_the_bank() {
    let entry = recorded_payment(parts("50.00", "50.00", "0.00")).unwrap();
    assert_eq!(
        lines_of(&entry),
        expected(&[("bank", "50.00"), ("receivable", "-50.00")])
    );
}

#[test]
fn parts_that_are_not_the_whole_are_refused() {
    for wrong in [
        parts("50.00", "44.93", "5.08"),
        parts("50.00", "55.00", "-5.00"),
    ] {
        assert_eq!(card_payment(wrong, None), Err(LedgerError::PartsDoNotAddUp));
    }
}

#[test]
fn led_01_an_entry_that_does_not_balance_per_currency_cannot_be_made() {
    let posting = Posting::debit;
    let off = vec![
        posting(Account::Bank, cad("1.00")),
        posting(Account::Income, cad("-1.01")),
    ];
    assert_eq!(
        Entry::new(off),
        Err(LedgerError::Unbalanced {
            difference: cad("-0.01")
        })
    );
    let two = vec![
        posting(Account::Bank, cad("1.00")),
        posting(Account::Income, money("-1.00", "EUR")),
    ];
    assert!(matches!(
        Entry::new(two),
        Err(LedgerError::Unbalanced { .. })
    ));
    assert_eq!(Entry::new(vec![]), Err(LedgerError::Empty));
    assert_eq!(
        Entry::new(vec![posting(Account::Bank, cad("0.00"))]),
        Err(LedgerError::Empty)
    );
}

#[test]
fn accounts_read_back_from_their_stored_words() {
    let tax = Account::TaxPayable(TaxRateId::parse("ca-gst").unwrap());
    for account in Account::plain().chain([tax]) {
        assert!(!account.code().is_empty(), "{account:?}");
        assert_eq!(Account::parse(&account.code()), Some(account));
    }
    assert_eq!(Account::parse("tax_payable"), None);
    assert_eq!(Account::parse("petty cash"), None);
}

proptest! {
    #[test]
    fn p02_payments_balance_whatever_the_fee_and_clearing_empties(gross in 1..1_000_000_000_i64, applied in 0..1_000_000_000_i64, fee in 0..1_000_000_i64) {
        let amount = |minor| Money::from_minor(minor, Currency::CAD).unwrap();
        let applied = applied.min(gross);
        let parts = PaymentParts { gross: amount(gross), applied: amount(applied), credited: amount(gross - applied) };
        let entries = [
            card_payment(parts, Some(amount(fee))).unwrap(),
            card_payment(parts, None).unwrap(),
            card_payment_settled(amount(gross), amount(fee)).unwrap(),
        ];
        for entry in &entries {
            prop_assert_eq!(entry.postings().iter().map(|p| p.amount.minor()).sum::<i64>(), 0);
        }
        let in_clearing: i64 = entries[1..].iter().flat_map(Entry::postings).filter(|p| p.account == Account::StripeClearing).map(|p| p.amount.minor()).sum();
        prop_assert_eq!(in_clearing, 0);
    }
}
