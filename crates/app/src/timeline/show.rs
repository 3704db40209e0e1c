//! `GET /invoices/{id}/record`.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use billing::diagnosis::{Reason, Remedy};
use jiff::Timestamp;
use kit::locale::{self, Locale};

use super::diagnose::diagnose;
use super::gather::{self, Gathered};
use super::moment::Moment;
use crate::app::App;
use crate::page::{Page, Section};
use crate::problem::Problem;
use crate::visit::Visit;
use crate::who::{Scope, Who};

#[derive(Template)]
#[template(path = "timeline/show.html")]
struct Show {
    page: Page,
    id: String,
    number: String,
    why: Why,
    moments: Vec<Line>,
}

/// The answer above the record.
struct Why {
    /// The question it answers.
    heading: &'static str,
    text: String,
    kind: &'static str,
    /// Where the button leads; empty when there is nothing to press.
    href: String,
    act: String,
    /// The button sends a form rather than opening a page.
    posts: bool,
}

struct Line {
    when: String,
    iso: String,
    source: &'static str,
    text: String,
    facts: Vec<String>,
    trouble: bool,
}

/// The whole record, newest first.
pub(super) async fn get(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let (scope, invoice_id) = (who.scope.clone(), id.clone());
    let gathered = app
        .db()
        .read(move |tx| gather::gather(tx, &scope, &invoice_id))
        .await?;
    let page = visit.page(&who).within(Section::Invoices);
    let (l, zone) = (page.l, who.zone());
    let line = |moment: Moment| {
        let instant = Timestamp::from_millisecond(moment.at).unwrap_or_default();
        Line {
            when: l.date_time(instant, &zone),
            iso: instant.to_string(),
            source: moment.source.word(),
            text: moment.text,
            facts: moment.facts,
            trouble: moment.trouble,
        }
    };
    let number = gathered.claim.number.clone();
    let title = l.t1("record-title", "number", number.as_str()).into_owned();
    let view = Show {
        why: why(&gathered, diagnose(&gathered, app.now_ms()), &who.scope, l),
        moments: moments(&gathered, l).into_iter().map(line).collect(),
        page: page.titled(title),
        id,
        number,
    };
    Ok(view.page.ok(&view))
}

fn moments(g: &Gathered, l: Locale) -> Vec<Moment> {
    let mut all: Vec<Moment> = Vec::new();
    all.extend(g.history.iter().map(|past| Moment::of_history(past, l)));
    all.extend(g.mails.iter().flat_map(|mail| Moment::of_mail(mail, l)));
    all.extend(
        g.attempts
            .iter()
            .map(|attempt| Moment::of_attempt(attempt, l)),
    );
    all.extend(g.calls.iter().map(|call| Moment::of_call(call, l)));
    all.extend(g.events.iter().map(|event| Moment::of_event(event, l)));
    all.sort_by_key(|moment| std::cmp::Reverse(moment.at));
    all
}

fn why(g: &Gathered, reason: Reason, scope: &Scope, l: Locale) -> Why {
    let invoice = format!("/invoices/{}", g.claim.invoice_id);
    let (href, act, posts) = match reason.remedy() {
        Remedy::None => (String::new(), String::new(), false),
        Remedy::Issue => (
            format!("{invoice}/issue"),
            l.t("invoices-review").into_owned(),
            false,
        ),
        Remedy::Send => (
            format!("{invoice}/send"),
            l.t("record-send").into_owned(),
            true,
        ),
        Remedy::AskStripe => (
            format!(
                "/settings/billing/ask/{}?back={invoice}/record",
                scope.mode.as_str()
            ),
            l.t("record-ask").into_owned(),
            true,
        ),
        Remedy::PaymentSettings => (
            "/settings/billing".to_owned(),
            l.t("record-settings").into_owned(),
            false,
        ),
        Remedy::Link => (
            format!("{invoice}/link"),
            l.t("record-link").into_owned(),
            false,
        ),
        Remedy::Outbox => (
            "/outbox".to_owned(),
            l.t("record-outbox").into_owned(),
            false,
        ),
    };
    Why {
        heading: match reason {
            Reason::NothingOwed | Reason::ClosedBySeller => locale::key("record-stands"),
            _ => locale::key("record-why"),
        },
        text: sentence(g, reason, l),
        kind: match reason {
            Reason::NothingOwed => "positive",
            Reason::Disputed => "negative",
            Reason::Processing
            | Reason::Draft
            | Reason::ClosedBySeller
            | Reason::Seen
            | Reason::NotOpened => "info",
            _ => "warn",
        },
        href,
        act,
        posts,
    }
}

/// One sentence; for a decline with Stripe's own code, which the payer never sees.
fn sentence(g: &Gathered, reason: Reason, l: Locale) -> String {
    let key = format!("why-{}", reason.word_key());
    let detail = match reason {
        Reason::Declined(_) => g
            .attempts
            .last()
            .map(|attempt| attempt.failure_code.clone())
            .unwrap_or_default(),
        Reason::NotOnline(_) => g
            .drawer
            .as_ref()
            .map(|drawer| drawer.pull_error.clone())
            .unwrap_or_default(),
        _ => String::new(),
    };
    let said = l.t(&key).into_owned();
    if detail.is_empty() {
        said
    } else {
        format!("{said} ({detail})")
    }
}
