//! The rehearsal Stripe of the demonstration: in this process, or one that runs by itself on this machine.

use std::time::Duration;

use anyhow::{Context, bail};
use app::app::App;
use fake_stripe::{FakeStripe, Running};
use stripe::Origins;

/// What stands at the other end instead of Stripe.
pub struct Rehearsal {
    origins: Origins,
    /// Nothing when it runs by itself.
    inside: Option<Running>,
}

/// The two keys to paste.
#[derive(Clone, Debug)]
pub struct Keys {
    /// `pk_live_…`
    pub public: String,
    /// `sk_live_…`
    pub secret: String,
}

impl Rehearsal {
    /// Starts one, or takes the one at `url`.
    ///
    /// # Errors
    /// When the address is not on this machine: the demonstration must never reach anybody else.
    pub async fn start(url: Option<&str>) -> anyhow::Result<Rehearsal> {
        if let Some(url) = url {
            return Ok(Rehearsal {
                origins: Origins::rehearsal(url)?,
                inside: None,
            });
        }
        let running = FakeStripe::builder().start("127.0.0.1:0").await?;
        Ok(Rehearsal {
            origins: Origins::rehearsal(&running.base_url())?,
            inside: Some(running),
        })
    }

    /// Where it is.
    pub fn origins(&self) -> &Origins {
        &self.origins
    }

    /// The live-looking keys of its first account.
    ///
    /// # Errors
    /// When a rehearsal elsewhere does not answer.
    pub async fn keys(&self, app: &App) -> anyhow::Result<Keys> {
        if let Some(first) = self
            .inside
            .as_ref()
            .and_then(|running| running.keys().into_iter().next())
        {
            return Ok(Keys {
                public: first.live.publishable,
                secret: first.live.secret,
            });
        }
        let url = format!("{}/_control/keys", self.origins.api());
        let asked = stripe::http_client(app.origins())?
            .get(&url)
            .timeout(Duration::from_secs(5))
            .send()
            .await;
        let text = asked
            .with_context(|| format!("no rehearsal of Stripe answers at {}", self.origins.api()))?
            .text()
            .await?;
        let told: serde_json::Value =
            serde_json::from_str(&text).context("that is no rehearsal of Stripe")?;
        let key = |name: &str| told["keys"][0]["live"][name].as_str().map(str::to_owned);
        match (key("publishable"), key("secret")) {
            (Some(public), Some(secret)) => Ok(Keys { public, secret }),
            _ => bail!("{url} names no keys: that is no rehearsal of Stripe"),
        }
    }

    /// Ends the one in this process.
    pub async fn stop(self) {
        if let Some(running) = self.inside
            && tokio::time::timeout(Duration::from_millis(300), running.stop())
                .await
                .is_err()
        {
            tracing::debug!("the rehearsal was left in the middle of a delivery");
        }
    }
}
