//! The form as a person sees it.

use askama::Template;
use kit::locale::{self, Locale};

use super::Stand;
use crate::online_payment::show::LineView;
use crate::online_payment::{currencies_to_offer, guide, rights};
use crate::page::{Choice, Errors, Page, Section};
use crate::visit::Visit;
use crate::who::{Scope, Who};

#[derive(Template)]
#[template(path = "online_payment/edit.html")]
pub(super) struct Edit {
    pub(super) page: Page,
    pub(super) errors: Errors,
    pub(super) test: bool,
    pub(super) version: i64,
    pub(super) enabled: bool,
    pub(super) public_key: String,
    pub(super) public_hint: String,
    pub(super) secret_hint: String,
    pub(super) has_key: bool,
    pub(super) swap: String,
    pub(super) currency: String,
    pub(super) currencies: Vec<Choice>,
    pub(super) way: String,
    pub(super) ways: Vec<Choice>,
    pub(super) lines: Vec<LineView>,
    pub(super) words: Vec<(String, String)>,
    pub(super) guide_version: String,
    pub(super) steps: Vec<Step>,
    pub(super) rights: Vec<rights::Shown>,
}

pub(super) struct Step {
    text: String,
    href: &'static str,
}

pub(super) struct Shown {
    pub(super) enabled: bool,
    pub(super) public_key: String,
    pub(super) currency: String,
    pub(super) way: String,
    pub(super) swap: String,
}

/// The form's word for where customers pay.
pub(super) fn way_word(hosted: bool) -> &'static str {
    if hosted { "page" } else { "form" }
}

pub(super) fn frame(visit: &Visit, who: &Who, scope: &Scope) -> Page {
    let page = visit.page(who);
    let title = page.l.t(if scope.mode.is_live() {
        locale::key("online-edit-title")
    } else {
        locale::key("online-edit-title-test")
    });
    page.titled(title).within(Section::Settings)
}

pub(super) fn view(
    page: &Page,
    scope: &Scope,
    stand: &Stand,
    shown: Shown,
    errors: Errors,
    lines: Vec<LineView>,
) -> Edit {
    let l = &page.l;
    let live = scope.mode.is_live();
    let currencies = currencies_to_offer(stand.drawer.as_ref(), stand.own_currency);
    Edit {
        page: page.clone(),
        errors,
        test: !live,
        version: stand.drawer.as_ref().map_or(0, |d| d.version),
        enabled: shown.enabled,
        public_key: shown.public_key,
        public_hint: l
            .t(if live {
                locale::key("online-public-hint")
            } else {
                locale::key("online-public-hint-test")
            })
            .into_owned(),
        secret_hint: match stand.keyed() {
            _ if !shown.swap.is_empty() => l.t("online-secret-hint-swapped").into_owned(),
            Some(d) => l
                .t1("online-secret-hint-keep", "hint", d.secret_hint.as_str())
                .into_owned(),
            None => l
                .t(if live {
                    locale::key("online-secret-hint")
                } else {
                    locale::key("online-secret-hint-test")
                })
                .into_owned(),
        },
        has_key: stand.keyed().is_some(),
        swap: shown.swap,
        currency: shown.currency,
        currencies: currencies
            .iter()
            .map(|c| Choice::new(c.code(), c.code()))
            .collect(),
        way: shown.way,
        ways: vec![
            Choice {
                hint: l.t("online-way-form-hint").into_owned(),
                ..Choice::new("form", l.t("online-way-form"))
            },
            Choice {
                hint: l.t("online-way-page-hint").into_owned(),
                ..Choice::new("page", l.t("online-way-page"))
            },
        ],
        lines,
        words: key_words(l),
        rights: rights::shown(*l),
        guide_version: l
            .t2(
                "guide-version",
                "version",
                guide::VERSION,
                "date",
                l.date_long(guide::DATE),
            )
            .into_owned(),
        steps: guide::steps(scope.mode)
            .into_iter()
            .map(|(key, href)| Step {
                text: l.t(key).into_owned(),
                href,
            })
            .collect(),
    }
}

/// Every sentence the page's script may need to name what was pasted.
fn key_words(l: &Locale) -> Vec<(String, String)> {
    let faults = [
        "test-key",
        "live-key",
        "secret-key",
        "restricted-key",
        "public-key",
        "webhook-secret",
        "other-id",
        "something-else",
    ];
    let keys = ["public", "secret"].iter().flat_map(|field| {
        faults
            .iter()
            .map(move |fault| format!("{field}-key-is-{fault}"))
    });
    keys.map(|key| (key.clone(), l.t(&key).into_owned()))
        .collect()
}
