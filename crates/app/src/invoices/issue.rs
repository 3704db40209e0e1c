//! `POST /invoices/{id}/issue`: take the number, freeze, book the claim, make the link. One transaction, one commit.

use axum::extract::{Path, State};
use axum::response::Response;
use billing::customer::{Address, Seller};
use billing::invoice::draft::{IssueContext, IssueRefusal};
use billing::invoice::state::InvoiceState;
use billing::ledger;
use jiff::civil::Date;
use kit::db::{Error, Tx};

use super::command::Command;
use super::frozen::{self, Frozen, Preceding};
use super::series::{self, Kind};
use super::{check, claim, link, send, store};
use crate::app::App;
use crate::audit;
use crate::customers::{self, Customer};
use crate::fields::Fields;
use crate::ledger::{About, post as book};
use crate::problem::Problem;
use crate::settings::{self, Business, SellerRate};
use crate::visit::{Visit, see_other_saying};
use crate::who::{Scope, Who};

/// Who issues, for the history and the record.
#[derive(Clone, Debug, Default)]
pub struct Actor {
    /// The user, when it is one.
    pub user_id: Option<String>,
    /// The name as it is today.
    pub name: String,
    /// From where.
    pub address: String,
}

/// How an attempt to issue ended.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// It is issued now.
    Issued(Issued),
    /// It was issued before: a second press, another window.
    Already,
    /// Somebody changed the draft after the check page was shown.
    Changed,
    /// Every rule that stands against it. Nothing was changed and no number was used.
    Refused(Vec<IssueRefusal>),
}

/// What came of issuing.
#[derive(Clone, Debug)]
pub struct Issued {
    /// The number it took.
    pub number: String,
    /// Its public link's id; the address by [`link::by_id`].
    pub link_id: String,
    /// Where the customer reads mail; empty when unknown.
    pub email: String,
}

pub(super) async fn post(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Problem> {
    let version = fields.get("version").parse().ok();
    let wants_mail = fields.find("send").is_some();
    let actor = Actor {
        user_id: Some(who.user_id.clone()),
        name: who.name.clone(),
        address: visit.address.clone(),
    };
    let (hands, scope, invoice) = (app.clone(), who.scope.clone(), id.clone());
    let outcome = app
        .db()
        .write(move |tx| {
            let outcome = issue(tx, &hands, &scope, &invoice, version, &actor)?;
            if matches!(outcome, Outcome::Issued(_)) && wants_mail {
                send::queue(tx, &hands, &scope, &invoice, &actor.name)?;
            }
            Ok::<_, Error>(outcome)
        })
        .await?;
    let l = visit.page(&who).l;
    let to = format!("/invoices/{id}");
    match outcome {
        Outcome::Issued(issued) => {
            let said = l.t1("invoices-issued", "number", issued.number);
            Ok(see_other_saying(&app, &to, "positive", said))
        }
        Outcome::Already => Ok(see_other_saying(
            &app,
            &to,
            "info",
            l.t("invoices-issued-already"),
        )),
        Outcome::Changed => check::show_again(&app, &who, &visit, &id, true).await,
        Outcome::Refused(_) => check::show_again(&app, &who, &visit, &id, false).await,
    }
}

/// Issues a draft. The number is taken under a lock on its series inside this transaction, so that a transaction
/// that fails gives it back and no hole is left (IL-01). `version`: the draft the person has seen; nothing to take
/// it as it is.
///
/// # Errors
/// [`Error::NoRow`] for an unknown invoice; else of the database.
pub fn issue(
    tx: &mut Tx<'_>,
    app: &App,
    scope: &Scope,
    id: &str,
    version: Option<i64>,
    actor: &Actor,
) -> Result<Outcome, Error> {
    let kept = store::lock(tx, scope, id)?.ok_or(Error::NoRow)?;
    if kept.state != InvoiceState::Draft {
        return Ok(Outcome::Already);
    }
    if version.is_some_and(|seen| seen != kept.version) {
        return Ok(Outcome::Changed);
    }
    let command = store::get_command(tx, &kept)?;
    let papers = Papers::load(tx, app, scope, command)?;
    let series = store::lock_series(tx, scope, Kind::Invoice)?;
    let seller = papers.seller();
    let context = IssueContext {
        seller: &seller,
        issue_date: papers.issue_date,
        last_issue_date: series.last_issue_date,
    };
    let draft = papers.command.draft(
        id,
        scope,
        &papers.customer,
        &papers.rates,
        papers.issue_date,
    )?;
    if let Err(refusals) = draft.check(context) {
        return Ok(Outcome::Refused(refusals));
    }
    let look = series::look(&series.pattern)?;
    let count = series::next_count(&look, &series, papers.issue_date);
    let number = look
        .number(scope.mode, papers.issue_date, count.unsigned_abs())
        .map_err(shape)?;
    let invoice = match draft.issue(context, number) {
        Ok(invoice) => invoice,
        Err(refusals) => return Ok(Outcome::Refused(refusals)),
    };
    let mut frozen = Frozen::new(
        &invoice,
        &papers.command,
        &papers.business,
        &papers.customer,
    );
    frozen.replaces = frozen::find(tx, scope, &kept.replaces_id)?.map(|before| Preceding {
        number: before.number,
        issue_date: before.issue_date,
    });
    store::update_series(tx, scope, Kind::Invoice, count + 1, papers.issue_date)?;
    store::update_issued(
        tx,
        &store::Issued {
            id,
            state: invoice.state,
            frozen: &frozen,
            now_ms: app.now_ms(),
        },
    )?;
    if let Some(entry) = ledger::invoice_issued(&invoice.totals).map_err(shape)? {
        book(
            tx,
            app,
            scope,
            &about(&frozen, id, &papers.customer.id),
            &entry,
        )?;
    }
    let link_id = link::create(tx, app, id)?;
    claim::note(tx, app, id, "issued", &actor.name, &frozen.number)?;
    record(tx, app, scope, actor, &frozen)?;
    Ok(Outcome::Issued(Issued {
        number: frozen.number,
        link_id,
        email: papers.customer.email,
    }))
}

/// Everything that is looked at before a draft is issued.
pub(super) struct Papers {
    pub(super) command: Command,
    pub(super) business: Business,
    pub(super) customer: Customer,
    pub(super) rates: Vec<SellerRate>,
    /// The day it will bear, in the seller's zone.
    pub(super) issue_date: Date,
}

impl Papers {
    pub(super) fn load(
        tx: &mut Tx<'_>,
        app: &App,
        scope: &Scope,
        command: Command,
    ) -> Result<Papers, Error> {
        let business = settings::business(tx, &scope.business_id)?;
        let customer =
            customers::find(tx, &scope.business_id, &command.customer_id)?.ok_or(Error::NoRow)?;
        let rates = settings::tax_rates(tx, &scope.business_id)?;
        let issue_date = command
            .issue_date
            .unwrap_or_else(|| app.clock().today_in(&business.zone()));
        Ok(Papers {
            command,
            business,
            customer,
            rates,
            issue_date,
        })
    }

    /// The seller as the rules see it. A small supplier shows no numbers and charges no tax (TX-15).
    pub(super) fn seller(&self) -> Seller {
        let b = &self.business;
        Seller {
            name: b.name.clone(),
            email: b.email.clone(),
            address: Address {
                line1: b.street.clone(),
                line2: String::new(),
                city: b.city.clone(),
                region: b.province.clone(),
                postal_code: b.postal_code.clone(),
                country: b.country,
            },
            registrations: if b.small_supplier {
                Vec::new()
            } else {
                b.registrations.clone()
            },
        }
    }
}

fn about(frozen: &Frozen, id: &str, customer_id: &str) -> About {
    About {
        kind: "invoice_issued",
        subject: id.to_owned(),
        date: frozen.issue_date,
        memo: frozen.number.clone(),
        invoice_id: Some(id.to_owned()),
        customer_id: Some(customer_id.to_owned()),
    }
}

fn record(
    tx: &mut Tx<'_>,
    app: &App,
    scope: &Scope,
    actor: &Actor,
    frozen: &Frozen,
) -> Result<(), Error> {
    let entry = audit::Entry {
        business_id: scope.business_id.to_string(),
        user_id: actor.user_id.clone(),
        actor: actor.name.clone(),
        act: "invoice.issued",
        subject: frozen.number.clone(),
        detail: format!("{} {} {}", frozen.mode, frozen.total_minor, frozen.currency),
        address: actor.address.clone(),
    };
    audit::record(tx, app, &entry)
}

fn shape(error: impl std::fmt::Display) -> Error {
    Error::Shape(error.to_string())
}
