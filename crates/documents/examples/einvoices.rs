//! Writes every vector as UBL and as CII into a folder: what the official rules judge.
//!
//! `cargo run -p documents --example einvoices -- target/einvoices`

#[path = "../tests/vectors/mod.rs"]
#[allow(dead_code, reason = "tests use more of it")]
mod vectors;

use std::path::PathBuf;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).map(PathBuf::from);
    let folder = folder.ok_or("name a folder to write to")?;
    std::fs::create_dir_all(&folder)?;
    for (name, document) in vectors::accepted() {
        let refused = |gaps| format!("{name}: {gaps:?}");
        let ubl = document.to_ubl().map_err(refused)?;
        std::fs::write(folder.join(format!("{name}.ubl.xml")), ubl)?;
        let cii = document.to_cii().map_err(refused)?;
        std::fs::write(folder.join(format!("{name}.cii.xml")), cii)?;
    }
    Ok(())
}
