use crate::issuing::quebec_taxes;
use crate::support::{address, cad, draft, line, money, tax, totals};
use billing::customer::Language;
use billing::id::TaxRateId;
use billing::invoice::draft::Draft;
use billing::invoice::state::{InvoiceState, StateRefusal, amount_due};
use billing::invoice::{Discount, Line, TotalsError};
use billing::money::MoneyError;
use billing::quantity::{Quantity, UnitPrice};
use billing::tax::{Pricing, TaxRate};
use billing::{Currency, Money, Rate};
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
    let place = |country, region| address(country, region).tax_place();
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
