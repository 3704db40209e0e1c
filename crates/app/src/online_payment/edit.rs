//! The Stripe settings form: GET shows it, POST proves the keys against Stripe and saves all or nothing (AC-12).

use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use billing::Mode;
use billing::currency::{Currency, NoOnlinePayment};
use http::StatusCode;
use kit::locale::{self, Locale};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::doctor::{self, Check, Line, Report, State as CheckState};
use super::form::{self, KeyFault};
use super::show::{LineView, lines};
use super::store::{self, Drawer};
use super::{CANCEL_IDLE, currencies_to_offer, guide, webhook};
use crate::app::App;
use crate::audit;
use crate::page::{Choice, Errors, Page, Section};
use crate::problem::Problem;
use crate::settings;
use crate::sign_in;
use crate::visit::{Visit, see_other_saying};
use crate::who::{Scope, Who};

#[derive(Template)]
#[template(path = "online_payment/edit.html")]
struct Edit {
    page: Page,
    errors: Errors,
    test: bool,
    version: i64,
    enabled: bool,
    public_key: String,
    public_hint: String,
    secret_hint: String,
    has_key: bool,
    swap: String,
    currency: String,
    currencies: Vec<Choice>,
    way: String,
    ways: Vec<Choice>,
    lines: Vec<LineView>,
    words: Vec<(String, String)>,
    guide_version: String,
    steps: Vec<Step>,
}

struct Step {
    text: String,
    href: &'static str,
}

/// The form as the browser sends it. The secret is wiped when dropped and never goes back.
#[derive(Deserialize)]
pub(super) struct Posted {
    #[serde(default)]
    version: i64,
    #[serde(default)]
    enabled: String,
    #[serde(default)]
    public_key: String,
    #[serde(default)]
    secret_key: SecretString,
    #[serde(default)]
    password: SecretString,
    #[serde(default)]
    currency: String,
    #[serde(default)]
    way: String,
    #[serde(default)]
    swap: String,
}

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
                page.l
                    .ta(&line.text, &[("detail", line.detail.as_str().into())]),
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

const SWAP: &str = "online_payment.swap";

/// What was typed, or what was swapped back and travelled sealed.
fn typed_secret(app: &App, who: &Who, posted: &Posted) -> SecretString {
    if posted.secret_key.expose_secret().trim().is_empty() && !posted.swap.is_empty() {
        return app
            .keyring()
            .open_sealed(&who.session_id, SWAP, &posted.swap)
            .unwrap_or_default();
    }
    posted.secret_key.clone()
}

struct Command {
    enabled: bool,
    public: stripe::PublishableKey,
    /// `None`: keep the present one.
    secret: Option<stripe::SecretKey>,
    currency: Currency,
    /// Customers pay on the page that Stripe hosts.
    hosted: bool,
    replaces_key: bool,
}

fn parse(
    l: &Locale,
    scope: &Scope,
    stand: &Stand,
    posted: &Posted,
    secret_text: &SecretString,
) -> (Option<Command>, Errors) {
    let mut errors = Errors::new();
    let named = |field: &str, fault: KeyFault| l.t(&format!("{field}-key-is-{}", fault.word()));
    let public = form::public_key(&posted.public_key, scope.mode)
        .map_err(|f| errors.add("public_key", named("public", f)))
        .ok();
    let keeps = secret_text.expose_secret().trim().is_empty() && stand.keyed().is_some();
    let secret = if keeps {
        None
    } else {
        form::secret_key(secret_text.expose_secret(), scope.mode)
            .map_err(|f| errors.add("secret_key", named("secret", f)))
            .ok()
    };
    let currency = form::currency(&posted.currency);
    match currency {
        Ok(_) => {}
        Err(NoOnlinePayment::NotOffered) => {
            errors.add("currency", l.t("online-currency-unknown"));
        }
        Err(NoOnlinePayment::ContradictoryRules | NoOnlinePayment::ThreeDecimals) => {
            let code = posted.currency.as_str();
            errors.add(
                "currency",
                l.t1("online-currency-not-here", "currency", code),
            );
        }
    }
    let hosted = match posted.way.as_str() {
        "form" => false,
        "page" => true,
        // A form that does not ask changes nothing of it.
        _ => stand.is_hosted(),
    };
    let command = public.zip(currency.ok()).map(|(public, currency)| Command {
        enabled: !posted.enabled.is_empty(),
        hosted,
        public,
        replaces_key: secret.is_some() && stand.keyed().is_some(),
        secret,
        currency,
    });
    (command, errors)
}

fn field_of(check: Check) -> &'static str {
    match check {
        Check::PublicKey | Check::SameAccount => "public_key",
        Check::Currency => "currency",
        _ => "secret_key",
    }
}

struct Save {
    drawer: Drawer,
    path_hash: String,
    close_idle: bool,
}

fn switched_off(stand: &Stand, command: &Command) -> Save {
    let mut drawer = stand.drawer.clone().expect("switching off needs a drawer");
    drawer.enabled = false;
    drawer.currency = command.currency;
    drawer.hosted = command.hosted;
    Save {
        path_hash: stand.path_hash.clone(),
        drawer,
        close_idle: true,
    }
}

#[allow(clippy::too_many_arguments)] // everything a save is made of, gathered once
fn saved_drawer(
    app: &App,
    who: &Who,
    scope: &Scope,
    stand: &Stand,
    command: &Command,
    secret: &stripe::SecretKey,
    report: &Report,
    hook: &webhook::Hook,
) -> Result<Drawer, Problem> {
    let before = stand.drawer.as_ref();
    // A key that may not read its account says nothing of it: then nothing speaks for another one.
    let same_account = before.is_some_and(|d| {
        d.account_id == report.account_id || d.account_id.is_empty() || report.account_id.is_empty()
    });
    let sealed = app.keyring().seal(
        &store::owner(scope),
        store::SECRET_KEY,
        secret.expose(),
        app.chance(),
    )?;
    Ok(Drawer {
        scope: scope.clone(),
        enabled: command.enabled,
        hosted: command.hosted,
        public_key: command.public.as_str().to_owned(),
        secret_sealed: sealed,
        secret_hint: secret.hint(),
        account_id: report.account_id.clone(),
        account_name: report.account_name.clone(),
        account_country: report.account_country.clone(),
        currency: command.currency,
        currencies: report.currencies.clone(),
        report: serde_json::to_string(&report.lines).map_err(Problem::internal)?,
        webhook_path_sealed: hook.path_sealed.clone(),
        webhook_endpoint_id: hook.endpoint_id.clone(),
        webhook_url: hook.url.clone(),
        webhook_sealed: hook.secret_sealed.clone(),
        webhook_previous_sealed: hook.previous_sealed.clone(),
        // Another account has other events: its list is read from the beginning.
        events_cursor: before
            .filter(|_| same_account)
            .map_or(String::new(), |d| d.events_cursor.clone()),
        events_since: before
            .filter(|d| same_account && d.events_since > 0)
            .map_or(app.now_ms(), |d| d.events_since),
        pulled_at: None,
        pull_error: String::new(),
        event_at: None,
        event_by: String::new(),
        event_lag_ms: None,
        bad_signatures: 0,
        saved_by: who.name.clone(),
        saved_at: app.now_ms(),
        version: 0,
    })
}

async fn save(
    app: &App,
    who: &Who,
    visit: &Visit,
    scope: &Scope,
    version: i64,
    save: Save,
) -> Result<(), Problem> {
    let (app_in, who, scope, address) = (
        app.clone(),
        who.clone(),
        scope.clone(),
        visit.address.clone(),
    );
    let conflict = visit.page(&who).l.t("online-conflict").into_owned();
    app.db()
        .write(move |tx| {
            let now = store::lock_drawer(tx, &scope)?.map_or(0, |d| d.version);
            if now != version {
                return Err(Problem::Conflict(conflict.clone()));
            }
            let drawer = Drawer {
                version: version + 1,
                ..save.drawer.clone()
            };
            store::upsert_drawer(
                tx,
                &store::Saved {
                    drawer: &drawer,
                    webhook_path_hash: &save.path_hash,
                },
            )?;
            if save.close_idle {
                let payload = scope.to_payload();
                kit::jobs::enqueue(tx, app_in.hands(), CANCEL_IDLE, &payload, &payload)?;
            }
            audit::record(tx, &app_in, &entry(&who, &drawer, &address))?;
            Ok(())
        })
        .await
}

fn entry(who: &Who, drawer: &Drawer, address: &str) -> audit::Entry {
    audit::Entry::by(
        who,
        if drawer.enabled {
            "stripe_keys.saved"
        } else {
            "online_payment.switched_off"
        },
        drawer.scope.mode.as_str().to_owned(),
        format!(
            "{} {} {}",
            drawer.account_id,
            drawer.secret_hint,
            way_word(drawer.hosted)
        ),
        address.to_owned(),
    )
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

struct Shown {
    enabled: bool,
    public_key: String,
    currency: String,
    way: String,
    swap: String,
}

/// The form's word for where customers pay.
fn way_word(hosted: bool) -> &'static str {
    if hosted { "page" } else { "form" }
}

fn frame(visit: &Visit, who: &Who, scope: &Scope) -> Page {
    let page = visit.page(who);
    let title = page.l.t(if scope.mode.is_live() {
        locale::key("online-edit-title")
    } else {
        locale::key("online-edit-title-test")
    });
    page.titled(title).within(Section::Settings)
}

fn view(
    page: &Page,
    scope: &Scope,
    stand: &Stand,
    shown: Shown,
    errors: Errors,
    lines: Vec<LineView>,
) -> Edit {
    let l = &page.l;
    let live = scope.mode.is_live();
    let currencies = currencies_to_offer(stand.drawer.as_ref(), stand.own_currency);
    Edit {
        page: page.clone(),
        errors,
        test: !live,
        version: stand.drawer.as_ref().map_or(0, |d| d.version),
        enabled: shown.enabled,
        public_key: shown.public_key,
        public_hint: l
            .t(if live {
                locale::key("online-public-hint")
            } else {
                locale::key("online-public-hint-test")
            })
            .into_owned(),
        secret_hint: match stand.keyed() {
            _ if !shown.swap.is_empty() => l.t("online-secret-hint-swapped").into_owned(),
            Some(d) => l
                .t1("online-secret-hint-keep", "hint", d.secret_hint.as_str())
                .into_owned(),
            None => l
                .t(if live {
                    locale::key("online-secret-hint")
                } else {
                    locale::key("online-secret-hint-test")
                })
                .into_owned(),
        },
        has_key: stand.keyed().is_some(),
        swap: shown.swap,
        currency: shown.currency,
        currencies: currencies
            .iter()
            .map(|c| Choice::new(c.code(), c.code()))
            .collect(),
        way: shown.way,
        ways: vec![
            Choice {
                hint: l.t("online-way-form-hint").into_owned(),
                ..Choice::new("form", l.t("online-way-form"))
            },
            Choice {
                hint: l.t("online-way-page-hint").into_owned(),
                ..Choice::new("page", l.t("online-way-page"))
            },
        ],
        lines,
        words: key_words(l),
        guide_version: l
            .t2(
                "guide-version",
                "version",
                guide::VERSION,
                "date",
                l.date_long(guide::DATE),
            )
            .into_owned(),
        steps: guide::steps(scope.mode)
            .into_iter()
            .map(|(key, href)| Step {
                text: l.t(key).into_owned(),
                href,
            })
            .collect(),
    }
}

/// Every sentence the page's script may need to name what was pasted.
fn key_words(l: &Locale) -> Vec<(String, String)> {
    let faults = [
        "test-key",
        "live-key",
        "secret-key",
        "restricted-key",
        "public-key",
        "webhook-secret",
        "other-id",
        "something-else",
    ];
    let keys = ["public", "secret"].iter().flat_map(|field| {
        faults
            .iter()
            .map(move |fault| format!("{field}-key-is-{fault}"))
    });
    keys.map(|key| (key.clone(), l.t(&key).into_owned()))
        .collect()
}
