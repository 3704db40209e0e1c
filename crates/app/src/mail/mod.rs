//! Mail: a row before it is an act, sent by a job, shown in the outbox with what the mail server answered.
//!
//! A feature composes with [`letters`], then calls [`queue`] in the transaction of the change the mail tells of.
//! The public link stands in the row as [`LINK_HERE`] and beside it sealed, so that no token is at rest in the clear
//! (LNK-06).

pub mod letters;
pub mod news;
mod outbox;
pub mod seller;
mod send;
mod settings;
mod smtp;
mod store;

use axum::Router;
use axum::routing::{get, post};
use billing::id::BusinessId;
use kit::db::{Error, Tx};
use kit::jobs;
use kit::locale::Lang;
use secrecy::ExposeSecret;

use crate::app::App;
use crate::who::Scope;

pub use send::work;

/// The job that sends one mail; its payload is the mail's id.
pub const SEND: &str = "SendMail";
/// Stands in a mail's texts where the link belongs.
pub const LINK_HERE: &str = "%LINK%";
/// What a mail's sealed link is bound to, beside the mail's id.
pub const LINK: &str = "mail.link";
/// What a mail server's sealed password is bound to, beside the business's id.
pub const PASSWORD: &str = "mail_settings.password";

/// The addresses of this feature.
pub fn router() -> Router<App> {
    Router::new()
        .route("/outbox", get(outbox::list))
        .route("/outbox/{id}", get(outbox::show))
        .route("/outbox/{id}/html", get(outbox::html))
        .route("/outbox/{id}/resend", post(outbox::resend))
        .route("/settings/mail", get(settings::get).post(settings::post))
        .route("/settings/mail/test", post(settings::test))
}

/// A mail ready to be queued.
#[derive(Clone, Debug)]
pub struct NewMail {
    /// Whose, and from which drawer.
    pub scope: Scope,
    /// `invoice`, `receipt`, `area_link`.
    pub kind: &'static str,
    /// The invoice it is about.
    pub invoice_id: Option<String>,
    /// The path that [`LINK_HERE`] stands for, such as `/i/…`; kept sealed. Empty when there is none.
    pub link: String,
    /// Whom it goes to.
    pub to_address: String,
    /// May be empty.
    pub to_name: String,
    /// Where answers go: the seller.
    pub reply_to: String,
    /// The seller's name.
    pub from_name: String,
    /// The customer's language.
    pub language: Lang,
    /// One line.
    pub subject: String,
    /// The plain twin.
    pub text: String,
    /// The HTML twin.
    pub html: String,
}

/// A file that goes with a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// What it is called: `CN-2026-0001.pdf`.
    pub name: String,
    /// What it is: `application/pdf`.
    pub media_type: String,
    /// The whole of it.
    pub bytes: Vec<u8>,
}

/// Puts a file to a mail that was queued in this transaction. Its place is told by the caller, from 0.
///
/// # Errors
/// Of the database.
pub fn attach(
    tx: &mut Tx<'_>,
    mail_id: &str,
    position: i64,
    file: &Attachment,
) -> Result<(), Error> {
    store::insert_attachment(tx, mail_id, position, file)
}

/// Where a mail stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Waits for the job.
    Queued,
    /// The mail server has accepted it.
    Sent,
    /// The mail server could not be reached, or asked to come again; it is tried again.
    Deferred,
    /// The mail server refused it for good, or was not reached for hours.
    Failed,
    /// Not sent: no mail server is set, or this is the demonstration.
    Kept,
}

impl State {
    /// The stored word.
    pub fn as_str(self) -> &'static str {
        match self {
            State::Queued => "queued",
            State::Sent => "sent",
            State::Deferred => "deferred",
            State::Failed => "failed",
            State::Kept => "kept",
        }
    }

    /// Reads the stored word.
    pub fn parse(text: &str) -> Option<State> {
        [
            State::Queued,
            State::Sent,
            State::Deferred,
            State::Failed,
            State::Kept,
        ]
        .into_iter()
        .find(|s| s.as_str() == text)
    }
}

/// A mail as it is kept.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // as NewMail, and what became of it
pub struct Mailed {
    pub id: String,
    pub scope: Scope,
    pub kind: String,
    pub invoice_id: Option<String>,
    link_sealed: String,
    pub to_address: String,
    pub to_name: String,
    pub reply_to: String,
    pub from_name: String,
    pub language: Lang,
    pub subject: String,
    pub text: String,
    pub html: String,
    pub state: State,
    pub attempts: i64,
    /// What the mail server said last, in its own words.
    pub last_answer: String,
    pub created_at: i64,
    pub sent_at: Option<i64>,
}

/// How to speak with a mail server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Security {
    /// TLS from the first byte (usually port 465).
    Tls,
    /// Plain first, then TLS, never without (usually port 587).
    StartTls,
    /// Plain; only to this very machine.
    None,
}

impl Security {
    fn as_str(self) -> &'static str {
        match self {
            Security::Tls => "tls",
            Security::StartTls => "starttls",
            Security::None => "none",
        }
    }
}

impl std::str::FromStr for Security {
    type Err = ();
    fn from_str(text: &str) -> Result<Security, ()> {
        [Security::Tls, Security::StartTls, Security::None]
            .into_iter()
            .find(|s| s.as_str() == text)
            .ok_or(())
    }
}

/// A mail server as it is kept.
#[derive(Clone, Debug)]
struct Server {
    host: String,
    port: u16,
    security: Security,
    username: String,
    password_sealed: String,
    from_address: String,
}

/// Queues a mail: its row and its job, in the caller's transaction. Answers its id.
///
/// Control characters in names and subject become spaces: nothing can break out of its header (WEB-11).
///
/// # Errors
/// [`Error::Shape`] for an address that cannot be one; else of the database.
pub fn queue(tx: &mut Tx<'_>, app: &App, mail: NewMail) -> Result<String, Error> {
    if !crate::sign_in::is_email(&mail.to_address) {
        return Err(Error::Shape("a mail has no address to go to".into()));
    }
    let reply_to = if crate::sign_in::is_email(&mail.reply_to) {
        mail.reply_to.clone()
    } else {
        String::new()
    };
    let mail = NewMail {
        to_name: one_line(&mail.to_name),
        from_name: one_line(&mail.from_name),
        subject: one_line(&mail.subject),
        reply_to,
        ..mail
    };
    let id = app.new_id();
    let sealed = match mail.link.as_str() {
        "" => String::new(),
        link => app
            .keyring()
            .seal(&id, LINK, link, app.chance())
            .map_err(|e| Error::Failed(e.to_string()))?,
    };
    store::insert_mail(tx, &id, &mail, &sealed, app.now_ms())?;
    jobs::enqueue(tx, app.hands(), SEND, &id, &id)?;
    Ok(id)
}

/// Whether mail can leave this machine at all.
///
/// # Errors
/// Of the database.
pub fn has_server(tx: &mut Tx<'_>, business_id: &BusinessId) -> Result<bool, Error> {
    Ok(store::find_server(tx, business_id)?.is_some())
}

/// How many mails of this drawer could not be delivered and wait for somebody.
///
/// # Errors
/// Of the database.
pub fn count_failed(tx: &mut Tx<'_>, scope: &Scope) -> Result<i64, Error> {
    store::count_in_state(tx, scope, State::Failed)
}

/// Where one mail stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Where.
    pub state: State,
    /// Unix milliseconds.
    pub created_at: i64,
    /// When the mail server took it, Unix milliseconds.
    pub sent_at: Option<i64>,
}

/// Where a mail stands; nothing for one that is not there.
///
/// # Errors
/// Of the database.
pub fn find_standing(tx: &mut Tx<'_>, mail_id: &str) -> Result<Option<Standing>, Error> {
    store::find_standing(tx, mail_id)
}

/// The mails about an invoice, oldest first, without their texts.
///
/// # Errors
/// Of the database.
pub fn list_by_invoice(
    tx: &mut Tx<'_>,
    scope: &Scope,
    invoice_id: &str,
) -> Result<Vec<Mailed>, Error> {
    store::list_mails_by_invoice(tx, scope, invoice_id)
}

impl Mailed {
    /// The whole address the mail leads to; empty when it leads nowhere or its key is lost.
    pub fn link(&self, app: &App) -> String {
        let open = || {
            app.keyring()
                .open_sealed(&self.id, LINK, &self.link_sealed)
                .ok()
        };
        match open().filter(|_| !self.link_sealed.is_empty()) {
            Some(path) => format!("{}{}", app.public_url(), path.expose_secret()),
            None => String::new(),
        }
    }

    /// Text and HTML as they are sent.
    pub fn bodies(&self, app: &App) -> (String, String) {
        let link = self.link(app);
        (
            self.text.replace(LINK_HERE, &link),
            self.html.replace(LINK_HERE, &link),
        )
    }
}

fn one_line(text: &str) -> String {
    let plain: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}
