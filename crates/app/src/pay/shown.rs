//! The frozen invoice in the words and figures of one language: everything below the amount. Nothing here is read
//! from today's customers, products or rates (IL-06), and nothing of the buyer is shown that is not on the paper.

use kit::locale::{self, Lang, Locale};

pub(crate) use crate::amount::in_words as money;
use crate::figures;
use crate::invoices::frozen::{Frozen, FrozenLine, FrozenTax, Party};

/// What the templates write. Plain text; they escape it (WEB-07).
#[derive(Debug)]
pub(crate) struct Shown {
    pub number: String,
    pub seller: PartyShown,
    pub buyer: PartyShown,
    /// One line: what it is for.
    pub subject: String,
    pub issue_date: Day,
    pub due_date: Day,
    pub reference: String,
    pub notes: String,
    pub lines: Vec<LineShown>,
    /// Name and amount, in the order of the paper, without the total.
    pub sums: Vec<(String, String)>,
    pub total: String,
    pub currency: String,
}

/// A day for people and for machines.
#[derive(Debug)]
pub(crate) struct Day {
    pub iso: String,
    pub text: String,
}

/// What went back of a payment.
#[derive(Debug)]
pub(crate) struct Refunded {
    /// When, and whether it has arrived.
    pub words: String,
    pub amount: String,
}

/// A credit note on the invoice.
#[derive(Debug)]
pub(crate) struct Credited {
    /// `Credit note CN-2026-0001`.
    pub words: String,
    pub day: String,
    pub amount: String,
    /// Its paper, below the invoice's own page.
    pub path: String,
}

/// One side of the document.
#[derive(Debug)]
pub(crate) struct PartyShown {
    pub name: String,
    pub legal_name: String,
    pub contact: String,
    pub email: String,
    pub phone: String,
    /// One line a row.
    pub address: Vec<String>,
    /// `GST/HST no. 123456789 RT0001`.
    pub registrations: Vec<String>,
}

/// One line of the invoice.
#[derive(Debug)]
pub(crate) struct LineShown {
    pub description: String,
    /// `1.5 hours at $120.00`.
    pub detail: String,
    /// Empty for none.
    pub discount: String,
    pub net: String,
}

impl Shown {
    /// Puts a frozen invoice into the words of `l`.
    pub(crate) fn new(l: Locale, frozen: &Frozen) -> Shown {
        Shown {
            number: frozen.number.clone(),
            seller: party(l, &frozen.seller),
            buyer: party(l, &frozen.buyer),
            subject: subject(l, frozen),
            issue_date: Day::new(l, frozen.issue_date),
            due_date: Day::new(l, frozen.due_date),
            reference: frozen.reference.clone(),
            notes: frozen.notes.clone(),
            lines: frozen
                .lines
                .iter()
                .map(|one| line(l, frozen, one))
                .collect(),
            sums: sums(l, frozen),
            total: plain_money(l, frozen, frozen.total_minor),
            currency: frozen.currency.clone(),
        }
    }
}

impl Day {
    pub(crate) fn new(l: Locale, day: jiff::civil::Date) -> Day {
        Day {
            iso: day.to_string(),
            text: l.date_long(day),
        }
    }
}

fn plain_money(l: Locale, frozen: &Frozen, minor: i64) -> String {
    l.money(minor, &frozen.currency, frozen.exponent())
}

/// The first line's first line, and how many more there are.
fn subject(l: Locale, frozen: &Frozen) -> String {
    let first = frozen
        .lines
        .first()
        .and_then(|one| one.description.lines().next())
        .unwrap_or_default();
    match frozen.lines.len() {
        0 | 1 => first.to_owned(),
        many => l
            .t2("pay-for-more", "first", first, "count", many as i64 - 1)
            .into_owned(),
    }
}

fn line(l: Locale, frozen: &Frozen, one: &FrozenLine) -> LineShown {
    let (quantity, price) = (
        l.quantity(&one.quantity),
        unit_price(l, frozen, &one.unit_price),
    );
    let detail = if one.unit.is_empty() {
        l.t2(
            "pay-line-quantity-plain",
            "quantity",
            quantity,
            "price",
            price,
        )
    } else {
        let args = [
            ("quantity", quantity.into()),
            ("unit", figures::unit_words(&one.quantity, &one.unit).into()),
            ("price", price.into()),
        ];
        l.ta("pay-line-quantity", &args)
    };
    let discount = match one.discount_minor {
        0 => String::new(),
        minor => l
            .t1("pay-line-discount", "amount", plain_money(l, frozen, minor))
            .into_owned(),
    };
    LineShown {
        description: one.description.clone(),
        detail: detail.into_owned(),
        discount,
        net: plain_money(l, frozen, one.net_minor),
    }
}

/// A price may have more decimals than its currency (0.0375 an impression): then it is written as a number and code.
fn unit_price(l: Locale, frozen: &Frozen, price: &str) -> String {
    let exponent = frozen.exponent() as usize;
    let (whole, fraction) = price.split_once('.').unwrap_or((price, ""));
    let significant = fraction.trim_end_matches('0');
    if significant.len() > exponent {
        return format!(
            "{} {}",
            l.decimal(&format!("{whole}.{significant}")),
            frozen.currency
        );
    }
    let minor = format!("{whole}{significant:0<exponent$}").parse();
    minor.map_or_else(
        |_| format!("{} {}", l.decimal(price), frozen.currency),
        |minor| plain_money(l, frozen, minor),
    )
}

/// Subtotal and discount where there is one, then each tax by itself: GST and QST are never one figure (TX-03).
fn sums(l: Locale, frozen: &Frozen) -> Vec<(String, String)> {
    let mut rows = vec![(
        l.t("subtotal").into_owned(),
        plain_money(l, frozen, frozen.subtotal_minor),
    )];
    if frozen.discount_minor != 0 {
        rows.push((
            l.t("discount").into_owned(),
            plain_money(l, frozen, -frozen.discount_minor),
        ));
    }
    rows.extend(
        frozen
            .taxes
            .iter()
            .map(|tax| (tax_name(l, tax), plain_money(l, frozen, tax.amount_minor))),
    );
    rows
}

fn tax_name(l: Locale, tax: &FrozenTax) -> String {
    let name = if l.lang() == Lang::Fr {
        &tax.name_fr
    } else {
        &tax.name_en
    };
    format!("{name} {}", l.percent(&tax.percent))
}

fn party(l: Locale, party: &Party) -> PartyShown {
    let town = [&party.city, &party.province, &party.postal_code];
    let town: Vec<&str> = town
        .into_iter()
        .map(String::as_str)
        .filter(|part| !part.is_empty())
        .collect();
    let mut address: Vec<String> = party.street.lines().map(str::to_owned).collect();
    address.push(town.join(" "));
    address.push(country(party));
    address.retain(|line| !line.trim().is_empty());
    PartyShown {
        name: party.name.clone(),
        legal_name: party.legal_name.clone(),
        contact: party.contact.clone(),
        email: party.email.clone(),
        phone: party.phone.clone(),
        address,
        registrations: party
            .registrations
            .iter()
            .map(|one| registration(l, &one.kind, &one.number))
            .collect(),
    }
}

/// Its code, as postal services read it on a letter; nothing for Canada, where it is understood.
fn country(party: &Party) -> String {
    if party.country == "CA" {
        String::new()
    } else {
        party.country.clone()
    }
}

fn registration(l: Locale, kind: &str, number: &str) -> String {
    let name = match kind {
        "gst_hst" => l.t(locale::key("pay-register-gst")),
        "qst" => l.t(locale::key("pay-register-qst")),
        "pst" => l.t(locale::key("pay-register-pst")),
        "eu_vat" => l.t(locale::key("pay-register-vat")),
        _ => l.t(locale::key("pay-register-other")),
    };
    l.t2("pay-registration", "name", name, "number", number)
        .into_owned()
}
