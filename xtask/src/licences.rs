//! Whose code we ship: the licence of every dependency, and the crates we refuse.
//!
//! Read from `cargo metadata` for the platform we ship for, so that it needs no further tool.

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::shell;

/// Licences that ask for nothing we cannot give: a notice, or (MPL) the source of the unchanged file.
const ACCEPTED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Crates that must not come in, and why.
const REFUSED: &[(&str, &str)] = &[
    (
        "openssl-sys",
        "one TLS stack: rustls; a system library would also have to be there at run time",
    ),
    ("native-tls", "one TLS stack: rustls"),
    (
        "aws-lc-sys",
        "one provider of cryptography beneath rustls: ring; turn the default features off",
    ),
    ("chrono", "one calendar: jiff"),
    (
        "rsa",
        "RUSTSEC-2023-0071: its private-key operations leak by timing",
    ),
    ("libsql-ffi", "its SQLite has the WAL-reset bug"),
];

/// Fails with every offence at once, each with its remedy.
pub fn check() -> Result<()> {
    let mut command = shell::words(
        "cargo metadata --format-version 1 --locked --filter-platform x86_64-unknown-linux-gnu",
    );
    let output = command.stderr(std::process::Stdio::inherit()).output()?;
    if !output.status.success() {
        bail!(
            "`cargo metadata --locked` failed; when Cargo.lock is out of date, run `cargo check` and commit it"
        );
    }
    let graph: Value = serde_json::from_slice(&output.stdout)?;
    let packages = graph["packages"]
        .as_array()
        .context("`cargo metadata` names no packages")?;
    let offences: Vec<String> = packages.iter().filter_map(offence).collect();
    if !offences.is_empty() {
        bail!("{}", offences.join("\n"));
    }
    Ok(())
}

fn offence(package: &Value) -> Option<String> {
    let name = package["name"].as_str().unwrap_or("?");
    if let Some((_, why)) = REFUSED.iter().find(|(refused, _)| *refused == name) {
        return Some(format!(
            "{name} came in: {why}. `cargo tree -i {name}` shows by whom."
        ));
    }
    let licence = package["license"].as_str().unwrap_or("");
    if is_accepted(licence) {
        return None;
    }
    Some(format!(
        "{name} is under `{licence}`, which is not on the list in xtask/src/licences.rs. Do without it, or add the licence with a reason."
    ))
}

/// Whether an SPDX expression can be met: every term of some alternative is accepted.
///
/// A bracketed group is judged by itself first and stands as its verdict afterwards; `OR` then binds weaker
/// than `AND`. Old manifests write `/` for `OR`.
fn is_accepted(expression: &str) -> bool {
    let expression = expression.replace('/', " OR ");
    if let Some((before, rest)) = expression.split_once('(')
        && let Some((group, after)) = rest.split_once(')')
    {
        let verdict = if is_accepted(group) { "MIT" } else { "refused" };
        return is_accepted(&format!("{before}{verdict}{after}"));
    }
    let accepts = |alternative: &str| {
        alternative
            .split(" AND ")
            .all(|term| ACCEPTED.contains(&term.trim()))
    };
    expression.split(" OR ").any(accepts)
}

#[cfg(test)]
mod tests {
    use super::is_accepted;

    #[test]
    fn one_acceptable_alternative_is_enough() {
        assert!(is_accepted("GPL-3.0 OR MIT"));
        assert!(is_accepted("Apache-2.0/MIT"));
    }

    #[test]
    fn every_term_of_a_conjunction_must_be_acceptable() {
        assert!(is_accepted("(MIT OR Apache-2.0) AND Unicode-3.0"));
        assert!(!is_accepted("(MIT OR Apache-2.0) AND GPL-3.0"));
        assert!(!is_accepted("MIT AND AGPL-3.0"));
    }

    #[test]
    fn a_crate_without_a_licence_is_refused() {
        assert!(!is_accepted(""));
    }
}
