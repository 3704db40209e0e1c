//! `GET /`.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use crate::app::App;
use crate::page::{Page, Section};
use crate::problem::Problem;
use crate::settings;
use crate::visit::Visit;
use crate::who::Who;

#[derive(Template)]
#[template(path = "dashboard/show.html")]
struct View {
    page: Page,
    tasks: Vec<Task>,
}

/// One step on the way to the first payment.
struct Task {
    name: String,
    about: String,
    href: &'static str,
    done: bool,
}

/// Shows what is to be done and what is owed.
pub async fn get(State(app): State<App>, who: Who, visit: Visit) -> Result<Response, Problem> {
    let page = visit.page(&who).within(Section::Dashboard);
    let business = settings::load(&app, &who).await?;
    let l = page.l;
    let task = |name: std::borrow::Cow<'static, str>, about: std::borrow::Cow<'static, str>, href, done| Task {
        name: name.into_owned(),
        about: about.into_owned(),
        href,
        done,
    };
    let tasks = vec![
        task(l.t("task-business"), l.t("task-business-about"), "/settings/business", !business.name.is_empty()),
        task(l.t("task-taxes"), l.t("task-taxes-about"), "/settings/taxes", !business.tax_preset.is_empty()),
    ];
    let title = l.t("nav-dashboard").into_owned();
    let view = View { page: page.titled(title), tasks };
    Ok(view.page.ok(&view))
}
