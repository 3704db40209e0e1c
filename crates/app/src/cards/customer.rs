//! Our customer at Stripe, on whom cards are kept.

use kit::db::{Error, Tx};
use stripe::{Client, CustomerFields, IdempotencyKey};

use super::store;
use crate::app::App;
use crate::customers;
use crate::online_payment::Drawer;
use crate::problem::Problem;

/// The name in a customer's metadata at Stripe under which ours stands.
const CUSTOMER: &str = "quittance_customer";

/// Why there is none.
#[derive(Debug)]
pub enum NoCustomer {
    /// Stripe could not be asked.
    Unreachable,
    /// Stripe refused.
    Refused(stripe::Error),
    /// Something else.
    Problem(Problem),
}

impl<E: Into<Problem>> From<E> for NoCustomer {
    fn from(error: E) -> NoCustomer {
        NoCustomer::Problem(error.into())
    }
}

/// One of ours at Stripe, as kept.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub(super) id: String,
    pub(super) customer_id: String,
    pub(super) account_id: String,
    pub(super) idempotency_key: String,
    pub(super) stripe_id: Option<String>,
    pub(super) created_at: i64,
}

/// `cus_…` of a customer in a drawer: found, or made under the key that is stored before.
///
/// # Errors
/// [`NoCustomer`].
pub async fn at_stripe(
    app: &App,
    client: &Client,
    drawer: &Drawer,
    customer_id: &str,
) -> Result<String, NoCustomer> {
    let (hands, d, id) = (app.clone(), drawer.clone(), customer_id.to_owned());
    let written = move |tx: &mut Tx<'_>| {
        let kept = written_down(tx, &hands, &d, &id)?;
        let name = customers::find(tx, &d.scope.business_id, &id)?.map(|c| c.name);
        Ok::<_, Error>((kept, name.unwrap_or_default()))
    };
    let (kept, name) = app.db().write(written).await?;
    if let Some(stripe_id) = kept.stripe_id {
        return Ok(stripe_id);
    }
    // No address: Stripe is told no more of a person than the seller must find again in the Dashboard.
    let fields = CustomerFields {
        name: Some(name),
        metadata: [(CUSTOMER.to_owned(), customer_id.to_owned())].into(),
        ..CustomerFields::default()
    };
    let key = IdempotencyKey::new(kept.idempotency_key.clone()).map_err(Problem::internal)?;
    let made = match client.create_customer(&fields, &key).await {
        Ok(answer) => answer.object.id,
        Err(error) => {
            if matches!(error, stripe::Error::Server { .. }) {
                // Stripe replays its own failure for as long as it knows the key.
                let (row, key) = (kept.id.clone(), app.chance().token());
                let (now, write) = (app.now_ms(), app.db());
                write
                    .write(move |tx| store::update_customer_key(tx, &row, &key, now))
                    .await?;
            }
            tracing::warn!(%error, "a customer could not be made at Stripe");
            return Err(if error.is_passing() || error.outcome_unknown() {
                NoCustomer::Unreachable
            } else {
                NoCustomer::Refused(error)
            });
        }
    };
    let (row, stripe_id) = (kept.id, made.clone());
    // Two at once: the first that was written down counts for both.
    let counts = app
        .db()
        .write(move |tx| store::update_customer_made(tx, &row, &stripe_id))
        .await?;
    Ok(counts)
}

fn written_down(
    tx: &mut Tx<'_>,
    app: &App,
    drawer: &Drawer,
    customer_id: &str,
) -> Result<Kept, Error> {
    let now = app.now_ms();
    store::insert_customer(
        tx,
        &app.new_id(),
        drawer,
        customer_id,
        &app.chance().token(),
        now,
    )?;
    let kept = store::get_customer(tx, drawer, customer_id)?;
    // A second customer of ours there would be without cards and harm nobody: a key that is too old is simply another.
    if kept.stripe_id.is_none() && now - kept.created_at > stripe::KEY_TRUSTED_MS {
        store::update_customer_key(tx, &kept.id, &app.chance().token(), now)?;
        return store::get_customer(tx, drawer, customer_id);
    }
    Ok(kept)
}

/// It was deleted at Stripe, with its cards: another is made when one is needed.
///
/// # Errors
/// Of the database.
pub async fn forget(app: &App, stripe_id: &str) -> Result<(), Problem> {
    let (hands, id) = (app.clone(), stripe_id.to_owned());
    let write = move |tx: &mut Tx<'_>| {
        let key = hands.chance().token();
        store::update_customer_forgotten(tx, &id, &key, hands.now_ms())
    };
    Ok(app.db().write::<_, Error, _>(write).await?)
}
