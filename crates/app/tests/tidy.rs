//! The house rules as a test. Plain text reading: what can be stated without taste, with the remedy in
//! every message.
//!
//! The rules and their reasons stand in `STYLE.md` and `ARCHITECTURE.md`. A line that must break one says
//! so beside it, in a comment `// tidy: <rule> because <reason>`; a reason is required.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

/// Which way things lean inside `crates/app/src`: an import may only go down, or stay within its folder.
///
/// `mail` and `audit` stand on the lowest floor because everything above tells them something.
const FLOORS: &[(u8, &[&str])] = &[
    (
        5,
        &[
            "dashboard",
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
            "settings",
            "customers",
            "products",
            "ledger",
            "mail",
            "outbox",
            "audit",
        ],
    ),
];

/// Files of `crates/app/src` that are no feature: the table of contents, the addresses, the parts of a page
/// that every feature shares.
const ROOF: &[&str] = &["lib", "routes"];

#[test]
fn imports_between_features_go_down() {
    let mut offences = Offences::new();
    for file in rust_files("crates/app/src") {
        let Some(here) = feature_of(&file) else {
            continue;
        };
        let from = floor_of(&here);
        for (number, line) in file.code_lines("import") {
            for there in features_named_in(line) {
                if there == here {
                    continue;
                }
                match (from, floor_of(&there)) {
                    (Some(from), Some(to)) if to < from => {}
                    (Some(from), Some(to)) => offences.add(
                        &file,
                        number,
                        format!("`{here}` (floor {from}) leans on `{there}` (floor {to}): an import may only go down. Facts flow down by call, news flows up by job: move the code to the lower feature, or let `{here}` enqueue a job that `{there}` works"),
                    ),
                    _ => {}
                }
            }
        }
    }
    offences.none();
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
        let Some(here) = feature_of(&file) else {
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
    for file in files_in("crates/app", &["css", "html", "js", "svg"]) {
        if file.name() == "tokens.css" {
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
            Ok(_) => offences.push(format!("{name} differs from what landed. Databases out there have already run it: undo the edit, and write a new migration")),
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

    /// Lines with their numbers, without those that say why they break `rule`.
    fn lines<'a>(&'a self, rule: &str) -> Vec<(usize, &'a str)> {
        let marker = format!("tidy: {rule} because ");
        let lines = self.text.lines().enumerate();
        lines
            .filter(|(_, line)| !line.contains(&marker))
            .map(|(number, line)| (number + 1, line))
            .collect()
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

fn floor_of(feature: &str) -> Option<u8> {
    FLOORS
        .iter()
        .find(|(_, names)| names.contains(&feature))
        .map(|(floor, _)| *floor)
}

/// The folder of `crates/app/src` a file stands in.
fn feature_of(file: &File) -> Option<String> {
    let inside = file.path.strip_prefix(root().join("crates/app/src")).ok()?;
    let first = Path::new(inside.components().next()?.as_os_str());
    let name = first.file_stem()?.to_string_lossy().into_owned();
    (!ROOF.contains(&name.as_str())).then_some(name)
}

/// Every feature there is: a folder with a `mod.rs`, or a single file that is no roof.
fn features() -> BTreeSet<String> {
    rust_files("crates/app/src")
        .iter()
        .filter_map(feature_of)
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
