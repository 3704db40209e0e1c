//! The bank's side: lines of a bank statement, and which payout or invoice each of them is, with how
//! sure that is and why. Suggestions only; a person confirms.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use crate::money::Money;
use crate::payment::manual::Method;
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
    /// Who owes, by our id.
    pub customer_id: String,
    /// Who owes.
    pub customer: String,
    /// What is due.
    pub due: Money,
    /// The day it was issued: money does not come for it before.
    pub issued: Date,
    /// A payment of it is under way at the provider: it may be paid twice.
    pub under_way: bool,
}

/// What a line is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// This payout arrived.
    Payout(String),
    /// A customer paid this invoice.
    Invoice(String),
    /// A customer paid these invoices together, in the order they were given.
    Invoices(Vec<String>),
}

impl Target {
    /// The invoices it would pay.
    pub fn invoices(&self) -> &[String] {
        match self {
            Target::Payout(_) => &[],
            Target::Invoice(id) => std::slice::from_ref(id),
            Target::Invoices(ids) => ids,
        }
    }

    /// Whether both would take the same payout or the same invoice.
    pub fn overlaps(&self, other: &Target) -> bool {
        match (self, other) {
            (Target::Payout(one), Target::Payout(two)) => one == two,
            _ => self
                .invoices()
                .iter()
                .any(|id| other.invoices().contains(id)),
        }
    }
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

    /// Reads the stored word; none for any other text.
    pub fn parse(text: &str) -> Option<Confidence> {
        [
            Confidence::Certain,
            Confidence::Likely,
            Confidence::Possible,
        ]
        .into_iter()
        .find(|c| c.as_str() == text)
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
    /// Several invoices of one customer come to the amount.
    SumOfSeveral,
    /// Something else would fit as well.
    NotTheOnlyOne,
    /// Another line fits it as well.
    OtherLineToo,
    /// A payment of it is under way at the provider.
    PaymentUnderWay,
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
            Reason::SumOfSeveral => "sum-of-several",
            Reason::NotTheOnlyOne => "not-the-only-one",
            Reason::OtherLineToo => "other-line-too",
            Reason::PaymentUnderWay => "payment-under-way",
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

/// How many invoices are paid by one transfer at most.
const SEVERAL: usize = 10;

/// Everything a line may be, made ready to look through once for many lines.
#[derive(Debug)]
pub struct Sides<'a> {
    payouts: Vec<(&'a PayoutSide, Vec<String>)>,
    invoices: Vec<Known<'a>>,
    /// The places in `invoices` by customer.
    of_customer: BTreeMap<&'a str, Vec<usize>>,
}

#[derive(Debug)]
struct Known<'a> {
    side: &'a InvoiceSide,
    /// The number without what separates its parts; empty when it tells nothing.
    number: String,
    customer: Vec<String>,
}

/// What a line says, made ready.
struct Said<'a> {
    line: &'a Line,
    words: Vec<String>,
    /// Up to six neighbouring words in one: banks put spaces into numbers, or take hyphens out of them.
    spans: BTreeSet<String>,
}

/// What a line may be: the surest first, at most five. Empty when nothing fits.
pub fn suggest(line: &Line, payouts: &[PayoutSide], invoices: &[InvoiceSide]) -> Vec<Suggestion> {
    Sides::new(payouts, invoices).suggest(line)
}

impl<'a> Sides<'a> {
    /// Payouts and invoices that are open, each kind in the order of age.
    pub fn new(payouts: &'a [PayoutSide], invoices: &'a [InvoiceSide]) -> Sides<'a> {
        let mut of_customer: BTreeMap<_, Vec<usize>> = BTreeMap::new();
        for (at, invoice) in invoices.iter().enumerate() {
            let owed = of_customer.entry(invoice.customer_id.as_str()).or_default();
            owed.push(at);
        }
        Sides {
            payouts: payouts
                .iter()
                .map(|p| (p, telling(&p.descriptor)))
                .collect(),
            invoices: invoices.iter().map(Known::of).collect(),
            of_customer,
        }
    }

    /// What a line may be: the surest first, at most five. Empty when nothing fits.
    pub fn suggest(&self, line: &Line) -> Vec<Suggestion> {
        let said = Said::of(line);
        let of_payouts = self.payouts.iter().filter_map(|(p, d)| payout(&said, p, d));
        let of_invoices = self.invoices.iter().filter_map(|i| invoice(&said, i));
        let mut found: Vec<Suggestion> = of_payouts.chain(of_invoices).collect();
        found.extend(self.several(&said));
        // Stable: equals stay in the order they were given, which is the order of age.
        found.sort_by_key(|s| s.confidence);
        doubt_equals(&mut found);
        found.truncate(5);
        found
    }

    /// One transfer for several invoices of one customer: those it names, or all that are open when it names the customer.
    fn several(&self, said: &Said<'_>) -> Vec<Suggestion> {
        let mut found = Vec::new();
        for places in self.of_customer.values().filter(|places| places.len() > 1) {
            let owed = places.iter().map(|at| &self.invoices[*at]);
            let mut owed: Vec<&Known<'_>> = owed.filter(|i| i.can_be_paid_by(said.line)).collect();
            let named = owed.iter().filter(|i| said.names_number(&i.number)).count();
            if named > 1 {
                owed.retain(|i| said.names_number(&i.number));
            } else if named == 1
                || owed.len() > SEVERAL
                || !owed.iter().any(|i| said.names(&i.customer))
            {
                continue;
            }
            let dues = owed.iter().map(|i| i.side.due);
            let sum = Money::sum(said.line.amount.currency(), dues);
            if owed.len() < 2 || owed.len() > SEVERAL || sum.ok() != Some(said.line.amount) {
                continue;
            }
            let (confidence, reason) = if named > 1 {
                (Confidence::Certain, Reason::NamesInvoice)
            } else {
                (Confidence::Likely, Reason::NamesCustomer)
            };
            let mut suggestion = Suggestion {
                target: Target::Invoices(owed.iter().map(|i| i.side.id.clone()).collect()),
                confidence,
                reasons: vec![Reason::SumOfSeveral, reason],
            };
            if owed.iter().any(|i| i.side.under_way) {
                suggestion.doubt(Reason::PaymentUnderWay);
            }
            found.push(suggestion);
        }
        found
    }
}

impl Suggestion {
    /// Something speaks against it: it is no longer certain.
    fn doubt(&mut self, why: Reason) {
        self.confidence = self.confidence.lower();
        self.reasons.push(why);
    }
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
        equal.doubt(Reason::NotTheOnlyOne);
    }
}

/// What another line is certain of cannot be certain here: one of the two is something else. `others` is what the other
/// lines are certain of.
pub fn doubt_contested(found: &mut [Suggestion], others: &[Target]) {
    for suggestion in found.iter_mut() {
        let contested = others
            .iter()
            .any(|other| other.overlaps(&suggestion.target));
        if contested && suggestion.confidence == Confidence::Certain {
            suggestion.doubt(Reason::OtherLineToo);
        }
    }
}

/// How money came, as far as the bank says it.
pub fn method_of(text: &str) -> Method {
    let words = words(text);
    let says = |wanted: &[&str]| words.iter().any(|w| wanted.contains(&w.as_str()));
    if says(&["INTERAC", "ETRANSFER"]) {
        Method::Interac
    } else if says(&["CHEQUE", "CHEQUES", "CHECK", "CHQ"]) {
        Method::Cheque
    } else {
        Method::Transfer
    }
}

fn payout(said: &Said<'_>, payout: &PayoutSide, descriptor: &[String]) -> Option<Suggestion> {
    let days = days_between(payout.arrival, said.line.date);
    if said.line.amount != payout.amount || days.abs() > FAR {
        return None;
    }
    let near = (-NEAR_BEFORE..=NEAR_AFTER).contains(&days);
    let named = said.words.iter().any(|w| w.contains("STRIPE")) || said.names(descriptor);
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

fn invoice(said: &Said<'_>, invoice: &Known<'_>) -> Option<Suggestion> {
    if !invoice.can_be_paid_by(said.line) {
        return None;
    }
    let order = said.line.amount.compare(invoice.side.due).ok()?;
    let number = said.names_number(&invoice.number);
    if order != Ordering::Equal && !number {
        return None;
    }
    let customer = said.names(&invoice.customer);
    let (confidence, amount) = match (order, number, customer) {
        (Ordering::Equal, true, _) => (Confidence::Certain, Reason::SameAmount),
        (Ordering::Equal, false, true) => (Confidence::Likely, Reason::SameAmount),
        (Ordering::Equal, false, false) => (Confidence::Possible, Reason::SameAmount),
        (Ordering::Less, ..) => (Confidence::Likely, Reason::PartOfAmount),
        (Ordering::Greater, ..) => (Confidence::Possible, Reason::MoreThanDue),
    };
    let mut suggestion = Suggestion {
        target: Target::Invoice(invoice.side.id.clone()),
        confidence,
        reasons: vec![amount],
    };
    let reasons = &mut suggestion.reasons;
    reasons.extend(number.then_some(Reason::NamesInvoice));
    reasons.extend(customer.then_some(Reason::NamesCustomer));
    if invoice.side.under_way {
        suggestion.doubt(Reason::PaymentUnderWay);
    }
    Some(suggestion)
}

impl<'a> Known<'a> {
    fn of(side: &'a InvoiceSide) -> Known<'a> {
        let number: String = words(&side.number).concat();
        // `7` stands in every second line and says nothing.
        let tells = number.len() >= 3 && number.contains(|c: char| c.is_ascii_digit());
        Known {
            side,
            number: if tells { number } else { String::new() },
            customer: telling(&side.customer),
        }
    }

    fn can_be_paid_by(&self, line: &Line) -> bool {
        line.amount.currency() == self.side.due.currency()
            && line.amount.is_positive()
            && line.date >= self.side.issued
    }
}

impl<'a> Said<'a> {
    fn of(line: &'a Line) -> Said<'a> {
        let words = words(&line.text);
        let mut spans = BTreeSet::new();
        for from in 0..words.len() {
            let mut span = String::new();
            for word in words[from..].iter().take(6) {
                span.push_str(word);
                spans.insert(span.clone());
            }
        }
        Said { line, words, spans }
    }

    /// `2026-0042` is found as `20260042` and as `2026 0042`, but never inside a longer number.
    fn names_number(&self, number: &str) -> bool {
        !number.is_empty() && self.spans.contains(number)
    }

    /// Whether every telling word of a name stands in the text; a name that tells nothing does not.
    fn names(&self, telling: &[String]) -> bool {
        !telling.is_empty() && telling.iter().all(|w| self.words.contains(w))
    }
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

/// Forms of companies say nothing about which one it is.
const FORMS: &[&str] = &[
    "INC", "LTD", "LTEE", "LLC", "SARL", "GMBH", "CORP", "THE", "LES", "AND", "SAS", "ENR", "CIE",
];

/// The words of a name that tell it from others.
fn telling(name: &str) -> Vec<String> {
    words(name)
        .into_iter()
        .filter(|w| w.chars().count() >= 3 && !FORMS.contains(&w.as_str()))
        .collect()
}
