//! The journal of the posting table's vectors, in order: what was proven in beancount and hledger by hand is booked
//! here by the rules. Shared with the program that exports it for those two tools.

use billing::id::{InvoiceId, TaxRateId};
use billing::ledger::documents::{self, ClaimPart, Division, TaxPart};
use billing::ledger::exchange::payout_converted;
use billing::ledger::{
    Account, BalanceTransaction, Entry, Posting, ReportingCategory, balance_transaction,
};
use billing::{Currency, Money};
use rust_decimal::Decimal;

/// One entry of the journal: the row of the posting table, the invoice it is about, the entry.
pub struct Step {
    pub row: &'static str,
    pub invoice: Option<&'static str>,
    pub entry: Entry,
}

pub const GST: &str = "ca-gst";
pub const QST: &str = "ca-qst";

/// The closing balances of `compliance.md` §7.1; every other account ends at nothing.
pub const CLOSING: &[(&str, &str, &str)] = &[
    ("in_transit", "135.00", "CAD"),
    ("bank", "800.00", "CAD"),
    ("stripe_balance", "1252.22", "CAD"),
    ("tax_recoverable", "1.00", "CAD"),
    ("stripe_fees", "101.53", "CAD"),
    ("dispute_fees", "30.00", "CAD"),
    ("bad_debt", "500.00", "CAD"),
    ("exchange_loss", "2.00", "CAD"),
    ("income", "-2417.00", "CAD"),
    ("exchange_gain", "-5.00", "CAD"),
    ("customer_credit", "-235.02", "CAD"),
    ("tax_payable:ca-gst", "-55.00", "CAD"),
    ("tax_payable:ca-qst", "-109.73", "CAD"),
];

pub fn amount(text: &str, currency: &str) -> Money {
    let value: Decimal = text.parse().unwrap();
    Money::rounded(value, Currency::parse(currency).unwrap()).unwrap()
}

pub fn cad(text: &str) -> Money {
    amount(text, "CAD")
}

pub fn usd(text: &str) -> Money {
    amount(text, "USD")
}

pub fn claim(invoice: &str, text: &str) -> ClaimPart {
    ClaimPart {
        invoice_id: InvoiceId::parse(invoice).unwrap(),
        amount: cad(text),
    }
}

pub fn one(invoice: &str, money: Money) -> Division {
    Division::of_one(InvoiceId::parse(invoice).unwrap(), money).unwrap()
}

/// All of it is the customer's credit.
pub fn credit(money: Money) -> Division {
    Division::new(money, Vec::new()).unwrap()
}

pub fn taxes(gst: &str, qst: &str) -> Vec<TaxPart> {
    let part = |id: &str, text: &str| TaxPart {
        tax_id: TaxRateId::parse(id).unwrap(),
        amount: cad(text),
    };
    vec![part(GST, gst), part(QST, qst)]
}

/// P01 with amounts given: the rule that computes them has its own tests.
pub fn issued(total: &str, net: &str, gst: &str, qst: &str) -> Entry {
    let mut postings = vec![
        Posting::debit(Account::Receivable, cad(total)),
        Posting::credit(Account::Income, cad(net)),
    ];
    for part in taxes(gst, qst) {
        postings.push(Posting::credit(
            Account::TaxPayable(part.tax_id),
            part.amount,
        ));
    }
    Entry::new(postings).unwrap()
}

pub fn at_provider(category: ReportingCategory, gross: &str, fee: &str) -> Entry {
    let line = BalanceTransaction::plain(category, cad(gross), cad(fee)).unwrap();
    balance_transaction(&line).unwrap().unwrap()
}

/// A USD charge whose balance transaction is in CAD.
pub fn settled_abroad(presented: Money, gross: &str, fee: &str, carried: &str) -> Entry {
    let plain = BalanceTransaction::plain(ReportingCategory::Charge, cad(gross), cad(fee)).unwrap();
    let line = BalanceTransaction {
        presented: Some(presented),
        carried: Some(cad(carried)),
        ..plain
    };
    balance_transaction(&line).unwrap().unwrap()
}

/// P19: a fee of 20.00 with 1.00 of tax on it.
pub fn fee_with_tax() -> BalanceTransaction {
    let plain =
        BalanceTransaction::plain(ReportingCategory::Fee, cad("0.00"), cad("21.00")).unwrap();
    BalanceTransaction {
        tax_on_fee: cad("1.00"),
        ..plain
    }
}

fn received(division: &Division) -> Entry {
    documents::payment_received(Account::StripeClearing, division).unwrap()
}

/// The whole journal.
pub fn journal() -> Vec<Step> {
    use ReportingCategory::{
        Charge, Dispute, DisputeReversal, Payout, PayoutReversal, Refund, RefundFailure,
        ReservedFunds,
    };
    let step = |row, invoice: &'static str, entry| Step {
        row,
        invoice: Some(invoice),
        entry,
    };
    let bare = |row, entry| Step {
        row,
        invoice: None,
        entry,
    };
    let overpaid = Division::new(cad("50.00"), vec![claim("inv-3", "44.93")]).unwrap();
    let in_usd =
        |net: &str, home: &str| documents::invoice_issued_abroad(usd(net), cad(home), &[]).unwrap();
    vec![
        step(
            "P01",
            "inv-1",
            issued("1149.75", "1000.00", "50.00", "99.75"),
        ),
        step("P02", "inv-1", received(&one("inv-1", cad("1149.75")))),
        bare("P02", at_provider(Charge, "1149.75", "33.64")),
        step(
            "P03",
            "inv-1",
            issued("229.95", "200.00", "10.00", "19.95").reversed(),
        ),
        step(
            "P04",
            "inv-1",
            documents::refund_made(Account::StripeClearing, &one("inv-1", cad("229.95"))).unwrap(),
        ),
        bare("P04", at_provider(Refund, "-229.95", "0.00")),
        bare(
            "P05",
            documents::refund_failed(Account::StripeClearing, &credit(cad("229.95"))).unwrap(),
        ),
        bare("P05", at_provider(RefundFailure, "229.95", "0.00")),
        bare("P06", at_provider(Dispute, "-574.88", "15.00")),
        bare("P07", at_provider(Dispute, "0.00", "15.00")),
        bare("P08", at_provider(DisputeReversal, "574.88", "-15.00")),
        step("P01", "inv-2", issued("574.88", "500.00", "25.00", "49.88")),
        step("P02", "inv-2", received(&one("inv-2", cad("574.88")))),
        bare("P02", at_provider(Charge, "574.88", "16.97")),
        bare("P06", at_provider(Dispute, "-574.88", "15.00")),
        step(
            "P09",
            "inv-2",
            documents::dispute_lost(cad("574.88"), None, &one("inv-2", cad("574.88"))).unwrap(),
        ),
        step(
            "P10",
            "inv-2",
            documents::written_off(claim("inv-2", "574.88"), &taxes("25.00", "49.88")).unwrap(),
        ),
        bare("P11", at_provider(Payout, "-800.00", "0.00")),
        bare("P12", at_provider(PayoutReversal, "800.00", "0.00")),
        bare("P11", at_provider(Payout, "-800.00", "0.00")),
        bare("P13", documents::payout_found(cad("800.00")).unwrap()),
        step("P14", "inv-usd", in_usd("500.00", "680.00")),
        step("P15", "inv-usd", received(&one("inv-usd", usd("500.00")))),
        bare(
            "P15",
            settled_abroad(usd("500.00"), "685.00", "20.17", "680.00"),
        ),
        bare(
            "P16",
            documents::deposit_received(Account::StripeClearing, cad("300.00"), &[]).unwrap(),
        ),
        bare("P16", at_provider(Charge, "300.00", "9.00")),
        step("P01", "inv-3", issued("344.93", "300.00", "15.00", "29.93")),
        step(
            "P17",
            "inv-3",
            documents::deposit_applied(&[claim("inv-3", "300.00")]).unwrap(),
        ),
        step("P18", "inv-3", received(&overpaid)),
        bare("P18", at_provider(Charge, "50.00", "1.75")),
        bare(
            "P19",
            balance_transaction(&fee_with_tax()).unwrap().unwrap(),
        ),
        step("P14", "inv-held", in_usd("100.00", "137.00")),
        step("P15", "inv-held", received(&one("inv-held", usd("100.00")))),
        bare("P15", {
            let held = BalanceTransaction::plain(Charge, usd("100.00"), usd("0.00")).unwrap();
            balance_transaction(&held).unwrap().unwrap()
        }),
        bare(
            "P20",
            payout_converted(usd("100.00"), cad("135.00"), Some(cad("137.00"))).unwrap(),
        ),
        bare("P22", at_provider(ReservedFunds, "-100.00", "0.00")),
        bare("P22", at_provider(ReservedFunds, "100.00", "0.00")),
    ]
}
