//! Which column is what: by its heading, in English, French and German.

use billing::Currency;

use super::{DayOrder, Row, TEXT_MAX};
use crate::fields::Fields;

/// How the rows of a file are read: columns by their place, counted from zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// The row of headings, where there is one.
    pub head: Option<usize>,
    /// The first row that is a line.
    pub first: usize,
    /// The day.
    pub date: usize,
    /// The amount.
    pub money: MoneyColumns,
    /// The currency, where the file names one.
    pub currency: Option<usize>,
    /// What the bank says of it.
    pub text: Vec<usize>,
    /// What a person said of the dates.
    pub order: Option<DayOrder>,
    /// What a person said of the amounts: the sign before decimals.
    pub mark: Option<char>,
    /// The file itself says so, by its headings or by a balance that adds up; otherwise a person looks at it.
    pub sure: bool,
}

/// Where the amounts stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MoneyColumns {
    /// One column, signed.
    Signed(usize),
    /// Money out and money in, each without a sign.
    OutIn {
        /// What went out.
        out: usize,
        /// What came in.
        into: usize,
    },
    /// One signed column a currency, named by it (`CAD$`).
    ByCurrency(Vec<(usize, Currency)>),
}

const DATE: &[&str] = &[
    "date",
    "transaction date",
    "booking date",
    "posted date",
    "posting date",
    "date posted",
    "date inscrite",
    "date d inscription",
    "date du mouvement",
    "completed date",
    "date operation",
    "date de l operation",
    "date d operation",
    "date comptable",
    "date de comptabilisation",
    "date de transaction",
    "date transaction",
    "buchungstag",
    "buchungsdatum",
    "value date",
    "date valeur",
    "date de valeur",
];
const AMOUNT: &[&str] = &[
    "amount",
    "transaction amount",
    "montant",
    "montant de l operation",
    "montant operation",
    "betrag",
    "umsatz",
    "value",
    "net amount",
];
const OUT: &[&str] = &[
    "debit",
    "debits",
    "debit amount",
    "withdrawal",
    "withdrawals",
    "withdrawals ($)",
    "paid out",
    "money out",
    "retrait",
    "retraits",
    "montant du debit",
    "debit euros",
    "montant debit",
    "sortie",
    "soll",
    "lastschrift",
];
const INTO: &[&str] = &[
    "credit",
    "credits",
    "credit amount",
    "deposit",
    "deposits",
    "paid in",
    "money in",
    "depot",
    "depots",
    "montant du credit",
    "credit euros",
    "montant credit",
    "entree",
    "haben",
    "gutschrift",
];
const CURRENCY: &[&str] = &["currency", "devise", "wahrung", "waehrung", "monnaie"];
const TEXT: &[&str] = &[
    "description",
    "details",
    "transaction details",
    "detail",
    "memo",
    "narrative",
    "particulars",
    "payee",
    "name",
    "payer",
    "counterparty",
    "reference",
    "reference number",
    "communication",
    "libelle",
    "libelle operation",
    "libelle simplifie",
    "libelle complementaire",
    "informations complementaires",
    "operation",
    "transaction",
    "detail de l operation",
    "libelle de l operation",
    "nom",
    "contrepartie",
    "beneficiaire",
    "motif",
    "verwendungszweck",
    "buchungstext",
    "auftraggeber",
    "beguenstigter zahlungspflichtiger",
    "name zahlungsbeteiligter",
];

/// Banks put an account number or a title above the headings; further down nobody does.
pub(super) const SEARCHED: usize = 15;

/// The layout that headings tell; nothing without a row that names a day, an amount and a description.
pub(super) fn by_headings(rows: &[Row]) -> Option<Layout> {
    rows.iter()
        .take(SEARCHED)
        .enumerate()
        .find_map(|(at, row)| read_headings(at, row))
}

fn read_headings(at: usize, row: &Row) -> Option<Layout> {
    let headings: Vec<String> = row.cells.iter().map(|h| plain(h)).collect();
    let text: Vec<usize> = headings
        .iter()
        .enumerate()
        .filter(|(_, heading)| TEXT.contains(&without_number(heading)))
        .map(|(at, _)| at)
        .collect();
    if text.is_empty() {
        return None;
    }
    Some(Layout {
        head: Some(at),
        first: at + 1,
        date: position(&headings, DATE)?,
        money: money(&headings)?,
        currency: position(&headings, CURRENCY),
        text,
        order: None,
        mark: None,
        sure: true,
    })
}

fn money(headings: &[String]) -> Option<MoneyColumns> {
    if let Some(at) = position(headings, AMOUNT) {
        return Some(MoneyColumns::Signed(at));
    }
    if let (Some(out), Some(into)) = (position(headings, OUT), position(headings, INTO)) {
        return Some(MoneyColumns::OutIn { out, into });
    }
    let named: Vec<(usize, Currency)> = headings
        .iter()
        .enumerate()
        .filter_map(|(at, heading)| {
            let code = heading.trim_end_matches('$').trim().to_uppercase();
            Some((at, Currency::parse(&code).ok()?))
        })
        .collect();
    (!named.is_empty()).then_some(MoneyColumns::ByCurrency(named))
}

/// The first of the names that stands there: the lists begin with the best.
fn position(headings: &[String], names: &[&str]) -> Option<usize> {
    names
        .iter()
        .find_map(|name| headings.iter().position(|h| h == name))
        .or_else(|| {
            // `Amount (CAD)`, `Montant en EUR`: the name, then a currency.
            names.iter().find_map(|name| {
                headings.iter().position(|h| {
                    let rest = h.strip_prefix(name).unwrap_or("").trim();
                    let code = rest.strip_prefix("en ").unwrap_or(rest).to_uppercase();
                    let named = matches!(code.as_str(), "EURO" | "EUROS" | "DOLLARS");
                    rest.len() >= 3 && (named || Currency::parse(&code).is_ok())
                })
            })
        })
}

/// `Description 2` is a description.
fn without_number(heading: &str) -> &str {
    heading.trim_end_matches(|c: char| c.is_ascii_digit() || c == ' ')
}

/// Small letters without accents; everything but letters, digits and `$` is one space.
fn plain(heading: &str) -> String {
    let mut out = String::new();
    for c in heading.trim().to_lowercase().chars() {
        let base = match c {
            'à' | 'â' | 'ä' => 'a',
            'é' | 'è' | 'ê' | 'ë' => 'e',
            'î' | 'ï' => 'i',
            'ô' | 'ö' => 'o',
            'û' | 'ù' | 'ü' => 'u',
            'ç' => 'c',
            other if other.is_alphanumeric() || other == '$' => other,
            _ => ' ',
        };
        if base != ' ' || !out.ends_with(' ') {
            out.push(base);
        }
    }
    out.trim().to_owned()
}

impl Layout {
    /// The last column that is read: a line must reach it.
    pub(super) fn furthest(&self) -> usize {
        let money = match &self.money {
            MoneyColumns::Signed(at) => *at,
            MoneyColumns::OutIn { out, into } => *out.max(into),
            MoneyColumns::ByCurrency(all) => all.iter().map(|(at, _)| *at).max().unwrap_or(0),
        };
        money.max(self.date)
    }

    /// The columns that hold one currency each.
    pub fn by_currency(&self) -> Option<&[(usize, Currency)]> {
        match &self.money {
            MoneyColumns::ByCurrency(all) => Some(all),
            _ => None,
        }
    }

    /// By what another file of the same bank is known: its headings, or how many columns it has.
    pub fn headings(&self, rows: &[Row]) -> String {
        match self.head.and_then(|at| rows.get(at)) {
            Some(head) => head.cells.join("\u{1f}").chars().take(2_000).collect(),
            None => {
                let width = rows.get(self.first).map_or(0, |row| row.cells.len());
                format!("#{width}")
            }
        }
    }

    /// This layout with the columns that a form, or an earlier file, asks for. Where the amount stands in columns for
    /// what goes out and what comes in, the one for both is left empty.
    pub fn asked(&self, form: &Fields) -> Layout {
        let column = |name: &str| form.get(name).parse::<usize>().ok();
        let by_currency = (form.get("amount") == "currencies")
            .then(|| self.by_currency())
            .flatten();
        let money = match (by_currency, column("amount"), column("out"), column("into")) {
            (Some(all), ..) => MoneyColumns::ByCurrency(all.to_vec()),
            (None, Some(at), ..) => MoneyColumns::Signed(at),
            (None, None, Some(out), Some(into)) => MoneyColumns::OutIn { out, into },
            _ => self.money.clone(),
        };
        let text: Vec<usize> = form
            .all("text")
            .iter()
            .filter_map(|t| t.parse().ok())
            .collect();
        Layout {
            date: column("date").unwrap_or(self.date),
            money,
            text,
            order: DayOrder::parse(&form.get("order")),
            mark: match form.get("mark").as_str() {
                "point" => Some('.'),
                "comma" => Some(','),
                _ => None,
            },
            ..self.clone()
        }
    }

    /// The columns as [`Layout::asked`] reads them.
    pub fn written(&self) -> String {
        let (amount, out, into) = match &self.money {
            MoneyColumns::Signed(at) => (at.to_string(), String::new(), String::new()),
            MoneyColumns::OutIn { out, into } => (String::new(), out.to_string(), into.to_string()),
            MoneyColumns::ByCurrency(_) => ("currencies".into(), String::new(), String::new()),
        };
        let mark = match self.mark {
            Some('.') => "point",
            Some(_) => "comma",
            None => "",
        };
        let order = self.order.map_or("", DayOrder::as_str);
        let mut written = format!(
            "date={}&amount={amount}&out={out}&into={into}&order={order}&mark={mark}",
            self.date
        );
        for at in &self.text {
            written.push_str(&format!("&text={at}"));
        }
        written
    }

    /// All that the bank says of a line, in its order. Signs that turn the direction of reading are left out: a text
    /// must not look like another.
    pub(super) fn describe(&self, row: &Row) -> String {
        let mut parts: Vec<&str> = Vec::new();
        for at in &self.text {
            let cell = row.cells.get(*at).map_or("", String::as_str);
            if !cell.is_empty() && !parts.contains(&cell) {
                parts.push(cell);
            }
        }
        let whole = parts.join(" · ");
        let words: Vec<&str> = whole.split_whitespace().collect();
        let turns = |c: &char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        let kept = words.join(" ");
        kept.chars().filter(|c| !turns(c)).take(TEXT_MAX).collect()
    }
}
