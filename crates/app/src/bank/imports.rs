//! `GET /bank/imports`: what was imported; `GET /bank/imports/{id}`: one import, and how it is undone as a whole.
//!
//! Undone, every line that is here because of it goes, unless somebody confirmed it: those are listed, and each is taken
//! back by what takes it back anyway (a payment by its reversal, a payout by "Not this one").

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use http::Uri;
use jiff::Timestamp;
use kit::db::{Error, Tx};
use kit::locale::Locale;

use super::line::Kept;
use super::list::{said, settled};
use super::store::{self, Imported};
use crate::app::App;
use crate::audit;
use crate::fields::Fields;
use crate::page::{Page, Section};
use crate::paging::{Cursor, Paged};
use crate::payments::money;
use crate::problem::Problem;
use crate::visit::{Visit, see_other_saying};
use crate::who::Who;

/// So many lines of each kind are shown; the page says how many more there are.
const SHOWN: i64 = 200;

#[derive(Template)]
#[template(path = "bank/imports.html")]
struct List {
    page: Page,
    rows: Vec<Row>,
    back: String,
    on: String,
}

struct Row {
    href: String,
    name: String,
    account: String,
    when: String,
    by: String,
    lines: String,
    undone: String,
}

#[derive(Template)]
#[template(path = "bank/undo.html")]
struct Show {
    page: Page,
    id: String,
    about: String,
    /// It was undone, and by whom.
    undone: String,
    /// What the button does; empty when nothing is left to remove.
    act: String,
    going: Vec<LineView>,
    going_more: String,
    kept: Vec<LineView>,
    kept_more: String,
}

struct LineView {
    iso: String,
    day: String,
    text: String,
    amount: String,
    line_href: String,
    settled: String,
    settled_href: String,
}

pub(super) async fn list(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    uri: Uri,
) -> Result<Response, Problem> {
    let cursor = Cursor::read(&Fields::of_query(&uri));
    let (scope, at) = (who.scope.clone(), cursor.clone());
    let read = move |tx: &mut Tx<'_>| store::list_imported(tx, &scope, &at);
    let found = app.db().read::<_, Error, _>(read).await?;
    let page = visit.page(&who).within(Section::Books);
    let l = page.l;
    let paged = Paged::new(found, &cursor, |one| &one.id);
    let (back, on) = paged.links("/bank/imports?");
    let view = List {
        rows: paged.rows.iter().map(|one| row(l, &who, one)).collect(),
        back,
        on,
        page: page.titled(l.t("bank-imports-title")),
    };
    Ok(view.page.ok(&view))
}

fn row(l: Locale, who: &Who, one: &Imported) -> Row {
    Row {
        href: format!("/bank/imports/{}", one.id),
        name: name(l, one),
        account: one.account.clone(),
        when: at(l, who, one.at),
        by: one.by.clone(),
        lines: l
            .t2(
                "bank-new-and-known",
                "new",
                l.integer(one.new_count).as_str(),
                "known",
                l.integer(one.line_count - one.new_count).as_str(),
            )
            .into_owned(),
        undone: undone(l, who, one),
    }
}

fn name(l: Locale, one: &Imported) -> String {
    if one.file_name.is_empty() {
        l.t("bank-import-unnamed").into_owned()
    } else {
        one.file_name.clone()
    }
}

fn at(l: Locale, who: &Who, ms: i64) -> String {
    let instant = Timestamp::from_millisecond(ms).unwrap_or_default();
    l.date_time(instant, &who.zone())
}

fn undone(l: Locale, who: &Who, one: &Imported) -> String {
    let words = |ms| {
        l.t2(
            "bank-undone-by",
            "name",
            one.undone_by.as_str(),
            "when",
            at(l, who, ms),
        )
    };
    one.undone_at
        .map_or(String::new(), |ms| words(ms).into_owned())
}

pub(super) async fn get(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let scope = who.scope.clone();
    let read = move |tx: &mut Tx<'_>| {
        let one = store::find_import(tx, &scope, &id)?.ok_or(Error::NoRow)?;
        Ok::<_, Error>((
            store::list_by_statement(tx, &scope, &id, false, SHOWN)?,
            store::list_by_statement(tx, &scope, &id, true, SHOWN)?,
            one,
        ))
    };
    let (going, kept, one) = app.db().read(read).await?;
    let page = visit.page(&who).within(Section::Books);
    let l = page.l;
    let lines = |all: &[Kept]| all.iter().map(|kept| line(l, kept)).collect();
    let more = |count: i64| match count - SHOWN {
        1.. => l.t1("bank-more-lines", "count", count - SHOWN).into_owned(),
        _ => String::new(),
    };
    let about = l.t2(
        "bank-import-about",
        "name",
        one.by.as_str(),
        "when",
        at(l, &who, one.at),
    );
    let view = Show {
        about: about.into_owned(),
        undone: undone(l, &who, &one),
        // Nothing of it may be left: then the file may still be forgotten, so that it can be imported again.
        act: match (one.undone_at, one.unmatched) {
            (Some(_), 0) => String::new(),
            (_, count) => l.t1("bank-undo-act", "count", count).into_owned(),
        },
        going: lines(&going),
        going_more: more(one.unmatched),
        kept: lines(&kept),
        kept_more: more(one.matched),
        page: page.titled(l.t1("bank-undo-title", "file", name(l, &one).as_str())),
        id: one.id,
    };
    Ok(view.page.ok(&view))
}

fn line(l: Locale, kept: &Kept) -> LineView {
    let (settled, settled_href) = settled(l, kept);
    LineView {
        iso: kept.line.date.to_string(),
        day: l.date_medium(kept.line.date),
        text: said(l, kept),
        amount: money(l, kept.line.amount),
        line_href: format!("/bank/lines/{}", kept.id),
        settled,
        settled_href,
    }
}

/// All of it that nobody confirmed goes. Pressing again removes what was taken back meanwhile, or nothing.
pub(super) async fn post(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let (hands, me, address) = (app.clone(), who.clone(), visit.address.clone());
    let there = format!("/bank/imports/{id}");
    let write = move |tx: &mut Tx<'_>| {
        // Its row is taken: whoever else undoes it waits, and then finds nothing left.
        store::lock_statement(tx, &me.scope, &id)?.ok_or(Error::NoRow)?;
        let one = store::find_import(tx, &me.scope, &id)?.ok_or(Error::NoRow)?;
        if one.undone_at.is_some() && one.unmatched == 0 {
            return Ok((0, one.matched));
        }
        let went = store::delete_import(tx, &id, &me.name, hands.now_ms())?;
        let left = store::find_import(tx, &me.scope, &id)?.map_or(0, |one| one.matched);
        let detail = format!("{id}: {went} lines removed, {left} confirmed ones left");
        let entry = audit::Entry::by(
            &me,
            "bank.import_undone",
            one.file_name,
            detail,
            address.clone(),
        );
        audit::record(tx, &hands, &entry)?;
        Ok::<_, Error>((i64::try_from(went).unwrap_or(i64::MAX), left))
    };
    let (went, left) = app.db().write(write).await?;
    let l = visit.page(&who).l;
    let mut said = l.t1("bank-undone", "count", went).into_owned();
    if left > 0 {
        said = format!("{said} {}", l.t1("bank-undone-left", "count", left));
    }
    let (to, kind) = if left > 0 {
        (there, "info")
    } else {
        ("/bank/imports".to_owned(), "positive")
    };
    Ok(see_other_saying(&app, &to, kind, said))
}
