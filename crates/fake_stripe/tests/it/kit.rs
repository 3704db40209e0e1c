//! A rehearsal and a small client for it.

use fake_stripe::{AccountKeys, Control, FakeStripe, Running};
use serde_json::Value;

/// A running rehearsal with a client.
pub struct Stage {
    pub running: Running,
    pub http: reqwest::Client,
}

/// Status, body, and the headers worth looking at.
pub struct Reply {
    pub status: u16,
    pub body: Value,
    pub replayed: bool,
    pub request_id: String,
}

impl Stage {
    pub async fn new() -> Self {
        Self::with(FakeStripe::builder()).await
    }

    pub async fn with(plan: FakeStripe) -> Self {
        let running = plan
            .start("127.0.0.1:0")
            .await
            .expect("a free loopback port");
        let http = reqwest::Client::builder()
            .no_proxy()
            .build()
            .expect("a client");
        Self { running, http }
    }

    pub fn keys(&self, account: usize) -> AccountKeys {
        self.running.keys().swap_remove(account)
    }

    pub fn control(&self) -> Control {
        self.running.control()
    }

    pub async fn get(&self, key: &str, path: &str) -> Reply {
        let request = self
            .http
            .get(format!("{}{path}", self.running.base_url()))
            .bearer_auth(key);
        reply(request.send().await.expect("an answer")).await
    }

    pub async fn post(&self, key: &str, path: &str, form: &str) -> Reply {
        reply(
            self.request(key, path, form)
                .send()
                .await
                .expect("an answer"),
        )
        .await
    }

    pub async fn post_once(
        &self,
        key: &str,
        path: &str,
        form: &str,
        idempotency_key: &str,
    ) -> Reply {
        let request = self
            .request(key, path, form)
            .header("idempotency-key", idempotency_key);
        reply(request.send().await.expect("an answer")).await
    }

    pub fn request(&self, key: &str, path: &str, form: &str) -> reqwest::RequestBuilder {
        let request = self
            .http
            .post(format!("{}{path}", self.running.base_url()))
            .bearer_auth(key);
        request
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form.to_owned())
    }

    pub async fn delete(&self, key: &str, path: &str) -> Reply {
        let request = self
            .http
            .delete(format!("{}{path}", self.running.base_url()))
            .bearer_auth(key);
        reply(request.send().await.expect("an answer")).await
    }

    pub async fn send(&self, request: reqwest::RequestBuilder) -> Reply {
        reply(request.send().await.expect("an answer")).await
    }

    /// An intent of 114975 cad cents.
    pub async fn intent(&self, key: &str) -> Value {
        let made = self
            .post(
                key,
                "/v1/payment_intents",
                "amount=114975&currency=cad&metadata[invoice]=i1",
            )
            .await;
        assert_eq!(made.status, 200, "{}", made.body);
        made.body
    }

    /// Pays as the Payment Element does: publishable key, client secret, the card's number.
    pub async fn pay(&self, publishable: &str, intent: &Value, number: &str) -> Reply {
        let form = format!(
            "client_secret={}&payment_method_data[type]=card&payment_method_data[card][number]={number}\
             &payment_method_data[card][exp_month]=12&payment_method_data[card][exp_year]=34\
             &payment_method_data[card][cvc]=123&use_stripe_sdk=true",
            text(&intent["client_secret"])
        );
        self.post(
            publishable,
            &format!("/v1/payment_intents/{}/confirm", text(&intent["id"])),
            &form,
        )
        .await
    }
}

async fn reply(response: reqwest::Response) -> Reply {
    let header = |name: &str| {
        response
            .headers()
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
            .to_owned()
    };
    let (replayed, request_id) = (
        header("idempotent-replayed") == "true",
        header("request-id"),
    );
    let status = response.status().as_u16();
    let bytes = response.bytes().await.expect("a body");
    let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
    Reply {
        status,
        body,
        replayed,
        request_id,
    }
}

pub fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
