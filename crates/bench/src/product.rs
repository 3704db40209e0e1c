//! The processes under measurement: started, asked, and ended with the measurement.

use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};
use serde_json::Value;

/// A running server. Dropping it ends the process.
pub struct Running {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
    pay_url: Option<String>,
}

impl Running {
    /// This program again, as the bare route.
    pub fn start_bare(bytes: usize) -> Result<Running> {
        let program = std::env::current_exe()?;
        let (child, line) = start(Command::new(program).args(["bare", &bytes.to_string()]))?;
        let address = line
            .trim()
            .parse()
            .context("the bare route printed no address")?;
        Ok(Running {
            child,
            address,
            pay_url: None,
        })
    }

    /// The product with its example studio, in a temporary folder of its own.
    pub fn start_demo(program: &Path) -> Result<Running> {
        let (child, line) =
            start(Command::new(program).args(["demo", "--json", "--listen", "127.0.0.1:0"]))?;
        let fields: Value =
            serde_json::from_str(&line).context("`quittance demo --json` printed no JSON line")?;
        let text = |name: &str| {
            fields[name]
                .as_str()
                .map(str::to_owned)
                .with_context(|| format!("no `{name}`"))
        };
        let address = host_of(&text("url")?)?;
        Ok(Running {
            child,
            address,
            pay_url: Some(text("pay_url")?),
        })
    }

    /// The product on a folder, at a port chosen here, so that one can ask before it says where it is.
    pub fn start_serve(program: &Path, folder: &Path) -> Result<Running> {
        let address = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?;
        let child = Command::new(program)
            .args(["serve", "--listen", &address.to_string(), "--data-dir"])
            .arg(folder)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("{} could not be started", program.display()))?;
        Ok(Running {
            child,
            address,
            pay_url: None,
        })
    }

    /// The path of the demo's public invoice: `/i/{token}`.
    pub fn public_path(&self) -> Result<String> {
        let url = self
            .pay_url
            .as_deref()
            .context("only the demo has a pay link")?;
        let path = url
            .splitn(4, '/')
            .nth(3)
            .context("the pay link has no path")?;
        Ok(format!(
            "/{}",
            path.trim_end_matches("/pay").trim_end_matches('/')
        ))
    }

    /// Resident memory now, in millions of bytes.
    pub fn resident_mb(&self) -> Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .context("no VmRSS")?;
        let kib: f64 = line.trim().trim_end_matches(" kB").parse()?;
        Ok(kib * 1024.0 / 1_000_000.0)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Starts a program that prints one line and then serves.
fn start(command: &mut Command) -> Result<(Child, String)> {
    let shown = format!("{command:?}");
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .with_context(|| format!("{shown} could not be started"))?;
    let mut line = String::new();
    let mut reader = BufReader::new(child.stdout.take().context("no standard output")?);
    reader.read_line(&mut line)?;
    // Whatever it prints later is read and let go, so that it never blocks on a full pipe.
    std::thread::spawn(move || std::io::copy(&mut reader, &mut std::io::sink()));
    Ok((child, line))
}

fn host_of(url: &str) -> Result<SocketAddr> {
    let host = url
        .strip_prefix("http://")
        .and_then(|rest| rest.split('/').next())
        .context("not an http address")?;
    host.replace("localhost", "127.0.0.1")
        .parse()
        .with_context(|| format!("{host} is no address"))
}
