//! `POST /area`: somebody asks for the link of an address. The answer and its time are the same for every address.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use kit::db::Error;
use kit::jobs;

use super::SEND_LINKS;
use crate::app::App;
use crate::fields::Fields;
use crate::page::{Errors, Kind, Page};
use crate::problem::Problem;
use crate::sign_in::is_email;
use crate::visit::{Visit, see_other};

#[derive(Template)]
#[template(path = "customer_area/ask.html")]
pub(super) struct Ask {
    pub(super) page: Page,
    pub(super) errors: Errors,
    pub(super) email: String,
}

#[derive(Template)]
#[template(path = "customer_area/sent.html")]
struct Sent {
    page: Page,
}

/// The frame before it is known who asks.
pub(super) fn frame(visit: &Visit) -> Page {
    Page {
        kind: Kind::Public,
        ..visit.plain()
    }
}

/// The empty form.
pub(super) fn form(visit: &Visit) -> Ask {
    let page = frame(visit);
    let title = page.l.t("area-title").into_owned();
    Ask {
        page: page.titled(title),
        errors: Errors::new(),
        email: String::new(),
    }
}

/// `422` for what cannot be an address; else `303`, whether or not there is such a customer.
///
/// # Errors
/// Of the database.
pub async fn post(
    State(app): State<App>,
    visit: Visit,
    fields: Fields,
) -> Result<Response, Problem> {
    let email = fields.get("email").to_lowercase();
    if !is_email(&email) {
        let mut view = form(&visit);
        let l = view.page.l;
        view.errors.add(
            "email",
            if email.is_empty() {
                l.t("area-email-empty")
            } else {
                l.t("area-email-wrong")
            },
        );
        view.email = fields.get("email");
        view.page = view.page.with_errors(&view.errors);
        return Ok(view.page.unprocessable(&view));
    }
    let limit = &app.limits().area_link;
    let allowed = limit
        .take(&email, app.clock())
        .and(limit.take(&format!("from {}", visit.address), app.clock()))
        .is_ok();
    // Too many: the same answer, no mail.
    if allowed {
        let hands = app.clone();
        app.db()
            .write::<_, Error, _>(move |tx| {
                jobs::enqueue(tx, hands.hands(), SEND_LINKS, &email, &email)
            })
            .await?;
    }
    Ok(see_other("/area/sent"))
}

/// `GET /area/sent`: what happens next.
pub async fn sent(visit: Visit) -> Response {
    let page = frame(&visit);
    let title = page.l.t("area-sent-title").into_owned();
    let view = Sent {
        page: page.titled(title),
    };
    view.page.ok(&view)
}
