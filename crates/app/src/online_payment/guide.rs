//! The activation guide as data (AC-05): Stripe moves its menus, so it has a version, a date, and links.

use billing::Mode;
use kit::locale;

/// Counts up when the words change.
pub(super) const VERSION: &str = "3";
/// When it was last compared with Stripe's pages.
pub(super) const DATE: jiff::civil::Date = jiff::civil::date(2026, 11, 25);

/// The seven checks of step 1: the text's key, and the page in Stripe where there is one. The test drawer's differ where
/// live and test do.
pub(super) fn steps(mode: Mode) -> [(&'static str, &'static str); 7] {
    let (on, public, secret, inside) = if mode.is_live() {
        (
            locale::key("guide-live-mode"),
            locale::key("guide-public"),
            locale::key("guide-secret"),
            [
                "https://dashboard.stripe.com/dashboard",
                "https://dashboard.stripe.com/apikeys",
                "https://dashboard.stripe.com/apikeys/create",
            ],
        )
    } else {
        (
            locale::key("guide-test-mode"),
            locale::key("guide-public-test"),
            locale::key("guide-secret-test"),
            [
                "https://dashboard.stripe.com/test/dashboard",
                "https://dashboard.stripe.com/test/apikeys",
                "https://dashboard.stripe.com/test/apikeys/create",
            ],
        )
    };
    [
        (on, inside[0]),
        (locale::key("guide-developers"), inside[1]),
        (locale::key("guide-find"), ""),
        (locale::key("guide-add"), inside[2]),
        (locale::key("guide-own"), ""),
        (public, ""),
        (secret, ""),
    ]
}
