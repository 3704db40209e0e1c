//! Starts the executable, reads what it prints, and ends it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// How long anything may take on a busy machine before a test gives up.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// The executable, with nothing of this machine's settings in its environment.
pub fn quittance(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_quittance"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("QUITTANCE_")) {
        command.env_remove(name);
    }
    command.args(args);
    command
}

/// Runs it to its end.
pub fn output(args: &[&str]) -> Output {
    quittance(args).output().expect("the executable starts")
}

/// A server that is running; killed when dropped.
pub struct Server {
    child: Child,
    lines: Receiver<String>,
    seen: Vec<String>,
    errors: Receiver<String>,
}

impl Server {
    /// `serve` on a free port.
    pub fn start(data_dir: &Path) -> Server {
        Server::run(quittance(&["serve", "--listen", "127.0.0.1:0", "--data-dir"]).arg(data_dir))
    }

    pub fn run(command: &mut Command) -> Server {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the executable starts");
        let lines = follow(child.stdout.take().expect("piped"));
        let errors = follow(child.stderr.take().expect("piped"));
        Server {
            child,
            lines,
            seen: Vec::new(),
            errors,
        }
    }

    /// Waits for a line that starts with `start`, and answers the rest of it.
    pub fn line(&mut self, start: &str) -> String {
        let until = Instant::now() + PATIENCE;
        while let Ok(line) = self
            .lines
            .recv_timeout(until.saturating_duration_since(Instant::now()))
        {
            self.seen.push(line.clone());
            if let Some(rest) = line.strip_prefix(start) {
                return rest.trim().to_owned();
            }
        }
        panic!(
            "no line “{start}…”; printed: {:?}; said: {:?}",
            self.seen,
            self.errors.try_iter().collect::<Vec<_>>()
        );
    }

    /// Where it listens, `127.0.0.1:PORT`, once it does.
    pub fn address(&mut self) -> String {
        let url = self.line("Quittance is at ");
        url.strip_prefix("http://").expect("an address").to_owned()
    }

    /// Sends a signal and answers how it ended and how long that took.
    pub fn end(
        mut self,
        signal: rustix::process::Signal,
    ) -> (ExitStatus, Duration, Vec<String>, Vec<String>) {
        let id = rustix::process::Pid::from_child(&self.child);
        let asked = Instant::now();
        rustix::process::kill_process(id, signal).expect("it runs");
        let status = loop {
            match self.child.try_wait().expect("it is ours") {
                Some(status) => break status,
                None if asked.elapsed() > PATIENCE => panic!("it does not end"),
                None => std::thread::sleep(Duration::from_millis(10)),
            }
        };
        let took = asked.elapsed();
        self.seen.extend(self.lines.iter());
        let errors = self.errors.iter().collect();
        (status, took, std::mem::take(&mut self.seen), errors)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn follow(stream: impl Read + Send + 'static) -> Receiver<String> {
    let (send, lines) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            drop(send.send(line));
        }
    });
    lines
}

/// Status and body of `GET path`.
pub fn get(address: &str, path: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(address).expect("it listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("a socket");
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n"
    )
    .expect("it reads");
    let mut answer = String::new();
    stream
        .read_to_string(&mut answer)
        .expect("it answers in UTF-8");
    let status = answer
        .split(' ')
        .nth(1)
        .and_then(|s| s.parse().ok())
        .expect("a status line");
    let body = answer
        .split_once("\r\n\r\n")
        .map(|(_, body)| body.to_owned())
        .unwrap_or_default();
    (status, body)
}

/// What a failed run said, as one text.
pub fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}
