//! The command line and its environment.

use std::ffi::OsString;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use app::books::export::Format;
use billing::Mode;
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use jiff::civil::Date;

/// Invoicing that gets paid.
///
/// Without a command it serves: your data in ./quittance-data, your pages at http://127.0.0.1:8080. The first
/// start prints a link that sets everything up.
#[derive(Parser, Debug)]
#[command(name = "quittance", version, args_conflicts_with_subcommands = true)]
#[command(
    after_help = "Everything can also be set by environment variables; what stands on the command line wins.\nQUITTANCE_LOG says how much is logged: error, warn, info (the default), debug, trace.\nStop it with Ctrl-C or SIGTERM: requests under way are answered first, within five seconds."
)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: ServeOptions,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Serve the product (what happens without a command)
    Serve(ServeOptions),
    /// Try everything on this machine, without a Stripe account and without the network
    ///
    /// An example studio with a rehearsal of Stripe beside it. No money can move, and nothing here touches the data
    /// of `serve`. None of these flags can be set by the environment.
    Demo(DemoOptions),
    /// Work with the master keys that seal your secrets
    #[command(subcommand)]
    Keys(KeysCommand),
    /// Look after the books
    #[command(subcommand)]
    Ledger(LedgerCommand),
    /// Look after the papers of what was issued
    #[command(subcommand)]
    Documents(DocumentsCommand),
    /// Ask Stripe for everything again, book what was missed, and say what agrees and what does not
    ///
    /// What the server does every night and the page Books, Compare does by a press. Stop the server first. Exit status:
    /// 0 when all agrees, 1 when something differs (each difference is named), 2 when nothing could be compared.
    Reconcile(ReconcileOptions),
}

#[derive(Subcommand, Debug)]
enum LedgerCommand {
    /// Read every entry ever written and say whether each byte is as it was written
    ///
    /// Changes nothing, and may run beside the server. Ends with a failure when something was changed, and names the
    /// entries.
    Verify(VerifyOptions),
    /// Write the books as a file for beancount, hledger or a spreadsheet
    ///
    /// Changes nothing, and may run beside the server. Both journals end with what every account comes to, so that the
    /// other program proves it: `bean-check books.beancount`, `hledger check -s -f books.journal`.
    Export(ExportOptions),
}

/// The flags of `ledger export`.
#[derive(Args, Debug, Clone)]
pub struct ExportOptions {
    #[command(flatten)]
    pub place: Place,
    /// What the file is for
    #[arg(long, value_name = "FORMAT", value_parser = export_format)]
    pub format: Format,
    /// The first day, such as 2026-01-01; what was booked before is brought forward [default: the first of all]
    #[arg(long, value_name = "DAY")]
    pub from: Option<Date>,
    /// The last day [default: the last of all]
    #[arg(long, value_name = "DAY")]
    pub to: Option<Date>,
    /// Which drawer
    #[arg(long, value_name = "live|test", default_value = "live", value_parser = drawer)]
    pub mode: Mode,
    /// Where to write it [default: standard output]
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// The flags of `reconcile`.
#[derive(Args, Debug, Clone)]
pub struct ReconcileOptions {
    #[command(flatten)]
    pub place: Place,
    /// For the folder of a demonstration only: the rehearsal of Stripe it was run with (`demo --stripe-url`). Real books
    /// are compared with Stripe and nobody else; no environment variable sets this
    #[arg(long, value_name = "http://127.0.0.1:PORT")]
    pub stripe_url: Option<String>,
}

/// The flags of `ledger verify`.
#[derive(Args, Debug, Clone)]
pub struct VerifyOptions {
    #[command(flatten)]
    pub place: Place,
    /// A hash this printed before: fails unless it still stands in the chain. It rules out that the whole chain was
    /// written anew
    #[arg(long, value_name = "HASH")]
    pub expect: Option<String>,
}

#[derive(Subcommand, Debug)]
enum DocumentsCommand {
    /// Read every paper ever made and say whether each byte is as it was made
    ///
    /// Changes nothing, and may run beside the server. Ends with a failure when something was changed, and names the
    /// papers.
    Verify(Place),
}

#[derive(Subcommand, Debug)]
enum KeysCommand {
    /// Make a new master key, seal every stored secret under it, and drop the old one
    ///
    /// Stop the server first. It may be interrupted at any moment and run again: everything stays readable.
    /// A backup made before needs the key file that was saved with it.
    Rotate(Place),
}

/// What the command line asks for.
pub enum Asked {
    /// The product.
    Serve(ServeOptions),
    /// The demonstration.
    Demo(DemoOptions),
    /// A new master key.
    Rotate(Place),
    /// The chain of the ledger, read from end to end.
    VerifyLedger(VerifyOptions),
    /// The chain of the papers, read from end to end.
    VerifyDocuments(Place),
    /// The books as a file.
    ExportLedger(ExportOptions),
    /// The books beside Stripe's.
    Reconcile(ReconcileOptions),
}

impl Cli {
    /// Reads the command line and the environment; ends the process with words when they cannot be read.
    ///
    /// A variable that is set to nothing counts as not set: that is how a line of a compose file or a unit is switched
    /// off, and it must not keep the product from starting.
    pub fn read() -> Cli {
        let command = without_empty_variables(Cli::command(), &|name| std::env::var_os(name));
        let matches = command.get_matches();
        Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit())
    }

    /// The one thing to do.
    pub fn asked(self) -> Asked {
        match self.command {
            None => Asked::Serve(self.serve),
            Some(Command::Serve(options)) => Asked::Serve(options),
            Some(Command::Demo(options)) => Asked::Demo(options),
            Some(Command::Reconcile(options)) => Asked::Reconcile(options),
            Some(Command::Keys(KeysCommand::Rotate(place))) => Asked::Rotate(place),
            Some(Command::Ledger(LedgerCommand::Verify(options))) => Asked::VerifyLedger(options),
            Some(Command::Documents(DocumentsCommand::Verify(place))) => {
                Asked::VerifyDocuments(place)
            }
            Some(Command::Ledger(LedgerCommand::Export(options))) => Asked::ExportLedger(options),
        }
    }
}

/// Where an installation lives.
#[derive(Args, Debug, Clone)]
pub struct Place {
    /// The folder for the database, the master key and the lock; made when missing
    #[arg(
        long,
        value_name = "FOLDER",
        env = "QUITTANCE_DATA_DIR",
        default_value = "./quittance-data"
    )]
    pub data_dir: PathBuf,
    /// postgres://user:password@host/name, to keep the books in PostgreSQL instead of the embedded SQLite
    #[arg(
        long,
        value_name = "URL",
        env = "QUITTANCE_DATABASE_URL",
        hide_env_values = true
    )]
    pub database_url: Option<String>,
}

/// The flags of `serve`.
#[derive(Args, Debug, Clone)]
pub struct ServeOptions {
    #[command(flatten)]
    pub place: Place,
    /// The address to listen on; port 0 takes a free one, and the real address is printed
    #[arg(
        long,
        value_name = "ADDRESS:PORT",
        env = "QUITTANCE_LISTEN",
        default_value = "127.0.0.1:8080"
    )]
    pub listen: SocketAddr,
    /// The address people reach this server by, such as `https://invoices.example.org`; it stands in links and mails
    /// [default: the address listened on]
    #[arg(long, value_name = "URL", env = "QUITTANCE_PUBLIC_URL", value_parser = public_url)]
    pub public_url: Option<String>,
    /// The address of a proxy in front that adds the visitor's address to `X-Forwarded-For`; several with commas.
    /// Without it everybody behind the proxy counts as one when sign-ins are limited
    #[arg(
        long,
        value_name = "ADDRESS",
        env = "QUITTANCE_TRUSTED_PROXY",
        value_delimiter = ','
    )]
    pub trusted_proxy: Vec<IpAddr>,
    /// How log lines look on standard error
    #[arg(
        long,
        value_name = "FORMAT",
        env = "QUITTANCE_LOG_FORMAT",
        default_value = "text"
    )]
    pub log_format: LogFormat,
}

/// The flags of `demo`. No environment: what is set there for `serve` must not lead the demonstration to real books.
#[derive(Args, Debug, Clone)]
pub struct DemoOptions {
    /// Keep the demonstration in this folder, and go on with it next time [default: a temporary folder, removed at
    /// the end]
    #[arg(long, value_name = "FOLDER")]
    pub data_dir: Option<PathBuf>,
    /// The loopback address to listen on; port 0 takes a free one, and the real address is printed
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8080", value_parser = loopback)]
    pub listen: SocketAddr,
    /// Print one line of JSON on standard output instead of words
    #[arg(long)]
    pub json: bool,
    /// Begin like a new installation, with the set-up link, instead of the example studio
    #[arg(long)]
    pub empty: bool,
    /// Use a rehearsal of Stripe that runs by itself (`cargo run -p fake_stripe`) instead of one in this process
    #[arg(long, value_name = "http://127.0.0.1:PORT")]
    pub stripe_url: Option<String>,
    /// How log lines look on standard error
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub log_format: LogFormat,
}

/// How log lines look.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One object a line, for machines.
    Json,
}

fn without_empty_variables(
    command: clap::Command,
    read: &dyn Fn(&std::ffi::OsStr) -> Option<OsString>,
) -> clap::Command {
    let is_empty = |arg: &clap::Arg| {
        let value = arg.get_env().and_then(read);
        value.is_some_and(|value| value.is_empty())
    };
    let command = command.mut_args(|arg| {
        if is_empty(&arg) {
            arg.env(None::<&'static str>)
        } else {
            arg
        }
    });
    command.mut_subcommands(|inner| without_empty_variables(inner, read))
}

fn export_format(word: &str) -> Result<Format, String> {
    Format::parse(word).ok_or_else(|| "it is one of beancount, hledger, csv".into())
}

fn drawer(word: &str) -> Result<Mode, String> {
    Mode::parse(word).map_err(|_| "it is one of live, test".into())
}

/// Its password is known to everybody, so it is for this machine alone.
fn loopback(text: &str) -> Result<SocketAddr, String> {
    let address: SocketAddr = text.parse().map_err(|e| format!("{e}"))?;
    if address.ip().is_loopback() {
        Ok(address)
    } else {
        Err("the demonstration listens on this machine only, such as 127.0.0.1:8080".into())
    }
}

/// Scheme and host, maybe a port, nothing else: links are built by adding a path to it.
fn public_url(text: &str) -> Result<String, String> {
    let url = text.trim().trim_end_matches('/');
    let rest = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"));
    match rest {
        Some(host) if !host.is_empty() && !host.contains(['/', '?', '#', '@', ' ']) => {
            Ok(url.to_ascii_lowercase())
        }
        _ => Err(
            "it must look like https://invoices.example.org, with nothing after the host or port"
                .into(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_variable_set_to_nothing_is_not_set() {
        let left = |value: &'static str| {
            let read = move |_: &std::ffi::OsStr| Some(OsString::from(value));
            let command = without_empty_variables(Cli::command(), &read);
            let serve = command.find_subcommand("serve").unwrap().clone();
            serve
                .get_arguments()
                .filter(|a| a.get_env().is_some())
                .count()
        };
        assert_eq!(left(""), 0);
        assert!(left("x") >= 5);
    }

    #[test]
    fn a_public_address_is_scheme_and_host_and_nothing_more() {
        assert_eq!(
            public_url(" https://Facture.example.ca/ ").unwrap(),
            "https://facture.example.ca"
        );
        assert_eq!(
            public_url("http://127.0.0.1:8080").unwrap(),
            "http://127.0.0.1:8080"
        );
        for bad in [
            "example.ca",
            "ftp://example.ca",
            "https://",
            "https://a.ca/app",
            "https://me@a.ca",
            "https://a.ca?x",
        ] {
            assert!(public_url(bad).is_err(), "{bad}");
        }
    }
}
