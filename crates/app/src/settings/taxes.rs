//! `GET` and `POST /settings/taxes`; a rate of one's own, and putting one away. A rate is never edited (TX-06).

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use billing::Rate;
use billing::id::TaxRateId;
use billing::tax::{TaxCategory, TaxKind, TaxRate};
use jiff::civil::Date;
use kit::locale::{Lang, Locale};

use super::taxes_form::TaxesForm;
use super::{Business, SellerRate, entry, load, owner, save_taxes, store, tax_rates};
use crate::app::App;
use crate::audit;
use crate::fields::Fields;
use crate::page::{Errors, Page, Section};
use crate::problem::Problem;
use crate::visit::{Visit, see_other_saying};
use crate::who::Who;

#[derive(Template)]
#[template(path = "settings/taxes.html")]
struct View {
    page: Page,
    errors: Errors,
    form: TaxesForm,
    rates: Vec<RateRow>,
    new_name: String,
    new_percent: String,
    new_from: String,
}

struct RateRow {
    id: String,
    name: String,
    percent: String,
    from: String,
    from_iso: String,
    is_default: bool,
    is_archived: bool,
}

/// Shows the choice, the numbers and the rates.
pub async fn get(State(app): State<App>, who: Who, visit: Visit) -> Result<Response, Problem> {
    owner(&who)?;
    let business = load(&app, &who).await?;
    let page = page(&visit, &who);
    let form = TaxesForm::of(&business, page.l);
    let view = view(&app, &who, page, form, Errors::new(), &Fields::default()).await?;
    Ok(view.page.ok(&view))
}

/// Keeps currency, preset and numbers.
pub async fn post(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    fields: Fields,
) -> Result<Response, Problem> {
    owner(&who)?;
    let page = page(&visit, &who);
    let old = load(&app, &who).await?;
    let form = TaxesForm::typed(&fields, page.l);
    match form.parse(&old, page.l) {
        Ok((business, preset)) => {
            save_taxes(&app, &who, &visit, business, preset).await?;
            Ok(see_other_saying(
                &app,
                "/settings/taxes",
                "positive",
                page.l.t("settings-saved"),
            ))
        }
        Err(errors) => {
            let view = view(
                &app,
                &who,
                page.with_errors(&errors),
                form,
                errors,
                &Fields::default(),
            )
            .await?;
            Ok(view.page.unprocessable(&view))
        }
    }
}

/// `POST /settings/taxes/rates`: one more rate, in force from a day on.
pub async fn add(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    fields: Fields,
) -> Result<Response, Problem> {
    owner(&who)?;
    let page = page(&visit, &who);
    let business = load(&app, &who).await?;
    match new_rate(&app, &business, &fields, page.l) {
        Ok(rate) => {
            let (hands, entry) = (
                app.clone(),
                entry(
                    &who,
                    &visit,
                    "tax_rate.added",
                    &format!("{} {} %", rate.name, rate.rate),
                ),
            );
            let id = business.id.clone();
            app.db()
                .write::<_, Problem, _>(move |tx| {
                    let position = tax_rates(tx, &id)?
                        .iter()
                        .map(|r| r.position + 1)
                        .max()
                        .unwrap_or(0);
                    let row = SellerRate {
                        rate: rate.clone(),
                        inclusive: false,
                        preset: String::new(),
                        position,
                        is_default: false,
                        archived_at: None,
                    };
                    store::insert_rate(tx, &id, &row)?;
                    Ok(audit::record(tx, &hands, &entry)?)
                })
                .await?;
            Ok(see_other_saying(
                &app,
                "/settings/taxes",
                "positive",
                page.l.t("taxes-rate-added"),
            ))
        }
        Err(errors) => {
            let form = TaxesForm::of(&business, page.l);
            let view = view(&app, &who, page.with_errors(&errors), form, errors, &fields).await?;
            Ok(view.page.unprocessable(&view))
        }
    }
}

/// `POST /settings/taxes/rates/{id}/archive`: puts a rate away, or takes it out again with `back`.
pub async fn archive(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Problem> {
    owner(&who)?;
    let id = TaxRateId::parse(id).map_err(|_| Problem::NotFound)?;
    let archived_at = fields.find("back").is_none().then(|| app.now_ms());
    let (hands, entry, business_id) = (
        app.clone(),
        entry(&who, &visit, "tax_rate.put_away", id.as_str()),
        who.scope.business_id.clone(),
    );
    app.db()
        .write::<_, Problem, _>(move |tx| {
            if store::update_rate_use(tx, &business_id, &id, false, archived_at)? == 0 {
                return Err(Problem::NotFound);
            }
            Ok(audit::record(tx, &hands, &entry)?)
        })
        .await?;
    let l = visit.page(&who).l;
    Ok(see_other_saying(
        &app,
        "/settings/taxes",
        "positive",
        l.t("settings-saved"),
    ))
}

fn new_rate(app: &App, business: &Business, fields: &Fields, l: Locale) -> Result<TaxRate, Errors> {
    let mut errors = Errors::new();
    let (name, percent, from) = (
        fields.get("new_name"),
        fields.get("new_percent"),
        fields.get("new_from"),
    );
    if name.is_empty() || name.chars().count() > 40 {
        errors.add("new_name", l.t("taxes-new-name-empty"));
    }
    let rate = Rate::parse_typed(&percent);
    if rate.is_err() {
        errors.add("new_percent", l.t("taxes-new-percent-wrong"));
    }
    let today = app.clock().today_in(&business.zone());
    let from = if from.is_empty() {
        Ok(today)
    } else {
        from.parse::<Date>()
    };
    if from.is_err() {
        errors.add("new_from", l.t("taxes-new-from-wrong"));
    }
    let (Ok(rate), Ok(from), Ok(id)) = (rate, from, TaxRateId::parse(app.new_id())) else {
        return Err(errors);
    };
    let category = if rate.is_zero() {
        TaxCategory::Zero
    } else {
        TaxCategory::Standard
    };
    // A combined Quebec rate is refused under any name, so that it is checked as a Canadian one (TX-03).
    let rate = TaxRate {
        id,
        kind: TaxKind::Gst,
        name: name.clone(),
        name_fr: name,
        rate,
        base_share: Rate::WHOLE,
        category,
        from,
    };
    if errors.is_empty() && rate.check().is_err() {
        errors.add("new_percent", l.t("taxes-new-combined"));
    }
    if errors.is_empty() {
        Ok(TaxRate {
            kind: TaxKind::Other,
            ..rate
        })
    } else {
        Err(errors)
    }
}

async fn view(
    app: &App,
    who: &Who,
    page: Page,
    form: TaxesForm,
    errors: Errors,
    new: &Fields,
) -> Result<View, Problem> {
    let id = who.scope.business_id.clone();
    let rates = app
        .db()
        .read::<_, Problem, _>(move |tx| Ok(tax_rates(tx, &id)?))
        .await?;
    let l = page.l;
    let rates = rates.iter().map(|r| rate_row(r, l)).collect();
    Ok(View {
        page,
        errors,
        form,
        rates,
        new_name: new.get("new_name"),
        new_percent: new.get("new_percent"),
        new_from: new.get("new_from"),
    })
}

fn rate_row(r: &SellerRate, l: Locale) -> RateRow {
    let name = if l.lang() == Lang::Fr {
        &r.rate.name_fr
    } else {
        &r.rate.name
    };
    // Four provinces have a tax called HST: the list says whose it is.
    let place = r
        .preset
        .strip_prefix("ca-hst-")
        .map(|p| format!(" ({})", p[..2].to_uppercase()))
        .unwrap_or_default();
    RateRow {
        id: r.rate.id.to_string(),
        name: format!("{name}{place}"),
        percent: l.percent(&r.rate.rate.to_string()),
        from: l.date_medium(r.rate.from),
        from_iso: r.rate.from.to_string(),
        is_default: r.is_default,
        is_archived: r.archived_at.is_some(),
    }
}

fn page(visit: &Visit, who: &Who) -> Page {
    let page = visit.page(who).within(Section::Settings);
    let title = page.l.t("settings-taxes").into_owned();
    page.titled(title)
}
