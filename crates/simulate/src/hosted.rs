//! Payment on the page that Stripe hosts: sellers who choose it, payers who are sent there, and payers whose browser holds
//! the form back.

use std::rc::Rc;

use crate::browser::{Browser, Page};
use crate::payer::linger;
use crate::seller;
use crate::world::{Keys, World};

/// What payers pay with there, the good ones more often.
const METHODS: [&str; 8] = [
    "pm_card_visa",
    "pm_card_visa",
    "pm_card_mastercard",
    "pm_card_visa_chargeDeclined",
    "pm_card_visa_chargeDeclinedInsufficientFunds",
    "pm_card_threeDSecure2Required",
    "pm_card_threeDSecure2Required",
    "acss_debit",
];

/// The seller saves the form of the keys with the other choice of where customers pay.
pub async fn choose(world: Rc<World>, hosted: bool) {
    let path = "/settings/billing/online-payment/live";
    let Some(page) = seller::get(&world, path).await else {
        return;
    };
    let version = page.value("version");
    let Keys { public, .. } = world.keys.borrow().clone();
    let way = if hosted { "page" } else { "form" };
    let form = [
        ("version", version.as_str()),
        ("enabled", "on"),
        ("public_key", public.as_str()),
        ("secret_key", ""),
        ("currency", "CAD"),
        ("way", way),
    ];
    seller::post(&world, path, &form).await;
}

/// What a page that leads there asks for, as its form says it.
pub struct Asked {
    amount_minor: String,
    currency: String,
    part: String,
}

impl Asked {
    /// Nothing when the page does not lead there.
    pub fn on(page: &Page) -> Option<Asked> {
        let is_way_there = page.body.contains("/checkout\"");
        is_way_there.then(|| Asked {
            amount_minor: page.value("amount_minor"),
            currency: page.value("currency"),
            part: page.value("part"),
        })
    }
}

/// From the button to whatever end.
pub async fn visit(world: &Rc<World>, browser: &Browser, path: &str, asked: Asked) {
    let Some(session) = go(world, browser, path, asked).await else {
        return;
    };
    linger(world).await;
    if world.dice.one_in(8) {
        return world.tell("  the payer closed Stripe's page");
    }
    for _ in 0..3 {
        let method = world.dice.pick(&METHODS).copied().unwrap_or(METHODS[0]);
        let is_over = press(world, &session, method).await;
        linger(world).await;
        if is_over || world.dice.one_in(4) {
            break;
        }
    }
    if world.dice.one_in(3) {
        return world.tell("  the payer never came back from Stripe");
    }
    browser.get(world, &format!("{path}/return")).await;
}

/// Pays there with a good card and comes back, with nothing in between.
pub async fn settle(world: &Rc<World>, browser: &Browser, path: &str, asked: Asked) {
    if let Some(session) = go(world, browser, path, asked).await {
        press(world, &session, METHODS[0]).await;
        browser.get(world, &format!("{path}/return")).await;
    }
}

/// Presses until it leads to Stripe's page, and pays the new amount when it changed. The session it led to.
async fn go(world: &Rc<World>, browser: &Browser, path: &str, mut asked: Asked) -> Option<String> {
    for _ in 0..3 {
        let mut form = vec![
            ("amount_minor", asked.amount_minor.as_str()),
            ("currency", asked.currency.as_str()),
        ];
        if !asked.part.is_empty() {
            form.push(("part", asked.part.as_str()));
        }
        let answer = browser
            .post(world, &format!("{path}/checkout"), &form)
            .await;
        linger(world).await;
        let Some(page) = answer else {
            continue;
        };
        match page.status {
            303 => {
                let (_, session) = page.location.split_once("/rehearsal/checkout#")?;
                return Some(session.to_owned());
            }
            409 => asked = Asked::on(&page)?,
            502 => {}
            _ => return None,
        }
    }
    None
}

/// Pays on Stripe's page, without us. Whether there is nothing more to do there.
async fn press(world: &Rc<World>, session: &str, method: &str) -> bool {
    let control = world.rehearsal.control();
    let paid = match control.pay_checkout(session, method) {
        Ok(paid) => paid,
        Err(error) => {
            world.tell(format!("  Stripe's page says to {method}: {error}"));
            return true;
        }
    };
    world.tell(format!(
        "  the payer pays with {method}: {} {}",
        paid["status"], paid["payment_status"]
    ));
    world.gather_post();
    if paid["status"] != "open" {
        return true;
    }
    let intent = paid["payment_intent"].as_str().unwrap_or_default();
    let intents = world.rehearsal.objects("payment_intent");
    let intent = intents.iter().find(|one| one["id"] == intent);
    let waits = intent.filter(|one| one["status"] == "requires_action");
    let Some(secret) = waits.and_then(|one| one["client_secret"].as_str()) else {
        return false;
    };
    linger(world).await;
    if world.dice.one_in(5) {
        world.tell("  the payer left the bank's page");
        return true;
    }
    let passed = !world.dice.one_in(4);
    let now = world.rehearsal.challenge(secret, passed);
    world.tell(format!("  the bank's question, passed: {passed}: {now:?}"));
    now.as_deref() != Some("requires_payment_method")
}
