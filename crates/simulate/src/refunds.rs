//! Money that goes back: asked for by the seller in one tab or two, made at Stripe's dashboard, arriving, failing, given
//! up by the payer.

use std::rc::Rc;

use serde_json::Value;

use crate::browser::Page;
use crate::dashboard;
use crate::dice::Dice;
use crate::payer::linger;
use crate::seller;
use crate::stage::{self, Side};
use crate::template::PASSWORD;
use crate::world::World;

/// What happens around refunds.
#[derive(Clone, Copy, Debug)]
pub enum Act {
    /// The seller gives some or all of a payment back.
    Ask,
    /// The seller does so in two tabs at once, each wanting all that is left.
    AskInTwoTabs,
    /// Somebody at Stripe's dashboard gives back.
    AtStripe,
    /// A refund that waits arrives, fails or is given up; one that had arrived comes back.
    Ends,
    /// The seller has seen to one that failed.
    Handled,
}

/// What this seed does of it.
pub fn acts(dice: &Dice) -> Vec<(usize, Act)> {
    let from_here = if dice.one_in(3) { 0 } else { 4 };
    let at_stripe = if dice.one_in(2) { 0 } else { 2 };
    let ends = if dice.one_in(2) { 0 } else { 3 };
    vec![
        (from_here, Act::Ask),
        (from_here / 2, Act::AskInTwoTabs),
        (at_stripe, Act::AtStripe),
        (if from_here + at_stripe > 0 { ends } else { 0 }, Act::Ends),
        (from_here / 4, Act::Handled),
    ]
}

/// Lets it begin.
pub fn begin(world: &Rc<World>, act: Act) {
    match act {
        Act::Ask | Act::AskInTwoTabs => {
            let sql = "select id, amount_minor from payments where intent_id <> '' order by id";
            let Some([payment, amount]) = world.one_of(sql) else {
                return;
            };
            script_next(world);
            let tabs = if matches!(act, Act::Ask) { 1 } else { 2 };
            for _ in 0..tabs {
                let all = amount.parse().unwrap_or(1);
                let some = if tabs == 2 || world.dice.one_in(3) {
                    None
                } else {
                    Some(world.dice.between(1, all))
                };
                let work = ask(world.clone(), payment.clone(), some);
                stage::begin("refund", Side::Outside, work);
            }
        }
        Act::AtStripe => at_stripe(world),
        Act::Ends => end_one(world),
        Act::Handled => stage::begin("refund handled", Side::Outside, handled(world.clone())),
    }
}

/// The next refunds do not simply succeed.
fn script_next(world: &World) {
    let control = world.rehearsal.control();
    match world.dice.below(9) {
        0 => control.fail_next_refund("lost_or_stolen_card"),
        1 => control.refuse_next_refund("unknown"),
        2 => control.hold_next_refund("insufficient_funds"),
        3 => control.ask_payer_of_next_refund(),
        _ => {}
    }
}

/// The form, the check page, the password; pressed again when the connection broke. All that is left, or so much.
pub async fn ask(world: Rc<World>, payment: String, some: Option<i64>) {
    let form = format!("/payments/{payment}/refund");
    let amount = match some {
        Some(minor) => written(minor),
        None => match seller::get(&world, &form).await {
            Some(page) => page.value("amount"),
            None => return,
        },
    };
    let check = format!("{form}/check?amount={amount}&reason=requested_by_customer&note=");
    let Some(page) = seller::get(&world, &check).await else {
        return;
    };
    let once = page.value("once");
    if page.status != 200 || once.is_empty() {
        return world.tell(format!("  no refund of {amount}: {}", page.status));
    }
    linger(&world).await;
    if world.dice.one_in(4) {
        // Pressed twice, impatiently: the same form.
        let twin = press(world.clone(), form.clone(), once.clone(), amount.clone());
        stage::begin("refund pressed again", Side::Outside, async move {
            twin.await;
        });
    }
    for _ in 0..3 {
        match press(world.clone(), form.clone(), once.clone(), amount.clone()).await {
            Some(_) => return,
            None => linger(&world).await,
        }
    }
}

async fn press(world: Rc<World>, form: String, once: String, amount: String) -> Option<Page> {
    let fields = [
        ("once", once.as_str()),
        ("amount", amount.as_str()),
        ("reason", "requested_by_customer"),
        ("note", ""),
        ("password", PASSWORD),
    ];
    seller::post(&world, &form, &fields).await
}

/// Two decimals: every currency of these stories has them.
pub fn written(minor: i64) -> String {
    format!("{}.{:02}", minor / 100, minor % 100)
}

fn at_stripe(world: &World) {
    let charges = world.rehearsal.objects("charge");
    let Some(charge) = world.dice.pick(&charges) else {
        return;
    };
    script_next(world);
    let all = charge["amount"].as_i64().unwrap_or(1);
    let some = (!world.dice.one_in(3)).then(|| world.dice.between(1, all));
    let id = charge["id"].as_str().unwrap_or_default();
    let made = world.rehearsal.control().refund_charge(id, some);
    world.tell(format!("* refund at Stripe of {id}: {}", made.is_ok()));
}

/// Refunds at Stripe in one of these states.
fn in_state(world: &World, states: &[&str]) -> Vec<Value> {
    let all = world.rehearsal.objects("refund");
    let wanted = |refund: &Value| {
        refund["status"]
            .as_str()
            .is_some_and(|s| states.contains(&s))
    };
    all.into_iter().filter(wanted).collect()
}

fn end_one(world: &Rc<World>) {
    let waiting = in_state(world, &["pending", "requires_action"]);
    let late = in_state(world, &["succeeded"]);
    let of = if waiting.is_empty() || world.dice.one_in(3) {
        &late
    } else {
        &waiting
    };
    if let Some(refund) = world.dice.pick(of) {
        end(world, refund);
    }
}

fn end(world: &Rc<World>, refund: &Value) {
    let control = world.rehearsal.control();
    let id = refund["id"].as_str().unwrap_or_default();
    let ended = match (refund["status"].as_str(), world.dice.below(3)) {
        (Some("requires_action"), 0) => return cancel(world, id),
        (Some("succeeded"), _) | (_, 1) => control.fail_refund(id, "expired_or_canceled_card"),
        _ => control.settle_refund(id),
    };
    let status = ended.map(|refund| refund["status"].clone());
    world.tell(format!("* refund {id} ends: {status:?}"));
}

/// Whatever waits comes to its end.
pub fn end_all(world: &Rc<World>) {
    for refund in in_state(world, &["pending", "requires_action"]) {
        end(world, &refund);
    }
}

/// Somebody at Stripe gives up a refund that waits for the payer.
fn cancel(world: &Rc<World>, id: &str) {
    let asked = dashboard::post(
        world.clone(),
        format!("/v1/refunds/{id}/cancel"),
        String::new(),
    );
    stage::begin("cancel at Stripe", Side::Outside, async move {
        asked.await;
    });
}

async fn handled(world: Rc<World>) {
    let sql =
        "select id from refunds where returned_at is not null and handled_at is null order by id";
    if let Some([id]) = world.one_of(sql) {
        seller::post(&world, &format!("/refunds/{id}/handled"), &[]).await;
    }
}
