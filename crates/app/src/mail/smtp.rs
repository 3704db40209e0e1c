//! One mail to one mail server, by SMTP.

use std::time::Duration;

use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use secrecy::{ExposeSecret, SecretString};

use super::{Attachment, Security, Server};

/// What is to be sent.
pub(super) struct Envelope {
    pub id: String,
    pub from_name: String,
    pub reply_to: String,
    pub to_name: String,
    pub to_address: String,
    pub subject: String,
    pub text: String,
    pub html: String,
    pub files: Vec<Attachment>,
}

/// What came of it; the words are the server's own, or say what failed before it could speak.
#[derive(Debug)]
pub(super) enum Answer {
    Accepted(String),
    /// Not now: a `4xx`, or the server was not reached.
    Later(String),
    /// Never: a `5xx`, or an address that cannot stand in a mail.
    Refused(String),
}

/// An answer longer than this is cut: it is shown to a person.
const WORDS_MAX: usize = 300;

/// Sends it and waits for the answer, at most twenty seconds.
pub(super) async fn send(server: &Server, password: &SecretString, envelope: &Envelope) -> Answer {
    let message = match message(server, envelope) {
        Ok(message) => message,
        Err(words) => return Answer::Refused(words),
    };
    let transport = match transport(server, password) {
        Ok(transport) => transport,
        Err(words) => return Answer::Later(words),
    };
    match transport.send(message).await {
        Ok(response) => {
            let words: Vec<&str> = response.message().collect();
            Answer::Accepted(cut(&format!("{} {}", response.code(), words.join(" "))))
        }
        Err(error) if error.is_permanent() => Answer::Refused(words_of(&error)),
        Err(error) => Answer::Later(words_of(&error)),
    }
}

fn message(server: &Server, e: &Envelope) -> Result<Message, String> {
    let address = |text: &str| {
        text.parse::<Address>()
            .map_err(|error| format!("{text}: {error}"))
    };
    let name = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let from = Mailbox::new(name(&e.from_name), address(&server.from_address)?);
    let host = server
        .from_address
        .rsplit('@')
        .next()
        .unwrap_or("localhost");
    let mut builder = Message::builder()
        // The same for every try, so that a mail program shows one mail even if we were cut off after it was taken.
        .message_id(Some(format!("<{}@{host}>", e.id)))
        .from(from)
        .to(Mailbox::new(name(&e.to_name), address(&e.to_address)?))
        .subject(&e.subject)
        .raw_header(HeaderValue::new(
            HeaderName::new_from_ascii_str("Auto-Submitted"),
            "auto-generated".into(),
        ));
    if !e.reply_to.is_empty() {
        builder = builder.reply_to(Mailbox::new(name(&e.from_name), address(&e.reply_to)?));
    }
    let twins = MultiPart::alternative_plain_html(e.text.clone(), e.html.clone());
    let mut whole = twins;
    if !e.files.is_empty() {
        whole = MultiPart::mixed().multipart(whole);
        for file in &e.files {
            let kind = ContentType::parse(&file.media_type).map_err(|error| error.to_string())?;
            whole = whole.singlepart(
                lettre::message::Attachment::new(file.name.clone()).body(file.bytes.clone(), kind),
            );
        }
    }
    builder.multipart(whole).map_err(|error| error.to_string())
}

fn transport(
    server: &Server,
    password: &SecretString,
) -> Result<AsyncSmtpTransport<Tokio1Executor>, String> {
    type Smtp = AsyncSmtpTransport<Tokio1Executor>;
    let builder = match server.security {
        Security::Tls => Smtp::relay(&server.host).map_err(|e| words_of(&e))?,
        Security::StartTls => Smtp::starttls_relay(&server.host).map_err(|e| words_of(&e))?,
        Security::None => Smtp::builder_dangerous(server.host.as_str()),
    };
    let builder = builder
        .port(server.port)
        .timeout(Some(Duration::from_secs(20)));
    Ok(match server.username.as_str() {
        "" => builder.build(),
        user => builder
            .credentials(Credentials::new(
                user.to_owned(),
                password.expose_secret().to_owned(),
            ))
            .build(),
    })
}

fn words_of(error: &lettre::transport::smtp::Error) -> String {
    use std::error::Error as _;
    let code = error
        .status()
        .map(|code| format!("{code} "))
        .unwrap_or_default();
    let cause = error
        .source()
        .map_or_else(|| error.to_string(), ToString::to_string);
    cut(&format!("{code}{cause}"))
}

fn cut(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_control())
        .take(WORDS_MAX)
        .collect()
}
