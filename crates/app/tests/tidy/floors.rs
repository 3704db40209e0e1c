//! Which way things lean inside `crates/app/src`, read from its imports.

use std::collections::BTreeSet;
use std::path::Path;

use super::reading::{File, Offences, read, root, rust_files};

/// Which way things lean inside `crates/app/src`: an import goes down, or sideways where nothing comes back.
///
/// The ground is what every page and every feature stands on; its parts may lean on one another.
const FLOORS: &[(u8, &[&str])] = &[
    (6, &["demo", "sealed"]),
    (
        5,
        &[
            "bank",
            "books",
            "dashboard",
            "timeline",
            "customer_area",
            "reports",
            "reconcile",
            "stripe_events",
            "api",
        ],
    ),
    (
        4,
        &[
            "autopay",
            "credit_notes",
            "pay",
            "refunds",
            "disputes",
            "payouts",
            "recurring",
        ],
    ),
    (
        3,
        &[
            "credits",
            "estimates",
            "reminders",
            "payments",
            "papers",
            "activities",
        ],
    ),
    (2, &["invoices"]),
    (
        1,
        &[
            "sign_in",
            "first_run",
            "settings",
            "online_payment",
            "taxes",
            "customers",
            "products",
            "ledger",
            "balance",
            "cards",
            "mail",
            "outbox",
            "audit",
            "recorder",
            "script_inventory",
        ],
    ),
    (GROUND, &["page", "who"]),
];

/// The floor of `page`, `who` and of every single file (`problem.rs`, `guard.rs`, …) but the roof.
const GROUND: u8 = 0;

/// Files of `crates/app/src` that lean on everything: the table of contents, the addresses, the list of jobs.
const ROOF: &[&str] = &["lib", "routes", "jobs"];

#[test]
fn imports_between_features_go_down() {
    let mut offences = Offences::new();
    for arrow in arrows() {
        if arrow.to_floor > arrow.from_floor {
            let Arrow {
                from,
                to,
                from_floor,
                to_floor,
                ..
            } = &arrow;
            offences.add(&arrow.file, arrow.line, format!("`{from}` (floor {from_floor}) leans on `{to}` (floor {to_floor}): an import may not go up. Facts flow down by call, news flows up by job: move the code to the lower feature, or let `{from}` enqueue a job that `{to}` works"));
        }
    }
    offences.none();
}

#[test]
fn features_of_one_floor_do_not_lean_on_each_other_in_a_circle() {
    let sideways: BTreeSet<(String, String)> = arrows()
        .into_iter()
        .filter(|arrow| arrow.from_floor == arrow.to_floor && arrow.from_floor != GROUND)
        .map(|arrow| (arrow.from, arrow.to))
        .collect();
    for (from, to) in &sideways {
        assert!(
            !reaches(&sideways, to, from),
            "`{from}` leans on `{to}`, and `{to}` leads back to `{from}`: neither can be read, tested or lifted out alone. Decide which is the lower one, and let it send news up by job"
        );
    }
}

#[test]
fn every_feature_stands_on_a_floor() {
    let unplaced: Vec<String> = features()
        .into_iter()
        .filter(|name| floor_of(name).is_none())
        .collect();
    assert!(
        unplaced.is_empty(),
        "{unplaced:?} in crates/app/src: no floor is known. Put the folder on a floor in FLOORS (crates/app/tests/tidy/floors.rs) and in ARCHITECTURE.md"
    );
}

#[test]
fn architecture_md_lists_exactly_the_features_there_are() {
    let text = read(&root().join("ARCHITECTURE.md"));
    let listed: BTreeSet<String> = features_listed_in(&text);
    let present = features();
    let unlisted: Vec<_> = present.difference(&listed).collect();
    let absent: Vec<_> = listed.difference(&present).collect();
    assert!(
        unlisted.is_empty() && absent.is_empty(),
        "ARCHITECTURE.md, section \"Features by floor\", and the folders of crates/app/src differ: not listed {unlisted:?}, listed but not there {absent:?}. One line a feature: \"- `name`: what it is for\""
    );
}

/// One import of a feature by another.
struct Arrow {
    file: File,
    line: usize,
    from: String,
    from_floor: u8,
    to: String,
    to_floor: u8,
}

/// Every import between two features, and between a feature and the ground.
fn arrows() -> Vec<Arrow> {
    let ground = ground_files();
    let floor = |name: &str| {
        if ground.contains(name) {
            Some(GROUND)
        } else {
            floor_of(name)
        }
    };
    let mut found = Vec::new();
    for file in rust_files("crates/app/src") {
        let Some(from) = module_of(&file) else {
            continue;
        };
        let Some(from_floor) = floor(&from) else {
            continue;
        };
        for (line, code) in file.code_lines("import") {
            for to in features_named_in(code) {
                if let (Some(to_floor), true) = (floor(&to), to != from) {
                    found.push(Arrow {
                        file: file.clone(),
                        line,
                        from: from.clone(),
                        from_floor,
                        to,
                        to_floor,
                    });
                }
            }
        }
    }
    found
}

/// Whether one can walk from `from` to `to` along the arrows.
fn reaches(arrows: &BTreeSet<(String, String)>, from: &str, to: &str) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![from];
    while let Some(here) = open.pop() {
        if here == to {
            return true;
        }
        if seen.insert(here) {
            open.extend(
                arrows
                    .iter()
                    .filter(|(start, _)| start == here)
                    .map(|(_, end)| end.as_str()),
            );
        }
    }
    false
}

fn floor_of(feature: &str) -> Option<u8> {
    FLOORS
        .iter()
        .find(|(_, names)| names.contains(&feature))
        .map(|(floor, _)| *floor)
}

/// The folder or the single file of `crates/app/src` that a file belongs to; nothing for the roof.
pub fn module_of(file: &File) -> Option<String> {
    let inside = file.path.strip_prefix(root().join("crates/app/src")).ok()?;
    let first = Path::new(inside.components().next()?.as_os_str());
    let name = first.file_stem()?.to_string_lossy().into_owned();
    (!ROOF.contains(&name.as_str())).then_some(name)
}

/// Every feature there is: a folder of `crates/app/src`.
fn features() -> BTreeSet<String> {
    let is_folder = |name: &String| root().join("crates/app/src").join(name).is_dir();
    rust_files("crates/app/src")
        .iter()
        .filter_map(module_of)
        .filter(is_folder)
        .collect()
}

/// The single files beside the folders.
fn ground_files() -> BTreeSet<String> {
    let features = features();
    let modules = rust_files("crates/app/src");
    modules
        .iter()
        .filter_map(module_of)
        .filter(|name| !features.contains(name))
        .collect()
}

/// The names in the lines "- `invoices`: …" below the heading "Features by floor".
fn features_listed_in(text: &str) -> BTreeSet<String> {
    let section = text
        .lines()
        .skip_while(|line| !line.ends_with("Features by floor"))
        .skip(1);
    let lines = section.take_while(|line| !line.starts_with('#'));
    let names = lines.filter_map(|line| line.strip_prefix("- `")?.split_once('`'));
    names.map(|(name, _)| name.to_owned()).collect()
}

/// The features an import or a path names: `crate::invoices::…`, `crate::{invoices, pay::…}`.
pub fn features_named_in(line: &str) -> BTreeSet<String> {
    let mut named = BTreeSet::new();
    for (at, prefix) in line.match_indices("crate::") {
        if line[..at]
            .chars()
            .next_back()
            .is_some_and(|c| c == '_' || c.is_alphanumeric())
        {
            continue;
        }
        let rest = &line[at + prefix.len()..];
        let list = rest.strip_prefix('{').map_or(vec![rest], split_list);
        for item in list {
            named.insert(
                item.trim()
                    .chars()
                    .take_while(|c| c.is_alphanumeric() || *c == '_')
                    .collect(),
            );
        }
    }
    named
}

/// The items of `a, b::{c, d}, e}`, cut at the commas that stand outside inner braces.
fn split_list(text: &str) -> Vec<&str> {
    let (mut items, mut depth, mut start) = (Vec::new(), 0, 0);
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => {
                items.push(&text[start..at]);
                return items;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                items.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    items.push(&text[start..]);
    items
}

#[test]
fn an_import_is_found_however_it_is_written() {
    let named = |line| {
        features_named_in(line)
            .into_iter()
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(named("use crate::invoices::apply;"), "invoices");
    assert_eq!(
        named("use crate::{invoices::{self, apply}, pay};"),
        "invoices pay"
    );
    assert_eq!(
        named("    crate::payments::settle(tx)?; crate::ledger::post(tx)"),
        "ledger payments"
    );
    assert_eq!(named("use other_crate::invoices;"), "");
}

#[test]
fn a_circle_is_found_at_any_length() {
    let arrows = |pairs: &[(&str, &str)]| {
        pairs
            .iter()
            .map(|(a, b)| (a.to_string(), b.to_string()))
            .collect()
    };
    let round: BTreeSet<_> = arrows(&[("a", "b"), ("b", "c"), ("c", "a")]);
    assert!(reaches(&round, "b", "a"));
    let straight: BTreeSet<_> = arrows(&[("a", "b"), ("b", "c")]);
    assert!(!reaches(&straight, "b", "a"));
}
