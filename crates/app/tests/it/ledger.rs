//! The chain of the ledger: what is changed behind the product's back is found and named.

use app::ledger::chain::{self, Fault, Flaw};
use kit::db::{EngineKind, Error, Statement};
use kit::{args, sql};

use crate::with_stripe::StripeApp;

/// Three entries, and every guard of the database taken away: what somebody with the file itself can do.
async fn three_unguarded() -> Vec<StripeApp> {
    let apps = StripeApp::on_every_engine().await;
    for t in &apps {
        for minor in [100_00, 250_50, 9_99] {
            t.issued(minor).await;
        }
        assert_eq!(faults(t).await, []);
        let (sqlite, postgres): ([&'static Statement; 4], [&'static Statement; 4]) = (
            [
                sql!("drop trigger ledger_postings_stay"),
                sql!("drop trigger ledger_postings_are_never_removed"),
                sql!("drop trigger ledger_entries_stay"),
                sql!("drop trigger ledger_entries_are_never_removed"),
            ],
            [
                sql!("drop trigger ledger_postings_stay on ledger_postings"),
                sql!("drop trigger ledger_entries_stay on ledger_entries"),
                sql!("drop trigger ledger_entries_are_never_removed on ledger_entries"),
                sql!("set constraints all immediate"),
            ],
        );
        for statement in match t.app.db().kind() {
            EngineKind::Sqlite => sqlite,
            EngineKind::Postgres => postgres,
        } {
            change(t, statement).await;
        }
    }
    apps
}

async fn change(t: &StripeApp, statement: &'static Statement) {
    let run = move |tx: &mut kit::db::Tx<'_>| tx.execute(statement, args![]).map(drop);
    t.app.db().write::<_, Error, _>(run).await.unwrap();
}

async fn faults(t: &StripeApp) -> Vec<Fault> {
    let chains = t.app.db().read::<_, Error, _>(chain::verify).await.unwrap();
    assert_eq!(chains.len(), 1);
    chains.into_iter().flat_map(|c| c.faults).collect()
}

fn flaws(faults: &[Fault]) -> Vec<(i64, Flaw)> {
    faults.iter().map(|f| (f.seq, f.flaw)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn led_02_a_changed_byte_of_an_amount_is_found_and_its_entry_named() {
    for t in three_unguarded().await {
        change(&t, sql!("update ledger_postings set amount_minor = amount_minor + 1 where position = 0 and entry_id = (select id from ledger_entries where seq = 2)")).await;
        let found = faults(&t).await;
        assert_eq!(flaws(&found), [(2, Flaw::Changed)]);
        let said = found[0].to_string();
        assert!(
            said.contains(&found[0].entry_id) && said.contains("entry 2 (invoice_issued"),
            "{said}"
        );
        let all = t
            .app
            .db()
            .read::<_, Error, _>(app::ledger::faults)
            .await
            .unwrap();
        assert!(all.contains(&said), "{all:?}");
    }
}

/// What a look at the books finds right after one change, which is then taken back.
struct Looked(Result<Vec<Fault>, Error>);

impl From<Error> for Looked {
    fn from(error: Error) -> Looked {
        Looked(Err(error))
    }
}

async fn found_after(t: &StripeApp, change: &'static Statement) -> Vec<Fault> {
    let look = move |tx: &mut kit::db::Tx<'_>| {
        assert!(
            tx.execute(change, args![])? > 0,
            "{change:?} changed nothing"
        );
        let chains = chain::verify(tx)?.into_iter().flat_map(|c| c.faults);
        Err::<(), _>(Looked(Ok(chains.chain(chain::strays(tx)?).collect())))
    };
    let looked = t.app.db().write(look).await.expect_err("taken back");
    looked.0.expect("a look")
}

#[tokio::test(flavor = "multi_thread")]
async fn led_02_whatever_is_changed_of_an_entry_is_found_and_the_entry_is_named() {
    let changes: [&'static Statement; 12] = [
        sql!("update ledger_entries set kind = 'invoice_voided' where seq = 2"),
        sql!("update ledger_entries set subject = 'another' where seq = 2"),
        sql!("update ledger_entries set posted_date = '2020-01-01' where seq = 2"),
        sql!("update ledger_entries set memo = memo || ' ' where seq = 2"),
        sql!("update ledger_entries set created_at = created_at + 1 where seq = 2"),
        sql!("update ledger_entries set hash = 'f' where seq = 2"),
        sql!(
            "update ledger_postings set account = 'bank' where position = 0 and entry_id = (select id from ledger_entries where seq = 2)"
        ),
        sql!(
            "update ledger_postings set amount_minor = amount_minor * 2 where entry_id = (select id from ledger_entries where seq = 2)"
        ),
        sql!(
            "update ledger_postings set currency = 'USD' where entry_id = (select id from ledger_entries where seq = 2)"
        ),
        sql!(
            "update ledger_postings set customer_id = null where position = 1 and entry_id = (select id from ledger_entries where seq = 2)"
        ),
        sql!(
            "update ledger_postings set position = position + 10 where position = 0 and entry_id = (select id from ledger_entries where seq = 2)"
        ),
        sql!(
            "delete from ledger_postings where position = 1 and entry_id = (select id from ledger_entries where seq = 2)"
        ),
    ];
    for t in three_unguarded().await {
        for change in changes {
            let found = found_after(&t, change).await;
            assert_eq!(
                flaws(&found).first(),
                Some(&(2, Flaw::Changed)),
                "{change:?}: {found:?}"
            );
        }
        assert_eq!(faults(&t).await, []);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn led_02_a_moved_a_doubled_and_an_orphaned_place_are_found() {
    for t in three_unguarded().await {
        let far = sql!("update ledger_entries set seq = 4000000000000000 where seq = 3");
        let found = found_after(&t, far).await;
        assert_eq!(flaws(&found)[0], (3, Flaw::Missing(3_999_999_999_999_999)));
        assert!(found[0].to_string().contains("entry 3 and those up to"));
        let nowhere = sql!("update ledger_entries set seq = -2 where seq = 2");
        let found = flaws(&found_after(&t, nowhere).await);
        assert_eq!(found, [(2, Flaw::Missing(2)), (-2, Flaw::Outside)]);
        let lines_left = sql!("delete from ledger_entries where seq = 3");
        let found = found_after(&t, lines_left).await;
        assert_eq!(flaws(&found), [(3, Flaw::EndMissing(2)), (0, Flaw::Stray)]);
        assert!(found[1].to_string().contains("that is not there"));
        change(&t, sql!("drop index ledger_entries_have_one_place")).await;
        let twice = sql!("update ledger_entries set seq = 2 where seq = 3");
        let found = flaws(&found_after(&t, twice).await);
        assert!(found.contains(&(2, Flaw::Doubled)), "{found:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn led_02_a_changed_word_and_a_moved_day_are_found() {
    for t in three_unguarded().await {
        change(
            &t,
            sql!("update ledger_entries set memo = 'x' where seq = 1"),
        )
        .await;
        change(
            &t,
            sql!("update ledger_entries set posted_date = '2026-11-02' where seq = 3"),
        )
        .await;
        assert_eq!(
            flaws(&faults(&t).await),
            [(1, Flaw::Changed), (3, Flaw::Changed)]
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn led_02_an_entry_taken_out_is_missed_in_the_middle_and_at_the_end() {
    for t in three_unguarded().await {
        change(&t, sql!("delete from ledger_postings where entry_id = (select id from ledger_entries where seq = 2)")).await;
        change(&t, sql!("delete from ledger_entries where seq = 2")).await;
        assert_eq!(flaws(&faults(&t).await), [(2, Flaw::Missing(2))]);
        change(&t, sql!("delete from ledger_postings where entry_id = (select id from ledger_entries where seq = 3)")).await;
        change(&t, sql!("delete from ledger_entries where seq = 3")).await;
        assert_eq!(flaws(&faults(&t).await), [(3, Flaw::EndMissing(1))]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn led_02_an_entry_replaced_together_with_its_hash_does_not_fit_its_neighbour() {
    for t in three_unguarded().await {
        // A forger who computes the hash of one changed entry again still has all later ones against him.
        let forge = |tx: &mut kit::db::Tx<'_>| {
            let entry = tx.get(
                sql!("select id, seq, business_id, mode, kind, subject, posted_date, created_at, previous_hash from ledger_entries where seq = 2"),
                args![],
                |r| {
                    Ok(chain::EntryRow {
                        id: r.text(0)?,
                        seq: r.int(1)?,
                        business_id: r.text(2)?,
                        mode: r.text(3)?,
                        kind: r.text(4)?,
                        subject: r.text(5)?,
                        date: r.text(6)?,
                        memo: "forged".into(),
                        created_at: r.int(7)?,
                        previous_hash: r.text(8)?,
                        hash: String::new(),
                    })
                },
            )?;
            let postings = tx.list(
                sql!("select entry_id, account, invoice_id, customer_id, currency, amount_minor from ledger_postings where entry_id = $1 order by position"),
                args![&entry.id],
                |r| {
                    Ok(chain::PostingRow {
                        entry_id: r.text(0)?,
                        account: r.text(1)?,
                        invoice_id: r.opt_text(2)?,
                        customer_id: r.opt_text(3)?,
                        currency: r.text(4)?,
                        amount_minor: r.int(5)?,
                    })
                },
            )?;
            let hash = chain::hash(&entry, &postings);
            tx.execute(
                sql!("update ledger_entries set memo = 'forged', hash = $1 where seq = 2"),
                args![&hash],
            )
            .map(drop)
        };
        t.app.db().write::<_, Error, _>(forge).await.unwrap();
        assert_eq!(flaws(&faults(&t).await), [(3, Flaw::DoesNotFollow)]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn led_02_a_hash_noted_outside_is_asked_for_again() {
    for t in StripeApp::on_every_engine().await {
        t.issued(100_00).await;
        let asked = |hash: String| {
            let known = move |tx: &mut kit::db::Tx<'_>| chain::is_known(tx, &hash);
            t.app.db().read::<_, Error, _>(known)
        };
        let chains = t.app.db().read::<_, Error, _>(chain::verify).await.unwrap();
        assert_eq!(chains[0].head.seq, 1);
        assert!(asked(chains[0].head.hash.clone()).await.unwrap());
        assert!(!asked("0".repeat(64)).await.unwrap());
    }
}
