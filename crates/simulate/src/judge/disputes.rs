//! Disputes: each is in the books once, as it stands at Stripe; what a bank kept is owed again, once.

use std::collections::BTreeMap;

use anyhow::Result;

use super::{Evidence, balance_of, minor, number, rows, sums, text};

/// One of our rows.
struct Ours {
    id: String,
    stripe_id: String,
    amount: i64,
    state: String,
    reopened: bool,
    reinstated: bool,
}

pub(super) fn are_booked_once(evidence: &Evidence<'_>, faults: &mut Vec<String>) -> Result<()> {
    let books = evidence.books;
    let all = rows(
        books,
        "select id, stripe_id, amount_minor, state, reopened_at is not null, reinstated_at is not null from disputes",
        |r| {
            Ok(Ours {
                id: r.get(0)?,
                stripe_id: r.get(1)?,
                amount: r.get(2)?,
                state: r.get(3)?,
                reopened: r.get(4)?,
                reinstated: r.get(5)?,
            })
        },
    )?;
    let lost = entries(evidence, "dispute_lost")?;
    let back = entries(evidence, "dispute_won_after_all")?;
    let mut left: BTreeMap<&str, &Ours> = all.iter().map(|o| (o.stripe_id.as_str(), o)).collect();
    for dispute in evidence.stripe.objects("dispute") {
        let id = text(&dispute, "id");
        let want = (minor(&dispute, "amount"), text(&dispute, "status"));
        let Some(row) = left.remove(id) else {
            faults.push(format!("dispute {id} {want:?} is not in the books"));
            continue;
        };
        if (row.amount, row.state.as_str()) != want {
            faults.push(format!(
                "dispute {id} is {want:?} at Stripe, {:?} with us",
                (row.amount, row.state.as_str())
            ));
        }
        let is_lost = want.1 == "lost";
        if is_lost != (row.reopened && !row.reinstated) {
            faults.push(format!(
                "dispute {id} is {}, its claim opened again: {}, settled again: {}",
                want.1, row.reopened, row.reinstated
            ));
        }
        let booked = (lost.get(&row.id).copied(), back.get(&row.id).copied());
        let due = (
            row.reopened.then_some(-row.amount),
            (row.reopened && row.reinstated).then_some(row.amount),
        );
        if booked != due {
            faults.push(format!("dispute {id} is booked as {booked:?}, not {due:?}"));
        }
    }
    for id in left.keys() {
        faults.push(format!("dispute {id} is in the books, and not at Stripe"));
    }
    Ok(())
}

fn entries(evidence: &Evidence<'_>, kind: &str) -> Result<BTreeMap<String, i64>> {
    let sql = format!(
        "select e.subject, sum(p.amount_minor) from ledger_entries e join ledger_postings p on p.entry_id = e.id where e.kind = '{kind}' and p.account = 'disputed_funds' group by 1"
    );
    sums(evidence.books, &sql)
}

/// When every bank has decided, nothing is held any more, and every state of each was said to the seller.
pub(super) fn hold_nothing(evidence: &Evidence<'_>, faults: &mut Vec<String>) -> Result<()> {
    let held = balance_of(evidence.books, "disputed_funds")?;
    if held != 0 {
        faults.push(format!("{held} is left with banks"));
    }
    let unheard = number(
        evidence.books,
        "select count(*) from disputes where alarmed_at is null",
    )?;
    if unheard != 0 {
        faults.push(format!("of {unheard} disputes the seller was not told"));
    }
    Ok(())
}
