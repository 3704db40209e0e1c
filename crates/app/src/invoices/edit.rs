//! `GET` and `POST` of the draft form. Saving keeps it; adding and removing lines only shows it again.

use axum::extract::{Path, State};
use axum::response::Response;
use billing::invoice::state::InvoiceState;
use http::{StatusCode, Uri};
use kit::db::Error;

use super::command::Command;
use super::editor::{self, Desk, Shown};
use super::form::{self, Typed};
use super::store::{self, Kept};
use crate::app::App;
use crate::fields::Fields;
use crate::page::Errors;
use crate::problem::Problem;
use crate::visit::{Visit, see_other, see_other_saying};
use crate::who::Who;

/// What a press on the form asks for.
enum Act {
    AddLine,
    RemoveLine(usize),
    Recalculate,
    Save,
    Review,
}

impl Act {
    fn read(fields: &Fields) -> Act {
        let act = fields.get("act");
        match act.as_str() {
            "add-line" => Act::AddLine,
            "recalculate" => Act::Recalculate,
            "review" => Act::Review,
            _ => match act.strip_prefix("remove-").and_then(|n| n.parse().ok()) {
                Some(n) => Act::RemoveLine(n),
                // Enter in any field saves.
                None => Act::Save,
            },
        }
    }
}

pub(super) async fn get_new(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    uri: Uri,
) -> Result<Response, Problem> {
    let customer = Fields::of_query(&uri).get("customer");
    let desk = Desk::load(&app, &who, &visit, &customer, "", "").await?;
    let typed = desk.blank();
    Ok(editor::answer(desk, "", typed, Shown::plain()))
}

pub(super) async fn get(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let (kept, command) = load(&app, &who, &id).await?;
    if kept.state != InvoiceState::Draft {
        return Ok(see_other(&format!("/invoices/{id}")));
    }
    let desk = Desk::load(&app, &who, &visit, &kept.customer_id, "", "").await?;
    let typed = Typed::of(&command, kept.version, desk.page.l);
    Ok(editor::answer(desk, &id, typed, Shown::plain()))
}

pub(super) async fn post_new(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    fields: Fields,
) -> Result<Response, Problem> {
    let (desk, typed, act) = open(&app, &who, &visit, &fields).await?;
    let command = match checked(desk, "", typed, &act) {
        Ok((command, _)) => command,
        Err(response) => return Ok(*response),
    };
    let (hands, scope) = (app.clone(), who.scope.clone());
    let id = app
        .db()
        .write(move |tx| super::create_draft(tx, &hands, &scope, &command))
        .await?;
    Ok(saved(&app, &visit, &who, &id, &act))
}

pub(super) async fn post(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Problem> {
    let (kept, _) = load(&app, &who, &id).await?;
    let (desk, typed, act) = open(&app, &who, &visit, &fields).await?;
    if kept.state != InvoiceState::Draft {
        let number = kept.number.as_str();
        return Err(Problem::Conflict(
            desk.page
                .l
                .t1("invoices-conflict-issued", "number", number)
                .into_owned(),
        ));
    }
    let (command, back) = match checked(desk, &id, typed, &act) {
        Ok(good) => good,
        Err(response) => return Ok(*response),
    };
    let (scope, draft, version, now) =
        (who.scope.clone(), id.clone(), back.1.version, app.now_ms());
    let kept = app
        .db()
        .write(move |tx| {
            let sums = command.sums(tx, &scope)?;
            store::update_draft(tx, &scope, &draft, version, &command, &sums, now)
        })
        .await?;
    if !kept {
        return conflict(&app, &who, back, &id).await;
    }
    Ok(saved(&app, &visit, &who, &id, &act))
}

async fn open(
    app: &App,
    who: &Who,
    visit: &Visit,
    fields: &Fields,
) -> Result<(Desk, Typed, Act), Problem> {
    let act = Act::read(fields);
    let product = if matches!(act, Act::AddLine) {
        fields.get("product")
    } else {
        String::new()
    };
    let (customer, former) = (fields.get("customer"), fields.get("proposed_for"));
    let desk = Desk::load(app, who, visit, &customer, &former, &product).await?;
    Ok((desk, Typed::read(fields), act))
}

/// The command to keep; or the page to show, when it was only a change of lines or something is wrong.
#[allow(clippy::type_complexity)]
fn checked(
    desk: Desk,
    id: &str,
    mut typed: Typed,
    act: &Act,
) -> Result<(Command, (Desk, Typed)), Box<Response>> {
    let follows = desk.follow(&mut typed);
    let shown = Shown {
        follows,
        ..Shown::plain()
    };
    match act {
        Act::AddLine if typed.lines.len() >= form::LINES_MAX => {}
        Act::AddLine => typed.lines.push(desk.line_for(&typed.currency)),
        Act::RemoveLine(n) if (1..=typed.lines.len()).contains(n) => {
            drop(typed.lines.remove(n - 1))
        }
        Act::RemoveLine(_) => {}
        Act::Recalculate | Act::Save | Act::Review => {
            return match form::parse(&typed, &desk.against()) {
                // What was changed here is seen before it is kept or issued.
                Ok(_) if follows || matches!(act, Act::Recalculate) => {
                    Err(Box::new(editor::answer(desk, id, typed, shown)))
                }
                Ok(command) => Ok((command, (desk, typed))),
                Err(errors) => Err(Box::new(editor::answer(
                    desk,
                    id,
                    typed,
                    Shown {
                        follows,
                        ..Shown::refused(errors)
                    },
                ))),
            };
        }
    }
    Err(Box::new(editor::answer(desk, id, typed, shown)))
}

fn saved(app: &App, visit: &Visit, who: &Who, id: &str, act: &Act) -> Response {
    if matches!(act, Act::Review) {
        return see_other(&format!("/invoices/{id}/issue"));
    }
    let l = visit.page(who).l;
    see_other_saying(
        app,
        &format!("/invoices/{id}/edit"),
        "positive",
        l.t("invoices-saved"),
    )
}

/// Both stand on the page: what was typed in the form, what is kept above it. Saving again is then a decision.
async fn conflict(
    app: &App,
    who: &Who,
    (desk, typed): (Desk, Typed),
    id: &str,
) -> Result<Response, Problem> {
    let (kept, command) = load(app, who, id).await?;
    if kept.state != InvoiceState::Draft {
        let number = kept.number.as_str();
        return Err(Problem::Conflict(
            desk.page
                .l
                .t1("invoices-conflict-issued", "number", number)
                .into_owned(),
        ));
    }
    let l = desk.page.l;
    let at = jiff::Timestamp::from_millisecond(kept.updated_at).unwrap_or_default();
    let mut meanwhile = vec![
        l.t1(
            "invoices-conflict-saved",
            "when",
            l.date_time(at, &who.zone()),
        )
        .into_owned(),
    ];
    meanwhile.extend(command.lines.iter().map(|c| {
        let (quantity, price) = (
            c.line.quantity.to_decimal().to_string(),
            c.line.unit_price.to_decimal().to_string(),
        );
        format!(
            "{} · {} × {}",
            c.line.description,
            l.quantity(&quantity),
            l.decimal(&price)
        )
    }));
    let shown = Shown {
        status: StatusCode::CONFLICT,
        errors: Errors::new(),
        meanwhile,
        follows: false,
    };
    Ok(editor::answer(
        desk,
        id,
        Typed {
            version: kept.version,
            ..typed
        },
        shown,
    ))
}

/// The draft with its lines.
pub(super) async fn load(app: &App, who: &Who, id: &str) -> Result<(Kept, Command), Problem> {
    let (scope, id) = (who.scope.clone(), id.to_owned());
    let read = move |tx: &mut kit::db::Tx<'_>| {
        let kept = store::find(tx, &scope, &id)?.ok_or(Error::NoRow)?;
        let command = store::get_command(tx, &kept)?;
        Ok::<_, Error>((kept, command))
    };
    Ok(app.db().read(read).await?)
}
