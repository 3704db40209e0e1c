//! `/area/{token}`: the mailed link. Opening it changes nothing; a press uses it up and lets this browser in.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use cookie::time::Duration;
use http::StatusCode;
use kit::db::{Error, Tx};
use kit::secrets::token_hash;

use super::ask::frame;
use super::{STAY_MS, cookie_name, store};
use crate::app::App;
use crate::page::Page;
use crate::page::trouble::{Trouble, TroublePage};
use crate::problem::Problem;
use crate::visit::{Visit, drop_cookie, see_other, set_cookie};
use crate::who::cookie_value;

#[derive(Template)]
#[template(path = "customer_area/open.html")]
struct Open {
    page: Page,
}

/// The button. The same for every token: a guess learns nothing.
pub async fn get(visit: Visit) -> Response {
    let page = frame(&visit);
    let title = page.l.t("area-open-title").into_owned();
    let view = Open {
        page: page.titled(title),
    };
    view.page.ok(&view)
}

/// Uses the link up.
///
/// # Errors
/// Of the database.
pub async fn post(
    State(app): State<App>,
    Path(token): Path<String>,
    visit: Visit,
) -> Result<Response, Problem> {
    let (hash, stay, id, now) = (
        token_hash(&token),
        app.chance().token(),
        app.new_id(),
        app.now_ms(),
    );
    let stay_hash = token_hash(&stay);
    let enter = move |tx: &mut Tx<'_>| {
        let Some(visitor) = store::use_link(tx, &hash, now)? else {
            return Ok(false);
        };
        store::insert_token(tx, &id, &visitor, "stay", &stay_hash, now, now + STAY_MS)?;
        Ok::<_, Error>(true)
    };
    if !app.db().write(enter).await? {
        return Ok(dead(&visit));
    }
    let mut response = see_other("/area");
    set_cookie(
        &mut response,
        &app,
        cookie_name(&app),
        &stay,
        Some(Duration::milliseconds(STAY_MS)),
        true,
    );
    Ok(response)
}

fn dead(visit: &Visit) -> Response {
    let page = frame(visit);
    let l = page.l;
    let mut view = TroublePage::new(page, Trouble::NotFound, "");
    view.page.title = l.t("area-link-dead-title").into_owned();
    view.what = l.t("area-link-dead-text").into_owned();
    view.next = String::new();
    view.href = "/area".to_owned();
    view.act = l.t("area-link-dead-act").into_owned();
    view.answer(StatusCode::GONE)
}

/// `POST /area/leave`: this browser is forgotten, on the server too.
///
/// # Errors
/// Of the database.
pub async fn leave(State(app): State<App>, headers: HeaderMap) -> Result<Response, Problem> {
    if let Some(token) = cookie_value(&headers, cookie_name(&app)) {
        app.db()
            .write(move |tx| store::delete_token(tx, &token_hash(&token)))
            .await?;
    }
    let mut response = see_other("/area");
    drop_cookie(&mut response, &app, cookie_name(&app));
    Ok(response)
}
