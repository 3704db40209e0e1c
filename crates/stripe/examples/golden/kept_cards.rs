//! Customers at Stripe, the cards kept on them, and what is charged while they are away.

use std::error::Error;

use stripe::*;

use crate::{key, made, words};

/// Every kind of call about customers.
pub async fn customers(client: &Client) -> Result<(), Box<dyn Error>> {
    let new = CustomerFields {
        name: Some("Élodie & Søn".to_owned()),
        email: Some("elodie+1@example.com".to_owned()),
        description: Some("Customer 12".to_owned()),
        metadata: words(&[("customer_id", "cus_ours")]),
    };
    client.create_customer(&new, &key("golden-50")).await?;
    made("create_customer");
    client.retrieve_customer("cus_1").await?;
    made("retrieve_customer");
    let change = CustomerFields {
        name: Some("Élodie".to_owned()),
        ..CustomerFields::default()
    };
    client
        .update_customer("cus_1", &change, &key("golden-51"))
        .await?;
    made("update_customer");
    client.delete_customer("cus_1").await?;
    made("delete_customer");
    Ok(())
}

/// Keeping a card, using it, and taking it off.
pub async fn cards(client: &Client) -> Result<(), Box<dyn Error>> {
    client
        .create_card_setup(
            "cus_1",
            &words(&[("customer_id", "cus_ours")]),
            &key("golden-52"),
        )
        .await?;
    made("create_card_setup");
    client.retrieve_payment_method("pm_1").await?;
    made("retrieve_payment_method");
    client.list_payment_methods("cus_1", None).await?;
    made("list_payment_methods");
    client.list_payment_methods("cus_1", Some("pm_1")).await?;
    made("list_payment_methods");
    client
        .attach_payment_method("pm_1", "cus_1", &key("golden-53"))
        .await?;
    made("attach_payment_method");
    client
        .detach_payment_method("pm_1", &key("golden-54"))
        .await?;
    made("detach_payment_method");
    let keeping = NewPaymentIntent {
        amount_minor: 1999,
        currency: "cad".to_owned(),
        customer: Some("cus_1".to_owned()),
        setup_future_usage: Some(SetupFutureUsage::OffSession),
        ..NewPaymentIntent::default()
    };
    client
        .create_payment_intent(&keeping, &key("golden-55"))
        .await?;
    made("create_payment_intent");
    let usage = SetupFutureUsage::OnSession;
    client
        .update_payment_intent_saving("pi_1", "cus_1", Some(&usage), &key("golden-56"))
        .await?;
    made("update_payment_intent_saving");
    client
        .update_payment_intent_saving("pi_1", "cus_1", None, &key("golden-57"))
        .await?;
    made("update_payment_intent_saving");
    let away = OffSessionCharge {
        amount_minor: 1999,
        currency: "cad".to_owned(),
        customer: "cus_1".to_owned(),
        payment_method: "pm_1".to_owned(),
        description: Some("Invoice 7".to_owned()),
        metadata: words(&[("invoice_id", "inv_1")]),
    };
    client.charge_off_session(&away, &key("golden-58")).await?;
    made("charge_off_session");
    let mut how = Confirmation {
        payment_method: "pm_1".to_owned(),
        off_session: true,
        return_url: "https://example.com/i/abc/return".to_owned(),
    };
    let key_away = key("golden-59");
    client
        .confirm_payment_intent("pi_1", &how, &key_away)
        .await?;
    made("confirm_payment_intent");
    how.off_session = false;
    let key_there = key("golden-60");
    client
        .confirm_payment_intent("pi_1", &how, &key_there)
        .await?;
    made("confirm_payment_intent");
    Ok(())
}
