//! Migrations that move rows, run over rows of the shape that stood before them.

use app::migrations::ALL;
use kit::db::{Db, Error, Statement, Tx};
use kit::{args, sql};

use crate::kit::database;

/// A database as it stood before a migration, with a business, a customer, an invoice and a payment.
async fn before(name: &str) -> (Db, Option<tempfile::TempDir>) {
    let (db, folder) = database();
    let at = ALL
        .iter()
        .position(|m| m.name == name)
        .expect("it is there");
    db.migrate(&ALL[..at], 0).unwrap();
    for statement in [
        sql!(
            "insert into businesses (id, name, legal_name, street, city, province, postal_code, country, email, phone, website, language, time_zone, currency, tax_numbers, tax_preset, small_supplier, payment_terms_days, default_notes, created_at) values ('b', 'Studio Nord', '', '', '', 'QC', '', 'CA', '', '', '', 'fr', 'America/Toronto', 'CAD', '[]', '', 0, 30, '', 0)"
        ),
        sql!(
            "insert into customers (id, business_id, name, contact, email, phone, street, city, province, postal_code, country, tax_number, language, currency, notes, search, version, created_at) values ('c', 'b', 'Café Zoé', '', '', '', '', '', 'QC', '', 'CA', '', 'fr', 'CAD', '', '', 1, 0)"
        ),
        sql!(
            "insert into invoices (id, business_id, mode, customer_id, state, number, language, currency, issue_date, due_date, terms_days, reference, notes, discount, net_minor, tax_minor, total_minor, applied_minor, processing_minor, frozen, search, version, created_at, updated_at) values ('i', 'b', 'live', 'c', 'open', '2026-0001', 'fr', 'CAD', '2026-11-01', '2026-12-01', 30, '', '', '', 1000, 0, 1000, 0, 0, '{}', '', 1, 0, 0)"
        ),
        sql!(
            "insert into payments (id, business_id, mode, customer_id, method, state, amount_minor, currency, allocated_minor, intent_id, charge_id, card_brand, card_last4, card_expiry, receipt_number, received_at, created_at) values ('p', 'b', 'live', 'c', 'card', 'succeeded', 1000, 'CAD', 1000, 'pi_1', 'ch_1', 'visa', '4242', '', 'R-1', 0, 0)"
        ),
    ] {
        execute(&db, statement).await;
    }
    (db, folder)
}

async fn execute(db: &Db, statement: &'static Statement) {
    db.write::<_, Error, _>(move |tx| tx.execute(statement, args![]).map(drop))
        .await
        .unwrap();
}

/// The rows of a statement, each as one line of text.
async fn lines(db: &Db, statement: &'static Statement, columns: usize) -> Vec<String> {
    let read = move |tx: &mut Tx<'_>| {
        tx.list(statement, args![], |r| {
            let all: Result<Vec<String>, Error> = (0..columns).map(|at| r.text(at)).collect();
            Ok(all?.join(" "))
        })
    };
    db.read::<_, Error, _>(read).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_refunds_had_taken_stands_in_the_one_record_after_the_migration() {
    let (db, _folder) = before("0042_takings").await;
    for statement in [
        // Gone, of a claim and of credit; failed and back; asked for and never moved; of the tray, of nobody.
        sql!(
            "insert into refunds (id, business_id, mode, payment_id, customer_id, origin, idempotency_key, stripe_id, amount_minor, currency, reason, note, state, refusal, failure_reason, pending_reason, from_credit_minor, taken_at, returned_at, asked_by, handled_by, created_at, updated_at) values ('gone', 'b', 'live', 'p', 'c', 'here', 'k1', 're_1', 300, 'CAD', '', '', 'succeeded', '', '', '', 100, 11, null, 'Ana', '', 1, 1)"
        ),
        sql!(
            "insert into refunds (id, business_id, mode, payment_id, customer_id, origin, idempotency_key, stripe_id, amount_minor, currency, reason, note, state, refusal, failure_reason, pending_reason, from_credit_minor, taken_at, returned_at, asked_by, handled_by, created_at, updated_at) values ('back', 'b', 'live', 'p', 'c', 'stripe', '', 're_2', 200, 'CAD', '', '', 'failed', '', '', '', 0, 12, 13, '', '', 2, 2)"
        ),
        sql!(
            "insert into refunds (id, business_id, mode, payment_id, customer_id, origin, idempotency_key, stripe_id, amount_minor, currency, reason, note, state, refusal, failure_reason, pending_reason, from_credit_minor, taken_at, returned_at, asked_by, handled_by, created_at, updated_at) values ('asked', 'b', 'live', 'p', 'c', 'here', 'k3', null, 50, 'CAD', '', '', 'asked', '', '', '', 0, null, null, 'Ana', '', 3, 3)"
        ),
        sql!(
            "insert into refunds (id, business_id, mode, payment_id, customer_id, origin, idempotency_key, stripe_id, amount_minor, currency, reason, note, state, refusal, failure_reason, pending_reason, from_credit_minor, taken_at, returned_at, asked_by, handled_by, created_at, updated_at) values ('tray', 'b', 'live', 'p', '', 'stripe', '', 're_4', 40, 'CAD', '', '', 'succeeded', '', '', '', 40, 14, null, '', '', 4, 4)"
        ),
        sql!(
            "insert into refund_shares (refund_id, invoice_id, amount_minor, claim_minor) values ('gone', 'i', 300, 200)"
        ),
        sql!(
            "insert into refund_shares (refund_id, invoice_id, amount_minor, claim_minor) values ('back', 'i', 200, 200)"
        ),
    ] {
        execute(&db, statement).await;
    }
    let applied = db.migrate(ALL, 0).unwrap();
    assert!(applied.contains(&"0042_takings"), "{applied:?}");
    let takings = lines(
        &db,
        sql!("select source_kind, source_id, payment_id, customer_id, cast(amount_minor as text), cast(from_credit_minor as text), currency, cast(taken_at as text), became from takings order by source_id"),
        9,
    )
    .await;
    assert_eq!(
        takings,
        [
            "refund back p c 200 0 CAD 12 credit",
            "refund gone p c 300 100 CAD 11 ",
            "refund tray p  40 40 CAD 14 ",
        ]
    );
    let shares = lines(
        &db,
        sql!("select source_kind, source_id, invoice_id, cast(amount_minor as text), cast(claim_minor as text) from taking_shares order by source_id"),
        5,
    )
    .await;
    assert_eq!(shares, ["refund back i 200 200", "refund gone i 300 200"]);
    // The refunds themselves are as they were, without what stands in the record now.
    let kept = lines(
        &db,
        sql!("select id, state, cast(amount_minor as text), coalesce(stripe_id, '') from refunds order by created_at"),
        4,
    )
    .await;
    assert_eq!(
        kept,
        [
            "gone succeeded 300 re_1",
            "back failed 200 re_2",
            "asked asked 50 ",
            "tray succeeded 40 re_4",
        ]
    );
    assert!(
        db.migrate(ALL, 0).unwrap().is_empty(),
        "and once is all it takes"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_of_a_statement_imported_before_belongs_to_the_statement_that_brought_it() {
    let (db, _folder) = before("0120_bank_undo").await;
    for statement in [
        sql!(
            "insert into bank_statements (id, business_id, mode, account, currency, file_name, file_sha256, encoding, content, headings, layout, state, line_count, new_count, uploaded_by, uploaded_at, imported_at) values ('s', 'b', 'live', '', 'CAD', 'a.csv', 'hash', 'utf-8', '', '', '', 'imported', 1, 1, 'Ana', 1, 2)"
        ),
        sql!(
            "insert into bank_lines (id, business_id, mode, statement_id, account, booked_date, currency, amount_minor, description, fingerprint, state, matched_kind, matched_id, confidence, settled_by) values ('l', 'b', 'live', 's', '', '2026-11-20', 'CAD', 100, 'VIREMENT', 'f', 'open', '', '', '', '')"
        ),
    ] {
        execute(&db, statement).await;
    }
    db.migrate(ALL, 0).unwrap();
    let sources = lines(
        &db,
        sql!("select statement_id, line_id from bank_line_sources"),
        2,
    )
    .await;
    assert_eq!(sources, ["s l"]);
    let again = sql!(
        "insert into bank_statements (id, business_id, mode, account, currency, file_name, file_sha256, encoding, content, headings, layout, state, line_count, new_count, uploaded_by, uploaded_at, imported_at) values ('t', 'b', 'live', '', 'CAD', 'a.csv', 'hash', 'utf-8', '', '', '', 'imported', 1, 0, 'Ana', 3, 4)"
    );
    let twice = move |tx: &mut Tx<'_>| tx.execute(again, args![]).map(drop);
    assert!(
        db.write::<_, Error, _>(twice).await.is_err(),
        "one file is imported once"
    );
    execute(
        &db,
        sql!("update bank_statements set undone_at = 5 where id = 's'"),
    )
    .await;
    execute(&db, again).await;
}
