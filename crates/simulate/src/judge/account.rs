//! The account at Stripe: each line of it is booked once, and the sums agree.

use std::collections::BTreeMap;

use anyhow::Result;

use super::{Evidence, balance_of, minor, rows, sums, text};

pub(super) fn lines_are_booked_once(
    evidence: &Evidence<'_>,
    faults: &mut Vec<String>,
) -> Result<()> {
    let mut kept: BTreeMap<String, Vec<_>> = BTreeMap::new();
    let ours = rows(
        evidence.books,
        "select id, amount_minor, fee_minor, net_minor, category, state from balance_transactions",
        |r| {
            let what: (i64, i64, i64, String, String) =
                (r.get(1)?, r.get(2)?, r.get(3)?, r.get(4)?, r.get(5)?);
            Ok((r.get::<_, String>(0)?, what))
        },
    )?;
    for (id, what) in ours {
        kept.entry(id).or_default().push(what);
    }
    let booked = sums(
        evidence.books,
        "select e.subject, sum(p.amount_minor) from ledger_entries e join ledger_postings p on p.entry_id = e.id where e.kind = 'balance_transaction' and p.account = 'stripe_balance' group by 1",
    )?;
    for line in evidence.stripe.objects("balance_transaction") {
        let id = text(&line, "id");
        let want = (
            minor(&line, "amount"),
            minor(&line, "fee"),
            minor(&line, "net"),
            text(&line, "reporting_category").to_owned(),
            "booked".to_owned(),
        );
        match kept.remove(id).as_deref() {
            Some([one]) if *one == want => {}
            other => faults.push(format!("line {id} {want:?} is kept as {other:?}")),
        }
        let moved = booked.get(id).copied();
        if moved.unwrap_or_default() != want.2 {
            faults.push(format!("line {id} moved {}, booked {moved:?}", want.2));
        }
    }
    for id in kept.keys() {
        faults.push(format!("line {id} is kept, and not at Stripe"));
    }
    Ok(())
}

/// Our account of Stripe's balance is the sum of the lines Stripe has; what they cost is in the fees; nothing is left
/// between the two sides, and nothing is unknown.
pub(super) fn balance_agrees(evidence: &Evidence<'_>, faults: &mut Vec<String>) -> Result<()> {
    let lines = evidence.stripe.objects("balance_transaction");
    let theirs: i64 = lines.iter().map(|line| minor(line, "net")).sum();
    let ours = balance_of(evidence.books, "stripe_balance")?;
    if ours != theirs {
        faults.push(format!(
            "Stripe's balance is {theirs}, our account of it {ours}"
        ));
    }
    let cost: i64 = lines.iter().map(|line| minor(line, "fee")).sum();
    let fees = balance_of(evidence.books, "stripe_fees")?
        + balance_of(evidence.books, "dispute_fees")?
        + balance_of(evidence.books, "tax_recoverable")?;
    if fees != cost {
        faults.push(format!("Stripe took fees of {cost}, {fees} are booked"));
    }
    for (account, words) in [
        ("stripe_clearing", "in clearing"),
        ("suspense", "in suspense"),
        ("reserved_funds", "in reserve"),
        ("opening", "as opened with"),
    ] {
        let left = balance_of(evidence.books, account)?;
        if left != 0 {
            faults.push(format!("{left} is left {words}"));
        }
    }
    Ok(())
}

/// The comparison that the seller made last says that everything agrees, and none is left half done.
pub(super) fn comparison_agrees(evidence: &Evidence<'_>, faults: &mut Vec<String>) -> Result<()> {
    let newest = rows(
        evidence.books,
        "select outcome, findings from reconciliations order by began_at desc, id desc limit 1",
        |r| Ok((r.get::<_, String>(0)?, r.get::<_, String>(1)?)),
    )?;
    match newest.first() {
        Some((outcome, _)) if outcome == "agrees" => {}
        other => faults.push(format!("the comparison says {other:?}")),
    }
    Ok(())
}
