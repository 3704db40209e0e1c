//! `GET /settings/billing/scripts`: the inventory, its changes, and what was refused; `POST …/seen` takes note.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use jiff::Timestamp;
use kit::locale;

use super::store::{self, KeptInventory, Violation};
use super::{inventory, keep_inventory};
use crate::app::App;
use crate::audit;
use crate::online_payment;
use crate::page::{Page, Section};
use crate::problem::Problem;
use crate::visit::{Visit, see_other_saying};
use crate::who::Who;

#[derive(Template)]
#[template(path = "script_inventory/show.html")]
struct Show {
    page: Page,
    scripts: Vec<Row>,
    policy: Vec<String>,
    changes: Vec<Change>,
    unseen: bool,
    /// The seller wants no form: none of this is loaded.
    hosted: bool,
    violations: Vec<Refused>,
}

struct Row {
    name: String,
    whose: String,
    why: String,
    proof: String,
}

struct Change {
    when: String,
    digest: String,
    seen: String,
}

struct Refused {
    directive: String,
    origin: String,
    times: String,
    last: String,
}

/// Shows it; the first look of all keeps today's inventory to compare with.
pub(super) async fn get(
    State(app): State<App>,
    visit: Visit,
    who: Who,
) -> Result<Response, Problem> {
    let (at, scope) = (app.clone(), who.scope.clone());
    let (changes, violations, hosted) = app
        .db()
        .write::<_, kit::db::Error, _>(move |tx| {
            keep_inventory(tx, &at)?;
            let drawer = online_payment::drawer(tx, &scope)?;
            Ok((
                store::list_inventories(tx)?,
                store::list_violations(tx)?,
                drawer.is_some_and(|drawer| drawer.hosted),
            ))
        })
        .await?;
    let page = visit.page(&who).within(Section::Settings);
    let title = page.l.t("scripts-title").into_owned();
    let view = Show {
        scripts: scripts(&app, &page),
        policy: inventory::of(&app)
            .policy
            .split("; ")
            .map(str::to_owned)
            .collect(),
        hosted,
        unseen: changes.iter().any(|kept| kept.acknowledged_at.is_none()),
        changes: changes
            .iter()
            .map(|kept| change(kept, &page, &who))
            .collect(),
        violations: violations
            .iter()
            .map(|violation| refused(violation, &page, &who))
            .collect(),
        page: page.titled(title),
    };
    Ok(view.page.ok(&view))
}

/// Takes note of every change so far; who and when is kept.
pub(super) async fn post_seen(
    State(app): State<App>,
    visit: Visit,
    who: Who,
) -> Result<Response, Problem> {
    if !who.is_owner() {
        return Err(Problem::Forbidden);
    }
    let (app_in, by) = (app.clone(), who.clone());
    app.db()
        .write::<_, kit::db::Error, _>(move |tx| {
            if store::update_acknowledged(tx, &by.name, app_in.now_ms())? == 0 {
                return Ok(());
            }
            let entry =
                audit::Entry::by(&by, "scripts.seen", inventory::of(&app_in).digest(), "", "");
            audit::record(tx, &app_in, &entry)
        })
        .await?;
    let l = visit.page(&who).l;
    Ok(see_other_saying(
        &app,
        "/settings/billing/scripts",
        "positive",
        l.t("scripts-noted"),
    ))
}

fn scripts(app: &App, page: &Page) -> Vec<Row> {
    let l = page.l;
    let row = |script: inventory::Script| {
        let (whose, why) = match script.name.as_str() {
            "app.js" => (l.t("scripts-ours"), l.t("scripts-why-app")),
            "pay.js" => (l.t("scripts-ours"), l.t("scripts-why-pay")),
            _ => (l.t("scripts-stripe"), l.t("scripts-why-stripe")),
        };
        Row {
            proof: if script.sha256.is_empty() {
                l.t("scripts-no-hash").into_owned()
            } else {
                format!("SHA-256 {}", script.sha256)
            },
            name: script.name,
            whose: whose.into_owned(),
            why: why.into_owned(),
        }
    };
    inventory::of(app).scripts.into_iter().map(row).collect()
}

fn change(kept: &KeptInventory, page: &Page, who: &Who) -> Change {
    let key = match (kept.acknowledged_at, kept.acknowledged_by.as_str()) {
        (None, _) => locale::key("scripts-not-noted"),
        (Some(_), "") => locale::key("scripts-first"),
        (Some(_), _) => locale::key("scripts-noted-by"),
    };
    Change {
        when: when(kept.seen_at, page, who),
        digest: kept.digest.chars().take(16).collect(),
        seen: page
            .l
            .t1(key, "name", kept.acknowledged_by.as_str())
            .into_owned(),
    }
}

fn refused(violation: &Violation, page: &Page, who: &Who) -> Refused {
    Refused {
        directive: violation.directive.clone(),
        origin: violation.origin.clone(),
        times: page.l.integer(violation.times),
        last: when(violation.last_at, page, who),
    }
}

fn when(at: i64, page: &Page, who: &Who) -> String {
    let instant = Timestamp::from_millisecond(at).unwrap_or_default();
    page.l.date_time(instant, &who.zone())
}
