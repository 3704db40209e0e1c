//! Example payments, made as everybody's are: an attempt, a confirmation at the rehearsal, and the one booking on the
//! rehearsal's word. No row of money is written here.
//!
//! For that the studio needs keys, which its owner has not pasted yet. So the rehearsal's keys stand in the drawer
//! while the examples are paid, and are taken out before anybody can see the demonstration.

use std::time::Duration;

use anyhow::{Context, bail, ensure};
use app::app::App;
use app::online_payment;
use app::payments::{self, Told};
use app::who::Scope;
use kit::db::Error;
use kit::{args, sql};

use super::rehearsal::Keys;

/// A drawer that holds the rehearsal's keys for a moment.
pub struct Till<'a> {
    app: &'a App,
    scope: Scope,
    invoices: Vec<String>,
}

impl<'a> Till<'a> {
    /// Puts the keys in.
    ///
    /// # Errors
    /// Of the database.
    pub async fn open(
        app: &'a App,
        scope: &Scope,
        keys: &Keys,
        invoices: Vec<String>,
    ) -> anyhow::Result<Till<'a>> {
        let owner = format!("{}/{}", scope.business_id, scope.mode.as_str());
        let secret = app.keyring().seal(
            &owner,
            online_payment::SECRET_KEY,
            &keys.secret,
            app.chance(),
        )?;
        let path = app.keyring().seal(
            &owner,
            online_payment::WEBHOOK_PATH,
            &app.chance().token(),
            app.chance(),
        )?;
        let (scope_in, public, now) = (scope.clone(), keys.public.clone(), app.now_ms());
        let write = app.db().write::<_, Error, _>(move |tx| {
            tx.execute(
                sql!("insert into stripe_settings (business_id, mode, enabled, public_key, secret_sealed, secret_hint, account_id, account_name, account_country, currency, currencies, report, webhook_path_hash, webhook_path_sealed, webhook_endpoint_id, webhook_url, webhook_sealed, webhook_previous_sealed, events_cursor, pull_error, event_by, bad_signatures, saved_by, saved_at, version) values ($1, $2, 1, $3, $4, '', '', '', 'CA', 'CAD', '', '', $1, $5, '', '', '', '', '', '', '', 0, '', $6, 1)"),
                args![scope_in.business_id.as_str(), scope_in.mode.as_str(), &public, &secret, &path, now],
            )
        });
        write.await?;
        Ok(Till {
            app,
            scope: scope.clone(),
            invoices,
        })
    }

    /// Pays every invoice, does the work that followed (receipts, fees), and takes the keys out again.
    ///
    /// # Errors
    /// When the rehearsal does not play along.
    pub async fn close(self) -> anyhow::Result<()> {
        for invoice in &self.invoices {
            self.pay(invoice).await?;
        }
        let worker = app::jobs::worker(self.app.clone());
        while kit::jobs::run_due(self.app.db(), self.app.clock(), &worker, 32).await? > 0 {}
        let business = self.scope.business_id.clone();
        let take_out = self.app.db().write::<_, Error, _>(move |tx| {
            tx.execute(
                sql!("delete from stripe_settings where business_id = $1"),
                args![business.as_str()],
            )
        });
        take_out.await?;
        Ok(())
    }

    async fn pay(&self, invoice: &str) -> anyhow::Result<()> {
        let opened = match payments::open(self.app, &self.scope, invoice).await {
            Ok(opened) => opened,
            Err(refusal) => bail!("an example payment could not be opened: {refusal:?}"),
        };
        let secret = opened.client_secret.expose();
        let (intent, _) = secret
            .split_once("_secret_")
            .context("a client secret of another shape")?;
        let url = format!(
            "{}/v1/payment_intents/{intent}/confirm",
            self.app.origins().api()
        );
        let asked = stripe::http_client(self.app.origins())?
            .post(&url)
            .timeout(Duration::from_secs(10))
            .header("authorization", format!("Bearer {}", opened.public_key))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(format!(
                "client_secret={secret}&payment_method=pm_card_visa&return_url={}/",
                self.app.public_url()
            ));
        let answer = asked.send().await?;
        let status = answer.status();
        ensure!(
            status.is_success(),
            "the rehearsal did not confirm an example payment ({status}): {}",
            answer.text().await?
        );
        match payments::ask_about_invoice(self.app, &self.scope, invoice).await {
            Ok(Told::Paid) => Ok(()),
            other => bail!("an example payment was not booked: {other:?}"),
        }
    }
}
