//! What the page with the card form may load, computed from what is really served.

use sha2::{Digest, Sha256};

use crate::app::App;
use crate::page::assets;
use crate::page::headers::{self, Kind, PayOrigins};

/// The scripts and the policy of the page with the card form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Inventory {
    /// Each script, in the order of the page.
    pub(super) scripts: Vec<Script>,
    /// The page's Content-Security-Policy, whole.
    pub(super) policy: String,
}

/// One script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Script {
    /// Its plain name, or its address when it is the provider's.
    pub(super) name: String,
    /// SHA-256 of its bytes in hexadecimal; empty for the provider's, which changes without a version.
    pub(super) sha256: String,
}

/// Today's.
pub(super) fn of(app: &App) -> Inventory {
    let ours = |name: &str| Script {
        name: name.to_owned(),
        sha256: assets::find(name)
            .map(|asset| hex(&Sha256::digest(&asset.plain)))
            .unwrap_or_default(),
    };
    let provider = Script {
        name: app.origins().script().to_owned(),
        sha256: String::new(),
    };
    Inventory {
        scripts: vec![ours("app.js"), ours("pay.js"), provider],
        policy: headers::policy(&Kind::Pay(PayOrigins::of(app.origins()))),
    }
}

impl Inventory {
    /// One text that is the same exactly when nothing changed.
    pub(super) fn text(&self) -> String {
        let scripts: Vec<String> = self
            .scripts
            .iter()
            .map(|s| format!("{} {}", s.name, s.sha256))
            .collect();
        format!("{}\n{}", scripts.join("\n"), self.policy)
    }

    /// The name of this state of things.
    pub(super) fn digest(&self) -> String {
        hex(&Sha256::digest(self.text()))
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
