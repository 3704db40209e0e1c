//! `quittance keys rotate`: a new master key, everything sealed under it, the old one dropped. In this order, so
//! that a power cut at any moment leaves a key file that opens everything.

use anyhow::{Context, bail};
use app::sealed::{Resealed, reseal};
use kit::chance::Chance;
use kit::clock::Clock;
use kit::secrets::Keyring;

use crate::cli::{LogFormat, Place};
use crate::data_dir::DataDir;
use crate::{logs, serve};

/// Rotates, and says what was done.
///
/// # Errors
/// When a server uses the folder, or there is nothing to rotate, or a secret does not open: then both keys stay.
pub fn run(place: &Place) -> anyhow::Result<()> {
    logs::start(LogFormat::Text);
    let folder = DataDir::take_existing(&place.data_dir)?;
    let chance = Chance::system();
    let path = folder.key_path();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let db = folder.database(place.database_url.as_deref())?;
        serve::migrate(&db, &Clock::machine())?;
        let both = Keyring::open(&path)?.with_new_key(&chance);
        both.replace_file(&path)?;
        let stays = "the old master key stays, and everything is as readable as before";
        let done = reseal(&db, &both, &chance).await.context(stays)?;
        // What a second pass would still change was written meanwhile, by another node on the same PostgreSQL.
        let again = reseal(&db, &both, &chance).await.context(stays)?;
        if again.changed > 0 {
            bail!("another server on this database still seals with the old key; stop it and run this again: {stays}");
        }
        both.without_old_keys().replace_file(&path)?;
        report(&done, both.newest());
        Ok(())
    })
}

fn report(done: &Resealed, version: u32) {
    println!(
        "{} secrets are sealed under the new master key (version {version}); the old one is gone.",
        done.changed
    );
    println!("Save the key file with your next backup.");
    for lost in &done.lost {
        println!("{lost} was sealed under a key that was lost earlier: enter that secret again.");
    }
}
