//! The pages for when something went otherwise than asked: what happened, what became of what was typed,
//! whether money moved, what to do, and a reference to quote.

use askama::Template;
use axum::response::Response;
use http::StatusCode;
use kit::locale::{self, Locale};

use super::{Kind, Page};

/// The kinds of trouble a request can meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Unknown, withdrawn or revoked: one answer for all three (`LNK-03`).
    NotFound,
    /// Signed in, but without the right.
    Forbidden,
    /// A form sent from another site (`WEB-06`).
    Foreign,
    /// It is no longer as it was when the page was opened.
    Conflict,
    /// What arrived is not a form of ours.
    Unprocessable,
    /// More than any form of ours can hold.
    TooLarge,
    /// Tried too often.
    TooMany,
    /// A mistake of ours.
    Failure,
    /// Being updated or starting.
    Maintenance,
}

/// Every kind, for the test that renders them all.
pub const ALL: [Trouble; 9] = [
    Trouble::NotFound,
    Trouble::Forbidden,
    Trouble::Foreign,
    Trouble::Conflict,
    Trouble::Unprocessable,
    Trouble::TooLarge,
    Trouble::TooMany,
    Trouble::Failure,
    Trouble::Maintenance,
];

/// The page itself; a feature with better words fills it by hand and answers with [`TroublePage::answer`].
#[derive(Debug, Template)]
#[template(path = "page/trouble.html")]
pub struct TroublePage {
    /// The frame; its title is the heading.
    pub page: Page,
    /// What happened.
    pub what: String,
    /// What became of what was typed; empty when nothing was.
    pub typed: String,
    /// Whether money moved; empty when none could.
    pub money: String,
    /// What to do.
    pub next: String,
    /// Where the one way on leads; empty for none.
    pub href: String,
    /// What the way on is called.
    pub act: String,
    /// The reference to quote; empty for none.
    pub reference: String,
}

impl TroublePage {
    /// The general words for this trouble.
    pub fn new(page: Page, trouble: Trouble, reference: &str) -> Self {
        let l = page.l;
        let words = trouble.words();
        let say = |key: &str| {
            if key.is_empty() {
                String::new()
            } else {
                l.t(key).into_owned()
            }
        };
        let home = page.kind == Kind::Admin && page.person.is_some();
        Self {
            what: say(words.what),
            typed: say(words.typed),
            money: say(words.money),
            next: say(words.next),
            href: if home { "/".to_owned() } else { String::new() },
            act: l.t("trouble-home").into_owned(),
            reference: reference.to_owned(),
            page: page.titled(say(words.title)),
        }
    }

    /// Sends it with this status.
    pub fn answer(&self, status: StatusCode) -> Response {
        self.page.answer(status, self)
    }
}

/// The answer to a request that met this trouble. `reference` is the request's id, as it stands in the log.
pub fn answer(page: Page, trouble: Trouble, reference: &str) -> Response {
    TroublePage::new(page, trouble, reference).answer(trouble.status())
}

/// The heading of this trouble, for answers that are not pages.
pub fn title(l: Locale, trouble: Trouble) -> String {
    l.t(trouble.words().title).into_owned()
}

struct Words {
    title: &'static str,
    what: &'static str,
    typed: &'static str,
    money: &'static str,
    next: &'static str,
}

impl Trouble {
    /// The HTTP status, which never stands in the heading.
    pub fn status(self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Forbidden | Self::Foreign => StatusCode::FORBIDDEN,
            Self::Conflict => StatusCode::CONFLICT,
            Self::Unprocessable => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Self::Failure => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Maintenance => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    fn words(self) -> Words {
        let none = locale::key("trouble-typed-none");
        let back = locale::key("trouble-typed-back");
        let still = locale::key("trouble-money-none");
        let unknown = locale::key("trouble-money-unknown");
        let words = |title, what, next, typed, money| Words {
            title,
            what,
            typed,
            money,
            next,
        };
        match self {
            Self::NotFound => words(
                locale::key("trouble-not-found-title"),
                locale::key("trouble-not-found-what"),
                locale::key("trouble-not-found-next"),
                "",
                "",
            ),
            Self::Forbidden => words(
                locale::key("trouble-forbidden-title"),
                locale::key("trouble-forbidden-what"),
                locale::key("trouble-forbidden-next"),
                none,
                still,
            ),
            Self::Foreign => words(
                locale::key("trouble-foreign-title"),
                locale::key("trouble-foreign-what"),
                locale::key("trouble-foreign-next"),
                back,
                still,
            ),
            Self::Conflict => words(
                locale::key("trouble-conflict-title"),
                locale::key("trouble-conflict-what"),
                locale::key("trouble-conflict-next"),
                back,
                still,
            ),
            Self::Unprocessable => words(
                locale::key("trouble-unprocessable-title"),
                locale::key("trouble-unprocessable-what"),
                locale::key("trouble-unprocessable-next"),
                back,
                still,
            ),
            Self::TooLarge => words(
                locale::key("trouble-too-large-title"),
                locale::key("trouble-too-large-what"),
                locale::key("trouble-too-large-next"),
                back,
                still,
            ),
            Self::TooMany => words(
                locale::key("trouble-too-many-title"),
                locale::key("trouble-too-many-what"),
                locale::key("trouble-too-many-next"),
                none,
                still,
            ),
            Self::Failure => words(
                locale::key("trouble-failure-title"),
                locale::key("trouble-failure-what"),
                locale::key("trouble-failure-next"),
                "",
                unknown,
            ),
            Self::Maintenance => words(
                locale::key("trouble-maintenance-title"),
                locale::key("trouble-maintenance-what"),
                locale::key("trouble-maintenance-next"),
                "",
                unknown,
            ),
        }
    }
}
