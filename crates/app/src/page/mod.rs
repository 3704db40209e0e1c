//! The frame around every page: who is looking, in which language, in which drawer; and the answer that
//! carries it, with its headers.
//!
//! A feature takes a [`Page`], gives it a title, puts it into its template as the field `page`, and answers
//! with [`Page::answer`]:
//!
//! ```ignore
//! let view = Show { page: page.titled(title).within(Section::Invoices), invoice };
//! view.page.answer(StatusCode::OK, &view)
//! ```

pub mod assets;
pub mod chip;
pub mod form;
pub mod headers;
pub mod kept;
pub mod mail;
pub mod trouble;

use askama::Template;
use axum::body::Body;
use axum::response::Response;
use http::{HeaderValue, StatusCode, header};
use kit::locale::{self, Lang, Locale};

pub use chip::Chip;
pub use form::{Choice, Errors};
pub use headers::{Kind, PayOrigins};
pub use trouble::Trouble;

/// Everything the frame of a page needs to know. Plain data: whoever builds it has looked it up already.
#[derive(Clone, Debug)]
pub struct Page {
    /// The language of texts, numbers and dates.
    pub l: Locale,
    /// The title, without the seller's name and without "Error: ". Plain text in the page's language.
    pub title: String,
    /// What the person chose; the cookie `theme`.
    pub theme: Theme,
    /// Who may see it and what it may load; decides the headers.
    pub kind: Kind,
    /// The name of the signed-in person.
    pub person: Option<String>,
    /// The seller's name; empty before the first run.
    pub business: String,
    /// True in the test drawer: a band says so.
    pub test: bool,
    /// True in the demo: a band says so.
    pub demo: bool,
    /// Which entry of the menu is lit.
    pub section: Section,
    /// One message about what has just been done.
    pub flash: Option<Flash>,
    /// Path and query of this page without `lang`, for the language link and the way back.
    pub path: String,
    /// True when the page answers a form with errors: the title then begins with "Error: ".
    pub failed: bool,
    /// True when the public address is `https`: only then may HSTS be promised (`WEB-03`).
    pub https: bool,
}

/// The entries of the menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Section {
    /// No entry is lit.
    Elsewhere,
    Dashboard,
    Invoices,
    Customers,
    Products,
    Books,
    Outbox,
    Settings,
}

/// Light, dark, or as the device says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the device says.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

/// A message that stands once on the page after an act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flash {
    /// `positive`, `info`, `warn` or `negative`.
    pub kind: &'static str,
    /// The sentence, in the page's language.
    pub text: String,
}

/// One entry of the menu as the template draws it.
#[derive(Debug)]
pub struct MenuItem {
    /// The section's first page.
    pub href: &'static str,
    /// Name of the drawing in `shapes.html`.
    pub icon: &'static str,
    /// Key of the text.
    pub word: &'static str,
    /// The page lies in this section.
    pub current: bool,
    /// The page is the section's first page.
    pub exact: bool,
}

impl Page {
    /// A page for nobody in particular: no person, no seller, live drawer, the device's theme.
    pub fn new(l: Locale, kind: Kind, path: &str) -> Self {
        Self {
            l,
            title: String::new(),
            theme: Theme::default(),
            kind,
            person: None,
            business: String::new(),
            test: false,
            demo: false,
            section: Section::Elsewhere,
            flash: None,
            path: path.to_owned(),
            failed: false,
            https: false,
        }
    }

    /// The same page with this title.
    #[must_use]
    pub fn titled(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// The same page with this entry of the menu lit.
    #[must_use]
    pub fn within(mut self, section: Section) -> Self {
        self.section = section;
        self
    }

    /// The same page as the answer to a form: marked as failed when there are errors.
    #[must_use]
    pub fn with_errors(mut self, errors: &Errors) -> Self {
        self.failed = !errors.is_empty();
        self
    }

    /// The same page under other rules of loading, as the pay page has.
    #[must_use]
    pub fn of_kind(mut self, kind: Kind) -> Self {
        self.kind = kind;
        self
    }

    /// Renders `view` and sends it with the headers this kind of page must have. Never cached: every page
    /// shows somebody's money or name (`WEB-14`).
    pub fn answer(&self, status: StatusCode, view: &impl Template) -> Response {
        let (status, html) = match view.render() {
            Ok(html) => (status, html),
            Err(error) => {
                tracing::error!(%error, title = self.title, "a page could not be written");
                (
                    StatusCode::INTERNAL_SERVER_ERROR,
                    self.l.t("trouble-failure-title").into_owned(),
                )
            }
        };
        let mut response = Response::new(Body::from(html));
        *response.status_mut() = status;
        let map = response.headers_mut();
        map.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/html; charset=utf-8"),
        );
        map.insert(
            header::CONTENT_LANGUAGE,
            HeaderValue::from_static(self.l.tag()),
        );
        headers::protect(map, &self.kind, self.https);
        response
    }

    /// `200` with this view.
    pub fn ok(&self, view: &impl Template) -> Response {
        self.answer(StatusCode::OK, view)
    }

    /// `422` with this view: the form as it was typed, with its errors.
    pub fn unprocessable(&self, view: &impl Template) -> Response {
        self.answer(StatusCode::UNPROCESSABLE_ENTITY, view)
    }

    /// The content of `<title>`.
    pub fn full_title(&self) -> String {
        let mark = self.mark();
        let title = if self.title.is_empty() {
            mark.to_owned()
        } else {
            format!("{} – {mark}", self.title)
        };
        if self.failed {
            format!("{} {title}", self.l.t("error-prefix"))
        } else {
            title
        }
    }

    /// The seller's name, or the product's where there is no seller yet.
    pub fn mark(&self) -> &str {
        if self.business.is_empty() {
            "Quittance"
        } else {
            &self.business
        }
    }

    /// The language tag for `<html lang>`: of the texts, which may differ from that of the numbers.
    pub fn lang(&self) -> &'static str {
        let tag = self.l.tag();
        if tag.starts_with(self.l.lang().as_str()) {
            tag
        } else {
            self.l.lang().as_str()
        }
    }

    /// The other language, as a tag.
    pub fn other_lang(&self) -> &'static str {
        self.other().as_str()
    }

    /// The other language, by its own name.
    pub fn other_language(&self) -> &'static str {
        self.other().native_name()
    }

    /// This page in the other language.
    pub fn language_href(&self) -> String {
        let join = if self.path.contains('?') { '&' } else { '?' };
        format!("{}{join}lang={}", self.path, self.other().as_str())
    }

    fn other(&self) -> Lang {
        self.l.lang().other()
    }

    /// Whether the test band stands on the page.
    pub fn is_test(&self) -> bool {
        self.test
    }

    /// Public pages are kept out of search engines (`LNK-04`).
    pub fn noindex(&self) -> bool {
        !matches!(self.kind, Kind::Admin)
    }

    /// The address of an asset by its plain name, for templates.
    pub fn asset(&self, name: &str) -> &'static str {
        assets::asset(name)
    }

    /// The menu, in its order.
    pub fn menu(&self) -> [MenuItem; 7] {
        let item = |section, href, icon, word| MenuItem {
            href,
            icon,
            word,
            current: self.section == section,
            exact: self.path.split('?').next() == Some(href),
        };
        [
            item(
                Section::Dashboard,
                "/",
                "dashboard",
                locale::key("nav-dashboard"),
            ),
            item(
                Section::Invoices,
                "/invoices",
                "invoices",
                locale::key("nav-invoices"),
            ),
            item(
                Section::Customers,
                "/customers",
                "customers",
                locale::key("nav-customers"),
            ),
            item(
                Section::Products,
                "/products",
                "products",
                locale::key("nav-products"),
            ),
            item(Section::Books, "/books", "books", locale::key("nav-books")),
            item(
                Section::Outbox,
                "/outbox",
                "outbox",
                locale::key("nav-outbox"),
            ),
            item(
                Section::Settings,
                "/settings",
                "settings",
                locale::key("nav-settings"),
            ),
        ]
    }

    /// The drawing beside a notice of this kind.
    pub fn notice_icon(&self, kind: &str) -> &'static str {
        match kind {
            "positive" => "ok",
            "warn" => "warn",
            "negative" => "fail",
            _ => "info",
        }
    }

    /// The word for the state of a check: `ok`, `warn`, `fail`, anything else is "not checked".
    pub fn check_word(&self, state: &str) -> &'static str {
        match state {
            "ok" => locale::key("check-ok"),
            "warn" => locale::key("check-warn"),
            "fail" => locale::key("check-fail"),
            _ => locale::key("check-skipped"),
        }
    }

    /// The word for a step of the track: `done`, `now`, anything else is "later".
    pub fn step_word(&self, state: &str) -> &'static str {
        match state {
            "done" => locale::key("step-done"),
            "now" => locale::key("step-now"),
            _ => locale::key("step-later"),
        }
    }
}

impl Theme {
    /// Reads the cookie; anything unknown is the device's choice.
    pub fn parse(text: &str) -> Self {
        match text {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::System,
        }
    }

    /// The value of `data-theme`; empty for the device's choice.
    pub fn attribute(self) -> &'static str {
        match self {
            Self::System => "",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// What the theme button leads to: dark, light, the device, and round again.
    pub fn next(self) -> &'static str {
        match self {
            Self::System => "dark",
            Self::Dark => "light",
            Self::Light => "system",
        }
    }

    /// The key of the word on the theme button.
    pub fn next_word(self) -> &'static str {
        match self {
            Self::System => locale::key("theme-to-dark"),
            Self::Dark => locale::key("theme-to-light"),
            Self::Light => locale::key("theme-to-system"),
        }
    }
}

#[cfg(test)]
mod tests;
