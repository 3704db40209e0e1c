//! `reconcile`: when it cannot compare, it says why in a sentence, fails, and has changed nothing.

use rustix::process::Signal;
use tempfile::tempdir;

use crate::kit::{Server, quittance, said};

fn reconcile(data: &std::path::Path) -> (bool, String) {
    let output = quittance(&["reconcile", "--data-dir"])
        .arg(data)
        .output()
        .unwrap();
    (output.status.success(), said(&output))
}

#[test]
fn without_keys_an_installation_or_the_folder_to_itself_nothing_is_compared_and_it_says_so() {
    let folder = tempdir().unwrap();
    let (done, words) = reconcile(folder.path());
    assert!(!done && words.contains("no installation"), "{words}");

    let mut server = Server::start(folder.path());
    server.address();
    let (done, words) = reconcile(folder.path());
    assert!(!done && words.contains("another Quittance"), "{words}");

    server.end(Signal::TERM);
    let (done, words) = reconcile(folder.path());
    assert!(
        !done && words.contains("no Stripe keys are saved"),
        "{words}"
    );

    let mut server = Server::start(folder.path());
    server.address();
    server.end(Signal::TERM);
}
