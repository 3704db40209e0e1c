//! The session cookie, and the mark of a browser that has signed in before.

use axum::response::Response;
use cookie::time::Duration;
use http::HeaderMap;
use secrecy::ExposeSecret;

use crate::app::App;
use crate::visit::{drop_cookie, set_cookie};
use crate::who::{cookie_name, cookie_value};

/// Gives this browser its session, and the mark by which a later sign-in from here is not hindered by strangers
/// who try the same account (AUT-04).
pub fn begin_here(response: &mut Response, app: &App, token: &str, user_id: &str) {
    set_cookie(
        response,
        app,
        &cookie_name(app),
        token,
        Some(Duration::days(60)),
        true,
    );
    if let Ok(mark) = app
        .keyring()
        .seal("device", "sign_in", user_id, app.chance())
    {
        set_cookie(
            response,
            app,
            device_name(app),
            &mark,
            Some(Duration::days(365)),
            true,
        );
    }
}

pub(super) fn end_here(response: &mut Response, app: &App) {
    drop_cookie(response, app, &cookie_name(app));
}

/// The user who has signed in from this browser before, and the mark itself.
pub(super) fn known_here(headers: &HeaderMap, app: &App) -> Option<(String, String)> {
    let mark = cookie_value(headers, device_name(app))?;
    let user = app.keyring().open_sealed("device", "sign_in", &mark).ok()?;
    Some((user.expose_secret().to_owned(), mark))
}

fn device_name(app: &App) -> &'static str {
    if app.is_https() {
        "__Host-device"
    } else {
        "device"
    }
}
