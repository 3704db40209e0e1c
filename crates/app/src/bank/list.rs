//! `GET /bank`: the lines of the bank's statements, and what each may be.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::Uri;
use kit::db::{Error, Tx};
use kit::locale::{self, Locale};

use super::line::{Kept, Kind, State as Standing};
use super::matching::{self, Open, Proposal, written};
use super::store;
use super::words::{self, Told};
use crate::app::App;
use crate::fields::Fields;
use crate::page::{Chip, Page, Section};
use crate::paging::{Cursor, Paged, query};
use crate::payments::money;
use crate::problem::Problem;
use crate::visit::Visit;
use crate::who::Who;

#[derive(Template)]
#[template(path = "bank/list.html")]
struct List {
    page: Page,
    views: Vec<View>,
    rows: Vec<Row>,
    /// The lines that are certain, with what they are: line and target.
    certain: Vec<String>,
    confirm_all: String,
    empty: String,
    /// Nothing was ever imported.
    is_new: bool,
    back: String,
    on: String,
}

struct View {
    href: String,
    name: String,
    count: String,
    current: bool,
}

/// A line as a list shows it.
struct Row {
    id: String,
    date: String,
    iso: String,
    text: String,
    account: String,
    amount: String,
    proposal: Option<Told>,
    /// Where it stands, when it is not open.
    chip: Option<Chip>,
    /// What it is, and where that is shown.
    settled: String,
    settled_href: String,
    open: bool,
}

pub(super) async fn get(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    uri: Uri,
) -> Result<Response, Problem> {
    let asked = Fields::of_query(&uri);
    let cursor = Cursor::read(&asked);
    let view = asked.get("view");
    let state = match view.as_str() {
        "all" => String::new(),
        other => Standing::parse(other)
            .unwrap_or(Standing::Open)
            .as_str()
            .to_owned(),
    };
    let (scope, at, wanted) = (who.scope.clone(), cursor.clone(), state.clone());
    let read = move |tx: &mut Tx<'_>| {
        let found = store::list_page(tx, &scope, &wanted, &at)?;
        let paged = Paged::new(found, &at, |kept| &kept.id);
        let open = matching::open(tx, &scope)?;
        let waiting: Vec<Kept> = paged
            .rows
            .iter()
            .filter(|kept| kept.state == Standing::Open)
            .cloned()
            .collect();
        let proposals = open.proposals(tx, &scope, &waiting)?;
        let proposals: Vec<(String, Vec<Proposal>)> = waiting
            .into_iter()
            .map(|kept| kept.id)
            .zip(proposals)
            .collect();
        Ok::<_, Error>((paged, open, proposals, store::count_by_state(tx, &scope)?))
    };
    let (paged, open, proposals, counts) = app.db().read(read).await?;
    let page = visit.page(&who).within(Section::Books);
    let l = page.l;
    let (back, on) = paged.links(&query("/bank", &[("view", &view)]));
    let of = |id: &str| {
        let found = proposals.iter().find(|(line, _)| line == id);
        found.and_then(|(_, all)| all.first())
    };
    let certain: Vec<String> = paged
        .rows
        .iter()
        .filter_map(|kept| Some((kept, of(&kept.id).filter(|p| p.is_certain())?)))
        .map(|(kept, p)| format!("{} {}", kept.id, written(&p.suggestion.target)))
        .collect();
    let title = l.t("bank-title").into_owned();
    let list = List {
        is_new: counts.is_empty(),
        views: views(l, &state, &counts),
        rows: paged
            .rows
            .iter()
            .map(|kept| row(l, &open, kept, of(&kept.id)))
            .collect(),
        confirm_all: l
            .t1("bank-confirm-all", "count", certain.len() as i64)
            .into_owned(),
        certain,
        empty: l.t(empty(&state)).into_owned(),
        back,
        on,
        page: page.titled(title),
    };
    Ok(list.page.ok(&list))
}

fn views(l: Locale, state: &str, counts: &[(String, i64)]) -> Vec<View> {
    let count = |of: &str| {
        let those = counts.iter().filter(|(s, _)| of.is_empty() || s == of);
        l.integer(those.map(|(_, n)| n).sum())
    };
    let all = [
        ("open", "/bank", locale::key("bank-view-open")),
        (
            "matched",
            "/bank?view=matched",
            locale::key("bank-view-matched"),
        ),
        ("aside", "/bank?view=aside", locale::key("bank-view-aside")),
        ("", "/bank?view=all", locale::key("bank-view-all")),
    ];
    all.into_iter()
        .map(|(of, href, name)| View {
            href: href.to_owned(),
            name: l.t(name).into_owned(),
            count: count(of),
            current: of == state,
        })
        .collect()
}

fn empty(state: &str) -> &'static str {
    match state {
        "open" => locale::key("bank-none-open"),
        "matched" => locale::key("bank-none-matched"),
        "aside" => locale::key("bank-none-aside"),
        _ => locale::key("bank-none"),
    }
}

fn row(l: Locale, open: &Open, kept: &Kept, proposal: Option<&Proposal>) -> Row {
    let (settled, settled_href) = settled(l, kept);
    Row {
        id: kept.id.clone(),
        date: l.date_medium(kept.line.date),
        iso: kept.line.date.to_string(),
        text: said(l, kept),
        account: kept.account.clone(),
        amount: money(l, kept.line.amount),
        proposal: proposal.map(|p| words::told(l, open, kept, p)),
        chip: chip(kept.state),
        settled,
        settled_href,
        open: kept.state == Standing::Open,
    }
}

/// What the bank says of it; that it says nothing, otherwise.
pub(super) fn said(l: Locale, kept: &Kept) -> String {
    if kept.line.text.is_empty() {
        return l.t("bank-no-text").into_owned();
    }
    kept.line.text.clone()
}

/// Where it stands, in a word; an open line has none.
pub(super) fn chip(state: Standing) -> Option<Chip> {
    match state {
        Standing::Open => None,
        Standing::Matched => Some(Chip::new(
            "positive",
            "tick",
            locale::key("bank-chip-matched"),
        )),
        Standing::Aside => Some(Chip::new("neutral", "dash", locale::key("bank-chip-aside"))),
    }
}

/// What stands behind a line, and its page.
pub(super) fn settled(l: Locale, kept: &Kept) -> (String, String) {
    match &kept.matched {
        Some((Kind::Payout, id)) => (
            l.t("bank-settled-payout").into_owned(),
            format!("/payouts/{id}"),
        ),
        Some((Kind::Payment, id)) => (
            l.t("bank-settled-payment").into_owned(),
            format!("/payments/{id}"),
        ),
        None => (String::new(), String::new()),
    }
}
