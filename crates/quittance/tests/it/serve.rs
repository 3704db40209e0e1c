//! `serve`: address, key file, lock, ending, help.

use std::fs;
use std::io::Write;
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use rustix::process::Signal;
use tempfile::tempdir;

use crate::kit::{Server, get, output, quittance, said};

#[test]
fn port_zero_takes_a_free_port_and_the_printed_address_answers() {
    let folder = tempdir().unwrap();
    let mut server = Server::start(&folder.path().join("data"));
    let address = server.address();
    assert!(!address.ends_with(":0"), "{address}");
    let (status, body) = get(&address, "/no-such-page");
    assert_eq!(status, 404);
    assert!(body.contains("<html"), "{body}");
}

#[test]
fn without_a_command_it_serves_and_the_environment_is_heard() {
    let folder = tempdir().unwrap();
    let data = folder.path().join("data");
    let mut command = quittance(&[]);
    command
        .env("QUITTANCE_DATA_DIR", &data)
        .env("QUITTANCE_LISTEN", "127.0.0.1:0")
        .env("QUITTANCE_LOG_FORMAT", "json");
    command.env("QUITTANCE_PUBLIC_URL", "https://factures.example.ca/");
    let mut server = Server::run(&mut command);
    assert_eq!(
        server.line("Quittance is at "),
        "https://factures.example.ca"
    );
    let address = server.line("It listens on http://");
    assert_eq!(get(&address, "/no-such-page").0, 404);
    let (_, _, _, log) = server.end(Signal::TERM);
    assert!(
        log.iter().any(|line| line.contains("brought in step")),
        "{log:?}"
    );
    for line in &log {
        serde_json::from_str::<serde_json::Value>(line)
            .unwrap_or_else(|e| panic!("not JSON ({e}): {line}"));
    }
}

#[test]
fn the_master_key_is_made_once_and_only_its_owner_may_read_anything() {
    let folder = tempdir().unwrap();
    let data = folder.path().join("data");
    let mut server = Server::start(&data);
    server.address();
    let first = fs::read(data.join("master.key")).unwrap();
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&data), 0o700);
    assert_eq!(mode(&data.join("master.key")), 0o600);
    for file in fs::read_dir(&data).unwrap() {
        let path = file.unwrap().path();
        assert_eq!(mode(&path) & 0o077, 0, "{}", path.display());
    }
    server.end(Signal::TERM);
    let mut again = Server::start(&data);
    again.address();
    assert_eq!(fs::read(data.join("master.key")).unwrap(), first);
}

#[test]
fn sigterm_and_ctrl_c_end_it_within_five_seconds_even_with_idle_and_half_open_connections() {
    for signal in [Signal::TERM, Signal::INT] {
        let folder = tempdir().unwrap();
        let mut server = Server::start(folder.path());
        let address = server.address();
        let _silent = TcpStream::connect(&address).unwrap();
        let mut half = TcpStream::connect(&address).unwrap();
        half.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n").unwrap();
        get(&address, "/no-such-page");
        let (status, took, _, log) = server.end(signal);
        assert!(
            took < Duration::from_secs(5),
            "{signal:?} took {took:?}: {log:?}"
        );
        assert!(status.success(), "{signal:?}: {status}");
        assert!(
            TcpStream::connect(&address).is_err(),
            "nobody listens any more"
        );
    }
}

#[test]
fn two_processes_never_serve_one_data_folder() {
    let folder = tempdir().unwrap();
    let mut first = Server::start(folder.path());
    let address = first.address();
    let second = quittance(&["serve", "--listen", "127.0.0.1:0", "--data-dir"])
        .arg(folder.path())
        .output()
        .unwrap();
    assert!(!second.status.success());
    assert!(
        said(&second).contains("another Quittance"),
        "{}",
        said(&second)
    );
    assert!(
        said(&second).contains("nothing was changed"),
        "{}",
        said(&second)
    );
    assert_eq!(
        get(&address, "/no-such-page").0,
        404,
        "the first one is unharmed"
    );
}

#[test]
fn a_killed_process_leaves_no_lock_behind() {
    let folder = tempdir().unwrap();
    let mut first = Server::start(folder.path());
    first.address();
    first.end(Signal::KILL);
    let mut second = Server::start(folder.path());
    assert_eq!(get(&second.address(), "/no-such-page").0, 404);
}

#[test]
fn a_taken_address_is_said_in_a_sentence() {
    let (one, two) = (tempdir().unwrap(), tempdir().unwrap());
    let mut first = Server::start(one.path());
    let address = first.address();
    let second = quittance(&["--listen", &address, "--data-dir"])
        .arg(two.path())
        .output()
        .unwrap();
    assert!(!second.status.success());
    assert!(
        said(&second).contains("cannot be listened on"),
        "{}",
        said(&second)
    );
}

#[test]
fn help_names_every_flag_its_environment_and_its_default() {
    let help = String::from_utf8(output(&["--help"]).stdout).unwrap();
    for word in [
        "--data-dir",
        "QUITTANCE_DATA_DIR",
        "./quittance-data",
        "--listen",
        "QUITTANCE_LISTEN",
        "127.0.0.1:8080",
        "--public-url",
        "QUITTANCE_PUBLIC_URL",
        "--database-url",
        "QUITTANCE_DATABASE_URL",
        "--log-format",
        "QUITTANCE_LOG_FORMAT",
        "serve",
        "keys",
    ] {
        assert!(help.contains(word), "--help does not name {word}:\n{help}");
    }
    let rotate = String::from_utf8(output(&["keys", "rotate", "--help"]).stdout).unwrap();
    assert!(
        rotate.contains("--data-dir") && rotate.contains("Stop the server first"),
        "{rotate}"
    );
}

#[test]
fn help_never_shows_the_password_of_the_database() {
    let mut command = quittance(&["--help"]);
    command.env(
        "QUITTANCE_DATABASE_URL",
        "postgres://me:hush-hush@db.example/q",
    );
    let help = String::from_utf8(command.output().unwrap().stdout).unwrap();
    assert!(!help.contains("hush-hush"), "{help}");
}

#[test]
fn serve_knows_no_flag_that_leads_away_from_stripe() {
    for flag in [
        "--stripe-url=http://127.0.0.1:12111",
        "--demo",
        "--json",
        "--empty",
    ] {
        let folder = tempdir().unwrap();
        let refused = quittance(&["serve", flag, "--data-dir"])
            .arg(folder.path())
            .output()
            .unwrap();
        assert_eq!(refused.status.code(), Some(2), "{flag}: {}", said(&refused));
    }
}

#[test]
fn serve_answers_no_address_of_the_rehearsal_and_shows_no_band() {
    let folder = tempdir().unwrap();
    let mut command = quittance(&["serve", "--listen", "127.0.0.1:0", "--data-dir"]);
    command
        .arg(folder.path())
        .env("QUITTANCE_STRIPE_URL", "http://127.0.0.1:12111")
        .env("QUITTANCE_DEMO", "1");
    let mut server = Server::run(&mut command);
    let address = server.address();
    for path in [
        "/_control/recorded",
        "/_control/charges",
        "/v1/account",
        "/v1/events",
        "/endive/stripe.js",
        "/demo/mailbox",
    ] {
        let (status, body) = get(&address, path);
        assert_eq!(status, 404, "{path}");
        assert!(
            !body.contains("band demo"),
            "{path} shows the demonstration's band"
        );
    }
}

#[test]
fn the_first_run_prints_a_set_up_link_that_opens_and_an_older_one_is_worth_nothing() {
    let folder = tempdir().unwrap();
    let mut links: Vec<String> = Vec::new();
    for _ in 0..2 {
        let mut server = Server::start(folder.path());
        let address = server.address();
        let link = server.line("To set it up, open this link; it works once: ");
        let path = link
            .strip_prefix(&format!("http://{address}"))
            .expect("a link to this server")
            .to_owned();
        assert!(path.starts_with("/setup/") && path.len() > 30, "{path}");
        assert_eq!(get(&address, &path).0, 200);
        for older in &links {
            assert_eq!(get(&address, older).0, 404);
        }
        links.push(path);
        let (_, _, _, log) = server.end(Signal::TERM);
        for link in &links {
            assert!(
                !log.iter().any(|line| line.contains(link.as_str())),
                "the link stands in the log"
            );
        }
    }
}
