//! All of it in one transaction, or none of it (AC-12).

use super::Stand;
use super::parse::Command;
use super::view::way_word;
use crate::app::App;
use crate::audit;
use crate::online_payment::doctor::Report;
use crate::online_payment::store::{self, Drawer};
use crate::online_payment::{CANCEL_IDLE, webhook};
use crate::problem::Problem;
use crate::visit::Visit;
use crate::who::{Scope, Who};

pub(super) struct Save {
    pub(super) drawer: Drawer,
    pub(super) path_hash: String,
    pub(super) close_idle: bool,
}

pub(super) fn switched_off(stand: &Stand, command: &Command) -> Save {
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
pub(super) fn saved_drawer(
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

pub(super) async fn save(
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
