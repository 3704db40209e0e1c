use crate::support::{
    cad, context, draft, line, money, preset_taxes, quebec_seller, seller, tax, today, totals,
};
use billing::customer::{Customer, Language};
use billing::id::TaxRateId;
use billing::invoice::draft::{Draft, IssueContext, IssueRefusal};
use billing::invoice::number::InvoiceNumber;
use billing::invoice::state::{InvoiceState, StateRefusal, amount_due};
use billing::invoice::{Discount, Line, TotalsError};
use billing::money::MoneyError;
use billing::place::Province;
use billing::quantity::{Quantity, UnitPrice};
use billing::registration::{RegistrationKind, RegistrationNumber};
use billing::tax::{Pricing, TaxCategory, TaxKind, TaxRate, presets};
use billing::{Currency, Mode, Money, Rate};
use proptest::prelude::*;

fn eur(text: &str) -> Money {
    money(text, "EUR")
}

struct Vector<'a> {
    lines: Vec<Line>,
    taxes: &'a [TaxRate],
    discount: Option<Discount>,
    bases: &'a [&'a str],
    vat: &'a [&'a str],
    total: &'a str,
}

fn holds(vector: Vector<'_>) {
    let totals = totals(Currency::EUR, &vector.lines, vector.taxes, vector.discount);
    let bases: Vec<Money> = totals.taxes.iter().map(|line| line.base).collect();
    let vat: Vec<Money> = totals.taxes.iter().map(|line| line.amount).collect();
    assert_eq!(
        bases,
        vector
            .bases
            .iter()
            .map(|text| eur(text))
            .collect::<Vec<_>>()
    );
    assert_eq!(
        vat,
        vector.vat.iter().map(|text| eur(text)).collect::<Vec<_>>()
    );
    assert_eq!(totals.total, eur(vector.total));
}

fn euro_line(quantity: &str, price: &str, tax: &TaxRate) -> Line {
    line(quantity, price, Currency::EUR, &[tax])
}

#[test]
fn tx_09_v01_vat_rounds_up_on_the_base() {
    let s21 = tax("s21", "21");
    let lines = vec![euro_line("3", "33.33", &s21)];
    holds(Vector {
        lines,
        taxes: &[s21],
        discount: None,
        bases: &["99.99"],
        vat: &["21.00"],
        total: "120.99",
    });
}

#[test]
fn tx_13_v02_a_document_discount_is_split_over_the_categories() {
    let (s21, s6) = (tax("s21", "21"), tax("s6", "6"));
    let lines = vec![euro_line("1", "100.00", &s21), euro_line("1", "50.00", &s6)];
    let discount = Some(Discount::Amount(eur("10.00")));
    holds(Vector {
        lines,
        taxes: &[s21, s6],
        discount,
        bases: &["93.33", "46.67"],
        vat: &["19.60", "2.80"],
        total: "162.40",
    });
}

#[test]
fn tx_09_v11_prices_may_have_four_decimals() {
    let s21 = tax("s21", "21");
    let lines = vec![euro_line("7.5", "12.3456", &s21)];
    holds(Vector {
        lines,
        taxes: &[s21],
        discount: None,
        bases: &["92.59"],
        vat: &["19.44"],
        total: "112.03",
    });
}

#[test]
fn tx_09_v12_a_line_may_have_its_own_discount() {
    let s21 = tax("s21", "21");
    let mut lines = vec![euro_line("4", "25.00", &s21), euro_line("1", "9.99", &s21)];
    for discount in [
        Discount::Amount(eur("15.00")),
        Discount::Percent(Rate::parse_typed("15").unwrap()),
    ] {
        lines[0].discount = Some(discount);
        let lines = lines.clone();
        holds(Vector {
            lines,
            taxes: std::slice::from_ref(&s21),
            discount: None,
            bases: &["94.99"],
            vat: &["19.95"],
            total: "114.94",
        });
    }
}

#[test]
fn tx_09_v13_x01_vat_is_never_computed_by_line() {
    let s21 = tax("s21", "21");
    let lines = vec![euro_line("1", "0.10", &s21); 10];
    holds(Vector {
        lines,
        taxes: &[s21],
        discount: None,
        bases: &["1.00"],
        vat: &["0.21"],
        total: "1.21",
    });
}

#[test]
fn tx_09_v14_three_categories_stand_on_one_invoice() {
    let (s20, s55, exempt) = (tax("s20", "20"), tax("s55", "5.5"), tax("e", "0"));
    let lines = vec![
        euro_line("1", "1000.00", &s20),
        euro_line("1", "200.00", &s55),
        euro_line("1", "50.00", &exempt),
    ];
    holds(Vector {
        lines,
        taxes: &[s20, s55, exempt],
        discount: None,
        bases: &["1000.00", "200.00", "50.00"],
        vat: &["200.00", "11.00", "0.00"],
        total: "1461.00",
    });
}

#[test]
fn a_discount_never_exceeds_what_it_is_taken_from() {
    let s21 = tax("s21", "21");
    let one = euro_line("1", "10.00", &s21);
    let too_much = Some(Discount::Amount(eur("10.01")));
    let on_line = Line {
        discount: too_much,
        ..one.clone()
    };
    let compute = |lines: Vec<Line>, discount| {
        Draft {
            currency: Currency::EUR,
            discount,
            ..draft(lines, vec![s21.clone()])
        }
        .totals()
    };
    assert_eq!(
        compute(vec![one.clone(), on_line], None),
        Err(TotalsError::DiscountExceeds { line: Some(1) })
    );
    assert_eq!(
        compute(vec![one.clone()], too_much),
        Err(TotalsError::DiscountExceeds { line: None })
    );
    let negative = Some(Discount::Amount(eur("-1.00")));
    assert_eq!(
        compute(vec![one.clone()], negative),
        Err(TotalsError::DiscountExceeds { line: None })
    );
    let other = Some(Discount::Amount(cad("1.00")));
    let mismatch = MoneyError::CurrencyMismatch {
        left: Currency::CAD,
        right: Currency::EUR,
    };
    assert_eq!(
        compute(vec![one.clone()], other),
        Err(TotalsError::Money(mismatch))
    );
    let whole = Some(Discount::Percent(Rate::WHOLE));
    assert_eq!(compute(vec![one], whole).unwrap().total, eur("0.00"));
}

#[test]
fn a_line_with_an_unknown_tax_or_another_currency_is_refused() {
    let s21 = tax("s21", "21");
    let unknown = draft(vec![line("1", "1.00", Currency::CAD, &[&s21])], vec![]);
    assert_eq!(unknown.totals(), Err(TotalsError::UnknownTax { line: 0 }));
    let foreign = draft(vec![line("1", "1.00", Currency::EUR, &[])], vec![]);
    assert!(matches!(
        foreign.totals(),
        Err(TotalsError::Money(MoneyError::CurrencyMismatch { .. }))
    ));
}

#[test]
fn a_tax_ticked_twice_is_charged_once() {
    let s21 = tax("s21", "21");
    let lines = [line("1", "100.00", Currency::CAD, &[&s21, &s21])];
    assert_eq!(
        totals(Currency::CAD, &lines, &[s21], None).total,
        cad("121.00")
    );
}

fn quebec_taxes() -> Vec<TaxRate> {
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

#[test]
fn states_change_only_along_their_arrows() {
    let (nothing, some, all) = (cad("0.00"), cad("40.00"), cad("100.00"));
    use InvoiceState::{Draft, Open, Paid, Uncollectible, Void};
    assert_eq!(Open.void(nothing), Ok(Void));
    assert_eq!(Uncollectible.void(nothing), Ok(Void));
    assert_eq!(Open.void(some), Err(StateRefusal::MoneyApplied));
    assert_eq!(Draft.void(nothing), Err(StateRefusal::NotIssued));
    assert_eq!(Paid.void(nothing), Err(StateRefusal::WrongState(Paid)));
    assert_eq!(Void.void(nothing), Err(StateRefusal::WrongState(Void)));
    assert_eq!(Open.give_up(), Ok(Uncollectible));
    assert_eq!(Draft.give_up(), Err(StateRefusal::NotIssued));
    for closed in [Paid, Void, Uncollectible] {
        assert_eq!(closed.give_up(), Err(StateRefusal::WrongState(closed)));
    }
    for (state, applied, after) in [
        (Open, some, Open),
        (Open, all, Paid),
        (Uncollectible, some, Uncollectible),
        (Uncollectible, all, Paid),
        (Paid, some, Open),
        (Paid, all, Paid),
        (Void, all, Void),
        (Draft, all, Draft),
    ] {
        assert_eq!(
            state.after_applied(all, applied),
            Ok(after),
            "{state:?} {applied}"
        );
    }
}

#[test]
fn amount_due_is_never_below_zero() {
    assert_eq!(amount_due(cad("100.00"), cad("40.00")), Ok(cad("60.00")));
    assert_eq!(amount_due(cad("100.00"), cad("140.00")), Ok(cad("0.00")));
    assert!(amount_due(cad("100.00"), money("1.00", "EUR")).is_err());
}

#[test]
fn a_customer_in_quebec_is_proposed_french() {
    let place = |country, region| crate::support::address(country, region).tax_place();
    assert_eq!(
        Language::proposed_for(place("CA", "Québec")),
        Language::French
    );
    assert_eq!(Language::proposed_for(place("CA", "ON")), Language::English);
    assert_eq!(Language::proposed_for(place("FR", "")), Language::French);
    assert_eq!(Language::proposed_for(place("US", "QC")), Language::English);
}

fn any_line(taxes: Vec<TaxRateId>) -> impl Strategy<Value = Line> {
    let discount = prop_oneof![
        Just(None),
        (0..=1_000_000_u32).prop_map(|ppm| Some(Discount::Percent(Rate::from_ppm(ppm).unwrap())))
    ];
    let tax_ids = proptest::sample::subsequence(taxes.clone(), 0..=taxes.len());
    (0..10_000_000_i64, 0..100_000_000_i64, discount, tax_ids).prop_map(
        |(quantity, price, discount, tax_ids)| Line {
            description: "x".to_owned(),
            quantity: Quantity::from_ten_thousandths(quantity).unwrap(),
            unit_price: UnitPrice::from_ten_thousandths(price, Currency::CAD).unwrap(),
            discount,
            tax_ids,
        },
    )
}

proptest! {
    #[test]
    fn tx_09_totals_always_add_up(
        lines in proptest::collection::vec(any_line(quebec_taxes().into_iter().map(|tax| tax.id).collect()), 1..8),
        percent in 0..=1_000_000_u32,
        inclusive in any::<bool>(),
    ) {
        let pricing = if inclusive { Pricing::Inclusive } else { Pricing::Exclusive };
        let discount = Some(Discount::Percent(Rate::from_ppm(percent).unwrap()));
        let draft = Draft { pricing, discount, ..draft(lines, quebec_taxes()) };
        let totals = draft.totals().unwrap();
        let sum = |amounts: Vec<Money>| Money::sum(Currency::CAD, amounts).unwrap();
        prop_assert_eq!(sum(totals.lines.iter().map(|line| line.net).collect()), totals.subtotal);
        prop_assert!(totals.lines.iter().all(|line| line.gross.checked_sub(line.discount) == Ok(line.net)));
        prop_assert_eq!(sum(totals.taxes.iter().map(|line| line.amount).collect()), totals.tax);
        prop_assert_eq!(totals.net.checked_add(totals.tax).unwrap(), totals.total);
        let discounted = totals.subtotal.checked_sub(totals.discount).unwrap();
        prop_assert_eq!(discounted, if inclusive { totals.total } else { totals.net });
        prop_assert!(!totals.total.is_negative());
        let entry = billing::ledger::invoice_issued(&totals).unwrap();
        prop_assert_eq!(entry.is_none(), totals.total.is_zero() && totals.tax.is_zero());
    }
}
