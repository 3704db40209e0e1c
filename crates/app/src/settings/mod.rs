//! What the seller decides once: the business, its taxes, how mail leaves, one's own account.
//!
//! Other features call [`business`], [`tax_rates`], [`create_business`] and [`presets::choose`].

mod account;
mod business;
mod documents;
mod index;
pub mod money_rules;
pub mod presets;
pub mod profile;
mod store;
mod taxes;
pub mod taxes_form;

use axum::Router;
use axum::routing::{get, post};

use billing::Currency;
use billing::id::BusinessId;
use billing::place::Country;
use billing::registration::RegistrationNumber;
use billing::tax::TaxRate;
use kit::db::{Error, Tx};
use kit::locale::Lang;

use crate::app::App;
use crate::audit;
use crate::problem::Problem;
use crate::visit::Visit;
use crate::who::Who;
use presets::TaxPreset;

/// The addresses of this feature; `/settings/billing` belongs to online payment.
pub fn router() -> Router<App> {
    Router::new()
        .route("/settings", get(index::get))
        .route(
            "/settings/business",
            get(business::get).post(business::post),
        )
        .route("/settings/taxes", get(taxes::get).post(taxes::post))
        .route("/settings/taxes/rates", post(taxes::add))
        .route("/settings/taxes/rates/{id}/archive", post(taxes::archive))
        .route(
            "/settings/payments",
            get(money_rules::get).post(money_rules::post),
        )
        .route(
            "/settings/documents",
            get(documents::get).post(documents::post),
        )
        .route("/settings/account", get(account::get).post(account::post))
        .route("/settings/account/password", post(account::change_password))
        .route(
            "/settings/account/sign-out-elsewhere",
            post(account::sign_out_elsewhere),
        )
        .route("/mode", post(account::switch_mode))
}

pub use money_rules::{MoneyRules, money_rules};

/// A seller's business as it stands today. An issued invoice holds its own copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Business {
    /// Its id.
    pub id: BusinessId,
    /// The name or trade name, as printed. Empty until the first run has reached its second page.
    pub name: String,
    /// The name in the register, when it differs; may be empty.
    pub legal_name: String,
    /// Street and number; may have several lines.
    pub street: String,
    /// City.
    pub city: String,
    /// Province or state; two letters in Canada.
    pub province: String,
    /// Postal code.
    pub postal_code: String,
    /// Country.
    pub country: Country,
    /// Where customers write to; the reply address of mails.
    pub email: String,
    /// May be empty.
    pub phone: String,
    /// May be empty.
    pub website: String,
    /// The language documents are in when a customer has none of their own.
    pub language: Lang,
    /// IANA name; days of the business are counted in it.
    pub time_zone: String,
    /// The currency proposed on new invoices.
    pub currency: Currency,
    /// Registration numbers to print (compliance §4.5).
    pub registrations: Vec<RegistrationNumber>,
    /// Which tax preset was chosen: `ca-QC`, `eu-BE`, `none` (see [`presets`]).
    pub tax_preset: String,
    /// Not registered because below the threshold: no tax lines and no numbers at all (TX-15).
    pub small_supplier: bool,
    /// Days from issue to due date.
    pub payment_terms_days: i64,
    /// Stands under new invoices; may be empty.
    pub default_notes: String,
}

impl Business {
    /// A business of which only the country and language are guessed: what the first run begins with.
    pub fn blank(id: BusinessId, language: Lang) -> Business {
        Business {
            id,
            name: String::new(),
            legal_name: String::new(),
            street: String::new(),
            city: String::new(),
            province: String::new(),
            postal_code: String::new(),
            country: Country::CA,
            email: String::new(),
            phone: String::new(),
            website: String::new(),
            language,
            time_zone: "America/Toronto".to_owned(),
            currency: Currency::CAD,
            registrations: Vec::new(),
            tax_preset: String::new(),
            small_supplier: false,
            payment_terms_days: 30,
            default_notes: String::new(),
        }
    }

    /// The business's time zone; UTC when its name is unknown to this build.
    pub fn zone(&self) -> jiff::tz::TimeZone {
        jiff::tz::TimeZone::get(&self.time_zone).unwrap_or(jiff::tz::TimeZone::UTC)
    }
}

/// A tax rate of a seller. What it says never changes; it is only put away (TX-06).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SellerRate {
    /// The rate as the rules know it.
    pub rate: TaxRate,
    /// Whether prices are meant with this tax inside.
    pub inclusive: bool,
    /// The preset it was copied from (`ca-gst`, `eu-vat-BE-21`); empty for one of the seller's own.
    pub preset: String,
    /// The place in lists and on documents.
    pub position: i64,
    /// Proposed on new lines for a customer at home.
    pub is_default: bool,
    /// Put away at this instant (Unix milliseconds): no longer offered, still true for old documents.
    pub archived_at: Option<i64>,
}

/// The business.
///
/// # Errors
/// [`Error::NoRow`] for an unknown id; else of the database.
pub fn business(tx: &mut Tx<'_>, id: &BusinessId) -> Result<Business, Error> {
    store::find_business(tx, id)?.ok_or(Error::NoRow)
}

/// Whether only credit notes take an issued invoice back (the default), or a void may as well, where nobody has seen it.
/// In the European Union always.
///
/// # Errors
/// [`Error::NoRow`] for an unknown id; else of the database.
pub fn is_strict(tx: &mut Tx<'_>, id: &BusinessId) -> Result<bool, Error> {
    Ok(business(tx, id)?.country.is_in_eu() || store::get_strict(tx, id)?)
}

/// All tax rates of a business in their order, those put away included.
///
/// # Errors
/// Of the database.
pub fn tax_rates(tx: &mut Tx<'_>, id: &BusinessId) -> Result<Vec<SellerRate>, Error> {
    store::list_rates(tx, id)
}

/// Writes a new business, without tax rates.
///
/// # Errors
/// Of the database.
pub fn create_business(tx: &mut Tx<'_>, business: &Business, now_ms: i64) -> Result<(), Error> {
    store::insert_business(tx, business, now_ms)
}

/// The business of whoever is signed in.
///
/// # Errors
/// Of the database.
pub async fn load(app: &App, who: &Who) -> Result<Business, Problem> {
    let id = who.scope.business_id.clone();
    app.db()
        .read::<_, Problem, _>(move |tx| Ok(business(tx, &id)?))
        .await
}

/// Keeps what the page "Your business" says.
///
/// # Errors
/// Of the database.
pub async fn save_profile(
    app: &App,
    who: &Who,
    visit: &Visit,
    business: Business,
) -> Result<(), Problem> {
    let (hands, entry) = (
        app.clone(),
        entry(who, visit, "business.changed", &business.name),
    );
    app.db()
        .write::<_, Problem, _>(move |tx| {
            store::update_profile(tx, &business)?;
            Ok(audit::record(tx, &hands, &entry)?)
        })
        .await
}

/// Keeps what the page "Taxes" says, and makes the rates of the preset the seller's.
///
/// # Errors
/// Of the database.
pub async fn save_taxes(
    app: &App,
    who: &Who,
    visit: &Visit,
    business: Business,
    preset: TaxPreset,
) -> Result<(), Problem> {
    let (hands, entry) = (
        app.clone(),
        entry(who, visit, "taxes.changed", &preset.key()),
    );
    let today = app.clock().today_in(&business.zone());
    app.db()
        .write::<_, Problem, _>(move |tx| {
            store::update_taxes(tx, &business)?;
            presets::choose(tx, &hands, &business.id, preset, today)?;
            Ok(audit::record(tx, &hands, &entry)?)
        })
        .await
}

fn entry(who: &Who, visit: &Visit, act: &'static str, detail: &str) -> audit::Entry {
    audit::Entry::by(
        who,
        act,
        who.scope.business_id.to_string(),
        detail.to_owned(),
        visit.address.clone(),
    )
}

/// AC-18: what the business is and earns is the owner's to change.
fn owner(who: &Who) -> Result<(), Problem> {
    if who.is_owner() {
        Ok(())
    } else {
        Err(Problem::Forbidden)
    }
}
