use crate::support::{cad, preset_taxes, tax};
use billing::id::TaxRateId;
use billing::place::{Country, Province};
use billing::tax::presets::{canada, european_union};
use billing::tax::{
    Pricing, TaxCategory, TaxError, TaxKind, TaxRate, TaxedAmount, TaxedTotal, compute, in_force,
    tax_point,
};
use billing::{Currency, Money, Rate};
use jiff::civil::{Date, date};
use proptest::prelude::*;

fn of(province: Province, on: Date) -> Vec<TaxRate> {
    preset_taxes(&canada(province, on))
}

fn quebec() -> Vec<TaxRate> {
    of(Province::QC, date(2026, 11, 23))
}

fn computed(amounts: &[Money], taxes: &[TaxRate], pricing: Pricing) -> TaxedTotal {
    let amounts: Vec<TaxedAmount> = amounts
        .iter()
        .map(|amount| TaxedAmount {
            amount: *amount,
            taxes: taxes.to_vec(),
        })
        .collect();
    compute(Currency::CAD, &amounts, pricing).unwrap()
}

fn on_top(net: &str, taxes: &[TaxRate]) -> Vec<Money> {
    computed(&[cad(net)], taxes, Pricing::Exclusive)
        .taxes
        .iter()
        .map(|line| line.amount)
        .collect()
}

const QUEBEC: &[(&str, &str, &str, &str)] = &[
    ("0.05", "0.00", "0.00", "0.05"),
    ("0.06", "0.00", "0.01", "0.07"),
    ("0.10", "0.01", "0.01", "0.12"),
    ("0.30", "0.02", "0.03", "0.35"),
    ("0.50", "0.03", "0.05", "0.58"),
    ("1.00", "0.05", "0.10", "1.15"),
    ("2.50", "0.13", "0.25", "2.88"),
    ("10.10", "0.51", "1.01", "11.62"),
    ("20.00", "1.00", "2.00", "23.00"),
    ("60.00", "3.00", "5.99", "68.99"),
    ("99.99", "5.00", "9.97", "114.96"),
    ("100.00", "5.00", "9.98", "114.98"),
    ("123.45", "6.17", "12.31", "141.93"),
    ("300.00", "15.00", "29.93", "344.93"),
    ("700.00", "35.00", "69.83", "804.83"),
    ("1000.00", "50.00", "99.75", "1149.75"),
    ("1234.56", "61.73", "123.15", "1419.44"),
    ("2500.00", "125.00", "249.38", "2874.38"),
    ("99999.99", "5000.00", "9975.00", "114974.99"),
    ("-100.00", "-5.00", "-9.98", "-114.98"),
    ("-300.00", "-15.00", "-29.93", "-344.93"),
];

#[test]
fn tx_01_gst_and_qst_are_each_computed_on_the_price_before_tax() {
    // Compounded, QST on 100.00 would be 10.47.
    assert_eq!(on_top("100.00", &quebec()), [cad("5.00"), cad("9.98")]);
}

#[test]
fn tx_02_half_a_cent_rounds_up_on_every_quebec_vector() {
    for (net, gst, qst, total) in QUEBEC {
        let result = computed(&[cad(net)], &quebec(), Pricing::Exclusive);
        let amounts: Vec<Money> = result.taxes.iter().map(|line| line.amount).collect();
        assert_eq!(amounts, [cad(gst), cad(qst)], "{net}");
        assert_eq!(result.total, cad(total), "{net}");
        assert_eq!(result.taxes[0].base, cad(net));
    }
}

#[test]
fn tx_02_items_are_summed_before_rounding() {
    for (lines, gst, qst) in [
        (vec!["0.33"; 3], "0.05", "0.10"),
        (vec!["0.10"; 10], "0.05", "0.10"),
        (vec!["9.99"; 7], "3.50", "6.98"),
        (vec!["33.33", "33.33", "33.34"], "5.00", "9.98"),
        (vec!["0.30"; 4], "0.06", "0.12"),
    ] {
        let amounts: Vec<Money> = lines.iter().map(|line| cad(line)).collect();
        let result = computed(&amounts, &quebec(), Pricing::Exclusive);
        let taxes: Vec<Money> = result.taxes.iter().map(|line| line.amount).collect();
        assert_eq!(taxes, [cad(gst), cad(qst)], "{lines:?}");
    }
}

#[test]
fn tx_03_combined_quebec_rates_can_not_be_made() {
    for percent in ["9.97", "14.97", "14.975"] {
        for kind in [TaxKind::Gst, TaxKind::Qst, TaxKind::Hst] {
            let combined = TaxRate {
                kind,
                ..tax("combined", percent)
            };
            assert_eq!(
                combined.check(),
                Err(TaxError::CombinedQuebecRate),
                "{percent}"
            );
        }
    }
    let printed: Vec<String> = quebec().iter().map(|tax| tax.rate.to_string()).collect();
    assert_eq!(printed, ["5", "9.975"]);
    assert!(quebec().iter().all(|tax| tax.check().is_ok()));
}

#[test]
fn a_rate_must_fit_the_reason_for_it() {
    let standard_zero = TaxRate {
        category: TaxCategory::Standard,
        ..tax("zero", "0")
    };
    assert_eq!(standard_zero.check(), Err(TaxError::CategoryDoesNotFit));
    let exempt_five = TaxRate {
        category: TaxCategory::Exempt,
        ..tax("five", "5")
    };
    assert_eq!(exempt_five.check(), Err(TaxError::CategoryDoesNotFit));
    assert_eq!(
        TaxRate {
            name: " ".to_owned(),
            ..tax("x", "5")
        }
        .check(),
        Err(TaxError::NoName)
    );
}

#[test]
fn tx_04_hst_is_one_combined_computation() {
    let on = date(2026, 11, 23);
    for (net, ontario, nova_scotia, atlantic, alberta) in [
        ("100.00", "13.00", "14.00", "15.00", "5.00"),
        ("31.95", "4.15", "4.47", "4.79", "1.60"),
        ("19.99", "2.60", "2.80", "3.00", "1.00"),
        ("0.50", "0.07", "0.07", "0.08", "0.03"),
        ("1234.56", "160.49", "172.84", "185.18", "61.73"),
    ] {
        assert_eq!(
            on_top(net, &of(Province::ON, on)),
            [cad(ontario)],
            "ON {net}"
        );
        assert_eq!(
            on_top(net, &of(Province::NS, on)),
            [cad(nova_scotia)],
            "NS {net}"
        );
        for province in [Province::NB, Province::NL, Province::PE] {
            assert_eq!(
                on_top(net, &of(province, on)),
                [cad(atlantic)],
                "{province:?} {net}"
            );
        }
        for province in [Province::AB, Province::YT, Province::NT, Province::NU] {
            assert_eq!(
                on_top(net, &of(province, on)),
                [cad(alberta)],
                "{province:?} {net}"
            );
        }
    }
}

#[test]
fn tx_05_totals_are_exact_and_never_rounded_to_five_cents() {
    assert_eq!(
        computed(&[cad("123.45")], &quebec(), Pricing::Exclusive).total,
        cad("141.93")
    );
    assert_eq!(
        computed(&[cad("0.06")], &quebec(), Pricing::Exclusive).total,
        cad("0.07")
    );
}

#[test]
fn tx_06_the_rate_is_the_one_in_force_when_tax_becomes_payable() {
    let (march, april) = (date(2025, 3, 31), date(2025, 4, 1));
    let due_then = |invoiced, paid| on_top("100.00", &of(Province::NS, tax_point(invoiced, paid)));
    assert_eq!(due_then(march, None), [cad("15.00")]);
    assert_eq!(due_then(april, Some(march)), [cad("15.00")]);
    assert_eq!(due_then(march, Some(date(2025, 5, 9))), [cad("15.00")]);
    assert_eq!(due_then(april, Some(april)), [cad("14.00")]);
    assert_eq!(due_then(april, None), [cad("14.00")]);

    let old = TaxRate {
        from: date(2010, 7, 1),
        ..tax("old", "15")
    };
    let new = TaxRate {
        from: april,
        ..tax("new", "14")
    };
    let rates = [new.clone(), old.clone()];
    assert_eq!(in_force(&rates, march), Some(&old));
    assert_eq!(in_force(&rates, april), Some(&new));
    assert_eq!(in_force(&rates, date(2010, 6, 30)), None);
}

#[test]
fn tx_15_without_taxes_the_price_is_the_total() {
    let none = computed(&[cad("100.00")], &[], Pricing::Exclusive);
    assert_eq!((none.taxes.len(), none.total), (0, cad("100.00")));
}

#[test]
fn tx_08_tax_inside_a_price_leaves_parts_that_add_up_to_it() {
    for (gross, gst, qst, net) in [
        ("114.98", "5.00", "9.98", "100.00"),
        ("100.00", "4.35", "8.68", "86.97"),
        ("50.00", "2.17", "4.34", "43.49"),
        ("19.99", "0.87", "1.73", "17.39"),
        ("1149.75", "50.00", "99.75", "1000.00"),
        ("0.99", "0.04", "0.09", "0.86"),
    ] {
        let result = computed(&[cad(gross)], &quebec(), Pricing::Inclusive);
        let amounts: Vec<Money> = result.taxes.iter().map(|line| line.amount).collect();
        assert_eq!(amounts, [cad(gst), cad(qst)], "{gross}");
        assert_eq!((result.net, result.total), (cad(net), cad(gross)));
        assert_eq!(result.taxes[0].base, cad(net));
    }
}

#[test]
fn tx_11_rates_of_the_united_states_round_half_up() {
    for (net, percent, expected) in [
        ("10.00", "8.875", "0.89"),
        ("19.99", "8.875", "1.77"),
        ("0.56", "8.875", "0.05"),
        ("33.33", "6.25", "2.08"),
    ] {
        assert_eq!(
            on_top(net, &[tax("sales", percent)]),
            [cad(expected)],
            "{net}"
        );
    }
}

#[test]
fn tx_14_a_tax_may_lie_on_a_share_of_the_price() {
    let on = date(2026, 10, 1);
    let british_columbia = of(Province::BC, on);
    for (net, gst, pst, partial) in [
        ("1000.00", "50.00", "70.00", "21.00"),
        ("333.33", "16.67", "23.33", "7.00"),
    ] {
        assert_eq!(
            on_top(net, &british_columbia),
            [cad(gst), cad(pst), cad(partial)],
            "{net}"
        );
    }
    assert_eq!(of(Province::BC, date(2026, 9, 30)).len(), 2);
}

#[test]
fn union_presets_change_on_their_day() {
    let standard = |code, on| {
        european_union(Country::parse(code).unwrap(), on)[0]
            .rate
            .to_string()
    };
    assert_eq!(standard("EE", date(2025, 6, 30)), "22");
    assert_eq!(standard("EE", date(2025, 7, 1)), "24");
    assert_eq!(standard("RO", date(2026, 1, 1)), "21");
    assert_eq!(standard("FI", date(2026, 1, 1)), "25.5");
    let members: Vec<Country> = Country::all()
        .into_iter()
        .filter(|c| c.is_in_eu())
        .collect();
    assert_eq!(members.len(), 27);
    assert!(
        members
            .iter()
            .all(|member| !european_union(*member, date(2026, 1, 1)).is_empty())
    );
    assert!(european_union(Country::CA, date(2026, 1, 1)).is_empty());
}

fn any_taxes() -> impl Strategy<Value = Vec<TaxRate>> {
    proptest::collection::vec((0..=250_000_u32, 0..=1_000_000_u32), 0..4).prop_map(|rates| {
        let one = |(at, (ppm, share)): (usize, (u32, u32))| TaxRate {
            id: TaxRateId::parse(format!("t{at}")).unwrap(),
            rate: Rate::from_ppm(ppm).unwrap(),
            base_share: Rate::from_ppm(share).unwrap(),
            ..tax("t", "5")
        };
        rates.into_iter().enumerate().map(one).collect()
    })
}

/// Lines under different subsets of the taxes.
fn any_amounts() -> impl Strategy<Value = Vec<TaxedAmount>> {
    (
        any_taxes(),
        proptest::collection::vec((-1_000_000..10_000_000_i64, 0..16_usize), 1..8),
    )
        .prop_map(|(taxes, lines)| {
            let pick = |mask: usize| {
                taxes
                    .iter()
                    .enumerate()
                    .filter(|(at, _)| mask & (1 << at) != 0)
                    .map(|(_, tax)| tax.clone())
                    .collect()
            };
            lines
                .into_iter()
                .map(|(minor, mask)| TaxedAmount {
                    amount: Money::from_minor(minor, Currency::CAD).unwrap(),
                    taxes: pick(mask),
                })
                .collect()
        })
}

fn any_pricing() -> impl Strategy<Value = Pricing> {
    prop_oneof![Just(Pricing::Exclusive), Just(Pricing::Inclusive)]
}

proptest! {
    #[test]
    fn tx_08_net_and_taxes_always_add_up_to_the_total(amounts in any_amounts(), pricing in any_pricing()) {
        let result = compute(Currency::CAD, &amounts, pricing).unwrap();
        let taxes = Money::sum(Currency::CAD, result.taxes.iter().map(|line| line.amount)).unwrap();
        prop_assert_eq!(result.net.checked_add(taxes).unwrap(), result.total);
        let typed = Money::sum(Currency::CAD, amounts.iter().map(|one| one.amount)).unwrap();
        let kept = if pricing == Pricing::Exclusive { result.net } else { result.total };
        prop_assert_eq!(kept, typed);
    }

    #[test]
    fn tx_12_a_credit_mirrors_what_it_credits(amounts in any_amounts(), pricing in any_pricing()) {
        let mirrored: Vec<TaxedAmount> = amounts.iter().map(|one| TaxedAmount { amount: -one.amount, taxes: one.taxes.clone() }).collect();
        let there = compute(Currency::CAD, &amounts, pricing).unwrap();
        let back = compute(Currency::CAD, &mirrored, pricing).unwrap();
        prop_assert_eq!(back.total, -there.total);
        prop_assert_eq!(back.net, -there.net);
        for (left, right) in there.taxes.iter().zip(&back.taxes) {
            prop_assert_eq!(left.amount, -right.amount);
        }
    }

    #[test]
    fn tx_02_the_order_of_lines_changes_no_amount(amounts in any_amounts()) {
        let mut reversed = amounts.clone();
        reversed.reverse();
        let there = compute(Currency::CAD, &amounts, Pricing::Exclusive).unwrap();
        let back = compute(Currency::CAD, &reversed, Pricing::Exclusive).unwrap();
        prop_assert_eq!(there.total, back.total);
    }
}
