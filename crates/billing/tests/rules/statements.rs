use crate::support::{cad, money};
use billing::payment::manual::Method;
use billing::statement::{
    Confidence, InvoiceSide, Line, PayoutSide, Reason, Suggestion, Target, doubt_contested,
    method_of, suggest,
};
use billing::{Currency, Money};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use proptest::prelude::*;

fn line(amount: &str, text: &str) -> Line {
    Line {
        date: date(2026, 11, 20),
        amount: cad(amount),
        text: text.to_owned(),
    }
}

fn payout(id: &str, amount: &str, arrival: Date) -> PayoutSide {
    PayoutSide {
        id: id.to_owned(),
        amount: cad(amount),
        arrival,
        descriptor: String::new(),
    }
}

fn invoice(number: &str, customer: &str, due: &str) -> InvoiceSide {
    InvoiceSide {
        id: number.to_owned(),
        number: number.to_owned(),
        customer_id: customer.to_owned(),
        customer: customer.to_owned(),
        due: cad(due),
        issued: date(2026, 11, 1),
        under_way: false,
    }
}

fn told(found: &[Suggestion]) -> Vec<(Target, Confidence)> {
    found
        .iter()
        .map(|s| (s.target.clone(), s.confidence))
        .collect()
}

#[test]
fn a_deposit_is_as_sure_as_what_agrees() {
    let arrival = date(2026, 11, 19);
    let far = date(2026, 11, 5);
    for (text, arrival, wanted) in [
        (
            "STRIPE TRANSFER ST-A1B2",
            arrival,
            Some(Confidence::Certain),
        ),
        (
            "Dépôt direct / Stripe Payments Canada",
            arrival,
            Some(Confidence::Certain),
        ),
        ("DEPOSIT", arrival, Some(Confidence::Likely)),
        ("STRIPE TRANSFER", far, Some(Confidence::Likely)),
        ("DEPOSIT", far, Some(Confidence::Possible)),
        ("STRIPE TRANSFER", date(2026, 9, 1), None),
    ] {
        let found = suggest(
            &line("886.16", text),
            &[payout("po_1", "886.16", arrival)],
            &[],
        );
        assert_eq!(
            found.first().map(|s| s.confidence),
            wanted,
            "{text} {arrival}"
        );
    }
    let other = suggest(
        &line("886.15", "STRIPE"),
        &[payout("po_1", "886.16", arrival)],
        &[],
    );
    assert!(other.is_empty(), "one cent less is another deposit");
    let mut described = payout("po_1", "886.16", arrival);
    described.descriptor = "STUDIO NORD".into();
    let found = suggest(&line("886.16", "ACH STUDIO NORD 0042"), &[described], &[]);
    assert_eq!(
        found[0].confidence,
        Confidence::Certain,
        "the provider's own words for it"
    );
    assert_eq!(
        found[0].reasons,
        [
            Reason::SameAmount,
            Reason::NearArrival,
            Reason::NamesProvider
        ]
    );
}

#[test]
fn a_transfer_is_as_sure_as_what_agrees() {
    let all = [invoice("2026-0042", "Café Zoé inc.", "1149.75")];
    let id = Target::Invoice("2026-0042".into());
    for (amount, text, wanted) in [
        (
            "1149.75",
            "VIREMENT FACTURE 2026-0042",
            Some(Confidence::Certain),
        ),
        (
            "1149.75",
            "virement facture 20260042",
            Some(Confidence::Certain),
        ),
        (
            "1149.75",
            "E-TFR 2026 0042 CAFE ZOE",
            Some(Confidence::Certain),
        ),
        ("1149.75", "INTERAC CAFE ZOE", Some(Confidence::Likely)),
        ("1149.75", "INTERAC ZOE", Some(Confidence::Possible)),
        ("500.00", "Acompte 2026-0042", Some(Confidence::Likely)),
        ("1200.00", "2026-0042", Some(Confidence::Possible)),
        ("500.00", "CAFE ZOE", None),
        ("1149.75", "FACTURE 12026-00421", Some(Confidence::Possible)),
        ("-1149.75", "2026-0042", None),
    ] {
        let found = suggest(&line(amount, text), &[], &all);
        let best = found.first().map(|s| (s.target.clone(), s.confidence));
        assert_eq!(best, wanted.map(|c| (id.clone(), c)), "{amount} {text}");
    }
    let before = Line {
        date: date(2026, 10, 31),
        ..line("1149.75", "2026-0042")
    };
    assert!(
        suggest(&before, &[], &all).is_empty(),
        "nobody pays before it is issued"
    );
    let other = Line {
        amount: money("1149.75", "USD"),
        ..line("0.01", "2026-0042")
    };
    assert!(suggest(&other, &[], &all).is_empty(), "another currency");
}

#[test]
fn what_fits_twice_is_not_certain() {
    let arrival = date(2026, 11, 20);
    let twins = [
        payout("po_1", "100.00", arrival),
        payout("po_2", "100.00", arrival),
    ];
    let found = suggest(&line("100.00", "STRIPE"), &twins, &[]);
    assert_eq!(
        told(&found),
        [
            (Target::Payout("po_1".into()), Confidence::Likely),
            (Target::Payout("po_2".into()), Confidence::Likely)
        ]
    );
    assert!(
        found
            .iter()
            .all(|s| s.reasons.contains(&Reason::NotTheOnlyOne))
    );
    // Something weaker beside it does not make it doubtful.
    let found = suggest(
        &line("100.00", "STRIPE"),
        &twins[..1],
        &[invoice("2026-0001", "Ana", "100.00")],
    );
    assert_eq!(
        told(&found),
        [
            (Target::Payout("po_1".into()), Confidence::Certain),
            (Target::Invoice("2026-0001".into()), Confidence::Possible)
        ]
    );
}

#[test]
fn one_transfer_may_pay_several_invoices_of_one_customer() {
    let all = [
        invoice("2026-0001", "Zoé Tremblay", "100.00"),
        invoice("2026-0002", "Zoé Tremblay", "50.00"),
        invoice("2026-0003", "Ana", "30.00"),
    ];
    let both = Target::Invoices(vec!["2026-0001".into(), "2026-0002".into()]);
    for (amount, text, wanted) in [
        (
            "150.00",
            "FACT 2026-0001 ET 2026-0002",
            Some(Confidence::Certain),
        ),
        ("150.00", "VIREMENT ZOE TREMBLAY", Some(Confidence::Likely)),
        ("150.00", "VIREMENT", None),
        ("149.99", "VIREMENT ZOE TREMBLAY", None),
        ("130.00", "2026-0001 2026-0003", None),
    ] {
        let found = suggest(&line(amount, text), &[], &all);
        let several = found
            .iter()
            .find(|s| matches!(s.target, Target::Invoices(_)));
        let wanted = wanted.map(|c| (both.clone(), c));
        assert_eq!(
            several.map(|s| (s.target.clone(), s.confidence)),
            wanted,
            "{amount} {text}"
        );
    }
}

#[test]
fn what_another_line_is_certain_of_or_a_payer_is_paying_is_not_certain() {
    let mut all = [invoice("2026-0042", "Ana", "100.00")];
    let twice = line("100.00", "2026-0042");
    let mut found = suggest(&twice, &[], &all);
    doubt_contested(&mut found, &[Target::Payout("2026-0042".into())]);
    assert_eq!(
        found[0].confidence,
        Confidence::Certain,
        "a payout is no invoice"
    );
    let other = Target::Invoices(vec!["2026-0041".into(), "2026-0042".into()]);
    doubt_contested(&mut found, &[other]);
    assert_eq!(found[0].confidence, Confidence::Likely);
    assert!(found[0].reasons.contains(&Reason::OtherLineToo));
    all[0].under_way = true;
    let found = suggest(&twice, &[], &all);
    assert_eq!(found[0].confidence, Confidence::Likely);
    assert!(found[0].reasons.contains(&Reason::PaymentUnderWay));
}

#[test]
fn the_bank_says_how_money_came() {
    for (text, wanted) in [
        ("Virement Interac de Zoé", Method::Interac),
        ("INTERAC e-Transfer", Method::Interac),
        ("DÉPÔT CHÈQUE 118", Method::Cheque),
        ("ACH 2026-0042", Method::Transfer),
    ] {
        assert_eq!(method_of(text), wanted, "{text}");
    }
}

proptest! {
    /// Never more than one certain suggestion; never one of another amount than the payout's; the surest first.
    #[test]
    fn certainty_is_never_shared(
        amount in 1_i64..500,
        words in "(STRIPE|DEPOSIT|2026-000[1-5]|ZOE|ANA| ){0,6}",
        payouts in proptest::collection::vec((1_i64..500, -20_i64..20), 0..6),
        dues in proptest::collection::vec(1_i64..500, 0..5),
    ) {
        let minor = |m| Money::from_minor(m, Currency::CAD).unwrap();
        let day = date(2026, 11, 20);
        let line = Line { date: day, amount: minor(amount), text: words };
        let payouts: Vec<PayoutSide> = payouts.iter().enumerate().map(|(at, (amount, days))| PayoutSide {
            id: format!("po_{at}"), amount: minor(*amount), arrival: day.saturating_add(days.days()), descriptor: String::new(),
        }).collect();
        let invoices: Vec<InvoiceSide> = dues.iter().enumerate().map(|(at, due)| InvoiceSide {
            id: format!("i{at}"), number: format!("2026-000{}", at + 1), customer: if at % 2 == 0 { "Zoé".into() } else { "Ana".into() },
            customer_id: format!("c{}", at % 2), due: minor(*due), issued: date(2026, 11, 1), under_way: at == 4,
        }).collect();
        let found = suggest(&line, &payouts, &invoices);
        prop_assert!(found.len() <= 5);
        prop_assert!(found.iter().filter(|s| s.confidence == Confidence::Certain).count() <= 1);
        prop_assert!(found.windows(2).all(|two| two[0].confidence <= two[1].confidence));
        for suggestion in &found {
            if let Target::Payout(id) = &suggestion.target {
                let payout = payouts.iter().find(|p| p.id == *id).unwrap();
                prop_assert_eq!(payout.amount, line.amount);
            }
            if let Target::Invoices(ids) = &suggestion.target {
                let due = |id: &String| invoices.iter().find(|i| i.id == *id).unwrap().due;
                let sum = Money::sum(Currency::CAD, ids.iter().map(due)).unwrap();
                prop_assert_eq!(sum, line.amount);
            }
        }
    }
}
