//! `GET /area`: the issued invoices of the visitor's address, or the form that asks for the address. An issued invoice
//! is here at once, a draft never.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use billing::Mode;
use billing::currency::Currency;
use billing::invoice::state::{InvoiceState, amount_due};
use billing::money::Money;
use billing::standing::{Facts, standing};
use jiff::civil::Date;
use kit::db::{Error, Tx};
use kit::locale::Locale;

use super::store::Kept;
use super::{Known, Visitor, ask, store};
use crate::app::App;
use crate::cards;
use crate::invoices::link;
use crate::online_payment;
use crate::page::{Chip, Page};
use crate::problem::Problem;
use crate::settings;
use crate::visit::{Visit, see_other};
use crate::who::Scope;

#[derive(Template)]
#[template(path = "customer_area/list.html")]
struct List {
    page: Page,
    email: String,
    invoices: Vec<Row>,
    /// Several can be paid at once.
    several: bool,
    /// A card is kept, so that an invoice is paid by one press.
    kept: bool,
}

/// One invoice.
struct Row {
    id: String,
    number: String,
    amount: String,
    due: String,
    due_iso: String,
    chip: Chip,
    /// Whether it can be paid together with others.
    payable: bool,
}

/// The list, or the form.
///
/// # Errors
/// Of the database.
pub async fn get(State(app): State<App>, known: Known, visit: Visit) -> Result<Response, Problem> {
    let Some(visitor) = known.0 else {
        let view = ask::form(&visit);
        return Ok(view.page.ok(&view));
    };
    let wanted = visitor.clone();
    let read = move |tx: &mut Tx<'_>| {
        let scope = Scope {
            business_id: wanted.business_id.clone(),
            mode: Mode::Live,
        };
        Ok::<_, Error>((
            settings::business(tx, &wanted.business_id)?,
            store::list_invoices(tx, &wanted)?,
            online_payment::drawer(tx, &scope)?.is_some_and(|drawer| drawer.enabled),
            has_cards(tx, &scope, &wanted)?,
        ))
    };
    let (business, kept, online, has_cards) = app.db().read(read).await?;
    let today = app.clock().today_in(&business.zone());
    let page = visit.public(
        visit.preferred,
        business.country.code(),
        &business.name,
        Mode::Live,
    );
    let l = page.l;
    let invoices: Vec<Row> = kept
        .iter()
        .map(|one| row(l, one, today))
        .collect::<Result<_, _>>()?;
    let payable = invoices.iter().filter(|row| row.payable).count();
    let title = l.t("area-title").into_owned();
    let view = List {
        page: page.titled(title),
        email: visitor.email,
        several: online && payable > 1,
        kept: online && has_cards,
        invoices,
    };
    Ok(view.page.ok(&view))
}

fn has_cards(tx: &mut Tx<'_>, scope: &Scope, visitor: &Visitor) -> Result<bool, Error> {
    for person in store::list_persons(tx, visitor)? {
        if !cards::list(tx, scope, &person.id)?.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

fn row(l: Locale, kept: &Kept, today: Date) -> Result<Row, Error> {
    let shape = |what: &str| Error::Shape(format!("invoice {}: bad {what}", kept.id));
    let currency = Currency::parse(&kept.currency).map_err(|_| shape("currency"))?;
    let money = |minor: i64| Money::from_minor(minor, currency).map_err(|_| shape("amount"));
    let due_date: Date = kept.due_date.parse().map_err(|_| shape("due date"))?;
    let state = InvoiceState::parse(&kept.state).ok_or_else(|| shape("state"))?;
    let (total, applied) = (
        money(kept.total_minor)?,
        // What the seller has given up may still be paid.
        money(kept.applied_minor - kept.written_off_minor)?,
    );
    let due = amount_due(total, applied).map_err(|_| shape("amount"))?;
    let facts = Facts {
        // That the seller has given it up is the seller's own note.
        state: if state == InvoiceState::Uncollectible {
            InvoiceState::Open
        } else {
            state
        },
        amount_due: due,
        applied,
        received: money(kept.received_minor)?,
        refunded: money(kept.refunded_minor)?,
        credited: money(kept.credited_minor)?,
        // What a bank and the seller argue about is not shown to the payer.
        disputed: false,
        processing: kept.processing_minor > 0,
        due_date: Some(due_date),
        today,
    };
    let shown = if due.is_zero() || state == InvoiceState::Void {
        total
    } else {
        due
    };
    Ok(Row {
        id: kept.id.clone(),
        number: kept.number.clone(),
        amount: l.money(shown.minor(), currency.code(), currency.exponent()),
        due: l
            .t1("area-list-due", "date", l.date_long(due_date))
            .into_owned(),
        due_iso: due_date.to_string(),
        payable: state.takes_payment() && due.is_positive() && kept.processing_minor == 0,
        chip: standing(&facts).into(),
    })
}

/// `POST /area/invoices/{id}`: to the invoice's own page. By post, so that its link stands in no list.
///
/// # Errors
/// [`Problem::NotFound`] for an invoice of somebody else; else of the database.
pub async fn open(
    State(app): State<App>,
    known: Known,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let Some(visitor) = known.0 else {
        return Ok(see_other("/area"));
    };
    let hands = app.clone();
    let found = app
        .db()
        .read(move |tx| address(tx, &hands, &visitor, &id))
        .await?;
    let address = found.ok_or(Problem::NotFound)?;
    Ok(see_other(
        address.strip_prefix(app.public_url()).unwrap_or(&address),
    ))
}

fn address(
    tx: &mut Tx<'_>,
    app: &App,
    visitor: &Visitor,
    id: &str,
) -> Result<Option<String>, Error> {
    if !store::is_of_visitor(tx, visitor, id)? {
        return Ok(None);
    }
    Ok(link::for_invoice(tx, app, id)?.map(|(_, address)| address))
}
