//! The house rules as a test. Plain text reading: what can be stated without taste, with the remedy in
//! every message.
//!
//! The rules and their reasons stand in `STYLE.md` and `ARCHITECTURE.md`. A line that must break one says
//! so beside it, in a comment `// tidy: <rule> because <reason>`; a reason is required.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

/// Which way things lean inside `crates/app/src`: an import goes down, or sideways where nothing comes back.
///
/// The ground is what every page and every feature stands on; its parts may lean on one another.
const FLOORS: &[(u8, &[&str])] = &[
    (6, &["demo", "sealed"]),
    (
        5,
        &[
            "dashboard",
            "timeline",
            "customer_area",
            "reports",
            "stripe_events",
            "api",
        ],
    ),
    (4, &["pay", "refunds", "disputes", "payouts", "recurring"]),
    (
        3,
        &[
            "credit_notes",
            "estimates",
            "reminders",
            "payments",
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
        "{unplaced:?} in crates/app/src: no floor is known. Put the folder on a floor in FLOORS (crates/app/tests/tidy.rs) and in ARCHITECTURE.md"
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

#[test]
fn a_landed_migration_never_changes() {
    let folder = root().join("crates/app/migrations");
    let list = read_or_empty(&folder.join("LANDED"));
    let mut offences = Vec::new();
    let mut known = BTreeSet::new();
    for line in list
        .lines()
        .filter(|line| !line.starts_with('#') && !line.trim().is_empty())
    {
        let (sum, name) = line.split_once("  ").unwrap_or(("", line));
        known.insert(name.to_owned());
        match fs::read(folder.join(name)) {
            Ok(bytes) if hex(&Sha256::digest(&bytes)) == sum => {}
            Ok(_) => offences.push(format!("{name} differs from what landed. Databases out there have run it: undo the edit, and write a new migration. (Before the first release only: bring its line in LANDED in step.)")),
            Err(_) => offences.push(format!("{name} landed and is gone. Bring it back, and write a new migration that undoes what it did")),
        }
    }
    for file in files_in("crates/app/migrations", &["sql"]) {
        if !known.contains(&file.name()) {
            offences.push(format!("{} is not listed. When it is final: (cd crates/app/migrations && sha256sum {} >> LANDED)", file.name(), file.name()));
        }
    }
    assert!(
        offences.is_empty(),
        "crates/app/migrations:\n{}",
        offences.join("\n")
    );
}

#[test]
fn nothing_is_left_half_done() {
    for folder in ["crates", "xtask"] {
        forbid(
            folder,
            "unfinished",
            &["todo!(", "unimplemented!(", "dbg!("],
            |file| file.name() != "tidy.rs",
            "unfinished work does not land. Finish it, or leave it out",
        );
    }
}

#[test]
fn no_file_knows_the_machine_it_was_written_on() {
    let mut offences = Offences::new();
    for file in text_files() {
        if file.name() == "tidy.rs" {
            continue;
        }
        for (number, line) in file.lines("machine") {
            for path in ["/home/", "/Users/", "/root/", "/work/", "C:\\Users"] {
                if names_a_path(line, path) {
                    offences.add(&file, number, format!("`{path}…` exists on one machine only. Use a path relative to the project, or take it from the environment"));
                }
            }
        }
    }
    offences.none();
}

// ---------------------------------------------------------------------------------------------------------
// Reading

/// A file of the project, read whole.
#[derive(Clone)]
struct File {
    path: PathBuf,
    text: String,
}

impl File {
    fn name(&self) -> String {
        self.path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default()
    }

    fn stem(&self) -> String {
        self.path
            .file_stem()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default()
    }

    /// Lines with their numbers, without those that say why they break `rule`, in their own line or the one
    /// above: `// tidy: colour because …`, or the attribute that says the same to clippy.
    fn lines<'a>(&'a self, rule: &str) -> Vec<(usize, &'a str)> {
        let marker = format!("tidy: {rule} because ");
        let attribute = "(clippy::disallowed_methods";
        let excuses =
            |line: &str| line.contains(&marker) || (rule == "chance" && line.contains(attribute));
        let mut kept = Vec::new();
        let mut above = "";
        for (number, line) in self.text.lines().enumerate() {
            if !excuses(line) && !excuses(above) {
                kept.push((number + 1, line));
            }
            above = line;
        }
        kept
    }

    /// The same without comments: a sentence about `f64` is no use of it.
    fn code_lines<'a>(&'a self, rule: &str) -> Vec<(usize, &'a str)> {
        let lines = self.lines(rule).into_iter();
        lines
            .map(|(number, line)| (number, line.split("//").next().unwrap_or("")))
            .collect()
    }
}

/// What was found, with file and line, told all at once.
struct Offences(Vec<String>);

impl Offences {
    fn new() -> Self {
        Offences(Vec::new())
    }

    fn add(&mut self, file: &File, line: usize, remedy: String) {
        let path = file.path.strip_prefix(root()).unwrap_or(&file.path);
        self.0.push(format!("{}:{line}: {remedy}", path.display()));
    }

    fn none(self) {
        assert!(self.0.is_empty(), "\n{}", self.0.join("\n"));
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
fn contains_word(line: &str, word: &str) -> bool {
    let glued = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back().is_some_and(glued);
        let after =
            word.ends_with(glued) && line[at + word.len()..].chars().next().is_some_and(glued);
        !before && !after
    })
}

/// Whether a machine's path begins here: an address such as `/i/home/` is none.
fn names_a_path(line: &str, path: &str) -> bool {
    line.match_indices(path).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || "_-./}*".contains(c))
    })
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

/// The features an import or a path names: `crate::invoices::…`, `crate::{invoices, pay::…}`.
fn features_named_in(line: &str) -> BTreeSet<String> {
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
fn module_of(file: &File) -> Option<String> {
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

fn rust_files(folder: &str) -> Vec<File> {
    files_in(folder, &["rs"])
}

fn files_in(folder: &str, kinds: &[&str]) -> Vec<File> {
    let mut found = Vec::new();
    walk(&root().join(folder), &mut |path| {
        let kind = path
            .extension()
            .map(|kind| kind.to_string_lossy().into_owned())
            .unwrap_or_default();
        if kinds.contains(&kind.as_str()) {
            found.push(File {
                text: read(path),
                path: path.to_path_buf(),
            });
        }
    });
    found
}

/// Every text file of the project that could be committed.
fn text_files() -> Vec<File> {
    let mut found = Vec::new();
    walk(&root(), &mut |path| {
        if let Ok(text) = fs::read_to_string(path) {
            found.push(File {
                text,
                path: path.to_path_buf(),
            });
        }
    });
    found
}

/// Visits files in a fixed order, leaving out what `.gitignore` leaves out.
fn walk(folder: &Path, visit: &mut impl FnMut(&Path)) {
    let ignored = [
        "target",
        ".git",
        "node_modules",
        "quittance-data",
        ".venv",
        "__pycache__",
    ];
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .collect();
    paths.sort();
    for path in paths {
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        if ignored.contains(&name.as_str()) || path.is_symlink() {
            continue;
        }
        if path.is_dir() {
            walk(&path, visit);
        } else {
            visit(&path);
        }
    }
}

fn root() -> PathBuf {
    let app = Path::new(env!("CARGO_MANIFEST_DIR"));
    app.ancestors().nth(2).unwrap_or(app).to_path_buf()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path)
        .unwrap_or_else(|error| panic!("{} cannot be read: {error}", path.display()))
}

fn read_or_empty(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_default()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

// ---------------------------------------------------------------------------------------------------------
// The reader itself: a rule that finds nothing in anything would always pass

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

#[test]
fn a_word_is_not_found_inside_another() {
    assert!(contains_word("let x: f64 = 0.0;", "f64"));
    assert!(!contains_word("let buf640 = 1;", "f64"));
    assert!(contains_word("let x = sql!(\"select 1\");", "sql!("));
    assert!(!contains_word("my_sql!(x)", "sql!("));
}
