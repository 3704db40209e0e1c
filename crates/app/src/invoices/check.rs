//! `GET /invoices/{id}/issue`: everything that will stand, what cannot be changed afterwards, and the way back.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use billing::invoice::Totals;
use billing::invoice::draft::{IssueContext, IssueRefusal};
use billing::invoice::state::InvoiceState;
use billing::registration::RegistrationKind;
use http::StatusCode;
use kit::db::Error;
use kit::locale::{self, Locale};

use super::command::{discount_text, due_date};
use super::issue::Papers;
use super::paper::{Sum, draft_sums};
use super::series::Kind;
use super::store;
use crate::app::App;
use crate::page::{Page, Section};
use crate::problem::Problem;
use crate::visit::{Visit, see_other};
use crate::who::Who;

#[derive(Template)]
#[template(path = "invoices/check.html")]
struct Check {
    page: Page,
    id: String,
    version: i64,
    customer: String,
    email: String,
    language: String,
    issue_date: (String, String),
    due_date: (String, String),
    reference: String,
    notes: String,
    lines: Vec<(String, String)>,
    sums: Vec<Sum>,
    total: String,
    test: bool,
    /// Somebody changed it after the page was opened: nothing was issued.
    changed: bool,
    /// Why it cannot be issued yet; then there is no button.
    refusals: Vec<String>,
}

pub(super) async fn get(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    answer(&app, &who, &visit, &id, StatusCode::OK, false).await
}

/// After an attempt that was refused, or that met a changed draft (then the page says so): the page again, as it stands
/// now.
pub(super) async fn show_again(
    app: &App,
    who: &Who,
    visit: &Visit,
    id: &str,
    changed: bool,
) -> Result<Response, Problem> {
    answer(app, who, visit, id, StatusCode::CONFLICT, changed).await
}

async fn answer(
    app: &App,
    who: &Who,
    visit: &Visit,
    id: &str,
    status: StatusCode,
    changed: bool,
) -> Result<Response, Problem> {
    let (scope, hands, invoice) = (who.scope.clone(), app.clone(), id.to_owned());
    let found = app
        .db()
        .read(move |tx| {
            let kept = store::find(tx, &scope, &invoice)?.ok_or(Error::NoRow)?;
            if kept.state != InvoiceState::Draft {
                return Ok(None);
            }
            let command = store::get_command(tx, &kept)?;
            let papers = Papers::load(tx, &hands, &scope, command)?;
            let last =
                store::find_series(tx, &scope, Kind::Invoice)?.and_then(|s| s.last_issue_date);
            let draft = papers.command.draft(
                &kept.id,
                &scope,
                &papers.customer,
                &papers.rates,
                papers.issue_date,
            )?;
            let seller = papers.seller();
            let context = IssueContext {
                seller: &seller,
                issue_date: papers.issue_date,
                last_issue_date: last,
            };
            let outcome = draft.check(context);
            let totals = draft.totals().ok();
            Ok::<_, Error>(Some((kept.version, papers, outcome, totals)))
        })
        .await?;
    let Some((version, papers, outcome, totals)) = found else {
        return Ok(see_other(&format!("/invoices/{id}")));
    };
    let page = visit.page(who).within(Section::Invoices);
    let refusals = outcome.err().unwrap_or_default();
    let view = Check {
        changed,
        ..view(page, id, version, &papers, totals.as_ref(), &refusals)
    };
    Ok(view.page.answer(status, &view))
}

fn view(
    page: Page,
    id: &str,
    version: i64,
    p: &Papers,
    totals: Option<&Totals>,
    refusals: &[IssueRefusal],
) -> Check {
    let l = page.l;
    let due = due_date(p.issue_date, p.command.terms_days);
    let code = p.command.currency.code();
    let exponent = p.command.currency.exponent();
    let nets = totals.map(|t| t.lines.clone()).unwrap_or_default();
    let line = |(kept, total): (&super::CommandLine, &billing::invoice::LineTotal)| {
        (
            kept.line.description.clone(),
            l.money_plain(total.net.minor(), exponent),
        )
    };
    let title = l.t("invoices-check-title").into_owned();
    Check {
        id: id.to_owned(),
        version,
        customer: p.customer.name.clone(),
        email: p.customer.email.clone(),
        language: language(l, p.command.language.as_str()),
        issue_date: (p.issue_date.to_string(), l.date_long(p.issue_date)),
        due_date: (due.to_string(), l.date_long(due)),
        reference: p.command.reference.clone(),
        notes: p.command.notes.clone(),
        lines: p.command.lines.iter().zip(&nets).map(line).collect(),
        sums: totals
            .map(|t| draft_sums(t, &discount_text(p.command.discount), l))
            .unwrap_or_default(),
        total: totals
            .map(|t| l.money_with_code(t.total.minor(), code, exponent))
            .unwrap_or_default(),
        test: page.is_test(),
        changed: false,
        refusals: refusals.iter().map(|r| words(l, r)).collect(),
        page: page.titled(title),
    }
}

fn language(l: Locale, code: &str) -> String {
    if code == "fr" {
        l.t("language-fr").into_owned()
    } else {
        l.t("language-en").into_owned()
    }
}

/// Each refusal as an instruction.
fn words(l: Locale, refusal: &IssueRefusal) -> String {
    let plain = match refusal {
        IssueRefusal::NoDescription { line } => {
            return l
                .t1("invoices-refused-no-description", "n", *line as i64 + 1)
                .into_owned();
        }
        IssueRefusal::DateGoesBack { last } => {
            return l
                .t1(
                    "invoices-refused-date-goes-back",
                    "last",
                    l.date_long(*last),
                )
                .into_owned();
        }
        IssueRefusal::TaxNotInForce { name, from } => {
            return l
                .t2(
                    "invoices-refused-tax-not-in-force",
                    "name",
                    name.as_str(),
                    "from",
                    l.date_long(*from),
                )
                .into_owned();
        }
        IssueRefusal::MissingRegistration(kind) => {
            return l
                .t1("invoices-refused-registration", "kind", register(*kind))
                .into_owned();
        }
        IssueRefusal::NoLines => locale::key("invoices-error-no-lines"),
        IssueRefusal::NoCustomerName => locale::key("invoices-refused-no-customer"),
        IssueRefusal::NoSellerName => locale::key("invoices-refused-no-seller"),
        IssueRefusal::NegativeTotal => locale::key("invoices-refused-negative"),
        IssueRefusal::DueBeforeIssue => locale::key("invoices-refused-due"),
        IssueRefusal::ReverseChargeNeedsVatNumbers => {
            locale::key("invoices-refused-reverse-charge")
        }
        IssueRefusal::NumberOfOtherMode | IssueRefusal::Totals(_) => {
            locale::key("invoices-refused-totals")
        }
    };
    l.t(plain).into_owned()
}

/// The register's own name, the same in both languages as on its letters.
fn register(kind: RegistrationKind) -> &'static str {
    match kind {
        RegistrationKind::GstHst => "GST/HST – TPS/TVH",
        RegistrationKind::Qst => "QST – TVQ",
        RegistrationKind::Pst => "PST/RST – TVP/TVD",
        RegistrationKind::EuVat => "VAT – TVA",
        RegistrationKind::Other => "TAX",
    }
}
