//! What `payments` tells of what was booked.

use kit::db::{Error, Row, Tx};
use kit::{args, sql};

use super::Booked;
use crate::amount::from_row;
use crate::payments::store::scope;
use crate::who::Scope;

macro_rules! select_booked {
    ($rest:literal) => {
        sql!(concat!(
            "select id, business_id, mode, customer_id, amount_minor, currency, method, card_brand, card_last4, intent_id, charge_id, fee_minor, settled_currency, received_at, receipt_number from payments ",
            $rest
        ))
    };
}

fn read(r: &Row) -> Result<Booked, Error> {
    let currency = r.text(5)?;
    let settled = r.opt_text(12)?.unwrap_or_else(|| currency.clone());
    Ok(Booked {
        id: r.text(0)?,
        scope: scope(r.text(1)?, &r.text(2)?)?,
        customer_id: r.text(3)?,
        amount: from_row(r.int(4)?, &currency)?,
        method: r.text(6)?,
        card_brand: r.text(7)?,
        card_last4: r.text(8)?,
        intent_id: r.text(9)?,
        charge_id: r.text(10)?,
        fee: r
            .opt_int(11)?
            .map(|fee| from_row(fee, &settled))
            .transpose()?,
        received_at: r.int(13)?,
        receipt_number: r.text(14)?,
    })
}

pub(super) fn find(tx: &mut Tx<'_>, scope: &Scope, id: &str) -> Result<Option<Booked>, Error> {
    tx.find(
        select_booked!("where id = $1 and business_id = $2 and mode = $3"),
        args![id, scope.business_id.as_str(), scope.mode.as_str()],
        read,
    )
}

pub(super) fn lock(tx: &mut Tx<'_>, scope: &Scope, id: &str) -> Result<Booked, Error> {
    tx.get(
        select_booked!("where id = $1 and business_id = $2 and mode = $3 for update"),
        args![id, scope.business_id.as_str(), scope.mode.as_str()],
        read,
    )
}

pub(super) fn find_by_stripe(
    tx: &mut Tx<'_>,
    scope: &Scope,
    charge_id: &str,
    intent_id: &str,
) -> Result<Option<Booked>, Error> {
    tx.find(
        select_booked!(
            "where id in (select id from payments where business_id = $1 and mode = $2 and charge_id = $3 union select id from payments where business_id = $1 and mode = $2 and intent_id = $4) order by created_at limit 1"
        ),
        args![scope.business_id.as_str(), scope.mode.as_str(), charge_id, intent_id],
        read,
    )
}
