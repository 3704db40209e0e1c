//! `quittance ledger verify`: the chain of the books, read from end to end beside a running server.

use anyhow::{Context, bail};
use app::ledger::chain::{self, Verified};

use crate::cli::{LogFormat, VerifyOptions};
use crate::data_dir::DataDir;
use crate::logs;

/// Verifies, and says what was found.
///
/// # Errors
/// When an entry was changed, taken out or replaced; when `--expect` names a hash that stands in no chain; when the
/// books cannot be read.
pub fn verify(options: &VerifyOptions) -> anyhow::Result<()> {
    logs::start(LogFormat::Text);
    let place = &options.place;
    let db = DataDir::database_beside(&place.data_dir, place.database_url.as_deref())?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let expected = options.expect.clone().unwrap_or_default();
    let (chains, strays, is_known) = runtime
        .block_on(db.read_slow(move |tx| {
            let is_known = expected.is_empty() || chain::is_known(tx, &expected)?;
            Ok::<_, kit::db::Error>((chain::verify(tx)?, chain::strays(tx)?, is_known))
        }))
        .context(
            "the books cannot be read; a server of this version must have started on them once",
        )?;
    for stray in &strays {
        println!("{stray}");
    }
    let faults = chains.iter().map(report).sum::<usize>() + strays.len();
    if faults > 0 {
        bail!(
            "the books are not as they were written: {faults} faults. Restore a backup beside them and compare"
        );
    }
    if !is_known {
        bail!(
            "no entry has the hash that was expected: the chain was written anew since it was noted"
        );
    }
    Ok(())
}

fn report(chain: &Verified) -> usize {
    let (business, mode) = (chain.scope.business_id.as_str(), chain.scope.mode.as_str());
    if chain.faults.is_empty() {
        println!(
            "{business} {mode}: {} entries, each as it was written; the newest has the hash {}",
            chain.head.seq, chain.head.hash
        );
    }
    for fault in &chain.faults {
        println!("{business} {mode}: {fault}");
    }
    chain.faults.len()
}
