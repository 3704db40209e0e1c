//! The job `SendMail`.

use kit::db::Tx;
use kit::jobs::{ATTEMPTS_MAX, Job, LastWord, Outcome};
use secrecy::SecretString;
use tokio::sync::Semaphore;

use super::smtp::{self, Answer, Envelope};
use super::{Attachment, Mailed, PASSWORD, Server, State, store};
use crate::app::App;
use crate::problem::Problem;

/// A mail server turns away who opens many connections.
static AT_ONCE: Semaphore = Semaphore::const_new(4);

/// Sends one mail, or keeps it where there is no server; a mail is `sent` only when a server has said so.
pub async fn work(app: &App, job: &Job) -> Outcome {
    match try_once(app, job).await {
        Ok(outcome) => outcome,
        Err(problem) => Outcome::Retry(problem.to_string()),
    }
}

async fn try_once(app: &App, job: &Job) -> Result<Outcome, Problem> {
    let id = job.payload.clone();
    let found = app.db().read::<_, Problem, _>(move |tx| {
        let mail = store::find_mail(tx, &id)?;
        let server = match &mail {
            Some(mail) => store::find_server(tx, &mail.scope.business_id)?,
            None => None,
        };
        let files = store::list_attachments(tx, &id)?;
        Ok((mail, server, files))
    });
    let (mail, server, files) = match found.await? {
        (Some(mail), server, files) if mail.state != State::Sent => (mail, server, files),
        _ => return Ok(Outcome::Done),
    };
    let Some(server) = server.filter(|_| !app.is_demo()) else {
        let now = app.now_ms();
        let kept =
            move |tx: &mut Tx<'_>| store::update_state(tx, &mail.id, State::Kept, "", None, now);
        return Ok(Outcome::DoneWith(LastWord::new(kept)));
    };
    let password = password(app, &mail, &server)?;
    let turn = AT_ONCE.acquire().await;
    let answer = smtp::send(&server, &password, &envelope(app, &mail, files)).await;
    drop(turn);
    match answer {
        Answer::Accepted(words) => {
            keep(app, &mail, State::Sent, &words).await?;
            Ok(Outcome::Done)
        }
        Answer::Later(words) if job.attempts < ATTEMPTS_MAX => {
            keep(app, &mail, State::Deferred, &words).await?;
            Ok(Outcome::Retry(words))
        }
        Answer::Later(words) | Answer::Refused(words) => {
            keep(app, &mail, State::Failed, &words).await?;
            Ok(Outcome::Done)
        }
    }
}

fn password(app: &App, mail: &Mailed, server: &Server) -> Result<SecretString, Problem> {
    if server.password_sealed.is_empty() {
        return Ok(SecretString::from(String::new()));
    }
    Ok(app.keyring().open_sealed(
        mail.scope.business_id.as_str(),
        PASSWORD,
        &server.password_sealed,
    )?)
}

fn envelope(app: &App, mail: &Mailed, files: Vec<Attachment>) -> Envelope {
    let (text, html) = mail.bodies(app);
    Envelope {
        id: mail.id.clone(),
        from_name: mail.from_name.clone(),
        reply_to: mail.reply_to.clone(),
        to_name: mail.to_name.clone(),
        to_address: mail.to_address.clone(),
        subject: mail.subject.clone(),
        text,
        html,
        files,
    }
}

async fn keep(app: &App, mail: &Mailed, state: State, words: &str) -> Result<(), Problem> {
    let (id, words, now) = (mail.id.clone(), words.to_owned(), app.now_ms());
    let sent_at = (state == State::Sent).then_some(now);
    app.db()
        .write::<_, Problem, _>(move |tx| {
            Ok(store::update_state(tx, &id, state, &words, sent_at, now)?)
        })
        .await
}
