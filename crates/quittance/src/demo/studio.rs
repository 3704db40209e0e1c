//! The example studio: written by the same functions as anybody's books, on days of the past.

use anyhow::{Context, bail};
use app::app::{App, Setup};
use app::customers::{self, Customer};
use app::invoices::issue::{self, Actor, Outcome};
use app::invoices::{self, Command, CommandLine};
use app::products::{self, Product};
use app::settings::{self, Business, SellerRate, presets};
use app::sign_in::{self, NewUser};
use app::who::Scope;
use billing::currency::Currency;
use billing::customer::Language;
use billing::id::BusinessId;
use billing::invoice::Line;
use billing::place::Province;
use billing::quantity::{Quantity, UnitPrice};
use billing::registration::{RegistrationKind, RegistrationNumber};
use billing::{Mode, id::TaxRateId};
use jiff::SignedDuration;
use kit::chance::Chance;
use kit::clock::Clock;
use kit::db::{Error, Tx};
use kit::locale::Lang;
use kit::secrets::Keyring;
use secrecy::SecretString;

use super::examples::{self, Paper, Party, Stage};
use super::paid::Till;
use super::rehearsal::Keys;

/// The owner's address.
pub const EMAIL: &str = "camille@studio-erable.example";
/// Known to everybody who reads this: the demonstration listens on one machine only.
pub const PASSWORD: &str = "feuille-d-erable";
const OWNER: &str = "Camille Gagnon";

/// What the days of the past are written with.
pub struct Past<'a> {
    /// The demonstration as it will open.
    pub app: &'a App,
    /// The same keys.
    pub keyring: Keyring,
    /// To be asked by whoever pays.
    pub keys: &'a Keys,
}

/// Writes the whole studio. Answers the id of the invoice whose link is printed.
///
/// # Errors
/// When any of it is refused, which the tests rule out.
pub async fn write(past: Past<'_>) -> anyhow::Result<String> {
    let days = |n: i64| SignedDuration::from_hours(24 * n);
    let clock = Clock::standing_at(past.app.clock().now() - days(examples::BEGAN_DAYS_AGO));
    let seed = then(&past, clock.clone())?;
    let scope = open_business(&seed).await?;
    let books = fill(&seed, &scope).await?;
    let mut till = Vec::new();
    let mut to_pay = None;
    let mut today = examples::BEGAN_DAYS_AGO;
    for paper in examples::PAPERS {
        clock.advance(days(today - paper.days_ago));
        today = paper.days_ago;
        let id = write_paper(&seed, &scope, &books, paper).await?;
        match paper.stage {
            Stage::Paid => till.push(id),
            Stage::OpenToPay => to_pay = Some(id),
            Stage::Draft | Stage::Open => {}
        }
    }
    // Paid now, not on a day of the past: only Stripe's word books money, and the rehearsal says when it was.
    let till = Till::open(past.app, &scope, past.keys, till).await?;
    till.close().await?;
    to_pay.context("no example is to be paid")
}

/// The product with a clock that stands on a day of the past.
fn then(past: &Past<'_>, clock: Clock) -> anyhow::Result<App> {
    Ok(App::new(Setup {
        db: past.app.db().clone(),
        clock,
        chance: Chance::system(),
        keyring: past.keyring.clone(),
        origins: past.app.origins().as_ref().clone(),
        public_url: past.app.public_url().to_owned(),
        demo: true,
    })?)
}

async fn open_business(seed: &App) -> anyhow::Result<Scope> {
    let id = BusinessId::parse(seed.new_id())?;
    let registrations = vec![
        RegistrationNumber::parse(RegistrationKind::GstHst, "123456782 RT0001")?,
        RegistrationNumber::parse(RegistrationKind::Qst, "1234567890 TQ0001")?,
    ];
    let quebec = presets::TaxPreset::Canada(Province::QC);
    let business = Business {
        name: "Studio Érable".into(),
        legal_name: "9412-3456 Québec inc.".into(),
        street: "4521, rue Saint-Denis".into(),
        city: "Montréal".into(),
        province: "QC".into(),
        postal_code: "H2J 2L4".into(),
        email: EMAIL.into(),
        phone: "514 555-0142".into(),
        website: "https://studio-erable.example".into(),
        registrations,
        tax_preset: quebec.key(),
        ..Business::blank(id.clone(), Lang::Fr)
    };
    let owner = NewUser {
        id: seed.new_id(),
        business_id: id.to_string(),
        email: EMAIL.into(),
        name: OWNER.into(),
        password_hash: kit::password::hash(SecretString::from(PASSWORD), seed.chance()).await,
        role: "owner",
        language: "en".into(),
    };
    let hands = seed.clone();
    let write = seed.db().write::<_, Error, _>(move |tx| {
        let today = hands.clock().today_in(&business.zone());
        settings::create_business(tx, &business, hands.now_ms())?;
        presets::choose(tx, &hands, &business.id, quebec, today)?;
        sign_in::create_user(tx, &owner, hands.now_ms())
    });
    write.await?;
    Ok(Scope {
        business_id: id,
        mode: Mode::Live,
    })
}

/// Customers and products in the order of the examples, and the studio's taxes.
#[derive(Clone)]
struct Books {
    customers: Vec<String>,
    products: Vec<String>,
    rates: Vec<SellerRate>,
}

async fn fill(seed: &App, scope: &Scope) -> anyhow::Result<Books> {
    let (hands, business) = (seed.clone(), scope.business_id.clone());
    let write = seed.db().write::<_, Error, _>(move |tx| {
        let rates = settings::tax_rates(tx, &business)?;
        let at_home: Vec<String> = rates
            .iter()
            .filter(|r| r.is_default)
            .map(|r| r.rate.id.to_string())
            .collect();
        let mut books = Books {
            customers: Vec::new(),
            products: Vec::new(),
            rates,
        };
        for party in examples::PARTIES {
            let customer = customer(party, hands.new_id());
            customers::insert(tx, &business, &customer, hands.now_ms())?;
            books.customers.push(customer.id);
        }
        for (name, unit, price) in examples::PRODUCTS {
            let product = Product {
                id: hands.new_id(),
                name: (*name).into(),
                unit: (*unit).into(),
                unit_price: (*price).into(),
                currency: "CAD".into(),
                tax_rate_ids: at_home.clone(),
                ..Product::default()
            };
            products::insert(tx, &business, &product, hands.now_ms())?;
            books.products.push(product.id);
        }
        Ok(books)
    });
    Ok(write.await?)
}

fn customer(party: &Party, id: String) -> Customer {
    Customer {
        id,
        name: party.name.into(),
        contact: party.contact.into(),
        email: party.email.into(),
        street: party.street.into(),
        city: party.city.into(),
        province: party.province.into(),
        postal_code: party.postal_code.into(),
        country: "CA".into(),
        language: party.language.into(),
        currency: "CAD".into(),
        ..Customer::default()
    }
}

async fn write_paper(
    seed: &App,
    scope: &Scope,
    books: &Books,
    paper: &'static Paper,
) -> anyhow::Result<String> {
    let command = command(books, paper)?;
    let (hands, scope) = (seed.clone(), scope.clone());
    let actor = Actor {
        user_id: None,
        name: OWNER.into(),
        address: String::new(),
    };
    let write = seed.db().write::<_, Error, _>(move |tx| {
        let id = invoices::create_draft(tx, &hands, &scope, &command)?;
        let outcome = if paper.stage == Stage::Draft {
            None
        } else {
            Some(issue_paper(tx, &hands, &scope, &id, &actor)?)
        };
        Ok((id, outcome))
    });
    match write.await? {
        (id, None | Some(Outcome::Issued(_))) => Ok(id),
        (_, Some(other)) => bail!(
            "the example of {} days ago was not issued: {other:?}",
            paper.days_ago
        ),
    }
}

fn issue_paper(
    tx: &mut Tx<'_>,
    hands: &App,
    scope: &Scope,
    id: &str,
    actor: &Actor,
) -> Result<Outcome, Error> {
    let outcome = issue::issue(tx, hands, scope, id, None, actor)?;
    if matches!(outcome, Outcome::Issued(_)) {
        invoices::send::queue(tx, hands, scope, id, &actor.name)?;
    }
    Ok(outcome)
}

fn command(books: &Books, paper: &Paper) -> anyhow::Result<Command> {
    let party = &examples::PARTIES[paper.customer];
    let taxes = taxes_for(books, party.province)?;
    let lines = paper.lines.iter().map(|(product, quantity, words)| {
        let (name, unit, price) = examples::PRODUCTS[*product];
        Ok(CommandLine {
            product_id: books.products[*product].clone(),
            unit: unit.into(),
            line: Line {
                description: if words.is_empty() {
                    name.into()
                } else {
                    (*words).into()
                },
                quantity: Quantity::parse_typed(quantity)?,
                unit_price: UnitPrice::parse_typed(price, Currency::CAD)?,
                discount: None,
                tax_ids: taxes.clone(),
            },
        })
    });
    Ok(Command {
        customer_id: books.customers[paper.customer].clone(),
        issue_date: None,
        terms_days: 30,
        currency: Currency::CAD,
        language: Language::parse(party.language).context("a language")?,
        reference: paper.reference.into(),
        notes: String::new(),
        discount: None,
        lines: lines.collect::<anyhow::Result<_>>()?,
    })
}

/// GST and QST at home; the HST of the customer's province elsewhere (TX-07).
fn taxes_for(books: &Books, province: &str) -> anyhow::Result<Vec<TaxRateId>> {
    let wanted: Vec<String> = if province == "QC" {
        vec!["ca-gst".into(), "ca-qst".into()]
    } else {
        vec![format!("ca-hst-{}", province.to_ascii_lowercase())]
    };
    let of = |key: &String| {
        let found = books
            .rates
            .iter()
            .find(|r| r.preset.eq_ignore_ascii_case(key));
        found
            .map(|r| r.rate.id.clone())
            .with_context(|| format!("no tax rate {key}"))
    };
    wanted.iter().map(of).collect()
}
