//! Every statement of the program is understood by both engines, and the database guards the money by itself.

use app::migrations;
use kit::chance::Chance;
use kit::clock::Clock;
use kit::db::{Db, Error, every_statement};
use kit::{args, sql};

fn engines() -> Vec<(Db, Option<tempfile::TempDir>)> {
    let out = empty_engines();
    for (db, _) in &out {
        db.migrate(migrations::ALL, 0).unwrap();
    }
    out
}

/// Databases as they were before a migration.
fn engines_before(name: &str) -> Vec<(Db, Option<tempfile::TempDir>)> {
    let until = migrations::ALL.iter().position(|m| m.name == name).unwrap();
    let out = empty_engines();
    for (db, _) in &out {
        db.migrate(&migrations::ALL[..until], 0).unwrap();
    }
    out
}

fn empty_engines() -> Vec<(Db, Option<tempfile::TempDir>)> {
    let wanted = std::env::var("QUITTANCE_TEST_ENGINES").unwrap_or_else(|_| "sqlite".into());
    let mut out = Vec::new();
    if wanted != "postgres" {
        let folder = tempfile::tempdir().unwrap();
        out.push((
            Db::open(folder.path().join("t.sqlite").to_str().unwrap()).unwrap(),
            Some(folder),
        ));
    }
    if wanted != "sqlite" {
        let url = std::env::var("QUITTANCE_TEST_POSTGRES")
            .expect("QUITTANCE_TEST_POSTGRES names a PostgreSQL");
        out.push((
            Db::open(
                &kit::db::fresh_schema(&url, &Chance::system().id(&Clock::machine())).unwrap(),
            )
            .unwrap(),
            None,
        ));
    }
    out
}

#[test]
fn every_statement_prepares_on_every_engine() {
    // The statements live in the library: use it, so that the linker keeps them.
    let _ = app::ledger::faults as fn(&mut kit::db::Tx<'_>) -> Result<Vec<String>, Error>;
    for (db, _folder) in engines() {
        let mut count = 0;
        let mut faults = Vec::new();
        for statement in every_statement() {
            count += 1;
            if let Err(error) = db.prepare(statement) {
                faults.push(format!(
                    "{}:{}: {error}\n    {}",
                    statement.place.0, statement.place.1, statement.text
                ));
            }
        }
        assert!(faults.is_empty(), "{:?}:\n{}", db.kind(), faults.join("\n"));
        assert!(count > 20, "only {count} statements were registered");
    }
}

/// Where a table is read as a whole on purpose (the ledger is verified, papers are), or holds little by its nature.
const READS_ALL: [&str; 10] = [
    "autopay/store.rs",
    "cards/store.rs",
    "customer_area/store.rs",
    "first_run/store.rs",
    "ledger/store.rs",
    "online_payment/store.rs",
    "papers/store.rs",
    "script_inventory/store.rs",
    "sealed/store.rs",
    "sign_in/store.rs",
];

/// A missing index is not seen with ten rows, and with ten thousand every payment costs as much as all before it.
#[test]
fn no_statement_reads_a_whole_table_to_find_a_row() {
    for (db, _folder) in engines() {
        let mut found = Vec::new();
        for statement in every_statement() {
            let (file, line) = statement.place;
            let is_a_test = !file.contains("/src/");
            if is_a_test || READS_ALL.iter().any(|place| file.ends_with(place)) {
                continue;
            }
            let whole = |step: &String| step.starts_with("SCAN ") && !step.contains("CONSTANT");
            for step in db
                .plan(statement)
                .unwrap()
                .iter()
                .filter(|step| whole(step))
            {
                found.push(format!("{file}:{line}: {step}\n    {}", statement.text));
            }
        }
        assert!(found.is_empty(), "{}", found.join("\n"));
    }
}

#[test]
fn pay_04_no_column_could_hold_a_card_number_or_a_code() {
    let columns: Vec<String> = migrations::ALL
        .iter()
        .flat_map(|m| [m.sqlite, m.postgres])
        .flat_map(str::split_whitespace)
        .map(|word| {
            word.trim_matches(|c: char| !c.is_alphanumeric())
                .to_lowercase()
        })
        .filter(|word| word.starts_with("card_") || word.contains("cvc") || word.contains("pan_"))
        .collect();
    let known = ["card_brand", "card_last4", "card_expiry"];
    for name in known {
        assert!(
            columns.iter().any(|c| c == name),
            "{name} is looked for in the right place"
        );
    }
    let more: Vec<&String> = columns
        .iter()
        .filter(|c| !known.contains(&c.as_str()))
        .collect();
    assert!(more.is_empty(), "{more:?}");
}

#[tokio::test]
async fn led_01_an_unbalanced_posting_is_refused_by_the_database_itself() {
    for (db, _folder) in engines() {
        let refused = db
            .write::<_, Error, _>(|tx| {
                tx.execute(sql!("insert into ledger_postings (entry_id, position, account, currency, amount_minor) values ('p', 0, 'receivable', 'CAD', 100)"), args![])?;
                tx.execute(sql!("insert into ledger_postings (entry_id, position, account, currency, amount_minor) values ('p', 1, 'income', 'CAD', -99)"), args![])?;
                tx.execute(sql!("insert into ledger_entries (id, business_id, mode, kind, subject, posted_date, memo, created_at) values ('p', 'b', 'live', 'k', 's', '2026-01-01', '', 0)"), args![])
            })
            .await
            .unwrap_err();
        assert!(refused.breaks("ledger_entries_balance", ""), "{refused:?}");
        let orphan = db
            .write::<_, Error, _>(|tx| {
                tx.execute(sql!("insert into ledger_postings (entry_id, position, account, currency, amount_minor) values ('q', 0, 'receivable', 'CAD', 100)"), args![])
            })
            .await;
        assert!(
            matches!(orphan, Err(Error::Constraint { .. })),
            "an entry without a posting: {orphan:?}"
        );
    }
}

#[tokio::test]
async fn led_02_what_is_posted_is_never_changed() {
    for (db, _folder) in engines() {
        db.write::<_, Error, _>(|tx| {
            tx.execute(sql!("insert into ledger_postings (entry_id, position, account, currency, amount_minor) values ('p', 0, 'receivable', 'CAD', 100), ('p', 1, 'income', 'CAD', -100)"), args![])?;
            tx.execute(sql!("insert into ledger_entries (id, business_id, mode, kind, subject, posted_date, memo, created_at) values ('p', 'b', 'live', 'k', 's', '2026-01-01', '', 0)"), args![])
        })
        .await
        .unwrap();
        let late = db.write::<_, Error, _>(|tx| tx.execute(sql!("insert into ledger_postings (entry_id, position, account, currency, amount_minor) values ('p', 2, 'receivable', 'CAD', 1), ('p', 3, 'income', 'CAD', -1)"), args![])).await;
        let update = db
            .write::<_, Error, _>(|tx| {
                tx.execute(
                    sql!("update ledger_postings set amount_minor = 0 where entry_id = 'p'"),
                    args![],
                )
            })
            .await;
        let delete = db
            .write::<_, Error, _>(|tx| {
                tx.execute(sql!("delete from ledger_entries where id = 'p'"), args![])
            })
            .await;
        for (what, outcome) in [("late entry", late), ("update", update), ("delete", delete)] {
            assert!(
                outcome
                    .as_ref()
                    .is_err_and(|e| e.breaks("ledger_is_append_only", "")),
                "{what}: {outcome:?}"
            );
        }
    }
}

static BEFORE_0030: kit::db::Statement = kit::db::Statement {
    text: "insert into allocations (id, business_id, mode, invoice_id, payment_id, amount_minor, currency, created_at) values ('a', 'b', 'live', 'i', 'p', 40, 'CAD', 0)",
    sqlite: "insert into allocations (id, business_id, mode, invoice_id, payment_id, amount_minor, currency, created_at) values ('a', 'b', 'live', 'i', 'p', 40, 'CAD', 0)",
    place: (file!(), line!()),
};

#[tokio::test]
async fn allocations_made_before_0030_are_carried_over() {
    for (db, _folder) in engines_before("0030_applied") {
        db.write::<_, Error, _>(|tx| {
            tx.execute(sql!("insert into businesses (id, name, legal_name, street, city, province, postal_code, country, email, phone, website, language, time_zone, currency, tax_numbers, tax_preset, small_supplier, payment_terms_days, default_notes, created_at) values ('b', '', '', '', '', '', '', 'CA', '', '', '', 'en', 'UTC', 'CAD', '', '', 0, 30, '', 0)"), args![])?;
            tx.execute(sql!("insert into customers (id, business_id, name, contact, email, phone, street, city, province, postal_code, country, tax_number, language, currency, notes, search, version, created_at) values ('c', 'b', '', '', '', '', '', '', '', '', '', '', 'fr', 'CAD', '', '', 1, 0)"), args![])?;
            tx.execute(sql!("insert into invoices (id, business_id, mode, customer_id, state, number, language, currency, issue_date, due_date, terms_days, reference, notes, discount, net_minor, tax_minor, total_minor, applied_minor, processing_minor, frozen, search, version, created_at, updated_at) values ('i', 'b', 'live', 'c', 'open', '1', 'fr', 'CAD', '2026-11-01', '2026-12-01', 30, '', '', '', 100, 0, 100, 40, 0, '{}', '', 1, 0, 0)"), args![])?;
            // The column has another name now: this statement is not one of the program's.
            tx.execute(&BEFORE_0030, args![])
        })
        .await
        .unwrap();
        db.migrate(migrations::ALL, 0).unwrap();
        let kept = db
            .read::<_, Error, _>(|tx| {
                tx.get(
                    sql!("select a.source_kind, a.source_id, a.amount_minor, i.received_minor from allocations a join invoices i on i.id = a.invoice_id"),
                    args![],
                    |r| Ok((r.text(0)?, r.text(1)?, r.int(2)?, r.int(3)?)),
                )
            })
            .await
            .unwrap();
        assert_eq!(kept, ("payment".into(), "p".into(), 40, 40));
    }
}

#[tokio::test]
async fn led_02_entries_written_before_the_chain_are_sealed_once_in_their_order() {
    use app::ledger::chain;
    for (db, _folder) in engines_before("0010_ledger_chain") {
        db.write::<_, Error, _>(|tx| {
            for (id, at) in [("b", 2), ("a", 1), ("c", 2)] {
                tx.execute(sql!("insert into ledger_postings (entry_id, position, account, currency, amount_minor) values ($1, 0, 'receivable', 'CAD', 100), ($1, 1, 'income', 'CAD', -100)"), args![id])?;
                tx.execute(sql!("insert into ledger_entries (id, business_id, mode, kind, subject, posted_date, memo, created_at) values ($1, 'biz', 'live', 'k', $1, '2026-01-01', '', $2)"), args![id, at])?;
            }
            Ok(())
        })
        .await
        .unwrap();
        db.migrate(migrations::ALL, 0).unwrap();
        let before = db.read::<_, Error, _>(chain::verify).await.unwrap();
        assert_eq!(before[0].faults.len(), 3, "not sealed yet, and said so");
        for sealed in [3, 0] {
            let now = db.write::<_, Error, _>(chain::seal_all).await.unwrap();
            assert_eq!(now, sealed);
        }
        let after = db.read::<_, Error, _>(chain::verify).await.unwrap();
        assert_eq!((after[0].head.seq, after[0].faults.len()), (3, 0));
        let order = db
            .read::<_, Error, _>(|tx| {
                tx.list(
                    sql!("select id from ledger_entries order by seq"),
                    args![],
                    |r| r.text(0),
                )
            })
            .await
            .unwrap();
        assert_eq!(order, ["a", "b", "c"]);
        let again = db
            .write::<_, Error, _>(|tx| {
                tx.execute(
                    sql!("update ledger_entries set seq = 9 where id = 'a'"),
                    args![],
                )
            })
            .await;
        assert!(again.is_err_and(|e| e.breaks("ledger_is_append_only", "")));
    }
}

#[tokio::test]
async fn led_03_a_payment_booked_before_0020_has_its_line_and_is_not_booked_again() {
    for (db, _folder) in engines_before("0020_balance_transactions") {
        db.write::<_, Error, _>(|tx| {
            tx.execute(sql!("insert into payments (id, business_id, mode, customer_id, method, state, amount_minor, currency, allocated_minor, fee_minor, net_minor, settled_currency, available_at, intent_id, charge_id, balance_transaction_id, card_brand, card_last4, card_expiry, receipt_number, received_at, created_at) values ('p', 'b', 'live', 'c', 'card', 'succeeded', 10000, 'CAD', 10000, 320, 9680, 'CAD', 5, 'pi_1', 'ch_1', 'txn_1', '', '', '', 'R-1', 1, 2)"), args![])
        })
        .await
        .unwrap();
        db.migrate(migrations::ALL, 0).unwrap();
        let kept = db
            .read::<_, Error, _>(|tx| {
                tx.get(
                    sql!("select id, source, state, owner, amount_minor, fee_minor, net_minor from balance_transactions"),
                    args![],
                    |r| Ok((r.text(0)?, r.text(1)?, r.text(2)?, r.text(3)?, r.int(4)?, r.int(5)?, r.int(6)?)),
                )
            })
            .await
            .unwrap();
        let wanted = ("txn_1", "ch_1", "booked", "ours", 10_000, 320, 9_680);
        let (id, source, state, owner, amount, fee, net) = &kept;
        assert_eq!(
            (
                id.as_str(),
                source.as_str(),
                state.as_str(),
                owner.as_str(),
                *amount,
                *fee,
                *net
            ),
            wanted
        );
    }
}
