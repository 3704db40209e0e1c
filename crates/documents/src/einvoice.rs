//! Invoices and credit notes as data a machine reads: EN 16931, written as UBL 2.1 (Peppol BIS 3) and as CII (Factur-X).
//!
//! An [`Einvoice`] is plain, finished data: amounts were computed and frozen when the document was issued, and nothing
//! is computed here. It is checked, though, before a byte is written ([`Einvoice::gaps`]): the official rules tolerate a
//! tax amount that is off by almost one unit and never multiply a quantity with its price, so whoever passes them has
//! proved form, not arithmetic. A document that does not add up to the cent, or that lacks what the law wants on it, is
//! not written.
//!
//! `BT-…` and `BG-…` are the terms of EN 16931, `BR-…` its rules.

mod cii;
mod codes;
mod gaps;
mod ubl;
mod xml;

use billing::tax::TaxCategory;

use crate::paper::Day;

pub use codes::{endpoint, legal_id, unit_code};
pub use gaps::Gap;

/// Identifier of the standard itself (BT-24): what a document conforms to when it claims nothing more.
pub(crate) const EN_16931: &str = "urn:cen.eu:en16931:2017";

/// An issued document as data. Texts are finished, in its language; amounts are minor units of its currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Einvoice {
    /// Invoice or credit note (BT-3).
    pub kind: Kind,
    /// As printed (BT-1).
    pub number: String,
    /// The day of issue (BT-2).
    pub issue_date: Day,
    /// The last day to pay (BT-9).
    pub due_date: Option<Day>,
    /// Three letters of ISO 4217 (BT-5).
    pub currency: String,
    /// Decimals of the currency; the standard knows at most two.
    pub exponent: u32,
    /// What the buyer wants to read on it (BT-10). May be empty.
    pub buyer_reference: String,
    /// The buyer's order (BT-13). May be empty.
    pub order_reference: String,
    /// Whatever else is said (BT-22). May be empty.
    pub note: String,
    /// How and when to pay, in words (BT-20). May be empty.
    pub terms: String,
    /// The invoices a credit note is about (BG-3).
    pub preceding: Vec<Preceding>,
    /// Whose money it is (BG-4).
    pub seller: Party,
    /// Who owes (BG-7).
    pub buyer: Party,
    /// When and where it was delivered (BG-13).
    pub delivery: Option<Delivery>,
    /// First and last day of what is billed (BG-14).
    pub period: Option<(Day, Day)>,
    /// How it can be paid (BG-16).
    pub payment: Option<Payment>,
    /// The lines (BG-25).
    pub lines: Vec<Line>,
    /// Discounts and charges on the whole (BG-20, BG-21), each of one tax category.
    pub allowances: Vec<Allowance>,
    /// Each category and rate once (BG-23).
    pub taxes: Vec<Tax>,
    /// What it comes to (BG-22).
    pub totals: Totals,
}

/// What a document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A demand for payment.
    Invoice,
    /// A document that lowers an issued invoice; its amounts are positive.
    CreditNote,
}

impl Kind {
    /// Its code of UNTDID 1001.
    fn code(self) -> &'static str {
        match self {
            Kind::Invoice => "380",
            Kind::CreditNote => "381",
        }
    }
}

/// An invoice a credit note is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preceding {
    /// Its number (BT-25).
    pub number: String,
    /// Its day of issue (BT-26).
    pub issue_date: Option<Day>,
}

/// A number and the register it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Id {
    /// Code of the register: of ISO 6523 (`0002`, SIREN), for an address of the electronic address schemes (`9930`, `EM`).
    /// Empty where a number may stand without.
    pub scheme: String,
    /// The number.
    pub value: String,
}

impl Id {
    /// A number of a register.
    pub fn new(scheme: impl Into<String>, value: impl Into<String>) -> Id {
        Id {
            scheme: scheme.into(),
            value: value.into(),
        }
    }
}

/// One side. Texts may be empty unless said otherwise by [`Einvoice::gaps`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Party {
    /// The registered name (BT-27, BT-44).
    pub name: String,
    /// The name it trades under, when it is another (BT-28, BT-45).
    pub trading_name: String,
    /// Numbers it is known by (BT-29, BT-46).
    pub identifiers: Vec<Id>,
    /// Its number in the register of companies (BT-30, BT-47).
    pub legal_id: Option<Id>,
    /// VAT number with the letters of its country (BT-31, BT-48).
    pub vat_number: String,
    /// Another tax number of the seller (BT-32).
    pub tax_number: String,
    /// Where documents reach it electronically (BT-34, BT-49).
    pub endpoint: Option<Id>,
    /// Street and house, a line each (BT-35, BT-36, BT-162).
    pub street: String,
    /// BT-37, BT-52.
    pub city: String,
    /// BT-38, BT-53.
    pub postal_code: String,
    /// BT-39, BT-54.
    pub province: String,
    /// Two letters of ISO 3166 (BT-40, BT-55).
    pub country: String,
    /// Person to address (BT-41, BT-56).
    pub contact: String,
    /// BT-42, BT-57.
    pub phone: String,
    /// BT-43, BT-58.
    pub email: String,
}

impl Party {
    /// The three lines the standard has for a street; a fourth and more join the third.
    fn street_lines(&self) -> [String; 3] {
        let mut lines = self.street.lines().map(str::trim).filter(|l| !l.is_empty());
        let first = lines.next().unwrap_or_default().to_owned();
        let second = lines.next().unwrap_or_default().to_owned();
        [first, second, lines.collect::<Vec<_>>().join(", ")]
    }
}

/// When and where it was delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// The day (BT-72).
    pub day: Option<Day>,
    /// Two letters of ISO 3166 (BT-80).
    pub country: String,
}

/// How it can be paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    /// Code of UNTDID 4461 (BT-81): `30` a transfer, `68` an online payment service.
    pub code: String,
    /// The same in words (BT-82). May be empty.
    pub words: String,
    /// What the payer should write with the payment (BT-83). May be empty.
    pub reference: String,
    /// The account to pay to (BT-84), for a transfer. May be empty.
    pub account: String,
}

impl Payment {
    /// By card or another method on a page of the seller's.
    pub fn online(words: impl Into<String>, reference: impl Into<String>) -> Payment {
        Payment {
            code: "68".to_owned(),
            words: words.into(),
            reference: reference.into(),
            account: String::new(),
        }
    }
}

/// A tax category with its rate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Category {
    /// Why this rate (BT-118, BT-151).
    pub code: TaxCategory,
    /// A plain decimal without a sign: `21`, `5.5`, `0` (BT-119, BT-152).
    pub percent: String,
}

impl Category {
    /// A category and its rate.
    pub fn new(code: TaxCategory, percent: impl Into<String>) -> Category {
        Category {
            code,
            percent: percent.into(),
        }
    }

    /// What is outside the scope of VAT has no rate, not even zero (BR-O-05).
    fn percent_text(&self) -> &str {
        match self.code {
            TaxCategory::OutsideScope => "",
            _ => &self.percent,
        }
    }
}

/// A line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Unique on the document (BT-126).
    pub id: String,
    /// BT-127. May be empty.
    pub note: String,
    /// What was supplied, in short (BT-153).
    pub name: String,
    /// The same at length (BT-154). May be empty.
    pub description: String,
    /// A plain decimal (BT-129).
    pub quantity: String,
    /// Code of UN/ECE Recommendation 20 (BT-130); [`unit_code`] knows the usual ones.
    pub unit: String,
    /// Of one, without tax, never below zero: a plain decimal with as many places as it needs (BT-146).
    pub price: String,
    /// Discounts and charges on the line (BG-27, BG-28); their category is that of the line.
    pub allowances: Vec<Allowance>,
    /// Quantity times price, less discounts (BT-131).
    pub net_minor: i64,
    /// Its tax (BG-30).
    pub tax: Category,
}

/// A discount or a charge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// Whether it is added.
    pub is_charge: bool,
    /// How much.
    pub amount_minor: i64,
    /// Why, in words.
    pub reason: String,
    /// Code of UNTDID 5189 for a discount (`95`), of UNTDID 7161 for a charge. May be empty.
    pub reason_code: String,
    /// The category it lowers or raises.
    pub tax: Category,
}

impl Allowance {
    /// A discount.
    pub fn discount(amount_minor: i64, reason: impl Into<String>, tax: Category) -> Allowance {
        Allowance {
            is_charge: false,
            amount_minor,
            reason: reason.into(),
            reason_code: "95".to_owned(),
            tax,
        }
    }
}

/// One category and rate of the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tax {
    /// Which.
    pub category: Category,
    /// What lies under it (BT-116).
    pub base_minor: i64,
    /// The tax (BT-117).
    pub amount_minor: i64,
    /// Why no tax is charged, in words (BT-120). Empty for `S` and `Z`.
    pub reason: String,
    /// The same as a code of the VATEX list (BT-121). May be empty.
    pub reason_code: String,
}

/// What the document comes to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Sum of the lines (BT-106).
    pub lines_minor: i64,
    /// Discounts on the whole (BT-107).
    pub allowances_minor: i64,
    /// Charges on the whole (BT-108).
    pub charges_minor: i64,
    /// Without tax (BT-109).
    pub net_minor: i64,
    /// All tax (BT-110).
    pub tax_minor: i64,
    /// With tax (BT-112).
    pub total_minor: i64,
    /// Paid before (BT-113).
    pub prepaid_minor: i64,
    /// What the sum to pay was rounded by (BT-114).
    pub rounding_minor: i64,
    /// What is to be paid (BT-115).
    pub due_minor: i64,
}

impl Einvoice {
    /// What keeps this from being written; empty when nothing does.
    pub fn gaps(&self) -> Vec<Gap> {
        gaps::find(self)
    }

    /// The document as UBL 2.1.
    ///
    /// # Errors
    /// Every [`Gap`] at once.
    pub fn to_ubl(&self) -> Result<Vec<u8>, Vec<Gap>> {
        self.whole().map(ubl::write)
    }

    /// The document as CII, in the EN 16931 profile of Factur-X.
    ///
    /// # Errors
    /// Every [`Gap`] at once.
    pub fn to_cii(&self) -> Result<Vec<u8>, Vec<Gap>> {
        self.whole().map(cii::write)
    }

    /// Whether Peppol's rules can be claimed as well: it wants electronic addresses of both sides on its network, where an
    /// e-mail address is none (PEPPOL-EN16931-R010, R020, CL008), and a reference of the buyer's (R003); and it knows no
    /// currency without decimals (R120). Otherwise the UBL is a document of EN 16931 and says no more.
    pub fn is_for_peppol(&self) -> bool {
        let on_network = |party: &Party| {
            let digits = |id: &Id| id.scheme.bytes().all(|b| b.is_ascii_digit());
            party.endpoint.as_ref().is_some_and(digits)
        };
        let referred = !self.buyer_reference.is_empty() || !self.order_reference.is_empty();
        on_network(&self.seller) && on_network(&self.buyer) && referred && self.exponent == 2
    }

    fn whole(&self) -> Result<&Einvoice, Vec<Gap>> {
        let gaps = self.gaps();
        if gaps.is_empty() { Ok(self) } else { Err(gaps) }
    }

    /// An amount as a plain decimal with the decimals of the currency.
    fn written(&self, minor: i64) -> String {
        if self.exponent == 0 {
            return minor.to_string();
        }
        let unit = 10_u64.pow(self.exponent);
        let (sign, minor) = (if minor < 0 { "-" } else { "" }, minor.unsigned_abs());
        let places = self.exponent as usize;
        format!("{sign}{}.{:0places$}", minor / unit, minor % unit)
    }
}
