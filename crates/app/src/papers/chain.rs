//! The chain of a drawer's papers (IL-04): each carries the hash of its own bytes and of the link before it. Who changes,
//! removes or inserts one behind our back has to write everything after it anew, and the last hash, noted elsewhere, still
//! gives it away.

use kit::db::{Db, Error, Tx};
use sha2::{Digest, Sha256};

use super::store::{self, New};
use super::{Kind, Wanted};
use crate::app::App;

/// What is hashed of one paper, besides its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Its place: 1, 2, 3, …
    pub seq: i64,
    /// The stored word for what it is: `invoice`, `ubl`, `credit-note` …
    pub kind: String,
    /// Its language, as kept.
    pub language: String,
    /// As printed on it.
    pub number: String,
    /// Of its bytes, in hexadecimal.
    pub sha256: String,
    /// The hash of the link before it; empty for the first.
    pub previous: String,
}

impl Link {
    fn hash(&self) -> String {
        // Lengths stand before the parts, so that no two links read alike. The first papers had no kind, and their hashes
        // stand.
        let seq = self.seq.to_string();
        let is_first_kind = self.kind == Kind::Paper.as_str();
        let mut text = String::from(if is_first_kind {
            "quittance paper 1\n"
        } else {
            "quittance paper 2\n"
        });
        let kind = (!is_first_kind).then_some(self.kind.as_str());
        let parts = [
            seq.as_str(),
            &self.language,
            &self.number,
            &self.sha256,
            &self.previous,
        ];
        for part in kind.into_iter().chain(parts) {
            text.push_str(&format!("{}:{part}\n", part.len()));
        }
        hex(&Sha256::digest(text.as_bytes()))
    }
}

/// A paper as it is read again.
pub(super) struct Unread {
    pub(super) link: Link,
    pub(super) chained: String,
    pub(super) bytes: Vec<u8>,
}

/// Keeps a new paper at the end of its drawer's chain, in the caller's transaction.
pub(super) fn append(
    tx: &mut Tx<'_>,
    app: &App,
    wanted: &Wanted,
    kind: Kind,
    bytes: &[u8],
) -> Result<(), Error> {
    store::lock_business(tx, &wanted.scope)?;
    let (last, previous) = store::find_last(tx, &wanted.scope)?.unwrap_or_default();
    let link = Link {
        seq: last + 1,
        kind: kind.as_str().to_owned(),
        language: wanted.language.as_str().to_owned(),
        number: wanted.frozen.number.clone(),
        sha256: hex(&Sha256::digest(bytes)),
        previous,
    };
    store::insert(
        tx,
        &New {
            id: &app.new_id(),
            scope: &wanted.scope,
            link: &link,
            invoice_id: &wanted.invoice_id,
            document_id: &wanted.document_id,
            bytes,
            chained: &link.hash(),
            now_ms: app.now_ms(),
        },
    )
}

/// What reading every paper again came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// How many papers were read.
    pub papers: i64,
    /// What was found, in sentences for an operator; empty when every byte is as it was.
    pub faults: Vec<String>,
    /// The last hash of each drawer, to be noted elsewhere: business, mode, hash.
    pub heads: Vec<(String, String, String)>,
}

/// Reads every paper ever made and says what is not as it was. Changes nothing.
///
/// # Errors
/// Of the database.
pub async fn verify(db: &Db) -> Result<Verified, Error> {
    let mut verified = Verified::default();
    for (business, mode) in db.read(store::list_drawers).await? {
        let (mut last, mut head) = (0, String::new());
        loop {
            let (b, m) = (business.clone(), mode.clone());
            let found = db
                .read(move |tx| store::list_after(tx, &b, &m, last))
                .await?;
            if found.is_empty() {
                break;
            }
            for paper in &found {
                verified.papers += 1;
                verified.faults.extend(faults(paper, last, &head));
                last = paper.link.seq;
                head.clone_from(&paper.chained);
            }
        }
        verified.heads.push((business, mode, head));
    }
    Ok(verified)
}

fn faults(paper: &Unread, last: i64, head: &str) -> Vec<String> {
    let link = &paper.link;
    let name = format!(
        "{} ({}, {}), number {}",
        link.number, link.kind, link.language, link.seq
    );
    let mut faults = Vec::new();
    if link.seq != last + 1 {
        faults.push(format!("before {name}: a paper was taken out"));
    } else if link.previous != head {
        faults.push(format!("{name}: it does not follow the one before it"));
    }
    if hex(&Sha256::digest(&paper.bytes)) != link.sha256 {
        faults.push(format!("{name}: its bytes were changed"));
    }
    if link.hash() != paper.chained {
        faults.push(format!("{name}: what is written about it was changed"));
    }
    faults
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
