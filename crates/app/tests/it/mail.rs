//! Mail: queued with the change, sent by a server's word only, nothing secret at rest.
//!
//! The small server here answers as a test tells it; the judge we did not write is `oracles/mail` (aiosmtpd).

use std::sync::{Arc, Mutex};

use ::kit::db::Error;
use ::kit::locale::Lang;
use ::kit::{args, sql};
use app::mail::{self, LINK_HERE, NewMail};
use app::who::Scope;
use billing::Mode;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;

use crate::kit::{Browser, TestApp};

/// Accepts mail as long as `answer` to the recipient begins with 2; keeps what was said.
async fn mail_server(answer: &'static str) -> (u16, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let taken = Arc::new(Mutex::new(Vec::new()));
    let mails = taken.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mails = mails.clone();
            tokio::spawn(async move {
                let (read, mut write) = stream.split();
                let mut lines = BufReader::new(read).lines();
                write.write_all(b"220 here\r\n").await.unwrap();
                let (mut data, mut in_data) = (String::new(), false);
                while let Ok(Some(line)) = lines.next_line().await {
                    if in_data && line != "." {
                        data.push_str(&line);
                        data.push('\n');
                        continue;
                    }
                    let say = match line.split(' ').next().unwrap_or("") {
                        "." => {
                            in_data = false;
                            mails.lock().unwrap().push(std::mem::take(&mut data));
                            "250 taken as number 7\r\n".to_owned()
                        }
                        "DATA" => {
                            in_data = true;
                            "354 go on\r\n".to_owned()
                        }
                        "RCPT" => format!("{answer}\r\n"),
                        "QUIT" => "221 bye\r\n".to_owned(),
                        _ => "250 yes\r\n".to_owned(),
                    };
                    if write.write_all(say.as_bytes()).await.is_err() {
                        return;
                    }
                }
            });
        }
    });
    (port, taken)
}

async fn set_server(browser: &mut Browser, port: u16) {
    let port = port.to_string();
    let fields = [
        ("host", "127.0.0.1"),
        ("port", &*port),
        ("security", "none"),
        ("from", "billing@studionord.example"),
    ];
    browser
        .post("/settings/mail", &fields)
        .await
        .expect(200)
        .shows("Your changes are saved.");
}

async fn queue(
    app: &TestApp,
    change: impl Fn(&mut NewMail) + Send + Sync + 'static,
) -> Result<String, Error> {
    let hands = app.app.clone();
    app.app
        .db()
        .write(move |tx| {
            let business: String =
                tx.get(sql!("select id from businesses"), args![], |r| r.text(0))?;
            let mut mail = NewMail {
                scope: Scope {
                    business_id: business.parse().unwrap(),
                    mode: Mode::Live,
                },
                kind: "invoice",
                invoice_id: None,
                link: "/i/SECRETTOKENSECRETTOKENSECR".into(),
                to_address: "buyer@example.org".into(),
                to_name: "Éloïse Côté".into(),
                reply_to: "bonjour@studionord.example".into(),
                from_name: "Studio Nord".into(),
                language: Lang::Fr,
                subject: "Facture 2026-0042 de Studio Nord".into(),
                text: format!("Voici :\n{LINK_HERE}\n"),
                html: format!("<p>Voici <a href=\"{LINK_HERE}\">la facture</a></p>"),
            };
            change(&mut mail);
            mail::queue(tx, &hands, mail)
        })
        .await
}

async fn state_of(app: &TestApp, id: &str) -> (String, String, i64) {
    let id = id.to_owned();
    let text = sql!("select state, last_answer, attempts from mails where id = $1");
    app.app
        .db()
        .read::<_, Error, _>(move |tx| {
            tx.get(text, args![&id], |r| {
                Ok((r.text(0)?, r.text(1)?, r.int(2)?))
            })
        })
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_is_sent_when_the_server_says_so_with_its_link_from_the_sellers_name() {
    let (app, mut browser) = TestApp::with_seller().await;
    let (port, taken) = mail_server("250 fine").await;
    set_server(&mut browser, port).await;
    let id = queue(&app, |_| {}).await.unwrap();
    browser
        .get("/outbox")
        .await
        .expect(200)
        .shows("In the queue");
    app.run_jobs().await;
    let (state, answer, attempts) = state_of(&app, &id).await;
    assert_eq!((state.as_str(), attempts), ("sent", 1));
    assert!(answer.contains("taken as number 7"), "{answer}");
    let mail = taken.lock().unwrap()[0].clone();
    assert!(
        mail.contains("From: \"Studio Nord\" <billing@studionord.example>"),
        "{mail}"
    );
    assert!(
        mail.contains("Reply-To: \"Studio Nord\" <bonjour@studionord.example>"),
        "{mail}"
    );
    assert!(
        mail.contains("multipart/alternative")
            && mail.contains(&format!("Message-ID: <{id}@studionord.example>")),
        "{mail}"
    );
    assert!(
        mail.contains("SECRETTOKENSECRETTOKENSECR") && !mail.contains(LINK_HERE),
        "{mail}"
    );
    app.run_jobs().await;
    assert_eq!(taken.lock().unwrap().len(), 1, "once");
    browser
        .get(&format!("/outbox/{id}"))
        .await
        .expect(200)
        .shows("taken as number 7")
        .shows("SECRETTOKENSECRETTOKENSECR");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_mail_server_a_mail_is_kept_and_never_called_sent() {
    let (app, mut browser) = TestApp::with_seller().await;
    let id = queue(&app, |_| {}).await.unwrap();
    app.run_jobs().await;
    assert_eq!(state_of(&app, &id).await.0, "kept");
    let page = browser.get(&format!("/outbox/{id}")).await.expect(200);
    page.shows("Not sent")
        .shows("No mail server is set")
        .hides("Accepted");
    let (port, taken) = mail_server("250 fine").await;
    set_server(&mut browser, port).await;
    browser
        .post(&format!("/outbox/{id}/resend"), &[])
        .await
        .expect(200)
        .shows("in the queue again");
    app.run_jobs().await;
    assert_eq!(
        (
            state_of(&app, &id).await.0.as_str(),
            taken.lock().unwrap().len()
        ),
        ("sent", 1)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_asks_to_wait_is_asked_again_and_one_that_refuses_is_not() {
    let (mut app, mut browser) = TestApp::with_seller().await;
    app.may_leave_jobs();
    let (port, _) = mail_server("451 come back later").await;
    set_server(&mut browser, port).await;
    let id = queue(&app, |_| {}).await.unwrap();
    app.run_jobs().await;
    let (state, answer, attempts) = state_of(&app, &id).await;
    assert_eq!((state.as_str(), attempts), ("deferred", 1), "{answer}");
    assert!(
        answer.contains("451") && answer.contains("come back later"),
        "{answer}"
    );
    app.advance(2);
    app.run_jobs().await;
    assert_eq!(state_of(&app, &id).await.2, 2, "tried again by itself");
    let (port, _) = mail_server("550 no such person").await;
    set_server(&mut browser, port).await;
    app.advance(60);
    app.run_jobs().await;
    let (state, answer, attempts) = state_of(&app, &id).await;
    assert_eq!((state.as_str(), attempts), ("failed", 3));
    assert!(
        answer.contains("550") && answer.contains("no such person"),
        "{answer}"
    );
    app.advance(86_400);
    assert_eq!(app.run_jobs().await, 0, "not again");
    browser
        .get("/outbox")
        .await
        .expect(200)
        .shows("Not delivered");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_not_there_is_told_in_words_and_after_hours_the_mail_has_failed() {
    let (app, mut browser) = TestApp::with_seller().await;
    let closed = TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    set_server(&mut browser, closed).await;
    browser
        .post("/settings/mail/test", &[])
        .await
        .expect(200)
        .shows("The test mail was not sent.");
    let id = queue(&app, |_| {}).await.unwrap();
    for _ in 0..25 {
        app.run_jobs().await;
        app.advance(3600);
    }
    let (state, answer, attempts) = state_of(&app, &id).await;
    assert_eq!(
        (state.as_str(), attempts),
        ("failed", ::kit::jobs::ATTEMPTS_MAX)
    );
    assert!(!answer.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn web_11_nothing_typed_can_break_out_of_its_header() {
    let (app, mut browser) = TestApp::with_seller().await;
    let (port, taken) = mail_server("250 fine").await;
    set_server(&mut browser, port).await;
    for address in [
        "a@example.org\r\nBcc: all@example.org",
        "a@example.org, b@example.org",
        "",
        "<a@example.org>",
    ] {
        assert!(
            queue(&app, move |m| m.to_address = address.into())
                .await
                .is_err(),
            "{address:?}"
        );
    }
    queue(&app, |m| {
        m.to_name = "Eve\r\nBcc: all@example.org".into();
        m.from_name = "Nord\nX-Evil: 1".into();
        m.subject = "Hello\r\n\r\nInjected body".into();
    })
    .await
    .unwrap();
    app.run_jobs().await;
    let mail = taken.lock().unwrap()[0].clone();
    let head = mail.split("\n\n").next().unwrap();
    for line in ["Bcc:", "X-Evil:", "Injected"] {
        assert!(!head.lines().any(|l| l.starts_with(line)), "{head}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lnk_06_no_token_is_at_rest_in_mails() {
    let (app, mut browser) = TestApp::with_seller().await;
    let id = queue(&app, |_| {}).await.unwrap();
    app.run_jobs().await;
    let text =
        sql!("select body_text || body_html || subject || link_sealed || last_answer from mails");
    let kept: String = app
        .app
        .db()
        .read::<_, Error, _>(move |tx| tx.get(text, args![], |r| r.text(0)))
        .await
        .unwrap();
    assert!(
        !kept.contains("SECRETTOKEN") && kept.contains(LINK_HERE),
        "{kept}"
    );
    let html = browser.get(&format!("/outbox/{id}/html")).await.expect(200);
    html.shows("http://localhost:8080/i/SECRETTOKENSECRETTOKENSECR");
    let policy = html.headers["content-security-policy"].to_str().unwrap();
    assert!(
        policy.starts_with("default-src 'none'") && policy.contains("sandbox"),
        "{policy}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn ac_18_the_mail_password_is_sealed_never_shown_and_not_carried_to_another_server() {
    let (app, mut browser) = TestApp::with_seller().await;
    let fields = |host: &'static str, password: &'static str| {
        [
            ("host", host),
            ("port", "587"),
            ("security", "starttls"),
            ("username", "nord"),
            ("from", "a@example.org"),
            ("password", password),
        ]
    };
    let sealed = || {
        let db = app.app.db().clone();
        async move {
            db.read::<String, Error, _>(|tx| {
                tx.get(
                    sql!("select password_sealed from mail_settings"),
                    args![],
                    |r| r.text(0),
                )
            })
            .await
            .unwrap()
        }
    };
    let page = browser
        .post("/settings/mail", &fields("smtp.example.org", "swordfish-1"))
        .await
        .expect(200);
    page.hides("swordfish-1")
        .shows("Leave it empty to keep the present one");
    let first = sealed().await;
    assert!(first.starts_with("v1.") && !first.contains("swordfish"));
    browser
        .post("/settings/mail", &fields("smtp.example.org", ""))
        .await
        .expect(200);
    assert_eq!(sealed().await, first);
    browser
        .post("/settings/mail", &fields("smtp.evil.example", ""))
        .await
        .expect(200);
    assert_eq!(
        sealed().await,
        "",
        "a password is never shown to a server it was not given for"
    );
    let remote = [
        ("host", "smtp.example.org"),
        ("port", "25"),
        ("security", "none"),
        ("from", "a@example.org"),
    ];
    browser
        .post("/settings/mail", &remote)
        .await
        .expect(422)
        .shows("in the clear");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_outbox_pages_by_key_and_shows_only_its_own_drawer() {
    let (app, mut browser) = TestApp::with_seller().await;
    for n in 0..60 {
        app.advance(1);
        queue(&app, move |m| m.subject = format!("Mail number {n:02}."))
            .await
            .unwrap();
    }
    app.run_jobs().await;
    let first = browser.get("/outbox").await.expect(200);
    first
        .shows("Mail number 59.")
        .shows("Mail number 10.")
        .hides("Mail number 09.")
        .hides("rel=\"prev\"");
    let next = first
        .body
        .split("rel=\"next\"")
        .next()
        .unwrap()
        .rsplit("href=\"")
        .next()
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    browser
        .get(&next)
        .await
        .expect(200)
        .shows("Mail number 09.")
        .shows("Mail number 00.")
        .hides("rel=\"next\"")
        .shows("rel=\"prev\"");
    browser
        .post("/mode", &[("mode", "test"), ("back", "/outbox")])
        .await
        .expect(200)
        .shows("No mail yet.");
}
