//! `GET` and `POST /sign-in`.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use kit::secrets::token_hash;
use secrecy::SecretString;

use super::{clean_email, cookies, store};
use crate::app::App;
use crate::audit;
use crate::fields::Fields;
use crate::page::{Errors, Page};
use crate::problem::Problem;
use crate::visit::{Visit, see_other};
use crate::who::{self, Who};

#[derive(Template)]
#[template(path = "sign_in/start.html")]
struct View {
    page: Page,
    errors: Errors,
    email: String,
    next: String,
    new: bool,
}

/// Shows the form; whoever is signed in already goes on.
pub async fn get(
    State(app): State<App>,
    visit: Visit,
    who: Result<Who, Problem>,
    uri: Uri,
) -> Result<Response, Problem> {
    let next = safe_next(&Fields::of_query(&uri).get("next"));
    if who.is_ok() {
        return Ok(see_other(&next));
    }
    let new = !app
        .db()
        .read::<_, Problem, _>(|tx| Ok(super::has_users(tx)?))
        .await?;
    let view = View {
        page: page(&visit),
        errors: Errors::new(),
        email: String::new(),
        next,
        new,
    };
    Ok(view.page.ok(&view))
}

/// Lets in, or answers the same words for a wrong password and an unknown address (AUT-05).
pub async fn post(
    State(app): State<App>,
    visit: Visit,
    headers: HeaderMap,
    fields: Fields,
) -> Result<Response, Problem> {
    let email = clean_email(&fields.get("email"));
    let password = fields.find("password").unwrap_or_default().to_owned();
    let next = safe_next(&fields.get("next"));
    let page = page(&visit);
    let l = page.l;
    let mut errors = Errors::new();
    if email.is_empty() {
        errors.add("email", l.t("sign-in-email-empty"));
    }
    if password.is_empty() {
        errors.add("password", l.t("sign-in-password-empty"));
    }
    if !errors.is_empty() {
        return Ok(again(
            page,
            errors,
            fields.get("email"),
            next,
            StatusCode::UNPROCESSABLE_ENTITY,
        ));
    }
    let asked = email.clone();
    let known = app
        .db()
        .read::<_, Problem, _>(move |tx| Ok(store::find_by_email(tx, &asked)?))
        .await?;
    let tries = tries(
        &app,
        &visit,
        &headers,
        &email,
        known.as_ref().map(|k| k.id.as_str()),
    );
    if let Some(wait) = tries
        .iter()
        .find_map(|key| app.limits().sign_in.take(key, app.clock()).err())
    {
        let minutes = wait.as_secs().div_ceil(60).max(1);
        errors.add("", l.t1("sign-in-too-many", "minutes", minutes));
        return Ok(again(
            page,
            errors,
            fields.get("email"),
            next,
            StatusCode::TOO_MANY_REQUESTS,
        ));
    }
    let stored = known.as_ref().map(|k| k.password_hash.clone());
    let right = kit::password::verify(SecretString::from(password), stored).await;
    let Some(user) = known.filter(|_| right) else {
        errors.add("password", l.t("sign-in-wrong"));
        return Ok(again(
            page,
            errors,
            fields.get("email"),
            next,
            StatusCode::UNPROCESSABLE_ENTITY,
        ));
    };
    for key in &tries {
        app.limits().sign_in.forgive(key);
    }
    let (id, token, now) = (app.new_id(), app.chance().token(), app.now_ms());
    let old = who::cookie_value(&headers, &who::cookie_name(&app));
    let entry = audit::Entry {
        business_id: user.business_id.clone(),
        user_id: Some(user.id.clone()),
        actor: user.name.clone(),
        act: "signed_in",
        subject: user.id.clone(),
        detail: String::new(),
        address: visit.address.clone(),
    };
    let (kept, user_id, hands) = (token.clone(), user.id.clone(), app.clone());
    app.db()
        .write::<_, Problem, _>(move |tx| {
            // AUT-06: a token that stood in this browser before signing in must be worth nothing after it.
            if let Some(old) = &old {
                who::end_session_of_token(tx, old)?;
            }
            who::begin_session(tx, &id, &kept, &user_id, now)?;
            Ok(audit::record(tx, &hands, &entry)?)
        })
        .await?;
    let mut response = see_other(&next);
    cookies::begin_here(&mut response, &app, &token, &user.id);
    if visit.chosen.is_none() {
        crate::visit::set_cookie(
            &mut response,
            &app,
            "lang",
            &user.language,
            Some(cookie::time::Duration::days(365)),
            false,
        );
    }
    Ok(response)
}

/// The buckets a try is taken from. A browser that has signed in to this account before has its own, so that
/// nobody can lock the owner out by guessing (AUT-04).
fn tries(
    app: &App,
    visit: &Visit,
    headers: &HeaderMap,
    email: &str,
    user_id: Option<&str>,
) -> Vec<String> {
    let here = cookies::known_here(headers, app).filter(|(user, _)| Some(user.as_str()) == user_id);
    match here {
        Some((_, mark)) => vec![format!("device:{}", token_hash(&mark))],
        None => vec![
            format!("address:{}", visit.address),
            format!("account:{}", token_hash(email)),
        ],
    }
}

fn page(visit: &Visit) -> Page {
    let page = visit.plain();
    let title = page.l.t("sign-in").into_owned();
    page.titled(title)
}

fn again(page: Page, errors: Errors, email: String, next: String, status: StatusCode) -> Response {
    let view = View {
        page: page.with_errors(&errors),
        errors,
        email,
        next,
        new: false,
    };
    view.page.answer(status, &view)
}

/// Only ways inside this house: one slash at the start, and nothing a browser could read as another host.
fn safe_next(next: &str) -> String {
    let inside = next.starts_with('/') && !next[1..].starts_with(['/', '\\']);
    let plain = next
        .bytes()
        .all(|b| (0x21..0x7f).contains(&b) && b != b'\\');
    if inside && plain && !next.starts_with("/sign-") {
        next.to_owned()
    } else {
        "/".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::safe_next;

    #[test]
    fn the_way_back_never_leaves_the_house() {
        assert_eq!(safe_next("/invoices?view=open"), "/invoices?view=open");
        for bad in [
            "",
            "//evil.test",
            "/\\evil.test",
            "https://evil.test",
            "/a\r\nb",
            "javascript:x",
            "/sign-in",
        ] {
            assert_eq!(safe_next(bad), "/", "{bad:?}");
        }
    }
}
