//! `quittance ledger verify`: the chain of the books, read from end to end beside a running server; and
//! `quittance ledger export`: the books as a file.

use std::io::Write;

use anyhow::{Context, bail};
use app::books::export::{self, Days};
use app::ledger::chain::{self, Verified};
use app::who::Scope;

use crate::cli::{ExportOptions, LogFormat, Place, VerifyOptions};
use crate::data_dir::DataDir;
use crate::logs;

/// Verifies, and says what was found.
///
/// # Errors
/// When an entry was changed, taken out or replaced; when `--expect` names a hash that stands in no chain; when the
/// books cannot be read.
pub fn verify(options: &VerifyOptions) -> anyhow::Result<()> {
    logs::start(LogFormat::Text);
    let expected = options.expect.clone().unwrap_or_default();
    let (chains, strays, is_known) = read(&options.place, move |tx| {
        let is_known = expected.is_empty() || chain::is_known(tx, &expected)?;
        Ok((chain::verify(tx)?, chain::strays(tx)?, is_known))
    })?;
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

/// Writes the books of the one business there is.
///
/// # Errors
/// When the days are the wrong way round, when nothing is in the drawer, when the books cannot be read or the file
/// cannot be written.
pub fn export(options: &ExportOptions) -> anyhow::Result<()> {
    logs::start(LogFormat::Text);
    let days = Days {
        from: options.from,
        until: options.to,
    };
    if days
        .from
        .zip(days.until)
        .is_some_and(|(from, to)| from > to)
    {
        bail!("the first day is after the last; nothing was written");
    }
    let (mode, format) = (options.mode, options.format);
    let (scopes, text) = read(&options.place, move |tx| {
        let scopes: Vec<Scope> = chain::scopes(tx)?
            .into_iter()
            .filter(|scope| scope.mode == mode)
            .collect();
        let text = match scopes.as_slice() {
            [one] => export::write(tx, one, format, days)?,
            _ => String::new(),
        };
        Ok((scopes, text))
    })?;
    match scopes.as_slice() {
        [] => bail!(
            "nothing is booked in the {} drawer; nothing was written",
            mode.as_str()
        ),
        [_] => {}
        _ => bail!("there are several businesses here, and this writes the books of one"),
    }
    match &options.out {
        Some(file) => std::fs::write(file, text)
            .with_context(|| format!("{} cannot be written", file.display())),
        None => Ok(std::io::stdout().lock().write_all(text.as_bytes())?),
    }
}

fn read<T: Send + 'static>(
    place: &Place,
    work: impl Fn(&mut kit::db::Tx<'_>) -> Result<T, kit::db::Error> + Send + Sync + 'static,
) -> anyhow::Result<T> {
    let db = DataDir::database_beside(&place.data_dir, place.database_url.as_deref())?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(db.read_slow(work)).context(
        "the books cannot be read; a server of this version must have started on them once",
    )
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
