//! Log lines on standard error. Standard output is kept for the few lines a person or a script waits for.

use std::io::{IsTerminal, stderr};

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::cli::LogFormat;

/// Our own crates speak at the level of `QUITTANCE_LOG` (`info` unless told otherwise). Libraries only warn: at
/// finer levels some of them write whole requests, with keys and links in them.
pub fn start(format: LogFormat) {
    let asked = std::env::var("QUITTANCE_LOG").ok();
    let ours = asked
        .and_then(|text| text.parse().ok())
        .unwrap_or(LevelFilter::INFO);
    let filter = [
        "quittance",
        "app",
        "kit",
        "stripe",
        "billing",
        "documents",
        "fake_stripe",
    ]
    .into_iter()
    .fold(
        Targets::new().with_default(LevelFilter::WARN.min(ours)),
        |f, target| f.with_target(target, ours),
    );
    let lines = tracing_subscriber::registry().with(filter);
    // A second call (tests in one process) keeps the first subscriber.
    drop(match format {
        LogFormat::Text => {
            let layer = tracing_subscriber::fmt::layer()
                .with_writer(stderr)
                .with_ansi(stderr().is_terminal());
            lines.with(layer).try_init()
        }
        LogFormat::Json => lines
            .with(tracing_subscriber::fmt::layer().json().with_writer(stderr))
            .try_init(),
    });
}
