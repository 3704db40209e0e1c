//! `GET` and `POST /bank/import/{id}`: how a file is read, its first lines, what of it is new; columns to choose where
//! that is not certain; and the press that keeps its lines.

use std::collections::{HashMap, HashSet};

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use billing::statement::Line;
use http::Uri;
use jiff::civil::Date;
use kit::db::{Error, Tx};
use kit::locale::{self, Locale};

use super::line::{State as Standing, fingerprints};
use super::matching;
use super::read::{self, Layout, Refusal, Row};
use super::store::{self, Waiting};
use super::words;
use crate::app::App;
use crate::audit;
use crate::fields::Fields;
use crate::page::{Choice, Errors, Page, Section};
use crate::payments::money;
use crate::problem::Problem;
use crate::visit::{Visit, see_other, see_other_saying};
use crate::who::{Scope, Who};

/// So many lines are shown.
const SHOWN: usize = 8;

#[derive(Template)]
#[template(path = "bank/preview.html")]
struct View {
    page: Page,
    errors: Errors,
    id: String,
    /// Nothing speaks for the columns but their content.
    unsure: bool,
    /// What has to be said before the lines can be read.
    asks: String,
    facts: Vec<(String, String)>,
    lookalikes: String,
    rows: Vec<Shown>,
    more: String,
    columns: Vec<Choice>,
    amounts: Vec<Choice>,
    dates: Vec<Choice>,
    orders: Vec<Choice>,
    marks: Vec<Choice>,
    texts: Vec<(Choice, bool)>,
    f: Typed,
    act: String,
}

struct Shown {
    date: String,
    iso: String,
    text: String,
    amount: String,
}

/// The columns as the form carries them.
struct Typed {
    date: String,
    amount: String,
    out: String,
    into: String,
    order: String,
    mark: String,
}

/// A file, read under a layout, beside what is kept already.
struct Reading {
    layout: Layout,
    rows: Vec<Row>,
    lines: Result<Vec<Line>, Refusal>,
    new: usize,
    lookalikes: usize,
}

pub(super) async fn get(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    Path(id): Path<String>,
    uri: Uri,
) -> Result<Response, Problem> {
    let asked = Fields::of_query(&uri);
    let today = app.clock().today_in(&who.zone());
    let Some((waiting, reading)) = load(&app, &who, &id, asked, today).await? else {
        return Ok(see_other("/bank"));
    };
    let view = view(visit.page(&who), &waiting, &reading);
    Ok(view.page.ok(&view))
}

pub(super) async fn post(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Problem> {
    let today = app.clock().today_in(&who.zone());
    let Some((waiting, reading)) = load(&app, &who, &id, fields, today).await? else {
        return Ok(see_other("/bank"));
    };
    let page = visit.page(&who);
    let l = page.l;
    let lines = match &reading.lines {
        Ok(lines) => lines.clone(),
        Err(why) => {
            let mut errors = Errors::new();
            errors.add(at_fault(why), words::refusal(l, why));
            let mut view = view(page, &waiting, &reading);
            view.page = view.page.with_errors(&errors);
            view.errors = errors;
            view.asks.clear();
            return Ok(view.page.unprocessable(&view));
        }
    };
    let layout = reading.layout.written();
    let (hands, me, address) = (app.clone(), who.clone(), visit.address.clone());
    let new = app
        .db()
        .write(move |tx| import(tx, &hands, &me, &address, &id, &layout, &lines))
        .await?;
    Ok(match new {
        Some(new) => see_other_saying(
            &app,
            "/bank",
            "positive",
            l.t1("bank-imported", "count", new),
        ),
        None => see_other("/bank"),
    })
}

pub(super) async fn post_forget(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let l = visit.page(&who).l;
    let scope = who.scope.clone();
    let write = move |tx: &mut Tx<'_>| store::delete_waiting(tx, &scope, &id);
    let gone = app.db().write::<_, Error, _>(write).await?;
    Ok(if gone {
        see_other_saying(&app, "/bank", "info", l.t("bank-forgotten"))
    } else {
        see_other("/bank")
    })
}

/// Keeps the lines that are new; nothing when the file is imported or gone.
fn import(
    tx: &mut Tx<'_>,
    app: &App,
    who: &Who,
    address: &str,
    id: &str,
    layout: &str,
    lines: &[Line],
) -> Result<Option<i64>, Error> {
    let scope = &who.scope;
    let Some(waiting) = store::lock_statement(tx, scope, id)? else {
        return Ok(None);
    };
    let again = store::find_imported(tx, scope, &waiting.file_sha256)?.is_some();
    if waiting.imported_at.is_some() || again {
        return Ok(None);
    }
    let open = matching::open(tx, scope)?;
    let mut new = 0;
    for (line, fingerprint) in lines.iter().zip(fingerprints(&waiting.account, lines)) {
        // What went out is the seller's own affair, unless Stripe took it.
        let waits = line.amount.is_positive() || open.collects(line.amount);
        let state = if waits {
            Standing::Open
        } else {
            Standing::Aside
        };
        let whose = (app.new_id(), &waiting.id, &waiting.account);
        let whose = (whose.0.as_str(), whose.1.as_str(), whose.2.as_str());
        new += i64::from(store::insert_line(
            tx,
            scope,
            whose,
            line,
            state,
            &fingerprint,
        )?);
        store::insert_source(tx, scope, &waiting.id, &fingerprint)?;
    }
    let count = i64::try_from(lines.len()).unwrap_or(i64::MAX);
    store::update_imported(tx, id, layout, (count, new), app.now_ms())?;
    let detail = format!("{count} lines, {new} new (sha256 {})", waiting.file_sha256);
    let entry = audit::Entry::by(who, "bank.imported", waiting.file_name, detail, address);
    audit::record(tx, app, &entry)?;
    Ok(Some(new))
}

/// The file and its reading under the columns that were asked for, else those of the last file of this kind, else those
/// it proposes; nothing when it is imported or gone.
async fn load(
    app: &App,
    who: &Who,
    id: &str,
    asked: Fields,
    today: Date,
) -> Result<Option<(Waiting, Reading)>, Problem> {
    let (scope, id) = (who.scope.clone(), id.to_owned());
    let read = move |tx: &mut Tx<'_>| {
        let found = store::find_statement(tx, &scope, &id)?;
        let Some(waiting) = found.filter(|w| w.imported_at.is_none()) else {
            return Ok(None);
        };
        let before = store::find_layout(tx, &scope, &waiting.account, &waiting.headings)?;
        let reading = reading(tx, &scope, &waiting, &asked, before, today)?;
        Ok::<_, Error>(Some((waiting, reading)))
    };
    Ok(app.db().read(read).await?)
}

fn reading(
    tx: &mut Tx<'_>,
    scope: &Scope,
    waiting: &Waiting,
    asked: &Fields,
    before: Option<String>,
    today: Date,
) -> Result<Reading, Error> {
    let unreadable = |why: Refusal| Error::Shape(format!("a kept statement is refused: {why}"));
    let rows = read::split(&waiting.content).map_err(unreadable)?;
    let proposed = read::propose(&rows, waiting.currency).map_err(unreadable)?;
    let layout = if asked.find("date").is_some() {
        proposed.asked(asked)
    } else {
        match before.map(|text| Fields::of_text(&text)) {
            Some(before) => proposed.asked(&before),
            None => proposed,
        }
    };
    let lines = read::lines(&rows, &layout, waiting.currency, today);
    let mut reading = Reading {
        layout,
        rows,
        lines,
        new: 0,
        lookalikes: 0,
    };
    if let Ok(lines) = &reading.lines {
        let days = lines.iter().map(|l| l.date);
        if let (Some(from), Some(to)) = (days.clone().min(), days.max()) {
            let known = store::list_known(tx, scope, &waiting.account, from, to)?;
            (reading.new, reading.lookalikes) = compare(&waiting.account, lines, &known);
        }
    }
    Ok(reading)
}

/// How many lines are new; and how many of those have the day and the amount of a kept line that this file does not say
/// in the same words: the bank words it otherwise, or other columns were read.
fn compare(account: &str, lines: &[Line], known: &[(String, String, i64)]) -> (usize, usize) {
    let all = fingerprints(account, lines);
    let ours: HashSet<&str> = all.iter().map(String::as_str).collect();
    let there: HashSet<&str> = known.iter().map(|(print, ..)| print.as_str()).collect();
    let mut unsaid: HashMap<(String, i64), usize> = HashMap::new();
    for (print, day, minor) in known {
        if !ours.contains(print.as_str()) {
            *unsaid.entry((day.clone(), *minor)).or_default() += 1;
        }
    }
    let (mut new, mut alike) = (0, 0);
    for (line, print) in lines.iter().zip(&all) {
        if there.contains(print.as_str()) {
            continue;
        }
        new += 1;
        let same = (line.date.to_string(), line.amount.minor());
        if let Some(left) = unsaid.get_mut(&same) {
            alike += usize::from(*left > 0);
            *left = left.saturating_sub(1);
        }
    }
    (new, alike)
}

/// The field that a refusal is about.
fn at_fault(why: &Refusal) -> &'static str {
    match why {
        Refusal::BadDate { .. } => "date",
        Refusal::DatesAmbiguous { .. } => "order",
        Refusal::AmountsAmbiguous { .. } => "mark",
        Refusal::BadAmount { .. } | Refusal::CutShort { .. } | Refusal::NoLines => "amount",
        _ => "",
    }
}

fn view(page: Page, waiting: &Waiting, reading: &Reading) -> View {
    let l = page.l;
    let layout = &reading.layout;
    let lines = reading.lines.as_deref().unwrap_or_default();
    let columns = columns(l, reading);
    let none = || std::iter::once(Choice::new("", l.t("none")));
    let mut amounts: Vec<Choice> = none().chain(columns.iter().cloned()).collect();
    if layout.by_currency().is_some() {
        amounts.push(Choice::new("currencies", l.t("bank-column-currencies")));
    }
    let ask = |key: &'static str| Choice::new("", l.t(key));
    View {
        id: waiting.id.clone(),
        unsure: !layout.sure,
        facts: facts(l, waiting, reading, lines),
        lookalikes: match reading.lookalikes {
            0 => String::new(),
            n => l.t1("bank-lookalikes", "count", n as i64).into_owned(),
        },
        rows: lines
            .iter()
            .take(SHOWN)
            .map(|line| shown(l, line))
            .collect(),
        more: match lines.len().saturating_sub(SHOWN) {
            0 => String::new(),
            n => l.t1("bank-more-lines", "count", n as i64).into_owned(),
        },
        dates: columns.clone(),
        texts: columns
            .iter()
            .enumerate()
            .map(|(at, choice)| (choice.clone(), layout.text.contains(&at)))
            .collect(),
        orders: vec![
            ask(locale::key("bank-order-by-file")),
            Choice::new("day", l.t("bank-order-day")),
            Choice::new("month", l.t("bank-order-month")),
        ],
        marks: vec![
            ask(locale::key("bank-mark-by-file")),
            Choice::new("point", l.t("bank-mark-point")),
            Choice::new("comma", l.t("bank-mark-comma")),
        ],
        columns: amounts
            .iter()
            .filter(|c| c.value != "currencies")
            .cloned()
            .collect(),
        amounts,
        f: typed(layout),
        act: match &reading.lines {
            Ok(_) => l.t1("bank-import-act", "count", reading.new as i64),
            Err(_) => l.t("bank-import-plain"),
        }
        .into_owned(),
        page: page
            .titled(l.t("bank-preview-title"))
            .within(Section::Books),
        errors: Errors::new(),
        asks: match &reading.lines {
            Ok(_) => String::new(),
            Err(why) => words::refusal(l, why),
        },
    }
}

/// Each column by its heading and what stands first below it.
fn columns(l: Locale, reading: &Reading) -> Vec<Choice> {
    let layout = &reading.layout;
    let body = reading.rows.iter().skip(layout.first).take(20);
    let width = body.clone().map(|row| row.cells.len()).max().unwrap_or(0);
    let head = layout.head.and_then(|at| reading.rows.get(at));
    (0..width)
        .map(|at| {
            let heading = head
                .and_then(|row| row.cells.get(at))
                .filter(|h| !h.is_empty());
            let name = heading
                .cloned()
                .unwrap_or_else(|| l.t1("bank-column", "number", (at + 1) as i64).into_owned());
            let example = body
                .clone()
                .filter_map(|row| row.cells.get(at))
                .find(|cell| !cell.is_empty());
            let label = match example {
                Some(cell) => {
                    let short: String = cell.chars().take(28).collect();
                    format!("{name}: {short}")
                }
                None => name,
            };
            Choice::new(at.to_string(), label)
        })
        .collect()
}

fn facts(l: Locale, waiting: &Waiting, reading: &Reading, lines: &[Line]) -> Vec<(String, String)> {
    let mut facts = vec![(
        l.t("bank-fact-file").into_owned(),
        waiting.file_name.clone(),
    )];
    if !waiting.account.is_empty() {
        facts.push((l.t("bank-account").into_owned(), waiting.account.clone()));
    }
    let days = lines.iter().map(|line| line.date);
    if let (Some(from), Some(to)) = (days.clone().min(), days.max()) {
        let days = l.t2(
            "bank-from-to",
            "from",
            l.date_medium(from),
            "to",
            l.date_medium(to),
        );
        facts.push((l.t("bank-fact-days").into_owned(), days.into_owned()));
        let known = (lines.len() - reading.new) as i64;
        let count = l.t2(
            "bank-new-and-known",
            "new",
            reading.new as i64,
            "known",
            known,
        );
        facts.push((l.t("bank-fact-lines").into_owned(), count.into_owned()));
    }
    facts
}

fn shown(l: Locale, line: &Line) -> Shown {
    Shown {
        date: l.date_medium(line.date),
        iso: line.date.to_string(),
        text: line.text.clone(),
        amount: money(l, line.amount),
    }
}

fn typed(layout: &Layout) -> Typed {
    let form = Fields::of_text(&layout.written());
    Typed {
        date: form.get("date"),
        amount: form.get("amount"),
        out: form.get("out"),
        into: form.get("into"),
        order: form.get("order"),
        mark: form.get("mark"),
    }
}
