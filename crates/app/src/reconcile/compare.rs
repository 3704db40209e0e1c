//! The comparing itself: everything is read in one transaction, against a balance that Stripe told just now.

use std::collections::BTreeMap;

use billing::Money;
use billing::currency::Currency;
use billing::ledger::Account;
use kit::db::{Error, Tx};

use super::finding::{Finding, Matter};
use crate::who::Scope;
use crate::{balance, disputes, ledger, payments, payouts};

/// Compares everything; what agrees is told too, so that a person sees what was looked at.
///
/// # Errors
/// Of the database.
pub(super) fn compare(
    tx: &mut Tx<'_>,
    scope: &Scope,
    told: &[Money],
    account_id: &str,
) -> Result<Vec<Finding>, Error> {
    let mut all = Vec::new();
    let opened = balance::list_listed(tx, scope)?
        .iter()
        .any(|listed| listed.account_id == account_id && listed.opened_at.is_some());
    if opened {
        sides(
            tx,
            scope,
            Account::StripeBalance,
            Matter::Balance,
            told,
            &mut all,
        )?;
    } else {
        all.push(Finding::of_words(Matter::NotOpened, String::new()));
    }
    let without_line = payments::sums_without_line(tx, scope)?;
    sides(
        tx,
        scope,
        Account::StripeClearing,
        Matter::Clearing,
        &without_line,
        &mut all,
    )?;
    let disputed = disputes::list_held(tx, scope)?;
    sides(
        tx,
        scope,
        Account::DisputedFunds,
        Matter::Disputed,
        &disputed,
        &mut all,
    )?;
    let transit = payouts::in_transit(tx, scope)?;
    sides(
        tx,
        scope,
        Account::InTransit,
        Matter::Transit,
        &transit,
        &mut all,
    )?;
    of_payouts(tx, scope, &mut all)?;
    for line in balance::list_suspense(tx, scope)? {
        all.push(Finding {
            agrees: false,
            ..Finding::of_money(Matter::Suspense, &line.id, line.amount, 0)
        });
    }
    for fault in ledger::faults(tx)? {
        all.push(Finding::of_words(Matter::Ledger, fault));
    }
    Ok(all)
}

/// An account of ours against what it should be, a currency at a time.
fn sides(
    tx: &mut Tx<'_>,
    scope: &Scope,
    account: Account,
    matter: Matter,
    theirs: &[Money],
    all: &mut Vec<Finding>,
) -> Result<(), Error> {
    let mut both: BTreeMap<Currency, (i64, i64)> = BTreeMap::new();
    for ours in ledger::sums(tx, scope, &account)? {
        both.entry(ours.currency()).or_default().0 += ours.minor();
    }
    for told in theirs {
        both.entry(told.currency()).or_default().1 += told.minor();
    }
    for (currency, (ours, theirs)) in both {
        let ours = Money::from_minor(ours, currency).map_err(|e| Error::Shape(e.to_string()))?;
        all.push(Finding::of_money(matter, "", ours, theirs));
    }
    Ok(())
}

fn of_payouts(tx: &mut Tx<'_>, scope: &Scope, all: &mut Vec<Finding>) -> Result<(), Error> {
    for payout in payouts::list_proved_or_off(tx, scope)? {
        let Some(inside) = payout.inside else {
            continue;
        };
        let theirs = payout.amount.minor();
        all.push(Finding::of_money(
            Matter::Payout,
            &payout.id,
            inside,
            theirs,
        ));
    }
    for payout in payouts::list_found_but_failed(tx, scope)? {
        all.push(Finding {
            agrees: false,
            ..Finding::of_money(Matter::FoundButFailed, &payout.id, payout.amount, 0)
        });
    }
    Ok(())
}
