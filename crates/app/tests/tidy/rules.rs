//! The rules by number: what `docs/rules.md` promises, a test's name carries.

use std::collections::{BTreeMap, BTreeSet};

use super::reading::{files_in, read, root};

/// The families of ids, as they begin in `docs/rules.md`.
const FAMILIES: &[&str] = &[
    "AC-", "TX-", "IL-", "P", "PAY-", "WEB-", "LNK-", "AUT-", "DAT-",
];

#[test]
fn every_rule_of_the_list_has_a_test_that_carries_its_number() {
    let rules = rules(&read(&root().join("docs/rules.md")));
    let tested = tested();
    let mut wrong = Vec::new();
    for (id, excused) in &rules {
        match (excused, tested.get(id)) {
            (false, None) => wrong.push(format!("`{id}` has no test: name one after it ({}_…), or say in brackets behind it, in docs/rules.md, why it has none", id.to_lowercase().replace('-', "_"))),
            (true, Some(place)) => wrong.push(format!("`{id}` has a test ({place}): take the brackets behind it in docs/rules.md away")),
            _ => {}
        }
    }
    for (id, place) in &tested {
        if !rules.contains_key(id) {
            wrong.push(format!(
                "{place} carries `{id}`, which docs/rules.md does not know: say there what it means"
            ));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn the_list_knows_every_promise_from_the_first_to_the_last() {
    let rules = rules(&read(&root().join("docs/rules.md")));
    for number in 1..=20 {
        let id = format!("AC-{number:02}");
        assert_eq!(
            rules.get(&id),
            Some(&false),
            "{id} is in the list and tested"
        );
    }
}

/// The ids of the list, and whether each says in brackets why it has no test.
fn rules(text: &str) -> BTreeMap<String, bool> {
    let lines = text.lines().filter_map(|line| line.strip_prefix("- `"));
    let ids = lines.filter_map(|line| line.split_once('`'));
    ids.map(|(id, rest)| (id.to_owned(), rest.starts_with(" (")))
        .collect()
}

/// The ids that names of tests carry, each with a place.
fn tested() -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for file in files_in("crates", &["rs"]) {
        for name in names_of_tests(&file.text) {
            for id in ids_in(&name) {
                found
                    .entry(id)
                    .or_insert_with(|| format!("{}: {name}", file.name()));
            }
        }
    }
    for file in files_in("browser/runs", &["mjs"]) {
        for id in ids_of_runs(&file.text) {
            found.entry(id).or_insert_with(|| file.name());
        }
    }
    found
}

/// The functions below `#[test]`, `#[tokio::test]` or one of these with arguments.
fn names_of_tests(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut is_test = false;
    for line in text.lines().map(str::trim) {
        if line.starts_with("#[") {
            is_test |= line.starts_with("#[test]") || line.starts_with("#[tokio::test");
        } else if let Some(at) = line.find("fn ").filter(|_| is_test) {
            let name = line[at + 3..].chars();
            names.push(
                name.take_while(|c| c.is_alphanumeric() || *c == '_')
                    .collect(),
            );
            is_test = false;
        } else if !line.starts_with("//") {
            is_test = false;
        }
    }
    names
}

/// Every id in a run: they stand in titles alone.
fn ids_of_runs(text: &str) -> BTreeSet<String> {
    text.lines()
        .filter(|line| !line.trim().starts_with("//"))
        .flat_map(ids_in)
        .collect()
}

/// `ac_10_good_keys_and_ac_11_active` carries AC-10 and AC-11; `p02_…` carries P02.
fn ids_in(name: &str) -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    for family in FAMILIES {
        let written = family.to_lowercase().replace('-', "_");
        for (at, _) in name.match_indices(&written) {
            let before = name[..at].chars().next_back();
            let number: String = name[at + written.len()..]
                .chars()
                .take_while(char::is_ascii_digit)
                .collect();
            let after = name[at + written.len() + number.len()..].chars().next();
            let stands_alone = before.is_none_or(|c| !c.is_alphanumeric())
                && after.is_none_or(|c| !c.is_alphanumeric());
            if stands_alone && number.len() == 2 {
                ids.insert(format!("{family}{number}"));
            }
        }
    }
    ids
}

#[test]
fn an_id_is_read_from_names_and_titles_and_from_nothing_else() {
    let read = |name| ids_in(name).into_iter().collect::<Vec<_>>().join(" ");
    assert_eq!(read("ac_10_good_keys_and_ac_11_active"), "AC-10 AC-11");
    assert_eq!(read("p02_net_and_fee"), "P02");
    assert_eq!(read("tx_09_v01_vat_rounds_up"), "TX-09");
    assert_eq!(read("pay 12 of them, and pay_for_12"), "");
    assert_eq!(read("port_12_is_taken"), "");
    let text = "#[test]\nfn ac_01_x() {}\nfn ac_02_y() {}\n#[tokio::test(flavor = \"multi_thread\")]\nasync fn ac_03_z() {";
    assert_eq!(names_of_tests(text), ["ac_01_x", "ac_03_z"]);
    let run = "test('ac_01 ac_02 the guide', async () => {});\nconst A = [['ac_07 refused', 1]];\nconst b = 'words';";
    let ids: Vec<String> = ids_of_runs(run).into_iter().collect();
    assert_eq!(ids, ["AC-01", "AC-02", "AC-07"]);
}
