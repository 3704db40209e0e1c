//! Rows of `payments` that fit nowhere.

use billing::money::Money;
use kit::db::{Error, Tx};
use kit::{args, sql};

use crate::amount::from_row;
use crate::payments::store::{PaymentSummary, get_particulars, get_payment};
use crate::who::Scope;

/// Money that fits nowhere.
pub(super) struct Waiting {
    pub(super) payment: PaymentSummary,
    pub(super) why: String,
    pub(super) reference: String,
    /// What of it has not gone back meanwhile.
    pub(super) left: Money,
}

/// The tray, oldest first, at most two hundred.
pub(super) fn list_unallocated(tx: &mut Tx<'_>, scope: &Scope) -> Result<Vec<Waiting>, Error> {
    let ids = tx.list(
        sql!("select id from payments where business_id = $1 and mode = $2 and unallocated <> '' and amount_minor > tray_returned_minor order by received_at, id limit 200"),
        args![scope.business_id.as_str(), scope.mode.as_str()],
        |r| r.text(0),
    )?;
    let mut waiting = Vec::new();
    for id in ids {
        let more = get_particulars(tx, &id)?;
        waiting.push(Waiting {
            payment: get_payment(tx, &id)?,
            why: more.unallocated,
            reference: more.reference,
            left: get_left(tx, &id)?,
        });
    }
    Ok(waiting)
}

/// What of a payment in the tray has not gone back.
pub(super) fn get_left(tx: &mut Tx<'_>, id: &str) -> Result<Money, Error> {
    tx.get(
        sql!("select amount_minor - tray_returned_minor, currency from payments where id = $1"),
        args![id],
        |r| from_row(r.int(0)?, &r.text(1)?),
    )
}

/// More of it went back, or less.
pub(super) fn update_returned(tx: &mut Tx<'_>, id: &str, minor: i64) -> Result<(), Error> {
    tx.execute(
        sql!("update payments set tray_returned_minor = tray_returned_minor + $2 where id = $1"),
        args![id, minor],
    )
    .map(drop)
}

pub(super) fn count_unallocated(tx: &mut Tx<'_>, scope: &Scope) -> Result<i64, Error> {
    tx.get(
        sql!("select count(*) from payments where business_id = $1 and mode = $2 and unallocated <> '' and amount_minor > tray_returned_minor"),
        args![scope.business_id.as_str(), scope.mode.as_str()],
        |r| r.int(0),
    )
}

pub(super) fn update_unallocated(tx: &mut Tx<'_>, id: &str, why: &str) -> Result<(), Error> {
    tx.execute(
        sql!("update payments set unallocated = $2 where id = $1"),
        args![id, why],
    )
    .map(drop)
}

/// It has its place.
pub(super) fn update_allocated(
    tx: &mut Tx<'_>,
    id: &str,
    customer_id: &str,
    applied: Money,
) -> Result<(), Error> {
    tx.execute(
        sql!("update payments set unallocated = '', customer_id = $2, allocated_minor = $3 where id = $1 and unallocated <> ''"),
        args![id, customer_id, applied.minor()],
    )
    .map(drop)
}
