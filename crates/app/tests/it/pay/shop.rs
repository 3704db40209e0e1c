//! A seller with taxes and a customer, an issued invoice behind a link, and a rehearsal Stripe beside it.

use app::customers::{self, Customer};
use app::invoices::issue::{self, Actor, Outcome};
use app::invoices::{self, Command, CommandLine};
use app::settings;
use app::who::Scope;
use billing::Mode;
use billing::currency::Currency;
use billing::customer::Language;
use billing::id::BusinessId;
use billing::invoice::Line;
use billing::quantity::{Quantity, UnitPrice};
use fake_stripe::{FakeStripe, Running};
use kit::db::Error;
use kit::{args, sql};
use serde_json::Value;

use crate::kit::{Answer, Browser, Options, PASSWORD, TestApp};
use crate::with_stripe::Payer;

pub const GOOD: &str = "4242424242424242";

pub struct Shop {
    pub test: TestApp,
    pub stripe: Running,
    pub owner: Browser,
    pub scope: Scope,
}

/// An issued invoice.
pub struct Issued {
    pub id: String,
    pub number: String,
    /// `/i/…`
    pub path: String,
}

impl Shop {
    /// Without keys: nobody can pay by card yet.
    pub async fn new() -> Shop {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let stripe = FakeStripe::builder().start("127.0.0.1:0").await.unwrap();
        let mut test = TestApp::with(Options {
            stripe_url: stripe.base_url(),
            ..Options::default()
        })
        .await;
        // Receipts and fees are for other tests.
        test.may_leave_jobs();
        let owner = test.set_up().await;
        let find = |tx: &mut kit::db::Tx<'_>| {
            tx.get(sql!("select id from businesses"), args![], |r| r.text(0))
        };
        let business_id =
            BusinessId::parse(test.app.db().read::<_, Error, _>(find).await.unwrap()).unwrap();
        Shop {
            test,
            stripe,
            owner,
            scope: Scope {
                business_id,
                mode: Mode::Live,
            },
        }
    }

    /// With online payment on.
    pub async fn active() -> Shop {
        let mut shop = Shop::new().await;
        shop.switch(true).await;
        shop
    }

    /// Saves the keys with online payment ticked or not.
    pub async fn switch(&mut self, on: bool) {
        let secret = self.stripe.keys()[0].live.secret.clone();
        self.save_keys(on, &secret).await;
    }

    /// Saves the settings form with another choice of where customers pay: `form` or `page`.
    pub async fn choose(&mut self, way: &str) {
        let keys = self.stripe.keys()[0].live.clone();
        let path = "/settings/billing/online-payment/live";
        let version = value(&self.owner.get(path).await.expect(200).body, "version");
        let form = [
            ("version", version.as_str()),
            ("enabled", "on"),
            ("public_key", keys.publishable.as_str()),
            ("secret_key", ""),
            ("currency", "CAD"),
            ("way", way),
        ];
        self.owner.post_once(path, &form).await.expect(303);
    }

    /// Presses the button that leads to the page that Stripe hosts; stays where it is told to go.
    pub async fn press(&self, payer: &mut Browser, base: &str, minor: i64, part: bool) -> Answer {
        let minor = minor.to_string();
        let mut form = vec![("amount_minor", minor.as_str()), ("currency", "CAD")];
        if part {
            form.push(("part", "yes"));
        }
        payer.post_once(&format!("{base}/checkout"), &form).await
    }

    /// The same with another secret key.
    pub async fn save_keys(&mut self, on: bool, secret: &str) {
        let keys = self.stripe.keys()[0].live.clone();
        let path = "/settings/billing/online-payment/live";
        let version = value(&self.owner.get(path).await.expect(200).body, "version");
        let mut form = vec![
            ("version", version.as_str()),
            ("public_key", keys.publishable.as_str()),
            ("secret_key", secret),
            ("password", PASSWORD),
            ("currency", "CAD"),
        ];
        if on {
            form.push(("enabled", "on"));
        }
        self.owner.post_once(path, &form).await.expect(303);
    }

    /// $1,000.00 for “Brand design” under GST and QST: $1,149.75, due in thirty days.
    pub async fn invoice(&self) -> Issued {
        self.invoice_for("Brand design", "Notes: merci!").await
    }

    pub async fn invoice_for(&self, description: &str, notes: &str) -> Issued {
        let id = self.draft(description, notes).await;
        self.issue(id).await
    }

    async fn issue(&self, id: String) -> Issued {
        let (app, scope, invoice) = (self.test.app.clone(), self.scope.clone(), id.clone());
        let write = move |tx: &mut kit::db::Tx<'_>| {
            let outcome = issue::issue(tx, &app, &scope, &invoice, None, &Actor::default())?;
            let Outcome::Issued(issued) = outcome else {
                panic!("{outcome:?}")
            };
            let (_, url) = invoices::link::for_invoice(tx, &app, &invoice)?
                .expect("an issued invoice has a link");
            Ok::<_, Error>((issued.number, url))
        };
        let (number, url) = self.test.app.db().write(write).await.unwrap();
        let path = url[url.find("/i/").unwrap()..].to_owned();
        Issued { id, number, path }
    }

    /// Another invoice of a customer who is there already.
    pub async fn invoice_of(&self, customer_id: &str) -> Issued {
        let id = self
            .draft_of(Some(customer_id), "More design", "", Currency::CAD)
            .await;
        self.issue(id).await
    }

    /// 1,000 of another currency, and the taxes.
    pub async fn invoice_in(&self, code: &str) -> Issued {
        let currency = Currency::parse(code).unwrap();
        let id = self.draft_of(None, "Brand design", "", currency).await;
        self.issue(id).await
    }

    /// Who owes an invoice.
    pub async fn customer_of(&self, invoice_id: &str) -> String {
        let id = invoice_id.to_owned();
        let read = move |tx: &mut kit::db::Tx<'_>| {
            tx.get(
                sql!("select customer_id from invoices where id = $1"),
                args![&id],
                |r| r.text(0),
            )
        };
        self.test.app.db().read::<_, Error, _>(read).await.unwrap()
    }

    /// A draft of the same.
    pub async fn draft(&self, description: &str, notes: &str) -> String {
        self.draft_of(None, description, notes, Currency::CAD).await
    }

    async fn draft_of(
        &self,
        of: Option<&str>,
        description: &str,
        notes: &str,
        currency: Currency,
    ) -> String {
        let (app, scope) = (self.test.app.clone(), self.scope.clone());
        let (description, notes) = (description.to_owned(), notes.to_owned());
        let of = of.map(str::to_owned);
        let write = move |tx: &mut kit::db::Tx<'_>| {
            let customer_id = match &of {
                Some(id) => id.clone(),
                None => {
                    let new = customer(&app.new_id());
                    customers::insert(tx, &scope.business_id, &new, app.now_ms())?;
                    new.id
                }
            };
            let rates = settings::tax_rates(tx, &scope.business_id)?;
            let line = Line {
                description: description.clone(),
                quantity: Quantity::parse_typed("8").unwrap(),
                unit_price: UnitPrice::parse_typed("125", currency).unwrap(),
                discount: None,
                tax_ids: rates
                    .iter()
                    .filter(|r| r.is_default)
                    .map(|r| r.rate.id.clone())
                    .collect(),
            };
            let command = Command {
                customer_id,
                issue_date: None,
                terms_days: 30,
                currency,
                language: Language::English,
                reference: "PO 7".into(),
                notes: notes.clone(),
                discount: None,
                lines: vec![CommandLine {
                    product_id: String::new(),
                    unit: "hours".into(),
                    line,
                }],
            };
            invoices::create_draft(tx, &app, &scope, &command)
        };
        self.test
            .app
            .db()
            .write::<_, Error, _>(write)
            .await
            .unwrap()
    }

    /// A payer's browser, which knows nothing but the link.
    pub fn payer(&self) -> Browser {
        self.test.browser()
    }

    /// What the pay page's script is given for an amount that stands on the page.
    pub async fn intent(&self, path: &str, minor: i64) -> Answer {
        let body = format!("{{\"amount_minor\":{minor},\"currency\":\"CAD\"}}");
        self.payer()
            .post_text(&format!("{path}/intent"), &body)
            .await
    }

    /// The payer's card form sends a card to the rehearsal.
    pub async fn pays(&self, path: &str, number: &str) -> Value {
        self.pays_with(path, 114_975, false, number).await
    }

    /// The same for another amount that stands on the page, or for a part that the payer chose.
    pub async fn pays_with(&self, path: &str, minor: i64, part: bool, number: &str) -> Value {
        let body = format!("{{\"amount_minor\":{minor},\"currency\":\"CAD\",\"part\":{part}}}");
        let mut payer = self.payer();
        let opened = payer.post_text(&format!("{path}/intent"), &body).await;
        let opened: Value = serde_json::from_str(&opened.expect(200).body).unwrap();
        let text = |name: &str| opened[name].as_str().unwrap().to_owned();
        Payer::new(&self.stripe.base_url())
            .confirms(&text("client_secret"), &text("public_key"), number)
            .await
    }

    /// State, what was applied in cents, and whether it was seen.
    pub async fn standing(&self, invoice_id: &str) -> (String, i64, bool) {
        let id = invoice_id.to_owned();
        let read = move |tx: &mut kit::db::Tx<'_>| {
            tx.get(
                sql!("select state, applied_minor, seen_at from invoices where id = $1"),
                args![&id],
                |r| Ok((r.text(0)?, r.int(1)?, r.opt_int(2)?.is_some())),
            )
        };
        self.test.app.db().read::<_, Error, _>(read).await.unwrap()
    }

    pub async fn count(&self, statement: &'static kit::db::Statement) -> i64 {
        self.test
            .app
            .db()
            .read::<_, Error, _>(move |tx| tx.get(statement, args![], |r| r.int(0)))
            .await
            .unwrap()
    }
}

fn customer(id: &str) -> Customer {
    Customer {
        id: id.to_owned(),
        name: "Café Zoé".into(),
        email: "zoe@example.org".into(),
        street: "2 rue Rachel".into(),
        city: "Montréal".into(),
        province: "QC".into(),
        postal_code: "H2W 1E1".into(),
        country: "CA".into(),
        language: "en".into(),
        currency: "CAD".into(),
        ..Customer::default()
    }
}

/// The value of an input.
pub fn value(body: &str, name: &str) -> String {
    let rest = body
        .split(&format!("name=\"{name}\""))
        .nth(1)
        .unwrap_or_default();
    let tag = rest.split('>').next().unwrap_or_default();
    tag.split("value=\"")
        .nth(1)
        .and_then(|v| v.split('"').next())
        .unwrap_or_default()
        .to_owned()
}
