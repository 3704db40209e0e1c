//! `GET /settings`: the doors to everything that is decided once (AC-01).

use askama::Template;
use axum::response::Response;

use crate::page::{Page, Section};
use crate::problem::Problem;
use crate::visit::Visit;
use crate::who::Who;

#[derive(Template)]
#[template(path = "settings/index.html")]
struct View {
    page: Page,
    is_owner: bool,
}

/// Shows the doors this person may open.
pub async fn get(who: Who, visit: Visit) -> Result<Response, Problem> {
    let page = visit.page(&who).within(Section::Settings);
    let title = page.l.t("settings").into_owned();
    let view = View {
        page: page.titled(title),
        is_owner: who.is_owner(),
    };
    Ok(view.page.ok(&view))
}
