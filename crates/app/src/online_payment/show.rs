//! GET /settings/billing: the state of both drawers, and how news arrives.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use billing::Mode;
use jiff::Timestamp;
use kit::locale::{self, Locale};

use super::doctor::{Check, Line, State as CheckState};
use super::rights;
use super::store::{self, Drawer};
use crate::app::App;
use crate::page::{Page, Section};
use crate::problem::Problem;
use crate::visit::Visit;
use crate::who::{Scope, Who};

#[derive(Template)]
#[template(path = "online_payment/billing.html")]
struct Billing {
    page: Page,
    drawers: Vec<DrawerView>,
}

struct DrawerView {
    mode: &'static str,
    heading: String,
    about: String,
    set_up: bool,
    state: String,
    notice_kind: &'static str,
    account: String,
    public_key: String,
    secret_hint: String,
    currency: String,
    way: String,
    saved: String,
    news: String,
    last_event: String,
    lag: String,
    last_error: String,
    bad_signatures: String,
    lines: Vec<LineView>,
    edit: String,
    ask: String,
}

/// A line of the doctor's report in words.
pub(super) struct LineView {
    pub state: &'static str,
    pub name: String,
    pub text: String,
    pub remedy: String,
}

pub(super) async fn get(
    State(app): State<App>,
    visit: Visit,
    who: Who,
) -> Result<Response, Problem> {
    let business = who.scope.business_id.clone();
    let drawers = app
        .db()
        .read(move |tx| {
            let scope = |mode| Scope {
                business_id: business.clone(),
                mode,
            };
            Ok::<_, kit::db::Error>([
                store::find_drawer(tx, &scope(Mode::Live))?,
                store::find_drawer(tx, &scope(Mode::Test))?,
            ])
        })
        .await?;
    let page = visit
        .page(&who)
        .titled(visit.page(&who).l.t("online-billing-settings"))
        .within(Section::Settings);
    let [live, test] = drawers;
    let views = vec![
        view(&page.l, &who, Mode::Live, live.as_ref()),
        view(&page.l, &who, Mode::Test, test.as_ref()),
    ];
    let view = Billing {
        page: page.clone(),
        drawers: views,
    };
    Ok(page.ok(&view))
}

fn view(l: &Locale, who: &Who, mode: Mode, drawer: Option<&Drawer>) -> DrawerView {
    let live = mode.is_live();
    let keyed = drawer.filter(|d| !d.secret_sealed.is_empty());
    let (state, notice_kind) = match keyed {
        None => (locale::key("online-state-none"), "neutral"),
        Some(d) if !d.enabled => (locale::key("online-state-off"), "neutral"),
        Some(_) if live => (locale::key("online-state-on"), "positive"),
        Some(_) => (locale::key("online-state-on-test"), "positive"),
    };
    let at = |ms: i64| {
        Timestamp::from_millisecond(ms)
            .map(|t| l.date_time(t, &who.zone()))
            .unwrap_or_default()
    };
    let text = |key: &'static str| l.t(key).into_owned();
    DrawerView {
        mode: mode.as_str(),
        heading: text(if live {
            locale::key("online-live")
        } else {
            locale::key("online-test")
        }),
        about: text(if live {
            locale::key("online-live-about")
        } else {
            locale::key("online-test-about")
        }),
        set_up: keyed.is_some(),
        state: text(state),
        notice_kind,
        account: keyed.map_or(String::new(), |d| account(l, d)),
        public_key: keyed.map_or(String::new(), |d| d.public_key.clone()),
        secret_hint: keyed.map_or(String::new(), |d| d.secret_hint.clone()),
        currency: keyed.map_or(String::new(), |d| d.currency.code().to_owned()),
        way: keyed.map_or(String::new(), |d| {
            text(if d.hosted {
                locale::key("online-way-page")
            } else {
                locale::key("online-way-form")
            })
        }),
        saved: keyed.map_or(String::new(), |d| {
            l.t2(
                locale::key("online-saved-by"),
                "name",
                d.saved_by.as_str(),
                "date",
                at(d.saved_at),
            )
            .into_owned()
        }),
        news: text(
            if keyed.is_some_and(|d| !d.webhook_endpoint_id.is_empty()) {
                locale::key("online-news-webhook")
            } else {
                locale::key("online-news-pull")
            },
        ),
        last_event: keyed
            .and_then(|d| d.event_at.map(|ms| (d, ms)))
            .map_or_else(
                || text(locale::key("online-last-event-none")),
                |(d, ms)| {
                    let key = if d.event_by == "webhook" {
                        locale::key("online-last-event-by-webhook")
                    } else {
                        locale::key("online-last-event-by-pull")
                    };
                    l.t1(key, "date", at(ms)).into_owned()
                },
            ),
        lag: keyed.and_then(|d| d.event_lag_ms).map_or_else(
            || text(locale::key("online-lag-none")),
            |ms| {
                l.t1(
                    locale::key("online-lag-seconds"),
                    "seconds",
                    l.decimal(&format!("{}.{}", ms / 1000, ms % 1000 / 100)),
                )
                .into_owned()
            },
        ),
        last_error: keyed.filter(|d| !d.pull_error.is_empty()).map_or_else(
            || text(locale::key("online-last-error-none")),
            |d| d.pull_error.clone(),
        ),
        bad_signatures: keyed
            .filter(|d| d.bad_signatures > 0)
            .map_or(String::new(), |d| l.integer(d.bad_signatures)),
        lines: keyed.map_or(Vec::new(), |d| {
            lines(
                l,
                &serde_json::from_str::<Vec<Line>>(&d.report).unwrap_or_default(),
            )
        }),
        edit: text(if live {
            locale::key("online-edit")
        } else {
            locale::key("online-edit-test")
        }),
        ask: text(locale::key("online-ask-now")),
    }
}

fn account(l: &Locale, d: &Drawer) -> String {
    if d.account_id.is_empty() {
        return l.t("online-account-hidden").into_owned();
    }
    format!("{} ({})", d.account_name, d.account_id)
}

/// The report in the reader's language.
pub(super) fn lines(l: &Locale, report: &[Line]) -> Vec<LineView> {
    report
        .iter()
        .map(|line| {
            let detail = detail(l, line);
            let detail = detail.as_str();
            let check = serde_json::to_value(line.check)
                .ok()
                .and_then(|v| v.as_str().map(str::to_owned))
                .unwrap_or_default();
            let remedy = match line.state {
                CheckState::Failed | CheckState::Advice => l
                    .ta(
                        &format!("{}-remedy", line.text),
                        &[("detail", detail.into())],
                    )
                    .into_owned(),
                CheckState::Ok | CheckState::Skipped => String::new(),
            };
            LineView {
                state: match line.state {
                    CheckState::Ok => "ok",
                    CheckState::Advice => "warn",
                    CheckState::Failed => "fail",
                    CheckState::Skipped => "skipped",
                },
                name: l.t(&format!("check-{check}")).into_owned(),
                text: l.ta(&line.text, &[("detail", detail.into())]).into_owned(),
                remedy,
            }
        })
        .collect()
}

/// What the text of a line names, in the reader's language.
pub(super) fn detail(l: &Locale, line: &Line) -> String {
    if line.check == Check::Rights {
        rights::named(*l, &line.detail)
    } else {
        line.detail.clone()
    }
}
