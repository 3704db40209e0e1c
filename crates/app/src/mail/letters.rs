//! What mails say: subject, plain text and HTML of each kind, from plain facts, in the customer's language.

use askama::Template;
use jiff::civil::Date;
use kit::locale::Locale;

use super::LINK_HERE;
use crate::page::mail::Mail;
use crate::settings::Business;

/// A composed mail; the link stands in it as [`LINK_HERE`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// One line: document, number, amount, date.
    pub subject: String,
    /// The plain twin.
    pub text: String,
    /// The HTML twin.
    pub html: String,
}

/// Who writes.
#[derive(Clone, Debug)]
pub struct Sender {
    /// The seller's name, as printed.
    pub name: String,
    /// Postal address and how to reach the seller, one line each.
    pub lines: String,
}

impl Sender {
    /// The business as it is today.
    pub fn of(business: &Business) -> Sender {
        let town = format!(
            "{} {} {}",
            business.city, business.province, business.postal_code
        );
        let lines = [
            business.street.as_str(),
            town.trim(),
            business.email.as_str(),
            business.phone.as_str(),
        ];
        let lines: Vec<&str> = lines.into_iter().filter(|line| !line.is_empty()).collect();
        Sender {
            name: business.name.clone(),
            lines: lines.join("\n"),
        }
    }
}

/// An issued invoice that is to be paid.
#[derive(Clone, Debug)]
pub struct InvoiceFacts {
    /// The customer's language and country.
    pub l: Locale,
    /// Who writes.
    pub sender: Sender,
    /// The number, as printed.
    pub number: String,
    /// The amount due with its currency, as the locale writes it.
    pub amount: String,
    /// The last day to pay.
    pub due: Date,
    /// Whether the button may promise payment online.
    pub pays_online: bool,
}

/// A payment that has arrived.
#[derive(Clone, Debug)]
pub struct ReceiptFacts {
    /// The customer's language and country.
    pub l: Locale,
    /// Who writes.
    pub sender: Sender,
    /// The number of the invoice.
    pub number: String,
    /// What was paid, with its currency.
    pub amount: String,
    /// The day it was paid, in the seller's zone.
    pub paid_on: Date,
    /// What was paid on each invoice, when there are several: number and amount.
    pub parts: Vec<(String, String)>,
    /// What no invoice could use, kept as the customer's credit; empty for nothing.
    pub credited: String,
    /// `Visa •••• 4242`, `Cheque`; empty when not known.
    pub method: String,
    /// What is still owed, with its currency; empty when nothing is.
    pub still_due: String,
}

/// A link that opens the Customer Area once.
#[derive(Clone, Debug)]
pub struct AreaFacts {
    /// The customer's language and country.
    pub l: Locale,
    /// Who writes.
    pub sender: Sender,
    /// How long the link is good for, in minutes.
    pub minutes: i64,
}

#[derive(Template)]
#[template(path = "mail/invoice.html")]
struct InvoiceHtml<'a> {
    mail: &'a Mail,
    facts: &'a InvoiceFacts,
    due: &'a str,
    act: &'a str,
    link: &'static str,
}

#[derive(Template)]
#[template(path = "mail/invoice.txt", escape = "none")]
struct InvoiceText<'a> {
    mail: &'a Mail,
    due: &'a str,
    act: &'a str,
    link: &'static str,
}

/// The mail that brings an invoice.
pub fn invoice(facts: &InvoiceFacts) -> Letter {
    let l = facts.l;
    let due = l.date_long(facts.due);
    let args: &[(&str, kit::locale::Value<'_>)] = &[
        ("number", facts.number.as_str().into()),
        ("business", facts.sender.name.as_str().into()),
        ("amount", facts.amount.as_str().into()),
        ("date", due.as_str().into()),
    ];
    let mail = frame(
        l,
        &facts.sender,
        l.ta("letter-invoice-subject", args).into_owned(),
        l.ta("letter-invoice-first", args).into_owned(),
    );
    let act = match facts.pays_online {
        true => l.t1("letter-pay", "amount", facts.amount.as_str()),
        false => l.t("letter-view-invoice"),
    };
    letter(
        &mail,
        &InvoiceText {
            mail: &mail,
            due: &due,
            act: &act,
            link: LINK_HERE,
        },
        &InvoiceHtml {
            mail: &mail,
            facts,
            due: &due,
            act: &act,
            link: LINK_HERE,
        },
    )
}

#[derive(Template)]
#[template(path = "mail/receipt.html")]
struct ReceiptHtml<'a> {
    mail: &'a Mail,
    facts: &'a ReceiptFacts,
    date: &'a str,
    link: &'static str,
}

#[derive(Template)]
#[template(path = "mail/receipt.txt", escape = "none")]
struct ReceiptText<'a> {
    mail: &'a Mail,
    facts: &'a ReceiptFacts,
    link: &'static str,
}

/// The mail that thanks for a payment.
pub fn receipt(facts: &ReceiptFacts) -> Letter {
    let l = facts.l;
    let date = l.date_long(facts.paid_on);
    let args: &[(&str, kit::locale::Value<'_>)] = &[
        ("number", facts.number.as_str().into()),
        ("business", facts.sender.name.as_str().into()),
        ("amount", facts.amount.as_str().into()),
        ("date", date.as_str().into()),
    ];
    let mail = frame(
        l,
        &facts.sender,
        l.ta("letter-receipt-subject", args).into_owned(),
        l.ta("letter-receipt-first", args).into_owned(),
    );
    letter(
        &mail,
        &ReceiptText {
            mail: &mail,
            facts,
            link: LINK_HERE,
        },
        &ReceiptHtml {
            mail: &mail,
            facts,
            date: &date,
            link: LINK_HERE,
        },
    )
}

#[derive(Template)]
#[template(path = "mail/area_link.html")]
struct AreaHtml<'a> {
    mail: &'a Mail,
    good: &'a str,
    link: &'static str,
}

#[derive(Template)]
#[template(path = "mail/area_link.txt", escape = "none")]
struct AreaText<'a> {
    mail: &'a Mail,
    good: &'a str,
    link: &'static str,
}

/// The mail that opens the Customer Area.
pub fn area_link(facts: &AreaFacts) -> Letter {
    let l = facts.l;
    let business = facts.sender.name.as_str();
    let subject = l
        .t1("letter-area-subject", "business", business)
        .into_owned();
    let mail = frame(
        l,
        &facts.sender,
        subject,
        l.t1("letter-area-first", "business", business).into_owned(),
    );
    let good = l.t1("letter-area-good", "minutes", facts.minutes);
    letter(
        &mail,
        &AreaText {
            mail: &mail,
            good: &good,
            link: LINK_HERE,
        },
        &AreaHtml {
            mail: &mail,
            good: &good,
            link: LINK_HERE,
        },
    )
}

fn frame(l: Locale, sender: &Sender, subject: String, first_line: String) -> Mail {
    Mail {
        l,
        subject,
        first_line,
        business: sender.name.clone(),
        sender: sender.lines.clone(),
    }
}

fn letter(mail: &Mail, text: &impl Template, html: &impl Template) -> Letter {
    let render = |body: askama::Result<String>| {
        body.unwrap_or_else(|error| {
            tracing::error!(%error, subject = mail.subject, "a mail could not be written");
            mail.first_line.clone()
        })
    };
    Letter {
        subject: mail.subject.clone(),
        text: render(text.render()),
        html: render(html.render()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sender() -> Sender {
        Sender {
            name: "Studio <Nord>".into(),
            lines: "1 rue Notre-Dame\nMontréal".into(),
        }
    }

    fn all(l: Locale) -> [Letter; 3] {
        crate::texts::prepare().unwrap();
        let day = jiff::civil::date(2026, 12, 23);
        let (number, amount) = ("2026-0042".to_owned(), l.money(114_975, "CAD", 2));
        [
            invoice(&InvoiceFacts {
                l,
                sender: sender(),
                number: number.clone(),
                amount: amount.clone(),
                due: day,
                pays_online: true,
            }),
            receipt(&ReceiptFacts {
                l,
                sender: sender(),
                number,
                amount,
                paid_on: day,
                parts: vec![("2026-0042".into(), "$1.00".into())],
                credited: "$2.00".into(),
                method: "Visa •••• 4242".into(),
                still_due: String::new(),
            }),
            area_link(&AreaFacts {
                l,
                sender: sender(),
                minutes: 30,
            }),
        ]
    }

    #[test]
    fn every_letter_has_twins_with_the_same_words_and_its_link() {
        for letter in all(Locale::EN_CA).iter().chain(&all(Locale::FR_CA)) {
            assert!(letter.html.contains(LINK_HERE) && letter.text.contains(LINK_HERE));
            assert!(
                letter.text.contains("Studio <Nord>")
                    && letter.html.contains("Studio &#60;Nord&#62;"),
                "{}",
                letter.html
            );
            assert!(!letter.html.contains("<img") && letter.text.lines().count() > 5);
            assert!(!letter.subject.contains('\n'));
        }
    }

    #[test]
    fn a_subject_names_document_number_amount_and_date_in_both_languages() {
        let [english, receipt, _] = all(Locale::EN_CA);
        assert_eq!(
            english.subject,
            "Invoice 2026-0042 from Studio <Nord>: $1,149.75 due December 23, 2026"
        );
        assert_eq!(
            receipt.subject,
            "Receipt for invoice 2026-0042: $1,149.75 paid on December 23, 2026"
        );
        let [french, ..] = all(Locale::FR_CA);
        let plain = french.subject.replace(['\u{a0}', '\u{202f}'], " ");
        assert_eq!(
            plain,
            "Facture 2026-0042 de Studio <Nord> : 1 149,75 $ à payer au plus tard le 23 décembre 2026"
        );
    }
}
