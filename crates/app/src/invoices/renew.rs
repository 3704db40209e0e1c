//! `GET` and `POST /invoices/{id}/link`: when a link has reached the wrong person, it is ended, with a new one in its
//! place or without (LNK-03).

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use kit::db::{Error, Tx};

use super::{claim, link, store};
use crate::app::App;
use crate::audit;
use crate::fields::Fields;
use crate::page::{Page, Section};
use crate::problem::Problem;
use crate::visit::{Visit, see_other, see_other_saying};
use crate::who::Who;

#[derive(Template)]
#[template(path = "invoices/renew.html")]
struct Renew {
    page: Page,
    id: String,
    number: String,
    has_link: bool,
}

pub(super) async fn get(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let (scope, hands, invoice) = (who.scope.clone(), app.clone(), id.clone());
    let read = move |tx: &mut Tx<'_>| {
        let kept = store::find(tx, &scope, &invoice)?.ok_or(Error::NoRow)?;
        let live = link::of_invoice(tx, &hands, &invoice)? != link::Link::None;
        Ok::<_, Error>((kept, live))
    };
    let (kept, has_link) = app.db().read(read).await?;
    if kept.frozen.is_none() {
        return Ok(see_other(&format!("/invoices/{id}/edit")));
    }
    let page = visit.page(&who).within(Section::Invoices);
    let title = page.l.t("invoices-renew-title").into_owned();
    let view = Renew {
        page: page.titled(title),
        number: kept.number,
        id,
        has_link,
    };
    Ok(view.page.ok(&view))
}

/// Ends every link of the invoice; makes a new one unless only the end was asked for. Again does the same again.
pub(super) async fn post(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Problem> {
    let only_end = fields.find("end").is_some();
    let (hands, me, address, invoice) =
        (app.clone(), who.clone(), visit.address.clone(), id.clone());
    let write = move |tx: &mut Tx<'_>| {
        let kept = store::lock(tx, &me.scope, &invoice)?.ok_or(Error::NoRow)?;
        if kept.frozen.is_none() {
            return Ok(());
        }
        let act = if only_end {
            link::end(tx, &hands, &invoice)?;
            "link-ended"
        } else {
            link::renew(tx, &hands, &invoice)?;
            "link-renewed"
        };
        claim::note(tx, &hands, &invoice, act, &me.name, "")?;
        audit::record(tx, &hands, &entry(&me, act, &kept.number, &address))
    };
    app.db().write::<_, Error, _>(write).await?;
    let l = visit.page(&who).l;
    let said = if only_end {
        l.t("invoices-link-ended")
    } else {
        l.t("invoices-link-renewed")
    };
    Ok(see_other_saying(
        &app,
        &format!("/invoices/{id}"),
        "positive",
        said,
    ))
}

fn entry(who: &Who, act: &'static str, number: &str, address: &str) -> audit::Entry {
    audit::Entry::by(who, act, number.to_owned(), "", address.to_owned())
}
