//! The texts and their uses: no key unknown, none missing in a language, none that nobody says.

use std::fs;
use std::path::{Path, PathBuf};

use kit::locale::{Lang, Texts, Use, check, check_used};

/// Keys put together at run time, by prefix, and files that are a shared vocabulary.
const SPOKEN: [&str; 9] = [
    "decline-",
    "doctor-",
    "check-",
    "public-key-is-",
    "secret-key-is-",
    "guide-",
    "standing-",
    "why-",
    "en/common.ftl",
];

/// Calls that look a text up, and how many arguments with names they take (`None`: cannot be read off).
const CALLS: [(&str, Option<usize>); 5] = [
    (".t(", Some(0)),
    (".t1(", Some(1)),
    (".t2(", Some(2)),
    (".ta(", None),
    ("locale::key(", None),
];

#[test]
fn every_text_stands_in_both_languages_with_the_same_arguments() {
    let files = texts();
    let problems = check(&sources(&files));
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    Texts::new(&sources(&files)).expect("the program can start with these texts");
}

#[test]
fn every_key_that_is_said_exists_and_every_text_is_said_somewhere() {
    let files = texts();
    let uses: Vec<Use> = ["src", "templates"]
        .iter()
        .flat_map(|folder| uses_below(&root().join(folder)))
        .collect();
    let problems = check_used(&sources(&files), &uses, &SPOKEN);
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn uses_are_found_across_lines_and_in_every_form() {
    let code = "l.t(\"a\") l.t1(\n  \"b\",\n \"n\", x(1)) words::say(l, \"c\") l.t2(\"d\", \"n\", f(a, \"z\"), \"m\", 2) \
                locale::key(\"e\") l.t(name) l.ta(\"f.title\", &[(\"n\", 1.into())]) set.t1(\"g\", \"n\", l.t(\"h\"))";
    let found = uses_in("x.rs", code);
    let named: Vec<_> = found
        .iter()
        .map(|used| (used.key.as_str(), used.args.clone()))
        .collect();
    let args = |names: &[&str]| {
        Some(
            names
                .iter()
                .map(|name| (*name).to_owned())
                .collect::<Vec<_>>(),
        )
    };
    assert_eq!(
        named,
        [
            ("a", args(&[])),
            ("b", args(&["n"])),
            ("c", None),
            ("d", args(&["n", "m"])),
            ("e", None),
            ("f.title", None),
            ("g", args(&["n"])),
            ("h", args(&[])),
        ]
    );
    assert_eq!(found[1].place, "x.rs:1");
    assert_eq!(found[2].place, "x.rs:3");
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every `.ftl` file: language, name, content.
fn texts() -> Vec<(Lang, String, String)> {
    let read = |lang: Lang, path: PathBuf| {
        let name = path
            .file_name()
            .expect("a file has a name")
            .to_string_lossy()
            .into_owned();
        (
            lang,
            format!("{lang}/{name}"),
            fs::read_to_string(&path).expect("a text file is readable"),
        )
    };
    let folder = |lang: Lang| files_below(&root().join("locales").join(lang.as_str()));
    let files: Vec<_> = Lang::all()
        .into_iter()
        .flat_map(|lang| folder(lang).into_iter().map(move |path| read(lang, path)))
        .collect();
    assert!(files.len() >= 2, "there are texts to check");
    files
}

fn sources(files: &[(Lang, String, String)]) -> Vec<(Lang, &str, &str)> {
    files
        .iter()
        .map(|(lang, name, content)| (*lang, name.as_str(), content.as_str()))
        .collect()
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .map(|entry| entry.expect("the folder is readable").path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files.extend(files_below(&path));
        } else {
            files.push(path);
        }
    }
    files
}

fn uses_below(folder: &Path) -> Vec<Use> {
    let read = |path: &PathBuf| {
        let name = path
            .strip_prefix(root())
            .unwrap_or(path)
            .display()
            .to_string();
        fs::read_to_string(path)
            .map(|content| uses_in(&name, &content))
            .unwrap_or_default()
    };
    files_below(folder).iter().flat_map(read).collect()
}

/// Every use of a text with its key written out. A key that is a variable is found where it is made, by
/// `locale::key("…")`, or stands in `SPOKEN`.
fn uses_in(file: &str, content: &str) -> Vec<Use> {
    let mut uses = Vec::new();
    for at in 0..content.len() {
        if !content.is_char_boundary(at) {
            continue;
        }
        let rest = &content[at..];
        let call = CALLS
            .iter()
            .find_map(|(call, count)| Some((rest.strip_prefix(call)?, *count)));
        let found = match call {
            Some((inside, count)) => one_use(inside, count),
            None => rest.strip_prefix("words::").and_then(words_use),
        };
        let line = content[..at].matches('\n').count() + 1;
        uses.extend(found.map(|(key, args)| Use {
            key,
            args,
            place: format!("{file}:{line}"),
        }));
    }
    uses
}

fn one_use(inside: &str, count: Option<usize>) -> Option<(String, Option<Vec<String>>)> {
    let parts = arguments(inside);
    let key = literal(parts.first()?)?;
    let names = |count: usize| {
        (0..count)
            .map(|n| literal(parts.get(2 * n + 1)?))
            .collect::<Option<Vec<_>>>()
    };
    Some((key, count.and_then(names)))
}

/// `words::anything(…, "key", …)`: the first literal is the key.
fn words_use(rest: &str) -> Option<(String, Option<Vec<String>>)> {
    let (name, inside) = rest.split_once('(')?;
    let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let key = arguments(inside)
        .iter()
        .find_map(|part| literal(part))
        .filter(|_| is_name)?;
    Some((key, None))
}

/// The parts between the commas of a call, up to its closing bracket.
fn arguments(inside: &str) -> Vec<&str> {
    let (mut parts, mut start, mut depth, mut quoted, mut escaped) =
        (Vec::new(), 0, 0, false, false);
    for (at, c) in inside.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if quoted => {}
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' if depth == 0 => {
                parts.push(&inside[start..at]);
                return parts;
            }
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&inside[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    Vec::new()
}

fn literal(part: &str) -> Option<String> {
    let text = part.trim().strip_prefix('"')?.strip_suffix('"')?;
    (!text.contains('"')).then(|| text.to_owned())
}
