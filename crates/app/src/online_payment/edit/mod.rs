//! The Stripe settings form: GET shows it, POST proves the keys against Stripe and saves all or nothing (AC-12).

mod parse;
mod save;
mod view;

use axum::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use billing::Mode;
use billing::currency::Currency;
use http::StatusCode;
use secrecy::ExposeSecret;

use super::doctor::{self, Line, State as CheckState};
use super::form;
use super::show::{self, lines};
use super::store::{self, Drawer};
use super::webhook;
use crate::app::App;
use crate::page::Errors;
use crate::problem::Problem;
use crate::settings;
use crate::sign_in;
use crate::visit::{Visit, see_other_saying};
use crate::who::{Scope, Who};
use parse::{Posted, SWAP, field_of, parse, typed_secret};
use save::{Save, save, saved_drawer, switched_off};
use view::{Edit, Shown, frame, view, way_word};

pub(super) async fn get(
    State(app): State<App>,
    Path(mode): Path<String>,
    visit: Visit,
    who: Who,
) -> Result<Response, Problem> {
    let scope = scope_for(&who, &mode)?;
    let stand = load(&app, &scope).await?;
    let form = Shown {
        enabled: stand.drawer.as_ref().is_none_or(|d| d.enabled),
        public_key: stand
            .drawer
            .as_ref()
            .map_or(String::new(), |d| d.public_key.clone()),
        currency: stand.currency(),
        way: way_word(stand.is_hosted()).to_owned(),
        swap: String::new(),
    };
    let page = frame(&visit, &who, &scope);
    let view = view(&page, &scope, &stand, form, Errors::new(), Vec::new());
    Ok(page.ok(&view))
}

pub(super) async fn post(
    State(app): State<App>,
    Path(mode): Path<String>,
    visit: Visit,
    who: Who,
    Form(posted): Form<Posted>,
) -> Result<Response, Problem> {
    let scope = scope_for(&who, &mode)?;
    let page = frame(&visit, &who, &scope);
    let stand = load(&app, &scope).await?;
    let refuse = |errors: Errors, report: &[Line], shown: Shown| {
        let view = view(
            &page,
            &scope,
            &stand,
            shown,
            errors.clone(),
            lines(&page.l, report),
        );
        page.clone().with_errors(&errors).answer(
            StatusCode::UNPROCESSABLE_ENTITY,
            &Edit {
                page: page.clone().with_errors(&errors),
                ..view
            },
        )
    };
    let mut shown = Shown {
        enabled: !posted.enabled.is_empty(),
        public_key: posted.public_key.trim().to_owned(),
        currency: posted.currency.clone(),
        way: posted.way.clone(),
        swap: String::new(),
    };

    // parse: name what was pasted
    let secret_text = typed_secret(&app, &who, &posted);
    if form::swapped(&posted.public_key, secret_text.expose_secret()) {
        let mut errors = Errors::new();
        errors.add("", page.l.t("online-swapped-found"));
        // One press swaps them back (AC-09): the public one is no secret; the secret one travels only sealed.
        shown.public_key = secret_text.expose_secret().trim().to_owned();
        shown.swap = app.keyring().seal(
            &who.session_id,
            SWAP,
            posted.public_key.trim(),
            app.chance(),
        )?;
        return Ok(refuse(errors, &[], shown));
    }
    let (command, errors) = parse(&page.l, &scope, &stand, &posted, &secret_text);
    let Some(command) = command.filter(|_| errors.is_empty()) else {
        return Ok(refuse(errors, &[], shown));
    };
    if command.replaces_key
        && !sign_in::confirm_password(&app, &who, posted.password.clone()).await?
    {
        let mut errors = Errors::new();
        errors.add("password", page.l.t("online-password-wrong"));
        return Ok(refuse(errors, &[], shown));
    }

    // switching off asks nobody (AC-13)
    if !command.enabled && !command.replaces_key && stand.keyed().is_some() {
        save(
            &app,
            &who,
            &visit,
            &scope,
            posted.version,
            switched_off(&stand, &command),
        )
        .await?;
        return Ok(see_other_saying(
            &app,
            "/settings/billing",
            "info",
            page.l.t("online-saved-off"),
        ));
    }

    // decide: ask Stripe
    let secret = match &command.secret {
        Some(secret) => secret.clone(),
        None => super::open_secret_key(&app, stand.keyed().ok_or(Problem::NotFound)?)?,
    };
    let mut report =
        doctor::examine(&app, scope.mode, &command.public, &secret, command.currency).await;
    if command.hosted {
        doctor::ask_hosted(&app, &secret, &mut report).await;
    }
    if !report.is_good() {
        let mut errors = Errors::new();
        for line in report
            .lines
            .iter()
            .filter(|l| l.state == CheckState::Failed)
        {
            errors.add(
                field_of(line.check),
                page.l.ta(
                    &line.text,
                    &[("detail", show::detail(&page.l, line).into())],
                ),
            );
        }
        return Ok(refuse(errors, &report.lines, shown));
    }
    if stand.keyed().is_some_and(|d| {
        d.enabled
            && !d.account_id.is_empty()
            && !report.account_id.is_empty()
            && d.account_id != report.account_id
    }) {
        let mut errors = Errors::new();
        errors.add("secret_key", page.l.t("online-account-differs"));
        return Ok(refuse(errors, &[], shown));
    }
    let hook =
        webhook::bring_in_step(&app, &scope, stand.drawer.as_ref(), &secret, &mut report).await?;

    // save: all of it in one transaction
    let drawer = saved_drawer(
        &app, &who, &scope, &stand, &command, &secret, &report, &hook,
    )?;
    let enabled = drawer.enabled;
    save(
        &app,
        &who,
        &visit,
        &scope,
        posted.version,
        Save {
            drawer,
            path_hash: hook.path_hash,
            // What payers have open the other way is closed at Stripe: they are asked to begin again.
            close_idle: !enabled || stand.is_hosted() != command.hosted,
        },
    )
    .await?;
    let (kind, word) = if enabled {
        ("positive", page.l.t("online-saved-on"))
    } else {
        ("info", page.l.t("online-saved-off"))
    };
    Ok(see_other_saying(&app, "/settings/billing", kind, word))
}

/// What is in the drawer, and what the form needs beside it.
struct Stand {
    drawer: Option<Drawer>,
    path_hash: String,
    own_currency: Currency,
}

impl Stand {
    fn keyed(&self) -> Option<&Drawer> {
        self.drawer.as_ref().filter(|d| !d.secret_sealed.is_empty())
    }
    fn is_hosted(&self) -> bool {
        self.drawer.as_ref().is_some_and(|d| d.hosted)
    }
    fn currency(&self) -> String {
        self.drawer
            .as_ref()
            .map_or(self.own_currency, |d| d.currency)
            .code()
            .to_owned()
    }
}

async fn load(app: &App, scope: &Scope) -> Result<Stand, Problem> {
    let scope = scope.clone();
    let read = move |tx: &mut kit::db::Tx<'_>| {
        let drawer = store::find_drawer(tx, &scope)?;
        let path_hash = store::find_webhook_path_hash(tx, &scope)?.unwrap_or_default();
        let own_currency = settings::business(tx, &scope.business_id)?.currency;
        Ok::<_, kit::db::Error>(Stand {
            drawer,
            path_hash,
            own_currency,
        })
    };
    Ok(app.db().read(read).await?)
}

/// Only owners (AC-18), and only the two drawers there are.
fn scope_for(who: &Who, mode: &str) -> Result<Scope, Problem> {
    let mode = Mode::parse(mode).map_err(|_| Problem::NotFound)?;
    if !who.is_owner() {
        return Err(Problem::Forbidden);
    }
    Ok(Scope {
        business_id: who.scope.business_id.clone(),
        mode,
    })
}
