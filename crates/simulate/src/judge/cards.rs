//! Kept cards and autopay: every card at Stripe is one we show and was agreed to; nobody was charged by themselves without
//! a consent in force and a letter before, nor twice for one invoice.

use std::collections::BTreeMap;

use anyhow::Result;

use super::{Evidence, rows, text};

/// A day, less what a clock that jumps may lie by.
const A_DAY_MS: i64 = 18 * 3_600_000;

pub(super) fn were_agreed_to(evidence: &Evidence<'_>, faults: &mut Vec<String>) -> Result<()> {
    let sql = "select c.payment_method, (select count(*) from consents k where k.saved_id = c.id and k.purpose = 'keep' and k.state = 'given') from saved_cards c where c.state = 'kept'";
    let ours: BTreeMap<String, i64> = rows(evidence.books, sql, |r| Ok((r.get(0)?, r.get(1)?)))?
        .into_iter()
        .collect();
    for (method, agreed) in ours.iter().filter(|(_, agreed)| **agreed != 1) {
        faults.push(format!("{method} is kept by {agreed} consents"));
    }
    let theirs = evidence.stripe.objects("payment_method");
    let mut attached: Vec<&str> = Vec::new();
    for method in theirs.iter().filter(|m| !m["customer"].is_null()) {
        attached.push(text(method, "id"));
    }
    for method in attached.iter().filter(|id| !ours.contains_key(**id)) {
        faults.push(format!("{method} is kept at Stripe, and nobody here knows"));
    }
    for method in ours.keys().filter(|id| !attached.contains(&id.as_str())) {
        faults.push(format!("{method} is kept here, and not at Stripe"));
    }
    Ok(())
}

/// One charge by itself, with what must have been before it.
struct Tried {
    id: String,
    started: i64,
    given: i64,
    ended: Option<i64>,
    told: Option<i64>,
}

pub(super) fn charges_were_agreed_to(
    evidence: &Evidence<'_>,
    faults: &mut Vec<String>,
) -> Result<()> {
    let sql = "select t.id, t.started_at, k.given_at, k.ended_at, m.sent_at from autopay_tries t join consents k on k.id = t.consent_id join autopay_plans p on p.invoice_id = t.invoice_id left join mails m on m.id = p.notice_mail where t.outcome <> 'void' and p.consent_id = t.consent_id";
    let tries = rows(evidence.books, sql, |r| {
        Ok(Tried {
            id: r.get(0)?,
            started: r.get(1)?,
            given: r.get(2)?,
            ended: r.get(3)?,
            told: r.get(4)?,
        })
    })?;
    for t in tries {
        if t.given > t.started || t.ended.is_some_and(|ended| ended < t.started) {
            faults.push(format!("the charge {} began without a consent", t.id));
        }
        if t.told.is_none_or(|told| told > t.started - A_DAY_MS) {
            faults.push(format!("the charge {} began without a letter", t.id));
        }
    }
    Ok(())
}

pub(super) fn nobody_was_charged_by_themselves_twice(
    evidence: &Evidence<'_>,
    faults: &mut Vec<String>,
) -> Result<()> {
    let sql = "select invoice_id, sum(outcome = 'paid'), sum(outcome = 'started') from autopay_tries group by 1 having sum(outcome = 'paid') > 1 or sum(outcome = 'started') > 0";
    faults.extend(rows(evidence.books, sql, |r| {
        Ok(format!(
            "invoice {} was charged by itself {} times, and {} charges are not known",
            r.get::<_, String>(0)?,
            r.get::<_, i64>(1)?,
            r.get::<_, i64>(2)?
        ))
    })?);
    Ok(())
}
