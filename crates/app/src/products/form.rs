//! The product form: text from a browser becomes a product, or errors by field.

use billing::Currency;
use billing::quantity::UnitPrice;
use kit::locale::Locale;

use super::Product;
use crate::fields::Fields;
use crate::figures::{number_words, plain};
use crate::page::Errors;

/// Everything as typed.
pub(super) fn typed(fields: &Fields) -> Product {
    Product {
        id: String::new(),
        name: fields.get("name"),
        description: fields.get("description"),
        unit: fields.get("unit"),
        unit_price: fields.get("unit_price"),
        currency: fields.get("currency"),
        tax_rate_ids: fields.all("tax"),
        version: fields.get("version").parse().unwrap_or(0),
    }
}

/// Checks what was typed. `rates`: the ids of the seller's rates.
pub(super) fn parse(l: Locale, typed: &Product, rates: &[String]) -> Result<Product, Errors> {
    let mut errors = Errors::new();
    let mut product = typed.clone();
    if typed.name.is_empty() {
        errors.add("name", l.t("products-error-name"));
    }
    for (field, text, most) in [
        ("name", &typed.name, 200),
        ("description", &typed.description, 1000),
        ("unit", &typed.unit, 20),
    ] {
        if text.chars().count() > most {
            errors.add(field, l.t1("field-too-long", "most", most as i64));
        }
    }
    match Currency::parse(&typed.currency) {
        Ok(currency) => match UnitPrice::parse_typed(&typed.unit_price, currency) {
            Ok(price) => product.unit_price = plain(price.to_decimal()),
            Err(refusal) => errors.add("unit_price", number_words(l, &refusal)),
        },
        Err(_) => errors.add("currency", l.t("customers-error-currency")),
    }
    product.tax_rate_ids.retain(|id| rates.contains(id));
    if errors.is_empty() {
        Ok(product)
    } else {
        Err(errors)
    }
}
