//! The binary: `serve` (the default), `demo`, `keys rotate`, `ledger verify`,
//! `ledger export`, `documents verify`, `reconcile`. Each command is a file; `--help` says what they do.

mod cli;
mod data_dir;
mod demo;
mod documents;
mod ledger;
mod logs;
mod reconcile;
mod rotate;
mod serve;
mod server;

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // Books and keys are nobody else's business, in a folder made by somebody else too.
    rustix::process::umask(rustix::fs::Mode::RWXG | rustix::fs::Mode::RWXO);
    let outcome = match cli::Cli::read().asked() {
        cli::Asked::Serve(options) => serve::run(options),
        cli::Asked::Demo(options) => demo::run(options),
        cli::Asked::Rotate(place) => rotate::run(&place),
        cli::Asked::VerifyLedger(options) => ledger::verify(&options),
        cli::Asked::VerifyDocuments(place) => documents::verify(&place),
        cli::Asked::Reconcile(options) => return reconcile::run(&options),
        cli::Asked::ExportLedger(options) => ledger::export(&options),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("quittance: {error:#}");
            ExitCode::FAILURE
        }
    }
}
