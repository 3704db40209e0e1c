//! Payments that are not one invoice paid whole: several invoices in one payment, a part of one, and money with our
//! reference that fits nowhere until the seller says where it belongs.

use std::rc::Rc;

use app::payments::{self, Ask};
use app::who::Scope;

use crate::dashboard;
use crate::dice::Dice;
use crate::payer::{self, Tab, linger};
use crate::seller;
use crate::stage::{self, Side};
use crate::world::World;

/// What happens to payments that are not simply an invoice's.
#[derive(Clone, Copy, Debug)]
pub enum Act {
    /// Somebody pays several invoices of a customer at once.
    PaySeveral,
    /// Money with our reference comes that no attempt of ours knows.
    Stray,
    /// The seller says where money from the tray belongs.
    Allocate,
}

/// What this seed does of it.
pub fn acts(dice: &Dice) -> Vec<(usize, Act)> {
    let some = |weight: usize| if dice.one_in(2) { weight } else { 0 };
    let stray = if dice.one_in(4) { 2 } else { 0 };
    vec![
        (some(4), Act::PaySeveral),
        (stray, Act::Stray),
        (stray, Act::Allocate),
    ]
}

/// Lets it begin.
pub fn begin(world: &Rc<World>, act: Act) {
    match act {
        Act::PaySeveral => stage::begin("pay several", Side::Outside, several(world.clone())),
        Act::Stray => stage::begin("stray money", Side::Outside, stray(world.clone())),
        Act::Allocate => stage::begin("allocate", Side::Outside, allocate(world.clone())),
    }
}

/// The seller lets payers pay a part.
pub async fn allow_parts(world: Rc<World>) {
    let form = [("part_payments", "on"), ("smallest_part", "1.00")];
    if let Some(page) = seller::post(&world, "/settings/payments", &form).await
        && page.status == 303
    {
        world.parts.set(true);
    }
}

/// Some open invoices of one customer, in one payment: asked for as the customer's own list of invoices does.
async fn several(world: Rc<World>) {
    let customers = "select customer_id from invoices where state = 'open' group by 1 having count(*) > 1 order by 1";
    let Some([customer]) = world.one_of(customers) else {
        return;
    };
    let open = "select id, customer_id, business_id from invoices where state = 'open' order by id";
    let mut asks = Vec::new();
    let mut business = String::new();
    for [id, of, whose] in world.rows(open) {
        if of == customer && !world.dice.one_in(3) {
            asks.push(Ask::whole(&id));
            business = whose;
        }
    }
    let (Some(app), Some(scope)) = (world.app(), Scope::parse(&format!("{business} live"))) else {
        return;
    };
    let opened = stage::ask("open several", async move {
        payments::open_for(&app, &scope, &asks).await
    });
    let Some(Ok(opened)) = opened.await else {
        return;
    };
    linger(&world).await;
    let tab = Tab {
        path: String::new(),
        client_secret: opened.client_secret.expose().to_owned(),
        public_key: opened.public_key.clone(),
    };
    payer::pay(&world, &tab).await;
}

/// An intent that bears our reference and that these books do not know: they were restored from before it.
pub async fn stray(world: Rc<World>) {
    let number = world.number();
    let amount = world.dice.between(100, 50_000);
    let form = format!(
        "amount={amount}&currency=cad&automatic_payment_methods[enabled]=true&metadata[quittance_attempt]=stray-{number}&metadata[quittance_number]=1999-{number:04}"
    );
    let made = dashboard::post(world.clone(), "/v1/payment_intents".to_owned(), form).await;
    let Some(secret) = made["client_secret"].as_str() else {
        return world.fault(format!("no stray intent: {made}"));
    };
    let tab = Tab {
        path: String::new(),
        client_secret: secret.to_owned(),
        public_key: world.keys.borrow().public.clone(),
    };
    payer::pay(&world, &tab).await;
}

/// Says where something in the tray belongs: an open invoice, or a customer's credit.
pub async fn allocate(world: Rc<World>) {
    let sql = "select id from payments where unallocated <> '' and amount_minor > tray_returned_minor order by id";
    if let Some([id]) = world.one_of(sql) {
        allocate_one(&world, &id).await;
    }
}

async fn allocate_one(world: &Rc<World>, id: &str) {
    let path = format!("/payments/{id}/allocate");
    let invoice = world.one_of("select id from invoices where state = 'open' order by id");
    let customer = world.dice.pick(&world.customers).cloned();
    let customer = customer.unwrap_or_default();
    let mut form = match &invoice {
        Some([invoice]) if world.dice.one_in(2) => {
            vec![("way", "invoice"), ("invoice", invoice.as_str())]
        }
        _ => vec![("way", "credit"), ("customer", customer.as_str())],
    };
    let Some(page) = seller::post(world, &path, &form).await else {
        return;
    };
    if page.status == 422 && page.body.contains("name=\"anyway\"") && world.dice.one_in(2) {
        if let Some([invoice]) = &invoice {
            let mut changed = world.changed_anyway.borrow_mut();
            changed.insert(invoice.clone());
        }
        form.push(("anyway", "on"));
        seller::post(world, &path, &form).await;
    }
}

/// Everything in the tray gets its place.
pub async fn empty_the_tray(world: Rc<World>) {
    let sql = "select id from payments where unallocated <> '' and amount_minor > tray_returned_minor order by id";
    for [id] in world.rows(sql) {
        let customer = world.dice.pick(&world.customers).cloned();
        let form = [
            ("way", "credit"),
            ("customer", customer.as_deref().unwrap_or_default()),
        ];
        seller::post(&world, &format!("/payments/{id}/allocate"), &form).await;
    }
}
