//! Which column is what: by its heading, in English, French and German.

use billing::Currency;
use csv::StringRecord;

use super::Refusal;

/// The columns that are read, by position.
#[derive(Clone, Debug)]
pub(super) struct Columns {
    headings: Vec<String>,
    pub date: usize,
    pub money: MoneyColumns,
    pub currency: Option<usize>,
    text: Vec<usize>,
}

/// Where the amounts stand.
#[derive(Clone, Debug)]
pub(super) enum MoneyColumns {
    /// One column, signed.
    Signed(usize),
    /// Money out and money in, each without a sign.
    OutIn { out: usize, into: usize },
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
const SEARCHED: usize = 15;

/// The row of headings and what stands below each.
pub(super) fn find(records: &[(usize, StringRecord)]) -> Result<(usize, Columns), Refusal> {
    let mut closest = Refusal::NoHeadings;
    for (at, (_, record)) in records.iter().take(SEARCHED).enumerate() {
        match read_headings(record) {
            Ok(columns) => return Ok((at, columns)),
            Err(refusal @ Refusal::NoColumn { .. }) => closest = refusal,
            Err(_) => {}
        }
    }
    Err(closest)
}

/// A row with a date or an amount among its headings is one; what it lacks is then named.
fn read_headings(record: &StringRecord) -> Result<Columns, Refusal> {
    let headings: Vec<String> = record.iter().map(plain).collect();
    let date = position(&headings, DATE);
    let money = money(&headings);
    let text: Vec<usize> = headings
        .iter()
        .enumerate()
        .filter(|(_, heading)| TEXT.contains(&without_number(heading)))
        .map(|(at, _)| at)
        .collect();
    match (date, money, text.is_empty()) {
        (Some(date), Some(money), false) => Ok(Columns {
            date,
            money,
            currency: position(&headings, CURRENCY),
            text,
            headings: record.iter().map(|h| h.trim().to_owned()).collect(),
        }),
        (Some(_), None, false) => Err(Refusal::NoColumn { column: "amount" }),
        (None, Some(_), false) => Err(Refusal::NoColumn { column: "date" }),
        (Some(_), Some(_), true) => Err(Refusal::NoColumn {
            column: "description",
        }),
        _ => Err(Refusal::NoHeadings),
    }
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
                    rest.len() >= 3 && Currency::parse(&code).is_ok()
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

impl Columns {
    /// The last column that is read: a line must reach it.
    pub(super) fn furthest(&self) -> usize {
        let money = match &self.money {
            MoneyColumns::Signed(at) => *at,
            MoneyColumns::OutIn { out, into } => *out.max(into),
            MoneyColumns::ByCurrency(all) => all.iter().map(|(at, _)| *at).max().unwrap_or(0),
        };
        money.max(self.date)
    }

    /// The heading of a column, as the bank wrote it.
    pub(super) fn heading(&self, at: usize) -> String {
        self.headings.get(at).cloned().unwrap_or_default()
    }

    /// All that the bank says of a line, in its order.
    pub(super) fn describe(&self, record: &StringRecord) -> String {
        let mut parts: Vec<&str> = Vec::new();
        for at in &self.text {
            let cell = record.get(*at).unwrap_or_default().trim();
            if !cell.is_empty() && !parts.contains(&cell) {
                parts.push(cell);
            }
        }
        let whole = parts.join(" · ");
        whole.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}
