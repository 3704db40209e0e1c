//! `/outbox`: every mail, where it stands, and the mail itself. In the demonstration this is the mailbox.

use askama::Template;
use axum::body::Body;
use axum::extract::{Path, State as Extract};
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use axum::response::Response;
use jiff::Timestamp;
use kit::jobs;
use kit::locale;

use super::{Mailed, SEND, State, store};
use crate::app::App;
use crate::fields::Fields;
use crate::page::{Chip, Page, Section};
use crate::paging::{Cursor, Paged, query};
use crate::problem::Problem;
use crate::visit::{Visit, see_other_saying};
use crate::who::Who;

#[derive(Template)]
#[template(path = "outbox/list.html")]
struct ListView {
    page: Page,
    /// Only the mails in one state are shown.
    only: bool,
    rows: Vec<Row>,
    back: String,
    on: String,
}

struct Row {
    id: String,
    to: String,
    subject: String,
    chip: Chip,
    when: String,
    when_iso: String,
}

#[derive(Template)]
#[template(path = "outbox/show.html")]
struct ShowView {
    page: Page,
    mail: Mailed,
    chip: Chip,
    about: String,
    written: String,
    sent: String,
    text: String,
    link: String,
    /// What its files are called.
    files: Vec<String>,
}

/// Newest first.
pub async fn list(
    Extract(app): Extract<App>,
    who: Who,
    visit: Visit,
    uri: Uri,
) -> Result<Response, Problem> {
    let fields = Fields::of_query(&uri);
    let (cursor, only) = (Cursor::read(&fields), State::parse(&fields.get("state")));
    let (scope, asked) = (who.scope.clone(), cursor.clone());
    let found = app
        .db()
        .read::<_, Problem, _>(move |tx| Ok(store::list_mails(tx, &scope, only, &asked)?))
        .await?;
    let paged = Paged::new(found, &cursor, |mail| &mail.id);
    let (back, on) = paged.links(&query(
        "/outbox",
        &[("state", only.map_or("", State::as_str))],
    ));
    let page = page(&visit, &who);
    let rows = paged
        .rows
        .iter()
        .map(|mail| row(&app, &who, &page, mail))
        .collect();
    let view = ListView {
        page,
        only: only.is_some(),
        rows,
        back,
        on,
    };
    Ok(view.page.ok(&view))
}

/// One mail.
pub async fn show(
    Extract(app): Extract<App>,
    who: Who,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let mail = load(&app, &who, id).await?;
    let mail_id = mail.id.clone();
    let read = move |tx: &mut kit::db::Tx<'_>| store::list_attached_names(tx, &mail_id);
    let files = app.db().read::<_, kit::db::Error, _>(read).await?;
    let page = page(&visit, &who);
    let (text, _) = mail.bodies(&app);
    let at = |ms: i64| {
        Timestamp::from_millisecond(ms)
            .map(|t| page.l.date_time(t, &who.zone()))
            .unwrap_or_default()
    };
    let view = ShowView {
        chip: chip(&app, mail.state),
        about: page.l.t(about(&app, mail.state)).into_owned(),
        written: at(mail.created_at),
        sent: mail.sent_at.map(at).unwrap_or_default(),
        text,
        link: mail.link(&app),
        files,
        page: page.titled(mail.subject.clone()),
        mail,
    };
    Ok(view.page.ok(&view))
}

/// The HTML twin alone. It may load nothing and run nothing; it was written by us, but holds what others typed.
pub async fn html(
    Extract(app): Extract<App>,
    who: Who,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let mail = load(&app, &who, id).await?;
    let mut response = Response::new(Body::from(mail.bodies(&app).1));
    let set = |map: &mut HeaderMap, name, value: &'static str| {
        map.insert(name, HeaderValue::from_static(value))
    };
    let map = response.headers_mut();
    set(map, header::CONTENT_TYPE, "text/html; charset=utf-8");
    set(map, header::CACHE_CONTROL, "no-store");
    set(map, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(map, header::REFERRER_POLICY, "no-referrer");
    let policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; \
                  frame-ancestors 'none'; sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation";
    set(map, header::CONTENT_SECURITY_POLICY, policy);
    Ok(response)
}

/// Puts it into the queue again.
pub async fn resend(
    Extract(app): Extract<App>,
    who: Who,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let (hands, scope, now, there) = (
        app.clone(),
        who.scope.clone(),
        app.now_ms(),
        format!("/outbox/{id}"),
    );
    app.db()
        .write::<_, Problem, _>(move |tx| {
            if store::update_queued(tx, &scope, &id, now)? == 0 {
                return Err(Problem::NotFound);
            }
            Ok(jobs::enqueue(tx, hands.hands(), SEND, &id, &id)?)
        })
        .await?;
    let l = visit.page(&who).l;
    Ok(see_other_saying(
        &app,
        &there,
        "positive",
        l.t("outbox-queued-again"),
    ))
}

async fn load(app: &App, who: &Who, id: String) -> Result<Mailed, Problem> {
    let found = app
        .db()
        .read::<_, Problem, _>(move |tx| Ok(store::find_mail(tx, &id)?))
        .await?;
    found
        .filter(|mail| mail.scope == who.scope)
        .ok_or(Problem::NotFound)
}

fn row(app: &App, who: &Who, page: &Page, mail: &Mailed) -> Row {
    let at = Timestamp::from_millisecond(mail.created_at).unwrap_or_default();
    let to = if mail.to_name.is_empty() {
        mail.to_address.clone()
    } else {
        mail.to_name.clone()
    };
    Row {
        id: mail.id.clone(),
        to,
        subject: mail.subject.clone(),
        chip: chip(app, mail.state),
        when: page.l.date_time(at, &who.zone()),
        when_iso: at.to_string(),
    }
}

fn chip(app: &App, state: State) -> Chip {
    match state {
        State::Queued => Chip::new("info", "clock", locale::key("mail-queued")),
        State::Sent => Chip::new("positive", "tick", locale::key("mail-sent")),
        State::Deferred => Chip::new("warn", "clock", locale::key("mail-deferred")),
        State::Failed => Chip::new("negative", "cross", locale::key("mail-failed")),
        State::Kept if app.is_demo() => Chip::new("neutral", "disc", locale::key("mail-kept-demo")),
        State::Kept => Chip::new("warn", "dash", locale::key("mail-kept")),
    }
}

fn about(app: &App, state: State) -> &'static str {
    match state {
        State::Queued => locale::key("mail-about-queued"),
        State::Sent => locale::key("mail-about-sent"),
        State::Deferred => locale::key("mail-about-deferred"),
        State::Failed => locale::key("mail-about-failed"),
        State::Kept if app.is_demo() => locale::key("mail-about-kept-demo"),
        State::Kept => locale::key("mail-about-kept"),
    }
}

fn page(visit: &Visit, who: &Who) -> Page {
    let page = visit.page(who).within(Section::Outbox);
    let title = page.l.t("nav-outbox").into_owned();
    page.titled(title)
}
