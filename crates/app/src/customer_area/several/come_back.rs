//! How it went, asked by the page script and on the way back. Decides nothing: Stripe is asked.

use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use kit::secrets::token_hash;

use super::load;
use crate::app::App;
use crate::customer_area::{Known, Visitor};
use crate::page::trouble::{Trouble, TroublePage};
use crate::page::{Kind, Page};
use crate::pay::{self, answer};
use crate::payments::{self, Told};
use crate::problem::Problem;
use crate::visit::{Visit, see_other};

/// `POST /area/several/{ids}/outcome`: how it stands, asked after a try that was not a plain success.
pub async fn outcome(
    State(app): State<App>,
    known: Known,
    visit: Visit,
    Path(ids): Path<String>,
) -> Response {
    let asked = async {
        pay::limited(&app, &visit, &token_hash(&ids))?;
        let visitor = known.0.ok_or(Problem::NotFound)?;
        ask(&app, &visitor, &ids).await
    };
    match asked.await {
        Ok(told) => answer::json(&app, StatusCode::OK, pay::in_words(told)),
        Err(problem) => answer::problem(&app, problem),
    }
}

/// They are paid by one attempt: the first on which something is due speaks for all.
async fn ask(app: &App, visitor: &Visitor, ids: &str) -> Result<Told, Problem> {
    let several = load(app, visitor, ids).await?.ok_or(Problem::NotFound)?;
    match several.claims.first() {
        None => Ok(Told::Paid),
        Some(claim) => payments::ask_about_invoice(app, &several.scope, &claim.invoice_id).await,
    }
}

/// `GET /area/several/{ids}/return`: back from the provider. Decides nothing: Stripe is asked.
///
/// # Errors
/// Of the database.
pub async fn come_back(
    State(app): State<App>,
    known: Known,
    visit: Visit,
    Path(ids): Path<String>,
) -> Result<Response, Problem> {
    let Some(visitor) = known.0 else {
        return Ok(see_other("/area"));
    };
    let base = format!("/area/several/{ids}");
    if pay::limited(&app, &visit, &token_hash(&ids)).is_err() {
        return Ok(see_other("/area"));
    }
    Ok(match ask(&app, &visitor, &ids).await? {
        Told::Paid | Told::PartlyPaid => match latest(&app, &ids).await? {
            Some(payment_id) => see_other(&format!("/area/receipts/{payment_id}")),
            None => see_other("/area"),
        },
        Told::Processing | Told::NothingOpen => see_other("/area"),
        Told::NotPaid { group } => {
            let word = group.map_or(pay::NOT_CONFIRMED, |g| g.word_key());
            see_other(&format!("{base}/pay?declined={word}"))
        }
        Told::Unreachable => unknown(&visit, &base),
    })
}

async fn latest(app: &App, ids: &str) -> Result<Option<String>, Problem> {
    let first = ids.split('.').next().unwrap_or_default().to_owned();
    let payments = app
        .db()
        .read(move |tx| payments::list_by_invoice(tx, &first))
        .await?;
    Ok(payments.last().map(|payment| payment.id.clone()))
}

/// That the outcome is unknown is said as that.
fn unknown(visit: &Visit, base: &str) -> Response {
    let page = Page {
        path: format!("{base}/return"),
        kind: Kind::Public,
        ..visit.plain()
    };
    let l = page.l;
    let mut view = TroublePage::new(page, Trouble::Failure, "");
    view.page.title = l.t("pay-unknown-title").into_owned();
    view.what = l.t("pay-unknown-what").into_owned();
    view.money = String::new();
    view.next = l.t("pay-unknown-next").into_owned();
    view.href = format!("{base}/return");
    view.act = l.t("pay-ask-again").into_owned();
    view.answer(StatusCode::SERVICE_UNAVAILABLE)
}
