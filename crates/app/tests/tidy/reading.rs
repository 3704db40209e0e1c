//! Reading the project as plain text.

use std::fs;
use std::path::{Path, PathBuf};

/// A file of the project, read whole.
#[derive(Clone)]
pub struct File {
    pub path: PathBuf,
    pub text: String,
}

impl File {
    pub fn name(&self) -> String {
        self.path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default()
    }

    pub fn stem(&self) -> String {
        self.path
            .file_stem()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default()
    }

    /// Lines with their numbers, without those that say why they break `rule`, in their own line or the one
    /// above: `// tidy: colour because …`, or the attribute that says the same to clippy.
    pub fn lines<'a>(&'a self, rule: &str) -> Vec<(usize, &'a str)> {
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
    pub fn code_lines<'a>(&'a self, rule: &str) -> Vec<(usize, &'a str)> {
        let lines = self.lines(rule).into_iter();
        lines
            .map(|(number, line)| (number, line.split("//").next().unwrap_or("")))
            .collect()
    }
}

/// What was found, with file and line, told all at once.
pub struct Offences(Vec<String>);

impl Offences {
    pub fn new() -> Self {
        Offences(Vec::new())
    }

    pub fn add(&mut self, file: &File, line: usize, remedy: String) {
        let path = file.path.strip_prefix(root()).unwrap_or(&file.path);
        self.0.push(format!("{}:{line}: {remedy}", path.display()));
    }

    pub fn none(self) {
        assert!(self.0.is_empty(), "\n{}", self.0.join("\n"));
    }
}

pub fn rust_files(folder: &str) -> Vec<File> {
    files_in(folder, &["rs"])
}

pub fn files_in(folder: &str, kinds: &[&str]) -> Vec<File> {
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
pub fn text_files() -> Vec<File> {
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

pub fn root() -> PathBuf {
    let app = Path::new(env!("CARGO_MANIFEST_DIR"));
    app.ancestors().nth(2).unwrap_or(app).to_path_buf()
}

pub fn read(path: &Path) -> String {
    fs::read_to_string(path)
        .unwrap_or_else(|error| panic!("{} cannot be read: {error}", path.display()))
}

pub fn read_or_empty(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_default()
}
