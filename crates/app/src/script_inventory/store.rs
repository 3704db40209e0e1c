//! Rows of `script_inventories` and `policy_violations`.

use kit::db::{Error, Tx};
use kit::{args, sql};

use super::inventory::Inventory;

/// Kinds of violation that are kept; beyond them only those known already count up.
const VIOLATIONS_MAX: i64 = 200;

/// An inventory as it was on a day.
#[derive(Clone, Debug)]
pub(super) struct KeptInventory {
    pub(super) digest: String,
    pub(super) seen_at: i64,
    pub(super) acknowledged_at: Option<i64>,
    pub(super) acknowledged_by: String,
}

/// What browsers refused, by rule and origin.
#[derive(Clone, Debug)]
pub(super) struct Violation {
    pub(super) directive: String,
    pub(super) origin: String,
    pub(super) times: i64,
    pub(super) last_at: i64,
}

pub(super) fn find_inventory(tx: &mut Tx<'_>, digest: &str) -> Result<Option<()>, Error> {
    tx.find(
        sql!("select 1 from script_inventories where digest = $1"),
        args![digest],
        |_| Ok(()),
    )
}

/// Newest first.
pub(super) fn list_inventories(tx: &mut Tx<'_>) -> Result<Vec<KeptInventory>, Error> {
    tx.list(
        sql!("select digest, seen_at, acknowledged_at, acknowledged_by from script_inventories order by seen_at desc limit 50"),
        args![],
        |r| {
            Ok(KeptInventory {
                digest: r.text(0)?,
                seen_at: r.int(1)?,
                acknowledged_at: r.opt_int(2)?,
                acknowledged_by: r.text(3)?,
            })
        },
    )
}

pub(super) fn insert_inventory(
    tx: &mut Tx<'_>,
    inventory: &Inventory,
    acknowledged: bool,
    now_ms: i64,
) -> Result<(), Error> {
    tx.execute(
        sql!("insert into script_inventories (digest, inventory, seen_at, acknowledged_at, acknowledged_by) values ($1, $2, $3, $4, '') on conflict (digest) do nothing"),
        args![inventory.digest(), inventory.text(), now_ms, acknowledged.then_some(now_ms)],
    )
    .map(drop)
}

pub(super) fn update_acknowledged(tx: &mut Tx<'_>, by: &str, now_ms: i64) -> Result<u64, Error> {
    tx.execute(
        sql!("update script_inventories set acknowledged_at = $1, acknowledged_by = $2 where acknowledged_at is null"),
        args![now_ms, by],
    )
}

pub(super) fn upsert_violation(
    tx: &mut Tx<'_>,
    directive: &str,
    origin: &str,
    now_ms: i64,
) -> Result<(), Error> {
    let known = tx.execute(
        sql!("update policy_violations set times = times + 1, last_at = $3 where directive = $1 and origin = $2"),
        args![directive, origin, now_ms],
    )?;
    if known > 0 {
        return Ok(());
    }
    let kinds = tx.get(
        sql!("select count(*) from policy_violations"),
        args![],
        |r| r.int(0),
    )?;
    if kinds >= VIOLATIONS_MAX {
        return Ok(());
    }
    tx.execute(
        sql!("insert into policy_violations (directive, origin, times, first_at, last_at) values ($1, $2, 1, $3, $3) on conflict (directive, origin) do nothing"),
        args![directive, origin, now_ms],
    )
    .map(drop)
}

/// The most frequent first.
pub(super) fn list_violations(tx: &mut Tx<'_>) -> Result<Vec<Violation>, Error> {
    tx.list(
        sql!("select directive, origin, times, last_at from policy_violations order by times desc, last_at desc limit 50"),
        args![],
        |r| {
            Ok(Violation {
                directive: r.text(0)?,
                origin: r.text(1)?,
                times: r.int(2)?,
                last_at: r.int(3)?,
            })
        },
    )
}
