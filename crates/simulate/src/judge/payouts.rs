//! Payouts: each is kept as Stripe says it is, its proof holds, and its money stands where it is.

use std::collections::BTreeMap;

use anyhow::Result;

use super::{Evidence, balance_of, minor, number, rows, sums, text};

pub(super) fn are_kept_and_proved(evidence: &Evidence<'_>, faults: &mut Vec<String>) -> Result<()> {
    let mut kept: BTreeMap<String, (i64, String, String)> = rows(
        evidence.books,
        "select id, amount_minor, status, proof from payouts",
        |r| Ok((r.get(0)?, (r.get(1)?, r.get(2)?, r.get(3)?))),
    )?
    .into_iter()
    .collect();
    // The members by our own rows, which are judged against Stripe's lines; without the payout's own.
    let inside = sums(
        evidence.books,
        "select payout_id, sum(net_minor) from balance_transactions where payout_id is not null and source <> payout_id group by 1",
    )?;
    for payout in evidence.stripe.objects("payout") {
        let (id, amount) = (text(&payout, "id"), minor(&payout, "amount"));
        let proof = if payout["automatic"] == true {
            "proved"
        } else {
            "not-told"
        };
        let want = (amount, text(&payout, "status").to_owned(), proof.to_owned());
        let have = kept.remove(id);
        if have.as_ref() != Some(&want) {
            faults.push(format!("payout {id} {want:?} is kept as {have:?}"));
        }
        let members = inside.get(id).copied();
        if proof == "proved" && members != Some(amount) {
            faults.push(format!("payout {id} of {amount} has {members:?} inside"));
        }
    }
    for id in kept.keys() {
        faults.push(format!("payout {id} is kept, and not at Stripe"));
    }
    Ok(())
}

/// What left Stripe and did not come back is in transit until it is found on the bank's statement, and then in the bank.
pub(super) fn stand_where_they_are(
    evidence: &Evidence<'_>,
    faults: &mut Vec<String>,
) -> Result<()> {
    let books = evidence.books;
    let left: i64 = evidence
        .stripe
        .objects("payout")
        .iter()
        .filter(|payout| !matches!(text(payout, "status"), "failed" | "canceled"))
        .map(|payout| minor(payout, "amount"))
        .sum();
    let found = number(
        books,
        "select coalesce(sum(amount_minor), 0) from payouts where found_date is not null",
    )?;
    let recorded = number(
        books,
        "select coalesce(sum(amount_minor), 0) from payments where intent_id = '' and reversed_at is null",
    )?;
    let transit = balance_of(books, "in_transit")?;
    if transit != left - found {
        faults.push(format!(
            "{left} left for the bank, {found} was found there, {transit} is in transit"
        ));
    }
    let bank = balance_of(books, "bank")? + balance_of(books, "cash")?;
    if bank != found + recorded {
        faults.push(format!(
            "{found} of payouts and {recorded} by hand came, {bank} is in bank and cash"
        ));
    }
    Ok(())
}
