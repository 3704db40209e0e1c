//! Rows of `reconciliations`.

use kit::db::{Error, Row, Tx};
use kit::{args, sql};

use super::run::{Outcome, Reconciliation};
use crate::who::Scope;

pub(super) fn insert(tx: &mut Tx<'_>, scope: &Scope, r: &Reconciliation) -> Result<(), Error> {
    tx.execute(
        sql!("insert into reconciliations (id, business_id, mode, began_at, asked_by, outcome, agreeing, differing, repaired, findings) values ($1, $2, $3, $4, $5, $6, 0, 0, 0, '[]')"),
        args![&r.id, scope.business_id.as_str(), scope.mode.as_str(), r.began_at, &r.asked_by, r.outcome.as_str()],
    )
    .map(drop)
}

pub(super) fn update_ended(tx: &mut Tx<'_>, r: &Reconciliation) -> Result<(), Error> {
    let agreeing = r.findings.iter().filter(|f| f.agrees).count() as i64;
    let differing = r.findings.len() as i64 - agreeing;
    let findings = serde_json::to_string(&r.findings).map_err(|e| Error::Shape(e.to_string()))?;
    tx.execute(
        sql!("update reconciliations set ended_at = $2, outcome = $3, agreeing = $4, differing = $5, repaired = $6, findings = $7 where id = $1"),
        args![&r.id, r.ended_at, r.outcome.as_str(), agreeing, differing, r.mended, findings],
    )
    .map(drop)
}

/// The newest ones, newest first.
pub(super) fn list_newest(
    tx: &mut Tx<'_>,
    scope: &Scope,
    most: i64,
) -> Result<Vec<Reconciliation>, Error> {
    tx.list(
        sql!("select id, began_at, ended_at, asked_by, outcome, repaired, findings from reconciliations where business_id = $1 and mode = $2 order by began_at desc, id desc limit $3"),
        args![scope.business_id.as_str(), scope.mode.as_str(), most],
        read,
    )
}

fn read(r: &Row) -> Result<Reconciliation, Error> {
    let shape = |what: &str| Error::Shape(format!("reconciliations: bad {what}"));
    Ok(Reconciliation {
        id: r.text(0)?,
        began_at: r.int(1)?,
        ended_at: r.opt_int(2)?,
        asked_by: r.text(3)?,
        outcome: Outcome::parse(&r.text(4)?).ok_or_else(|| shape("outcome"))?,
        mended: r.int(5)?,
        findings: serde_json::from_str(&r.text(6)?).map_err(|_| shape("findings"))?,
    })
}
