//! Charges, lines of the account, and payouts: what the books are checked against.

use std::error::Error;

use stripe::*;

use crate::made;

/// Every kind of list, with all its filters.
pub async fn lines_and_payouts(client: &Client) -> Result<(), Box<dyn Error>> {
    client.list_charges(&ChargeQuery::default()).await?;
    made("list_charges");
    let query = ChargeQuery {
        payment_intent: Some("pi_1".to_owned()),
        customer: Some("cus_1".to_owned()),
        created_gte: Some(1_790_000_000),
        cursor: Cursor::OlderThan("ch_1".to_owned()),
    };
    client.list_charges(&query).await?;
    made("list_charges");
    let query = BalanceTransactionQuery {
        payout: Some("po_1".to_owned()),
        ..BalanceTransactionQuery::default()
    };
    client.list_balance_transactions(&query).await?;
    made("list_balance_transactions");
    let query = BalanceTransactionQuery {
        payout: None,
        source: Some("ch_1".to_owned()),
        kind: Some("charge".to_owned()),
        currency: Some("cad".to_owned()),
        created_gte: Some(1_790_000_000),
        created_lt: Some(1_790_086_400),
        cursor: Cursor::NewerThan("txn_1".to_owned()),
    };
    client.list_balance_transactions(&query).await?;
    made("list_balance_transactions");
    client.retrieve_payout("po_1").await?;
    made("retrieve_payout");
    client.list_payouts(&PayoutQuery::default()).await?;
    made("list_payouts");
    let query = PayoutQuery {
        status: Some(PayoutStatus::Paid),
        created_gte: Some(1_790_000_000),
        cursor: Cursor::OlderThan("po_1".to_owned()),
    };
    client.list_payouts(&query).await?;
    made("list_payouts");
    Ok(())
}
