//! Writes a store with every row of the posting table, in several currencies, of customers with unkind names, into the
//! data folder given. For the judge in `oracles/books`, which exports it and lets other bookkeeping programs read it.

#[path = "../../billing/tests/rules/vectors.rs"]
#[allow(dead_code, clippy::unwrap_used)]
mod vectors;

use std::path::Path;

use app::app::{App, Setup};
use app::ledger::{self, About};
use app::settings::{self, Business};
use app::who::Scope;
use app::{migrations, texts};
use billing::id::BusinessId;
use billing::ledger::{Entry, Posting};
use billing::{Currency, Mode, Money};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use kit::chance::Chance;
use kit::clock::Clock;
use kit::db::{Db, Error, Tx};
use kit::locale::Lang;
use kit::secrets::Keyring;
use kit::{args, sql};

/// What customers are called, and what no file may stumble over.
const NAMES: [&str; 7] = [
    "Café Zoé & Œuvre Ltée",
    "O’Brien \"& Sons\" \\ Co.",
    "two\nlines\r\nand a\ttab",
    "🎨 Atelier 👩‍🎨; | = # [2026-01-01]",
    "=HYPERLINK(\"http://x\";\"y\")",
    "@sum(1), -2+3",
    "日本株式会社",
];

/// Two decimals, none, three.
const OTHERS: [&str; 3] = ["EUR", "JPY", "KWD"];

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).ok_or("usage: books FOLDER")?;
    texts::prepare()?;
    std::fs::create_dir_all(&folder)?;
    let file = Path::new(&folder).join("quittance.sqlite");
    let (clock, chance) = (Clock::machine(), Chance::system());
    let db = Db::open(&file.to_string_lossy())?;
    db.migrate(migrations::ALL, clock.now_ms())?;
    let app = App::new(Setup {
        db,
        clock,
        keyring: Keyring::ephemeral(&chance),
        chance,
        origins: stripe::Origins::stripe(),
        public_url: "https://pay.example.org".to_owned(),
        demo: false,
    })?;
    let scope = Scope {
        business_id: BusinessId::parse("biz")?,
        mode: Mode::Live,
    };
    let hands = app.clone();
    app.db()
        .write::<_, Error, _>(move |tx| {
            seller(tx, &scope)?;
            journal(tx, &hands, &scope)
        })
        .await?;
    app.db().put_away()?;
    Ok(())
}

fn seller(tx: &mut Tx<'_>, scope: &Scope) -> Result<(), Error> {
    let business = Business {
        name: "Café \"Nord\" \\ & fils; 🎨".into(),
        ..Business::blank(scope.business_id.clone(), Lang::Fr)
    };
    settings::create_business(tx, &business, 0)?;
    for (place, name) in (0i64..).zip(NAMES) {
        tx.execute(
            sql!("insert into customers (id, business_id, name, contact, email, phone, street, city, province, postal_code, country, tax_number, language, currency, notes, search, version, created_at) values ($2, $1, $3, '', '', '', '', '', '', '', 'CA', '', 'fr', 'CAD', '', '', 1, 0)"),
            args![scope.business_id.as_str(), format!("c{place}"), name],
        )?;
    }
    for (id, number, currency) in [
        ("inv-1", "2026-0001", "CAD"),
        ("inv-2", "=2026,\"2\"", "CAD"),
        ("inv-3", "F; [3]: é", "CAD"),
        ("inv-usd", "2026-0004", "USD"),
        ("inv-held", "2026-0005", "USD"),
    ] {
        tx.execute(
            sql!("insert into invoices (id, business_id, mode, customer_id, state, number, language, currency, issue_date, due_date, terms_days, reference, notes, discount, net_minor, tax_minor, total_minor, applied_minor, processing_minor, frozen, search, version, created_at, updated_at) values ($1, $2, $3, 'c0', 'open', $4, 'fr', $5, '2026-01-01', '2026-01-31', 30, '', '', '', 1, 0, 1, 0, 0, '{}', '', 1, 0, 0)"),
            args![id, scope.business_id.as_str(), scope.mode.as_str(), number, currency],
        )?;
    }
    for (place, (id, name)) in
        (0i64..).zip([(vectors::GST, "TPS / GST"), (vectors::QST, "TVQ \"é\"")])
    {
        tx.execute(
            sql!("insert into tax_rates (id, business_id, kind, name_en, name_fr, percent, base_percent, category, inclusive, valid_from, preset, registration_number, position, is_default) values ($2, $1, 'gst', $3, $3, '5', '100', 'S', 0, '2020-01-01', '', '', $4, 0)"),
            args![scope.business_id.as_str(), id, name, place],
        )?;
    }
    Ok(())
}

fn journal(tx: &mut Tx<'_>, app: &App, scope: &Scope) -> Result<(), Error> {
    let mut count = 0;
    for step in vectors::journal() {
        post(
            tx,
            app,
            scope,
            &mut count,
            step.row,
            step.invoice,
            &step.entry,
        )?;
    }
    for code in OTHERS {
        let currency = Currency::parse(code).map_err(|e| Error::Shape(e.to_string()))?;
        for step in vectors::journal() {
            if let Some(entry) = in_currency(&step.entry, currency)? {
                post(tx, app, scope, &mut count, step.row, None, &entry)?;
            }
        }
    }
    Ok(())
}

/// The same figures of another currency; nothing for an entry of two.
fn in_currency(entry: &Entry, currency: Currency) -> Result<Option<Entry>, Error> {
    let wrong = |e: &dyn std::fmt::Display| Error::Shape(e.to_string());
    let all = entry.postings();
    if all.iter().any(|p| p.amount.currency() != Currency::CAD) {
        return Ok(None);
    }
    let other = |p: &Posting| {
        let amount = Money::from_minor(p.amount.minor(), currency).map_err(|e| wrong(&e))?;
        Ok(Posting::debit(p.account.clone(), amount))
    };
    let postings = all.iter().map(other).collect::<Result<Vec<_>, Error>>()?;
    Entry::new(postings).map(Some).map_err(|e| wrong(&e))
}

fn post(
    tx: &mut Tx<'_>,
    app: &App,
    scope: &Scope,
    count: &mut i64,
    row: &'static str,
    invoice: Option<&str>,
    entry: &Entry,
) -> Result<(), Error> {
    *count += 1;
    let first: Date = date(2026, 1, 1);
    let about = About {
        kind: row,
        subject: format!("{row}-{count}"),
        date: first.saturating_add((*count / 5).days()),
        memo: format!("memo {count} \"é\" \\ ;\n🎨"),
        invoice_id: invoice.map(str::to_owned),
        customer_id: Some(format!("c{}", *count % 7)),
    };
    ledger::post(tx, app, scope, &about, entry).map(drop)
}
