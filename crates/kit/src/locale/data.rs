//! The shape of one locale's CLDR data; the values are in `cldr.rs`.

/// Where the currency sign stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    /// `-$1.00`
    Before,
    /// `€ -1,00` (Dutch)
    BeforeMinus,
    /// `-1,00 $`
    After,
}

/// One piece of a date or time pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Day of the month without a leading zero.
    Day,
    /// Day of the month, two digits.
    Day2,
    /// Month without a leading zero.
    Month,
    /// Month, two digits.
    Month2,
    /// The month's name (full or medium, by the style).
    MonthName,
    /// The whole year.
    Year,
    /// The last two digits of the year.
    Year2,
    /// The hour without a leading zero; of twelve when the pattern has a `HalfOfDay`.
    Hour,
    /// The hour, two digits; of twelve when the pattern has a `HalfOfDay`.
    Hour2,
    /// The minute, two digits.
    Minute,
    /// a.m. or p.m.
    HalfOfDay,
    /// Text between.
    Lit(&'static str),
}

/// What CLDR says about one locale.
pub(super) struct Cldr {
    pub(super) decimal: &'static str,
    pub(super) group: &'static str,
    /// What follows the digits of a percentage, its space included.
    pub(super) percent: &'static str,
    pub(super) sign: Sign,
    pub(super) months: [&'static str; 12],
    pub(super) months_medium: [&'static str; 12],
    /// Short names as they stand alone.
    pub(super) months_alone: [&'static str; 12],
    /// A month of a year, without a day.
    pub(super) month_long: &'static [Part],
    pub(super) date_long: &'static [Part],
    pub(super) date_medium: &'static [Part],
    pub(super) date_short: &'static [Part],
    pub(super) time: &'static [Part],
    /// Between a long date and a time.
    pub(super) joint: &'static str,
    /// a.m. and p.m., empty where the day has 24 hours.
    pub(super) halves: [&'static str; 2],
    /// Names of the days from -2 to +2; empty where CLDR has none.
    pub(super) days_named: [&'static str; 5],
    /// Before and after the number: singular, then plural.
    pub(super) days_past: [(&'static str, &'static str); 2],
    /// Before and after the number: singular, then plural.
    pub(super) days_future: [(&'static str, &'static str); 2],
    /// Between the two of a pair; between the first ones of a list; before its last one.
    pub(super) list: [&'static str; 3],
    /// Sorted by code; the sign with the space it wants towards the digits.
    pub(super) currencies: &'static [([u8; 3], &'static str)],
}
