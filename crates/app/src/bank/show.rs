//! `GET /bank/lines/{id}`: one line, everything it may be, and how what was said of it is taken back.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use billing::statement::{Confidence, Target};
use jiff::Timestamp;
use kit::db::{Error, Tx};

use super::line::{Kept, Kind, State as Standing};
use super::list::{chip, said, settled};
use super::matching::{self, Open, Proposal};
use super::store;
use super::words::{self, Told};
use crate::app::App;
use crate::audit;
use crate::page::{Chip, Choice, Page, Section};
use crate::payments::money;
use crate::payouts::{self, Found};
use crate::problem::Problem;
use crate::visit::{Visit, see_other_saying};
use crate::who::Who;

#[derive(Template)]
#[template(path = "bank/show.html")]
struct Show {
    page: Page,
    id: String,
    amount: String,
    date: String,
    iso: String,
    text: String,
    account: String,
    chip: Option<Chip>,
    open: bool,
    aside: bool,
    proposals: Vec<Told>,
    /// Everything that is owed in this currency, to choose from.
    others: Vec<Choice>,
    other_act: String,
    settled: String,
    settled_href: String,
    settled_note: String,
    /// How sure it was when it was confirmed; nothing when a person chose.
    sure: Option<Chip>,
    is_payout: bool,
    payment_id: String,
}

pub(super) async fn get(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let scope = who.scope.clone();
    let read = move |tx: &mut Tx<'_>| {
        let kept = store::find_line(tx, &scope, &id)?.ok_or(Error::NoRow)?;
        let open = matching::open(tx, &scope)?;
        let proposals = match kept.state {
            Standing::Open => {
                let lines = std::slice::from_ref(&kept);
                open.proposals(tx, &scope, lines)?.pop()
            }
            _ => None,
        };
        Ok::<_, Error>((kept, open, proposals.unwrap_or_default()))
    };
    let (kept, open, proposals) = app.db().read(read).await?;
    let view = view(visit.page(&who), &who, &kept, &open, &proposals);
    Ok(view.page.ok(&view))
}

fn view(page: Page, who: &Who, kept: &Kept, open: &Open, proposals: &[Proposal]) -> Show {
    let l = page.l;
    let (settled, settled_href) = settled(l, kept);
    let at = kept
        .settled_at
        .and_then(|at| Timestamp::from_millisecond(at).ok());
    let settled_note = match at {
        Some(at) if !kept.settled_by.is_empty() => l
            .t2(
                "bank-settled-by",
                "name",
                kept.settled_by.as_str(),
                "when",
                l.date_time(at, &who.zone()),
            )
            .into_owned(),
        _ => String::new(),
    };
    let payment = kept
        .matched
        .as_ref()
        .filter(|(kind, _)| *kind == Kind::Payment);
    Show {
        id: kept.id.clone(),
        amount: money(l, kept.line.amount),
        date: l.date_long(kept.line.date),
        iso: kept.line.date.to_string(),
        text: said(l, kept),
        account: kept.account.clone(),
        chip: chip(kept.state),
        open: kept.state == Standing::Open,
        aside: kept.state == Standing::Aside,
        proposals: proposals
            .iter()
            .map(|p| words::told(l, open, kept, p))
            .collect(),
        others: others(&page, kept, open),
        other_act: words::act(l, kept, &Target::Invoice(String::new())),
        settled,
        settled_href,
        settled_note,
        sure: Confidence::parse(&kept.confidence).map(words::chip),
        is_payout: matches!(kept.matched, Some((Kind::Payout, _))),
        payment_id: payment.map(|(_, id)| id.clone()).unwrap_or_default(),
        page: page.titled(l.t("bank-line-title")).within(Section::Books),
    }
}

/// Every invoice that money of this line could pay, whatever the bank says; nothing for money that went out.
fn others(page: &Page, kept: &Kept, open: &Open) -> Vec<Choice> {
    let amount = kept.line.amount;
    if kept.state != Standing::Open || !amount.is_positive() {
        return Vec::new();
    }
    let l = page.l;
    let same = |o: &&crate::invoices::claim::Owing| o.due.currency() == amount.currency();
    let mut owing: Vec<_> = open.owing.values().filter(same).collect();
    owing.sort_by(|a, b| a.number.cmp(&b.number));
    let choice = |o: &crate::invoices::claim::Owing| {
        let label = format!("{} · {} · {}", o.number, o.customer, money(l, o.due));
        Choice::new(format!("invoice:{}", o.invoice_id), label)
    };
    owing.into_iter().map(choice).collect()
}

/// It is neither a payout nor a customer's money.
pub(super) async fn post_aside(
    state: State<App>,
    who: Who,
    visit: Visit,
    path: Path<String>,
) -> Result<Response, Problem> {
    turn(state, who, visit, path, Standing::Open, Standing::Aside).await
}

/// It is, after all.
pub(super) async fn post_open(
    state: State<App>,
    who: Who,
    visit: Visit,
    path: Path<String>,
) -> Result<Response, Problem> {
    turn(state, who, visit, path, Standing::Aside, Standing::Open).await
}

async fn turn(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    Path(id): Path<String>,
    from: Standing,
    to: Standing,
) -> Result<Response, Problem> {
    let l = visit.page(&who).l;
    let (hands, me, address, line) = (app.clone(), who.clone(), visit.address.clone(), id.clone());
    let write = move |tx: &mut Tx<'_>| {
        let kept = store::lock_line(tx, &me.scope, &line)?.ok_or(Error::NoRow)?;
        if kept.state != from {
            return Ok(kept.state == to);
        }
        store::update_unmatched(tx, &line, to, &me.name, hands.now_ms())?;
        let act = if to == Standing::Aside {
            "bank.set_aside"
        } else {
            "bank.opened_again"
        };
        let entry = audit::Entry::by(
            &me,
            act,
            line.clone(),
            kept.line.amount.to_string(),
            address.clone(),
        );
        audit::record(tx, &hands, &entry)?;
        Ok::<_, Error>(true)
    };
    if !app.db().write(write).await? {
        return Err(Problem::Conflict(l.t("bank-not-open").into_owned()));
    }
    let (there, text) = match to {
        Standing::Aside => ("/bank".to_owned(), l.t("bank-set-aside")),
        _ => (format!("/bank/lines/{id}"), l.t("bank-opened-again")),
    };
    Ok(see_other_saying(&app, &there, "info", text))
}

/// The payout is another one: the mark is taken back, and the line waits again.
pub(super) async fn post_not_it(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let l = visit.page(&who).l;
    let there = format!("/bank/lines/{id}");
    let (hands, me, address) = (app.clone(), who.clone(), visit.address.clone());
    let write = move |tx: &mut Tx<'_>| {
        let kept = store::lock_line(tx, &me.scope, &id)?.ok_or(Error::NoRow)?;
        let Some((Kind::Payout, payout_id)) = kept.matched else {
            return Ok(false);
        };
        let found = Found {
            payout_id,
            on: kept.line.date,
            by: me.name.clone(),
            user_id: Some(me.user_id.clone()),
            address: address.clone(),
        };
        payouts::take_back(tx, &hands, &me.scope, &found)?;
        store::update_unmatched(tx, &id, Standing::Open, &me.name, hands.now_ms())?;
        Ok::<_, Error>(true)
    };
    if !app.db().write(write).await? {
        return Err(Problem::Conflict(l.t("bank-gone").into_owned()));
    }
    let text = l.t("payout-found-taken-back");
    Ok(see_other_saying(&app, &there, "info", text))
}
