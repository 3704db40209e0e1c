//! Words that may not stand in the code of a folder.

use super::floors::{features_named_in, module_of};
use super::reading::{File, Offences, rust_files};

#[test]
fn money_is_never_a_float() {
    forbid(
        "crates/billing/src",
        "float",
        &["f32", "f64"],
        |_| true,
        "an amount or a rate in binary floating point loses cents. Use Money (integers) or rust_decimal::Decimal",
    );
}

#[test]
fn time_and_chance_are_handed_in() {
    let sources = [
        "SystemTime::now",
        "Instant::now",
        "Timestamp::now",
        "Zoned::now",
        "Date::today",
        "getrandom::",
        "OsRng",
        "thread_rng",
        "rand::random",
        "now_v7",
        "new_v4",
        "RandomState",
    ];
    for folder in [
        "crates/billing/src",
        "crates/documents/src",
        "crates/stripe/src",
        "crates/app/src",
    ] {
        forbid(
            folder,
            "chance",
            &sources,
            |_| true,
            "a clock or a random generator outside kit cannot be set by a test. Take `kit::clock` and `kit::chance` as arguments",
        );
    }
}

#[test]
fn sql_stands_in_the_store_of_its_feature() {
    forbid(
        "crates/app/src",
        "sql",
        &["sql!("],
        |file| file.stem() != "store",
        "a feature's tables are known to its store.rs alone. Move the statement there, as a function named find_, get_, list_, insert_, update_ or lock_",
    );
}

#[test]
fn a_store_is_called_by_its_own_feature_alone() {
    let mut offences = Offences::new();
    for file in rust_files("crates/app/src") {
        let Some(here) = module_of(&file) else {
            continue;
        };
        for (number, line) in file.code_lines("store") {
            for there in features_named_in(line) {
                if there != here && line.contains(&format!("{there}::store")) {
                    offences.add(&file, number, format!("`{here}` reaches into the store of `{there}`. Call a public function in crates/app/src/{there}/mod.rs, with the open transaction as its first argument"));
                }
            }
        }
    }
    offences.none();
}

#[test]
fn nothing_is_left_half_done() {
    for folder in ["crates", "xtask"] {
        forbid(
            folder,
            "unfinished",
            &[
                // In two pieces, so that this file does not find itself.
                concat!("to", "do!("),
                concat!("unimple", "mented!("),
                concat!("d", "bg!("),
            ],
            |_| true,
            "unfinished work does not land. Finish it, or leave it out",
        );
    }
}

/// Fails where a word stands in the code of `folder`, in the files that `applies` to.
fn forbid(folder: &str, rule: &str, words: &[&str], applies: impl Fn(&File) -> bool, remedy: &str) {
    let mut offences = Offences::new();
    for file in rust_files(folder).into_iter().filter(applies) {
        for (number, line) in file.code_lines(rule) {
            for word in words {
                if contains_word(line, word) {
                    offences.add(&file, number, format!("`{word}`: {remedy}"));
                }
            }
        }
    }
    offences.none();
}

/// Whether `word` stands in `line` with no letter glued to its beginning, nor (for a bare word) to its end.
pub fn contains_word(line: &str, word: &str) -> bool {
    let glued = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back().is_some_and(glued);
        let after =
            word.ends_with(glued) && line[at + word.len()..].chars().next().is_some_and(glued);
        !before && !after
    })
}

#[test]
fn a_word_is_not_found_inside_another() {
    assert!(contains_word("let x: f64 = 0.0;", "f64"));
    assert!(!contains_word("let buf640 = 1;", "f64"));
    assert!(contains_word("let x = sql!(\"select 1\");", "sql!("));
    assert!(!contains_word("my_sql!(x)", "sql!("));
}
