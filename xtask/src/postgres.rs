//! A throw-away PostgreSQL, from Debian's binaries, in a temporary folder, gone afterwards.
//!
//! It listens on 127.0.0.1 at a free port, with a random password: anyone who may log in to a PostgreSQL as
//! its owner may run programs as the user it runs as, and a laptop can have more than one user.

use std::fs;
use std::io::Read;
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};

use anyhow::{Context, Result, bail};

use crate::{shell, tools};

/// A running cluster. Dropping it stops the server and removes its files.
pub struct Cluster {
    url: String,
    undertaker: Child,
}

impl Cluster {
    /// Creates and starts a cluster; takes about two seconds.
    pub fn start() -> Result<Cluster> {
        let binaries =
            binaries().context("PostgreSQL's server binaries are not on this machine")?;
        let folder = private_folder()?;
        // From here on the folder is somebody's to remove, whatever fails next.
        let undertaker = undertaker(&binaries, &folder)?;
        let password = random_hex()?;
        fs::write(folder.join("password"), &password)?;
        hand_over(&folder)?;
        let port = free_port()?;
        initialise(&binaries, &folder)?;
        start_server(&binaries, &folder, port)?;
        let url = format!("postgres://postgres:{password}@127.0.0.1:{port}/postgres");
        Ok(Cluster { url, undertaker })
    }

    /// Where it answers, as its owner: `postgres://postgres:…@127.0.0.1:port/postgres`.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.undertaker.stdin.take());
        let _ = self.undertaker.wait();
    }
}

/// `cargo xtask postgres`: a cluster for a developer, until Ctrl-C.
pub fn serve(words: &[String]) -> Result<ExitCode> {
    if !words.is_empty() {
        bail!("`cargo xtask postgres` takes no arguments");
    }
    tools::ensure(&[tools::Tool::Postgres])?;
    let cluster = Cluster::start()?;
    println!("{}", cluster.url());
    eprintln!(
        "Tests on it: QUITTANCE_TEST_ENGINES=postgres QUITTANCE_TEST_POSTGRES={} cargo nextest run",
        cluster.url()
    );
    eprintln!("Ctrl-C stops it and removes its files.");
    // Ctrl-C ends us here; the undertaker notices and clears up.
    loop {
        std::thread::park();
    }
}

/// The newest of Debian's server binaries, or those on the path.
pub fn binaries() -> Option<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = Vec::new();
    for entry in fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
    {
        let number = entry.file_name().to_string_lossy().parse::<u32>();
        let folder = entry.path().join("bin");
        if let (Ok(number), true) = (number, folder.join("initdb").is_file()) {
            versions.push((number, folder));
        }
    }
    versions.sort();
    let newest = versions.pop().map(|(_, folder)| folder);
    newest.or_else(|| shell::find("initdb").and_then(|file| file.parent().map(Path::to_path_buf)))
}

/// A small shell that waits for us to end, by whatever cause, then stops the server and removes the folder.
///
/// It stands in a process group of its own, so that the Ctrl-C that ends us does not end it as well; and it
/// waits on a pipe, so that it is told even when we are killed and no destructor runs.
fn undertaker(binaries: &Path, folder: &Path) -> Result<Child> {
    let script = r#"cat >/dev/null
        [ -f "$2/data/postmaster.pid" ] && $3 "$1/pg_ctl" -D "$2/data" -m immediate -w -t 30 stop >/dev/null 2>&1
        rm -rf "$2""#;
    let prefix = if tools::is_root() {
        "runuser -u postgres --"
    } else {
        ""
    };
    Command::new("sh")
        .args(["-c", script, "undertaker"])
        .arg(binaries)
        .arg(folder)
        .arg(prefix)
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .process_group(0)
        .spawn()
        .context("`sh` could not be started")
}

fn initialise(binaries: &Path, folder: &Path) -> Result<()> {
    let mut command = as_owner(&binaries.join("initdb"));
    command
        .arg("-D")
        .arg(folder.join("data"))
        .arg("--pwfile")
        .arg(folder.join("password"));
    command.args([
        "-U",
        "postgres",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale=C",
        "--no-sync",
    ]);
    quiet(command, folder)
}

fn start_server(binaries: &Path, folder: &Path, port: u16) -> Result<()> {
    // Nothing here outlives the run, so nothing needs to reach the disk; a test that asks about durability
    // asks SQLite, whose settings are the product's own.
    let options = format!(
        "-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={} -c fsync=off \
         -c synchronous_commit=off -c full_page_writes=off -c max_connections=300 -c timezone=UTC",
        folder.display()
    );
    let mut command = as_owner(&binaries.join("pg_ctl"));
    command
        .arg("-D")
        .arg(folder.join("data"))
        .arg("-l")
        .arg(folder.join("server.log"));
    command.args(["-w", "-t", "60", "-o", &options, "start"]);
    quiet(command, folder)
}

/// PostgreSQL refuses to run as root; Debian's package brings a user for it.
fn as_owner(program: &Path) -> Command {
    if !tools::is_root() {
        return shell::command(&program.to_string_lossy());
    }
    let mut command = shell::words("runuser -u postgres --");
    command.arg(program);
    command
}

/// Runs a command silently; when it fails, the error carries what it and the server said.
fn quiet(mut command: Command, folder: &Path) -> Result<()> {
    // pg_ctl hands its output on to the server it leaves behind: a pipe would never end, a file does.
    let log = folder.join("log");
    let file = fs::File::create(&log)?;
    command
        .current_dir("/")
        .stdout(file.try_clone()?)
        .stderr(file);
    let status = command
        .status()
        .with_context(|| format!("`{}` could not be started", shell::show(&command)))?;
    if !status.success() {
        let said = fs::read_to_string(&log).unwrap_or_default();
        let server = fs::read_to_string(folder.join("server.log")).unwrap_or_default();
        bail!(
            "`{}` failed ({status})\n{said}{server}",
            shell::show(&command)
        );
    }
    Ok(())
}

fn private_folder() -> Result<PathBuf> {
    let mut ask = shell::words("mktemp -d -t quittance-postgres-XXXXXX");
    ask.current_dir("/");
    shell::first_line(ask)
        .map(PathBuf::from)
        .context("`mktemp -d` made no folder")
}

fn hand_over(folder: &Path) -> Result<()> {
    if !tools::is_root() {
        return Ok(());
    }
    let mut command = shell::words("chown -R postgres");
    command.arg(folder);
    shell::must(command)
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

fn random_hex() -> Result<String> {
    let mut bytes = [0_u8; 16];
    fs::File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
