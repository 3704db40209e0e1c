//! Telling Stripe what the seller decided: the answer with its files, or the acceptance. The decision is a row with its
//! key before anything leaves; doing it again does nothing twice.

use base64ct::{Base64, Encoding};
use kit::db::{Error, Tx};
use kit::jobs::Outcome;
use stripe::file::NewEvidenceFile;
use stripe::{Client, IdempotencyKey, Submission};

use super::store::{self, FileRow};
use super::{Act, DisputeRow, handed, settle};
use crate::app::App;
use crate::payments::after;
use crate::problem::Problem;

/// How one try ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Done {
    /// Stripe has it.
    Accepted,
    /// Stripe refused it; its code. The seller may decide again.
    Refused(String),
    /// No answer came: it is tried again.
    Unknown,
}

/// Does the job [`super::ACT`].
pub async fn act_job(app: &App, dispute_id: &str) -> Outcome {
    match act(app, dispute_id).await {
        Ok(Done::Accepted | Done::Refused(_)) => Outcome::Done,
        Ok(Done::Unknown) => Outcome::Retry("Stripe did not answer".into()),
        Err(problem) => Outcome::Retry(problem.to_string()),
    }
}

/// Tells Stripe, and writes down what it says. Nothing is done for a dispute without a decision.
///
/// # Errors
/// Of the database, or when a stored key does not open.
pub(super) async fn act(app: &App, dispute_id: &str) -> Result<Done, Problem> {
    let id = dispute_id.to_owned();
    let row = app.db().read(move |tx| store::get_dispute(tx, &id)).await?;
    if row.act == Act::None {
        return Ok(Done::Accepted);
    }
    let Some(client) = after::client(app, &row.scope).await? else {
        return Ok(Done::Unknown);
    };
    // Looked at first: a lost answer of an earlier try, or an end that came meanwhile, leaves nothing to do.
    let now = match client.retrieve_dispute(&row.stripe_id).await {
        Ok(answer) => answer.object,
        Err(error) => return ended(app, &row, &error).await,
    };
    if !now.status.awaits_answer() {
        settle::hear(app, &row.scope, &now).await?;
        return Ok(Done::Accepted);
    }
    let told = match row.act {
        Act::Accept => {
            let key = key(&row.act_key)?;
            client.close_dispute(&row.stripe_id, &key).await
        }
        _ => hand_in(app, &client, &row).await?,
    };
    match told {
        Ok(answer) => {
            settle::hear(app, &row.scope, &answer.object).await?;
            Ok(Done::Accepted)
        }
        Err(error) => ended(app, &row, &error).await,
    }
}

/// The files first, each under its own key, then the answer that names them.
async fn hand_in(
    app: &App,
    client: &Client,
    row: &DisputeRow,
) -> Result<Result<stripe::Answer<stripe::Dispute>, stripe::Error>, Problem> {
    let id = row.id.clone();
    let read = move |tx: &mut Tx<'_>| {
        Ok::<_, Error>((store::list_files(tx, &id)?, handed::words(tx, &id)?))
    };
    let (files, mut evidence) = app.db().read(read).await?;
    for file in &files {
        let stripe_id = match &file.stripe_id {
            Some(id) => id.clone(),
            None => match upload(app, client, file).await? {
                Ok(id) => id,
                Err(error) => return Ok(Err(error)),
            },
        };
        if let Some(field) = handed::field_of(&file.field) {
            evidence.set(field, stripe_id);
        }
    }
    let key = key(&row.act_key)?;
    Ok(client
        .update_dispute(&row.stripe_id, &evidence, Submission::Submit, &key)
        .await)
}

async fn upload(
    app: &App,
    client: &Client,
    file: &FileRow,
) -> Result<Result<String, stripe::Error>, Problem> {
    let id = file.id.clone();
    let content = app
        .db()
        .read(move |tx| store::get_file_content(tx, &id))
        .await?;
    let new = NewEvidenceFile {
        filename: file.name.clone(),
        content_type: file.media_type.clone(),
        bytes: Base64::decode_vec(&content)
            .map_err(Problem::internal)?
            .into(),
    };
    let key = key(&file.idempotency_key)?;
    match client.upload_evidence_file(&new, &key).await {
        Ok(answer) => {
            let (id, stripe_id) = (file.id.clone(), answer.object.id.clone());
            app.db()
                .write(move |tx| store::update_file_uploaded(tx, &id, &stripe_id))
                .await?;
            Ok(Ok(answer.object.id))
        }
        Err(error) => Ok(Err(error)),
    }
}

fn key(text: &str) -> Result<IdempotencyKey, Problem> {
    IdempotencyKey::new(text.to_owned()).map_err(Problem::internal)
}

/// No success: either nobody knows, and it is tried again; or Stripe said no, and the seller may decide again.
async fn ended(app: &App, row: &DisputeRow, error: &stripe::Error) -> Result<Done, Problem> {
    tracing::warn!(dispute = row.id, %error, request_id = error.request_id(), "Stripe did not take a decision on a dispute");
    if error.outcome_unknown() || error.is_passing() {
        return Ok(Done::Unknown);
    }
    let code = match error {
        stripe::Error::Authentication { .. } => "key_refused".to_owned(),
        stripe::Error::Permission { .. } => "key_lacks_permission".to_owned(),
        other => other
            .code()
            .map_or_else(|| "refused".to_owned(), |code| code.as_str().to_owned()),
    };
    let (id, key, refusal, now) = (
        row.id.clone(),
        row.act_key.clone(),
        code.clone(),
        app.now_ms(),
    );
    app.db()
        .write(move |tx| store::update_act_refused(tx, &id, &key, &refusal, now))
        .await?;
    Ok(Done::Refused(code))
}
