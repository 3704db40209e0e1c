//! Amounts on their way to Stripe, over every currency Stripe lists, against Stripe's own words: three tables of
//! exponents exist, and a mistake between them is a factor of ten or a hundred.

use billing::currency::NoOnlinePayment;
use billing::stripe_amount::StripeAmountError;
use billing::{Currency, Money};
use proptest::prelude::*;
use rust_decimal::Decimal;

/// Stripe's list of presentment currencies, without those that ISO 4217 has retired since (ANG, BGN, STD).
const LISTED: &str = "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BIF BMD BND BOB BRL BSD BWP BYN BZD CAD CDF CHF \
    CLP CNY COP CRC CVE CZK DJF DKK DOP DZD EGP ETB EUR FJD FKP GBP GEL GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS \
    INR ISK JMD JPY KES KGS KHR KMF KRW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MUR MVR MWK MXN MYR \
    MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SEK SGD SHP SLE SOS SRD \
    SZL THB TJS TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VND VUV WST XAF XCD XOF XPF YER ZAR ZMW";

/// “Zero-decimal currencies”, in Stripe's words; UGX stands in this list and among the special cases as well.
const ZERO_DECIMAL: &str = "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF UGX VND VUV XAF XOF XPF";

/// “Special cases”: to charge 5 ISK, provide 500.
const SPECIAL: &str = "ISK UGX";

const THREE_DECIMALS: &str = "BHD JOD KWD OMR TND";

fn codes(list: &'static str) -> impl Iterator<Item = Currency> {
    list.split_whitespace()
        .map(|code| Currency::parse(code).unwrap())
}

fn is_in(list: &str, currency: Currency) -> bool {
    list.split_whitespace().any(|code| code == currency.code())
}

/// How many of Stripe's units one unit of the currency is, by Stripe's words alone.
fn units(currency: Currency) -> i64 {
    if is_in(THREE_DECIMALS, currency) {
        1000
    } else if is_in(SPECIAL, currency) || !is_in(ZERO_DECIMAL, currency) {
        100
    } else {
        1
    }
}

#[test]
fn pay_17_every_currency_stripe_lists_is_taken_but_ugx_and_none_with_three_decimals() {
    for currency in codes(LISTED) {
        let expected = if currency.code() == "UGX" {
            Err(NoOnlinePayment::ContradictoryRules)
        } else {
            Ok(())
        };
        assert_eq!(currency.online_payment(), expected, "{currency}");
    }
    for currency in codes(THREE_DECIMALS) {
        assert_eq!(
            currency.online_payment(),
            Err(NoOnlinePayment::ThreeDecimals),
            "{currency}"
        );
    }
    for currency in Currency::all() {
        let taken = currency.online_payment().is_ok();
        assert!(!taken || currency.exponent() <= 2, "{currency}");
    }
}

#[test]
fn pay_17_one_unit_of_each_is_what_stripe_says_it_is() {
    for currency in codes(LISTED).chain(codes(THREE_DECIMALS)) {
        let one = Money::rounded(Decimal::ONE, currency).unwrap();
        assert_eq!(one.to_stripe_amount(), Ok(units(currency)), "{currency}");
        let back = Money::from_stripe_amount(units(currency), currency);
        assert_eq!(back, Ok(one), "{currency}");
    }
}

fn listed() -> impl Strategy<Value = Currency> {
    let all: Vec<Currency> = codes(LISTED).chain(codes(THREE_DECIMALS)).collect();
    proptest::sample::select(all)
}

fn any_minor() -> impl Strategy<Value = i64> {
    prop_oneof![
        1..10_000_i64,
        -10_000..0_i64,
        -Money::MINOR_MAX..=Money::MINOR_MAX
    ]
}

proptest! {
    /// What Stripe charges is the very amount, or nothing is asked of it: no rounding, no factor.
    #[test]
    fn pay_17_what_stripe_is_told_is_the_amount_or_it_is_told_nothing(currency in listed(), minor in any_minor()) {
        let money = Money::from_minor(minor, currency).unwrap();
        match money.to_stripe_amount() {
            Ok(amount) => {
                let told = Decimal::from(amount) / Decimal::from(units(currency));
                prop_assert_eq!(told, money.to_decimal(), "{} {}", amount, currency);
                if is_in(SPECIAL, currency) {
                    prop_assert_eq!(amount % 100, 0, "{}", currency);
                }
                if is_in(THREE_DECIMALS, currency) {
                    prop_assert_eq!(amount % 10, 0, "{}", currency);
                }
            }
            // The cents of an ariary, which Stripe has not; the last of three decimals; what no counter holds.
            Err(StripeAmountError::NotExpressible) => {
                prop_assert!(currency.code() == "MGA" || is_in(THREE_DECIMALS, currency));
            }
            Err(other) => prop_assert!(minor.abs() > Money::MINOR_MAX / 100, "{other} {money}"),
        }
    }

    /// And the other way: what Stripe says it took is read as the same amount, or refused as not being one.
    #[test]
    fn pay_17_what_stripe_tells_is_read_as_the_amount_or_not_at_all(currency in listed(), amount in -10_000_000_000_i64..10_000_000_000) {
        match Money::from_stripe_amount(amount, currency) {
            Ok(money) => {
                let told = Decimal::from(amount) / Decimal::from(units(currency));
                prop_assert_eq!(money.to_decimal(), told, "{} {}", amount, currency);
            }
            Err(_) => prop_assert!(is_in(SPECIAL, currency), "{amount} {currency}"),
        }
    }

    /// Below the smallest charge, or at nothing, Stripe is not asked; above it the charge is the amount.
    #[test]
    fn pay_17_a_charge_is_refused_below_the_minimum_and_is_else_the_amount(currency in listed(), minor in -100..100_000_i64) {
        let money = Money::from_minor(minor, currency).unwrap();
        let least = currency.minimum_charge_minor().unwrap_or(1);
        match money.to_stripe_charge() {
            Ok(amount) => {
                prop_assert!(minor >= least.max(1));
                prop_assert_eq!(money.to_stripe_amount(), Ok(amount));
            }
            Err(StripeAmountError::NothingToCharge) => prop_assert!(minor <= 0),
            Err(StripeAmountError::BelowMinimum { minimum }) => {
                prop_assert_eq!(minimum.minor(), least);
                prop_assert!(minor < least);
            }
            Err(other) => prop_assert_eq!(money.to_stripe_amount(), Err(other)),
        }
    }
}
