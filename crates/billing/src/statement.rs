//! The bank's side: lines of a bank statement, and which payout or invoice each of them is, with how
//! sure that is and why. Suggestions only; a person confirms.

use crate::money::Money;
use jiff::civil::Date;

/// One line of a bank statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The day the bank booked it.
    pub date: Date,
    /// Above zero came in, below zero went out.
    pub amount: Money,
    /// What the bank says of it: description, reference, who sent it.
    pub text: String,
}

/// A payout that has not been found yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayoutSide {
    /// The provider's id.
    pub id: String,
    /// What was sent; below zero when the provider collects a debt.
    pub amount: Money,
    /// The day the provider says it arrives.
    pub arrival: Date,
    /// What the provider writes on the statement, if it says so.
    pub descriptor: String,
}

/// An invoice that is owed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvoiceSide {
    /// Our id.
    pub id: String,
    /// As printed.
    pub number: String,
    /// Who owes.
    pub customer: String,
    /// What is due.
    pub due: Money,
    /// The day it was issued: money does not come for it before.
    pub issued: Date,
}

/// What a line is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// This payout arrived.
    Payout(String),
    /// A customer paid this invoice.
    Invoice(String),
}

/// How sure. The order is from most to least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// Everything agrees, and nothing else would fit.
    Certain,
    /// Most agrees.
    Likely,
    /// The amount alone agrees, or several fit.
    Possible,
}

impl Confidence {
    /// The stored word.
    pub fn as_str(self) -> &'static str {
        match self {
            Confidence::Certain => "certain",
            Confidence::Likely => "likely",
            Confidence::Possible => "possible",
        }
    }

    fn lower(self) -> Confidence {
        match self {
            Confidence::Certain => Confidence::Likely,
            Confidence::Likely | Confidence::Possible => Confidence::Possible,
        }
    }
}

/// Why it is suggested, or what speaks against it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// The amount is the same.
    SameAmount,
    /// Less came than is due: a part.
    PartOfAmount,
    /// More came than is due.
    MoreThanDue,
    /// The day is that of the arrival, or close to it.
    NearArrival,
    /// The text names the provider.
    NamesProvider,
    /// The text names the invoice's number.
    NamesInvoice,
    /// The text names the customer.
    NamesCustomer,
    /// Something else would fit as well.
    NotTheOnlyOne,
}

impl Reason {
    /// The word for texts.
    pub fn as_str(self) -> &'static str {
        match self {
            Reason::SameAmount => "same-amount",
            Reason::PartOfAmount => "part-of-amount",
            Reason::MoreThanDue => "more-than-due",
            Reason::NearArrival => "near-arrival",
            Reason::NamesProvider => "names-provider",
            Reason::NamesInvoice => "names-invoice",
            Reason::NamesCustomer => "names-customer",
            Reason::NotTheOnlyOne => "not-the-only-one",
        }
    }
}

/// One suggestion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// What the line is.
    pub target: Target,
    /// How sure.
    pub confidence: Confidence,
    /// Why.
    pub reasons: Vec<Reason>,
}

/// Days before and after its arrival on which a payout is looked for without doubt, and at all.
const NEAR_BEFORE: i32 = 2;
const NEAR_AFTER: i32 = 5;
const FAR: i32 = 21;

/// What a line may be: the surest first, at most five. Empty when nothing fits.
pub fn suggest(line: &Line, payouts: &[PayoutSide], invoices: &[InvoiceSide]) -> Vec<Suggestion> {
    let words = words(&line.text);
    let of_payouts = payouts.iter().filter_map(|p| payout(line, &words, p));
    let of_invoices = invoices.iter().filter_map(|i| invoice(line, &words, i));
    let mut found: Vec<Suggestion> = of_payouts.chain(of_invoices).collect();
    // Stable: equals stay in the order they were given, which is the order of age.
    found.sort_by_key(|s| s.confidence);
    doubt_equals(&mut found);
    found.truncate(5);
    found
}

/// Two that are equally sure are not sure.
fn doubt_equals(found: &mut [Suggestion]) {
    let Some(best) = found.first().map(|s| s.confidence) else {
        return;
    };
    if found.iter().filter(|s| s.confidence == best).count() < 2 {
        return;
    }
    for equal in found.iter_mut().filter(|s| s.confidence == best) {
        equal.confidence = best.lower();
        equal.reasons.push(Reason::NotTheOnlyOne);
    }
}

fn payout(line: &Line, words: &[String], payout: &PayoutSide) -> Option<Suggestion> {
    let days = days_between(payout.arrival, line.date);
    if line.amount != payout.amount || days.abs() > FAR {
        return None;
    }
    let near = (-NEAR_BEFORE..=NEAR_AFTER).contains(&days);
    let named = words.iter().any(|w| w.contains("STRIPE"))
        || (!payout.descriptor.is_empty() && names(words, &payout.descriptor));
    let mut reasons = vec![Reason::SameAmount];
    reasons.extend(near.then_some(Reason::NearArrival));
    reasons.extend(named.then_some(Reason::NamesProvider));
    Some(Suggestion {
        target: Target::Payout(payout.id.clone()),
        confidence: match (near, named) {
            (true, true) => Confidence::Certain,
            (true, false) | (false, true) => Confidence::Likely,
            (false, false) => Confidence::Possible,
        },
        reasons,
    })
}

fn invoice(line: &Line, words: &[String], invoice: &InvoiceSide) -> Option<Suggestion> {
    let same_currency = line.amount.currency() == invoice.due.currency();
    if !same_currency || !line.amount.is_positive() || line.date < invoice.issued {
        return None;
    }
    let number = names_number(words, &invoice.number);
    let customer = names(words, &invoice.customer);
    let order = line.amount.compare(invoice.due).ok()?;
    let (confidence, amount) = match (order, number, customer) {
        (std::cmp::Ordering::Equal, true, _) => (Confidence::Certain, Reason::SameAmount),
        (std::cmp::Ordering::Equal, false, true) => (Confidence::Likely, Reason::SameAmount),
        (std::cmp::Ordering::Equal, false, false) => (Confidence::Possible, Reason::SameAmount),
        (std::cmp::Ordering::Less, true, _) => (Confidence::Likely, Reason::PartOfAmount),
        (std::cmp::Ordering::Greater, true, _) => (Confidence::Possible, Reason::MoreThanDue),
        _ => return None,
    };
    let mut reasons = vec![amount];
    reasons.extend(number.then_some(Reason::NamesInvoice));
    reasons.extend(customer.then_some(Reason::NamesCustomer));
    Some(Suggestion {
        target: Target::Invoice(invoice.id.clone()),
        confidence,
        reasons,
    })
}

fn days_between(from: Date, to: Date) -> i32 {
    from.until(to).map_or(i32::MAX, |span| span.get_days())
}

/// Upper case, without accents, split at everything that is neither letter nor digit.
fn words(text: &str) -> Vec<String> {
    let plain: String = text.chars().flat_map(plain).collect();
    plain
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .map(str::to_owned)
        .collect()
}

fn plain(c: char) -> impl Iterator<Item = char> {
    let base = match c {
        'à' | 'á' | 'â' | 'ä' | 'ã' | 'å' | 'À' | 'Á' | 'Â' | 'Ä' | 'Ã' | 'Å' => 'A',
        'è' | 'é' | 'ê' | 'ë' | 'È' | 'É' | 'Ê' | 'Ë' => 'E',
        'ì' | 'í' | 'î' | 'ï' | 'Ì' | 'Í' | 'Î' | 'Ï' => 'I',
        'ò' | 'ó' | 'ô' | 'ö' | 'õ' | 'ø' | 'Ò' | 'Ó' | 'Ô' | 'Ö' | 'Õ' | 'Ø' => 'O',
        'ù' | 'ú' | 'û' | 'ü' | 'Ù' | 'Ú' | 'Û' | 'Ü' => 'U',
        'ç' | 'Ç' => 'C',
        'ñ' | 'Ñ' => 'N',
        'ÿ' | 'ý' | 'Ÿ' | 'Ý' => 'Y',
        other => other,
    };
    base.to_uppercase()
}

/// Banks drop the hyphen or put spaces: `2026-0042` is found as `20260042` and as `2026 0042`, but never inside a
/// longer number.
fn names_number(words: &[String], number: &str) -> bool {
    let wanted: String = self::words(number).concat();
    if wanted.len() < 3 || !wanted.contains(|c: char| c.is_ascii_digit()) {
        return false;
    }
    (0..words.len()).any(|from| {
        let mut seen = String::new();
        words[from..].iter().take(6).any(|word| {
            seen.push_str(word);
            seen == wanted
        })
    })
}

/// Forms of companies say nothing about which one it is.
const FORMS: &[&str] = &[
    "INC", "LTD", "LTEE", "LLC", "SARL", "GMBH", "CORP", "THE", "LES", "AND", "SAS", "ENR", "CIE",
];

/// Whether every telling word of a name stands in the text.
fn names(words: &[String], name: &str) -> bool {
    let mut telling = self::words(name)
        .into_iter()
        .filter(|w| w.chars().count() >= 3 && !FORMS.contains(&w.as_str()))
        .peekable();
    telling.peek().is_some() && telling.all(|w| words.contains(&w))
}
