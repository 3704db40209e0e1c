//! `GET /books/compare`: how the last comparison came out; `POST` asks Stripe again and compares.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use billing::Currency;
use jiff::Timestamp;
use kit::db::{Error, Tx};
use kit::locale::{self, Locale};

use super::finding::{Finding, Matter};
use super::run::{Outcome, Reconciliation, run};
use super::store;
use crate::app::App;
use crate::online_payment;
use crate::page::{Page, Section};
use crate::problem::Problem;
use crate::visit::{Visit, see_other};
use crate::who::{Scope, Who};

/// So many earlier ones are listed.
const SHOWN: i64 = 10;

#[derive(Template)]
#[template(path = "reconcile/show.html")]
struct View {
    page: Page,
    kind: &'static str,
    said: String,
    when: String,
    mended: String,
    differing: Vec<Line>,
    agreeing: Vec<Line>,
    earlier: Vec<(String, String)>,
    /// Without keys there is nobody to ask, and nothing to press.
    has_keys: bool,
}

/// One thing that was compared.
struct Line {
    what: String,
    href: String,
    detail: String,
}

pub(super) async fn get(
    State(app): State<App>,
    who: Who,
    visit: Visit,
) -> Result<Response, Problem> {
    let page = visit.page(&who).within(Section::Books);
    let l = page.l;
    let scope = who.scope.clone();
    let (all, has_keys) = app
        .db()
        .read(move |tx| {
            let all = store::list_newest(tx, &scope, SHOWN)?;
            Ok::<_, Error>((all, has_keys(tx, &scope)?))
        })
        .await?;
    let newest = all.first();
    let lines = |agrees: bool| -> Vec<Line> {
        let findings = newest.map(|r| r.findings.as_slice()).unwrap_or_default();
        let chosen = findings.iter().filter(|f| f.agrees == agrees);
        chosen.map(|finding| line(l, finding)).collect()
    };
    let title = l.t("compare-title").into_owned();
    let view = View {
        has_keys,
        kind: newest.map_or("neutral", |r| kind(r.outcome)),
        said: newest.map_or_else(|| l.t("compare-never").into_owned(), |r| said(l, r.outcome)),
        when: newest.map(|r| when(l, &who, r)).unwrap_or_default(),
        mended: newest
            .filter(|r| r.mended > 0)
            .map(|r| l.t1("compare-mended", "count", r.mended).into_owned())
            .unwrap_or_default(),
        differing: lines(false),
        agreeing: lines(true),
        earlier: all
            .iter()
            .skip(1)
            .map(|r| (when(l, &who, r), said(l, r.outcome)))
            .collect(),
        page: page.titled(title),
    };
    Ok(view.page.ok(&view))
}

pub(super) async fn post(State(app): State<App>, who: Who) -> Result<Response, Problem> {
    let scope = who.scope.clone();
    if app.db().read(move |tx| has_keys(tx, &scope)).await? {
        run(&app, &who.scope, &who.name).await?;
    }
    // The page itself says how it came out, once.
    Ok(see_other("/books/compare"))
}

fn has_keys(tx: &mut Tx<'_>, scope: &Scope) -> Result<bool, Error> {
    let drawers = online_payment::drawers_with_keys(tx)?;
    Ok(drawers.iter().any(|drawer| drawer.scope == *scope))
}

fn kind(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Running => "info",
        Outcome::Agrees => "positive",
        Outcome::Differs => "warn",
        Outcome::Unreachable => "negative",
    }
}

fn said(l: Locale, outcome: Outcome) -> String {
    let word = match outcome {
        Outcome::Running => locale::key("compare-running"),
        Outcome::Agrees => locale::key("compare-agrees"),
        Outcome::Differs => locale::key("compare-differs"),
        Outcome::Unreachable => locale::key("compare-unreachable"),
    };
    l.t(word).into_owned()
}

fn when(l: Locale, who: &Who, r: &Reconciliation) -> String {
    let at = Timestamp::from_millisecond(r.ended_at.unwrap_or(r.began_at)).unwrap_or_default();
    let at = l.date_time(at, &who.zone());
    let by = match r.asked_by.as_str() {
        "nightly" => l.t("compare-by-night").into_owned(),
        "command" => l.t("compare-by-command").into_owned(),
        name => name.to_owned(),
    };
    l.t2("compare-when", "when", at, "by", by).into_owned()
}

fn line(l: Locale, f: &Finding) -> Line {
    let href = match f.matter {
        Matter::Balance => "/books?account=stripe_balance".to_owned(),
        Matter::Clearing => "/books?account=stripe_clearing".to_owned(),
        Matter::Disputed => "/books?account=disputed_funds".to_owned(),
        Matter::Transit => "/books?account=in_transit".to_owned(),
        Matter::Payout | Matter::FoundButFailed => format!("/payouts/{}", f.subject),
        Matter::Suspense => "/books?account=suspense".to_owned(),
        Matter::Ledger => "/books/check".to_owned(),
        Matter::NotOpened => String::new(),
    };
    Line {
        what: what(l, f),
        href,
        detail: detail(l, f),
    }
}

fn what(l: Locale, f: &Finding) -> String {
    let word = match f.matter {
        Matter::Balance => locale::key("compare-balance"),
        Matter::Clearing => locale::key("compare-clearing"),
        Matter::Disputed => locale::key("compare-disputed"),
        Matter::Transit => locale::key("compare-transit"),
        Matter::Payout => locale::key("compare-payout"),
        Matter::FoundButFailed => locale::key("compare-found-but-failed"),
        Matter::Suspense => locale::key("compare-suspense"),
        Matter::Ledger => locale::key("compare-ledger"),
        Matter::NotOpened => locale::key("compare-not-opened"),
    };
    l.t(word).into_owned()
}

fn detail(l: Locale, f: &Finding) -> String {
    let money = |minor: i64| {
        let exponent = Currency::parse(&f.currency).map_or(2, Currency::exponent);
        l.money_with_code(minor, &f.currency, exponent)
    };
    if f.currency.is_empty() {
        return f.subject.clone();
    }
    let both = |key: &'static str| {
        let (ours, theirs) = (money(f.ours_minor), money(f.theirs_minor));
        l.t2(key, "ours", ours, "theirs", theirs).into_owned()
    };
    match f.matter {
        _ if f.agrees => money(f.ours_minor),
        Matter::Balance => both(locale::key("compare-balance-differs")),
        Matter::Clearing => both(locale::key("compare-clearing-differs")),
        Matter::Disputed => both(locale::key("compare-disputed-differs")),
        Matter::Transit => both(locale::key("compare-transit-differs")),
        Matter::Payout => both(locale::key("compare-payout-differs")),
        _ => format!("{} {}", f.subject, money(f.ours_minor)),
    }
}
