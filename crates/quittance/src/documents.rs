//! `quittance documents verify`: every paper read again beside a running server (IL-04).

use anyhow::{Context, bail};
use app::papers::chain;

use crate::cli::{LogFormat, Place};
use crate::data_dir::DataDir;
use crate::logs;

/// Verifies, and says what was found.
///
/// # Errors
/// When a paper was changed, taken out or replaced; when the database cannot be read.
pub fn verify(place: &Place) -> anyhow::Result<()> {
    logs::start(LogFormat::Text);
    let db = DataDir::database_beside(&place.data_dir, place.database_url.as_deref())?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let verified = runtime.block_on(chain::verify(&db)).context(
        "the papers cannot be read; a server of this version must have started on them once",
    )?;
    for fault in &verified.faults {
        println!("{fault}");
    }
    if !verified.faults.is_empty() {
        bail!(
            "the papers are not as they were made: {} faults. Restore a backup beside them and compare",
            verified.faults.len()
        );
    }
    println!("{} papers, each as it was made", verified.papers);
    for (business, mode, hash) in &verified.heads {
        println!("{business} {mode}: the newest has the hash {hash}");
    }
    Ok(())
}
