//! Invoices and their customers: nobody paid twice for one amount due, and a customer's credit is what nobody used.

use std::collections::BTreeMap;

use anyhow::Result;

use super::{Evidence, rows, succeeded, sums, text};

/// What was charged for an invoice, and what else settled it, is never more than the invoice and what was opened again
/// since (a refund, a reversal, credit taken back). Where the seller changed an invoice while a bank was at work on it,
/// or though Stripe could not be asked, the page had said that what comes twice becomes credit.
pub(super) fn nobody_paid_twice(evidence: &Evidence<'_>, faults: &mut Vec<String>) -> Result<()> {
    let books = evidence.books;
    let totals = sums(
        books,
        "select id, total_minor from invoices where state <> 'draft'",
    )?;
    // Of one payment for several invoices: what each took, and what none could take by the first.
    let asked = sums(
        books,
        "select i.invoice_id, sum(case when (select count(*) from payment_attempt_invoices j where j.attempt_id = a.id) = 1 then p.amount_minor
             else coalesce((select l.amount_minor from allocations l where l.source_kind = 'payment' and l.source_id = p.id and l.invoice_id = i.invoice_id), 0)
               + case when i.invoice_id = a.invoice_id then p.amount_minor - p.allocated_minor else 0 end end)
         from payment_attempt_invoices i join payment_attempts a on a.id = i.attempt_id join payments p on p.intent_id = a.intent_id group by 1",
    )?;
    let otherwise = sums(
        books,
        "select a.invoice_id, sum(a.amount_minor) from allocations a where a.amount_minor > 0
           and not exists (select 1 from payments p join payment_attempts t on t.intent_id = p.intent_id where a.source_kind = 'payment' and p.id = a.source_id) group by 1",
    )?;
    let opened_again = sums(
        books,
        "select invoice_id, -sum(amount_minor) from allocations where amount_minor < 0 group by 1",
    )?;
    let at_a_bank = paid_by_bank_debit(evidence)?;
    for (invoice, total) in totals {
        let of = |sums: &BTreeMap<String, i64>| sums.get(&invoice).copied().unwrap_or_default();
        let loose = evidence.changed_anyway.contains(&invoice) || at_a_bank.contains(&invoice);
        let settled = of(&asked) + if loose { 0 } else { of(&otherwise) };
        let most = total + of(&opened_again);
        if settled > most {
            faults.push(format!(
                "invoice {invoice} of {total}: {} charged, {} otherwise, {} opened again",
                of(&asked),
                of(&otherwise),
                of(&opened_again)
            ));
        }
    }
    Ok(())
}

fn paid_by_bank_debit(evidence: &Evidence<'_>) -> Result<Vec<String>> {
    let items = rows(
        evidence.books,
        "select coalesce(a.intent_id, ''), i.invoice_id from payment_attempt_invoices i join payment_attempts a on a.id = i.attempt_id",
        |r| Ok((r.get::<_, String>(0)?, r.get::<_, String>(1)?)),
    )?;
    let slow: Vec<String> = succeeded(evidence.stripe)
        .iter()
        .filter(|charge| text(&charge["payment_method_details"], "type") != "card")
        .map(|charge| text(charge, "payment_intent").to_owned())
        .collect();
    Ok(items
        .into_iter()
        .filter(|(intent, _)| slow.contains(intent))
        .map(|(_, invoice)| invoice)
        .collect())
}

/// A customer's credit is what payments left over and refunds brought back, less what was used and what went back.
pub(super) fn credit_adds_up(evidence: &Evidence<'_>, faults: &mut Vec<String>) -> Result<()> {
    let books = evidence.books;
    let ledger = sums(
        books,
        "select coalesce(customer_id, ''), -sum(amount_minor) from ledger_postings where account = 'customer_credit' group by 1",
    )?;
    let counted = sums(
        books,
        "select c.id,
           (select coalesce(sum(p.amount_minor - p.allocated_minor - p.tray_returned_minor), 0) from payments p where p.customer_id = c.id and p.reversed_at is null)
           + (select coalesce(sum(case t.became when 'credit' then t.amount_minor
                                               when 'settled' then t.amount_minor - (select coalesce(sum(a.amount_minor), 0) from allocations a where a.source_kind = t.source_kind and a.source_id = t.source_id || '-won')
                                               else 0 end - t.from_credit_minor), 0)
              from takings t where t.customer_id = c.id)
           - (select coalesce(sum(u.amount_minor), 0) from credit_uses u where u.customer_id = c.id and u.taken_back_at is null)
         from customers c",
    )?;
    let too_much = returned_too_much(evidence)?;
    for (customer, counted) in counted {
        let booked = ledger.get(&customer).copied().unwrap_or_default();
        let owed_back = too_much.get(&customer).copied().unwrap_or_default();
        if booked != counted || booked < -owed_back {
            faults.push(format!(
                "customer {customer} has a credit of {booked}, and {counted} by what happened"
            ));
        }
    }
    Ok(())
}

/// What went back to customers beyond what they had paid: refunded while a bank only asked, and taken whole by the bank
/// all the same. That much a customer may owe.
fn returned_too_much(evidence: &Evidence<'_>) -> Result<BTreeMap<String, i64>> {
    sums(
        evidence.books,
        "select g.customer_id, sum(g.gone - g.paid) from
           (select p.customer_id, p.amount_minor as paid, sum(t.amount_minor) as gone from takings t join payments p on p.id = t.payment_id
            where t.became = '' group by p.id, p.customer_id, p.amount_minor) g
         where g.gone > g.paid group by 1",
    )
}
