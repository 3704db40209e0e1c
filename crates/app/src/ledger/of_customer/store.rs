//! Sums over `ledger_postings` of one customer.

use kit::db::{Error, Tx};
use kit::{args, sql};

use crate::who::Scope;

pub(super) fn get_balance(
    tx: &mut Tx<'_>,
    scope: &Scope,
    account: &str,
    customer_id: &str,
    currency: &str,
) -> Result<i64, Error> {
    tx.get(
        sql!("select cast(coalesce(sum(p.amount_minor), 0) as bigint) from ledger_postings p join ledger_entries e on e.id = p.entry_id where p.customer_id = $1 and p.account = $2 and p.currency = $3 and e.business_id = $4 and e.mode = $5"),
        args![customer_id, account, currency, scope.business_id.as_str(), scope.mode.as_str()],
        |r| r.int(0),
    )
}
