//! The customer form: text from a browser becomes a customer, or errors by field.

use billing::currency::Currency;
use billing::customer::Language;
use billing::place::{Country, Province};
use billing::postal_code;
use billing::registration::{InvalidRegistration, RegistrationNumber};
use billing::tax::place_of_supply::TaxPlace;
use kit::locale::{self, Locale};

use super::{Customer, tax_number_kind};
use crate::fields::Fields;
use crate::page::Errors;
use crate::places;

const NAME_MAX: usize = 120;
const TEXT_MAX: usize = 200;
const NOTES_MAX: usize = 4000;

/// Everything as typed, so that it can be shown again. `language` and `currency` may be empty: then they follow.
pub(super) fn typed(fields: &Fields) -> Customer {
    Customer {
        name: fields.get("name"),
        contact: fields.get("contact"),
        email: fields.get("email"),
        phone: fields.get("phone"),
        street: fields.get("street"),
        city: fields.get("city"),
        province: fields.get("province"),
        postal_code: fields.get("postal_code"),
        country: fields.get("country"),
        tax_number: fields.get("tax_number"),
        language: fields.get("language"),
        currency: fields.get("currency"),
        notes: fields.get("notes"),
        version: fields.get("version").parse().unwrap_or(0),
        id: String::new(),
    }
}

/// Checks what was typed and brings it into the spelling that is kept.
pub(super) fn parse(l: Locale, typed: &Customer, own_currency: &str) -> Result<Customer, Errors> {
    let mut errors = Errors::new();
    let mut customer = typed.clone();
    check_texts(l, typed, &mut errors);
    match Country::parse(&typed.country) {
        Ok(country) => check_place(l, country, &mut customer, &mut errors),
        Err(_) => errors.add("country", l.t("customers-error-country")),
    }
    if customer.currency.is_empty() {
        customer.currency = own_currency.to_owned();
    }
    match Currency::parse(&customer.currency) {
        Ok(currency) => customer.currency = currency.code().to_owned(),
        Err(_) => errors.add("currency", l.t("customers-error-currency")),
    }
    if errors.is_empty() {
        Ok(customer)
    } else {
        Err(errors)
    }
}

fn check_texts(l: Locale, c: &Customer, errors: &mut Errors) {
    if c.name.is_empty() {
        errors.add("name", l.t("customers-error-name"));
    }
    if !c.email.is_empty() && !is_email(&c.email) {
        errors.add("email", l.t("field-not-an-email"));
    }
    let limits = [
        ("name", &c.name, NAME_MAX),
        ("contact", &c.contact, NAME_MAX),
        ("email", &c.email, TEXT_MAX),
        ("phone", &c.phone, 40),
        ("street", &c.street, TEXT_MAX),
        ("city", &c.city, NAME_MAX),
        ("province", &c.province, NAME_MAX),
        ("postal_code", &c.postal_code, 20),
        ("notes", &c.notes, NOTES_MAX),
    ];
    for (field, text, most) in limits {
        if text.chars().count() > most {
            errors.add(field, l.t1("field-too-long", "most", most as i64));
        }
    }
}

/// Province, tax number and language depend on the country.
fn check_place(l: Locale, country: Country, customer: &mut Customer, errors: &mut Errors) {
    customer.country = country.code().to_owned();
    let mut province = None;
    if country == Country::CA {
        // The province decides the taxes (TX-07), so in Canada it must be one.
        match Province::parse(&customer.province) {
            Ok(found) => {
                customer.province = found.code().to_owned();
                province = Some(found);
            }
            Err(_) => errors.add("province", l.t("customers-error-province")),
        }
    }
    match postal_code::tidy(country, &customer.postal_code) {
        Ok(code) => customer.postal_code = code,
        Err(_) => errors.add("postal_code", l.t(places::postal_code_words(country))),
    }
    if !customer.tax_number.is_empty() {
        match RegistrationNumber::parse(tax_number_kind(country), &customer.tax_number) {
            Ok(number) => customer.tax_number = number.as_str().to_owned(),
            Err(refusal) => errors.add("tax_number", l.t(tax_number_words(refusal))),
        }
    }
    let proposed = Language::proposed_for(TaxPlace { country, province });
    let chosen = Language::parse(&customer.language).unwrap_or(proposed);
    customer.language = chosen.as_str().to_owned();
}

fn tax_number_words(refusal: InvalidRegistration) -> &'static str {
    match refusal {
        InvalidRegistration::CheckDigit => locale::key("customers-error-tax-number-digit"),
        InvalidRegistration::Country => locale::key("customers-error-tax-number-country"),
        InvalidRegistration::Empty | InvalidRegistration::Shape => {
            locale::key("customers-error-tax-number")
        }
    }
}

/// Something before and after one `@`, a point in what follows, no spaces. More would refuse true addresses.
fn is_email(text: &str) -> bool {
    let Some((who, host)) = text.split_once('@') else {
        return false;
    };
    let plain =
        !text.contains(|c: char| c.is_whitespace() || c.is_control() || "<>,;\"".contains(c));
    plain
        && !who.is_empty()
        && !host.contains('@')
        && host.contains('.')
        && !host.starts_with('.')
        && !host.ends_with('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_a_person_is_told_from_a_slip() {
        for good in ["a@b.ca", "ana.o'neil+x@exämple.org"] {
            assert!(is_email(good), "{good}");
        }
        for bad in [
            "a",
            "a@b",
            "@b.ca",
            "a@b@c.ca",
            "a b@c.ca",
            "a@.ca",
            "a@b.",
            "a@b.ca,c@d.ca",
            "<a@b.ca>",
        ] {
            assert!(!is_email(bad), "{bad}");
        }
    }
}
