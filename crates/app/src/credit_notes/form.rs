//! `GET /invoices/{id}/credit-note`: how much of each line is taken back, and why. What is left of each stands in its box.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use billing::money::Money;
use billing::typed::TypedError;
use http::Uri;
use kit::db::Tx;
use kit::locale::Locale;

use super::confirm::{frame, read_reason};
use super::make::{Foreseen, Of};
use crate::amount::in_words;
use crate::app::App;
use crate::fields::Fields;
use crate::figures::{in_box, number_words, plain};
use crate::page::{Errors, Page};
use crate::problem::Problem;
use crate::visit::{Visit, see_other};
use crate::who::Who;

#[derive(Template)]
#[template(path = "credit_notes/form.html")]
struct Form {
    page: Page,
    errors: Errors,
    id: String,
    customer: String,
    currency: String,
    lines: Vec<Line>,
    /// Prices contain the taxes.
    inclusive: bool,
    reason: String,
}

struct Line {
    field: String,
    label: String,
    hint: String,
    value: String,
    /// Nothing is left of it.
    done: bool,
}

/// What was asked for.
pub(super) struct Asked {
    pub(super) of: Of,
    pub(super) reason: String,
}

pub(super) async fn get(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    Path(id): Path<String>,
    uri: Uri,
) -> Result<Response, Problem> {
    let Some(foreseen) = load(&app, &who, &id).await? else {
        return Ok(see_other(&format!("/invoices/{id}/edit")));
    };
    let page = frame(&visit, &who);
    may_credit(&page, &foreseen)?;
    let fields = Fields::of_query(&uri);
    answer(page, &foreseen, &fields, Errors::new())
}

pub(super) async fn load(app: &App, who: &Who, id: &str) -> Result<Option<Foreseen>, Problem> {
    let (scope, id) = (who.scope.clone(), id.to_owned());
    let read = move |tx: &mut Tx<'_>| Foreseen::read(tx, &scope, &id);
    Ok(app.db().read(read).await?)
}

/// A page with the reason where nothing can be taken back.
pub(super) fn may_credit(page: &Page, foreseen: &Foreseen) -> Result<(), Problem> {
    use billing::invoice::state::InvoiceState;
    let l = page.l;
    let claim = &foreseen.claim;
    let why = if claim.state == InvoiceState::Void {
        l.t("credit-note-no-claim")
    } else if claim.disputed.is_positive() {
        l.t("credit-note-disputed")
    } else if claim.credited.minor() >= claim.total.minor() {
        l.t("annul-nothing-left")
    } else {
        return Ok(());
    };
    Err(Problem::Conflict(why.into_owned()))
}

/// Reads what was typed, or says what is wrong with it, line by line.
pub(super) fn parse(l: Locale, foreseen: &Foreseen, fields: &Fields) -> Result<Asked, Errors> {
    let mut errors = Errors::new();
    let zero = Money::zero(foreseen.claim.total.currency());
    let left = foreseen.left().unwrap_or_default();
    let mut minor = Vec::new();
    for (at, left) in left.iter().enumerate() {
        let typed = fields.get(&field(at));
        let amount = match amount(&typed, *left) {
            Ok(amount) => amount,
            Err(refusal) => {
                let words = number_words(l, &refusal);
                errors.add(field(at), line_words(l, at, &words));
                zero
            }
        };
        let more = if left.is_negative() {
            amount.minor() < left.minor()
        } else {
            amount.minor() > left.minor()
        };
        if more {
            let left = in_words(l, *left);
            let words = l.t1("credit-note-more-than-left", "left", left);
            errors.add(field(at), line_words(l, at, &words));
        }
        minor.push(amount.minor());
    }
    if errors.is_empty() && minor.iter().all(|minor| *minor == 0) {
        errors.add(field(0), l.t("credit-note-nothing"));
    }
    let reason = read_reason(l, fields, &mut errors);
    if errors.is_empty() {
        Ok(Asked {
            of: Of::Lines(minor),
            reason,
        })
    } else {
        Err(errors)
    }
}

fn line_words(l: Locale, at: usize, words: &str) -> String {
    let args = [("n", (at as i64 + 1).into()), ("words", words.into())];
    l.ta("invoices-error-line", &args).into_owned()
}

/// Nothing typed is nothing taken. A line that took something off carries its sign in the box.
fn amount(typed: &str, left: Money) -> Result<Money, TypedError> {
    let currency = left.currency();
    if typed.is_empty() {
        return Ok(Money::zero(currency));
    }
    if left.is_negative() {
        let bare = typed.trim_start_matches(['-', '−']);
        return Ok(-Money::parse_typed(bare, currency)?);
    }
    Money::parse_typed(typed, currency)
}

pub(super) fn field(at: usize) -> String {
    format!("line-{at}")
}

/// The form, filled with what was typed, or with what is left where nothing was asked yet.
pub(super) fn answer(
    page: Page,
    foreseen: &Foreseen,
    fields: &Fields,
    errors: Errors,
) -> Result<Response, Problem> {
    let l = page.l;
    let f = &foreseen.frozen;
    let begun = fields.find(&field(0)).is_some();
    let left = foreseen.left().map_err(Problem::internal)?;
    let line = |(at, (line, left)): (usize, (&crate::invoices::frozen::FrozenLine, &Money))| {
        let what = line.description.lines().next().unwrap_or_default();
        let args = [("n", (at as i64 + 1).into()), ("what", what.into())];
        let amounts = [
            ("left", in_words(l, *left).into()),
            (
                "whole",
                l.money(line.net_minor, &f.currency, f.exponent()).into(),
            ),
        ];
        Line {
            field: field(at),
            label: l.ta("credit-note-line", &args).into_owned(),
            hint: l.ta("credit-note-line-hint", &amounts).into_owned(),
            value: if begun {
                fields.get(&field(at))
            } else {
                in_box(l, &plain(left.to_decimal()))
            },
            done: left.is_zero(),
        }
    };
    let failed = !errors.is_empty();
    let number = f.number.as_str();
    let view = Form {
        id: foreseen.claim.invoice_id.clone(),
        customer: f.buyer.name.clone(),
        currency: f.currency.clone(),
        lines: f.lines.iter().zip(&left).enumerate().map(line).collect(),
        inclusive: f.inclusive,
        reason: fields.get("reason"),
        page: page
            .titled(
                l.t1("credit-note-form-title", "number", number)
                    .into_owned(),
            )
            .with_errors(&errors),
        errors,
    };
    Ok(if failed {
        view.page.unprocessable(&view)
    } else {
        view.page.ok(&view)
    })
}
