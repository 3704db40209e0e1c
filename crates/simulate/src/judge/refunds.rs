//! Refunds: each at Stripe is booked once, as it stands there; none is made twice, none is more than was paid.

use std::collections::BTreeMap;

use anyhow::Result;
use serde_json::Value;

use super::{Evidence, minor, number, rows, sums, text};

/// One of our rows.
struct Ours {
    id: String,
    stripe_id: Option<String>,
    amount: i64,
    state: String,
    taken: bool,
    returned: bool,
}

fn ours(evidence: &Evidence<'_>) -> Result<Vec<Ours>> {
    rows(
        evidence.books,
        "select id, stripe_id, amount_minor, state, taken_at is not null, returned_at is not null from refunds",
        |r| {
            Ok(Ours {
                id: r.get(0)?,
                stripe_id: r.get(1)?,
                amount: r.get(2)?,
                state: r.get(3)?,
                taken: r.get(4)?,
                returned: r.get(5)?,
            })
        },
    )
}

pub(super) fn are_booked_once(evidence: &Evidence<'_>, faults: &mut Vec<String>) -> Result<()> {
    let theirs = evidence.stripe.objects("refund");
    let mut made: BTreeMap<&str, usize> = BTreeMap::new();
    for refund in &theirs {
        let name = text(&refund["metadata"], "quittance_refund");
        if !name.is_empty() {
            *made.entry(name).or_default() += 1;
        }
    }
    for (name, times) in made.iter().filter(|(_, times)| **times > 1) {
        faults.push(format!("refund {name} was made {times} times at Stripe"));
    }
    let all = ours(evidence)?;
    for refund in &theirs {
        let id = text(refund, "id");
        let known: Vec<&Ours> = all
            .iter()
            .filter(|row| row.stripe_id.as_deref() == Some(id))
            .collect();
        match known.as_slice() {
            [one] => faults.extend(differs(refund, one)),
            [] => faults.push(format!("refund {id} is not in the books")),
            _ => faults.push(format!("refund {id} is in the books {} times", known.len())),
        }
    }
    let took = entries(evidence, "refund")?;
    let gave = entries(evidence, "refund_failure")?;
    for row in &all {
        match (&row.stripe_id, row.state.as_str()) {
            (None, "refused") if made.contains_key(row.id.as_str()) => {
                faults.push(format!("refund {} is refused, and was made", row.id));
            }
            (None, "refused") => {}
            (None, state) => faults.push(format!("refund {} stays {state}", row.id)),
            (Some(id), _) if !theirs.iter().any(|refund| text(refund, "id") == id) => {
                faults.push(format!("refund {id} is in the books, and not at Stripe"));
            }
            (Some(_), _) => {}
        }
        let booked = (took.get(&row.id).copied(), gave.get(&row.id).copied());
        let want = (
            row.taken.then_some(-row.amount),
            row.returned.then_some(row.amount),
        );
        if booked != want {
            faults.push(format!(
                "refund {} is booked as {booked:?} in clearing, {want:?} went",
                row.id
            ));
        }
    }
    Ok(())
}

fn entries(evidence: &Evidence<'_>, kind: &str) -> Result<BTreeMap<String, i64>> {
    let sql = format!(
        "select e.subject, sum(p.amount_minor) from ledger_entries e join ledger_postings p on p.entry_id = e.id where e.kind = '{kind}' and p.account = 'stripe_clearing' group by 1"
    );
    sums(evidence.books, &sql)
}

fn differs(refund: &Value, row: &Ours) -> Option<String> {
    let line = |name: &str| !refund[name].is_null();
    let want = (
        minor(refund, "amount"),
        text(refund, "status"),
        line("balance_transaction"),
        line("failure_balance_transaction"),
    );
    let have = (row.amount, row.state.as_str(), row.taken, row.returned);
    (want != have).then(|| {
        let id = text(refund, "id");
        format!(
            "refund {id} is {want:?} at Stripe (amount, state, went, came back), {have:?} with us"
        )
    })
}

/// What went back, is going back or is being asked for is never more than was paid.
pub(super) fn never_exceed_their_payment(
    evidence: &Evidence<'_>,
    faults: &mut Vec<String>,
) -> Result<()> {
    faults.extend(rows(
        evidence.books,
        "select p.id, p.amount_minor, sum(r.amount_minor) from refunds r join payments p on p.id = r.payment_id
         where r.state in ('asked', 'pending', 'requires_action', 'succeeded') group by 1, 2 having sum(r.amount_minor) > p.amount_minor",
        |r| {
            Ok(format!(
                "payment {} of {} has refunds of {}",
                r.get::<_, String>(0)?,
                r.get::<_, i64>(1)?,
                r.get::<_, i64>(2)?
            ))
        },
    )?);
    for charge in evidence.stripe.objects("charge") {
        let (amount, back) = (minor(&charge, "amount"), minor(&charge, "amount_refunded"));
        if back > amount {
            faults.push(format!(
                "charge {} of {amount} gave back {back}",
                text(&charge, "id")
            ));
        }
    }
    Ok(())
}

/// The payer hears once of each refund that went, the seller once of each that came back.
pub(super) fn told_once(evidence: &Evidence<'_>, faults: &mut Vec<String>) -> Result<()> {
    for (kind, wanted) in [
        (
            "refund",
            "select count(*) from refunds r join payments p on p.id = r.payment_id join customers c on c.id = p.customer_id
             where r.taken_at is not null and c.email <> ''
               and exists (select 1 from payment_attempts a where a.intent_id = p.intent_id)
               and exists (select 1 from allocations a where a.source_kind = 'payment' and a.source_id = p.id)",
        ),
        (
            "refund_failed",
            "select count(*) from refunds where returned_at is not null",
        ),
    ] {
        let wanted = number(evidence.books, wanted)?;
        let sql = format!("select count(*) from mails where kind = '{kind}'");
        let written = number(evidence.books, &sql)?;
        // Money that had no place when it went back names no invoice, and nobody to tell; once it has a place, perhaps.
        let stray = number(
            evidence.books,
            "select count(*) from refunds r join payments p on p.id = r.payment_id where not exists (select 1 from payment_attempts a where a.intent_id = p.intent_id)",
        )?;
        if written < wanted || written > wanted + stray {
            faults.push(format!("{wanted} mails of kind {kind} are due, {written} were written"));
        }
    }
    Ok(())
}
