//! `GET /setup/online-payment`: what it is and where it is set up; may be left for later.

use askama::Template;
use axum::response::Response;

use super::owner;
use crate::page::Page;
use crate::problem::Problem;
use crate::visit::Visit;
use crate::who::Who;

#[derive(Template)]
#[template(path = "first_run/payment.html")]
struct View {
    page: Page,
}

/// Shows the two ways on.
pub async fn get(who: Who, visit: Visit) -> Result<Response, Problem> {
    owner(&who)?;
    let page = visit.page(&who);
    let title = page.l.t("first-run-payment").into_owned();
    let view = View {
        page: page.titled(title),
    };
    Ok(view.page.ok(&view))
}
