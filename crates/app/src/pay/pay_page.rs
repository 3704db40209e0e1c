//! `GET /i/{token}/pay`: the card form. Its fields are Stripe's own, in Stripe's own frame (AC-16, PAY-02). Where the
//! seller wants no form, the page of `hosted.rs` stands here instead.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use billing::money::Money;
use billing::payment::decline::DeclineGroup;
use http::StatusCode;
use kit::locale::{self, Locale};

use super::behind::{self, Behind};
use super::hosted;
use super::keeping::Boxes;
use super::nothing_here;
use super::shown::{Shown, money};
use crate::app::App;
use crate::page::{Chip, Kind, Page, PayOrigins};
use crate::problem::Problem;
use crate::visit::{Visit, see_other};

/// What the return page says about the last try, when it was not a decline.
pub(crate) const NOT_CONFIRMED: &str = "not-confirmed";

#[derive(Template)]
#[template(path = "pay/pay_page.html")]
struct PayPage {
    page: Page,
    shown: Shown,
    /// What this page asks for: all that is due, or the chosen part.
    due: String,
    /// All that is due, where only a part is asked for; else empty.
    whole: String,
    amount_minor: i64,
    /// The words on the button.
    pay: String,
    chip: Chip,
    when: String,
    /// Where the provider's script is.
    script: String,
    /// The invoice's own page.
    back: String,
    /// What became of the last try; empty for none.
    declined: String,
    /// The sentences of the page script.
    words: Vec<(&'static str, String)>,
    /// The boxes that keep a card, where it may be kept.
    boxes: Option<Boxes>,
    /// Who tries it with test keys is told why there are no boxes.
    is_test: bool,
}

/// The last try, as the return page tells it.
#[derive(serde::Deserialize)]
pub struct Asked {
    #[serde(default)]
    pub(crate) declined: String,
    /// A part of what is due, in minor units (ISO 4217).
    #[serde(default)]
    part: Option<i64>,
}

/// What cannot be paid by card is shown on its own page instead.
///
/// # Errors
/// Of the database.
pub async fn get(
    State(app): State<App>,
    Path(token): Path<String>,
    Query(asked): Query<Asked>,
    visit: Visit,
) -> Result<Response, Problem> {
    let Some(behind) = behind::find(&app, &token).await? else {
        return Ok(nothing_here(&visit));
    };
    let back = format!("/i/{token}");
    if behind.offer.is_none() {
        return Ok(see_other(&back));
    }
    let due = behind.due();
    let part = asked
        .part
        .map(|minor| Money::from_minor(minor, due.currency()));
    let amount = match part {
        None => due,
        Some(Ok(part)) if behind.may_pay(part) => part,
        // No longer a part that may be paid: the payer chooses again, or pays the whole.
        Some(_) => return Ok(see_other(&format!("{back}/part"))),
    };
    let page = behind.page(&visit);
    if behind.offer.as_ref().is_some_and(|offer| offer.hosted) {
        let says = sentence(page.l, &asked.declined);
        let view = hosted::view(&app, &behind, page, (back, amount), says);
        return Ok(view.page.answer(StatusCode::OK, &view));
    }
    let view = view(&app, &behind, page, (back, amount), &asked.declined);
    Ok(view.page.answer(StatusCode::OK, &view))
}

fn view(
    app: &App,
    behind: &Behind,
    mut page: Page,
    (back, amount): (String, Money),
    declined: &str,
) -> PayPage {
    let is_part = amount != behind.due();
    let (l, today) = (page.l, app.clock().today_in(&behind.zone));
    page.title = l
        .t1("pay-page-title", "number", behind.frozen.number.as_str())
        .into_owned();
    // A decline is told once: the other language shows the page without it.
    page.path = match is_part {
        true => format!("{back}/pay?part={}", amount.minor()),
        false => format!("{back}/pay"),
    };
    page.kind = Kind::Pay(PayOrigins::of(app.origins()));
    let due = money(l, amount);
    PayPage {
        shown: Shown::new(l, &behind.frozen),
        amount_minor: amount.minor(),
        whole: if is_part {
            money(l, behind.due())
        } else {
            String::new()
        },
        pay: l.t1("pay-button", "amount", due.as_str()).into_owned(),
        due,
        chip: behind.standing(today).into(),
        when: behind.when(l, today),
        script: app.origins().script().to_owned(),
        back,
        declined: sentence(l, declined),
        words: words(l, &behind.frozen.seller.name),
        is_test: !behind.claim.scope.mode.is_live(),
        boxes: behind
            .may_keep
            .then(|| Boxes::new(l, &behind.frozen.seller.name, &behind.frozen.buyer.name)),
        page,
    }
}

/// The sentence for what the address says; an unknown word says nothing.
pub(crate) fn sentence(l: Locale, declined: &str) -> String {
    match DeclineGroup::parse(declined) {
        Some(group) => l.t(group.word_key()).into_owned(),
        None if declined == NOT_CONFIRMED => l.t("pay-not-confirmed").into_owned(),
        None => String::new(),
    }
}

/// Every sentence that the page script may have to say, by its name there.
pub(crate) fn words(l: Locale, seller: &str) -> Vec<(&'static str, String)> {
    const PLAIN: [(&str, &str); 12] = [
        ("busy", locale::key("pay-busy")),
        ("blocked", locale::key("pay-blocked")),
        ("unreachable", locale::key("pay-unreachable")),
        ("offline", locale::key("pay-offline")),
        ("unknown", locale::key("pay-unknown")),
        ("renewed", locale::key("pay-renewed")),
        ("no-offer", locale::key("pay-no-offer")),
        ("too-many", locale::key("pay-too-many")),
        ("incomplete", locale::key("pay-incomplete")),
        ("not-kept", locale::key("pay-not-kept")),
        (NOT_CONFIRMED, locale::key("pay-not-confirmed")),
        ("gone", locale::key("trouble-not-found-what")),
    ];
    let mut words: Vec<_> = PLAIN
        .iter()
        .map(|(name, key)| (*name, l.t(key).into_owned()))
        .collect();
    words.push((
        "refused",
        l.t1("pay-refused", "seller", seller).into_owned(),
    ));
    words.extend(
        DeclineGroup::ALL
            .iter()
            .map(|group| (group.word_key(), l.t(group.word_key()).into_owned())),
    );
    words
}
