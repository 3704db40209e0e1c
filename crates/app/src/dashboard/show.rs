//! `GET /`.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use kit::db::{Error, Tx};
use kit::locale::Locale;

use super::figures::{self, Ageing, Figure};
use super::months::{self, Chart};
use super::needs::{Need, needs};
use super::on_its_way::{self, Way};
use super::tasks::{Task, tasks};
use crate::app::App;
use crate::autopay::{self, Needing};
use crate::disputes::{self, DisputeRow};
use crate::invoices::history::{self, Lately};
use crate::invoices::listing::{self, Owed};
use crate::page::{Page, Section};
use crate::payments;
use crate::payments::back::went;
use crate::payments::received::Sum;
use crate::payouts::Payout;
use crate::problem::Problem;
use crate::refunds::{self, RefundRow};
use crate::settings::{self, Business};
use crate::visit::Visit;
use crate::who::{Scope, Who};
use crate::{invoices, mail, online_payment, payouts};

/// How many of the invoices paid last tell the usual time to be paid.
const USUAL_OF: i64 = 200;
/// For so long a payout that came back needs somebody; Stripe tries no second time by itself.
const FAILED_LATELY_MS: i64 = 30 * 86_400_000;
/// How many lines say what just happened.
const LATELY: i64 = 8;

#[derive(Template)]
#[template(path = "dashboard/show.html")]
struct View {
    page: Page,
    needs: Vec<Need>,
    tasks: Vec<Task>,
    overdue: Vec<Figure>,
    figures: Vec<Figure>,
    charts: Vec<Chart>,
    ageings: Vec<Ageing>,
    news: Vec<News>,
}

/// Something that just happened.
struct News {
    when: String,
    when_iso: String,
    text: String,
    about: String,
    href: String,
}

/// What the page is made of, read in one snapshot.
pub(super) struct Facts {
    pub(super) business: Business,
    pub(super) takes_payment: bool,
    /// Stripe could not be asked for news the last time.
    pub(super) cannot_hear: bool,
    /// Payouts that came back lately.
    pub(super) failed_payouts: Vec<Payout>,
    pub(super) failed_mails: i64,
    /// Those that wait for an answer.
    pub(super) disputes: Vec<DisputeRow>,
    /// What could not be charged by itself.
    pub(super) autopay: Vec<Needing>,
    /// Those that failed or stay unknown.
    pub(super) refunds: Vec<RefundRow>,
    pub(super) has_server: bool,
    pub(super) has_invoice: bool,
    pub(super) unallocated: i64,
    pub(super) owed: Vec<Owed>,
    /// This month first; each with what came in.
    pub(super) months: Vec<(Date, Vec<Sum>)>,
    /// What customers paid and the bank does not have yet.
    pub(super) ways: Vec<Way>,
    /// Day of issue, and when nothing was owed any more.
    pub(super) paid_last: Vec<(Date, i64)>,
    lately: Vec<Lately>,
}

/// Shows what needs somebody, what is owed, what came in, and what just happened.
pub async fn get(State(app): State<App>, who: Who, visit: Visit) -> Result<Response, Problem> {
    let page = visit.page(&who).within(Section::Dashboard);
    let l = page.l;
    let today = app.clock().today_in(&who.zone());
    let facts = load(&app, &who, today).await?;
    let title = l.t("nav-dashboard").into_owned();
    let mut shown = figures::expected(&facts, l);
    shown.extend(on_its_way::figures(&facts.ways, l));
    shown.extend(figures::received(&facts, l));
    shown.extend(figures::usual(&facts, &who.zone(), l));
    let view = View {
        needs: needs(&facts, app.clock().now(), &who.zone(), l),
        tasks: if who.is_owner() {
            tasks(&app, &facts, l)
        } else {
            Vec::new()
        },
        overdue: figures::overdue(&facts, today, l),
        figures: shown,
        charts: months::charts(&facts.months, l),
        ageings: figures::ageings(&facts, today, l),
        news: facts.lately.iter().map(|x| news(x, &who, l)).collect(),
        page: page.titled(title),
    };
    Ok(view.page.ok(&view))
}

async fn load(app: &App, who: &Who, today: Date) -> Result<Facts, Problem> {
    let (app_in, scope, zone) = (app.clone(), who.scope.clone(), who.zone());
    let spans = months::shown(today)
        .into_iter()
        .map(|first| Ok((first, months::span(first, &zone)?)))
        .collect::<Result<Vec<_>, jiff::Error>>()
        .map_err(Problem::internal)?;
    let read = move |tx: &mut Tx<'_>| {
        let months = spans
            .iter()
            .map(|(first, span)| Ok((*first, went::left_of(tx, &scope, *span)?)))
            .collect::<Result<Vec<_>, Error>>()?;
        facts(tx, &app_in, &scope, today, months)
    };
    Ok(app.db().read(read).await?)
}

fn facts(
    tx: &mut Tx<'_>,
    app: &App,
    scope: &Scope,
    today: Date,
    months: Vec<(Date, Vec<Sum>)>,
) -> Result<Facts, Error> {
    // A week ends on Sunday, as ISO 8601 has it.
    let week_end =
        today.saturating_add(i64::from(7 - today.weekday().to_monday_one_offset()).days());
    let business = settings::business(tx, &scope.business_id)?;
    let zone = business.zone();
    let drawer = online_payment::drawer(tx, scope)?.filter(|drawer| drawer.enabled);
    Ok(Facts {
        business,
        takes_payment: drawer.is_some(),
        cannot_hear: drawer.is_some_and(|drawer| !drawer.pull_error.is_empty()),
        failed_payouts: payouts::list_failed_since(tx, scope, app.now_ms() - FAILED_LATELY_MS)?,
        autopay: autopay::list_needing(tx, scope)?,
        failed_mails: mail::count_failed(tx, scope)?,
        disputes: disputes::list_needing(tx, app, scope)?,
        refunds: refunds::list_needing(tx, app, scope)?,
        has_server: mail::has_server(tx, &scope.business_id)?,
        has_invoice: invoices::has_any(tx, scope)?,
        unallocated: payments::count_unallocated(tx, scope)?,
        owed: listing::owed(tx, scope, today, week_end)?,
        months,
        ways: on_its_way::ways(tx, scope, (today, &zone, app.now_ms()))?,
        paid_last: listing::list_paid_last(tx, scope, USUAL_OF)?,
        lately: history::list_lately(tx, scope, LATELY)?,
    })
}

fn news(lately: &Lately, who: &Who, l: Locale) -> News {
    let at = Timestamp::from_millisecond(lately.past.at).unwrap_or_default();
    News {
        when: l.date_time(at, &who.zone()),
        when_iso: at.to_string(),
        text: history::words(&lately.past, l),
        about: format!("{} · {}", lately.number, lately.customer),
        href: format!("/invoices/{}", lately.invoice_id),
    }
}
