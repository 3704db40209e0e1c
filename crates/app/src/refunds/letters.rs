//! What the mails of a refund say: to the payer that money is on its way back, to the seller that it did not arrive.

use jiff::civil::Date;
use kit::locale::{self, Locale};

use crate::mail::letters::Sender;
use crate::mail::news::News;

/// Money on its way back to the payer.
#[derive(Clone, Debug)]
pub(super) struct Returned {
    pub l: Locale,
    pub sender: Sender,
    /// The number of the invoice, as printed.
    pub number: String,
    /// What goes back, with its currency.
    pub amount: String,
    pub on: Date,
    /// `Visa •••• 4242`; empty when not known.
    pub method: String,
    /// What is owed again on the invoice; empty when nothing is.
    pub owed: String,
}

pub(super) fn returned(r: &Returned) -> News {
    let (l, number, amount) = (r.l, r.number.as_str(), r.amount.as_str());
    let day = l.date_long(r.on);
    let args: &[(&str, locale::Value<'_>)] = &[
        ("number", number.into()),
        ("amount", amount.into()),
        ("business", r.sender.name.as_str().into()),
        ("date", day.as_str().into()),
    ];
    let mut facts = vec![(l.t("invoice").into_owned(), r.number.clone())];
    if !r.method.is_empty() {
        facts.push((l.t("refund-letter-to").into_owned(), r.method.clone()));
    }
    if !r.owed.is_empty() {
        facts.push((l.t("amount-due").into_owned(), r.owed.clone()));
    }
    News {
        l,
        sender: r.sender.clone(),
        subject: l.ta("refund-letter-subject", args).into_owned(),
        first: l.ta("refund-letter-first", args).into_owned(),
        amount: r.amount.clone(),
        facts,
        text: vec![
            l.t("refund-letter-when").into_owned(),
            l.t("letter-questions").into_owned(),
        ],
        act: l.t("letter-view-invoice").into_owned(),
    }
}

/// A refund that did not arrive; for the seller.
#[derive(Clone, Debug)]
pub(super) struct NotArrived {
    pub l: Locale,
    pub sender: Sender,
    pub customer: String,
    /// It waits in the tray again: nobody has said whose it is.
    pub in_tray: bool,
    pub amount: String,
    /// Why, in words.
    pub why: String,
}

pub(super) fn not_arrived(r: &NotArrived) -> News {
    let l = r.l;
    let args: &[(&str, locale::Value<'_>)] = &[
        ("customer", r.customer.as_str().into()),
        ("amount", r.amount.as_str().into()),
    ];
    News {
        l,
        sender: r.sender.clone(),
        subject: l.ta("refund-failed-letter-subject", args).into_owned(),
        first: l.ta("refund-failed-letter-first", args).into_owned(),
        amount: String::new(),
        facts: vec![(l.t("refund-why").into_owned(), r.why.clone())],
        text: if r.in_tray {
            vec![l.t("refund-back-in-tray").into_owned()]
        } else {
            vec![
                l.t("refund-failed-letter-money").into_owned(),
                l.t("refund-failed-letter-do").into_owned(),
            ]
        },
        act: l.t("refund-see").into_owned(),
    }
}
