//! The draft's page: the form as typed, what it comes to as far as it can be read, and what may be chosen.

use askama::Template;
use axum::response::Response;
use billing::currency::Currency;
use http::StatusCode;
use jiff::civil::Date;
use kit::db::{Error, Tx};

use super::command::Command;
use super::form::{Against, Typed, TypedLine};
use super::paper::{Sum, draft_sums};
use super::{form, proposal};
use crate::app::App;
use crate::customers::{self, Customer};
use crate::figures::{in_box, tax_label};
use crate::page::{Choice, Errors, Page, Section};
use crate::places;
use crate::problem::Problem;
use crate::products::{self, Product};
use crate::settings::{self, Business, SellerRate};
use crate::visit::Visit;
use crate::who::Who;

/// What the form is filled and checked with.
#[derive(Clone)]
pub(super) struct Desk {
    pub(super) page: Page,
    pub(super) business: Business,
    pub(super) rates: Vec<SellerRate>,
    pub(super) customers: Vec<Choice>,
    pub(super) products: Vec<Choice>,
    pub(super) customer: Option<Customer>,
    /// The one that the form's language, currency and taxes were proposed for.
    pub(super) proposed_for: Option<Customer>,
    pub(super) product: Option<Product>,
    pub(super) today: Date,
}

impl Desk {
    /// Loads what can be chosen, and the customer and product that were.
    pub(super) async fn load(
        app: &App,
        who: &Who,
        visit: &Visit,
        customer: &str,
        proposed_for: &str,
        product: &str,
    ) -> Result<Desk, Problem> {
        let (id, customer, former, product) = (
            who.scope.business_id.clone(),
            customer.to_owned(),
            proposed_for.to_owned(),
            product.to_owned(),
        );
        let (page, today) = (
            visit.page(who).within(Section::Invoices),
            app.clock().today_in(&who.zone()),
        );
        let read = move |tx: &mut Tx<'_>| {
            Ok::<_, Error>(Desk {
                page: page.clone(),
                business: settings::business(tx, &id)?,
                rates: settings::tax_rates(tx, &id)?,
                customers: customers::choices(tx, &id)?,
                products: products::choices(tx, &id)?,
                customer: if customer.is_empty() {
                    None
                } else {
                    customers::find(tx, &id, &customer)?
                },
                proposed_for: if former.is_empty() {
                    None
                } else {
                    customers::find(tx, &id, &former)?
                },
                product: if product.is_empty() {
                    None
                } else {
                    products::find(tx, &id, &product)?
                },
                today,
            })
        };
        Ok(app.db().read(read).await?)
    }

    pub(super) fn against(&self) -> Against<'_> {
        Against {
            l: self.page.l,
            today: self.today,
            rates: &self.rates,
            customer_known: self.customer.is_some(),
        }
    }

    /// A new invoice before anything was typed.
    pub(super) fn blank(&self) -> Typed {
        let b = &self.business;
        let customer = self.customer.as_ref();
        let id = customer.map(|c| c.id.clone()).unwrap_or_default();
        let (language, currency) = self.language_and_currency(customer);
        Typed {
            customer: id.clone(),
            proposed_for: Some(id),
            terms_days: b.payment_terms_days.to_string(),
            currency,
            language,
            notes: b.default_notes.clone(),
            lines: vec![self.line()],
            ..Typed::default()
        }
    }

    /// A new line, filled from the chosen product if there is one; its price only when it is in the same currency.
    pub(super) fn line_for(&self, currency: &str) -> TypedLine {
        let mut line = self.line();
        if let Some(p) = self.product.as_ref().filter(|p| p.currency == currency) {
            line.price = in_box(self.page.l, &p.unit_price);
        }
        line
    }

    fn language_and_currency(&self, customer: Option<&Customer>) -> (String, String) {
        let b = &self.business;
        customer.map_or(
            (b.language.as_str().to_owned(), b.currency.code().to_owned()),
            |c| (c.language.clone(), c.currency.clone()),
        )
    }

    fn taxes(&self, customer: Option<&Customer>) -> Vec<String> {
        proposal::taxes(&self.business, &self.rates, customer, self.today)
    }

    /// Lets language, currency and taxes follow a customer who was chosen after they were proposed (TX-07); what the
    /// seller set otherwise stays. True when the form is not what was typed any more: then it is shown before it is kept.
    pub(super) fn follow(&self, typed: &mut Typed) -> bool {
        let Some(former) = typed.proposed_for.clone() else {
            return false;
        };
        if former == typed.customer || self.customer.is_none() {
            return false;
        }
        let before = typed.clone();
        typed.proposed_for = Some(typed.customer.clone());
        let (customer, former) = (self.customer.as_ref(), self.proposed_for.as_ref());
        let (language, currency) = self.language_and_currency(former);
        let (new_language, new_currency) = self.language_and_currency(customer);
        if typed.language == language {
            typed.language = new_language;
        }
        if typed.currency == currency {
            typed.currency = new_currency;
        }
        let (mut taxes, new_taxes) = (self.taxes(former), self.taxes(customer));
        taxes.sort();
        for line in &mut typed.lines {
            let mut ticked = line.taxes.clone();
            ticked.sort();
            if ticked == taxes {
                line.taxes.clone_from(&new_taxes);
            }
        }
        (&typed.language, &typed.currency, &typed.lines)
            != (&before.language, &before.currency, &before.lines)
    }

    fn line(&self) -> TypedLine {
        let taxes = self.taxes(self.customer.as_ref());
        let blank = TypedLine {
            quantity: "1".into(),
            ..TypedLine::default()
        };
        let Some(p) = &self.product else {
            return TypedLine { taxes, ..blank };
        };
        let words = if p.description.is_empty() {
            p.name.clone()
        } else {
            format!("{} – {}", p.name, p.description)
        };
        TypedLine {
            product: p.id.clone(),
            description: words,
            unit: p.unit.clone(),
            // A product without taxes is exempt wherever the customer is.
            taxes: if p.tax_rate_ids.is_empty() {
                Vec::new()
            } else {
                taxes
            },
            ..blank
        }
    }
}

#[derive(Template)]
#[template(path = "invoices/edit.html")]
struct Editor {
    page: Page,
    errors: Errors,
    f: Typed,
    /// Empty for a new invoice.
    id: String,
    lines: Vec<LineView>,
    customers: Vec<Choice>,
    products: Vec<Choice>,
    currencies: Vec<Choice>,
    languages: Vec<Choice>,
    symbol: String,
    seller: String,
    /// Nothing while something cannot be read.
    sums: Vec<Sum>,
    total: String,
    /// The words about what somebody else saved meanwhile; empty for none.
    meanwhile: Vec<String>,
    /// Language, currency or taxes were changed to suit this customer; empty when not.
    follows: String,
    /// No line can be added.
    full: bool,
}

struct LineView {
    n: usize,
    t: TypedLine,
    /// Those at home, and those ticked.
    taxes: Vec<Tick>,
    /// The rest, one of each name and rate.
    other_taxes: Vec<Tick>,
    amount: String,
}

/// A tax to tick.
struct Tick {
    id: String,
    label: String,
    on: bool,
    near: bool,
}

/// How the form is shown again.
pub(super) struct Shown {
    pub(super) status: StatusCode,
    pub(super) errors: Errors,
    pub(super) meanwhile: Vec<String>,
    /// Language, currency or taxes follow another customer now, and nothing was kept yet.
    pub(super) follows: bool,
}

impl Shown {
    pub(super) fn plain() -> Shown {
        Shown {
            status: StatusCode::OK,
            errors: Errors::new(),
            meanwhile: Vec::new(),
            follows: false,
        }
    }

    pub(super) fn refused(errors: Errors) -> Shown {
        Shown {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            errors,
            meanwhile: Vec::new(),
            follows: false,
        }
    }
}

/// Shows the form.
pub(super) fn answer(desk: Desk, id: &str, mut typed: Typed, shown: Shown) -> Response {
    let l = desk.page.l;
    if typed.lines.is_empty() {
        typed.lines.push(desk.line());
    }
    let command = form::parse(&typed, &desk.against()).ok();
    let totals = command.as_ref().and_then(|c| c.totals(&desk.rates).ok());
    let title = if id.is_empty() {
        l.t("invoices-new-title")
    } else {
        l.t("invoices-edit-title")
    };
    let currency = Currency::parse(&typed.currency).unwrap_or(desk.business.currency);
    let mut customers = vec![Choice::new("", l.t("invoices-choose-customer"))];
    customers.extend(desk.customers.clone());
    let mut products = vec![Choice::new("", l.t("invoices-blank-line"))];
    products.extend(desk.products.clone());
    let view = Editor {
        lines: line_views(&desk, &typed, command.as_ref(), totals.as_ref()),
        sums: totals
            .as_ref()
            .map(|t| draft_sums(t, &discount(command.as_ref()), l))
            .unwrap_or_default(),
        total: totals
            .map(|t| l.money_with_code(t.total.minor(), currency.code(), currency.exponent()))
            .unwrap_or_default(),
        customers,
        products,
        currencies: places::currencies(desk.business.currency.code()),
        languages: vec![
            Choice::new("fr", l.t("language-fr")),
            Choice::new("en", l.t("language-en")),
        ],
        symbol: l.currency_symbol(currency.code()).to_owned(),
        seller: desk.business.name.clone(),
        id: id.to_owned(),
        page: desk.page.clone().titled(title).with_errors(&shown.errors),
        errors: shown.errors,
        meanwhile: shown.meanwhile,
        follows: desk
            .customer
            .filter(|_| shown.follows)
            .map(|c| c.name)
            .unwrap_or_default(),
        full: typed.lines.len() >= form::LINES_MAX,
        f: typed,
    };
    view.page.answer(shown.status, &view)
}

fn discount(command: Option<&Command>) -> String {
    super::command::discount_text(command.and_then(|c| c.discount))
}

fn line_views(
    desk: &Desk,
    typed: &Typed,
    command: Option<&Command>,
    totals: Option<&billing::invoice::Totals>,
) -> Vec<LineView> {
    let l = desk.page.l;
    // Blank lines are left out of the totals, so the two are matched only when there is none.
    let matches = command.is_some_and(|c| c.lines.len() == typed.lines.len());
    let view = |(at, t): (usize, &TypedLine)| {
        let (taxes, other_taxes) = ticks(desk, t);
        let total = totals.filter(|_| matches).and_then(|all| all.lines.get(at));
        LineView {
            n: at + 1,
            taxes,
            other_taxes,
            amount: total
                .map(|x| l.money_plain(x.net.minor(), x.net.currency().exponent()))
                .unwrap_or_default(),
            t: t.clone(),
        }
    };
    typed.lines.iter().enumerate().map(view).collect()
}

/// Three provinces share one rate of HST: of boxes that would read alike, one is enough, and the ticked one stays.
fn ticks(desk: &Desk, t: &TypedLine) -> (Vec<Tick>, Vec<Tick>) {
    let l = desk.page.l;
    let is_on = |r: &SellerRate| t.taxes.iter().any(|id| id == r.rate.id.as_str());
    let tick = |r: &SellerRate| {
        let on = is_on(r);
        Tick {
            id: r.rate.id.to_string(),
            label: tax_label(l, &r.rate),
            on,
            near: on || r.is_default,
        }
    };
    let mut all: Vec<Tick> = desk
        .rates
        .iter()
        .filter(|r| r.archived_at.is_none() || is_on(r))
        .map(tick)
        .collect();
    // Ticked ones first, so that they are the ones that stay; the order of the rest is the seller's.
    all.sort_by_key(|one| (!one.near, !one.on));
    let mut seen = std::collections::HashSet::new();
    all.retain(|one| seen.insert(one.label.clone()) || one.on);
    all.into_iter().partition(|one| one.near)
}
