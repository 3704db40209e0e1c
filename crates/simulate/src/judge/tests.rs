//! A judge that cannot find anybody guilty proves nothing: a calm story with everything in it is judged clean, and then
//! each thing in it is falsified, one at a time, and must be found.

use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use rusqlite::Connection;

use super::{Evidence, judge, weigh_all};
use crate::run::{act, drain, settle_down};
use crate::stage::Stage;
use crate::template::Template;
use crate::world::World;
use crate::{autopay, books, dashboard, hosted, machine, payer, refunds, seller, together};

/// What is falsified, and words of what must be found.
const FORGERIES: &[(&str, &str)] = &[
    (
        "update payment_attempts set state = 'started' where session_id is not null",
        "is complete at Stripe",
    ),
    (
        "update payment_attempts set session_id = null where session_id is not null",
        "is complete at Stripe, and None with us",
    ),
    (
        "update consents set state = 'lapsed' where purpose = 'keep'",
        "is kept by 0 consents",
    ),
    (
        "update saved_cards set payment_method = payment_method || 'x'",
        "is kept at Stripe, and nobody here knows",
    ),
    (
        "update saved_cards set payment_method = payment_method || 'x'",
        "is kept here, and not at Stripe",
    ),
    (
        "update consents set given_at = given_at + 8640000000 where purpose = 'autopay'",
        "began without a consent",
    ),
    (
        "update consents set ended_at = given_at where purpose = 'autopay'",
        "began without a consent",
    ),
    (
        "update mails set sent_at = null where id in (select notice_mail from autopay_plans)",
        "began without a letter",
    ),
    (
        "update mails set sent_at = sent_at + 345600000 where id in (select notice_mail from autopay_plans)",
        "began without a letter",
    ),
    (
        "insert into autopay_tries select id || 'x', business_id, mode, invoice_id, consent_id, saved_id, attempt_id, idempotency_key, key_at, amount_minor, currency, tried_on, outcome, code, verdict, started_at, ended_at from autopay_tries",
        "was charged by itself 2 times",
    ),
    (
        "update autopay_tries set outcome = 'started'",
        "1 charges are not known",
    ),
    (
        "delete from disputes where state = 'lost'",
        "is not in the books",
    ),
    (
        "update disputes set state = 'won' where state = 'lost'",
        "\"lost\") at Stripe",
    ),
    (
        "update disputes set amount_minor = amount_minor + 1",
        "with us",
    ),
    (
        "update disputes set reopened_at = null",
        "its claim opened again: false",
    ),
    (
        "update disputes set stripe_id = stripe_id || 'x'",
        "and not at Stripe",
    ),
    (
        "delete from ledger_postings where entry_id in (select id from ledger_entries where kind = 'dispute_lost')",
        "is left with banks",
    ),
    (
        "update ledger_entries set kind = 'x' where kind = 'dispute_lost'",
        "is booked as",
    ),
    (
        "update disputes set alarmed_at = null",
        "the seller was not told",
    ),
    (
        "insert into jobs (id, kind, key, payload, run_at, attempts, state) values ('j', 'K', 'k', 'p', 0, 0, 'waiting')",
        "a job is left",
    ),
    (
        "update ledger_postings set amount_minor = amount_minor + 1 where account = 'income'",
        "is off by",
    ),
    (
        "update invoices set applied_minor = applied_minor - 1 where applied_minor > 0",
        "receivable",
    ),
    (
        "update allocations set amount_minor = amount_minor - 1",
        "comes from nothing",
    ),
    (
        "update ledger_entries set memo = 'x' where kind = 'refund'",
        "was changed after it was written",
    ),
    (
        "update payments set fee_minor = fee_minor + 1 where intent_id <> ''",
        "is booked as",
    ),
    (
        "delete from payments where intent_id <> ''",
        "is not booked",
    ),
    (
        "update payments set charge_id = charge_id || 'x' where intent_id <> ''",
        "Stripe has no such charge",
    ),
    (
        "update payment_attempts set state = 'declined' where state = 'succeeded'",
        "is succeeded at Stripe",
    ),
    (
        "update payment_attempts set amount_minor = amount_minor + 1 where state = 'succeeded'",
        "was asked",
    ),
    ("delete from mails where kind = 'receipt'", "want a receipt"),
    (
        "delete from refunds where origin = 'stripe'",
        "is not in the books",
    ),
    (
        "update refunds set amount_minor = amount_minor - 1",
        "(amount, state, went, came back)",
    ),
    (
        "update refunds set state = 'pending'",
        "(amount, state, went, came back)",
    ),
    (
        "update refunds set returned_at = null",
        "(amount, state, went, came back)",
    ),
    (
        "update refunds set stripe_id = null, state = 'refused' where origin = 'here'",
        "is refused, and was made",
    ),
    (
        "update refunds set stripe_id = null, state = 'asked' where origin = 'here'",
        "stays asked",
    ),
    (
        "update refunds set stripe_id = 're_x' where origin = 'here'",
        "and not at Stripe",
    ),
    (
        "delete from ledger_postings where entry_id in (select id from ledger_entries where kind = 'refund')",
        "in clearing",
    ),
    (
        "update refunds set state = 'succeeded', amount_minor = amount_minor * 100",
        "has refunds of",
    ),
    (
        "delete from mails where kind = 'refund'",
        "mails of kind refund are due",
    ),
    (
        "delete from mails where kind = 'refund_failed'",
        "mails of kind refund_failed are due",
    ),
    (
        "update payments set amount_minor = amount_minor * 3 where intent_id <> ''",
        "charged",
    ),
    (
        "update payments set allocated_minor = allocated_minor - 1 where intent_id = ''",
        "by what happened",
    ),
    (
        "update credit_uses set amount_minor = amount_minor + 1",
        "by what happened",
    ),
    (
        "delete from balance_transactions where category = 'charge'",
        "is kept as",
    ),
    (
        "update balance_transactions set fee_minor = fee_minor + 1, amount_minor = amount_minor + 1",
        "is kept as",
    ),
    (
        "update balance_transactions set state = 'waiting' where category = 'refund'",
        "is kept as",
    ),
    (
        "update balance_transactions set id = id || 'x' where category = 'payout'",
        "and not at Stripe",
    ),
    (
        "delete from ledger_postings where entry_id in (select id from ledger_entries where kind = 'balance_transaction')",
        "moved",
    ),
    (
        "update ledger_postings set account = 'bank' where account = 'stripe_balance' and amount_minor > 0",
        "Stripe's balance is",
    ),
    (
        "update ledger_postings set account = 'bad_debt' where account = 'stripe_fees'",
        "Stripe took fees of",
    ),
    (
        "update ledger_postings set account = 'stripe_clearing' where account = 'stripe_fees'",
        "is left in clearing",
    ),
    (
        "update ledger_postings set account = 'suspense' where account = 'customer_credit'",
        "is left in suspense",
    ),
    (
        "update reconciliations set outcome = 'differs'",
        "the comparison says",
    ),
    ("delete from payouts", "is kept as None"),
    (
        "update payouts set status = 'in_transit' where status = 'paid'",
        "is kept as",
    ),
    ("update payouts set proof = 'off'", "is kept as"),
    ("update payouts set id = 'po_x'", "and not at Stripe"),
    (
        "update balance_transactions set payout_id = null where category = 'charge'",
        "inside",
    ),
    (
        "update payouts set found_date = null where found_date is not null",
        "is in transit",
    ),
    (
        "update ledger_postings set account = 'in_transit' where account = 'bank'",
        "is in bank and cash",
    ),
    (
        "delete from stripe_events where kind = 'payout.paid'",
        "never arrived",
    ),
    (
        "update stripe_events set state = 'kept' where kind = 'refund.created'",
        "was never worked",
    ),
    (
        "update stripe_events set state = 'set aside', result = 'not one of our payments' where kind = 'refund.created'",
        "was set aside",
    ),
];

type Work = std::pin::Pin<Box<dyn Future<Output = ()>>>;

#[test]
fn a_story_with_everything_in_it_is_judged_clean_and_every_forgery_is_found() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .build()
        .unwrap();
    let _inside = runtime.enter();
    let template = Template::new().unwrap();
    let world = World::new(&template, 1).unwrap();
    story(&world);
    assert_eq!(world.faults(), Vec::<String>::new());
    assert_eq!(judge(&world).unwrap(), Vec::<String>::new());
    let folder = tempfile::tempdir().unwrap();
    let mut missed = Vec::new();
    for (number, (forgery, words)) in FORGERIES.iter().enumerate() {
        let file = folder.path().join(format!("{number}.sqlite"));
        let found = judge_forged(&world, &file, forgery);
        if !found.iter().any(|fault| fault.contains(words)) {
            missed.push(format!("{forgery}: “{words}” is not among {found:#?}"));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
    make_a_refund_twice(&world);
    let found = judge(&world).unwrap();
    let twice = |fault: &String| fault.contains("was made 2 times at Stripe");
    assert!(found.iter().any(twice), "{found:#?}");
}

/// The verdict over a copy in which something was changed that the database itself would not have let pass.
fn judge_forged(world: &World, file: &Path, forgery: &str) -> Vec<String> {
    let name = file.to_str().unwrap();
    world
        .look()
        .unwrap()
        .execute("vacuum into ?1", [name])
        .unwrap();
    let books = Connection::open(file).unwrap();
    books.pragma_update(None, "foreign_keys", false).unwrap();
    books
        .pragma_update(None, "ignore_check_constraints", true)
        .unwrap();
    let mut guards = books
        .prepare("select name from sqlite_master where type = 'trigger'")
        .unwrap();
    let guards: Vec<String> = guards
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    for guard in guards {
        books
            .execute_batch(&format!("drop trigger {guard}"))
            .unwrap();
    }
    let changed = books.execute(forgery, []).unwrap();
    assert!(changed > 0, "{forgery}: the story has nothing to falsify");
    weigh_all(&Evidence {
        books: &books,
        file: name,
        stripe: &world.rehearsal,
        now_s: world.rehearsal.control().now(),
        changed_anyway: world.changed_anyway.borrow().clone(),
    })
    .unwrap()
}

/// Paid by card whole, in parts and together; recorded and reversed; refunded from here, and at Stripe and back; credit
/// used; stray money; paid out, arrived and found.
fn story(world: &Rc<World>) {
    let mut stage = Stage::new();
    let control = world.rehearsal.control();
    world.start();
    let mut go = |name: &str, work: Work| {
        act(world, &mut stage, name, work).unwrap();
        machine::round(world);
        settle_down(world, &mut stage).unwrap();
        machine::work(world, 100);
        settle_down(world, &mut stage).unwrap();
    };
    go(
        "keys",
        Box::pin(seller::save_keys(world.clone(), true, true)),
    );
    let customer = world.customers[0].clone();
    for price in [100_00, 200_00, 300_00, 400_00] {
        let work = seller::issue_to(world.clone(), customer.clone(), price, "30");
        go("issue", Box::pin(work));
    }
    let known = world.known.borrow().clone();
    for paid in &known[..2] {
        go(
            "pay",
            Box::pin(payer::settle(world.clone(), paid.path.clone(), "")),
        );
    }
    let payments = world.rows::<1>("select id from payments order by id");
    let [first] = payments[0].clone();
    go(
        "refund",
        Box::pin(refunds::ask(world.clone(), first, Some(10_00))),
    );
    let charges = control.charges();
    control.fail_next_refund("lost_or_stolen_card");
    let charge = charges[1]["id"].as_str().unwrap();
    control.refund_charge(charge, Some(50_00)).unwrap();
    world.advance(Duration::from_secs(120));
    // A bank asks, and keeps the money.
    let lost = open_dispute(world, charges[0]["id"].as_str().unwrap());
    go("news", Box::pin(seller::look(world.clone())));
    control.decide_dispute(&lost, "lost").unwrap();
    let third = known[2].id.clone();
    for _ in 0..20 {
        if world
            .rows::<1>("select id from payments where intent_id = ''")
            .is_empty()
        {
            go(
                "record",
                Box::pin(books::record_on(world.clone(), third.clone(), 500_00)),
            );
        }
        if world.rows::<1>("select id from credit_uses").is_empty() {
            go("use credit", Box::pin(books::use_credit(world.clone())));
        }
        if world
            .rows::<1>("select id from payments where intent_id <> ''")
            .len()
            < 3
        {
            go("stray", Box::pin(together::stray(world.clone())));
        }
    }
    pay_in_other_ways(world, &mut go);
    world.advance(Duration::from_secs(9 * 86_400));
    books::pay_out(world);
    world.advance(Duration::from_secs(5 * 86_400));
    go("look", Box::pin(seller::look(world.clone())));
    go("statement", Box::pin(books::statement(world.clone())));
    drain(world, &mut stage).unwrap();
}

/// Somebody keeps a card and agrees to be charged; the next invoice is charged by itself. Another pays on Stripe's page.
fn pay_in_other_ways(world: &Rc<World>, go: &mut dyn FnMut(&str, Work)) {
    let customer = world.customers[1].clone();
    for (price, boxes) in [
        (500_00, Some(autopay::KEPT_AND_AUTOPAY)),
        (600_00, None),
        (700_00, Some("")),
    ] {
        if boxes == Some("") {
            go("other way", Box::pin(hosted::choose(world.clone(), true)));
        }
        let issue = seller::issue_to(world.clone(), customer.clone(), price, "3");
        go("issue", Box::pin(issue));
        let path = world.known.borrow().last().unwrap().path.clone();
        if let Some(boxes) = boxes {
            go("pay", Box::pin(payer::settle(world.clone(), path, boxes)));
        } else {
            for _ in 0..5 {
                go("letters", Box::pin(seller::look(world.clone())));
                autopay::letters_arrive(world);
                world.advance(Duration::from_secs(86_400));
            }
        }
    }
}

fn open_dispute(world: &World, charge: &str) -> String {
    let control = world.rehearsal.control();
    let opened = control.open_dispute(charge, "fraudulent", None).unwrap();
    opened["id"].as_str().unwrap().to_owned()
}

/// Somebody made one of our refunds again, under another key.
fn make_a_refund_twice(world: &Rc<World>) {
    let refunds = world.rehearsal.objects("refund");
    let ours = |name: &str| name.len() > 4;
    let made = refunds
        .iter()
        .find(|refund| {
            refund["metadata"]["quittance_refund"]
                .as_str()
                .is_some_and(ours)
        })
        .unwrap();
    let form = format!(
        "charge={}&amount=1&metadata[quittance_refund]={}",
        made["charge"].as_str().unwrap(),
        made["metadata"]["quittance_refund"].as_str().unwrap()
    );
    let again = dashboard::post(world.clone(), "/v1/refunds".to_owned(), form);
    let again = async move {
        assert_eq!(again.await["object"], "refund");
    };
    act(world, &mut Stage::new(), "again", again).unwrap();
}
