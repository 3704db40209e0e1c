//! `GET /received`: the payments of a month, behind the number on the first page.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use billing::allocation::SourceKind;
use billing::currency::Currency;
use billing::money::Money;
use http::Uri;
use jiff::{Timestamp, ToSpan};
use kit::db::{Error, Tx};
use kit::locale::Locale;

use super::{figures, months};
use crate::app::App;
use crate::fields::Fields;
use crate::page::{Page, Section};
use crate::paging::{Cursor, Paged, query};
use crate::payments::back::went::{self, WentBack};
use crate::payments::received::{self, Receipt, Sum};
use crate::payments::words_of;
use crate::problem::Problem;
use crate::visit::Visit;
use crate::who::Who;

#[derive(Template)]
#[template(path = "dashboard/received.html")]
struct View {
    page: Page,
    /// Net, and what it is made of: a line a currency.
    sums: Vec<(String, String)>,
    rows: Vec<Row>,
    gone: Vec<Gone>,
    /// The month before; always there.
    earlier: Neighbour,
    /// The month after; nothing when that has not begun.
    later: Option<Neighbour>,
    back: String,
    on: String,
}

struct Neighbour {
    name: String,
    href: String,
}

/// A refund of the month, or a dispute that was lost in it.
struct Gone {
    what: String,
    when: String,
    when_iso: String,
    customer: String,
    href: String,
    amount: String,
}

struct Row {
    when: String,
    when_iso: String,
    customer: String,
    how: String,
    invoices: Vec<(String, String)>,
    gross: String,
    fee: String,
    net: String,
}

pub(super) async fn get(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    uri: Uri,
) -> Result<Response, Problem> {
    let fields = Fields::of_query(&uri);
    let this_month = app.clock().today_in(&who.zone()).first_of_month();
    let first = months::read(&fields.get("month")).unwrap_or(this_month);
    let currency = Currency::parse(&fields.get("currency")).ok();
    let cursor = Cursor::read(&fields);
    let span = months::span(first, &who.zone()).map_err(Problem::internal)?;
    let (scope, at) = (who.scope.clone(), cursor.clone());
    let read = move |tx: &mut Tx<'_>| {
        let mut sums = went::left_of(tx, &scope, span)?;
        sums.retain(|sum| currency.is_none_or(|asked| asked == sum.currency));
        let gone = went::list(tx, &scope, span, currency)?;
        let found = received::list(tx, &scope, span, currency, &at)?;
        Ok::<_, Error>((sums, found, gone))
    };
    let (sums, found, gone) = app.db().read(read).await?;
    let page = visit.page(&who).within(Section::Dashboard);
    let l = page.l;
    let code = currency.map(|c| c.code().to_owned()).unwrap_or_default();
    let address = |month: &str| query("/received", &[("month", month), ("currency", &code)]);
    let neighbour = |first| Neighbour {
        name: l.month_long(first),
        href: address(&months::written(first))
            .trim_end_matches('&')
            .to_owned(),
    };
    let paged = Paged::new(found, &cursor, |receipt| &receipt.id);
    let (back, on) = paged.links(&address(&months::written(first)));
    let later = first.saturating_add(1.month());
    let title = l
        .t1("received-title", "month", l.month_long(first))
        .into_owned();
    let view = View {
        sums: sums.iter().map(|sum| line(sum, l)).collect(),
        gone: gone.iter().map(|g| gone_row(g, &who, l)).collect(),
        rows: paged.rows.iter().map(|r| row(r, &who, l)).collect(),
        earlier: neighbour(first.saturating_sub(1.month())),
        later: (later <= this_month).then(|| neighbour(later)),
        back,
        on,
        page: page.titled(title),
    };
    Ok(view.page.ok(&view))
}

fn line(sum: &Sum, l: Locale) -> (String, String) {
    let (code, exponent) = (sum.currency.code(), sum.currency.exponent());
    (
        l.money_with_code(sum.net_minor(), code, exponent),
        figures::parts(sum, l),
    )
}

fn gone_row(gone: &WentBack, who: &Who, l: Locale) -> Gone {
    let at = Timestamp::from_millisecond(gone.at).unwrap_or_default();
    let currency = gone.amount.currency();
    let (what, href) = match gone.source.kind {
        SourceKind::Dispute => (
            l.t("received-dispute"),
            format!("/disputes/{}", gone.source.id),
        ),
        _ => (
            l.t("received-refund"),
            format!("/refunds/{}", gone.source.id),
        ),
    };
    Gone {
        what: what.into_owned(),
        when: l.date_medium(at.to_zoned(who.zone()).date()),
        when_iso: at.to_string(),
        customer: gone.customer.clone(),
        href,
        amount: l.money_with_code(-gone.amount.minor(), currency.code(), currency.exponent()),
    }
}

fn row(receipt: &Receipt, who: &Who, l: Locale) -> Row {
    let at = Timestamp::from_millisecond(receipt.received_at).unwrap_or_default();
    let money = |m: &Money| {
        let currency = m.currency();
        l.money_with_code(m.minor(), currency.code(), currency.exponent())
    };
    let known = |m: &Option<Money>| m.as_ref().map(money).unwrap_or_default();
    Row {
        when: l.date_medium(at.to_zoned(who.zone()).date()),
        when_iso: at.to_string(),
        customer: receipt.customer.clone(),
        how: words_of(l, &receipt.method, &receipt.card_brand, &receipt.card_last4),
        invoices: receipt
            .invoices
            .iter()
            .map(|(id, number)| (format!("/invoices/{id}"), number.clone()))
            .collect(),
        gross: money(&receipt.amount),
        fee: match receipt.is_recorded {
            true => l.t("none").into_owned(),
            false => known(&receipt.fee),
        },
        net: receipt
            .net
            .as_ref()
            .map_or_else(|| money(&receipt.amount), money),
    }
}
