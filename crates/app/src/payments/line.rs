//! Lines of Stripe's account as the ledger books them, each once by its id.

use billing::currency::Currency;
use billing::ledger::{BalanceTransaction, ReportingCategory};
use billing::money::Money;
use kit::db::{Error, Tx};

use crate::app::App;
use crate::ledger::{self, About};
use crate::who::Scope;

/// Books what a line does to the money at Stripe; a second time does nothing and answers `false`. `presented` is what
/// the object behind it was in its own currency, signed as the line is; it matters when that is another currency.
///
/// # Errors
/// Of the database; [`Error::Shape`] when the line contradicts itself.
pub fn post(
    tx: &mut Tx<'_>,
    app: &App,
    scope: &Scope,
    line: &stripe::BalanceTransaction,
    presented: Option<Money>,
    about: About,
) -> Result<bool, Error> {
    let of_ledger = of_ledger(line, presented)?;
    ledger::post_balance_transaction(tx, app, scope, &line.id, &of_ledger, about)
}

fn of_ledger(
    line: &stripe::BalanceTransaction,
    presented: Option<Money>,
) -> Result<BalanceTransaction, Error> {
    let currency = Currency::parse(&line.currency.to_uppercase())
        .map_err(|_| Error::Shape(format!("a line in “{}”", line.currency)))?;
    let money = |minor: i64| Money::from_stripe_amount(minor, currency).map_err(shape);
    let tax = line.fee_details.iter().filter(|part| part.kind == "tax");
    let category = line.reporting_category.as_deref().unwrap_or(&line.kind);
    Ok(BalanceTransaction {
        category: ReportingCategory::parse(category),
        amount: money(line.amount)?,
        fee: money(line.fee)?,
        tax_on_fee: money(tax.map(|part| part.amount).sum())?,
        net: money(line.net)?,
        presented: presented.filter(|presented| presented.currency() != currency),
        carried: None,
    })
}

fn shape(error: impl std::fmt::Display) -> Error {
    Error::Shape(error.to_string())
}
