//! `GET /i/{token}/return`: the payer comes back from the provider. This page never decides: what stands in its query
//! is neither read nor logged; we ask Stripe, settle, and send the payer where the answer is (PAY-06).

use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use kit::secrets::token_hash;

use super::behind::{self, Behind};
use super::pay_page::NOT_CONFIRMED;
use super::{limited, nothing_here};
use crate::app::App;
use crate::page::Page;
use crate::page::trouble::{Trouble, TroublePage};
use crate::payments::{self, Told};
use crate::problem::Problem;
use crate::visit::{Visit, see_other};

/// `303` to the receipt, the invoice or the card form; a page that says so when the outcome is not known.
///
/// # Errors
/// Of the database.
pub async fn get(
    State(app): State<App>,
    Path(token): Path<String>,
    visit: Visit,
) -> Result<Response, Problem> {
    let Some(behind) = behind::find(&app, &token).await? else {
        return Ok(nothing_here(&visit));
    };
    let invoice = format!("/i/{token}");
    // Reloaded very often: what is known already stands on the invoice's page.
    if limited(&app, &visit, &token_hash(&token)).is_err() {
        return Ok(see_other(&invoice));
    }
    let told =
        payments::ask_about_invoice(&app, &behind.claim.scope, &behind.claim.invoice_id).await?;
    Ok(match told {
        Told::Paid | Told::PartlyPaid => see_other(&format!("{invoice}/receipt")),
        Told::Processing | Told::NothingOpen => see_other(&invoice),
        Told::NotPaid { group } => {
            let word = group.map_or(NOT_CONFIRMED, |g| g.word_key());
            let part = asked_part(&app, &behind).await?;
            see_other(&format!("{invoice}/pay?declined={word}{part}"))
        }
        Told::Unreachable => unknown(&behind, &visit, &invoice),
    })
}

/// Whoever wanted to pay a part goes on with that part.
async fn asked_part(app: &App, behind: &Behind) -> Result<String, Problem> {
    let (id, due) = (behind.claim.invoice_id.clone(), behind.due());
    let asked = app.db().read(move |tx| payments::asked_of(tx, &id)).await?;
    let part = asked.filter(|asked| *asked != due && behind.may_pay(*asked));
    Ok(part.map_or(String::new(), |part| format!("&part={}", part.minor())))
}

/// That the outcome is unknown is said as that: no "failed", no "thank you".
fn unknown(behind: &Behind, visit: &Visit, invoice: &str) -> Response {
    let page = Page {
        path: format!("{invoice}/return"),
        ..behind.page(visit)
    };
    let l = page.l;
    let mut view = TroublePage::new(page, Trouble::Failure, "");
    view.page.title = l.t("pay-unknown-title").into_owned();
    view.what = l.t("pay-unknown-what").into_owned();
    view.money = String::new();
    view.next = l.t("pay-unknown-next").into_owned();
    view.href = format!("{invoice}/return");
    view.act = l.t("pay-ask-again").into_owned();
    view.answer(StatusCode::SERVICE_UNAVAILABLE)
}
