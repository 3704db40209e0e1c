//! Events: each that matters arrived, once, and was worked.

use std::collections::BTreeMap;

use anyhow::Result;

use super::{Evidence, minor, rows, text};

/// Why an event of money may have been set aside in these stories: it is of a kind nobody works, or nobody had keys to
/// ask with.
const MAY_BE_SET_ASIDE: [&str; 2] = ["kept for later", "there are no keys to ask with"];

pub(super) fn are_worked(evidence: &Evidence<'_>, faults: &mut Vec<String>) -> Result<()> {
    let odd = rows(
        evidence.books,
        "select kind, stripe_id, state, result from stripe_events where state <> 'worked'",
        |r| {
            Ok((
                r.get::<_, String>(0)?,
                r.get::<_, String>(1)?,
                r.get::<_, String>(2)?,
                r.get::<_, String>(3)?,
            ))
        },
    )?;
    for (kind, id, state, result) in odd {
        if state == "kept" {
            faults.push(format!("event {kind} {id} is kept and was never worked"));
        } else if crate::run::WATCHED.contains(&kind.as_str())
            && !MAY_BE_SET_ASIDE.contains(&result.as_str())
        {
            faults.push(format!("event {kind} {id} was set aside: {result}"));
        }
    }
    let kept: BTreeMap<String, i64> = rows(
        evidence.books,
        "select stripe_id, count(*) from stripe_events group by 1",
        |r| Ok((r.get(0)?, r.get(1)?)),
    )?
    .into_iter()
    .collect();
    for (event, times) in kept.iter().filter(|(_, times)| **times != 1) {
        faults.push(format!("event {event} is kept {times} times"));
    }
    for event in evidence.stripe.objects("event") {
        let wanted = crate::run::WATCHED.contains(&text(&event, "type"));
        // Stripe lists an event for thirty days. One whose parcel was lost, while there were no keys to ask with for
        // longer than that, is heard of by no event: the lists of payments and of the account's lines know it all the same.
        let is_listed = minor(&event, "created") > evidence.now_s - 30 * 86_400;
        if wanted
            && is_listed
            && event["livemode"] == true
            && !kept.contains_key(text(&event, "id"))
        {
            faults.push(format!(
                "event {} {} never arrived",
                text(&event, "type"),
                text(&event, "id")
            ));
        }
    }
    Ok(())
}
