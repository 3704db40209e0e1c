//! The two parties: who owes, and whose money it is.

use crate::id::CustomerId;
use crate::place::{Country, Province};
use crate::registration::{RegistrationKind, RegistrationNumber};
use crate::tax::place_of_supply::TaxPlace;

/// The language of a document, a mail or a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Language {
    /// English.
    English,
    /// French.
    French,
}

impl Language {
    /// The stored word: `en` or `fr`.
    pub fn as_str(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::French => "fr",
        }
    }

    /// Reads the stored word; none for any other text.
    pub fn parse(text: &str) -> Option<Language> {
        [Language::English, Language::French]
            .into_iter()
            .find(|l| l.as_str() == text)
    }

    /// The language to propose for a customer: French in Quebec (Charter, s. 57) and where French
    /// alone is spoken; English elsewhere.
    pub fn proposed_for(place: TaxPlace) -> Language {
        let french = place.province == Some(Province::QC)
            || matches!(
                place.country.code(),
                "FR" | "MC" | "GP" | "MQ" | "GF" | "RE"
            );
        if french {
            Language::French
        } else {
            Language::English
        }
    }
}

/// A postal address. Lines may be empty; the country may not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// Street and number.
    pub line1: String,
    /// Unit, building, care of.
    pub line2: String,
    /// City.
    pub city: String,
    /// Province, state or region, as written; `QC` in Canada.
    pub region: String,
    /// Postal code.
    pub postal_code: String,
    /// Country.
    pub country: Country,
}

impl Address {
    /// The Canadian province, when the region names one and the country is Canada.
    pub fn province(&self) -> Option<Province> {
        let in_canada = self.country == Country::CA;
        in_canada
            .then(|| Province::parse(&self.region).ok())
            .flatten()
    }

    /// The place as tax sees it (TX-07).
    pub fn tax_place(&self) -> TaxPlace {
        TaxPlace {
            country: self.country,
            province: self.province(),
        }
    }
}

/// Who owes. Copied whole into an invoice when it is issued (IL-06).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Customer {
    /// Its id.
    pub id: CustomerId,
    /// Name or trade name, as printed.
    pub name: String,
    /// Person to address, may be empty.
    pub contact: String,
    /// Where documents are sent, may be empty.
    pub email: String,
    /// Language of documents and mails.
    pub language: Language,
    /// Postal address.
    pub address: Address,
    /// VAT or other registration, for businesses.
    pub registration: Option<RegistrationNumber>,
}

/// Whose money it is. Copied whole into an invoice when it is issued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seller {
    /// Name or trade name, as printed.
    pub name: String,
    /// E-mail for questions, may be empty.
    pub email: String,
    /// Postal address.
    pub address: Address,
    /// Registration numbers to print.
    pub registrations: Vec<RegistrationNumber>,
}

impl Seller {
    /// Whether a number of this register is known.
    pub fn is_registered(&self, kind: RegistrationKind) -> bool {
        self.registrations
            .iter()
            .any(|number| number.kind() == kind)
    }
}
