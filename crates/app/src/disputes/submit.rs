//! `/disputes/{id}/submit`: what will go to the bank, once and for good; then it goes.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use kit::db::{Error, Tx};
use kit::locale::{self, Locale};
use stripe::Evidence;

use super::act::{self, Done};
use super::answer::{self, may_answer};
use super::gather;
use super::{ACT, Act, DisputeRow, handed, store, words};
use crate::app::App;
use crate::audit;
use crate::page::{Page, Section};
use crate::problem::Problem;
use crate::upload::Upload;
use crate::visit::{Visit, see_other_saying};
use crate::who::Who;

#[derive(Template)]
#[template(path = "disputes/submit.html")]
struct Submit {
    page: Page,
    id: String,
    deadline: String,
    fields: Vec<(String, String)>,
    files: Vec<answer::FileView>,
}

pub(super) async fn get(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let page = visit.page(&who).within(Section::Invoices);
    let (scope, dispute, l) = (who.scope.clone(), id.clone(), page.l);
    let read = move |tx: &mut Tx<'_>| {
        let row = store::find_dispute(tx, &scope, &dispute)?.ok_or(Error::NoRow)?;
        let dossier = gather::for_bank(tx, &row)?;
        let typed = store::list_words(tx, &row.id)?;
        let files = store::list_files(tx, &row.id)?;
        Ok::<_, Error>((row, dossier, typed, files))
    };
    let (row, dossier, typed, files) = app.db().read(read).await?;
    may_answer(&app, &page, &row)?;
    let fields = fields(l, &handed::evidence(&dossier, &typed));
    let view = Submit {
        deadline: words::deadline(l, &row, app.clock().now(), &who.zone()),
        fields,
        files: answer::file_views(l, &files, &Upload::default())
            .into_iter()
            .filter(|file| !file.name.is_empty())
            .collect(),
        page: page.titled(l.t("dispute-submit-title")),
        id,
    };
    Ok(view.page.ok(&view))
}

/// What the bank reads, each part under its name.
pub(super) fn fields(l: Locale, evidence: &Evidence) -> Vec<(String, String)> {
    evidence
        .iter()
        .filter(|(field, _)| !field.takes_file())
        .map(|(field, text)| (field_words(l, field.as_str()), text.to_owned()))
        .collect()
}

fn field_words(l: Locale, field: &str) -> String {
    match field {
        "customer_name" => l.t("evidence-name").into_owned(),
        "customer_email_address" => l.t("evidence-email").into_owned(),
        "billing_address" => l.t("evidence-address").into_owned(),
        "access_activity_log" => l.t("evidence-behaviour").into_owned(),
        "refund_policy_disclosure" => l.t("evidence-terms").into_owned(),
        other => answer::label(l, other),
    }
}

pub(super) async fn post(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let page = visit.page(&who);
    decide(&app, &who, &page, &visit, &id, Act::Answer).await?;
    told(&app, &page, &id, locale::key("dispute-answer-sent")).await
}

/// Writes the decision down: the row with its key, the job that tells Stripe, the line in the audit.
pub(super) async fn decide(
    app: &App,
    who: &Who,
    page: &Page,
    visit: &Visit,
    id: &str,
    what: Act,
) -> Result<DisputeRow, Problem> {
    let (app_in, by, dispute, address, page) = (
        app.clone(),
        who.clone(),
        id.to_owned(),
        visit.address.clone(),
        page.clone(),
    );
    let write = move |tx: &mut Tx<'_>| -> Result<DisputeRow, Problem> {
        let row = store::lock_dispute(tx, &by.scope, &dispute)?;
        // Pressed twice: the first press has decided it.
        if row.act == what {
            return Ok(row);
        }
        may_answer(&app_in, &page, &row)?;
        let (key, now) = (app_in.chance().token(), app_in.now_ms());
        store::update_act(tx, &row.id, what, &key, &by.name, now)?;
        if what == Act::Answer {
            handed::fix(tx, &app_in, &row, &by.name)?;
        }
        // If the process dies before the call, the job makes it.
        kit::jobs::enqueue_at(tx, app_in.hands(), ACT, &row.id, &row.id, now + 30_000)?;
        let act = match what {
            Act::Accept => "dispute.accepted",
            _ => "dispute.answered",
        };
        let (subject, amount) = (row.stripe_id.as_str(), row.amount.to_string());
        let entry = audit::Entry::by(&by, act, subject, amount, address.as_str());
        audit::record(tx, &app_in, &entry)?;
        Ok(row)
    };
    app.db().write(write).await
}

/// Tells Stripe now, and the person what came of it.
pub(super) async fn told(
    app: &App,
    page: &Page,
    id: &str,
    done: &'static str,
) -> Result<Response, Problem> {
    let to = format!("/disputes/{id}");
    let l = page.l;
    Ok(match act::act(app, id).await? {
        Done::Accepted => see_other_saying(app, &to, "positive", l.t(done)),
        Done::Refused(code) => see_other_saying(app, &to, "negative", words::refusal(l, &code)),
        Done::Unknown => see_other_saying(app, &to, "warn", l.t("dispute-outcome-unknown")),
    })
}
