//! What the bank pages say: why a file is refused, what a line may be, how sure that is and why.

use billing::statement::{Confidence, Reason, Target};
use kit::locale::{self, Locale};

use super::matching::{Open, Proposal, written};
use super::read::{BYTES_MAX, LINES_MAX, Refusal};
use crate::page::Chip;
use crate::payments::money;

/// Why a file or a reading of it is refused, in a sentence.
pub(super) fn refusal(l: Locale, why: &Refusal) -> String {
    let at = |key, line: usize| l.t1(key, "line", line as i64).into_owned();
    let near = |key, line: usize, text: &str| {
        let shown: String = text.chars().take(40).collect();
        l.t2(key, "line", line as i64, "text", shown).into_owned()
    };
    match why {
        Refusal::Empty => l.t("bank-refused-empty").into_owned(),
        Refusal::TooLarge => {
            let most = (BYTES_MAX / (1024 * 1024)) as i64;
            l.t1("bank-refused-too-large", "most", most).into_owned()
        }
        Refusal::TooManyLines => {
            let most = l.integer(LINES_MAX as i64);
            l.t1("bank-refused-too-many", "most", most).into_owned()
        }
        Refusal::Workbook => l.t("bank-refused-workbook").into_owned(),
        Refusal::Pdf => l.t("bank-refused-pdf").into_owned(),
        Refusal::WebPage => l.t("bank-refused-web-page").into_owned(),
        Refusal::NotText => l.t("bank-refused-not-text").into_owned(),
        Refusal::LostLetters { line } => at(locale::key("bank-refused-lost-letters"), *line),
        Refusal::OpenQuote { line } => at(locale::key("bank-refused-open-quote"), *line),
        Refusal::NoStatement => l.t("bank-refused-no-statement").into_owned(),
        Refusal::CutShort { line } => at(locale::key("bank-refused-cut-short"), *line),
        Refusal::BadDate { line, text } => near(locale::key("bank-refused-bad-date"), *line, text),
        Refusal::DatesAmbiguous { text } => l
            .t1("bank-refused-dates-ambiguous", "text", text.as_str())
            .into_owned(),
        Refusal::BadAmount { line, text } => {
            near(locale::key("bank-refused-bad-amount"), *line, text)
        }
        Refusal::AmountsAmbiguous { text } => l
            .t1("bank-refused-amounts-ambiguous", "text", text.as_str())
            .into_owned(),
        Refusal::BadCurrency { line, text } => {
            near(locale::key("bank-refused-bad-currency"), *line, text)
        }
        Refusal::NoLines => l.t("bank-refused-no-lines").into_owned(),
    }
}

/// A proposal as a page shows it.
pub(super) struct Told {
    pub(super) chip: Chip,
    /// What it is.
    pub(super) what: String,
    pub(super) href: String,
    /// Why, and what becomes of the rest.
    pub(super) why: String,
    /// The word of the act.
    pub(super) act: String,
    pub(super) target: String,
    /// The rest that is agreed to, in minor units; empty for none.
    pub(super) rest: String,
}

pub(super) fn told(l: Locale, open: &Open, line: &super::line::Kept, p: &Proposal) -> Told {
    let target = &p.suggestion.target;
    let (what, href) = what(l, open, target);
    let reasons: Vec<_> = p
        .suggestion
        .reasons
        .iter()
        .map(|r| l.t(reason(*r)))
        .collect();
    let mut why = capital(&l.list(&reasons));
    why.push('.');
    if let Some(rest) = p.rest {
        let kept = l.t1("bank-rest-kept", "amount", money(l, rest));
        why = format!("{why} {kept}");
    }
    Told {
        chip: chip(p.suggestion.confidence),
        what,
        href,
        why,
        act: act(l, line, target),
        target: written(target),
        rest: p
            .rest
            .map(|rest| rest.minor().to_string())
            .unwrap_or_default(),
    }
}

/// The word of the act, with the amount that it moves.
pub(super) fn act(l: Locale, line: &super::line::Kept, target: &Target) -> String {
    let amount = money(l, line.line.amount);
    match target {
        Target::Payout(_) => l.t("bank-confirm-payout").into_owned(),
        _ => l.t1("bank-confirm-payment", "amount", amount).into_owned(),
    }
}

fn what(l: Locale, open: &Open, target: &Target) -> (String, String) {
    if let Target::Payout(id) = target {
        let day = open.arrivals.get(id).map(|day| l.date_medium(*day));
        let text = l.t1("bank-is-payout", "date", day.unwrap_or_default());
        return (text.into_owned(), format!("/payouts/{id}"));
    }
    let owing: Vec<_> = target
        .invoices()
        .iter()
        .filter_map(|id| open.owing.get(id))
        .collect();
    let numbers: Vec<&str> = owing.iter().map(|o| o.number.as_str()).collect();
    let customer = owing.first().map_or("", |o| o.customer.as_str());
    let due: Vec<String> = owing.iter().map(|o| money(l, o.due)).collect();
    let text = l.ta(
        "bank-is-invoice",
        &[
            ("count", (numbers.len() as i64).into()),
            ("number", l.list(&numbers).into()),
            ("customer", customer.into()),
            ("due", l.list(&due).into()),
        ],
    );
    let href = target
        .invoices()
        .first()
        .map(|id| format!("/invoices/{id}"));
    (text.into_owned(), href.unwrap_or_default())
}

/// How sure, in a word.
pub(super) fn chip(confidence: Confidence) -> Chip {
    match confidence {
        Confidence::Certain => Chip::new("positive", "tick", locale::key("bank-certain")),
        Confidence::Likely => Chip::new("info", "half-disc", locale::key("bank-likely")),
        Confidence::Possible => Chip::new("neutral", "open-circle", locale::key("bank-possible")),
    }
}

fn reason(reason: Reason) -> &'static str {
    match reason {
        Reason::SameAmount => locale::key("bank-why-same-amount"),
        Reason::PartOfAmount => locale::key("bank-why-part"),
        Reason::MoreThanDue => locale::key("bank-why-more"),
        Reason::NearArrival => locale::key("bank-why-arrival"),
        Reason::NamesProvider => locale::key("bank-why-provider"),
        Reason::NamesInvoice => locale::key("bank-why-number"),
        Reason::NamesCustomer => locale::key("bank-why-customer"),
        Reason::SumOfSeveral => locale::key("bank-why-several"),
        Reason::NotTheOnlyOne => locale::key("bank-why-not-only"),
        Reason::OtherLineToo => locale::key("bank-why-other-line"),
        Reason::PaymentUnderWay => locale::key("bank-why-under-way"),
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}
