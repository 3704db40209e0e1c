//! `POST /refunds/{id}/handled`: a person has seen to a refund that failed. It is off the list of what needs somebody;
//! the credit stays until it is used or sent again.

use axum::extract::{Path, State};
use axum::response::Response;
use kit::db::Tx;

use super::store;
use crate::app::App;
use crate::audit;
use crate::problem::Problem;
use crate::visit::{Visit, see_other_saying};
use crate::who::Who;

pub(super) async fn post(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let (app_in, by, refund, address) =
        (app.clone(), who.clone(), id.clone(), visit.address.clone());
    let write = move |tx: &mut Tx<'_>| {
        let now = app_in.now_ms();
        if store::update_handled(tx, &by.scope, &refund, &by.name, now)? == 1 {
            let entry =
                audit::Entry::by(&by, "refund.handled", refund.clone(), "", address.clone());
            audit::record(tx, &app_in, &entry)?;
        }
        Ok::<_, kit::db::Error>(())
    };
    app.db().write(write).await?;
    let l = visit.page(&who).l;
    Ok(see_other_saying(
        &app,
        &format!("/refunds/{id}"),
        "positive",
        l.t("refund-handled"),
    ))
}
