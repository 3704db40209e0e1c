//! Payments that a bank takes back while it asks, or only asks about, before refunds and after: answered or given up by
//! the seller, decided by the bank.

use std::rc::Rc;

use serde_json::Value;

use crate::dice::Dice;
use crate::payer::linger;
use crate::seller;
use crate::stage::{self, Side};
use crate::template::PASSWORD;
use crate::world::World;

/// What happens around disputes.
#[derive(Clone, Copy, Debug)]
pub enum Act {
    /// It takes a payment back, or a part of it, and asks.
    Open,
    /// It only asks.
    Inquire,
    /// It decides; or makes a chargeback of what it only asked about.
    Decide,
    /// The seller answers with what the product has put together, or gives in.
    Answer,
}

/// What this seed does of it.
pub fn acts(dice: &Dice) -> Vec<(usize, Act)> {
    let some = |weight: usize| if dice.one_in(3) { weight } else { 0 };
    let (open, inquire) = (some(3), some(1));
    let decide = if open + inquire > 0 { 3 } else { 0 };
    vec![
        (open, Act::Open),
        (inquire, Act::Inquire),
        (decide, Act::Decide),
        (decide / 2, Act::Answer),
    ]
}

/// Lets it happen.
pub fn begin(world: &Rc<World>, act: Act) {
    match act {
        Act::Open => open(world, false),
        Act::Inquire => open(world, true),
        Act::Decide => {
            if let Some(dispute) = world.dice.pick(&undecided(world)) {
                decide(world, dispute);
            }
        }
        Act::Answer => stage::begin("dispute", Side::Outside, answer(world.clone())),
    }
}

/// One answer goes to the bank, or none: pressed again when the connection broke.
pub async fn answer(world: Rc<World>) {
    let sql = "select id from disputes where closed_at is null order by id";
    let Some([id]) = world.one_of(sql) else {
        return;
    };
    let gives_in = world.dice.one_in(4);
    let path = format!(
        "/disputes/{id}/{}",
        if gives_in { "accept" } else { "submit" }
    );
    let form = [("password", PASSWORD)];
    let form = if gives_in { &form[..] } else { &[] };
    for _ in 0..3 {
        if seller::post(&world, &path, form).await.is_some() {
            return;
        }
        linger(&world).await;
    }
}

fn open(world: &World, only_asks: bool) {
    let charges = world.rehearsal.objects("charge");
    let can = |charge: &&Value| {
        let left = charge["amount"].as_i64() > charge["amount_refunded"].as_i64();
        charge["status"] == "succeeded" && charge["disputed"] != true && left
    };
    let charges: Vec<&Value> = charges.iter().filter(can).collect();
    let Some(charge) = world.dice.pick(&charges) else {
        return;
    };
    let id = charge["id"].as_str().unwrap_or_default();
    let control = world.rehearsal.control();
    let opened = if only_asks {
        control.open_inquiry(id, "product_not_received")
    } else {
        control.open_dispute(id, "fraudulent", None)
    };
    world.tell(format!("* a bank asks about {id}: {}", opened.is_ok()));
}

fn undecided(world: &World) -> Vec<Value> {
    let all = world.rehearsal.objects("dispute").into_iter();
    let over = ["won", "lost", "warning_closed", "prevented"];
    all.filter(|dispute| {
        dispute["status"]
            .as_str()
            .is_some_and(|s| !over.contains(&s))
    })
    .collect()
}

fn decide(world: &World, dispute: &Value) {
    let id = dispute["id"].as_str().unwrap_or_default();
    let asks = dispute["status"]
        .as_str()
        .is_some_and(|s| s.starts_with("warning"));
    let word = match (asks, world.dice.below(3)) {
        (true, 0) => "needs_response",
        (true, _) => "warning_closed",
        (false, 0) => "won",
        (false, _) => "lost",
    };
    let decided = world.rehearsal.control().decide_dispute(id, word);
    world.tell(format!(
        "* the bank decides {id}: {word} {}",
        decided.is_ok()
    ));
}

/// Every bank makes up its mind.
pub fn end_all(world: &World) {
    for _ in 0..8 {
        for dispute in undecided(world) {
            decide(world, &dispute);
        }
    }
}
