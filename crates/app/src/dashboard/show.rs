//! `GET /`.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use billing::money::Money;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use kit::locale::Locale;

use crate::app::App;
use crate::invoices::{self, Owed};
use crate::page::{Page, Section};
use crate::payments::{self, PaymentSummary};
use crate::problem::Problem;
use crate::settings::{self, Business};
use crate::visit::Visit;
use crate::who::Who;
use crate::{mail, online_payment};

#[derive(Template)]
#[template(path = "dashboard/show.html")]
struct View {
    page: Page,
    tasks: Vec<Task>,
    overdue: Vec<Figure>,
    others: Vec<Figure>,
    received: Vec<Received>,
}

/// One step on the way to the first payment.
struct Task {
    name: String,
    about: String,
    href: &'static str,
    done: bool,
}

/// One number; the list behind it adds up to it.
struct Figure {
    name: String,
    sum: String,
    note: String,
    href: &'static str,
}

struct Received {
    when: String,
    when_iso: String,
    amount: String,
    href: String,
}

/// What the page is made of, read in one snapshot.
struct Facts {
    business: Business,
    takes_payment: bool,
    has_server: bool,
    has_invoice: bool,
    owed: Vec<Owed>,
    received: Vec<(PaymentSummary, String)>,
}

/// Shows what is to be done, what is owed and what came in.
pub async fn get(State(app): State<App>, who: Who, visit: Visit) -> Result<Response, Problem> {
    let page = visit.page(&who).within(Section::Dashboard);
    let l = page.l;
    let today = app.clock().today_in(&who.zone());
    let facts = load(&app, &who, today).await?;
    let tasks = if who.is_owner() {
        tasks(&app, &facts, l)
    } else {
        Vec::new()
    };
    let all_done = tasks.iter().all(|task| task.done);
    let title = l.t("nav-dashboard").into_owned();
    let view = View {
        tasks: if all_done { Vec::new() } else { tasks },
        overdue: facts
            .owed
            .iter()
            .filter(|o| o.overdue_count > 0)
            .map(|o| overdue(o, today, l))
            .collect(),
        others: facts
            .owed
            .iter()
            .map(|o| open(o, l))
            .chain(received_sums(&facts, today, l))
            .collect(),
        received: facts
            .received
            .iter()
            .map(|(p, invoice)| row(p, invoice, &who, l))
            .collect(),
        page: page.titled(title),
    };
    Ok(view.page.ok(&view))
}

async fn load(app: &App, who: &Who, today: Date) -> Result<Facts, Problem> {
    // A week ends on Sunday, as ISO 8601 has it.
    let week_end =
        today.saturating_add(i64::from(7 - today.weekday().to_monday_one_offset()).days());
    let month = today
        .first_of_month()
        .to_zoned(who.zone())
        .map_err(Problem::internal)?
        .timestamp()
        .as_millisecond();
    let scope = who.scope.clone();
    app.db()
        .read::<_, Problem, _>(move |tx| {
            Ok(Facts {
                business: settings::business(tx, &scope.business_id)?,
                takes_payment: online_payment::drawer(tx, &scope)?
                    .is_some_and(|drawer| drawer.enabled),
                has_server: mail::has_server(tx, &scope.business_id)?,
                has_invoice: invoices::has_any(tx, &scope, today)?,
                owed: invoices::owed(tx, &scope, today, week_end)?,
                received: payments::list_received_since(tx, &scope, month)?,
            })
        })
        .await
}

fn tasks(app: &App, facts: &Facts, l: Locale) -> Vec<Task> {
    let business = &facts.business;
    let mut tasks = vec![
        Task {
            name: l.t("task-business").into(),
            about: l.t("task-business-about").into(),
            href: "/settings/business",
            done: !business.name.is_empty(),
        },
        Task {
            name: l.t("task-taxes").into(),
            about: l.t("task-taxes-about").into(),
            href: "/settings/taxes",
            done: !business.tax_preset.is_empty(),
        },
        Task {
            name: l.t("task-payment").into(),
            about: l.t("task-payment-about").into(),
            href: "/settings/billing",
            done: facts.takes_payment,
        },
        Task {
            name: l.t("task-invoice").into(),
            about: l.t("task-invoice-about").into(),
            href: "/invoices/new",
            done: facts.has_invoice,
        },
    ];
    if !app.is_demo() {
        tasks.insert(
            3,
            Task {
                name: l.t("task-mail").into(),
                about: l.t("task-mail-about").into(),
                href: "/settings/mail",
                done: facts.has_server,
            },
        );
    }
    tasks
}

fn overdue(o: &Owed, today: Date, l: Locale) -> Figure {
    let days = o
        .oldest_due
        .map_or(0, |due| i64::from((today - due).get_days()));
    Figure {
        name: l.t("figure-overdue").into_owned(),
        sum: l.money(o.overdue_minor, o.currency.code(), o.currency.exponent()),
        note: l
            .t2(
                "figure-overdue-note",
                "count",
                o.overdue_count,
                "days",
                days,
            )
            .into_owned(),
        href: "/invoices?view=overdue",
    }
}

fn open(o: &Owed, l: Locale) -> Figure {
    let money = |minor| l.money(minor, o.currency.code(), o.currency.exponent());
    let later = o.open_minor - o.overdue_minor - o.this_week_minor;
    Figure {
        name: l.t("figure-open").into_owned(),
        sum: money(o.open_minor),
        note: l
            .t2(
                "figure-open-note",
                "week",
                money(o.this_week_minor),
                "later",
                money(later),
            )
            .into_owned(),
        href: "/invoices?view=open",
    }
}

/// Each currency by itself, in the order of the list below.
fn received_sums(facts: &Facts, today: Date, l: Locale) -> Vec<Figure> {
    let mut sums: Vec<(Money, i64)> = Vec::new();
    for (payment, _) in &facts.received {
        match sums
            .iter_mut()
            .find(|(sum, _)| sum.currency() == payment.amount.currency())
        {
            Some(sum) => {
                *sum = (
                    sum.0.checked_add(payment.amount).unwrap_or(sum.0),
                    sum.1 + 1,
                )
            }
            None => sums.push((payment.amount, 1)),
        }
    }
    if sums.is_empty() {
        sums.push((Money::zero(facts.business.currency), 0));
    }
    let first = l.date_long(today.first_of_month());
    let figure = |(sum, count): (Money, i64)| Figure {
        name: l.t("figure-received").into_owned(),
        sum: l.money(
            sum.minor(),
            sum.currency().code(),
            sum.currency().exponent(),
        ),
        note: l
            .t2(
                "figure-received-note",
                "count",
                count,
                "date",
                first.as_str(),
            )
            .into_owned(),
        href: "#received",
    };
    sums.into_iter().map(figure).collect()
}

fn row(p: &PaymentSummary, invoice_id: &str, who: &Who, l: Locale) -> Received {
    let at = Timestamp::from_millisecond(p.received_at).unwrap_or_default();
    Received {
        when: l.date_medium(at.to_zoned(who.zone()).date()),
        when_iso: at.to_string(),
        amount: l.money(
            p.amount.minor(),
            p.amount.currency().code(),
            p.amount.currency().exponent(),
        ),
        href: if invoice_id.is_empty() {
            "/invoices".to_owned()
        } else {
            format!("/invoices/{invoice_id}")
        },
    }
}
