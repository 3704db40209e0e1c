//! The page before an act that takes something back: what will happen, why so, what becomes of the money, and the password
//! once more (AUT-07).

use askama::Template;
use axum::response::Response;
use billing::credit_note::CreditRefusal;
use kit::db::{Error, Tx};
use kit::locale::Locale;

use super::make::{Freed, Made, NotMade, Wish, issue};
use crate::amount::in_words;
use crate::app::App;
use crate::fields::Fields;
use crate::page::{Choice, Errors, Page, Section};
use crate::payments::{self, Changed};
use crate::problem::Problem;
use crate::refunds;
use crate::sign_in;
use crate::visit::{Visit, see_other_saying};
use crate::who::Who;

/// The longest reason.
pub(super) const REASON_MAX: usize = 500;

#[derive(Template)]
#[template(path = "credit_notes/confirm.html")]
pub(super) struct Confirm {
    pub(super) page: Page,
    pub(super) errors: Errors,
    pub(super) customer: String,
    /// The one number, and what it is.
    pub(super) amount: String,
    pub(super) amount_is: String,
    /// Name and value of what is worth knowing.
    pub(super) facts: Vec<(String, String)>,
    /// What will happen, in sentences.
    pub(super) happens: Vec<String>,
    /// Why it is done so, in sentences.
    pub(super) why: Vec<String>,
    /// Posted back as they stand here.
    pub(super) hidden: Vec<(String, String)>,
    pub(super) once: String,
    /// What is asked for a reason, and what was typed; nothing when it was asked before.
    pub(super) reason: Option<(String, String)>,
    /// What can become of money; empty when none is freed.
    pub(super) moneys: Vec<Choice>,
    pub(super) money: String,
    /// The words of a box to tick, its name, and whether it is; nothing for none.
    pub(super) tick: Option<(String, &'static str, bool)>,
    /// Stripe could not be asked to close what payers have open.
    pub(super) unreachable: bool,
    pub(super) button: String,
    pub(super) action: String,
    pub(super) back: String,
}

impl Confirm {
    /// The page, or what is wrong with what was typed.
    pub(super) fn answer(mut self, errors: Errors) -> Response {
        // One choice alone is chosen already.
        if let ([only], true) = (self.moneys.as_slice(), self.money.is_empty()) {
            self.money.clone_from(&only.value);
        }
        if errors.is_empty() {
            return self.page.ok(&self);
        }
        self.page = self.page.with_errors(&errors);
        self.errors = errors;
        self.page.unprocessable(&self)
    }
}

/// The frame of such a page.
pub(super) fn frame(visit: &Visit, who: &Who) -> Page {
    visit.page(who).within(Section::Invoices)
}

/// What can become of money that is freed. `back`: what Stripe can send back of it, and where to.
pub(super) fn moneys(l: Locale, frees: &str, back: Option<&str>) -> Vec<Choice> {
    let mut choices = Vec::new();
    if let Some(back) = back {
        choices.push(
            Choice::new("refund", l.t1("credit-note-money-refund", "amount", back))
                .hinted(l.t("credit-note-money-refund-hint").into_owned()),
        );
    }
    choices.push(
        Choice::new("credit", l.t1("credit-note-money-credit", "amount", frees))
            .hinted(l.t("credit-note-money-credit-hint").into_owned()),
    );
    choices
}

/// What was chosen for the money; an error when it had to be.
pub(super) fn read_money(l: Locale, fields: &Fields, frees: bool, errors: &mut Errors) -> Freed {
    match fields.get("money").as_str() {
        "refund" => Freed::Refund,
        "credit" => Freed::Credit,
        _ => {
            if frees {
                errors.add("money", l.t("credit-note-money-choose"));
            }
            Freed::Credit
        }
    }
}

/// The reason as typed; an error when it is missing or too long.
pub(super) fn read_reason(l: Locale, fields: &Fields, errors: &mut Errors) -> String {
    let reason = fields.get("reason").trim().to_owned();
    if reason.is_empty() {
        errors.add("reason", l.t("credit-note-reason-enter"));
    } else if reason.chars().count() > REASON_MAX {
        errors.add(
            "reason",
            l.t1("credit-note-reason-long", "most", REASON_MAX.to_string()),
        );
    }
    reason
}

/// Asks for the password; an error when it is another's. Rate-limited.
pub(super) async fn read_password(
    app: &App,
    who: &Who,
    l: Locale,
    fields: &Fields,
    errors: &mut Errors,
) -> Result<(), Problem> {
    // As typed: a space may belong to it.
    let password = fields.find("password").unwrap_or_default().to_owned();
    if password.is_empty() {
        errors.add("password", l.t("credit-note-password-enter"));
    } else if !sign_in::confirm_password(app, who, password.into()).await? {
        errors.add("password", l.t("credit-note-password-wrong"));
    }
    Ok(())
}

/// What the person saw: the sum, and what of it had been paid.
pub(super) fn read_seen(fields: &Fields) -> Option<(i64, i64)> {
    let seen = fields.get("seen");
    let (total, frees) = seen.split_once(' ')?;
    Some((total.parse().ok()?, frees.parse().ok()?))
}

/// How it ended.
pub(super) enum Ended {
    /// The answer that leads to the note.
    Done(Response),
    /// Not, and why.
    Not(NotMade),
    /// Stripe could not be asked to close what payers have open: nothing was changed.
    Unreachable,
}

/// Closes at Stripe what payers have open on the invoice, issues the note, and asks Stripe for the refunds it wrote down.
pub(super) async fn carry_out(
    app: &App,
    who: &Who,
    l: Locale,
    wish: Wish,
    anyway: bool,
) -> Result<Ended, Problem> {
    let ids = [wish.invoice_id.clone()];
    let (hands, me) = (app.clone(), who.clone());
    let change = move |tx: &mut Tx<'_>| issue(tx, &hands, &me, &wish);
    let changed = payments::change::<_, _>(app, &who.scope, &ids, anyway, change).await?;
    let (note, refunds) = match changed {
        Changed::Done(Made::Issued(note, refunds)) => (note, refunds),
        Changed::Done(Made::Not(why)) => return Ok(Ended::Not(why)),
        Changed::Not(_) => return Ok(Ended::Unreachable),
    };
    let mut unknown = false;
    for id in &refunds {
        unknown |= refunds::make(app, id).await? != refunds::Made::Known;
    }
    let to = format!("/credit-notes/{}", note.id);
    let (kind, said) = if unknown {
        ("warn", l.t("refund-outcome-unknown").into_owned())
    } else {
        let said = l.t2(
            "credit-note-issued",
            "number",
            note.number.as_str(),
            "amount",
            in_words(l, note.total),
        );
        ("positive", said.into_owned())
    };
    Ok(Ended::Done(see_other_saying(app, &to, kind, said)))
}

/// Why no note was made, in words.
pub(super) fn not_made(l: Locale, why: &NotMade) -> String {
    match why {
        NotMade::NoClaim => l.t("credit-note-no-claim"),
        NotMade::Disputed => l.t("credit-note-disputed"),
        NotMade::Changed => l.t("credit-note-changed"),
        NotMade::Refused(CreditRefusal::MoreThanLeft { left, .. }) => {
            l.t1("credit-note-more-than-left", "left", in_words(l, *left))
        }
        NotMade::Refused(CreditRefusal::MoreThanInvoice) => l.t("credit-note-more-than-invoice"),
        NotMade::Refused(CreditRefusal::OnlyWhole) => l.t("credit-note-only-whole"),
        NotMade::Refused(CreditRefusal::Nothing | CreditRefusal::OtherLines) => {
            l.t("credit-note-nothing")
        }
        NotMade::Refused(CreditRefusal::Money(_)) => l.t("figure-too-large"),
    }
    .into_owned()
}

/// Where the customer reads mail; empty when unknown.
pub(super) fn address(
    tx: &mut Tx<'_>,
    who: &Who,
    customer_id: &str,
    frozen: &str,
) -> Result<String, Error> {
    let customer = crate::customers::find(tx, &who.scope.business_id, customer_id)?;
    let now = customer.map(|c| c.email).unwrap_or_default();
    Ok(if now.is_empty() {
        frozen.to_owned()
    } else {
        now
    })
}
