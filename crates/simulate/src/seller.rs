//! What the seller does.

use std::rc::Rc;

use app::invoices::link;
use kit::db::{Error, Tx};

use crate::browser::Page;
use crate::refunds::written;
use crate::template::{EMAIL, PASSWORD};
use crate::world::{Keys, Known, World};

/// Posts; signs in and posts again when the session has ended.
pub async fn post(world: &Rc<World>, path: &str, form: &[(&str, &str)]) -> Option<Page> {
    let page = world.owner.post(world, path, form).await?;
    if !page.location.starts_with("/sign-in") {
        return Some(page);
    }
    sign_in(world).await?;
    world.owner.post(world, path, form).await
}

/// Gets; signs in first when the session has ended.
pub async fn get(world: &Rc<World>, path: &str) -> Option<Page> {
    let page = world.owner.get(world, path).await?;
    if !page.location.starts_with("/sign-in") {
        return Some(page);
    }
    sign_in(world).await?;
    world.owner.get(world, path).await
}

async fn sign_in(world: &Rc<World>) -> Option<()> {
    let form = [("email", EMAIL), ("password", PASSWORD)];
    world.owner.post(world, "/sign-in", &form).await.map(drop)
}

/// Writes an invoice to somebody over some price and issues it.
pub async fn issue(world: Rc<World>) {
    let price = world.dice.between(60, 90_000);
    let customer = world.dice.pick(&world.customers).cloned();
    let terms = crate::autopay::terms(&world);
    issue_to(world, customer.unwrap_or_default(), price, terms).await;
}

/// Writes an invoice, due in so many days, and issues it.
pub async fn issue_to(world: Rc<World>, customer: String, price: i64, terms: &str) {
    let price = written(price);
    let number = world.number().to_string();
    let mut form = vec![
        ("act", "review"),
        ("version", "0"),
        ("customer", customer.as_str()),
        ("issue_date", ""),
        ("terms_days", terms),
        ("currency", "CAD"),
        ("language", "en"),
        ("reference", number.as_str()),
        ("notes", ""),
        ("discount", ""),
        ("line-1-description", "Design"),
        ("line-1-product", ""),
        ("line-1-quantity", "1"),
        ("line-1-unit", ""),
        ("line-1-price", price.as_str()),
        ("line-1-discount", ""),
    ];
    if !world.dice.one_in(3) {
        form.extend(world.tax_ids.iter().map(|id| ("line-1-tax", id.as_str())));
    }
    let Some(drafted) = post(&world, "/invoices/new", &form).await else {
        return;
    };
    // Signed out again between signing in and writing: an evening of hours passed.
    if drafted.location.starts_with("/sign-in") {
        return;
    }
    let Some(id) = drafted
        .location
        .strip_prefix("/invoices/")
        .and_then(|rest| rest.strip_suffix("/issue"))
    else {
        return world.fault(format!("a draft was not taken: {}", drafted.status));
    };
    let check = format!("/invoices/{id}/issue");
    for _ in 0..3 {
        let Some(page) = get(&world, &check).await else {
            continue;
        };
        let version = page.value("version");
        let form = [("version", version.as_str())];
        if let Some(issued) = post(&world, &check, &form).await
            && issued.status == 303
        {
            return learn_link(&world, id.to_owned()).await;
        }
    }
}

/// The link as the customer gets it.
async fn learn_link(world: &Rc<World>, id: String) {
    let Some(app) = world.app() else {
        return;
    };
    let (hands, invoice) = (app.clone(), id.clone());
    let find = move |tx: &mut Tx<'_>| link::for_invoice(tx, &hands, &invoice);
    if let Ok(Some((_, url))) = app.db().read::<_, Error, _>(find).await
        && let Some(at) = url.find("/i/")
    {
        let path = url[at..].to_owned();
        world.tell(format!("  invoice {id} is at {path}"));
        world.known.borrow_mut().push(Known { id, path });
    }
}

/// Saves the form of the keys as it stands, with online payment on or off; with the keys at hand when they are new.
pub async fn save_keys(world: Rc<World>, on: bool, new: bool) {
    let path = "/settings/billing/online-payment/live";
    let Some(page) = get(&world, path).await else {
        return;
    };
    let version = page.value("version");
    let Keys { public, secret } = world.keys.borrow().clone();
    let mut form = vec![
        ("version", version.as_str()),
        ("public_key", public.as_str()),
        ("secret_key", if new { secret.as_str() } else { "" }),
        ("password", PASSWORD),
        ("currency", "CAD"),
    ];
    if on {
        form.push(("enabled", "on"));
    }
    post(&world, path, &form).await;
}

/// The key was revoked at Stripe: the seller makes a new one there and pastes it here.
pub async fn roll_key(world: Rc<World>, revoke: bool) {
    let control = world.rehearsal.control();
    let old = world.keys.borrow().secret.clone();
    let account = control.keys()[0].account.clone();
    // Another permission each time, so that it is another key.
    let own = format!("rak_of_the_simulation_{}", world.number());
    let mut permissions = fake_stripe::RECOMMENDED_PERMISSIONS.to_vec();
    permissions.push(&own);
    let new = control.restricted_key(&account, fake_stripe::Mode::Live, &permissions);
    if revoke {
        drop(control.revoke_key(&old));
        world.tell("  the key is revoked");
    }
    if let Ok(secret) = new {
        world.keys.borrow_mut().secret = secret;
    }
}

/// Pastes the key at hand.
pub async fn paste_key(world: Rc<World>) {
    save_keys(world, true, true).await;
}

/// "Ask Stripe now".
pub async fn ask_now(world: Rc<World>) {
    post(&world, "/settings/billing/ask/live", &[]).await;
}

/// Looks around: pages must never fail.
pub async fn look(world: Rc<World>) {
    let known = world.dice.pick(&world.known.borrow()).cloned();
    match (world.dice.below(4), known) {
        (0, _) => drop(get(&world, "/").await),
        (1, _) => drop(get(&world, "/invoices").await),
        (2, _) => drop(get(&world, "/settings/billing").await),
        (_, Some(known)) => drop(get(&world, &format!("/invoices/{}", known.id)).await),
        _ => {}
    }
}

/// Every page that lists money, and the page of each thing in it.
pub async fn look_at_everything(world: Rc<World>) {
    for path in [
        "/",
        "/invoices",
        "/received",
        "/payments/unallocated",
        "/refunds",
        "/disputes",
        "/payouts",
        "/books",
        "/books/check",
        "/books/compare",
    ] {
        expect_page(&world, path).await;
    }
    for (folder, table) in [
        ("invoices", "invoices where state <> 'draft'"),
        ("payments", "payments"),
        ("refunds", "refunds"),
        ("disputes", "disputes"),
        ("payouts", "payouts"),
    ] {
        let sql = format!("select id from {table} order by id");
        for [id] in world.rows(&sql) {
            expect_page(&world, &format!("/{folder}/{id}")).await;
        }
    }
}

async fn expect_page(world: &Rc<World>, path: &str) {
    let status = get(world, path).await.map(|page| page.status);
    if status != Some(200) {
        world.fault(format!("the seller looks at {path}: {status:?}"));
    }
}
