//! The activation guide as data (AC-05): Stripe moves its menus, so it has a version, a date, and links.

/// Counts up when the words change.
pub(super) const VERSION: &str = "1";
/// When it was last compared with Stripe's pages.
pub(super) const DATE: jiff::civil::Date = jiff::civil::date(2026, 11, 23);

/// The seven checks of step 1: the text's key, and the page in Stripe where there is one.
pub(super) const STEPS: [(&str, &str); 7] = [
    ("guide-live-mode", "https://dashboard.stripe.com/dashboard"),
    ("guide-developers", "https://dashboard.stripe.com/apikeys"),
    ("guide-find", ""),
    ("guide-add", "https://dashboard.stripe.com/apikeys/create"),
    ("guide-own", ""),
    ("guide-public", ""),
    ("guide-secret", ""),
];
