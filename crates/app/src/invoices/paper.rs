//! The invoice as a reader sees it: what stands frozen, in words and figures of a locale. The template
//! `invoices/paper.html` draws it on the invoice's page, on the public page and in print alike.

use billing::invoice::Totals;
use kit::locale::{self, Lang, Locale};

use super::frozen::{Frozen, FrozenLine, FrozenTax, Party};
use crate::figures::unit_words;
use crate::places::country_name;

/// Everything the paper shows. Plain text; the template escapes it.
#[derive(Clone, Debug)]
pub struct Paper {
    /// What it is, with its number: `Invoice 2026-0042`.
    pub title: String,
    /// Of a credit note: the invoice's number and day, and why. Nothing on an invoice.
    pub corrects: Option<(String, String, String)>,
    /// The invoice that this one stands in the place of; empty for none.
    pub replaces: String,
    /// As printed.
    pub number: String,
    /// The day of issue, for machines and for people.
    pub issue_date: (String, String),
    /// The last day to pay, for machines and for people.
    pub due_date: (String, String),
    /// The customer's reference, may be empty.
    pub reference: String,
    /// May be empty.
    pub notes: String,
    /// Whose money it is.
    pub seller: PaperParty,
    /// Who owes.
    pub buyer: PaperParty,
    /// The lines.
    pub lines: Vec<PaperLine>,
    /// Subtotal, discount and each tax.
    pub sums: Vec<Sum>,
    /// What is owed, with its currency.
    pub total: String,
    /// Prices contain the taxes.
    pub inclusive: bool,
}

/// One side.
#[derive(Clone, Debug)]
pub struct PaperParty {
    /// As printed.
    pub name: String,
    /// The rest of the address, one line each.
    pub address: String,
    /// E-mail, may be empty.
    pub email: String,
    /// Key of the word for a register, and the number.
    pub registrations: Vec<(&'static str, String)>,
}

/// One line.
#[derive(Clone, Debug)]
pub struct PaperLine {
    /// What was supplied.
    pub description: String,
    /// With its unit.
    pub quantity: String,
    /// Of one.
    pub unit_price: String,
    /// `−10 %`, empty for none.
    pub discount: String,
    /// The taxes on it: `GST, QST`.
    pub taxes: String,
    /// What it comes to.
    pub net: String,
}

/// A line of the sums above the total.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sum {
    /// `Subtotal`, `GST 5%`.
    pub name: String,
    /// The amount.
    pub amount: String,
}

impl Paper {
    /// The paper in the words of `l`.
    pub fn new(f: &Frozen, l: Locale) -> Paper {
        Paper {
            title: f.title(l),
            corrects: f.corrects.as_ref().map(|c| {
                let day = l.date_long(c.invoice.issue_date);
                (c.invoice.number.clone(), day, c.reason.clone())
            }),
            replaces: f
                .replaces
                .as_ref()
                .map(|before| before.number.clone())
                .unwrap_or_default(),
            number: f.number.clone(),
            issue_date: (f.issue_date.to_string(), l.date_long(f.issue_date)),
            due_date: (f.due_date.to_string(), l.date_long(f.due_date)),
            reference: f.reference.clone(),
            notes: f.notes.clone(),
            seller: party(&f.seller, l),
            buyer: party(&f.buyer, l),
            lines: f.lines.iter().map(|line| paper_line(f, line, l)).collect(),
            sums: frozen_sums(f, l),
            total: f.money(l, f.total_minor),
            inclusive: f.inclusive,
        }
    }
}

fn party(p: &Party, l: Locale) -> PaperParty {
    let town = [p.city.as_str(), p.province.as_str(), p.postal_code.as_str()];
    let town: Vec<&str> = town.into_iter().filter(|part| !part.is_empty()).collect();
    let country = country_name(l, &p.country);
    let lines = [
        p.legal_name.as_str(),
        p.contact.as_str(),
        p.street.as_str(),
        &town.join(" "),
        &country,
    ];
    let lines: Vec<&str> = lines.into_iter().filter(|line| !line.is_empty()).collect();
    PaperParty {
        name: p.name.clone(),
        address: lines.join("\n"),
        email: p.email.clone(),
        registrations: p
            .registrations
            .iter()
            .map(|r| (register_word(&r.kind), r.number.clone()))
            .collect(),
    }
}

fn register_word(kind: &str) -> &'static str {
    match kind {
        "gst_hst" => locale::key("paper-gst-number"),
        "qst" => locale::key("paper-qst-number"),
        "pst" => locale::key("paper-pst-number"),
        "eu_vat" => locale::key("paper-vat-number"),
        _ => locale::key("paper-tax-number"),
    }
}

fn paper_line(f: &Frozen, line: &FrozenLine, l: Locale) -> PaperLine {
    let quantity = l.quantity(&line.quantity);
    let taxes: Vec<&str> = f
        .taxes
        .iter()
        .filter(|tax| line.tax_ids.contains(&tax.id))
        .map(|tax| tax_name(tax, l))
        .collect();
    PaperLine {
        description: line.description.clone(),
        quantity: if line.unit.is_empty() {
            quantity
        } else {
            format!("{quantity}\u{a0}{}", unit_words(&line.quantity, &line.unit))
        },
        unit_price: l.decimal(&line.unit_price),
        discount: if line.discount_minor == 0 {
            String::new()
        } else {
            discount_words(&line.discount, f, line.discount_minor, l)
        },
        taxes: taxes.join(", "),
        net: l.money_plain(line.net_minor, f.exponent()),
    }
}

fn discount_words(discount: &str, f: &Frozen, minor: i64, l: Locale) -> String {
    match discount.strip_suffix('%') {
        Some(percent) => format!("−{}", l.percent(percent)),
        None => format!("−{}", l.money_plain(minor, f.exponent())),
    }
}

fn frozen_sums(f: &Frozen, l: Locale) -> Vec<Sum> {
    let plain = |minor| l.money_plain(minor, f.exponent());
    let mut sums = vec![Sum {
        name: l.t("subtotal").into_owned(),
        amount: plain(f.subtotal_minor),
    }];
    if f.discount_minor != 0 {
        let name = with_percent(l.t("discount").into_owned(), &f.discount, l);
        sums.push(Sum {
            name,
            amount: plain(-f.discount_minor),
        });
    }
    sums.extend(f.taxes.iter().map(|tax| {
        let name = format!("{} {}", tax_name(tax, l), l.percent(&tax.percent));
        Sum {
            name,
            amount: plain(tax.amount_minor),
        }
    }));
    sums
}

/// The sums of a draft, in the same order and words.
pub(super) fn draft_sums(totals: &Totals, discount: &str, l: Locale) -> Vec<Sum> {
    let plain = |money: billing::Money| l.money_plain(money.minor(), money.currency().exponent());
    let mut sums = vec![Sum {
        name: l.t("subtotal").into_owned(),
        amount: plain(totals.subtotal),
    }];
    if !totals.discount.is_zero() {
        sums.push(Sum {
            name: with_percent(l.t("discount").into_owned(), discount, l),
            amount: plain(-totals.discount),
        });
    }
    sums.extend(totals.taxes.iter().map(|t| Sum {
        name: crate::figures::tax_label(l, &t.tax),
        amount: plain(t.amount),
    }));
    sums
}

fn with_percent(name: String, discount: &str, l: Locale) -> String {
    match discount.strip_suffix('%') {
        Some(percent) => format!("{name} {}", l.percent(percent)),
        None => name,
    }
}

fn tax_name(tax: &FrozenTax, l: Locale) -> &str {
    if l.lang() == Lang::Fr {
        &tax.name_fr
    } else {
        &tax.name_en
    }
}
