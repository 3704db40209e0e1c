//! What was issued, as it was: the one source of the public page, of print and of mails. Changing a customer, a
//! product, a rate or the business afterwards changes nothing here (IL-06).

use billing::currency::Currency;
use billing::invoice::{Invoice, LineTotal};
use billing::registration::RegistrationNumber;
use billing::tax::{Pricing, TaxLine};
use jiff::civil::Date;
use kit::db::Error;
use kit::locale::{Lang, Locale};
use serde::{Deserialize, Serialize};

use super::command::{Command, discount_text};
use crate::customers::Customer;
use crate::settings::Business;

/// The frozen document. Amounts are minor units (ISO 4217) of `currency`; days are the seller's, `YYYY-MM-DD`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frozen {
    /// Of this shape; readers must know older ones.
    pub shape: u32,
    /// As printed.
    pub number: String,
    /// `live` or `test`.
    pub mode: String,
    /// `en` or `fr`.
    pub language: String,
    /// Three letters of ISO 4217.
    pub currency: String,
    /// The day of issue.
    #[serde(with = "day")]
    pub issue_date: Date,
    /// The last day to pay.
    #[serde(with = "day")]
    pub due_date: Date,
    /// The customer's reference, may be empty.
    pub reference: String,
    /// Printed below, may be empty.
    pub notes: String,
    /// Whose money it is.
    pub seller: Party,
    /// Who owes.
    pub buyer: Party,
    /// Whether prices contain the taxes.
    pub inclusive: bool,
    /// The lines.
    pub lines: Vec<FrozenLine>,
    /// Sum of the line nets.
    pub subtotal_minor: i64,
    /// `10%`, `5.00`, or empty.
    pub discount: String,
    /// What the document's discount comes to.
    pub discount_minor: i64,
    /// Without tax.
    pub net_minor: i64,
    /// Each tax once.
    pub taxes: Vec<FrozenTax>,
    /// All taxes.
    pub tax_minor: i64,
    /// What is owed; of a credit note, what is owed less.
    pub total_minor: i64,
    /// On a credit note the invoice it is about, and why; nothing on an invoice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrects: Option<Corrects>,
    /// On an invoice that stands in the place of one that was taken back: that one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<Preceding>,
}

/// A document that came before, as it is referred to on one that follows (BG-3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preceding {
    /// As printed.
    pub number: String,
    /// Its day of issue.
    #[serde(with = "day")]
    pub issue_date: Date,
}

/// What a credit note is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Corrects {
    /// The invoice.
    pub invoice: Preceding,
    /// The seller's words; may be empty.
    pub reason: String,
}

/// One side of the document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    /// As printed.
    pub name: String,
    /// The registered name when it differs, may be empty.
    pub legal_name: String,
    /// Person to address, may be empty.
    pub contact: String,
    /// May be empty.
    pub email: String,
    /// May be empty.
    pub phone: String,
    /// May be empty.
    pub website: String,
    /// May have several lines.
    pub street: String,
    /// City.
    pub city: String,
    /// Province or state.
    pub province: String,
    /// Postal code.
    pub postal_code: String,
    /// Two letters of ISO 3166.
    pub country: String,
    /// Registration numbers to print.
    pub registrations: Vec<Registration>,
}

/// A registration number to print.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registration {
    /// Stored word of its register: `gst_hst`, `qst`, `eu_vat`, …
    pub kind: String,
    /// As printed.
    pub number: String,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrozenLine {
    /// What was supplied.
    pub description: String,
    /// A plain decimal.
    pub quantity: String,
    /// May be empty.
    pub unit: String,
    /// A plain decimal with at least the currency's decimals.
    pub unit_price: String,
    /// `10%`, `5.00`, or empty.
    pub discount: String,
    /// What it comes to.
    pub discount_minor: i64,
    /// After the discount.
    pub net_minor: i64,
    /// Ids of the taxes on it.
    pub tax_ids: Vec<String>,
}

/// One tax as it stands on the document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrozenTax {
    /// The seller's rate.
    pub id: String,
    /// `gst`, `qst`, `hst`, `pst`, `vat`, `other`.
    pub kind: String,
    /// English name.
    pub name_en: String,
    /// French name.
    pub name_fr: String,
    /// The percentage: `9.975`.
    pub percent: String,
    /// Code of EN 16931: `S`, `AE`, …
    pub category: String,
    /// The net amount under it.
    pub base_minor: i64,
    /// The tax.
    pub amount_minor: i64,
}

/// What was issued; nothing for a draft or an invoice of another drawer.
///
/// # Errors
/// Of the database.
pub fn find(
    tx: &mut kit::db::Tx<'_>,
    scope: &crate::who::Scope,
    invoice_id: &str,
) -> Result<Option<Frozen>, Error> {
    let kept = super::store::find(tx, scope, invoice_id)?;
    let text = kept.and_then(|kept| kept.frozen);
    text.as_deref().map(Frozen::read).transpose()
}

impl Frozen {
    /// Freezes an invoice the moment it is issued.
    pub(super) fn new(
        invoice: &Invoice,
        command: &Command,
        business: &Business,
        customer: &Customer,
    ) -> Frozen {
        let lines = command.lines.iter().zip(&invoice.totals.lines);
        Frozen {
            shape: 1,
            number: invoice.number.to_string(),
            mode: invoice.mode.as_str().to_owned(),
            language: invoice.language.as_str().to_owned(),
            currency: invoice.currency.code().to_owned(),
            issue_date: invoice.issue_date,
            due_date: invoice.due_date,
            reference: command.reference.clone(),
            notes: invoice.notes.clone(),
            seller: seller(business, &invoice.seller.registrations),
            buyer: buyer(customer, invoice.customer.registration.as_ref()),
            inclusive: invoice.pricing == Pricing::Inclusive,
            lines: lines.map(|(kept, total)| line(kept, total)).collect(),
            subtotal_minor: invoice.totals.subtotal.minor(),
            discount: discount_text(invoice.discount),
            discount_minor: invoice.totals.discount.minor(),
            net_minor: invoice.totals.net.minor(),
            taxes: invoice.totals.taxes.iter().map(tax).collect(),
            tax_minor: invoice.totals.tax.minor(),
            total_minor: invoice.totals.total.minor(),
            corrects: None,
            replaces: None,
        }
    }

    /// Whether it is a credit note.
    pub fn is_credit_note(&self) -> bool {
        self.corrects.is_some()
    }

    /// How it is named in its title: `Invoice 2026-0042`, `Credit note CN-2026-0003`.
    pub fn title(&self, l: Locale) -> String {
        let key = if self.is_credit_note() {
            kit::locale::key("credit-note-title")
        } else {
            kit::locale::key("invoices-show-title")
        };
        l.t1(key, "number", self.number.as_str()).into_owned()
    }

    /// The text that is kept.
    ///
    /// # Errors
    /// [`Error::Shape`].
    pub fn to_text(&self) -> Result<String, Error> {
        serde_json::to_string(self).map_err(|e| Error::Shape(e.to_string()))
    }

    /// Reads the kept text.
    ///
    /// # Errors
    /// [`Error::Shape`].
    pub fn read(text: &str) -> Result<Frozen, Error> {
        serde_json::from_str(text).map_err(|e| Error::Shape(format!("a frozen invoice: {e}")))
    }

    /// The language it was issued in.
    pub fn lang(&self) -> Lang {
        Lang::parse(&self.language).unwrap_or(Lang::En)
    }

    /// The locale its customer reads.
    pub fn locale(&self) -> Locale {
        Locale::for_customer(self.lang(), &self.buyer.country)
    }

    /// Decimals of its currency by ISO 4217.
    pub fn exponent(&self) -> u32 {
        Currency::parse(&self.currency).map_or(2, Currency::exponent)
    }

    /// An amount of it, as `l` writes it; with the code beside the sign where seller and buyer are in different
    /// countries or the currency's sign is shared (`$`).
    pub fn money(&self, l: Locale, minor: i64) -> String {
        l.money_with_code(minor, &self.currency, self.exponent())
    }
}

fn seller(b: &Business, registrations: &[RegistrationNumber]) -> Party {
    Party {
        name: b.name.clone(),
        legal_name: b.legal_name.clone(),
        contact: String::new(),
        email: b.email.clone(),
        phone: b.phone.clone(),
        website: b.website.clone(),
        street: b.street.clone(),
        city: b.city.clone(),
        province: b.province.clone(),
        postal_code: b.postal_code.clone(),
        country: b.country.code().to_owned(),
        registrations: registrations.iter().map(registration).collect(),
    }
}

fn buyer(c: &Customer, number: Option<&RegistrationNumber>) -> Party {
    Party {
        name: c.name.clone(),
        legal_name: String::new(),
        contact: c.contact.clone(),
        email: c.email.clone(),
        phone: c.phone.clone(),
        website: String::new(),
        street: c.street.clone(),
        city: c.city.clone(),
        province: c.province.clone(),
        postal_code: c.postal_code.clone(),
        country: c.country.clone(),
        registrations: number.map(registration).into_iter().collect(),
    }
}

fn registration(number: &RegistrationNumber) -> Registration {
    Registration {
        kind: number.kind().as_str().to_owned(),
        number: number.as_str().to_owned(),
    }
}

fn line(kept: &super::CommandLine, total: &LineTotal) -> FrozenLine {
    FrozenLine {
        description: kept.line.description.clone(),
        quantity: kept.line.quantity.to_decimal().to_string(),
        unit: kept.unit.clone(),
        unit_price: kept.line.unit_price.to_decimal().to_string(),
        discount: discount_text(kept.line.discount),
        discount_minor: total.discount.minor(),
        net_minor: total.net.minor(),
        tax_ids: kept.line.tax_ids.iter().map(ToString::to_string).collect(),
    }
}

fn tax(line: &TaxLine) -> FrozenTax {
    FrozenTax {
        id: line.tax.id.to_string(),
        kind: line.tax.kind.as_str().to_owned(),
        name_en: line.tax.name.clone(),
        name_fr: line.tax.name_fr.clone(),
        percent: line.tax.rate.to_string(),
        category: line.tax.category.code().to_owned(),
        base_minor: line.base.minor(),
        amount_minor: line.amount.minor(),
    }
}

/// Days as `YYYY-MM-DD`.
mod day {
    use jiff::civil::Date;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(day: &Date, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(day)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Date, D::Error> {
        String::deserialize(from)?.parse().map_err(D::Error::custom)
    }
}
