//! Keyset paging: a list knows only back and on, and stays in step while rows come and go.

use crate::fields::Fields;

/// Rows on one page of a list.
pub const PAGE: i64 = 50;

/// Where in a list to read: after or before a row, told by its id; both empty for the beginning.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cursor {
    /// The id of the last row of the page before.
    pub after: String,
    /// The id of the first row of the page after.
    pub before: String,
}

impl Cursor {
    /// Reads `after` and `before` of a query.
    pub fn read(query: &Fields) -> Cursor {
        let before = query.get("before");
        // One direction at a time: an address put together by hand may carry both.
        let after = if before.is_empty() {
            query.get("after")
        } else {
            String::new()
        };
        Cursor { after, before }
    }

    /// Whether the list is read from its end, so that the statement answers in reverse.
    pub fn is_backward(&self) -> bool {
        !self.before.is_empty()
    }
}

/// One page of a list, in its order.
#[derive(Clone, Debug)]
pub struct Paged<T> {
    /// The rows, at most [`PAGE`].
    pub rows: Vec<T>,
    /// The id to read before; empty at the beginning.
    pub before: String,
    /// The id to read after; empty at the end.
    pub after: String,
}

impl<T> Paged<T> {
    /// Makes a page of what a statement answered, which was asked for one row more than a page holds.
    pub fn new(mut rows: Vec<T>, cursor: &Cursor, id: impl Fn(&T) -> &str) -> Paged<T> {
        let more = rows.len() > PAGE as usize;
        rows.truncate(PAGE as usize);
        if cursor.is_backward() {
            rows.reverse();
        }
        let of = |row: Option<&T>, there: bool| {
            row.filter(|_| there)
                .map(|r| id(r).to_owned())
                .unwrap_or_default()
        };
        let (back, on) = if cursor.is_backward() {
            (more, true)
        } else {
            (!cursor.after.is_empty(), more)
        };
        Paged {
            before: of(rows.first(), back),
            after: of(rows.last(), on),
            rows,
        }
    }

    /// The addresses of the pages beside this one, empty where there is none. `base` ends in `?` or `&`.
    pub fn links(&self, base: &str) -> (String, String) {
        let link = |name: &str, id: &str| {
            if id.is_empty() {
                String::new()
            } else {
                format!("{base}{name}={id}")
            }
        };
        (link("before", &self.before), link("after", &self.after))
    }
}

/// What `like` looks for: the words in small letters, its own signs taken as letters; empty for everything.
pub fn like(search: &str) -> String {
    let plain = search.trim().to_lowercase();
    if plain.is_empty() {
        return String::new();
    }
    let escaped: String = plain
        .chars()
        .flat_map(|c| {
            matches!(c, '\\' | '%' | '_')
                .then_some('\\')
                .into_iter()
                .chain([c])
        })
        .collect();
    format!("%{escaped}%")
}

/// A query as an address carries it: `?q=…&view=…` without what is empty; ends in `?` or `&`, ready for one more.
pub fn query(path: &str, pairs: &[(&str, &str)]) -> String {
    let mut out = format!("{path}?");
    for (name, value) in pairs.iter().filter(|(_, value)| !value.is_empty()) {
        out.push_str(&format!("{name}={}&", encode(value)));
    }
    out
}

fn encode(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'~');
    text.bytes()
        .map(|b| {
            if plain(b) {
                char::from(b).to_string()
            } else {
                format!("%{b:02X}")
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_of_the_search_are_letters_and_an_address_survives_any_text() {
        assert_eq!(like(" 50%_Off\\ "), "%50\\%\\_off\\\\%");
        assert_eq!(like("  "), "");
        assert_eq!(
            query("/invoices", &[("view", "open"), ("q", "é & co"), ("x", "")]),
            "/invoices?view=open&q=%C3%A9%20%26%20co&"
        );
    }

    #[test]
    fn a_page_knows_its_neighbours_in_both_directions() {
        let ids = |n: std::ops::Range<i64>| n.map(|i| i.to_string()).collect::<Vec<_>>();
        let first = Paged::new(ids(0..PAGE + 1), &Cursor::default(), |id| id);
        assert_eq!((first.before.as_str(), first.after.as_str()), ("", "49"));
        let back = Cursor {
            before: "50".into(),
            ..Cursor::default()
        };
        let reversed: Vec<String> = ids(0..PAGE).into_iter().rev().collect();
        let again = Paged::new(reversed, &back, |id| id);
        assert_eq!(
            (
                again.rows[0].as_str(),
                again.before.as_str(),
                again.after.as_str()
            ),
            ("0", "", "49")
        );
    }
}
