//! Rendered public pages, kept for as long as nothing in the database has changed.
//!
//! A link is opened many times for each change: by the payer, by mail scanners, by previews. On SQLite this process
//! is the only writer and counts its commits, so a page rendered at the same count is still true. On PostgreSQL other
//! nodes may write, and every page is rendered anew.

use std::collections::HashMap;
use std::sync::RwLock;

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use http::HeaderMap;
use kit::locale::Lang;

use super::Theme;

/// What makes a page another page, besides the state of the database and the day.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    /// The hash of the link's token: no capability lies about in memory longer than its request.
    pub link: String,
    /// The language the reader chose, if any.
    pub language: Option<Lang>,
    /// The theme's word, as it stands in the page.
    pub theme: &'static str,
}

impl Key {
    /// The key of one reader's page.
    pub fn new(link: String, language: Option<Lang>, theme: Theme) -> Key {
        Key {
            link,
            language,
            theme: theme.attribute(),
        }
    }
}

/// When a page was true, and until when it can stay so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The count of commits that was read **before** the page's data was.
    pub commits: u64,
    /// The seller's next midnight, Unix milliseconds: "due today" becomes "overdue" without a commit.
    pub until_ms: i64,
}

#[derive(Debug)]
struct Kept {
    moment: Moment,
    headers: HeaderMap,
    body: Bytes,
}

/// At most this many pages; a page is about 10 kB.
const PAGES_MAX: usize = 512;

/// The pages.
#[derive(Debug, Default)]
pub struct KeptPages(RwLock<HashMap<Key, Kept>>);

impl KeptPages {
    /// The page, if it is still true.
    pub fn find(&self, key: &Key, commits: u64, now_ms: i64) -> Option<Response> {
        let pages = self.0.read().unwrap_or_else(|e| e.into_inner());
        let kept = pages
            .get(key)
            .filter(|k| k.moment.commits == commits && now_ms < k.moment.until_ms)?;
        let mut response = Response::new(Body::from(kept.body.clone()));
        *response.headers_mut() = kept.headers.clone();
        Some(response)
    }

    /// Keeps a page. Forgets what is no longer true when there are too many, and everything when that is not enough.
    pub fn keep(&self, key: Key, moment: Moment, headers: HeaderMap, body: Bytes) {
        let mut pages = self.0.write().unwrap_or_else(|e| e.into_inner());
        if pages.len() >= PAGES_MAX {
            pages.retain(|_, k| k.moment.commits == moment.commits);
        }
        if pages.len() >= PAGES_MAX {
            pages.clear();
        }
        pages.insert(
            key,
            Kept {
                moment,
                headers,
                body,
            },
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(link: &str) -> Key {
        Key::new(link.to_owned(), None, Theme::System)
    }

    fn keep(pages: &KeptPages, key: Key, commits: u64) {
        let headers = HeaderMap::from_iter([(
            http::header::CONTENT_LANGUAGE,
            http::HeaderValue::from_static("en"),
        )]);
        pages.keep(
            key,
            Moment {
                commits,
                until_ms: 1_000,
            },
            headers,
            Bytes::from_static(b"page"),
        );
    }

    #[test]
    fn a_page_is_true_until_the_next_commit_or_the_next_day() {
        let pages = KeptPages::default();
        keep(&pages, key("a"), 7);
        let found = pages.find(&key("a"), 7, 999).expect("nothing has changed");
        assert_eq!(found.headers()["content-language"], "en");
        assert!(pages.find(&key("a"), 8, 999).is_none(), "a commit");
        assert!(pages.find(&key("a"), 7, 1_000).is_none(), "midnight");
    }

    #[test]
    fn language_theme_and_link_make_different_pages() {
        let pages = KeptPages::default();
        keep(&pages, key("a"), 7);
        for other in [
            key("b"),
            Key::new("a".to_owned(), Some(Lang::Fr), Theme::System),
            Key::new("a".to_owned(), None, Theme::Dark),
        ] {
            assert!(pages.find(&other, 7, 0).is_none(), "{other:?}");
        }
    }

    #[test]
    fn however_many_links_are_opened_the_number_of_kept_pages_is_bounded() {
        let pages = KeptPages::default();
        for n in 0..3 * PAGES_MAX {
            keep(&pages, key(&n.to_string()), n as u64 / 700);
            assert!(pages.0.read().unwrap().len() <= PAGES_MAX);
        }
        let last = key(&(3 * PAGES_MAX - 1).to_string());
        assert!(
            pages
                .find(&last, (3 * PAGES_MAX as u64 - 1) / 700, 0)
                .is_some(),
            "the newest is always there"
        );
    }
}
