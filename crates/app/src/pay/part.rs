//! `GET` and `POST /i/{token}/part`: a payer chooses a part of what is due, where the seller allows it. Nothing is kept:
//! the choice goes on to the card form, and the server checks it again before Stripe is asked (PAY-05).

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use billing::money::Money;
use billing::payment::spread::{PartRefusal, choose};
use http::StatusCode;
use kit::locale::Locale;

use super::behind::{self, Behind};
use super::nothing_here;
use super::shown::{Shown, money};
use crate::app::App;
use crate::fields::Fields;
use crate::figures::number_words;
use crate::page::{Errors, Page};
use crate::problem::Problem;
use crate::visit::{Visit, see_other};

#[derive(Template)]
#[template(path = "pay/part.html")]
struct PartPage {
    page: Page,
    errors: Errors,
    shown: Shown,
    due: String,
    /// From the smallest to the largest part, in words.
    hint: String,
    amount: String,
    back: String,
}

/// The choice; the invoice itself where there is none.
///
/// # Errors
/// Of the database.
pub async fn get(
    State(app): State<App>,
    Path(token): Path<String>,
    visit: Visit,
) -> Result<Response, Problem> {
    let Some(behind) = behind::find(&app, &token).await? else {
        return Ok(nothing_here(&visit));
    };
    let back = format!("/i/{token}");
    Ok(match view(&behind, behind.page(&visit), &back) {
        Some(view) => view.page.answer(StatusCode::OK, &view),
        None => see_other(&back),
    })
}

/// `303` to the card form with this part, or `422`.
///
/// # Errors
/// Of the database.
pub async fn post(
    State(app): State<App>,
    Path(token): Path<String>,
    visit: Visit,
    fields: Fields,
) -> Result<Response, Problem> {
    let Some(behind) = behind::find(&app, &token).await? else {
        return Ok(nothing_here(&visit));
    };
    let back = format!("/i/{token}");
    let Some(mut view) = view(&behind, behind.page(&visit), &back) else {
        return Ok(see_other(&back));
    };
    let (l, typed) = (view.page.l, fields.get("amount"));
    let sentence = match Money::parse_typed(&typed, behind.due().currency()) {
        Err(error) => number_words(l, &error),
        Ok(amount) => match choose(amount, behind.due(), behind.rules) {
            Ok(amount) => {
                return Ok(see_other(&format!("{back}/pay?part={}", amount.minor())));
            }
            Err(why) => refusal(l, &why),
        },
    };
    view.errors.add("amount", sentence);
    view.amount = typed;
    view.page = view.page.with_errors(&view.errors);
    Ok(view.page.unprocessable(&view))
}

fn view(behind: &Behind, mut page: Page, back: &str) -> Option<PartPage> {
    let (smallest, most) = behind.parts()?;
    let l = page.l;
    page.title = l
        .t1("pay-part-title", "number", behind.frozen.number.as_str())
        .into_owned();
    page.path = format!("{back}/part");
    Some(PartPage {
        shown: Shown::new(l, &behind.frozen),
        due: money(l, behind.due()),
        hint: l
            .t2(
                "pay-part-hint",
                "smallest",
                money(l, smallest).as_str(),
                "most",
                money(l, most).as_str(),
            )
            .into_owned(),
        amount: String::new(),
        back: back.to_owned(),
        errors: Errors::new(),
        page,
    })
}

fn refusal(l: Locale, why: &PartRefusal) -> String {
    let text = match why {
        PartRefusal::MoreThanDue { due } => l.t1("pay-part-more", "due", money(l, *due).as_str()),
        PartRefusal::TooSmall { smallest } => {
            l.t1("pay-part-small", "smallest", money(l, *smallest).as_str())
        }
        PartRefusal::RestTooSmall { most } => {
            l.t1("pay-part-rest", "most", money(l, *most).as_str())
        }
        PartRefusal::NothingDue | PartRefusal::OnlyTheWhole | PartRefusal::OtherCurrency => {
            l.t("pay-part-whole")
        }
    };
    text.into_owned()
}
