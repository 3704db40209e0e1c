//! Ageing and the usual time to be paid.

use billing::ageing::{Age, usual_days};
use jiff::ToSpan;
use jiff::civil::date;
use proptest::prelude::*;

#[test]
fn the_classes_are_those_of_bookkeepers() {
    let today = date(2026, 3, 31);
    assert_eq!(Age::NotYetDue.due_dates(today), (Some(today), None));
    assert_eq!(
        Age::To30.due_dates(today),
        (Some(date(2026, 3, 1)), Some(date(2026, 3, 30)))
    );
    assert_eq!(Age::Over90.due_dates(today).1, Some(date(2025, 12, 30)));
}

#[test]
fn the_usual_time_is_the_one_within_which_half_are_paid() {
    assert_eq!(usual_days(vec![]), None);
    assert_eq!(usual_days(vec![12]), Some(12));
    assert_eq!(usual_days(vec![30, 2]), Some(2));
    assert_eq!(usual_days(vec![90, 3, 8]), Some(8));
    assert_eq!(usual_days(vec![-4, -4, 9]), Some(0));
}

proptest! {
    #[test]
    fn every_due_date_is_in_one_class(today in -40_000_i64..40_000, distance in -2_000_i64..2_000) {
        let today = date(2026, 1, 1) + today.days();
        let due = today + distance.days();
        let holding = Age::ALL.into_iter().filter(|age| {
            let (from, to) = age.due_dates(today);
            from.is_none_or(|from| due >= from) && to.is_none_or(|to| due <= to)
        });
        prop_assert_eq!(holding.count(), 1);
    }

    #[test]
    fn at_least_half_are_paid_within_the_usual_time(days in prop::collection::vec(0_i64..400, 1..60)) {
        let usual = usual_days(days.clone()).unwrap();
        let within = days.iter().filter(|d| **d <= usual).count();
        let sooner = days.iter().filter(|d| **d < usual).count();
        prop_assert!(within * 2 >= days.len() && sooner * 2 < days.len());
    }
}
