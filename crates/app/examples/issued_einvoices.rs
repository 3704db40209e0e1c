//! Writes what the product makes of issued invoices, as UBL and as CII, into a folder: what the official rules judge.
//!
//! `cargo run -p app --example issued_einvoices -- target/einvoices`

#[path = "../tests/it/frozen.rs"]
#[allow(dead_code, reason = "tests use more of it")]
mod frozen;

use std::path::PathBuf;

use app::invoices::einvoice::einvoice;
use app::invoices::frozen::{Corrects, Frozen, Preceding};
use billing::currency::Currency;
use billing::tax::{Pricing, TaxCategory, TaxKind, TaxRate};
use frozen::{One, issued, rate, vat};
use kit::locale::{Lang, Locale};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).map(PathBuf::from);
    let folder = folder.ok_or("name a folder to write to")?;
    app::texts::prepare()?;
    std::fs::create_dir_all(&folder)?;
    for (name, frozen) in cases() {
        for (lang, word) in [(Lang::En, "en"), (Lang::Fr, "fr")] {
            let l = Locale::for_customer(lang, &frozen.buyer.country);
            let data = einvoice(&frozen, l, "https://pay.example/i/x");
            let data = data.map_err(|lacks| format!("{name}: {lacks:?}"))?;
            let refused = |gaps| format!("{name}: {gaps:?}");
            let file = |end: &str| folder.join(format!("{name}-{word}.{end}.xml"));
            std::fs::write(file("ubl"), data.to_ubl().map_err(refused)?)?;
            std::fs::write(file("cii"), data.to_cii().map_err(refused)?)?;
        }
    }
    Ok(())
}

fn cases() -> Vec<(&'static str, Frozen)> {
    let s = |ppm| vat("standard", ppm);
    let of = |category| rate("zero", TaxKind::Vat, category, 0);
    let mut cases = vec![
        ("domestic", one(&s(210_000))),
        ("exempt", one(&of(TaxCategory::Exempt))),
        ("zero", one(&of(TaxCategory::Zero))),
        ("reverse-charge", one(&of(TaxCategory::ReverseCharge))),
        ("export", one(&of(TaxCategory::Export))),
        ("outside", one(&of(TaxCategory::OutsideScope))),
        (
            "own-rate",
            one(&rate("own", TaxKind::Other, TaxCategory::Standard, 85_000)),
        ),
        ("discounts", discounts()),
        ("from-canada", from_canada()),
    ];
    let mut test = one(&s(210_000));
    test.mode = "test".into();
    test.reference = String::new();
    test.buyer.registrations.clear();
    cases.push(("test", test));
    for (name, mut note) in [
        ("credit-note", one(&s(210_000))),
        ("credit-note-discounts", discounts()),
    ] {
        note.corrects = Some(Corrects {
            invoice: Preceding {
                number: "2026-0041".into(),
                issue_date: note.issue_date,
            },
            reason: "Billed twice <&>".into(),
        });
        cases.push((name, note));
    }
    let mut replacing = one(&s(210_000));
    replacing.replaces = Some(Preceding {
        number: "2026-0041".into(),
        issue_date: replacing.issue_date,
    });
    cases.push(("replacement", replacing));
    cases
}

fn one(rate: &TaxRate) -> Frozen {
    let lines = [One {
        quantity: 75_000,
        price: 123_456,
        discount: 0,
        taxes: vec![0],
    }];
    frozen(&lines, std::slice::from_ref(rate), 0)
}

fn frozen(lines: &[One], rates: &[TaxRate], discount_minor: i64) -> Frozen {
    let made = issued(
        Currency::EUR,
        Pricing::Exclusive,
        lines,
        rates,
        discount_minor,
    );
    made.unwrap_or_else(|| panic!("the totals of a sample"))
}

/// Discounts on lines and on the whole, over three categories.
fn discounts() -> Frozen {
    let line = |price, discount, tax| One {
        quantity: 33_333,
        price,
        discount,
        taxes: vec![tax],
    };
    let lines = [
        line(1_000_000, 15_00, 0),
        line(99_999, 0, 1),
        line(500_000, 1, 2),
        line(1, 0, 0),
    ];
    let rates = [
        vat("v21", 210_000),
        vat("v6", 60_000),
        rate("e", TaxKind::Vat, TaxCategory::Exempt, 0),
    ];
    frozen(&lines, &rates, 77_77)
}

/// A Canadian seller and a French customer: no tax, and no VAT number of the seller's.
fn from_canada() -> Frozen {
    let lines = [One {
        quantity: 10_000,
        price: 1_000_000,
        discount: 0,
        taxes: Vec::new(),
    }];
    let mut made = frozen(&lines, &[], 0);
    made.currency = "CAD".into();
    made.seller.country = "CA".into();
    made.seller.province = "QC".into();
    made.seller.registrations[0].kind = "gst_hst".into();
    made.seller.registrations[0].number = "123456782 RT0001".into();
    made.buyer.country = "FR".into();
    made.buyer.registrations[0].number = "FR83404833048".into();
    made
}
