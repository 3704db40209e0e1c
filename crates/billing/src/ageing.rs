//! Ageing: what is owed, by how long it has been due; and how long it usually takes to be paid.

use jiff::ToSpan;
use jiff::civil::Date;

/// How long an amount has been due, in the classes that bookkeepers use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Age {
    /// Due today or later.
    NotYetDue,
    /// One to thirty days past the due date.
    To30,
    /// Thirty-one to sixty.
    To60,
    /// Sixty-one to ninety.
    To90,
    /// More than ninety.
    Over90,
}

impl Age {
    /// Every class, the youngest first.
    pub const ALL: [Age; 5] = [Age::NotYetDue, Age::To30, Age::To60, Age::To90, Age::Over90];

    /// The due dates of a class on a day, both ends included; `None` where it is open. Together the classes hold every
    /// due date once.
    pub fn due_dates(self, today: Date) -> (Option<Date>, Option<Date>) {
        let ago = |days: i64| Some(today.saturating_sub(days.days()));
        match self {
            Age::NotYetDue => (Some(today), None),
            Age::To30 => (ago(30), ago(1)),
            Age::To60 => (ago(60), ago(31)),
            Age::To90 => (ago(90), ago(61)),
            Age::Over90 => (None, ago(91)),
        }
    }
}

/// The days within which at least half of some invoices were paid; `None` without any. A day lies between issue and
/// payment as the seller's calendar counts it; paid on the day of issue is 0, and a payment that was booked with a date
/// before the issue counts as 0 as well.
pub fn usual_days(mut days: Vec<i64>) -> Option<i64> {
    days.sort_unstable();
    let middle = days.len().checked_sub(1)? / 2;
    days.get(middle).map(|days| (*days).max(0))
}
