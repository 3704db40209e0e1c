//! `demo`: what it prints, that it stays on this machine, and what it leaves behind.

use std::path::Path;

use rustix::process::Signal;
use serde_json::Value;
use tempfile::tempdir;

use crate::kit::{Server, get, output, quittance, said};

fn start(args: &[&str], data_dir: Option<&Path>) -> (Server, Value) {
    let mut command = quittance(&["demo", "--json", "--listen", "127.0.0.1:0"]);
    command.args(args);
    if let Some(path) = data_dir {
        command.arg("--data-dir").arg(path);
    }
    let mut server = Server::run(&mut command);
    let told = serde_json::from_str(&server.line("")).expect("one line of JSON");
    (server, told)
}

fn text<'t>(told: &'t Value, name: &str) -> &'t str {
    told[name].as_str().unwrap_or_else(|| panic!("no {name} in {told}"))
}

fn host<'t>(told: &'t Value, name: &str) -> &'t str {
    text(told, name).strip_prefix("http://").expect("plain http on this machine")
}

#[test]
fn an_empty_demo_is_a_new_installation_with_a_rehearsal_beside_it_and_a_band() {
    let (server, told) = start(&["--empty"], None);
    assert!(text(&told, "public_key").starts_with("pk_live_"));
    assert!(text(&told, "secret_key").starts_with("sk_live_"));
    let (status, body) = get(host(&told, "url"), text(&told, "setup_url").strip_prefix(text(&told, "url")).unwrap());
    assert_eq!(status, 200, "{body}");
    assert!(body.contains("band demo"), "no band: {body}");
    let (status, script) = get(host(&told, "stripe_url"), "/endive/stripe.js");
    assert_eq!(status, 200, "{script}");
    let (status, took, printed, _) = server.end(Signal::TERM);
    assert!(status.success() && took.as_secs() < 5);
    assert_eq!(printed.len(), 1, "one line and nothing else: {printed:?}");
}

#[test]
fn a_temporary_folder_goes_with_the_demo() {
    let temporary = tempdir().unwrap();
    let mut command = quittance(&["demo", "--empty", "--json", "--listen", "127.0.0.1:0"]);
    let mut server = Server::run(command.env("TMPDIR", temporary.path()));
    server.line("{");
    let inside = || std::fs::read_dir(temporary.path()).unwrap().count();
    assert_eq!(inside(), 1);
    server.end(Signal::INT);
    assert_eq!(inside(), 0);
}

#[test]
fn the_demo_keeps_its_data_dir_and_serve_keeps_its_hands_off_it() {
    let folder = tempdir().unwrap();
    let data = folder.path().join("demo");
    let (server, first) = start(&["--empty"], Some(&data));
    server.end(Signal::KILL);
    let (server, second) = start(&["--empty"], Some(&data));
    assert_eq!(first["secret_key"], second["secret_key"], "the same keys to paste");
    server.end(Signal::TERM);
    let refused = quittance(&["serve", "--listen", "127.0.0.1:0", "--data-dir"]).arg(&data).output().unwrap();
    assert!(!refused.status.success());
    assert!(said(&refused).contains("belongs to the demonstration"), "{}", said(&refused));
}

#[test]
fn the_demo_never_opens_real_books_whatever_the_environment_says() {
    let folder = tempdir().unwrap();
    let mut server = Server::start(folder.path());
    server.address();
    server.end(Signal::TERM);
    let refused = quittance(&["demo", "--empty", "--listen", "127.0.0.1:0", "--data-dir"]).arg(folder.path()).output().unwrap();
    assert!(!refused.status.success() && said(&refused).contains("real books"), "{}", said(&refused));
    let mut command = quittance(&["demo", "--empty", "--json", "--listen", "127.0.0.1:0"]);
    let mut demo = Server::run(command.env("QUITTANCE_DATA_DIR", folder.path()).env("QUITTANCE_DATABASE_URL", "postgres://127.0.0.1:1/x"));
    demo.line("{");
    assert!(!folder.path().join("this-is-a-demo").exists());
}

#[test]
fn the_demo_stays_on_this_machine() {
    let refused = output(&["demo", "--listen", "0.0.0.0:0"]);
    assert_eq!(refused.status.code(), Some(2));
    for url in ["https://api.stripe.com", "http://192.0.2.1:12111", "http://127.0.0.1.example.org:1"] {
        let refused = output(&["demo", "--empty", "--listen", "127.0.0.1:0", "--stripe-url", url]);
        assert!(!refused.status.success() && said(&refused).contains("rehearsal Stripe must be at"), "{url}: {}", said(&refused));
    }
}

#[test]
fn a_rehearsal_that_runs_by_itself_names_its_keys() {
    let (own, told) = start(&["--empty"], None);
    let stripe = text(&told, "stripe_url");
    let (other, second) = start(&["--empty", "--stripe-url", stripe], None);
    assert_eq!(told["secret_key"], second["secret_key"]);
    assert_eq!(told["stripe_url"], second["stripe_url"]);
    drop(own);
    drop(other);
}
