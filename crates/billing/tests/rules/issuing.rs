use crate::support::{cad, context, draft, line, preset_taxes, quebec_seller, seller, tax, today};
use billing::customer::Customer;
use billing::invoice::draft::{Draft, IssueContext, IssueRefusal};
use billing::invoice::number::InvoiceNumber;
use billing::invoice::state::InvoiceState;
use billing::place::Province;
use billing::registration::{RegistrationKind, RegistrationNumber};
use billing::tax::{TaxCategory, TaxKind, TaxRate, presets};
use billing::{Currency, Mode};

pub fn quebec_taxes() -> Vec<TaxRate> {
    preset_taxes(&presets::canada(Province::QC, today()))
}

fn quebec_draft(price: &str) -> Draft {
    let taxes = quebec_taxes();
    let lines = vec![line(
        "1",
        price,
        Currency::CAD,
        &taxes.iter().collect::<Vec<_>>(),
    )];
    draft(lines, taxes)
}

fn number(text: &str) -> InvoiceNumber {
    InvoiceNumber::parse(text).unwrap()
}

#[test]
fn issuing_takes_the_number_and_freezes_everything() {
    let seller = quebec_seller();
    let invoice = quebec_draft("1000.00")
        .issue(context(&seller), number("2026-0001"))
        .unwrap();
    assert_eq!(invoice.totals.total, cad("1149.75"));
    assert_eq!(
        (invoice.state, invoice.issue_date),
        (InvoiceState::Open, today())
    );
    assert_eq!(
        (invoice.number.as_str(), invoice.seller, invoice.mode),
        ("2026-0001", seller, Mode::Live)
    );
}

#[test]
fn a_zero_total_invoice_is_issued_as_paid() {
    let seller = quebec_seller();
    let invoice = quebec_draft("0.00")
        .issue(context(&seller), number("2026-0001"))
        .unwrap();
    assert_eq!(invoice.state, InvoiceState::Paid);
}

#[test]
fn a_draft_that_may_not_be_issued_says_everything_that_is_missing() {
    let nobody = billing::customer::Seller {
        name: " ".to_owned(),
        ..seller(&[])
    };
    let empty = Draft {
        customer: None,
        due_date: Some(today().yesterday().unwrap()),
        ..draft(vec![], vec![])
    };
    let last = today().tomorrow().unwrap();
    let context = IssueContext {
        seller: &nobody,
        issue_date: today(),
        last_issue_date: Some(last),
    };
    assert_eq!(
        empty.check(context).unwrap_err(),
        [
            IssueRefusal::NoSellerName,
            IssueRefusal::NoCustomerName,
            IssueRefusal::DueBeforeIssue,
            IssueRefusal::DateGoesBack { last },
            IssueRefusal::NoLines,
        ]
    );
}

#[test]
fn il_05_issue_dates_do_not_go_backwards_but_may_repeat() {
    let seller = quebec_seller();
    let on_the_same_day = IssueContext {
        last_issue_date: Some(today()),
        ..context(&seller)
    };
    assert!(quebec_draft("1.00").check(on_the_same_day).is_ok());
}

#[test]
fn taxes_may_only_be_charged_with_their_registration_numbers() {
    let unregistered = seller(&[]);
    assert_eq!(
        quebec_draft("1.00")
            .check(context(&unregistered))
            .unwrap_err(),
        [
            IssueRefusal::MissingRegistration(RegistrationKind::GstHst),
            IssueRefusal::MissingRegistration(RegistrationKind::Qst),
        ]
    );
    let untaxed = Draft {
        taxes: quebec_taxes(),
        ..draft(vec![line("1", "1.00", Currency::CAD, &[])], vec![])
    };
    assert!(
        untaxed.check(context(&unregistered)).is_ok(),
        "a tax on no line needs no number"
    );
}

#[test]
fn tx_06_a_rate_of_the_future_is_refused() {
    let from = today().tomorrow().unwrap();
    let future = TaxRate {
        from,
        ..tax("future", "5")
    };
    let draft = draft(
        vec![line("1", "1.00", Currency::CAD, &[&future])],
        vec![future.clone()],
    );
    let name = "future".to_owned();
    assert_eq!(
        draft.check(context(&seller(&[]))).unwrap_err(),
        [IssueRefusal::TaxNotInForce { name, from }]
    );
}

#[test]
fn a_negative_total_and_a_silent_line_are_refused() {
    let seller = quebec_seller();
    assert_eq!(
        quebec_draft("-1.00").check(context(&seller)).unwrap_err(),
        [IssueRefusal::NegativeTotal]
    );
    let mut silent = quebec_draft("1.00");
    silent.lines[0].description = "  ".to_owned();
    assert_eq!(
        silent.check(context(&seller)).unwrap_err(),
        [IssueRefusal::NoDescription { line: 0 }]
    );
}

#[test]
fn x02_reverse_charge_needs_the_vat_number_of_both_sides() {
    let reverse = TaxRate {
        kind: TaxKind::Vat,
        category: TaxCategory::ReverseCharge,
        ..tax("ae", "0")
    };
    let mut draft = draft(
        vec![line("1", "1.00", Currency::CAD, &[&reverse])],
        vec![reverse],
    );
    let vat = |text| RegistrationNumber::parse(RegistrationKind::EuVat, text).unwrap();
    let with_number = seller(&[(RegistrationKind::EuVat, "BE0403170701")]);
    assert_eq!(
        draft.check(context(&with_number)).unwrap_err(),
        [IssueRefusal::ReverseChargeNeedsVatNumbers]
    );
    draft.customer = draft.customer.map(|customer| Customer {
        registration: Some(vat("DE123456788")),
        ..customer
    });
    assert!(draft.check(context(&with_number)).is_ok());
    assert_eq!(
        draft.check(context(&seller(&[]))).unwrap_err(),
        [IssueRefusal::ReverseChargeNeedsVatNumbers]
    );
}

#[test]
fn a_test_number_never_lands_on_a_live_invoice_nor_the_reverse() {
    let seller = quebec_seller();
    let (live, test) = (
        quebec_draft("1.00"),
        Draft {
            mode: Mode::Test,
            ..quebec_draft("1.00")
        },
    );
    let refused = vec![IssueRefusal::NumberOfOtherMode];
    assert_eq!(
        live.issue(context(&seller), number("TEST-1")).unwrap_err(),
        refused
    );
    assert_eq!(
        test.issue(context(&seller), number("1")).unwrap_err(),
        refused
    );
    assert!(test.issue(context(&seller), number("TEST-1")).is_ok());
}
