//! `/settings/mail`: the server that mail leaves by, and a try of it.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use kit::locale::Locale;
use secrecy::SecretString;

use super::smtp::{self, Answer, Envelope};
use super::{PASSWORD, Security, Server, store};
use crate::app::App;
use crate::audit;
use crate::fields::Fields;
use crate::page::{Choice, Errors, Page, Section};
use crate::problem::Problem;
use crate::sign_in::is_email;
use crate::visit::{Visit, see_other_saying};
use crate::who::Who;

const HERE: &str = "/settings/mail";

#[derive(Template)]
#[template(path = "settings/mail.html")]
struct View {
    page: Page,
    errors: Errors,
    form: Form,
    is_set: bool,
    email: String,
}

/// What was typed; a password never comes back.
struct Form {
    host: String,
    port: String,
    security: String,
    username: String,
    from: String,
    securities: Vec<Choice>,
}

/// Shows the form.
pub async fn get(State(app): State<App>, who: Who, visit: Visit) -> Result<Response, Problem> {
    let (page, server) = begin(&app, &who, &visit).await?;
    let view = View {
        form: Form::of(server.as_ref(), page.l),
        errors: Errors::new(),
        is_set: server.is_some(),
        email: who.email,
        page,
    };
    Ok(view.page.ok(&view))
}

/// Keeps the server, its password sealed; with `remove` forgets it.
pub async fn post(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    fields: Fields,
) -> Result<Response, Problem> {
    let (page, old) = begin(&app, &who, &visit).await?;
    if fields.find("remove").is_some() {
        save(&app, &who, &visit, None).await?;
        return Ok(see_other_saying(
            &app,
            HERE,
            "positive",
            page.l.t("mail-removed"),
        ));
    }
    let form = Form::typed(&fields, page.l);
    match form.parse(page.l) {
        Ok(server) => {
            let password_sealed = match fields.find("password").unwrap_or_default() {
                // An empty field keeps the present password, but only for the server it was given for.
                "" => old
                    .filter(|o| o.host == server.host && o.username == server.username)
                    .map(|o| o.password_sealed)
                    .unwrap_or_default(),
                new => app.keyring().seal(
                    who.scope.business_id.as_str(),
                    PASSWORD,
                    new,
                    app.chance(),
                )?,
            };
            save(
                &app,
                &who,
                &visit,
                Some(Server {
                    password_sealed,
                    ..server
                }),
            )
            .await?;
            Ok(see_other_saying(
                &app,
                HERE,
                "positive",
                page.l.t("settings-saved"),
            ))
        }
        Err(errors) => {
            let view = View {
                page: page.with_errors(&errors),
                errors,
                form,
                is_set: old.is_some(),
                email: who.email,
            };
            Ok(view.page.unprocessable(&view))
        }
    }
}

/// `POST /settings/mail/test`: one mail to the person who presses, now, and what the server said.
pub async fn test(State(app): State<App>, who: Who, visit: Visit) -> Result<Response, Problem> {
    let (page, server) = begin(&app, &who, &visit).await?;
    let l = page.l;
    let Some(server) = server else {
        return Ok(see_other_saying(&app, HERE, "warn", l.t("mail-test-none")));
    };
    if app.is_demo() {
        return Ok(see_other_saying(
            &app,
            HERE,
            "info",
            l.t("mail-server-demo"),
        ));
    }
    let password = match server.password_sealed.as_str() {
        "" => SecretString::from(String::new()),
        sealed => app
            .keyring()
            .open_sealed(who.scope.business_id.as_str(), PASSWORD, sealed)?,
    };
    let body = l.t("mail-test-body").into_owned();
    let envelope = Envelope {
        id: app.new_id(),
        from_name: who.business_name.clone(),
        reply_to: String::new(),
        to_name: who.name.clone(),
        to_address: who.email.clone(),
        subject: l
            .t1("mail-test-subject", "business", who.business_name.as_str())
            .into_owned(),
        html: format!("<p>{body}</p>"),
        text: body,
        files: Vec::new(),
    };
    Ok(match smtp::send(&server, &password, &envelope).await {
        Answer::Accepted(words) => {
            let said = l.t2(
                "mail-test-sent",
                "email",
                who.email.as_str(),
                "answer",
                words.as_str(),
            );
            see_other_saying(&app, HERE, "positive", said)
        }
        Answer::Later(words) | Answer::Refused(words) => see_other_saying(
            &app,
            HERE,
            "negative",
            l.t1("mail-test-failed", "answer", words.as_str()),
        ),
    })
}

async fn begin(app: &App, who: &Who, visit: &Visit) -> Result<(Page, Option<Server>), Problem> {
    // AC-18: mail is the owner's to set.
    if !who.is_owner() {
        return Err(Problem::Forbidden);
    }
    let id = who.scope.business_id.clone();
    let server = app
        .db()
        .read::<_, Problem, _>(move |tx| Ok(store::find_server(tx, &id)?))
        .await?;
    let page = visit.page(who).within(Section::Settings);
    let title = page.l.t("settings-mail").into_owned();
    Ok((page.titled(title), server))
}

async fn save(app: &App, who: &Who, visit: &Visit, server: Option<Server>) -> Result<(), Problem> {
    let entry = audit::Entry::by(
        who,
        "mail_server.changed",
        who.scope.business_id.to_string(),
        server
            .as_ref()
            .map(|s| format!("{}:{}", s.host, s.port))
            .unwrap_or_default(),
        visit.address.clone(),
    );
    let (hands, id, now) = (app.clone(), who.scope.business_id.clone(), app.now_ms());
    app.db()
        .write::<_, Problem, _>(move |tx| {
            match &server {
                Some(server) => store::upsert_server(tx, &id, server, now)?,
                None => store::delete_server(tx, &id)?,
            }
            Ok(audit::record(tx, &hands, &entry)?)
        })
        .await
}

impl Form {
    fn of(server: Option<&Server>, l: Locale) -> Form {
        let s = server;
        Form {
            host: s.map(|s| s.host.clone()).unwrap_or_default(),
            port: s.map_or_else(|| "587".to_owned(), |s| s.port.to_string()),
            security: s.map_or("starttls", |s| s.security.as_str()).to_owned(),
            username: s.map(|s| s.username.clone()).unwrap_or_default(),
            from: s.map(|s| s.from_address.clone()).unwrap_or_default(),
            securities: securities(l),
        }
    }

    fn typed(f: &Fields, l: Locale) -> Form {
        Form {
            host: f.get("host"),
            port: f.get("port"),
            security: f.get("security"),
            username: f.get("username"),
            from: f.get("from"),
            securities: securities(l),
        }
    }

    fn parse(&self, l: Locale) -> Result<Server, Errors> {
        let mut errors = Errors::new();
        let host_fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':');
        if self.host.is_empty() || self.host.len() > 253 || !self.host.chars().all(host_fits) {
            errors.add("host", l.t("mail-host-empty"));
        }
        let port = self.port.parse::<u16>().ok().filter(|p| *p > 0);
        if port.is_none() {
            errors.add("port", l.t("mail-port-wrong"));
        }
        let security = self.security.parse::<Security>().ok();
        if security.is_none() {
            errors.add("security", l.t("mail-security-empty"));
        }
        let here = matches!(self.host.as_str(), "localhost" | "127.0.0.1" | "::1");
        if security == Some(Security::None) && !here {
            errors.add("security", l.t("mail-security-remote"));
        }
        if !is_email(&self.from) {
            errors.add("from", l.t("field-not-an-email"));
        }
        match (port, security) {
            (Some(port), Some(security)) if errors.is_empty() => Ok(Server {
                host: self.host.clone(),
                port,
                security,
                username: self.username.clone(),
                password_sealed: String::new(),
                from_address: self.from.clone(),
            }),
            _ => Err(errors),
        }
    }
}

fn securities(l: Locale) -> Vec<Choice> {
    vec![
        Choice::new("starttls", l.t("mail-security-starttls")),
        Choice::new("tls", l.t("mail-security-tls")),
        Choice::new("none", l.t("mail-security-none")),
    ]
}
