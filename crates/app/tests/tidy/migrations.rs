//! What has landed in the databases of others does not change.

use std::collections::BTreeSet;
use std::fs;

use sha2::{Digest, Sha256};

use super::reading::{files_in, read_or_empty, root};

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

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
