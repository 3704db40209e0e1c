//! The folder of an installation: lock, master key, database.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use kit::chance::Chance;
use kit::db::Db;
use kit::secrets::Keyring;

const LOCK: &str = "quittance.lock";
const KEY: &str = "master.key";
const DATABASE: &str = "quittance.sqlite";
const DEMO: &str = "this-is-a-demo";

/// A data folder that this process alone may use, until this is dropped or the process ends (a kill included:
/// the operating system lets go of the lock).
#[derive(Debug)]
pub struct DataDir {
    path: PathBuf,
    _lock: File,
}

impl DataDir {
    /// Makes the folder when it is missing (for its owner only) and takes its lock.
    ///
    /// # Errors
    /// When another process holds the lock, in a sentence; when the folder cannot be made or written.
    pub fn take(path: &Path) -> anyhow::Result<DataDir> {
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(path)
            .with_context(|| format!("the data folder {} cannot be made", path.display()))?;
        DataDir::locked(path)
    }

    /// Takes a folder that must be an installation already.
    ///
    /// # Errors
    /// As [`DataDir::take`]; when there is no master key in it.
    pub fn take_existing(path: &Path) -> anyhow::Result<DataDir> {
        if !path.join(KEY).exists() {
            bail!(
                "there is no installation in {}; name its folder with --data-dir",
                path.display()
            );
        }
        DataDir::locked(path)
    }

    /// Opens the database of an installation that a server may be using: for reading only.
    ///
    /// # Errors
    /// When there is none in the folder and none elsewhere was named; of the database.
    pub fn database_beside(path: &Path, elsewhere: Option<&str>) -> anyhow::Result<Db> {
        let file = path.join(DATABASE);
        if elsewhere.is_none() && !file.exists() {
            bail!(
                "there are no books in {}; name their folder with --data-dir",
                path.display()
            );
        }
        let inside = format!("sqlite:{}", file.display());
        Db::open(elsewhere.unwrap_or(&inside)).context("the database cannot be opened")
    }

    fn locked(path: &Path) -> anyhow::Result<DataDir> {
        let lock = lock(path)?;
        Ok(DataDir {
            path: path.to_owned(),
            _lock: lock,
        })
    }

    /// The master keys; made with the first start.
    ///
    /// # Errors
    /// Of the key file, in a sentence.
    pub fn keyring(&self, chance: &Chance) -> anyhow::Result<Keyring> {
        let path = self.key_path();
        if !path.exists() && self.path.join(DATABASE).exists() {
            tracing::warn!(
                "{} is missing: a new one is made. Stripe keys and the mail password must be entered again, and payment links that were sent still work but cannot be shown again",
                path.display()
            );
        }
        Ok(Keyring::open_or_create(&path, chance)?)
    }

    /// Where the master keys are.
    pub fn key_path(&self) -> PathBuf {
        self.path.join(KEY)
    }

    /// Opens the database: the one asked for, or SQLite in this folder.
    ///
    /// # Errors
    /// Of the database.
    pub fn database(&self, elsewhere: Option<&str>) -> anyhow::Result<Db> {
        let inside = format!("sqlite:{}", self.path.join(DATABASE).display());
        let url = elsewhere.unwrap_or(&inside);
        Db::open(url).context("the database cannot be opened")
    }

    /// Whether the demonstration lives here.
    pub fn is_demo(&self) -> bool {
        self.path.join(DEMO).exists()
    }

    /// Whether anything lives here.
    pub fn is_new(&self) -> bool {
        !self.path.join(DATABASE).exists()
    }

    /// What the demonstration wrote down about itself; nothing where it does not live.
    pub fn demo_note(&self) -> Option<String> {
        fs::read_to_string(self.path.join(DEMO)).ok()
    }

    /// Marks the folder as the demonstration's, so that `serve` keeps its hands off.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn note_demo(&self, note: &str) -> anyhow::Result<()> {
        Ok(fs::write(self.path.join(DEMO), note)?)
    }
}

fn lock(folder: &Path) -> anyhow::Result<File> {
    let path = folder.join(LOCK);
    let open = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(&path);
    let mut file = open.with_context(|| format!("{} cannot be written", path.display()))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            drop(file.read_to_string(&mut holder));
            let holder = holder
                .trim()
                .parse::<u32>()
                .map(|id| format!(" (process {id})"))
                .unwrap_or_default();
            bail!(
                "another Quittance{holder} already uses the data folder {}; nothing was changed. Stop it first, or name another folder with --data-dir",
                folder.display()
            );
        }
        Err(TryLockError::Error(error)) => {
            return Err(error).with_context(|| format!("{} cannot be locked", path.display()));
        }
    }
    // Only for the sentence above; the lock itself is the operating system's.
    file.set_len(0)
        .and_then(|()| file.rewind())
        .and_then(|()| writeln!(file, "{}", std::process::id()))?;
    Ok(file)
}
