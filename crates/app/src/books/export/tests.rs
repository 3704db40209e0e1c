use super::*;

fn row(memo: &str) -> EntryRow {
    EntryRow {
        id: "e1".into(),
        seq: 7,
        business_id: "b".into(),
        mode: "live".into(),
        kind: "invoice_issued".into(),
        subject: "inv-1".into(),
        date: "2026-01-05".into(),
        memo: memo.into(),
        created_at: 0,
        previous_hash: String::new(),
        hash: "abc".into(),
    }
}

fn line(account: &str, minor: i64, currency: &str) -> Line {
    Line {
        entry_id: "e1".into(),
        account: account.into(),
        invoice_id: None,
        customer_id: None,
        invoice: Some("N-1, [2026-01-01]".into()),
        customer: Some("O’Brien \"& fils\"; |\nété 🎨 \\".into()),
        currency: currency.into(),
        amount_minor: minor,
    }
}

#[test]
fn whatever_a_customer_is_called_an_entry_stays_one_entry() {
    let (row, names) = (row("N-1\r\n2026-01-01 open Assets:Evil"), Names::default());
    let lines = [
        line("receivable", 5_120, "KWD"),
        line("income", -5_120, "KWD"),
    ];
    let lines: Vec<&Line> = lines.iter().collect();
    let entry = ready(&row, &lines, &names).unwrap();
    assert_eq!(
        beancount::entry(&entry),
        "2026-01-05 * \"O’Brien \\\"& fils\\\"; | été 🎨 \\\\\" \"Invoice issued N-1 2026-01-01 open Assets:Evil\"\n  \
         entry: \"e1\"\n  seq: 7\n  subject: \"inv-1\"\n  \
         Assets:Receivable  5.120 KWD\n    invoice: \"N-1, [2026-01-01]\"\n  \
         Income:Sales  -5.120 KWD\n    invoice: \"N-1, [2026-01-01]\"\n\n"
    );
    assert_eq!(
        hledger::entry(&entry),
        "2026-01-05 * (7) O’Brien \"& fils\", / été 🎨 \\ | Invoice issued N-1 2026-01-01 open Assets:Evil  ; entry:e1, subject:inv-1\n    \
         Assets:Receivable  5.120 KWD  ; invoice:N-1_ _2026-01-01_\n    \
         Income:Sales  -5.120 KWD  ; invoice:N-1_ _2026-01-01_\n\n"
    );
    let table = csv::entry(&entry);
    assert!(
        table.starts_with("7,2026-01-05,Invoice issued,\"O’Brien \"\"& fils\"\"; |\nété 🎨 \\\","),
        "{table}"
    );
    assert!(
        table.contains(",KWD,5.120,,inv-1,") && table.contains(",KWD,,5.120,inv-1,"),
        "{table}"
    );
}

#[test]
fn a_currency_without_decimals_is_written_without() {
    let (row, names) = (row(""), Names::default());
    let lines = [line("stripe_balance", -500, "JPY")];
    let lines: Vec<&Line> = lines.iter().collect();
    let entry = ready(&row, &lines, &names).unwrap();
    assert!(beancount::entry(&entry).contains("  Assets:Stripe-Balance  -500 JPY\n"));
    assert!(hledger::entry(&entry).contains("    Assets:Stripe-Balance  -500 JPY  ;"));
}
