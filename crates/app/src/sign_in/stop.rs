//! `POST /sign-out`.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;

use super::cookies;
use crate::app::App;
use crate::problem::Problem;
use crate::visit::{Visit, see_other_saying};
use crate::who;

/// Ends the session on the server, so that the cookie is worth nothing even where it was copied (AUT-06).
pub async fn post(
    State(app): State<App>,
    visit: Visit,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    if let Some(token) = who::cookie_value(&headers, &who::cookie_name(&app)) {
        app.db()
            .write::<_, Problem, _>(move |tx| Ok(who::end_session_of_token(tx, &token)?))
            .await?;
    }
    let said = visit.plain().l.t("signed-out");
    let mut response = see_other_saying(&app, "/sign-in", "info", said);
    cookies::end_here(&mut response, &app);
    Ok(response)
}
