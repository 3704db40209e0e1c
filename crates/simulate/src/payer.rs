//! What payers do: open the link, pay, fail, come back or not, in one tab or two.

use std::rc::Rc;

use fake_stripe::Asking;
use http::{HeaderMap, HeaderValue, Method, header};
use serde_json::Value;

use crate::browser::Browser;
use crate::refunds::written;
use crate::stage::give_way;
use crate::world::World;
use crate::{autopay, hosted};

/// Cards by what they do.
const GOOD: &str = "4242424242424242";
const DECLINED: [&str; 3] = ["4000000000009995", "4000000000000002", "4000000000000069"];
const ASKS_THE_BANK: &str = "4000000000003220";

/// What a payer holds in a tab.
pub struct Tab {
    /// Below it are the outcome and the way back; empty where there is none.
    pub path: String,
    pub client_secret: String,
    pub public_key: String,
}

/// What the pay page comes to.
enum Opened {
    /// The form, and what its script was given.
    Form(Tab),
    /// A button to the page that Stripe hosts.
    LeadsThere(hosted::Asked),
}

/// A visit to an invoice, from the link to whatever end.
pub async fn visit(world: Rc<World>, path: String) {
    let browser = Browser::default();
    if world.dice.one_in(2) {
        browser.get(&world, &path).await;
    }
    let part = match world.parts.get() && world.dice.one_in(3) {
        true => choose_part(&world, &browser, &path).await,
        false => None,
    };
    let boxes = autopay::boxes(&world);
    match open(&world, &browser, &path, part, boxes).await {
        Some(Opened::Form(tab)) => end(&world, &browser, &tab).await,
        Some(Opened::LeadsThere(asked)) => hosted::visit(&world, &browser, &path, asked).await,
        None => {}
    }
}

/// From the open card form to whatever end.
async fn end(world: &Rc<World>, browser: &Browser, tab: &Tab) {
    linger(world).await;
    if world.dice.one_in(10) {
        return world.tell("  the payer closed the tab");
    }
    pay(world, tab).await;
    linger(world).await;
    match world.dice.below(4) {
        0 => world.tell("  the payer never came back"),
        1 => {
            let outcome = format!("{}/outcome", tab.path);
            browser.post_json(world, &outcome, String::new()).await;
        }
        _ => {
            browser.get(world, &format!("{}/return", tab.path)).await;
        }
    }
}

/// A visit of somebody who pays the whole with a good card and comes back, with nothing in between; with what the boxes
/// under the form say.
pub async fn settle(world: Rc<World>, path: String, boxes: &str) {
    let browser = Browser::default();
    match open(&world, &browser, &path, None, boxes).await {
        Some(Opened::Form(tab)) => {
            confirm(&world, &tab, &card(GOOD)).await;
            browser.get(&world, &format!("{path}/return")).await;
        }
        Some(Opened::LeadsThere(asked)) => hosted::settle(&world, &browser, &path, asked).await,
        None => {}
    }
}

/// The payer chooses a part of what is due; nothing where the page refuses it.
async fn choose_part(world: &Rc<World>, browser: &Browser, path: &str) -> Option<i64> {
    let page = browser.get(world, &format!("{path}/pay")).await?;
    let due: i64 = page.attribute("data-amount").parse().ok()?;
    let amount = written(world.dice.between(1, due.max(1)));
    let form = [("amount", amount.as_str())];
    let chosen = browser.post(world, &format!("{path}/part"), &form).await?;
    let (_, part) = chosen.location.split_once("?part=")?;
    part.parse().ok()
}

/// A person takes a while, and things happen meanwhile.
pub async fn linger(world: &Rc<World>) {
    for _ in 0..world.dice.below(6) {
        give_way().await;
    }
}

/// The pay page, of the whole or of a part, and what its script is given.
async fn open(
    world: &Rc<World>,
    browser: &Browser,
    path: &str,
    part: Option<i64>,
    boxes: &str,
) -> Option<Opened> {
    let query = part.map(|minor| format!("?part={minor}"));
    let page = browser
        .get(world, &format!("{path}/pay{}", query.unwrap_or_default()))
        .await?;
    if page.status != 200 {
        return None;
    }
    let (amount, currency) = (
        page.attribute("data-amount"),
        page.attribute("data-currency"),
    );
    linger(world).await;
    // No form: the seller wants none, or something in the browser holds it back.
    if let Some(asked) = hosted::Asked::on(&page)
        && (amount.is_empty() || world.dice.one_in(12))
    {
        return Some(Opened::LeadsThere(asked));
    }
    let mut seen = format!(
        "{{\"amount_minor\":{amount},\"currency\":\"{currency}\",\"part\":{}{boxes}}}",
        part.is_some()
    );
    // A person presses again when it did not work, and pays the new amount when it changed.
    for _ in 0..3 {
        let opened = browser
            .post_json(world, &format!("{path}/intent"), seen.clone())
            .await;
        let Some(opened) = opened else {
            continue;
        };
        let told = opened.json();
        match (opened.status, told["word"].as_str()) {
            (200, _) => {
                return Some(Opened::Form(Tab {
                    path: path.to_owned(),
                    client_secret: told["client_secret"].as_str()?.to_owned(),
                    public_key: told["public_key"].as_str()?.to_owned(),
                }));
            }
            (409, Some("changed")) => {
                seen = format!(
                    "{{\"amount_minor\":{},\"currency\":\"{currency}\"{boxes}}}",
                    told["amount_minor"]
                );
            }
            (502, _) => {}
            _ => return None,
        }
        linger(world).await;
    }
    None
}

/// Card after card, until one is taken or the payer gives up.
pub async fn pay(world: &Rc<World>, tab: &Tab) {
    for _ in 0..3 {
        let method = match world.dice.below(10) {
            0 | 1 => card(world.dice.pick(&DECLINED).copied().unwrap_or(GOOD)),
            2 | 3 => card(ASKS_THE_BANK),
            4 => bank_account(world),
            _ => card(GOOD),
        };
        let status = confirm(world, tab, &method).await;
        linger(world).await;
        match status.as_deref() {
            Some("requires_action") => {
                if world.dice.one_in(5) {
                    return world.tell("  the payer left the bank's page");
                }
                let passed = !world.dice.one_in(4);
                let now = world.rehearsal.challenge(&tab.client_secret, passed);
                world.tell(format!("  the bank's question, passed: {passed}: {now:?}"));
                if now.as_deref() != Some("requires_payment_method") {
                    return;
                }
            }
            Some("requires_payment_method") | None if world.dice.one_in(2) => {}
            _ => return,
        }
    }
}

fn card(number: &str) -> String {
    format!(
        "payment_method_data[type]=card&payment_method_data[card][number]={number}&payment_method_data[card][exp_month]=12&payment_method_data[card][exp_year]=2034&payment_method_data[card][cvc]=123"
    )
}

fn bank_account(world: &World) -> String {
    let number = if world.dice.one_in(3) {
        "000222222227"
    } else {
        "000123456789"
    };
    format!(
        "payment_method_data[type]=acss_debit&payment_method_data[acss_debit][account_number]={number}&payment_method_data[acss_debit][institution_number]=000&payment_method_data[acss_debit][transit_number]=11000&payment_method_data[billing_details][name]=Zoe&payment_method_data[billing_details][email]=zoe%40example.org"
    )
}

/// The payer's browser and Stripe, without us. Answers the intent's state as the browser was told; nothing when the
/// answer was lost or it was an error.
async fn confirm(world: &Rc<World>, tab: &Tab, method: &str) -> Option<String> {
    let intent = tab
        .client_secret
        .split("_secret_")
        .next()
        .unwrap_or_default();
    let mut headers = HeaderMap::new();
    let bearer = HeaderValue::from_str(&format!("Bearer {}", tab.public_key)).ok()?;
    headers.insert(header::AUTHORIZATION, bearer);
    let form = HeaderValue::from_static("application/x-www-form-urlencoded");
    headers.insert(header::CONTENT_TYPE, form);
    let reply = world
        .rehearsal
        .ask(Asking {
            method: Method::POST,
            path: format!("/v1/payment_intents/{intent}/confirm"),
            query: String::new(),
            headers,
            body: format!(
                "client_secret={}&{method}&return_url=http%3A%2F%2Flocalhost%3A8080{}%2Freturn",
                tab.client_secret, tab.path
            )
            .into(),
        })
        .await;
    let body: Value = serde_json::from_str(&reply?.body).ok()?;
    let status = body["status"]
        .as_str()
        .or_else(|| body["error"]["payment_intent"]["status"].as_str())
        .map(str::to_owned);
    world.tell(format!(
        "  the payer confirms {intent}: {status:?} {}",
        body["error"]["code"].as_str().unwrap_or_default()
    ));
    if world.dice.one_in(8) {
        world.tell("  and never hears of it");
        return None;
    }
    status
}
