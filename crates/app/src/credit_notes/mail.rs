//! The credit note on its way to the customer: asked for when it is issued, or again on its page. A job makes the mail, so
//! that the act itself does not wait; its row stands in the outbox and says what became of it.

use axum::extract::{Path, State};
use axum::response::Response;
use kit::db::{Error, Tx};
use kit::jobs::Outcome;
use kit::locale::{self, Locale};

use super::{NoteRow, store};
use crate::amount::in_words;
use crate::app::App;
use crate::customers;
use crate::invoices::{claim, link, send};
use crate::mail::letters::Sender;
use crate::mail::news::{self, News};
use crate::mail::{self, NewMail};
use crate::papers;
use crate::problem::Problem;
use crate::visit::{Visit, see_other_saying};
use crate::who::{Scope, Who};

/// Does the job [`super::MAIL`].
pub async fn mail_customer(app: &App, payload: &str) -> Outcome {
    let parsed = payload
        .rsplit_once(' ')
        .and_then(|(scope, id)| Some((Scope::parse(scope)?, id.to_owned())));
    let Some((scope, id)) = parsed else {
        return Outcome::Dead("a bad payload".into());
    };
    match send(app, &scope, &id).await {
        Ok(_) => Outcome::Done,
        Err(problem) => Outcome::Retry(problem.to_string()),
    }
}

/// Makes the paper where it is not made yet, and puts the mail with it into the outbox; answers the address.
async fn send(app: &App, scope: &Scope, id: &str) -> Result<Option<String>, Problem> {
    let (of, wanted) = (scope.clone(), id.to_owned());
    let read = move |tx: &mut Tx<'_>| store::find(tx, &of, &wanted)?.ok_or(Error::NoRow);
    let note = app.db().read::<_, Error, _>(read).await?;
    let paper = papers::find_or_make(app, super::paper_of(scope, note, None)).await?;
    let file = mail::Attachment {
        name: paper.file_name(),
        media_type: "application/pdf".to_owned(),
        bytes: paper.bytes,
    };
    let (hands, scope, id) = (app.clone(), scope.clone(), id.to_owned());
    let write = move |tx: &mut Tx<'_>| queue(tx, &hands, &scope, &id, &file);
    Ok(app.db().write::<_, Error, _>(write).await?)
}

pub(super) async fn post(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let sent = send(&app, &who.scope, &id).await?;
    let l = visit.page(&who).l;
    let to = format!("/credit-notes/{id}");
    Ok(match sent {
        Some(address) => see_other_saying(
            &app,
            &to,
            "positive",
            l.t1("credit-note-sending", "address", address),
        ),
        None => see_other_saying(&app, &to, "warn", l.t("credit-note-cannot-send")),
    })
}

/// Puts the mail into the outbox; answers the address. Nothing when there is no address, or no link to lead to.
fn queue(
    tx: &mut Tx<'_>,
    app: &App,
    scope: &Scope,
    id: &str,
    file: &mail::Attachment,
) -> Result<Option<String>, Error> {
    let note = store::find(tx, scope, id)?.ok_or(Error::NoRow)?;
    let f = &note.frozen;
    let Some((_, url)) = link::for_invoice(tx, app, &note.invoice_id)? else {
        return Ok(None);
    };
    let customer = customers::find(tx, &scope.business_id, &note.customer_id)?;
    let address = customer
        .map(|c| c.email)
        .filter(|email| !email.is_empty())
        .unwrap_or_else(|| f.buyer.email.clone());
    if address.is_empty() {
        return Ok(None);
    }
    let due = claim::get(tx, scope, &note.invoice_id)?.amount_due();
    let owed = if due.is_zero() {
        String::new()
    } else {
        in_words(f.locale(), due)
    };
    let letter = news::write(&letter(&note, &owed)).map_err(|e| Error::Failed(e.to_string()))?;
    let new = NewMail {
        scope: scope.clone(),
        kind: "credit_note",
        invoice_id: Some(note.invoice_id.clone()),
        link: url
            .strip_prefix(app.public_url())
            .unwrap_or(&url)
            .to_owned(),
        to_address: address.clone(),
        to_name: f.buyer.name.clone(),
        reply_to: f.seller.email.clone(),
        from_name: f.seller.name.clone(),
        language: f.lang(),
        subject: letter.subject,
        text: letter.text,
        html: letter.html,
    };
    let mail_id = mail::queue(tx, app, new)?;
    mail::attach(tx, &mail_id, 0, file)?;
    claim::note(tx, app, &note.invoice_id, "credit-note-sent", "", &address)?;
    Ok(Some(address))
}

/// What the customer reads. `owed`: what is still due on the invoice; empty for nothing.
fn letter(note: &NoteRow, owed: &str) -> News {
    let f = &note.frozen;
    let l: Locale = f.locale();
    let sender: Sender = send::sender(f);
    let amount = f.money(l, f.total_minor);
    let invoice = f.corrects.as_ref().map(|c| c.invoice.number.as_str());
    let args: &[(&str, locale::Value<'_>)] = &[
        ("number", note.number.as_str().into()),
        ("invoice", invoice.unwrap_or_default().into()),
        ("amount", amount.as_str().into()),
        ("business", sender.name.as_str().into()),
    ];
    let mut facts = vec![(
        l.t("invoice").into_owned(),
        invoice.unwrap_or_default().to_owned(),
    )];
    if !note.reason.is_empty() {
        facts.push((l.t("credit-note-reason").into_owned(), note.reason.clone()));
    }
    if !owed.is_empty() {
        facts.push((l.t("amount-due").into_owned(), owed.to_owned()));
    }
    let mut text = vec![l.t("credit-note-letter-where").into_owned()];
    if note.effect.frees.is_positive() {
        let freed = f.money(l, note.effect.frees.minor());
        text.push(
            l.t1("credit-note-letter-freed", "amount", freed)
                .into_owned(),
        );
    }
    text.push(l.t("letter-questions").into_owned());
    News {
        l,
        subject: l.ta("credit-note-letter-subject", args).into_owned(),
        first: l.ta("credit-note-letter-first", args).into_owned(),
        amount,
        facts,
        text,
        act: l.t("credit-note-letter-act").into_owned(),
        sender,
    }
}
