//! `GET /invoices/{id}/credit-note/check`: what the note comes to and what it does; `POST /invoices/{id}/credit-note`: the act.

use axum::extract::{Path, State};
use axum::response::Response;
use billing::credit_note::Note;
use billing::id::CreditNoteId;
use billing::money::Money;
use http::Uri;
use kit::db::{Error, Tx};
use kit::locale::Locale;

use super::confirm::{
    Confirm, Ended, address, carry_out, frame, moneys, not_made, read_money, read_password,
    read_seen,
};
use super::form::{self, Asked, field};
use super::make::{Foreseen, Freed, NotMade, Wish, ways_back};
use crate::amount::in_words;
use crate::app::App;
use crate::fields::Fields;
use crate::figures::tax_label;
use crate::online_payment;
use crate::page::{Errors, Page};
use crate::problem::Problem;
use crate::visit::{Visit, see_other};
use crate::who::Who;

/// What the note would do, beyond its own figures.
struct Does {
    note: Note,
    settles: Money,
    frees: Money,
    back: Money,
    address: String,
}

pub(super) async fn get(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    Path(id): Path<String>,
    uri: Uri,
) -> Result<Response, Problem> {
    let Some(foreseen) = form::load(&app, &who, &id).await? else {
        return Ok(see_other(&format!("/invoices/{id}/edit")));
    };
    let page = frame(&visit, &who);
    form::may_credit(&page, &foreseen)?;
    let fields = Fields::of_query(&uri);
    let asked = match form::parse(page.l, &foreseen, &fields) {
        Ok(asked) => asked,
        Err(errors) => return form::answer(page, &foreseen, &fields, errors),
    };
    let does = match foresee(&app, &who, page.l, &id, &asked).await? {
        Ok(does) => does,
        Err(said) => return refused(page, &foreseen, &fields, said),
    };
    let once = app.new_id();
    let view = view(&page, &foreseen, &does, &asked, once, &fields);
    Ok(view.answer(Errors::new()))
}

pub(super) async fn post(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Problem> {
    let page = frame(&visit, &who);
    let l = page.l;
    let once = fields.get("once");
    if CreditNoteId::parse(once.as_str()).is_err() {
        return Ok(see_other(&format!("/invoices/{id}/credit-note")));
    }
    // The same form pressed twice: the first press has done it.
    let (scope, wanted) = (who.scope.clone(), once.clone());
    let done = app.db().read(move |tx| super::find(tx, &scope, &wanted));
    if let Some(note) = done.await? {
        return Ok(see_other(&format!("/credit-notes/{}", note.id)));
    }
    let Some(foreseen) = form::load(&app, &who, &id).await? else {
        return Ok(see_other(&format!("/invoices/{id}/edit")));
    };
    form::may_credit(&page, &foreseen)?;
    let asked = match form::parse(l, &foreseen, &fields) {
        Ok(asked) => asked,
        Err(errors) => return form::answer(page, &foreseen, &fields, errors),
    };
    let does = match foresee(&app, &who, page.l, &id, &asked).await? {
        Ok(does) => does,
        Err(said) => return refused(page, &foreseen, &fields, said),
    };
    let mut view = view(&page, &foreseen, &does, &asked, once.clone(), &fields);
    let mut errors = Errors::new();
    let seen = read_seen(&fields);
    if seen.is_none() {
        errors.add("", l.t("credit-note-changed"));
        return Ok(view.answer(errors));
    }
    let freed = if does.frees.is_positive() {
        read_money(l, &fields, true, &mut errors)
    } else {
        Freed::Credit
    };
    if errors.is_empty() {
        read_password(&app, &who, l, &fields, &mut errors).await?;
    }
    if !errors.is_empty() {
        return Ok(view.answer(errors));
    }
    let wish = Wish {
        id: once,
        invoice_id: id.clone(),
        of: asked.of,
        freed,
        reason: asked.reason,
        send: fields.find("send").is_some(),
        seen,
        address: visit.address.clone(),
    };
    let anyway = fields.find("anyway").is_some();
    match carry_out(&app, &who, l, wish, anyway).await? {
        Ended::Done(response) => Ok(response),
        Ended::Unreachable => {
            view.unreachable = true;
            errors.add("anyway", l.t("payments-record-unreachable"));
            Ok(view.answer(errors))
        }
        // Somebody was faster: the form shows what is left now.
        Ended::Not(why) => refused(page, &foreseen, &fields, not_made(l, &why)),
    }
}

fn refused(
    page: Page,
    foreseen: &Foreseen,
    fields: &Fields,
    said: String,
) -> Result<Response, Problem> {
    let mut errors = Errors::new();
    errors.add("", said);
    form::answer(page, foreseen, fields, errors)
}

async fn foresee(
    app: &App,
    who: &Who,
    l: Locale,
    id: &str,
    asked: &Asked,
) -> Result<Result<Does, String>, Problem> {
    let (me, id, of) = (who.clone(), id.to_owned(), asked.of.clone());
    let read = move |tx: &mut Tx<'_>| {
        let scope = &me.scope;
        let foreseen = Foreseen::read(tx, scope, &id)?.ok_or(Error::NoRow)?;
        let note = match foreseen.note(&of) {
            Ok(note) => note,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let effect = foreseen.effect(&note)?;
        let drawer = online_payment::drawer(tx, scope)?;
        let mut back = Money::zero(note.total.currency());
        if drawer.is_some_and(|drawer| !drawer.secret_sealed.is_empty()) {
            for (_, amount) in ways_back(tx, scope, &id, effect.frees)? {
                let sum = back.checked_add(amount);
                back = sum.map_err(|e| Error::Shape(e.to_string()))?;
            }
        }
        let email = &foreseen.frozen.buyer.email;
        let address = address(tx, &me, &foreseen.claim.customer_id, email)?;
        Ok::<_, Error>(Ok(Does {
            settles: effect.settles,
            frees: effect.frees,
            note,
            back,
            address,
        }))
    };
    Ok(app
        .db()
        .read(read)
        .await?
        .map_err(|refusal| not_made(l, &NotMade::Refused(refusal))))
}

fn view(
    page: &Page,
    foreseen: &Foreseen,
    does: &Does,
    asked: &Asked,
    once: String,
    fields: &Fields,
) -> Confirm {
    let l = page.l;
    let (note, f) = (&does.note, &foreseen.frozen);
    let id = foreseen.claim.invoice_id.as_str();
    let mut facts = vec![(l.t("credit-note-net").into_owned(), in_words(l, note.net))];
    let taxes = note.taxes.iter();
    facts.extend(taxes.map(|tax| (tax_label(l, &tax.tax), in_words(l, tax.amount))));
    facts.push((l.t("credit-note-reason").into_owned(), asked.reason.clone()));
    let mut happens = Vec::new();
    if does.settles.is_positive() {
        let amount = in_words(l, does.settles);
        happens.push(l.t1("credit-note-closes", "amount", amount).into_owned());
    }
    happens.push(l.t("credit-note-stays").into_owned());
    let frees = in_words(l, does.frees);
    let back_words = in_words(l, does.back);
    let mut hidden = vec![("reason".to_owned(), asked.reason.clone())];
    for at in 0..f.lines.len() {
        hidden.push((field(at), fields.get(&field(at))));
    }
    let seen = format!("{} {}", note.total.minor(), does.frees.minor());
    hidden.push(("seen".to_owned(), seen));
    let begun = fields.find("once").is_some();
    Confirm {
        errors: Errors::new(),
        customer: f.buyer.name.clone(),
        amount: in_words(l, note.total),
        amount_is: l.t("credit-note-amount").into_owned(),
        facts,
        happens,
        why: Vec::new(),
        once,
        reason: None,
        moneys: if does.frees.is_positive() {
            let back = does.back.is_positive().then_some(back_words.as_str());
            moneys(l, &frees, back)
        } else {
            Vec::new()
        },
        money: fields.get("money"),
        tick: (!does.address.is_empty()).then(|| {
            let words = l.t1("credit-note-send-to", "address", does.address.as_str());
            let ticked = !begun || fields.find("send").is_some();
            (words.into_owned(), "send", ticked)
        }),
        unreachable: false,
        button: l
            .t1("credit-note-do", "amount", in_words(l, note.total))
            .into_owned(),
        action: format!("/invoices/{id}/credit-note"),
        back: back_to_form(id, &hidden),
        hidden,
        page: page.clone().titled(
            l.t1("credit-note-check-title", "number", f.number.as_str())
                .into_owned(),
        ),
    }
}

/// The form as it was filled in.
fn back_to_form(id: &str, hidden: &[(String, String)]) -> String {
    let pairs: Vec<(&str, &str)> = hidden
        .iter()
        .filter(|(name, _)| name != "seen")
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let path = format!("/invoices/{id}/credit-note");
    crate::paging::query(&path, &pairs)
        .trim_end_matches(['?', '&'])
        .to_owned()
}
