//! A payer's browser as the provider's script drives it: card data goes from here straight to the rehearsal, with the
//! publishable key and the client secret, and never through the app.

use app::payments::Opened;
use serde_json::Value;

pub struct Payer {
    http: reqwest::Client,
    base: String,
}

impl Payer {
    pub fn new(base: &str) -> Payer {
        Payer {
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
            base: base.to_owned(),
        }
    }

    /// Confirms with a card number; answers what Stripe says.
    pub async fn pays(&self, opened: &Opened, number: &str) -> Value {
        self.confirms(opened.client_secret.expose(), &opened.public_key, number)
            .await
    }

    /// Confirms with a Canadian bank account: the bank takes days to answer.
    pub async fn pays_from_a_bank(&self, opened: &Opened, account: &str) -> Value {
        let method = format!(
            "payment_method_data[type]=acss_debit&payment_method_data[acss_debit][account_number]={account}&payment_method_data[acss_debit][institution_number]=000&payment_method_data[acss_debit][transit_number]=11000&payment_method_data[billing_details][name]=Zoe&payment_method_data[billing_details][email]=zoe%40example.org"
        );
        let secret = opened.client_secret.expose();
        self.sends(secret, &opened.public_key, &method).await
    }

    /// Confirms what the pay page was given.
    pub async fn confirms(&self, secret: &str, public_key: &str, number: &str) -> Value {
        let method = format!(
            "payment_method_data[type]=card&payment_method_data[card][number]={number}&payment_method_data[card][exp_month]=12&payment_method_data[card][exp_year]=2034&payment_method_data[card][cvc]=123"
        );
        self.sends(secret, public_key, &method).await
    }

    /// Leaves a card on a setup intent, as the form of the Customer Area does.
    pub async fn confirms_setup(&self, secret: &str, public_key: &str, number: &str) -> Value {
        let setup = secret.split("_secret_").next().unwrap_or_default();
        let body = format!(
            "client_secret={secret}&payment_method_data[type]=card&payment_method_data[card][number]={number}&payment_method_data[card][exp_month]=12&payment_method_data[card][exp_year]=2034&payment_method_data[card][cvc]=123&return_url=http%3A%2F%2F127.0.0.1%3A9%2Freturn"
        );
        let answer = self
            .http
            .post(format!("{}/v1/setup_intents/{setup}/confirm", self.base))
            .bearer_auth(public_key)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body)
            .send()
            .await
            .unwrap();
        serde_json::from_str(&answer.text().await.unwrap()).unwrap()
    }

    async fn sends(&self, secret: &str, public_key: &str, method: &str) -> Value {
        let intent = secret.split("_secret_").next().unwrap_or_default();
        let body = format!(
            "client_secret={secret}&{method}&return_url=http%3A%2F%2F127.0.0.1%3A9%2Freturn"
        );
        let answer = self
            .http
            .post(format!("{}/v1/payment_intents/{intent}/confirm", self.base))
            .bearer_auth(public_key)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body)
            .send()
            .await
            .unwrap();
        serde_json::from_str(&answer.text().await.unwrap()).unwrap()
    }
}
