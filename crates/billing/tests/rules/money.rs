use crate::support::{cad, money};
use billing::money::MoneyError;
use billing::stripe_amount::StripeAmountError;
use billing::typed::TypedError;
use billing::{Currency, Money};
use proptest::prelude::*;
use rust_decimal::Decimal;

fn currency(code: &str) -> Currency {
    Currency::parse(code).unwrap()
}

#[test]
fn tx_13_a_whole_is_split_by_largest_remainder_ties_to_the_earlier() {
    for (whole, weights, parts) in [
        (
            "10.00",
            vec![3333, 3333, 3334],
            vec!["3.33", "3.33", "3.34"],
        ),
        ("10.00", vec![10000, 5000], vec!["6.67", "3.33"]),
        ("100.00", vec![1, 1, 1], vec!["33.34", "33.33", "33.33"]),
        ("0.05", vec![1, 1, 1], vec!["0.02", "0.02", "0.01"]),
        ("0.02", vec![1, 1, 1], vec!["0.01", "0.01", "0.00"]),
        ("0.01", vec![1, 1], vec!["0.01", "0.00"]),
        (
            "1.00",
            vec![1, 2, 3, 4],
            vec!["0.10", "0.20", "0.30", "0.40"],
        ),
        ("7.77", vec![19999, 5001, 1], vec!["6.22", "1.55", "0.00"]),
        ("-10.00", vec![10000, 5000], vec!["-6.67", "-3.33"]),
    ] {
        let expected: Vec<Money> = parts.into_iter().map(cad).collect();
        assert_eq!(
            cad(whole).split(&weights).unwrap(),
            expected,
            "{whole} over {weights:?}"
        );
    }
    for weights in [vec![], vec![0, 0], vec![1, -1, 5]] {
        assert_eq!(cad("1.00").split(&weights), Err(MoneyError::NoWeights));
    }
}

#[test]
fn pay_17_amounts_for_stripe_follow_its_own_table() {
    for (text, code, amount) in [
        ("10.00", "USD", 1000),
        ("1149.75", "CAD", 114_975),
        ("500", "JPY", 500),
        ("5", "ISK", 500),
        ("5", "UGX", 500),
        ("1234", "MGA", 1234),
        ("5.120", "KWD", 5120),
        ("20.38", "HUF", 2038),
    ] {
        assert_eq!(
            money(text, code).to_stripe_amount(),
            Ok(amount),
            "{text} {code}"
        );
        assert_eq!(
            Money::from_stripe_amount(amount, currency(code)),
            Ok(money(text, code))
        );
    }
    let refused = Err(StripeAmountError::NotExpressible);
    assert_eq!(money("5.124", "KWD").to_stripe_amount(), refused);
    assert_eq!(money("1234.50", "MGA").to_stripe_amount(), refused);
    assert_eq!(
        Money::from_stripe_amount(550, currency("ISK")),
        Err(StripeAmountError::NotExpressible)
    );
}

#[test]
fn pay_17_charges_below_the_minimum_are_refused_before_calling() {
    let minimum = cad("0.50");
    assert_eq!(
        cad("0.49").to_stripe_charge(),
        Err(StripeAmountError::BelowMinimum { minimum })
    );
    assert_eq!(cad("0.50").to_stripe_charge(), Ok(50));
    assert_eq!(
        cad("0.00").to_stripe_charge(),
        Err(StripeAmountError::NothingToCharge)
    );
    assert_eq!(
        cad("-5.00").to_stripe_charge(),
        Err(StripeAmountError::NothingToCharge)
    );
    assert_eq!(
        money("49", "JPY").to_stripe_charge(),
        Err(StripeAmountError::BelowMinimum {
            minimum: money("50", "JPY")
        })
    );
    assert_eq!(
        money("174.99", "HUF").to_stripe_charge(),
        Err(StripeAmountError::BelowMinimum {
            minimum: money("175.00", "HUF")
        })
    );
}

#[test]
fn amounts_read_as_people_type_them() {
    for (text, code, amount) in [
        ("1250", "CAD", "1250.00"),
        ("1,250.00", "CAD", "1250.00"),
        ("1.250,00", "EUR", "1250.00"),
        ("€1250", "EUR", "1250.00"),
        ("1 250,00 $", "CAD", "1250.00"),
        ("1\u{a0}250,00\u{a0}$", "CAD", "1250.00"),
        ("-$5", "CAD", "-5.00"),
        ("$-5", "CAD", "-5.00"),
        ("CAD 5", "CAD", "5.00"),
        ("5 cad", "CAD", "5.00"),
        ("US$12.5", "USD", "12.50"),
        ("100 kr.", "SEK", "100.00"),
        ("Fr. 5.05", "CHF", "5.05"),
        (".5", "CAD", "0.50"),
        ("5.", "CAD", "5.00"),
        ("1,250", "JPY", "1250"),
        ("12.3400", "CAD", "12.34"),
    ] {
        assert_eq!(
            Money::parse_typed(text, currency(code)),
            Ok(money(amount, code)),
            "{text}"
        );
    }
}

#[test]
fn what_could_mean_two_amounts_or_another_currency_is_asked_not_guessed() {
    let parse = |text| Money::parse_typed(text, Currency::CAD);
    let (grouped, decimal) = (Decimal::from(1250), Decimal::new(1250, 3));
    assert_eq!(
        parse("1,250"),
        Err(TypedError::Ambiguous { grouped, decimal })
    );
    assert_eq!(
        parse("$1.250"),
        Err(TypedError::Ambiguous { grouped, decimal })
    );
    assert_eq!(
        parse("1234.567"),
        Err(TypedError::TooManyDecimals { max: 2 })
    );
    for (text, typed) in [("€5", "€"), ("5 USD", "USD"), ("US$5", "US$"), ("£5", "£")] {
        assert_eq!(
            parse(text),
            Err(TypedError::OtherCurrency {
                typed: typed.to_owned()
            }),
            "{text}"
        );
    }
    assert_eq!(parse(""), Err(TypedError::Empty));
    for nonsense in ["abc", "5 apples", "--5", "$", "1-5", "5-"] {
        assert_eq!(parse(nonsense), Err(TypedError::NotANumber), "{nonsense}");
    }
    assert_eq!(parse("10000000000000"), Err(TypedError::TooLarge));
    assert_eq!(parse("9999999999999.99").unwrap().minor(), Money::MINOR_MAX);
}

#[test]
fn two_currencies_neither_add_nor_compare() {
    let mismatch = MoneyError::CurrencyMismatch {
        left: Currency::CAD,
        right: Currency::EUR,
    };
    let (left, right) = (cad("1.00"), money("1.00", "EUR"));
    assert_eq!(left.checked_add(right), Err(mismatch));
    assert_eq!(left.checked_sub(right), Err(mismatch));
    assert_eq!(left.compare(right), Err(mismatch));
    assert_eq!(left.at_most(right), Err(mismatch));
}

#[test]
fn nothing_overflows_at_the_bound() {
    let most = Money::from_minor(Money::MINOR_MAX, Currency::CAD).unwrap();
    assert_eq!(most.checked_add(cad("0.01")), Err(MoneyError::TooLarge));
    assert_eq!((-most).checked_sub(cad("0.01")), Err(MoneyError::TooLarge));
    assert_eq!(
        Money::from_minor(i64::MIN, Currency::CAD),
        Err(MoneyError::TooLarge)
    );
    assert_eq!(
        Money::rounded(Decimal::MAX, Currency::CAD),
        Err(MoneyError::TooLarge)
    );
    assert_eq!(most.split(&[i64::MAX, i64::MAX]).unwrap().len(), 2);
    assert_eq!(most.percent(billing::Rate::WHOLE), most);
}

fn any_currency() -> impl Strategy<Value = Currency> {
    proptest::sample::select(Currency::all())
}

fn any_minor() -> impl Strategy<Value = i64> {
    prop_oneof![-10_000..10_000_i64, -Money::MINOR_MAX..=Money::MINOR_MAX]
}

proptest! {
    #[test]
    fn tx_13_parts_sum_to_the_whole_each_within_one_unit_of_its_share(
        minor in any_minor(),
        weights in proptest::collection::vec(0..1_000_000_000_i64, 1..12),
    ) {
        prop_assume!(weights.iter().any(|w| *w > 0));
        let whole = Money::from_minor(minor, Currency::CAD).unwrap();
        let parts = whole.split(&weights).unwrap();
        prop_assert_eq!(Money::sum(Currency::CAD, parts.iter().copied()).unwrap(), whole);
        let total: i128 = weights.iter().map(|w| i128::from(*w)).sum();
        for (part, weight) in parts.iter().zip(&weights) {
            let off = i128::from(part.minor()) * total - i128::from(minor) * i128::from(*weight);
            prop_assert!(off.abs() < total, "{part} for {weight} of {total}");
        }
        let mirrored: Vec<Money> = (-whole).split(&weights).unwrap();
        prop_assert_eq!(mirrored, parts.iter().map(|part| -*part).collect::<Vec<_>>());
    }

    #[test]
    fn tx_13_equal_weights_never_favour_a_later_part(minor in any_minor(), count in 1..20_usize) {
        let whole = Money::from_minor(minor, Currency::CAD).unwrap();
        let parts = whole.split(&vec![7; count]).unwrap();
        prop_assert!(parts.windows(2).all(|pair| pair[0].minor().abs() >= pair[1].minor().abs()));
    }

    #[test]
    fn an_amount_survives_being_printed_and_typed(minor in any_minor(), currency in any_currency()) {
        let money = Money::from_minor(minor, currency).unwrap();
        let printed = money.to_decimal().to_string();
        match Money::parse_typed(&printed, currency) {
            Ok(read) => prop_assert_eq!(read, money),
            // Three decimals look like a group of thousands; then the right reading is offered.
            Err(TypedError::Ambiguous { decimal, .. }) => {
                prop_assert_eq!(currency.exponent(), 3);
                prop_assert_eq!(decimal, money.to_decimal());
            }
            Err(other) => prop_assert!(false, "{printed} {currency}: {other}"),
        }
    }

    #[test]
    fn pay_17_an_amount_survives_the_way_to_stripe_and_back(minor in any_minor(), currency in any_currency()) {
        let money = Money::from_minor(minor, currency).unwrap();
        if let Ok(amount) = money.to_stripe_amount() {
            prop_assert_eq!(Money::from_stripe_amount(amount, currency), Ok(money));
            prop_assert_eq!(amount % currency.stripe_step(), 0);
        } else {
            prop_assert!(currency.exponent() == 3 || currency.code() == "MGA");
        }
    }

    #[test]
    fn tx_12_rounding_mirrors_the_sign(mantissa in -10_000_000_000_i64..10_000_000_000, scale in 0..8_u32, currency in any_currency()) {
        let value = Decimal::new(mantissa, scale);
        let there = Money::rounded(value, currency).unwrap();
        prop_assert_eq!(Money::rounded(-value, currency).unwrap(), -there);
        let off = (there.to_decimal() - value).abs() * Decimal::from(2);
        prop_assert!(off <= Decimal::new(1, currency.exponent()));
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "\\PC{0,30}", code in any_currency()) {
        let _ = Money::parse_typed(&text, code);
        let _ = billing::Rate::parse_typed(&text);
        let _ = billing::quantity::Quantity::parse_typed(&text);
        let _ = billing::quantity::UnitPrice::parse_typed(&text, code);
    }

    #[test]
    fn no_digits_and_marks_make_the_reader_panic(text in "[-0-9., '$%\u{a0}]{0,40}") {
        let _ = Money::parse_typed(&text, Currency::CAD);
        let _ = billing::Rate::parse_typed(&text);
        let _ = billing::quantity::UnitPrice::parse_typed(&text, Currency::CAD);
    }
}
