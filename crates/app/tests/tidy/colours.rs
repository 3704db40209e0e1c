//! Colours have names.

use super::reading::{Offences, files_in};
use super::words::contains_word;

#[test]
fn colours_have_names() {
    let mut offences = Offences::new();
    for file in files_in("crates/app", &["css", "html", "js"]) {
        // A mail is read where no style sheet reaches: its colours stand in the mark-up.
        let in_a_mail = file
            .path
            .components()
            .any(|part| ["mail", "mails"].contains(&&*part.as_os_str().to_string_lossy()));
        if file.name() == "tokens.css" || in_a_mail {
            continue;
        }
        for (number, line) in file.lines("colour") {
            if has_raw_colour(line) {
                offences.add(&file, number, "a raw colour has no dark twin and no contrast check. Give it a name in crates/app/assets/tokens.css and use var(--name)".to_owned());
            }
        }
    }
    offences.none();
}

/// `#` with 3, 4, 6 or 8 hex digits, or a colour function.
fn has_raw_colour(line: &str) -> bool {
    for function in ["rgb(", "rgba(", "hsl(", "hsla(", "oklch(", "oklab("] {
        if contains_word(line, function) {
            return true;
        }
    }
    line.match_indices('#').any(|(at, _)| {
        let before = line[..at].chars().next_back();
        // A fragment of an address, a character reference or a selector is no colour.
        let is_value =
            before.is_some_and(|c| c == ':' || c == ' ' || c == ',' || c == '(' || c == '"');
        let digits = line[at + 1..]
            .chars()
            .take_while(char::is_ascii_hexdigit)
            .count();
        let next = line[at + 1 + digits..].chars().next();
        let ends = !next.is_some_and(|c| c.is_alphanumeric() || c == '-' || c == '_');
        let selector = line[at..].contains('{');
        is_value && ends && !selector && [3, 4, 6, 8].contains(&digits)
    })
}

#[test]
fn a_colour_is_told_from_a_fragment_and_a_selector() {
    for colour in [
        "color: #fff;",
        "fill=\"#2B4FC4\"",
        "border: 1px solid #ccc8",
        "color: rgb(0 0 0)",
    ] {
        assert!(has_raw_colour(colour), "{colour}");
    }
    for other in [
        "#add { color: var(--ink) }",
        "href=\"/help#faq-1\"",
        "&#160;",
        "url(#grad)",
        "a#b12",
    ] {
        assert!(!has_raw_colour(other), "{other}");
    }
}
