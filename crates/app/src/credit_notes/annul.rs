//! `GET` and `POST /invoices/{id}/annul`: what "Delete" does with an issued invoice. It offers what the invoice's state
//! allows and says why (compliance.md §5.3); nothing that was issued is removed.

use axum::extract::{Path, State};
use axum::response::Response;
use billing::Mode;
use billing::credit_note::{CannotDelete, Deletion, ToDelete, deletion};
use billing::id::CreditNoteId;
use billing::money::Money;
use jiff::civil::Date;
use kit::db::{Error, Tx};
use kit::locale::Locale;

use super::confirm::{
    Confirm, Ended, address, carry_out, frame, moneys, not_made, read_money, read_password,
    read_reason, read_seen,
};
use super::make::{Foreseen, Freed, NotMade, Of, Wish, ways_back};
use crate::amount::in_words;
use crate::app::App;
use crate::audit;
use crate::fields::Fields;
use crate::invoices::{self, claim, link};
use crate::online_payment;
use crate::page::{Errors, Page};
use crate::payments::{self, Changed};
use crate::problem::Problem;
use crate::settings;
use crate::visit::{Visit, see_other, see_other_saying};
use crate::who::{Scope, Who};

/// An issued invoice, and what "Delete" would do with it.
struct Found {
    foreseen: Foreseen,
    facts: ToDelete,
    does: Result<Deletion, CannotDelete>,
    /// What a note over all that is left comes to, and what of it had been paid; nothing where none is made.
    note: Option<(Money, Money)>,
    /// What Stripe can send back of that.
    back: Money,
    address: String,
}

pub(super) async fn get(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let Some(found) = load(&app, &who, &id).await? else {
        return Ok(see_other(&format!("/invoices/{id}/delete")));
    };
    let page = frame(&visit, &who);
    let view = view(&page, &found, &id, app.new_id(), &Fields::default())?;
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
        return Ok(see_other(&format!("/invoices/{id}/annul")));
    }
    // The same form pressed twice: the first press has done it.
    let (scope, wanted) = (who.scope.clone(), once.clone());
    let done = app.db().read(move |tx| super::find(tx, &scope, &wanted));
    if let Some(note) = done.await? {
        return Ok(see_other(&format!("/credit-notes/{}", note.id)));
    }
    let Some(found) = load(&app, &who, &id).await? else {
        return Ok(see_other(&format!("/invoices/{id}/delete")));
    };
    let view = view(&page, &found, &id, once.clone(), &fields)?;
    let does = found.does.map_err(|why| cannot(l, why))?;
    let mut errors = Errors::new();
    let reason = read_reason(l, &fields, &mut errors);
    let freed = match does {
        Deletion::CreditNoteAndMoney => read_money(l, &fields, true, &mut errors),
        _ => Freed::Credit,
    };
    if errors.is_empty() {
        read_password(&app, &who, l, &fields, &mut errors).await?;
    }
    if !errors.is_empty() {
        return Ok(view.answer(errors));
    }
    // It was decided on what the page said: where that is another act now, it says so first.
    let seen = read_seen(&fields);
    if fields.get("does") != word(does) || seen.is_none() {
        errors.add("", l.t("credit-note-changed"));
        return Ok(view.answer(errors));
    }
    let anyway = fields.find("anyway").is_some();
    if does == Deletion::Void {
        return void(&app, &who, &visit, &id, reason, anyway, view).await;
    }
    let wish = Wish {
        id: once,
        invoice_id: id.clone(),
        of: Of::Rest,
        freed,
        reason,
        send: fields.find("send").is_some(),
        seen,
        address: visit.address.clone(),
    };
    match carry_out(&app, &who, l, wish, anyway).await? {
        Ended::Done(response) => Ok(response),
        Ended::Unreachable => Ok(unreachable(l, view)),
        Ended::Not(why) => Ok(again(&app, &who, &page, &id, &fields, &why).await?),
    }
}

/// The page once more, as things stand now, with why nothing was done.
async fn again(
    app: &App,
    who: &Who,
    page: &Page,
    id: &str,
    fields: &Fields,
    why: &NotMade,
) -> Result<Response, Problem> {
    let said = not_made(page.l, why);
    let Some(found) = load(app, who, id).await? else {
        return Err(Problem::Conflict(said));
    };
    let view = view(page, &found, id, fields.get("once"), fields)?;
    let mut errors = Errors::new();
    errors.add("", said);
    Ok(view.answer(errors))
}

fn unreachable(l: Locale, mut view: Confirm) -> Response {
    view.unreachable = true;
    let mut errors = Errors::new();
    errors.add("anyway", l.t("payments-record-unreachable"));
    view.answer(errors)
}

/// Annuls it: decided once more under the lock, since somebody may have opened or paid it meanwhile.
async fn void(
    app: &App,
    who: &Who,
    visit: &Visit,
    id: &str,
    reason: String,
    anyway: bool,
    view: Confirm,
) -> Result<Response, Problem> {
    let l = view.page.l;
    let ids = [id.to_owned()];
    let (hands, me, invoice_id) = (app.clone(), who.clone(), id.to_owned());
    let address = visit.address.clone();
    let change = move |tx: &mut Tx<'_>| {
        let claim = claim::lock(tx, &me.scope, &invoice_id)?;
        let found = read(tx, &hands, &me, &invoice_id)?;
        if found.is_none_or(|found| found.does != Ok(Deletion::Void)) {
            return Ok(false);
        }
        let today = hands.clock().today_in(&me.zone());
        if !claim::void(tx, &hands, &claim, today)? {
            return Ok(false);
        }
        if me.scope.mode == Mode::Test {
            link::end(tx, &hands, &invoice_id)?;
        }
        claim::note(tx, &hands, &invoice_id, "voided", &me.name, &reason)?;
        let number = claim.number.clone();
        let act = "invoice.voided";
        let entry = audit::Entry::by(&me, act, number, reason.clone(), address.clone());
        audit::record(tx, &hands, &entry)?;
        Ok::<_, Error>(true)
    };
    match payments::change(app, &who.scope, &ids, anyway, change).await? {
        Changed::Done(true) => Ok(see_other_saying(
            app,
            &format!("/invoices/{id}"),
            "positive",
            l.t("annul-voided"),
        )),
        Changed::Done(false) => Err(Problem::Conflict(l.t("credit-note-changed").into_owned())),
        Changed::Not(_) => Ok(unreachable(l, view)),
    }
}

async fn load(app: &App, who: &Who, id: &str) -> Result<Option<Found>, Problem> {
    let (hands, me, id) = (app.clone(), who.clone(), id.to_owned());
    let found = app.db().read(move |tx| read(tx, &hands, &me, &id)).await?;
    Ok(found)
}

/// Nothing for a draft.
fn read(tx: &mut Tx<'_>, app: &App, who: &Who, id: &str) -> Result<Option<Found>, Error> {
    let Some(foreseen) = Foreseen::read(tx, &who.scope, id)? else {
        return Ok(None);
    };
    let today = app.clock().today_in(&who.zone());
    let facts = facts(tx, &who.scope, id, &foreseen, today)?;
    let note = match foreseen.note(&Of::Rest) {
        Ok(note) => Some((note.total, foreseen.effect(&note)?.frees)),
        Err(_) => None,
    };
    let mut back = Money::zero(foreseen.claim.total.currency());
    let drawer = online_payment::drawer(tx, &who.scope)?;
    if let (Some((_, frees)), true) = (
        note,
        drawer.is_some_and(|drawer| !drawer.secret_sealed.is_empty()),
    ) {
        for (_, amount) in ways_back(tx, &who.scope, id, frees)? {
            back = back.checked_add(amount).map_err(shape)?;
        }
    }
    Ok(Some(Found {
        address: address(
            tx,
            who,
            &foreseen.claim.customer_id,
            &foreseen.frozen.buyer.email,
        )?,
        does: deletion(&facts),
        facts,
        note,
        back,
        foreseen,
    }))
}

fn facts(
    tx: &mut Tx<'_>,
    scope: &Scope,
    id: &str,
    foreseen: &Foreseen,
    today: Date,
) -> Result<ToDelete, Error> {
    let claim = &foreseen.claim;
    let marks = invoices::marks(tx, scope, id)?;
    let settled = claim
        .applied
        .checked_sub(claim.credited)
        .and_then(|applied| applied.checked_sub(claim.written_off));
    Ok(ToDelete {
        state: claim.state,
        mode: scope.mode,
        strict: settings::is_strict(tx, &scope.business_id)?,
        sent: marks.sent,
        seen: marks.seen,
        issued: Some(foreseen.frozen.issue_date),
        today,
        paid: settled.map_err(shape)?,
        credited: claim.credited,
        left: claim.total.checked_sub(claim.credited).map_err(shape)?,
        disputed: claim.disputed.is_positive(),
        processing: claim.processing.is_positive(),
    })
}

fn cannot(l: Locale, why: CannotDelete) -> Problem {
    let said = match why {
        CannotDelete::Disputed => l.t("credit-note-disputed"),
        CannotDelete::Processing => l.t("annul-processing"),
        CannotDelete::NothingLeft => l.t("annul-nothing-left"),
    };
    Problem::Conflict(said.into_owned())
}

fn view(
    page: &Page,
    found: &Found,
    id: &str,
    once: String,
    fields: &Fields,
) -> Result<Confirm, Problem> {
    let l = page.l;
    let does = found.does.map_err(|why| cannot(l, why))?;
    let f = &found.foreseen.frozen;
    let zero = Money::zero(found.foreseen.claim.total.currency());
    let (total, frees) = found.note.unwrap_or((found.facts.left, zero));
    let is_void = does == Deletion::Void;
    let number = f.number.as_str();
    let mut happens = Vec::new();
    if is_void {
        happens.push(l.t("annul-happens-void").into_owned());
    } else {
        let amount = in_words(l, total);
        happens.push(l.t1("annul-happens-note", "amount", amount).into_owned());
        let settles = total.checked_sub(frees).map_err(Problem::internal)?;
        if settles.is_positive() {
            let amount = in_words(l, settles);
            happens.push(l.t1("credit-note-closes", "amount", amount).into_owned());
        }
    }
    happens.push(l.t("annul-happens-link").into_owned());
    happens.push(l.t("annul-happens-list").into_owned());
    let asked = fields.find("once").is_some();
    let button = if is_void {
        l.t1("annul-do-void", "number", number).into_owned()
    } else {
        l.t1("credit-note-do", "amount", in_words(l, total))
            .into_owned()
    };
    let back_words = in_words(l, found.back);
    let can_send = !is_void && !found.address.is_empty();
    Ok(Confirm {
        errors: Errors::new(),
        customer: f.buyer.name.clone(),
        amount: in_words(l, total),
        amount_is: if is_void {
            l.t("annul-amount-void").into_owned()
        } else {
            l.t("credit-note-amount").into_owned()
        },
        facts: Vec::new(),
        happens,
        why: why(l, &found.facts, does),
        hidden: vec![
            ("does".into(), word(does).into()),
            (
                "seen".into(),
                format!("{} {}", total.minor(), frees.minor()),
            ),
        ],
        once,
        reason: Some((
            if is_void {
                l.t("annul-reason-hint").into_owned()
            } else {
                l.t("credit-note-reason-hint").into_owned()
            },
            fields.get("reason"),
        )),
        moneys: if does == Deletion::CreditNoteAndMoney {
            let back = found.back.is_positive().then_some(back_words.as_str());
            moneys(l, &in_words(l, frees), back)
        } else {
            Vec::new()
        },
        money: fields.get("money"),
        tick: can_send.then(|| {
            let words = l.t1("credit-note-send-to", "address", found.address.as_str());
            let ticked = !asked || fields.find("send").is_some();
            (words.into_owned(), "send", ticked)
        }),
        unreachable: false,
        button,
        action: format!("/invoices/{id}/annul"),
        back: format!("/invoices/{id}"),
        page: page
            .clone()
            .titled(l.t1("annul-title", "number", number).into_owned()),
    })
}

/// The act, as the page posts it back.
fn word(does: Deletion) -> &'static str {
    match does {
        Deletion::Remove => "remove",
        Deletion::Void => "void",
        Deletion::CreditNote => "note",
        Deletion::CreditNoteAndMoney => "note-and-money",
    }
}

/// Why it is done so, and not more simply.
fn why(l: Locale, facts: &ToDelete, does: Deletion) -> Vec<String> {
    let mut why = vec![l.t("annul-why-never")];
    match does {
        Deletion::Void if facts.mode == Mode::Test => why.push(l.t("annul-why-test")),
        Deletion::Void => why.push(l.t("annul-why-void")),
        Deletion::CreditNoteAndMoney => why.push(l.t("annul-why-paid")),
        _ if facts.strict => why.push(l.t("annul-why-strict")),
        _ if facts.sent => why.push(l.t("annul-why-sent")),
        _ if facts.seen => why.push(l.t("annul-why-seen")),
        _ if facts.issued != Some(facts.today) => why.push(l.t("annul-why-day")),
        _ => {}
    }
    why.into_iter().map(|text| text.into_owned()).collect()
}

fn shape(error: impl std::fmt::Display) -> Error {
    Error::Shape(error.to_string())
}
