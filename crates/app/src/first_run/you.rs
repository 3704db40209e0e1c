//! `GET` and `POST /setup/{token}`: who you are. Uses the link up.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use billing::id::BusinessId;
use kit::locale::Lang;
use kit::secrets::token_hash;
use secrecy::SecretString;

use super::store;
use crate::app::App;
use crate::audit;
use crate::fields::Fields;
use crate::page::{Choice, Errors, Page};
use crate::problem::Problem;
use crate::settings::profile::languages;
use crate::settings::{Business, create_business};
use crate::sign_in::{self, NewUser, PASSWORD_MIN};
use crate::visit::{Visit, see_other, see_other_saying, set_cookie};
use crate::who;

#[derive(Template)]
#[template(path = "first_run/you.html")]
struct View {
    page: Page,
    errors: Errors,
    token: String,
    name: String,
    email: String,
    language: String,
    languages: Vec<Choice>,
}

/// Shows the form when the link is good. Whoever used it before is sent to sign in; anything else is an unknown address.
pub async fn get(
    State(app): State<App>,
    visit: Visit,
    Path(token): Path<String>,
) -> Result<Response, Problem> {
    if is_used(&app, &token).await? {
        let said = visit.plain().l.t("first-run-link-used");
        return Ok(see_other_saying(&app, "/sign-in", "info", said));
    }
    check_link(&app, &token).await?;
    let page = page(&visit);
    let language = page.l.lang().as_str().to_owned();
    let view = View {
        page,
        errors: Errors::new(),
        token,
        name: String::new(),
        email: String::new(),
        language,
        languages: languages(),
    };
    Ok(view.page.ok(&view))
}

/// Makes the owner and an empty business in one transaction with using up the link.
pub async fn post(
    State(app): State<App>,
    visit: Visit,
    Path(token): Path<String>,
    fields: Fields,
) -> Result<Response, Problem> {
    check_link(&app, &token).await?;
    let page = page(&visit);
    let password = fields.find("password").unwrap_or_default().to_owned();
    let language = Lang::parse(&fields.get("language")).unwrap_or(page.l.lang());
    let (name, email) = (
        fields.get("name"),
        sign_in::clean_email(&fields.get("email")),
    );
    let errors = check(&page, &name, &email, &password);
    if !errors.is_empty() {
        let (page, email) = (page.with_errors(&errors), fields.get("email"));
        let view = View {
            page,
            errors,
            token,
            name,
            email,
            language: language.as_str().into(),
            languages: languages(),
        };
        return Ok(view.page.unprocessable(&view));
    }
    let password_hash = kit::password::hash(SecretString::from(password), app.chance()).await;
    let (business_id, session, session_token, now) = (
        app.new_id(),
        app.new_id(),
        app.chance().token(),
        app.now_ms(),
    );
    let user = NewUser {
        id: app.new_id(),
        business_id,
        email,
        name,
        password_hash,
        role: "owner",
        language: language.as_str().into(),
    };
    let entry = audit::Entry {
        business_id: user.business_id.clone(),
        user_id: Some(user.id.clone()),
        actor: user.name.clone(),
        act: "installation.set_up",
        subject: user.id.clone(),
        detail: String::new(),
        address: visit.address.clone(),
    };
    let (hands, owner, kept) = (app.clone(), user.clone(), session_token.clone());
    app.db()
        .write::<_, Problem, _>(move |tx| {
            // Two who press at once: the link is used by one of them, the other finds nothing here.
            if store::update_used(tx, &token_hash(&token), now)? == 0 || sign_in::has_users(tx)? {
                return Err(Problem::NotFound);
            }
            let id = BusinessId::parse(owner.business_id.clone()).map_err(Problem::internal)?;
            let business = Business {
                email: owner.email.clone(),
                ..Business::blank(id, language)
            };
            create_business(tx, &business, now)?;
            sign_in::create_user(tx, &owner, now)?;
            who::begin_session(tx, &session, &kept, &owner.id, now)?;
            Ok(audit::record(tx, &hands, &entry)?)
        })
        .await?;
    let mut response = see_other("/setup/business");
    sign_in::begin_here(&mut response, &app, &session_token, &user.id);
    set_cookie(
        &mut response,
        &app,
        "lang",
        language.as_str(),
        Some(cookie::time::Duration::days(365)),
        false,
    );
    Ok(response)
}

async fn check_link(app: &App, token: &str) -> Result<(), Problem> {
    let hash = token_hash(token);
    let good = app
        .db()
        .read::<_, Problem, _>(move |tx| {
            Ok(store::find_unused(tx, &hash)? && !sign_in::has_users(tx)?)
        })
        .await?;
    if good { Ok(()) } else { Err(Problem::NotFound) }
}

async fn is_used(app: &App, token: &str) -> Result<bool, Problem> {
    let hash = token_hash(token);
    let read = move |tx: &mut kit::db::Tx<'_>| store::find_used(tx, &hash);
    Ok(app.db().read(read).await?)
}

fn page(visit: &Visit) -> Page {
    let page = visit.plain();
    let title = page.l.t("first-run-you").into_owned();
    page.titled(title)
}

fn check(page: &Page, name: &str, email: &str, password: &str) -> Errors {
    let (l, mut errors) = (page.l, Errors::new());
    if name.is_empty() {
        errors.add("name", l.t("first-run-name-empty"));
    }
    if name.chars().count() > 120 {
        errors.add("name", l.t1("field-too-long", "most", 120));
    }
    if !sign_in::is_email(email) {
        errors.add("email", l.t("field-not-an-email"));
    }
    if let Some(wrong) = sign_in::check_password(password, email, name) {
        errors.add("password", l.t1(wrong, "least", PASSWORD_MIN as i64));
    }
    errors
}
