//! `GET /payments/{id}`: one payment: how it came, what it was applied to, and what can be done about it.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use jiff::Timestamp;
use kit::db::{Error, Tx};
use kit::locale::{self, Locale};

use super::booked;
use super::store::{self, Particulars, PaymentSummary};
use super::tray::list::why_words;
use super::words::{chip, method_words, money};
use crate::app::App;
use crate::balance::{self, Line};
use crate::customers;
use crate::invoices::claim::{self, Share, Source};
use crate::page::{Chip, Page, Section};
use crate::problem::Problem;
use crate::visit::Visit;
use crate::who::{Scope, Who};

#[derive(Template)]
#[template(path = "payments/show.html")]
struct View {
    page: Page,
    id: String,
    chip: Chip,
    amount: String,
    customer: String,
    customer_href: String,
    facts: Vec<(String, String)>,
    shares: Vec<Part>,
    /// What no invoice could use; empty for nothing.
    credited: String,
    /// When, by whom and why it was taken back; empty when it was not.
    taken_back: String,
    /// Whether it can be taken back here.
    can_reverse: bool,
    /// Why it belongs to nobody yet; empty when it does.
    waits: String,
}

/// What one invoice took.
struct Part {
    href: String,
    number: String,
    amount: String,
}

/// A payment and what its page shows of it.
pub(super) struct Found {
    pub(super) payment: PaymentSummary,
    pub(super) more: Particulars,
    pub(super) customer: String,
    pub(super) shares: Vec<Share>,
    /// The line by which it came into the seller's balance; nothing while it is not known, or past Stripe.
    pub(super) line: Option<Line>,
}

impl Found {
    /// What no invoice took, as it was booked.
    pub(super) fn credited(&self) -> billing::money::Money {
        let mut left = self.payment.amount;
        for share in &self.shares {
            left = left.checked_sub(share.amount).unwrap_or(left);
        }
        left
    }
}

pub(super) async fn get(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let scope = who.scope.clone();
    let found = app
        .db()
        .read(move |tx| find(tx, &scope, &id))
        .await?
        .ok_or(Problem::NotFound)?;
    let page = visit.page(&who).within(Section::Invoices);
    let l = page.l;
    let title = l.t1(
        "payments-title",
        "number",
        found.payment.receipt_number.as_str(),
    );
    let credited = found.credited();
    let view = View {
        page: page.titled(title),
        chip: chip(&found.payment, !found.more.unallocated.is_empty()),
        waits: match found.more.unallocated.as_str() {
            "" => String::new(),
            why => why_words(l, why),
        },
        amount: money(l, found.payment.amount),
        customer_href: format!("/customers/{}", found.more.customer_id),
        facts: facts(l, &who, &found),
        shares: found.shares.iter().map(|share| part(l, share)).collect(),
        credited: if credited.is_positive() && found.more.unallocated.is_empty() {
            money(l, credited)
        } else {
            String::new()
        },
        taken_back: taken_back(l, &who, &found),
        can_reverse: found.payment.intent_id.is_empty() && found.payment.reversed_at.is_none(),
        id: found.payment.id,
        customer: found.customer,
    };
    Ok(view.page.ok(&view))
}

/// Reads a payment; nothing for one of another drawer.
pub(super) fn find(tx: &mut Tx<'_>, scope: &Scope, id: &str) -> Result<Option<Found>, Error> {
    let Some(payment) = store::find_payment(tx, scope, id)? else {
        return Ok(None);
    };
    let more = store::get_particulars(tx, id)?;
    let customer = customers::find(tx, &scope.business_id, &more.customer_id)?;
    let charge = booked::find(tx, scope, id)?.map(|booked| booked.charge_id);
    let lines = match charge {
        Some(charge) if !charge.is_empty() => balance::of_source(tx, scope, &charge)?,
        _ => Vec::new(),
    };
    Ok(Some(Found {
        line: lines.into_iter().find(|line| line.amount.is_positive()),
        shares: claim::list_shares(tx, &Source::payment(id))?,
        customer: customer.map(|c| c.name).unwrap_or_default(),
        payment,
        more,
    }))
}

fn part(l: Locale, share: &Share) -> Part {
    Part {
        href: format!("/invoices/{}", share.invoice_id),
        number: share.number.clone(),
        amount: money(l, share.amount),
    }
}

fn facts(l: Locale, who: &Who, found: &Found) -> Vec<(String, String)> {
    let (p, more) = (&found.payment, &found.more);
    let mut facts = vec![
        (l.t("payments-received-on"), day(l, who, p.received_at)),
        (l.t("payments-method"), method_words(l, p)),
    ];
    if !more.reference.is_empty() {
        facts.push((l.t("payments-reference"), more.reference.clone()));
    }
    if !more.recorded_by.is_empty() {
        facts.push((l.t("payments-recorded-by"), more.recorded_by.clone()));
    }
    facts.push((l.t("payments-receipt-number"), p.receipt_number.clone()));
    let owned = |(name, value): (std::borrow::Cow<'_, str>, String)| (name.into_owned(), value);
    let mut facts: Vec<_> = facts.into_iter().map(owned).collect();
    if let Some(line) = &found.line {
        facts.extend(settlement(l, who, line));
    }
    facts
}

/// What it did to the seller's balance: gross, fee, the tax on the fee, net, and from when it can be paid out.
fn settlement(l: Locale, who: &Who, line: &Line) -> Vec<(String, String)> {
    let mut facts = Vec::new();
    let mut fact = |name: &'static str, value: String| facts.push((l.t(name).into_owned(), value));
    if line.exchange_rate.is_empty() {
        fact(locale::key("payments-gross"), money(l, line.amount));
    } else {
        let (gross, rate) = (money(l, line.amount), l.decimal(&line.exchange_rate));
        let words = l.t2(
            "payments-exchanged",
            "amount",
            gross.as_str(),
            "rate",
            rate.as_str(),
        );
        fact(locale::key("payments-gross"), words.into_owned());
    }
    let own = line.fee.checked_sub(line.tax).unwrap_or(line.fee);
    fact(locale::key("payments-fee"), money(l, own));
    if line.tax.is_positive() {
        fact(locale::key("payments-fee-tax"), money(l, line.tax));
    }
    fact(locale::key("payments-net"), money(l, line.net));
    fact(
        locale::key("payments-available"),
        day(l, who, line.available_at),
    );
    facts
}

fn taken_back(l: Locale, who: &Who, found: &Found) -> String {
    let Some(at) = found.payment.reversed_at else {
        return String::new();
    };
    let (day, more) = (day(l, who, at), &found.more);
    let args = [
        ("day", day.as_str().into()),
        ("actor", more.reversed_by.as_str().into()),
        ("reason", more.reversal_reason.as_str().into()),
    ];
    l.ta("payments-taken-back", &args).into_owned()
}

pub(super) fn day(l: Locale, who: &Who, at_ms: i64) -> String {
    let at = Timestamp::from_millisecond(at_ms).unwrap_or_default();
    l.date_long(at.to_zoned(who.zone()).date())
}
