//! `GET /area/receipts/{id}`: the proof of one payment: what was paid, and on what. Only for whoever owes every invoice
//! on it.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use billing::Mode;
use jiff::Timestamp;
use kit::db::{Error, Tx};

use super::{Known, Visitor, store};
use crate::app::App;
use crate::invoices::claim::{self, Share, Source};
use crate::page::Page;
use crate::payments::{self, PaymentSummary, method_words, money};
use crate::problem::Problem;
use crate::settings::{self, Business};
use crate::visit::{Visit, see_other};

#[derive(Template)]
#[template(path = "customer_area/receipt.html")]
struct View {
    page: Page,
    amount: String,
    seller: String,
    day: (String, String),
    method: String,
    receipt_number: String,
    rows: Vec<(String, String)>,
    /// What no invoice could use; empty for nothing.
    credited: String,
}

struct Found {
    business: Business,
    payment: PaymentSummary,
    shares: Vec<Share>,
}

/// # Errors
/// [`Problem::NotFound`] for a payment of somebody else.
pub async fn get(
    State(app): State<App>,
    known: Known,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let Some(visitor) = known.0 else {
        return Ok(see_other("/area"));
    };
    let found = app.db().read(move |tx| find(tx, &visitor, &id)).await?;
    let business = &found.business;
    let page = visit.public(
        visit.preferred,
        business.country.code(),
        &business.name,
        Mode::Live,
    );
    let l = page.l;
    let received = Timestamp::from_millisecond(found.payment.received_at).unwrap_or_default();
    let day = received.to_zoned(business.zone()).date();
    let mut left = found.payment.amount;
    for share in &found.shares {
        left = left.checked_sub(share.amount).unwrap_or(left);
    }
    let title = l.t1(
        "area-receipt-title",
        "number",
        found.payment.receipt_number.as_str(),
    );
    let view = View {
        amount: money(l, found.payment.amount),
        seller: business.name.clone(),
        day: (day.to_string(), l.date_long(day)),
        method: method_words(l, &found.payment),
        receipt_number: found.payment.receipt_number.clone(),
        rows: found
            .shares
            .iter()
            .map(|share| (share.number.clone(), money(l, share.amount)))
            .collect(),
        credited: if left.is_positive() {
            money(l, left)
        } else {
            String::new()
        },
        page: page.titled(title),
    };
    Ok(view.page.ok(&view))
}

fn find(tx: &mut Tx<'_>, visitor: &Visitor, id: &str) -> Result<Found, Error> {
    let payment = payments::get(tx, id)?;
    let shares = claim::list_shares(tx, &Source::payment(id))?;
    let mut theirs = !shares.is_empty() && payment.scope.business_id == visitor.business_id;
    for share in &shares {
        theirs = theirs && store::is_of_visitor(tx, visitor, &share.invoice_id)?;
    }
    if !theirs || payment.reversed_at.is_some() {
        return Err(Error::NoRow);
    }
    Ok(Found {
        business: settings::business(tx, &visitor.business_id)?,
        payment,
        shares,
    })
}
