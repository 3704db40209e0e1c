//! The processes under measurement: started, asked, and ended with the measurement.

use std::io::{BufRead, BufReader};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal};
use serde_json::Value;

use crate::now;

/// Until a process has said where it is.
const NOWHERE: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0);

/// A running server. Dropping it ends the process.
pub struct Running {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
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
        Ok(Running { child, address })
    }

    /// This program again, as the product that deliveries go to; and what it says of itself.
    pub fn start_deliveries(folder: &Path) -> Result<(Running, Value)> {
        let program = std::env::current_exe()?;
        let (child, line) = start(Command::new(program).arg("deliveries").arg(folder))?;
        let mut running = Running {
            child,
            address: NOWHERE,
        };
        let told: Value =
            serde_json::from_str(&line).context("the product for deliveries did not start")?;
        running.address = told["address"].as_str().context("no `address`")?.parse()?;
        Ok((running, told))
    }

    /// This program again, with a measurement that tells what came of it in one line.
    pub fn measured(words: &[&str]) -> Result<Value> {
        let program = std::env::current_exe()?;
        let output = Command::new(program)
            .args(words)
            .stderr(Stdio::inherit())
            .output()?;
        if !output.status.success() {
            bail!("`{}` did not come to its end", words.join(" "));
        }
        serde_json::from_slice(&output.stdout)
            .with_context(|| format!("`{}` told nothing", words.join(" ")))
    }

    /// The product with its example studio, in a folder that stays; and what it says of itself.
    pub fn start_demo(program: &Path, folder: &Path) -> Result<(Running, Value)> {
        let mut command = Command::new(program);
        command
            .args(["demo", "--json", "--listen", "127.0.0.1:0", "--data-dir"])
            .arg(folder);
        let (child, line) = start(&mut command)?;
        let mut running = Running {
            child,
            address: NOWHERE,
        };
        let told: Value =
            serde_json::from_str(&line).context("`quittance demo --json` printed no JSON line")?;
        running.address = host_of(told["url"].as_str().context("no `url`")?)?;
        Ok((running, told))
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
        Ok(Running { child, address })
    }

    /// Ends the process as an operator does, and waits until it has put its books away.
    pub fn stop(mut self) -> Result<()> {
        let patience = Duration::from_secs(10);
        rustix::process::kill_process(Pid::from_child(&self.child), Signal::TERM)?;
        let asked = now();
        while asked.elapsed() < patience {
            if self.child.try_wait()?.is_some() {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        bail!("the product did not stop within {patience:?}")
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
        .stderr(Stdio::inherit())
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

/// The path of the public invoice, `/i/{token}`, from the demo's pay link.
pub fn public_path(pay_url: &str) -> Result<String> {
    let path = pay_url
        .splitn(4, '/')
        .nth(3)
        .context("the pay link has no path")?;
    Ok(format!(
        "/{}",
        path.trim_end_matches("/pay").trim_end_matches('/')
    ))
}

#[cfg(test)]
mod tests {
    use super::public_path;

    #[test]
    fn the_public_page_is_found_from_either_form_of_the_link() {
        for link in [
            "http://127.0.0.1:8080/i/abc",
            "http://127.0.0.1:8080/i/abc/",
            "http://127.0.0.1:8080/i/abc/pay",
        ] {
            assert_eq!(public_path(link).unwrap(), "/i/abc");
        }
        assert!(public_path("http://127.0.0.1:8080").is_err());
    }
}
