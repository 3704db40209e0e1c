//! The form "Your business": the same in the first run and in the settings.

use billing::place::{Country, Province};
use billing::postal_code;
use kit::locale::{Lang, Locale};

use super::Business;
use crate::fields::Fields;
use crate::page::{Choice, Errors};
use crate::places;
use crate::sign_in::is_email;

/// What was typed, and what can be chosen.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // the fields of the page, by their names there
pub struct ProfileForm {
    pub name: String,
    pub legal_name: String,
    pub street: String,
    pub city: String,
    pub province: String,
    pub postal_code: String,
    pub country: String,
    pub email: String,
    pub phone: String,
    pub website: String,
    pub language: String,
    pub time_zone: String,
    pub terms: String,
    pub notes: String,
    pub countries: Vec<Choice>,
    pub languages: Vec<Choice>,
    pub zones: Vec<Choice>,
}

impl ProfileForm {
    /// The form filled with what is kept.
    pub fn of(b: &Business, l: Locale) -> ProfileForm {
        ProfileForm {
            name: b.name.clone(),
            legal_name: b.legal_name.clone(),
            street: b.street.clone(),
            city: b.city.clone(),
            province: b.province.clone(),
            postal_code: b.postal_code.clone(),
            country: b.country.code().to_owned(),
            email: b.email.clone(),
            phone: b.phone.clone(),
            website: b.website.clone(),
            language: b.language.as_str().to_owned(),
            time_zone: b.time_zone.clone(),
            terms: b.payment_terms_days.to_string(),
            notes: b.default_notes.clone(),
            countries: places::countries(l),
            languages: languages(),
            zones: zones(&b.time_zone),
        }
    }

    /// The form as it was sent.
    pub fn typed(f: &Fields, l: Locale) -> ProfileForm {
        ProfileForm {
            name: f.get("name"),
            legal_name: f.get("legal_name"),
            street: f.get("street"),
            city: f.get("city"),
            province: f.get("province"),
            postal_code: f.get("postal_code"),
            country: f.get("country"),
            email: f.get("email"),
            phone: f.get("phone"),
            website: f.get("website"),
            language: f.get("language"),
            time_zone: f.get("time_zone"),
            terms: f
                .find("terms")
                .map_or_else(|| "30".to_owned(), |t| t.trim().to_owned()),
            notes: f.get("notes"),
            countries: places::countries(l),
            languages: languages(),
            zones: zones(&f.get("time_zone")),
        }
    }

    /// The business with what was typed, or what is wrong with it.
    ///
    /// # Errors
    /// One sentence a field.
    pub fn parse(&self, old: &Business, l: Locale) -> Result<Business, Errors> {
        let mut errors = Errors::new();
        self.check_texts(l, &mut errors);
        // In the order of the fields on the page.
        let country = Country::parse(&self.country);
        let province = self
            .province_of(country.unwrap_or(old.country))
            .unwrap_or_else(|| {
                errors.add("province", l.t("profile-province-unknown"));
                String::new()
            });
        if country.is_err() {
            errors.add("country", l.t("profile-country-empty"));
        }
        let country = country.unwrap_or(old.country);
        let postal_code = postal_code::tidy(country, &self.postal_code).unwrap_or_else(|_| {
            errors.add("postal_code", l.t(places::postal_code_words(country)));
            String::new()
        });
        if !is_email(&self.email) {
            errors.add("email", l.t("field-not-an-email"));
        }
        if jiff::tz::TimeZone::get(&self.time_zone).is_err() {
            errors.add("time_zone", l.t("profile-zone-unknown"));
        }
        let terms = self
            .terms
            .parse::<i64>()
            .ok()
            .filter(|days| (0..=365).contains(days));
        if terms.is_none() {
            errors.add("terms", l.t("profile-terms-wrong"));
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        Ok(Business {
            name: self.name.clone(),
            legal_name: self.legal_name.clone(),
            street: self.street.clone(),
            city: self.city.clone(),
            province,
            postal_code,
            country,
            email: self.email.clone(),
            phone: self.phone.clone(),
            website: self.website.clone(),
            language: Lang::parse(&self.language).unwrap_or(old.language),
            time_zone: self.time_zone.clone(),
            payment_terms_days: terms.unwrap_or(old.payment_terms_days),
            default_notes: self.notes.clone(),
            ..old.clone()
        })
    }

    fn check_texts(&self, l: Locale, errors: &mut Errors) {
        if self.name.is_empty() {
            errors.add("name", l.t("profile-name-empty"));
        }
        if self.street.is_empty() {
            errors.add("street", l.t("profile-street-empty"));
        }
        if self.city.is_empty() {
            errors.add("city", l.t("profile-city-empty"));
        }
        for (field, text, most) in [
            ("name", &self.name, 120),
            ("legal_name", &self.legal_name, 120),
            ("street", &self.street, 200),
            ("city", &self.city, 80),
            ("postal_code", &self.postal_code, 20),
            ("phone", &self.phone, 40),
            ("website", &self.website, 200),
            ("notes", &self.notes, 2000),
        ] {
            if text.chars().count() > most {
                errors.add(field, l.t1("field-too-long", "most", most as i64));
            }
        }
    }

    /// In Canada one of the thirteen, as two letters; elsewhere as typed.
    fn province_of(&self, country: Country) -> Option<String> {
        if country != Country::CA {
            return Some(self.province.clone());
        }
        Province::parse(&self.province)
            .ok()
            .map(|p| p.code().to_owned())
    }
}

/// The languages of documents and people.
pub fn languages() -> Vec<Choice> {
    Lang::all()
        .into_iter()
        .map(|lang| Choice::new(lang.as_str(), lang.native_name()))
        .collect()
}

/// The zones people of our countries live in, and the present one when it is another.
fn zones(present: &str) -> Vec<Choice> {
    let mut names: Vec<&str> = ZONES.split_whitespace().collect();
    if jiff::tz::TimeZone::get(present).is_ok() && !names.contains(&present) {
        names.push(present);
    }
    names.sort_unstable();
    names
        .into_iter()
        .map(|name| Choice::new(name, name.replace('_', " ")))
        .collect()
}

const ZONES: &str = "America/St_Johns America/Halifax America/Moncton America/Toronto America/Montreal America/Iqaluit \
    America/Winnipeg America/Regina America/Edmonton America/Yellowknife America/Vancouver America/Whitehorse \
    America/New_York America/Chicago America/Denver America/Phoenix America/Los_Angeles America/Anchorage \
    Pacific/Honolulu America/Puerto_Rico America/Guadeloupe America/Martinique America/Cayenne America/Mexico_City \
    America/Sao_Paulo America/Port-au-Prince Europe/London Europe/Dublin Europe/Lisbon Europe/Paris Europe/Brussels \
    Europe/Luxembourg Europe/Amsterdam Europe/Berlin Europe/Zurich Europe/Vienna Europe/Rome Europe/Madrid \
    Europe/Copenhagen Europe/Stockholm Europe/Oslo Europe/Helsinki Europe/Warsaw Europe/Prague Europe/Budapest \
    Europe/Bucharest Europe/Sofia Europe/Athens Europe/Tallinn Europe/Riga Europe/Vilnius Europe/Zagreb \
    Europe/Ljubljana Europe/Bratislava Europe/Malta Asia/Nicosia Africa/Casablanca Africa/Algiers Africa/Tunis \
    Africa/Dakar Africa/Abidjan Indian/Reunion Asia/Dubai Asia/Kolkata Asia/Singapore Asia/Tokyo Australia/Sydney \
    Pacific/Auckland Pacific/Noumea UTC";
