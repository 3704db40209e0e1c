//! No file knows the machine it was written on.

use super::reading::{Offences, text_files};

/// In two pieces each, so that this file does not find itself.
const PLACES: &[&str] = &[
    concat!("/", "home/"),
    concat!("/", "Users/"),
    concat!("/", "root/"),
    concat!("/", "work/"),
    concat!("C:", "\\Users"),
];

#[test]
fn no_file_knows_the_machine_it_was_written_on() {
    let mut offences = Offences::new();
    for file in text_files() {
        for (number, line) in file.lines("machine") {
            for path in PLACES {
                if names_a_path(line, path) {
                    offences.add(&file, number, format!("`{path}…` exists on one machine only. Use a path relative to the project, or take it from the environment"));
                }
            }
        }
    }
    offences.none();
}

/// Whether a machine's path begins here: an address such as `/i/home/` is none.
fn names_a_path(line: &str, path: &str) -> bool {
    line.match_indices(path).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || "_-./}*".contains(c))
    })
}
