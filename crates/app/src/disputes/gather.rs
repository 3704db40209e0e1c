//! The evidence file: everything we have that speaks of a disputed payment, put together from our own rows. The same
//! dossier is the page, the paper and the words handed in.

use billing::dispute::evidence::shortened;
use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};
use kit::db::{Error, Tx};
use kit::locale::{self, Locale};

use super::{DisputeRow, store, words};
use crate::customers;
use crate::figures;
use crate::invoices::claim;
use crate::invoices::frozen::{self, Frozen, Party};
use crate::invoices::history::{self, Past};
use crate::mail::{self, Mailed, State};
use crate::payments::booked::{self, Booked};
use crate::payments::trace::{self, Attempted};
use crate::places::country_name;
use crate::settings;

/// One part of the file.
#[derive(Clone, Debug)]
pub(super) struct Section {
    /// Its heading.
    pub heading: String,
    /// Name and value, one a line.
    pub rows: Vec<(String, String)>,
}

/// The whole file.
#[derive(Clone, Debug)]
pub(super) struct Dossier {
    /// Its language.
    pub l: Locale,
    /// The seller.
    pub seller: String,
    /// Its title.
    pub title: String,
    /// Its parts, in order.
    pub sections: Vec<Section>,
    /// The payer as the invoice names them.
    pub customer: Customer,
    /// What was sold, one line each.
    pub sold: String,
    /// The terms that stand on the invoice; may be empty.
    pub terms: String,
    /// What went to the payer and what the payer did, one line each.
    pub log: String,
}

/// The payer, for the bank.
#[derive(Clone, Debug, Default)]
pub(super) struct Customer {
    pub name: String,
    pub email: String,
    pub address: String,
}

/// One invoice of the payment and what is known of it.
struct Told {
    frozen: Frozen,
    history: Vec<Past>,
    mails: Vec<Mailed>,
    attempts: Vec<Attempted>,
}

/// Puts the file together, in the seller's language: what is read here is what the bank will read.
///
/// # Errors
/// Of the database.
pub(super) fn for_bank(tx: &mut Tx<'_>, row: &DisputeRow) -> Result<Dossier, Error> {
    let business = settings::business(tx, &row.scope.business_id)?;
    let l = Locale::for_customer(business.language, business.country.code());
    let zone = business.zone();
    let payment = booked::find(tx, &row.scope, &row.payment_id)?.ok_or(Error::NoRow)?;
    let mut told = Vec::new();
    for share in claim::list_shares(tx, &payment.source())? {
        let Some(frozen) = frozen::find(tx, &row.scope, &share.invoice_id)? else {
            continue;
        };
        told.push(Told {
            history: history::list(tx, &share.invoice_id)?,
            mails: mail::list_by_invoice(tx, &row.scope, &share.invoice_id)?,
            attempts: trace::list_attempts(tx, &share.invoice_id)?,
            frozen,
        });
    }
    let typed = store::list_words(tx, &row.id)?;
    let email = customers::find(tx, &row.scope.business_id, &payment.customer_id)?
        .map(|c| c.email)
        .unwrap_or_default();
    Ok(write(
        l,
        &zone,
        row,
        &business.name,
        &payment,
        &told,
        &typed,
        &email,
    ))
}

#[allow(clippy::too_many_arguments)] // everything the file is written from, gathered once
fn write(
    l: Locale,
    zone: &TimeZone,
    row: &DisputeRow,
    seller: &str,
    payment: &Booked,
    told: &[Told],
    typed: &[(String, String)],
    email: &str,
) -> Dossier {
    let mut sections = vec![in_question(l, zone, row, payment)];
    let customer = told
        .first()
        .map(|t| customer(l, &t.frozen.buyer, email))
        .unwrap_or_default();
    sections.push(section(
        l.t("evidence-customer").into_owned(),
        vec![
            (l.t("evidence-name").into_owned(), customer.name.clone()),
            (l.t("evidence-email").into_owned(), customer.email.clone()),
            (
                l.t("evidence-address").into_owned(),
                customer.address.clone(),
            ),
        ],
    ));
    for one in told {
        sections.push(invoice(l, &one.frozen));
        sections.push(section(
            l.t("evidence-terms").into_owned(),
            terms_rows(l, &one.frozen),
        ));
        sections.push(section(
            l.t("evidence-delivery").into_owned(),
            delivery(l, zone, one),
        ));
        sections.push(section(
            l.t("evidence-behaviour").into_owned(),
            behaviour(l, zone, one),
        ));
        sections.push(section(
            l.t("evidence-history").into_owned(),
            past(l, zone, one),
        ));
    }
    let own: Vec<(String, String)> = typed
        .iter()
        .filter(|(_, text)| !text.trim().is_empty())
        .map(|(field, text)| (super::answer::label(l, field), text.clone()))
        .collect();
    sections.push(section(l.t("evidence-own-words").into_owned(), own));
    sections.retain(|section| !section.rows.is_empty());
    Dossier {
        l,
        seller: seller.to_owned(),
        title: l
            .t1("evidence-title", "id", row.stripe_id.as_str())
            .into_owned(),
        customer,
        sold: told
            .iter()
            .map(|t| sold(l, &t.frozen))
            .collect::<Vec<_>>()
            .join("\n"),
        terms: told
            .iter()
            .map(|t| t.frozen.notes.clone())
            .filter(|notes| !notes.trim().is_empty())
            .collect::<Vec<_>>()
            .join("\n"),
        log: told
            .iter()
            .map(|t| log(l, zone, t))
            .collect::<Vec<_>>()
            .join("\n"),
        sections,
    }
}

fn section(heading: String, mut rows: Vec<(String, String)>) -> Section {
    rows.retain(|(_, value)| !value.trim().is_empty());
    Section { heading, rows }
}

fn in_question(l: Locale, zone: &TimeZone, row: &DisputeRow, payment: &Booked) -> Section {
    section(
        l.t("evidence-payment").into_owned(),
        vec![
            (
                l.t("evidence-paid").into_owned(),
                words::money(l, payment.amount),
            ),
            (
                l.t("evidence-paid-at").into_owned(),
                when(l, payment.received_at, zone),
            ),
            (l.t("evidence-method").into_owned(), payment.card_words()),
            (
                l.t("evidence-charge").into_owned(),
                payment.charge_id.clone(),
            ),
            (
                l.t("evidence-receipt").into_owned(),
                payment.receipt_number.clone(),
            ),
            (
                l.t("evidence-disputed").into_owned(),
                words::money(l, row.amount),
            ),
            (
                l.t("evidence-disputed-at").into_owned(),
                when(l, row.opened_at, zone),
            ),
            (
                l.t("evidence-because").into_owned(),
                words::reason(l, &row.reason),
            ),
            (
                l.t("evidence-network-code").into_owned(),
                row.network_code.clone(),
            ),
        ],
    )
}

fn customer(l: Locale, buyer: &Party, email: &str) -> Customer {
    let town = [
        buyer.city.as_str(),
        buyer.province.as_str(),
        buyer.postal_code.as_str(),
    ];
    let town: Vec<&str> = town.into_iter().filter(|part| !part.is_empty()).collect();
    let country = country_name(l, &buyer.country);
    let lines = [buyer.street.as_str(), &town.join(" "), &country];
    let lines: Vec<&str> = lines.into_iter().filter(|line| !line.is_empty()).collect();
    Customer {
        name: buyer.name.clone(),
        email: if buyer.email.is_empty() {
            email.to_owned()
        } else {
            buyer.email.clone()
        },
        address: lines.join(", "),
    }
}

fn invoice(l: Locale, f: &Frozen) -> Section {
    let mut rows = vec![
        (l.t("number").into_owned(), f.number.clone()),
        (
            l.t("paper-issue-date").into_owned(),
            l.date_long(f.issue_date),
        ),
        (l.t("paper-due-date").into_owned(), l.date_long(f.due_date)),
        (l.t("paper-reference").into_owned(), f.reference.clone()),
    ];
    for line in &f.lines {
        rows.push((line.description.clone(), line_words(l, f, line)));
    }
    for tax in &f.taxes {
        let name = if l.lang() == locale::Lang::Fr {
            &tax.name_fr
        } else {
            &tax.name_en
        };
        rows.push((
            format!("{name} {}", l.percent(&tax.percent)),
            f.money(l, tax.amount_minor),
        ));
    }
    rows.push((l.t("total").into_owned(), f.money(l, f.total_minor)));
    section(
        l.t1("evidence-invoice", "number", f.number.as_str())
            .into_owned(),
        rows,
    )
}

fn line_words(l: Locale, f: &Frozen, line: &frozen::FrozenLine) -> String {
    format!(
        "{} {} × {} = {}",
        l.quantity(&line.quantity),
        figures::unit_words(&line.quantity, &line.unit),
        figures::in_box(l, &line.unit_price),
        f.money(l, line.net_minor)
    )
    .replace("  ", " ")
}

fn sold(l: Locale, f: &Frozen) -> String {
    let lines: Vec<String> = f
        .lines
        .iter()
        .map(|line| pair(l, &line.description, &line_words(l, f, line)))
        .collect();
    lines.join("\n")
}

fn terms_rows(l: Locale, f: &Frozen) -> Vec<(String, String)> {
    vec![
        (l.t("evidence-due").into_owned(), l.date_long(f.due_date)),
        (l.t("evidence-notes").into_owned(), f.notes.clone()),
    ]
}

/// Every mail that went, with what the mail server said to it in its own words. One that did not go proves nothing, and
/// is not told.
fn delivery(l: Locale, zone: &TimeZone, one: &Told) -> Vec<(String, String)> {
    let went = |mail: &&Mailed| mail.state == State::Sent;
    let mut mails: Vec<&Mailed> = one.mails.iter().filter(went).collect();
    mails.sort_by_key(|mail| mail.created_at);
    mails
        .into_iter()
        .map(|mail| {
            let at = when(l, mail.sent_at.unwrap_or(mail.created_at), zone);
            let args: &[(&str, locale::Value<'_>)] = &[
                ("subject", mail.subject.as_str().into()),
                ("address", mail.to_address.as_str().into()),
                ("answer", mail.last_answer.as_str().into()),
            ];
            let said = if mail.last_answer.is_empty() {
                l.ta("evidence-mail-sent", args)
            } else {
                l.ta("evidence-mail-accepted", args)
            };
            (at, said.into_owned())
        })
        .collect()
}

/// What the payer did: opened the link, tried, paid.
fn behaviour(l: Locale, zone: &TimeZone, one: &Told) -> Vec<(String, String)> {
    let mut acts: Vec<(i64, String)> = Vec::new();
    for past in one.history.iter().filter(|past| past.act == "seen") {
        acts.push((past.at, l.t("evidence-opened").into_owned()));
    }
    for attempt in &one.attempts {
        let amount = words::money(l, attempt.amount);
        acts.push((
            attempt.created_at,
            l.t1("evidence-began-paying", "amount", amount.as_str())
                .into_owned(),
        ));
        let end = match attempt.state.as_str() {
            "succeeded" => l.t1("evidence-paid-it", "amount", amount.as_str()),
            "declined" => l.t1("evidence-was-declined", "amount", amount.as_str()),
            _ => continue,
        };
        acts.push((attempt.updated_at, end.into_owned()));
    }
    acts.sort_by_key(|(at, _)| *at);
    acts.into_iter()
        .map(|(at, words)| (when(l, at, zone), words))
        .collect()
}

fn past(l: Locale, zone: &TimeZone, one: &Told) -> Vec<(String, String)> {
    // That a mail was written says nothing of whether it went: the mails stand by themselves, as they went.
    let mailed =
        |past: &&Past| !matches!(past.act.as_str(), "sent" | "refund-mailed" | "receipt-sent");
    let mut all: Vec<&Past> = one.history.iter().filter(mailed).collect();
    all.sort_by_key(|past| past.at);
    all.into_iter()
        .map(|past| (when(l, past.at, zone), history::words(past, l)))
        .collect()
}

/// A name and its value in one line, with the language's own colon.
fn pair(l: Locale, name: &str, value: &str) -> String {
    l.t2("evidence-pair", "name", name, "value", value)
        .into_owned()
}

fn log(l: Locale, zone: &TimeZone, one: &Told) -> String {
    let mut lines = vec![format!("{} {}", l.t("invoice"), one.frozen.number)];
    let all = delivery(l, zone, one)
        .into_iter()
        .chain(behaviour(l, zone, one));
    lines.extend(all.map(|(at, words)| pair(l, &at, &words)));
    lines.join("\n")
}

fn when(l: Locale, ms: i64, zone: &TimeZone) -> String {
    let instant = Timestamp::from_millisecond(ms).unwrap_or_default();
    format!(
        "{} ({})",
        l.date_time(instant, zone),
        offset_words(zone.to_offset(instant))
    )
}

/// `UTC−5`, `UTC+5:30`: a bank in another country must not take the time for its own.
fn offset_words(offset: Offset) -> String {
    let minutes = offset.seconds() / 60;
    let sign = if minutes < 0 { '−' } else { '+' };
    let (hours, rest) = (minutes.abs() / 60, minutes.abs() % 60);
    match (hours, rest) {
        (0, 0) => "UTC".to_owned(),
        (_, 0) => format!("UTC{sign}{hours}"),
        _ => format!("UTC{sign}{hours}:{rest:02}"),
    }
}

impl Dossier {
    /// The file as plain text, shortened to what one field at the bank takes.
    pub(super) fn text(&self) -> String {
        let mut out = String::new();
        for section in &self.sections {
            out.push_str(&section.heading);
            out.push('\n');
            for (name, value) in &section.rows {
                out.push_str(&pair(self.l, name, value));
                out.push('\n');
            }
            out.push('\n');
        }
        shortened(out.trim_end())
    }
}

#[cfg(test)]
mod tests {
    use super::{Offset, offset_words};

    #[test]
    fn a_time_says_how_far_it_is_from_the_one_everybody_knows() {
        for (seconds, words) in [
            (0, "UTC"),
            (-18_000, "UTC−5"),
            (19_800, "UTC+5:30"),
            (-12_600, "UTC−3:30"),
        ] {
            assert_eq!(offset_words(Offset::from_seconds(seconds).unwrap()), words);
        }
    }
}
