//! `GET` and `POST /settings/numbers/credit-notes`: the series of the credit notes, on the same page as that of the invoices.

use axum::extract::State;
use axum::response::Response;

use super::store;
use crate::app::App;
use crate::fields::Fields;
use crate::invoices::numbering::{self, Numbered};
use crate::invoices::series::Kind;
use crate::problem::Problem;
use crate::visit::Visit;
use crate::who::Who;

const CREDIT_NOTES: Numbered = Numbered {
    kind: Kind::CreditNote,
    path: "/settings/numbers/credit-notes",
    taken: store::list_numbers,
};

pub(super) async fn get(
    State(app): State<App>,
    who: Who,
    visit: Visit,
) -> Result<Response, Problem> {
    numbering::show(&app, &who, &visit, CREDIT_NOTES).await
}

pub(super) async fn post(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    fields: Fields,
) -> Result<Response, Problem> {
    numbering::change(&app, &who, &visit, &fields, CREDIT_NOTES).await
}
