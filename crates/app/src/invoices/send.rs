//! `POST /invoices/{id}/send`: the mail that brings the invoice, also again. A row in the outbox first, sent by its
//! job; what became of it stands there.

use axum::extract::{Path, State};
use axum::response::Response;
use kit::db::{Error, Tx};

use super::frozen::{Frozen, Party};
use super::{claim, link, store};
use crate::app::App;
use crate::customers;
use crate::mail::{self, letters};
use crate::online_payment;
use crate::places::country_name;
use crate::problem::Problem;
use crate::visit::{Visit, see_other_saying};
use crate::who::{Scope, Who};

pub(super) async fn post(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let (hands, scope, invoice, actor) =
        (app.clone(), who.scope.clone(), id.clone(), who.name.clone());
    let sent = app
        .db()
        .write(move |tx| queue(tx, &hands, &scope, &invoice, &actor))
        .await?;
    let (l, to) = (visit.page(&who).l, format!("/invoices/{id}"));
    if sent.is_none() {
        let (hands, invoice) = (app.clone(), id.clone());
        let live = app
            .db()
            .read::<_, Error, _>(move |tx| link::for_invoice(tx, &hands, &invoice))
            .await?;
        if live.is_none() {
            let said = l.t("invoices-cannot-send-no-link");
            return Ok(see_other_saying(&app, &to, "warn", said));
        }
    }
    Ok(match sent {
        Some(address) => see_other_saying(
            &app,
            &to,
            "positive",
            l.t1("invoices-sending", "address", address),
        ),
        None => see_other_saying(&app, &to, "warn", l.t("invoices-cannot-send")),
    })
}

/// Puts the mail into the outbox, in the caller's transaction; answers the address. Nothing when there is no
/// address to send to, or the invoice is a draft or void.
///
/// # Errors
/// [`Error::NoRow`] for an unknown invoice; else of the database.
pub fn queue(
    tx: &mut Tx<'_>,
    app: &App,
    scope: &Scope,
    invoice_id: &str,
    actor: &str,
) -> Result<Option<String>, Error> {
    let kept = store::lock(tx, scope, invoice_id)?.ok_or(Error::NoRow)?;
    let Some(frozen) = kept.frozen.as_deref().map(Frozen::read).transpose()? else {
        return Ok(None);
    };
    let Some((_, url)) = link::for_invoice(tx, app, invoice_id)? else {
        return Ok(None);
    };
    let address = address(tx, scope, &kept.customer_id, &frozen)?;
    let is_void = kept.state == billing::invoice::state::InvoiceState::Void;
    if address.is_empty() || is_void {
        return Ok(None);
    }
    let due = claim::get(tx, scope, invoice_id)?.amount_due();
    let letter = letters::invoice(&letters::InvoiceFacts {
        l: frozen.locale(),
        sender: sender(&frozen),
        number: frozen.number.clone(),
        amount: frozen.money(frozen.locale(), due.minor()),
        due: frozen.due_date,
        pays_online: online_payment::offer(tx, scope, due)?.is_ok(),
    });
    let new = mail::NewMail {
        scope: scope.clone(),
        kind: "invoice",
        invoice_id: Some(invoice_id.to_owned()),
        link: url
            .strip_prefix(app.public_url())
            .unwrap_or(&url)
            .to_owned(),
        to_address: address.clone(),
        to_name: frozen.buyer.name.clone(),
        reply_to: frozen.seller.email.clone(),
        from_name: frozen.seller.name.clone(),
        language: frozen.lang(),
        subject: letter.subject,
        text: letter.text,
        html: letter.html,
    };
    mail::queue(tx, app, new)?;
    super::mark_sent(tx, app, invoice_id, actor, &address)?;
    Ok(Some(address))
}

/// The customer's address as it is today: a mistyped one may have been mended since the invoice was issued.
pub(super) fn address(
    tx: &mut Tx<'_>,
    scope: &Scope,
    customer_id: &str,
    frozen: &Frozen,
) -> Result<String, Error> {
    let now = customers::find(tx, &scope.business_id, customer_id)?
        .map(|c| c.email)
        .unwrap_or_default();
    Ok(if now.is_empty() {
        frozen.buyer.email.clone()
    } else {
        now
    })
}

/// The seller as it stands on the invoice, with its address for the foot of a mail.
pub fn sender(frozen: &Frozen) -> letters::Sender {
    let s: &Party = &frozen.seller;
    let town = [s.city.as_str(), s.province.as_str(), s.postal_code.as_str()];
    let town: Vec<&str> = town.into_iter().filter(|part| !part.is_empty()).collect();
    let country = country_name(frozen.locale(), &s.country);
    let lines = [
        s.street.as_str(),
        &town.join(" "),
        &country,
        &s.email,
        &s.phone,
    ];
    let lines: Vec<&str> = lines.into_iter().filter(|line| !line.is_empty()).collect();
    letters::Sender {
        name: s.name.clone(),
        lines: lines.join("\n"),
    }
}
