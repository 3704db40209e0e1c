//! Refunds, disputes, files, lines of the account, payouts: their shapes and what is refused.

use bytes::Bytes;
use stripe::dispute::EvidenceDetails;
use stripe::*;

use crate::kit::{Server, client, intention, say};

const LINE: &str = r#"{"id":"txn_9","amount":-500,"currency":"cad","fee":0,"net":-500,"type":"refund","reporting_category":"refund","status":"pending","available_on":2,"created":1,"exchange_rate":null,"source":"re_1","fee_details":[]}"#;

fn refund(status: &str, more: &str) -> String {
    format!(
        r#"{{"id":"re_1","object":"refund","amount":500,"currency":"cad","status":{status},"charge":"ch_1","payment_intent":"pi_1","created":1790000000,"reason":null,"metadata":null{more}}}"#
    )
}

fn new_refund() -> NewRefund {
    NewRefund {
        of: Refunded::PaymentIntent("pi_1".to_owned()),
        amount_minor: Some(500),
        reason: None,
        metadata: Metadata::from([("refund_id".to_owned(), "ref_1".to_owned())]),
    }
}

#[tokio::test]
async fn pay_10_a_refund_is_repeated_only_under_its_own_key() {
    let pending = refund(r#""pending""#, &format!(r#","balance_transaction":{LINE}"#));
    let (server, origins) = Server::start([say(500, "{}"), say(200, pending)]).await;
    let made = client(&origins)
        .create_refund(&new_refund(), &intention())
        .await
        .expect("the second try");
    assert_eq!(made.object.status, Some(RefundStatus::Pending));
    let line = made.object.line().expect("expanded");
    assert_eq!((line.amount, line.fee, line.net), (-500, 0, -500));
    assert!(made.object.failure_line().is_none());
    let seen = server.seen();
    assert_eq!(seen.len(), 2);
    for request in &seen {
        assert_eq!(request.headers["idempotency-key"], "attempt-1");
        assert_eq!(
            request.body,
            "payment_intent=pi_1&amount=500&metadata[refund_id]=ref_1&expand[0]=balance_transaction"
        );
    }
}

#[tokio::test]
async fn a_refund_of_next_year_or_without_a_state_is_still_read() {
    for (status, read) in [
        (r#""succeeded""#, Some(RefundStatus::Succeeded)),
        (r#""requires_action""#, Some(RefundStatus::RequiresAction)),
        (r#""failed""#, Some(RefundStatus::Failed)),
        (r#""canceled""#, Some(RefundStatus::Canceled)),
        (
            r#""pondering""#,
            Some(RefundStatus::Other("pondering".to_owned())),
        ),
        ("null", None),
    ] {
        let (_, origins) = Server::start([say(200, refund(status, ""))]).await;
        let found = client(&origins)
            .retrieve_refund("re_1")
            .await
            .expect("readable");
        assert_eq!(found.object.status, read);
    }
}

#[tokio::test]
async fn a_failed_refund_comes_with_the_line_that_brought_the_money_back() {
    let back = LINE
        .replace("txn_9", "txn_10")
        .replace("-500", "500")
        .replace(r#""type":"refund""#, r#""type":"refund_failure""#);
    let body = refund(
        r#""failed""#,
        &format!(
            r#","failure_reason":"expired_or_canceled_card","balance_transaction":"txn_9","failure_balance_transaction":{back}"#
        ),
    );
    let (server, origins) = Server::start([say(200, body)]).await;
    let found = client(&origins)
        .retrieve_refund("re_1")
        .await
        .expect("readable")
        .object;
    assert!(found.line().is_none(), "only its id came");
    let back = found.failure_line().expect("expanded");
    assert_eq!(
        (back.id.as_str(), back.amount, back.kind.as_str()),
        ("txn_10", 500, "refund_failure")
    );
    assert_eq!(
        found.failure_reason.as_deref(),
        Some("expired_or_canceled_card")
    );
    assert_eq!(
        server.seen()[0].uri,
        "/v1/refunds/re_1?expand[0]=balance_transaction&expand[1]=failure_balance_transaction"
    );
}

#[tokio::test]
async fn what_stripe_refuses_to_give_back_has_a_name_and_moved_nothing() {
    for (code, read) in [
        ("charge_already_refunded", Code::ChargeAlreadyRefunded),
        ("charge_disputed", Code::ChargeDisputed),
        ("charge_not_refundable", Code::ChargeNotRefundable),
        ("balance_insufficient", Code::BalanceInsufficient),
        (
            "one_of_next_year",
            Code::Other("one_of_next_year".to_owned()),
        ),
    ] {
        let body = format!(
            r#"{{"error":{{"type":"invalid_request_error","code":"{code}","message":"no"}}}}"#
        );
        let (server, origins) = Server::start([say(400, body)]).await;
        let error = client(&origins)
            .create_refund(&new_refund(), &intention())
            .await
            .expect_err("refused");
        assert_eq!(error.code(), Some(&read));
        assert!(!error.outcome_unknown(), "{code}");
        assert_eq!(server.seen().len(), 1, "a refusal is not repeated");
    }
    // "Refund amount is greater than unrefunded amount" comes without a code.
    let (_, origins) = Server::start([say(
        400,
        r#"{"error":{"type":"invalid_request_error","param":"amount","message":"greater than unrefunded amount"}}"#,
    )])
    .await;
    let error = client(&origins)
        .create_refund(&new_refund(), &intention())
        .await
        .expect_err("refused");
    assert!(
        matches!(&error, Error::InvalidRequest { param: Some(param), .. } if param == "amount")
    );
}

#[tokio::test]
async fn a_refund_that_got_no_answer_may_have_been_made() {
    let (server, origins) = Server::start([say(503, ""), say(503, ""), say(503, "")]).await;
    let error = client(&origins)
        .create_refund(&new_refund(), &intention())
        .await
        .expect_err("down");
    assert!(error.outcome_unknown());
    assert_eq!(server.seen().len(), 3);
}

fn dispute(status: &str, more: &str) -> String {
    format!(
        r#"{{"id":"du_1","object":"dispute","amount":1999,"currency":"cad","status":"{status}","reason":"product_not_received","charge":"ch_1","payment_intent":"pi_1","livemode":false,"created":1790000000{more}}}"#
    )
}

#[tokio::test]
async fn a_dispute_says_what_it_took_what_it_cost_and_until_when_one_may_answer() {
    let withdrawn = r#","is_charge_refundable":false,"balance_transactions":[{"id":"txn_7","amount":-1999,"currency":"cad","fee":1500,"net":-3499,"type":"adjustment","reporting_category":"dispute","status":"available","available_on":2,"created":1,"source":"du_1",
        "fee_details":[{"amount":1500,"currency":"cad","type":"stripe_fee","description":"Dispute fee"}]}],
        "evidence_details":{"due_by":1790600000,"has_evidence":false,"past_due":false,"submission_count":0},
        "evidence":{"customer_name":"Ada","receipt":null},
        "payment_method_details":{"type":"card","card":{"brand":"visa","case_type":"chargeback","network_reason_code":"13.1"}},"metadata":{}"#;
    let (server, origins) = Server::start([say(200, dispute("needs_response", withdrawn))]).await;
    let found = client(&origins)
        .retrieve_dispute("du_1")
        .await
        .expect("readable")
        .object;
    assert!(found.status.awaits_answer() && !found.status.is_closed());
    assert_eq!(found.balance_transactions.len(), 1);
    assert_eq!(found.balance_transactions[0].fee, 1500);
    assert_eq!(found.evidence_details.due_by, Some(1_790_600_000));
    assert_eq!(found.evidence.get(EvidenceField::CustomerName), Some("Ada"));
    assert_eq!(found.evidence.get(EvidenceField::Receipt), None);
    assert_eq!(server.seen()[0].uri, "/v1/disputes/du_1");
}

#[tokio::test]
async fn every_state_of_a_dispute_is_either_awaiting_waiting_or_closed() {
    for (status, awaits, closed) in [
        ("warning_needs_response", true, false),
        ("warning_under_review", false, false),
        ("warning_closed", false, true),
        ("needs_response", true, false),
        ("under_review", false, false),
        ("won", false, true),
        ("lost", false, true),
        ("prevented", false, true),
        ("appealed_next_year", false, false),
    ] {
        // An old shape: no lines, no evidence, nothing of what came later.
        let bare = r#","balance_transactions":null,"evidence":null,"evidence_details":null"#;
        let (_, origins) = Server::start([say(200, dispute(status, bare))]).await;
        let found = client(&origins)
            .retrieve_dispute("du_1")
            .await
            .expect("readable")
            .object;
        assert_eq!(found.status.as_str(), status);
        assert_eq!(found.status.awaits_answer(), awaits, "{status}");
        assert_eq!(found.status.is_closed(), closed, "{status}");
        assert_eq!(found.evidence_details, EvidenceDetails::default());
        assert!(found.evidence.is_empty() && found.balance_transactions.is_empty());
    }
}

#[tokio::test]
async fn evidence_is_submitted_only_when_it_is_said() {
    let (server, origins) = Server::start([
        say(200, dispute("needs_response", "")),
        say(200, dispute("under_review", "")),
    ])
    .await;
    let mut evidence = Evidence::new();
    evidence.set(EvidenceField::ProductDescription, "a+b & c");
    let client = client(&origins);
    for submission in [Submission::Draft, Submission::Submit] {
        client
            .update_dispute("du_1", &evidence, submission, &intention())
            .await
            .expect("taken");
    }
    let bodies: Vec<String> = server.seen().into_iter().map(|seen| seen.body).collect();
    assert_eq!(
        bodies,
        [
            "evidence[product_description]=a%2Bb%20%26%20c&submit=false",
            "evidence[product_description]=a%2Bb%20%26%20c&submit=true"
        ]
    );
}

#[tokio::test]
async fn ac_18_a_file_goes_up_whole_and_is_shown_nowhere() {
    let body = r#"{"id":"file_1","object":"file","purpose":"dispute_evidence","size":12,"filename":"a.pdf","type":"pdf","created":1,"expires_at":null}"#;
    let (server, origins) = Server::start([say(500, "{}"), say(200, body)]).await;
    let file = NewEvidenceFile {
        filename: "a.pdf".to_owned(),
        content_type: "application/pdf".to_owned(),
        bytes: Bytes::from_static(b"%PDF of Ada."),
    };
    assert!(!format!("{file:?}").contains("Ada"));
    let kept = client(&origins)
        .upload_evidence_file(&file, &intention())
        .await
        .expect("the second try");
    assert_eq!((kept.object.id.as_str(), kept.object.size), ("file_1", 12));
    let seen = server.seen();
    assert_eq!(seen.len(), 2, "safe to repeat: same key, same bytes");
    assert_eq!(seen[0].body, seen[1].body);
    let kind = seen[0].headers["content-type"].to_str().expect("text");
    let boundary = kind
        .strip_prefix("multipart/form-data; boundary=")
        .expect("a boundary");
    assert!(seen[0].body.starts_with(&format!("--{boundary}\r\n")));
    assert!(seen[0].body.contains("\r\n\r\n%PDF of Ada.\r\n--"));
    assert_eq!(seen[0].uri, "/v1/files");
}

#[tokio::test]
async fn lines_of_a_payout_are_asked_page_by_page_and_the_last_page_ends_it() {
    let page = |ids: &[&str], more: bool| {
        let lines: Vec<String> = ids.iter().map(|id| LINE.replace("txn_9", id)).collect();
        let lines = lines.join(",");
        say(
            200,
            format!(r#"{{"object":"list","data":[{lines}],"has_more":{more}}}"#),
        )
    };
    let (server, origins) =
        Server::start([page(&["txn_4", "txn_3"], true), page(&["txn_2"], false)]).await;
    let client = client(&origins);
    let mut query = BalanceTransactionQuery {
        payout: Some("po_1".to_owned()),
        ..BalanceTransactionQuery::default()
    };
    let mut ids = Vec::new();
    loop {
        let page = client
            .list_balance_transactions(&query)
            .await
            .expect("a page")
            .object;
        ids.extend(page.data.iter().map(|line| line.id.clone()));
        match query.cursor.following(&page) {
            Some(next) => query.cursor = next,
            None => break,
        }
    }
    assert_eq!(ids, ["txn_4", "txn_3", "txn_2"]);
    let asked: Vec<String> = server
        .seen()
        .iter()
        .map(|seen| seen.uri.to_string())
        .collect();
    let common = "/v1/balance_transactions?payout=po_1&limit=100";
    assert_eq!(
        asked,
        [common.to_owned(), format!("{common}&starting_after=txn_3")]
    );
}

#[test]
fn a_cursor_that_goes_forward_goes_on_from_the_newest_it_has_seen() {
    let lines = ["txn_4", "txn_3"]
        .map(|id| LINE.replace("txn_9", id))
        .join(",");
    let page = |more: bool| -> Page<BalanceTransaction> {
        serde_json::from_str(&format!(r#"{{"data":[{lines}],"has_more":{more}}}"#)).expect("a page")
    };
    let forward = Cursor::NewerThan("txn_2".to_owned());
    assert_eq!(
        forward.following(&page(true)),
        Some(Cursor::NewerThan("txn_4".to_owned()))
    );
    assert_eq!(
        Cursor::Newest.following(&page(true)),
        Some(Cursor::OlderThan("txn_3".to_owned()))
    );
    assert_eq!(forward.following(&page(false)), None);
}

#[tokio::test]
async fn a_payout_says_whether_what_is_in_it_can_be_listed_and_whether_it_came_back() {
    let line = LINE.replace("-500", "-9000");
    let body = format!(
        r#"{{"id":"po_1","object":"payout","amount":9000,"currency":"cad","status":"failed","arrival_date":1790035200,"automatic":true,"livemode":false,"created":1,
        "reconciliation_status":"completed","balance_transaction":{line},"failure_balance_transaction":{LINE},"failure_code":"no_account","failure_message":"m",
        "original_payout":null,"reversed_by":null,"method":"standard","statement_descriptor":null,"trace_id":{{"status":"supported","value":"T1"}}}}"#
    );
    let (_, origins) = Server::start([say(200, body)]).await;
    let found = client(&origins)
        .retrieve_payout("po_1")
        .await
        .expect("readable")
        .object;
    assert_eq!(found.status, PayoutStatus::Failed);
    assert_eq!(found.line().map(|line| line.amount), Some(-9000));
    assert_eq!(found.failure_line().map(|line| line.amount), Some(-500));
    assert_eq!(
        found.trace_id.and_then(|trace| trace.value).as_deref(),
        Some("T1")
    );
    let (_, origins) = Server::start([say(
        400,
        r#"{"error":{"type":"invalid_request_error","code":"payout_reconciliation_not_ready","message":"later"}}"#,
    )])
    .await;
    let query = BalanceTransactionQuery::default();
    let error = client(&origins)
        .list_balance_transactions(&query)
        .await
        .expect_err("not ready");
    assert_eq!(error.code(), Some(&Code::PayoutReconciliationNotReady));
}
