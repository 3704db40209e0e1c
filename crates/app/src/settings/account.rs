//! `/settings/account`: one's own name, language, theme and password; and the drawer being looked at.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use billing::Mode;
use cookie::time::Duration;
use kit::locale::{Lang, Locale};
use secrecy::SecretString;

use super::entry;
use super::profile::languages;
use crate::app::App;
use crate::audit;
use crate::fields::Fields;
use crate::page::{Choice, Errors, Page, Section};
use crate::problem::Problem;
use crate::sign_in::{self, PASSWORD_MIN};
use crate::visit::{Visit, see_other, see_other_saying, set_cookie};
use crate::who::{self, Who};

#[derive(Template)]
#[template(path = "settings/account.html")]
struct View {
    page: Page,
    errors: Errors,
    email: String,
    name: String,
    language: String,
    theme: String,
    languages: Vec<Choice>,
    themes: Vec<Choice>,
}

const HERE: &str = "/settings/account";
const THEMES: [&str; 3] = ["system", "light", "dark"];

/// Shows the forms.
pub async fn get(who: Who, visit: Visit) -> Result<Response, Problem> {
    let page = page(&visit, &who);
    let view = view(page, &who, Errors::new());
    Ok(view.page.ok(&view))
}

/// Keeps name, language and theme; this browser follows at once.
pub async fn post(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    fields: Fields,
) -> Result<Response, Problem> {
    let page = page(&visit, &who);
    let name = fields.get("name");
    let lang = Lang::parse(&fields.get("language")).unwrap_or(page.l.lang());
    let theme = THEMES
        .into_iter()
        .find(|t| *t == fields.get("theme"))
        .unwrap_or("system");
    let mut errors = Errors::new();
    if name.is_empty() || name.chars().count() > 120 {
        errors.add("name", page.l.t("account-name-empty"));
    }
    if !errors.is_empty() {
        let view = View {
            name,
            language: lang.as_str().into(),
            theme: theme.into(),
            ..view(page, &who, errors)
        };
        return Ok(view.page.unprocessable(&view));
    }
    let user_id = who.user_id.clone();
    app.db()
        .write::<_, Problem, _>(move |tx| {
            Ok(sign_in::change_person(
                tx,
                &user_id,
                &name,
                lang.as_str(),
                theme,
            )?)
        })
        .await?;
    let said = Locale::for_customer(lang, &who.country).t("settings-saved");
    let mut response = see_other_saying(&app, HERE, "positive", said);
    set_cookie(
        &mut response,
        &app,
        "lang",
        lang.as_str(),
        Some(Duration::days(365)),
        false,
    );
    set_cookie(
        &mut response,
        &app,
        "theme",
        theme,
        Some(Duration::days(365)),
        false,
    );
    Ok(response)
}

/// A new password after the present one; every other browser is signed out (AUT-06).
pub async fn change_password(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    fields: Fields,
) -> Result<Response, Problem> {
    let page = page(&visit, &who);
    let raw = |name: &str| fields.find(name).unwrap_or_default().to_owned();
    let (present, new) = (raw("present"), raw("new"));
    let mut errors = Errors::new();
    if !sign_in::confirm_password(&app, &who, SecretString::from(present)).await? {
        errors.add("present", page.l.t("account-password-wrong"));
    }
    if let Some(wrong) = sign_in::check_password(&new, &who.email, &who.name) {
        errors.add("new", page.l.t1(wrong, "least", PASSWORD_MIN as i64));
    }
    if !errors.is_empty() {
        let view = view(page, &who, errors);
        return Ok(view.page.unprocessable(&view));
    }
    let hash = kit::password::hash(SecretString::from(new), app.chance()).await;
    let (hands, entry, me) = (
        app.clone(),
        entry(&who, &visit, "password.changed", ""),
        who.clone(),
    );
    app.db()
        .write::<_, Problem, _>(move |tx| {
            sign_in::change_password(tx, &me.user_id, &hash)?;
            who::end_other_sessions(tx, &me.user_id, &me.session_id)?;
            Ok(audit::record(tx, &hands, &entry)?)
        })
        .await?;
    Ok(see_other_saying(
        &app,
        HERE,
        "positive",
        page.l.t("account-password-changed"),
    ))
}

/// Ends every session of this person but this one.
pub async fn sign_out_elsewhere(
    State(app): State<App>,
    who: Who,
    visit: Visit,
) -> Result<Response, Problem> {
    let (hands, entry, me) = (
        app.clone(),
        entry(&who, &visit, "signed_out_elsewhere", ""),
        who.clone(),
    );
    app.db()
        .write::<_, Problem, _>(move |tx| {
            who::end_other_sessions(tx, &me.user_id, &me.session_id)?;
            Ok(audit::record(tx, &hands, &entry)?)
        })
        .await?;
    Ok(see_other_saying(
        &app,
        HERE,
        "positive",
        page(&visit, &who).l.t("account-signed-out-elsewhere"),
    ))
}

/// `POST /mode`: looks into the other drawer. A page of one drawer may not exist in the other, so the way back
/// leads to the list it belongs to.
pub async fn switch_mode(
    State(app): State<App>,
    who: Who,
    fields: Fields,
) -> Result<Response, Problem> {
    let mode = Mode::parse(&fields.get("mode")).map_err(|_| Problem::NotFound)?;
    let back = fields.get("back");
    let first = back
        .trim_start_matches('/')
        .split(['/', '?'])
        .next()
        .unwrap_or("");
    let back = match first {
        "settings" => back.split('?').next().unwrap_or("/").to_owned(),
        "invoices" | "customers" | "products" | "outbox" | "payments" => format!("/{first}"),
        _ => "/".to_owned(),
    };
    app.db()
        .write::<_, Problem, _>(move |tx| Ok(who::switch_drawer(tx, &who.session_id, mode)?))
        .await?;
    Ok(see_other(&back))
}

fn view(page: Page, who: &Who, errors: Errors) -> View {
    let l = page.l;
    let words = [l.t("theme-system"), l.t("theme-light"), l.t("theme-dark")];
    View {
        page: page.with_errors(&errors),
        errors,
        email: who.email.clone(),
        name: who.name.clone(),
        language: l.lang().as_str().to_owned(),
        theme: who.theme.clone(),
        languages: languages(),
        themes: THEMES
            .into_iter()
            .zip(words)
            .map(|(value, label)| Choice::new(value, label))
            .collect(),
    }
}

fn page(visit: &Visit, who: &Who) -> Page {
    let page = visit.page(who).within(Section::Settings);
    let title = page.l.t("settings-account").into_owned();
    page.titled(title)
}
