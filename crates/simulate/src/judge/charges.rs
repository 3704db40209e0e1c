//! Charges: each that succeeded is booked once, with its fee, and every intent stands with us as at Stripe.

use std::collections::BTreeMap;

use anyhow::Result;
use serde_json::Value;

use super::{Evidence, minor, number, rows, succeeded, text};

type Booked = (i64, Option<i64>, Option<i64>);

pub(super) fn are_booked_once(evidence: &Evidence<'_>, faults: &mut Vec<String>) -> Result<()> {
    let booked = rows(
        evidence.books,
        "select charge_id, amount_minor, fee_minor, net_minor from payments where intent_id <> ''",
        |r| {
            let booked: Booked = (r.get(1)?, r.get(2)?, r.get(3)?);
            Ok((r.get::<_, String>(0)?, booked))
        },
    )?;
    let mut by_charge: BTreeMap<String, Vec<Booked>> = BTreeMap::new();
    for (charge, booked) in booked {
        by_charge.entry(charge).or_default().push(booked);
    }
    let lines: BTreeMap<String, Value> = evidence
        .stripe
        .objects("balance_transaction")
        .into_iter()
        .map(|line| (text(&line, "id").to_owned(), line))
        .collect();
    for charge in succeeded(evidence.stripe) {
        let id = text(&charge, "id");
        let line = lines.get(text(&charge, "balance_transaction"));
        let want = (
            minor(&charge, "amount"),
            line.and_then(|line| line["fee"].as_i64()),
            line.and_then(|line| line["net"].as_i64()),
        );
        match by_charge.remove(id).as_deref() {
            Some([one]) if *one == want => {}
            Some(several) => {
                faults.push(format!("charge {id} of {want:?} is booked as {several:?}"))
            }
            None => faults.push(format!("charge {id} of {} is not booked", want.0)),
        }
    }
    for (charge, booked) in by_charge {
        faults.push(format!(
            "{charge} is booked as {booked:?}, and Stripe has no such charge"
        ));
    }
    Ok(())
}

/// Every intent is with us as at Stripe; what it was paid is what we asked for. Stray money is in no attempt of ours.
pub(super) fn attempts_agree(evidence: &Evidence<'_>, faults: &mut Vec<String>) -> Result<()> {
    let ours: BTreeMap<String, (String, i64)> = rows(
        evidence.books,
        "select intent_id, state, amount_minor from payment_attempts where intent_id is not null",
        |r| Ok((r.get(0)?, (r.get(1)?, r.get(2)?))),
    )?
    .into_iter()
    .collect();
    for intent in evidence.stripe.objects("payment_intent") {
        let (id, theirs) = (text(&intent, "id"), text(&intent, "status"));
        let known = ours.get(id);
        let state = known.map(|(state, _)| state.as_str());
        if text(&intent["metadata"], "quittance_attempt").starts_with("stray-") {
            if state.is_some() {
                faults.push(format!("{id} is none of our attempts, and is {state:?}"));
            }
            continue;
        }
        let agree = match theirs {
            "succeeded" => state == Some("succeeded"),
            "processing" => state == Some("processing"),
            // An intent whose making was lost, and that nobody was given, may lie there for ever.
            _ => matches!(state, None | Some("started" | "declined" | "canceled")),
        };
        if !agree {
            faults.push(format!("{id} is {theirs} at Stripe, and {state:?} with us"));
        }
        let received = minor(&intent, "amount_received");
        if let Some((_, asked)) = known
            && theirs == "succeeded"
            && received != *asked
        {
            faults.push(format!("{id} was paid {received}, and {asked} was asked"));
        }
    }
    Ok(())
}

/// On a page that Stripe hosts nobody can pay what is over: a session of ours that is still open there is one that a payer
/// may still use, and one that was used is an attempt that came to something.
pub(super) fn sessions_agree(evidence: &Evidence<'_>, faults: &mut Vec<String>) -> Result<()> {
    let ours: BTreeMap<String, String> = rows(
        evidence.books,
        "select session_id, state from payment_attempts where session_id is not null",
        |r| Ok((r.get(0)?, r.get(1)?)),
    )?
    .into_iter()
    .collect();
    for session in evidence.stripe.objects("checkout.session") {
        let (id, theirs) = (text(&session, "id"), text(&session, "status"));
        let state = ours.get(id).map(String::as_str);
        let agree = match theirs {
            "complete" => matches!(state, Some("succeeded" | "processing" | "canceled")),
            "open" => matches!(state, None | Some("started" | "declined")),
            _ => matches!(state, None | Some("canceled")),
        };
        if !agree {
            faults.push(format!(
                "session {id} is {theirs} at Stripe, and {state:?} with us"
            ));
        }
    }
    Ok(())
}

/// Every payment of a customer with an address was thanked for once, unless it was taken back before that. Credit given
/// by hand to a customer has no invoice to thank for.
pub(super) fn receipts_went_once(evidence: &Evidence<'_>, faults: &mut Vec<String>) -> Result<()> {
    let payable = number(
        evidence.books,
        "select count(*) from payments p join customers c on c.id = p.customer_id where c.email <> '' and p.state = 'succeeded'
           and (p.reversed_at is null or p.receipt_at is not null)
           and (p.intent_id = '' or exists (select 1 from payment_attempts a where a.intent_id = p.intent_id)
                or exists (select 1 from allocations a where a.source_kind = 'payment' and a.source_id = p.id))",
    )?;
    let receipts = number(
        evidence.books,
        "select count(*) from mails where kind = 'receipt'",
    )?;
    if payable != receipts {
        faults.push(format!(
            "{payable} payments want a receipt, {receipts} were written"
        ));
    }
    Ok(())
}
