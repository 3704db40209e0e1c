//! What the seller does beside Stripe (money recorded and taken back, credit used and taken back), and what Stripe does
//! with the balance (payouts, some of which the bank sends back), and the comparing of both.

use std::rc::Rc;

use fake_stripe::Mode;
use jiff::tz::TimeZone;
use serde_json::Value;

use crate::browser::Page;
use crate::dice::Dice;
use crate::machine;
use crate::payer::linger;
use crate::refunds::written;
use crate::seller;
use crate::stage::{self, Side};
use crate::world::World;

/// What happens to the books.
#[derive(Clone, Copy, Debug)]
pub enum Act {
    /// A cheque, cash or a transfer came.
    Record,
    /// What was recorded is taken back: it bounced.
    Reverse,
    /// The customer's credit is used on an invoice.
    UseCredit,
    /// And taken back from it.
    TakeCreditBack,
    /// What is available leaves for the bank.
    PayOut,
    /// A payout arrives, or the bank sends it back, even after it had arrived.
    PayoutEnds,
    /// The seller finds a payout on the bank's statement, or finds that it was another.
    Statement,
    /// The nightly comparison looks whether it is due.
    Night,
    /// The seller compares now.
    Compare,
}

/// What this seed does of it.
pub fn acts(dice: &Dice) -> Vec<(usize, Act)> {
    let some = |weight: usize| if dice.one_in(2) { weight } else { 0 };
    let (recorded, credit, payouts) = (some(4), some(4), some(4));
    vec![
        (recorded, Act::Record),
        (recorded / 2, Act::Reverse),
        (credit, Act::UseCredit),
        (credit / 2, Act::TakeCreditBack),
        (payouts / 2, Act::PayOut),
        (payouts / 2, Act::PayoutEnds),
        (payouts / 2, Act::Statement),
        (some(2), Act::Night),
        (some(1), Act::Compare),
    ]
}

/// Lets it begin.
pub fn begin(world: &Rc<World>, act: Act) {
    let person = |name: &str, work: std::pin::Pin<Box<dyn Future<Output = ()>>>| {
        stage::begin(name, Side::Outside, work);
    };
    match act {
        Act::Record => person("record", Box::pin(record(world.clone()))),
        Act::Reverse => person("reverse", Box::pin(reverse(world.clone()))),
        Act::UseCredit => person("use credit", Box::pin(use_credit(world.clone()))),
        Act::TakeCreditBack => person("take credit back", Box::pin(take_back(world.clone()))),
        Act::PayOut => pay_out(world),
        Act::PayoutEnds => end_one(world),
        Act::Statement => person("statement", Box::pin(statement(world.clone()))),
        Act::Night => machine::night(world),
        Act::Compare => person("compare", Box::pin(compare(world.clone()))),
    }
}

/// Records money on an invoice: what is due, less, or more.
async fn record(world: Rc<World>) {
    let issued = "select id, total_minor - applied_minor from invoices where state in ('open', 'paid') order by id";
    let Some([id, due]) = world.one_of(issued) else {
        return;
    };
    let due = due.parse().unwrap_or_default();
    let due = i64::max(due, 1);
    let amount = match world.dice.below(4) {
        0 => world.dice.between(1, due),
        1 => due + world.dice.between(1, 5000),
        _ => due,
    };
    record_on(world, id, amount).await;
}

/// Records so much on an invoice.
pub async fn record_on(world: Rc<World>, id: String, minor: i64) {
    let path = format!("/invoices/{id}/payments/new");
    let Some(page) = seller::get(&world, &path).await else {
        return;
    };
    let (once, day, amount) = (
        page.value("once"),
        page.value("received_on"),
        written(minor),
    );
    linger(&world).await;
    let form = vec![
        ("amount", amount),
        ("received_on", day),
        ("method", "cheque".to_owned()),
        ("reference", "No. 17".to_owned()),
        ("receipt", "on".to_owned()),
        ("once", once),
    ];
    until_taken(&world, &path, &id, form).await;
}

/// Posts a form; agrees to what the page asks (keep the rest as credit; do it though Stripe cannot be asked), or gives
/// up. Pressed again when the connection broke.
async fn until_taken(world: &Rc<World>, path: &str, invoice: &str, form: Vec<(&str, String)>) {
    let mut form = form;
    for _ in 0..5 {
        let fields: Vec<(&str, &str)> = form.iter().map(|(n, v)| (*n, v.as_str())).collect();
        let Some(page) = seller::post(world, path, &fields).await else {
            linger(world).await;
            continue;
        };
        if page.status != 422 {
            return;
        }
        if !agrees(world, &page, invoice, &mut form) {
            return;
        }
        linger(world).await;
    }
}

fn agrees(world: &World, page: &Page, invoice: &str, form: &mut Vec<(&str, String)>) -> bool {
    let rest = page.value("keep_rest");
    let anyway = page.body.contains("name=\"anyway\"");
    form.retain(|(name, _)| *name != "keep_rest" && *name != "anyway");
    if !rest.is_empty() && !world.dice.one_in(3) {
        form.push(("keep_rest", rest));
        return true;
    }
    if anyway && world.dice.one_in(2) {
        let mut changed = world.changed_anyway.borrow_mut();
        changed.insert(invoice.to_owned());
        form.push(("anyway", "on".to_owned()));
        return true;
    }
    false
}

async fn reverse(world: Rc<World>) {
    let sql = "select id from payments where intent_id = '' and reversed_at is null order by id";
    if let Some([id]) = world.one_of(sql) {
        let form = [("reason", "It bounced.")];
        seller::post(&world, &format!("/payments/{id}/reverse"), &form).await;
    }
}

/// Uses credit on an open invoice of a customer who has some.
pub async fn use_credit(world: Rc<World>) {
    let sql = "select i.id from invoices i where i.state = 'open' and
        (select coalesce(sum(p.amount_minor), 0) from ledger_postings p where p.account = 'customer_credit' and p.customer_id = i.customer_id) < 0 order by i.id";
    let Some([id]) = world.one_of(sql) else {
        return;
    };
    let path = format!("/invoices/{id}/credit");
    let Some(page) = seller::get(&world, &path).await else {
        return;
    };
    let (once, amount) = (page.value("once"), page.value("amount"));
    if page.status != 200 || once.is_empty() {
        return;
    }
    linger(&world).await;
    let form = vec![("amount", amount), ("once", once)];
    until_taken(&world, &path, &id, form).await;
}

async fn take_back(world: Rc<World>) {
    let sql = "select id from credit_uses where taken_back_at is null order by id";
    if let Some([id]) = world.one_of(sql) {
        seller::post(&world, &format!("/credit/{id}/take-back"), &[]).await;
    }
}

/// What is available leaves for the bank.
pub fn pay_out(world: &World) {
    let control = world.rehearsal.control();
    let made = control.run_payouts(&world.account, Mode::Live);
    let count = made.map(|payouts| payouts.len()).unwrap_or_default();
    world.tell(format!("* {count} payouts leave"));
}

fn end_one(world: &World) {
    let payouts = world.rehearsal.objects("payout");
    let Some(payout) = world.dice.pick(&payouts) else {
        return;
    };
    let id = payout["id"].as_str().unwrap_or_default();
    let control = world.rehearsal.control();
    let ended: anyhow::Result<Value> = if world.dice.one_in(3) {
        control.fail_payout(id, "account_closed")
    } else {
        control.arrive_payout(id)
    };
    let status = ended.map(|payout| payout["status"].clone());
    world.tell(format!("* payout {id} ends: {status:?}"));
}

pub async fn statement(world: Rc<World>) {
    let sql = "select id, coalesce(found_date, '') from payouts order by id";
    let Some([id, found]) = world.one_of(sql) else {
        return;
    };
    if found.is_empty() {
        // By the seller's day; what is too early or too late the page refuses.
        let today = world.clock.now().to_zoned(TimeZone::UTC).date();
        let on = today.to_string();
        let form = [("found_on", on.as_str())];
        seller::post(&world, &format!("/payouts/{id}/found"), &form).await;
    } else if world.dice.one_in(3) {
        seller::post(&world, &format!("/payouts/{id}/not-found"), &[]).await;
    }
}

/// The seller compares the books with Stripe now.
pub async fn compare(world: Rc<World>) {
    seller::post(&world, "/books/compare", &[]).await;
}

/// What the comparison names and only a person can put right: a payout that was found and came back was another one.
pub async fn tidy_statement(world: Rc<World>) {
    let sql = "select id from payouts where found_date is not null and status in ('failed', 'canceled') order by id";
    for [id] in world.rows(sql) {
        seller::post(&world, &format!("/payouts/{id}/not-found"), &[]).await;
    }
}
