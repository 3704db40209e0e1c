//! E-invoices: what was issued, as data; offered where it can be said, and else a sentence.

use ::kit::locale::{Lang, Locale};
use ::kit::sql;
use app::invoices::einvoice::einvoice;
use app::invoices::frozen::{Corrects, Frozen, Preceding};
use app::papers::chain;
use billing::Mode;
use billing::currency::Currency;
use billing::tax::{Pricing, TaxCategory, TaxKind};
use proptest::prelude::*;

use crate::frozen::{One, issued, rate, vat};
use crate::invoices::{customer, draft, issued as issue, scope};
use crate::kit::{BUSINESS, Browser, TestApp};

fn english() -> Locale {
    Locale::for_customer(Lang::En, "CA")
}

fn data(frozen: &Frozen) -> Result<(String, String), Vec<&'static str>> {
    app::texts::prepare().unwrap();
    let l = Locale::for_customer(Lang::En, &frozen.buyer.country);
    let data = einvoice(frozen, l, "https://pay.example/i/x")?;
    let text = |bytes: Result<Vec<u8>, _>| String::from_utf8(bytes.unwrap()).unwrap();
    Ok((text(data.to_ubl()), text(data.to_cii())))
}

fn plain() -> Frozen {
    let one = |price, taxes: &[usize]| One {
        quantity: 10_000,
        price,
        discount: 0,
        taxes: taxes.to_vec(),
    };
    let lines = [one(1_000_000, &[0]), one(500_000, &[1])];
    let rates = [vat("v21", 210_000), vat("v6", 60_000)];
    issued(Currency::EUR, Pricing::Exclusive, &lines, &rates, 10_00).unwrap()
}

fn with(change: impl FnOnce(&mut Frozen)) -> Frozen {
    let mut frozen = plain();
    change(&mut frozen);
    frozen
}

#[test]
fn a_credit_note_is_said_as_one_with_the_invoice_it_is_about_and_a_replacement_names_its_forerunner()
 {
    let before = || Preceding {
        number: "2026-0041".into(),
        issue_date: jiff::civil::date(2026, 11, 1),
    };
    let note = with(|f| {
        f.number = "CN-2026-0007".into();
        f.corrects = Some(Corrects {
            invoice: before(),
            reason: "Billed <twice>".into(),
        });
    });
    let (ubl, cii) = data(&note).unwrap();
    assert!(ubl.contains("<cbc:CreditNoteTypeCode>381<") && ubl.contains("CreditedQuantity"));
    assert!(cii.contains("<ram:TypeCode>381<"));
    for text in [
        "CN-2026-0007",
        "2026-0041",
        "Billed &lt;twice&gt;",
        "162.40",
    ] {
        assert!(ubl.contains(text) && cii.contains(text), "{text}");
    }
    assert!(!ubl.contains("PaymentMeans") && !ubl.contains("pay.example"));
    let (ubl, cii) = data(&with(|f| f.replaces = Some(before()))).unwrap();
    assert!(ubl.contains(">380<") && ubl.contains("2026-0041"));
    assert!(cii.contains("2026-0041"));
}

#[test]
fn v02_what_was_issued_is_said_to_the_cent_with_the_discount_as_it_was_split() {
    let (ubl, cii) = data(&plain()).unwrap();
    for text in ["6.67", "3.33", "93.33", "46.67", "19.60", "2.80", "162.40"] {
        assert!(ubl.contains(&format!(">{text}</")), "{text}");
        assert!(cii.contains(&format!(">{text}</")), "{text}");
    }
    for text in [
        "Jansen &amp; Söhne &lt;GmbH&gt;",
        "Studio Nord SRL",
        "BE0403170701",
        "DE123456788",
        "HUR",
        "Pay online: https://pay.example/i/x",
    ] {
        assert!(ubl.contains(text) && cii.contains(text), "{text}");
    }
    assert!(ubl.contains("urn:fdc:peppol.eu:2017:poacc:billing:3.0"));
}

#[test]
fn what_cannot_be_said_is_told_in_a_sentence_of_its_own() {
    let single = |kind, category, ppm| {
        let lines = [One {
            quantity: 10_000,
            price: 1_000_000,
            discount: 0,
            taxes: vec![0],
        }];
        issued(
            Currency::EUR,
            Pricing::Exclusive,
            &lines,
            &[rate("x", kind, category, ppm)],
            0,
        )
        .unwrap()
    };
    let both = [One {
        quantity: 10_000,
        price: 1_000_000,
        discount: 0,
        taxes: vec![0, 1],
    }];
    let quebec = [
        rate("gst", TaxKind::Gst, TaxCategory::Standard, 50_000),
        rate("qst", TaxKind::Qst, TaxCategory::Standard, 99_750),
    ];
    let quebec = issued(Currency::CAD, Pricing::Exclusive, &both, &quebec, 0).unwrap();
    let mut under_one = both.clone();
    under_one[0].taxes = vec![0];
    let rates = [vat("a", 210_000)];
    let dinars = Currency::parse("KWD").unwrap();
    let dinars = issued(dinars, Pricing::Exclusive, &under_one, &rates, 0).unwrap();
    let inside = issued(Currency::EUR, Pricing::Inclusive, &under_one, &rates, 0).unwrap();
    for (lack, frozen) in [
        ("einvoice-lack-vat", quebec),
        (
            "einvoice-lack-vat",
            single(TaxKind::Hst, TaxCategory::Standard, 130_000),
        ),
        ("einvoice-lack-inclusive", inside),
        (
            "einvoice-lack-reason",
            single(TaxKind::Other, TaxCategory::Zero, 0),
        ),
        ("einvoice-lack-reason", with(|f| f.lines[0].tax_ids.clear())),
        (
            "einvoice-lack-seller-address",
            with(|f| f.seller.city.clear()),
        ),
        (
            "einvoice-lack-seller-number",
            with(|f| f.seller.registrations.clear()),
        ),
        (
            "einvoice-lack-buyer-address",
            with(|f| f.buyer.country.clear()),
        ),
        (
            "einvoice-lack-buyer-address",
            with(|f| f.buyer.city.clear()),
        ),
        ("einvoice-lack-buyer-number", {
            let mut f = single(TaxKind::Vat, TaxCategory::ReverseCharge, 0);
            f.buyer.registrations.clear();
            f
        }),
        (
            "einvoice-lack-delivery",
            single(TaxKind::Vat, TaxCategory::IntraCommunity, 0),
        ),
        ("einvoice-lack-currency", dinars),
        (
            "einvoice-lack-figures",
            with(|f| f.taxes[0].amount_minor += 1),
        ),
    ] {
        assert_eq!(data(&frozen).unwrap_err(), [lack]);
        assert!(english().t(lack).ends_with('.'), "{lack}");
    }
    assert!(data(&single(TaxKind::Other, TaxCategory::Standard, 210_000)).is_ok());
}

#[test]
fn br_o_02_outside_the_union_a_supply_without_tax_is_outside_the_scope_and_beside_no_vat_number() {
    let (ubl, _) = data(&with(|f| {
        f.seller.country = "CA".into();
        f.seller.registrations[0].kind = "gst_hst".into();
        f.seller.registrations[0].number = "123456782 RT0001".into();
        f.buyer.country = "FR".into();
        f.lines.iter_mut().for_each(|line| line.tax_ids.clear());
        f.taxes.clear();
        f.tax_minor = 0;
        f.total_minor = f.net_minor;
    }))
    .unwrap();
    assert!(ubl.contains("VATEX-EU-O") && ubl.contains("123456782 RT0001"));
    assert!(!ubl.contains("cbc:Percent"));
    assert!(ubl.contains("<cac:PartyIdentification>\n        <cbc:ID>DE123456788"));
}

#[test]
fn a_test_says_that_nothing_is_owed_and_a_unit_of_no_list_is_told_in_words() {
    let (ubl, cii) = data(&with(|f| {
        f.mode = "test".into();
        f.lines[0].unit = "sessions".into();
        f.lines[1].unit_price = "-50.00".into();
        f.lines[1].quantity = "-1".into();
    }))
    .unwrap();
    for text in [ubl, cii] {
        assert!(text.contains("Test: nothing is owed by anybody.\nThank you"));
        assert!(text.contains(">sessions</") && text.contains("\"C62\""));
        assert!(text.contains(">50.00</") && !text.contains(">-50.00</"));
    }
}

prop_compose! {
    fn line()(quantity in 1..2_000_000_i64, price in 0..5_000_000_i64, cut in 0..100_i64, tax in 0..3_usize) -> One {
        let gross = i128::from(quantity) * i128::from(price) / 1_000_000;
        let discount = i64::try_from(gross * i128::from(cut) / 300).unwrap_or(0);
        One { quantity, price, discount, taxes: vec![tax] }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn tx_09_whatever_is_issued_under_one_vat_a_line_is_said_without_a_gap(
        lines in prop::collection::vec(line(), 1..9),
        cut in 0..100_i64,
        ppm in 1..300_000_u32,
        yen in any::<bool>(),
    ) {
        let currency = if yen { Currency::JPY } else { Currency::EUR };
        let rates = [vat("a", 210_000), vat("b", ppm), rate("e", TaxKind::Vat, TaxCategory::Exempt, 0)];
        let whole = issued(currency, Pricing::Exclusive, &lines, &rates, 0);
        prop_assume!(whole.is_some());
        let discount = whole.map_or(0, |f| f.subtotal_minor) * cut / 200;
        let frozen = issued(currency, Pricing::Exclusive, &lines, &rates, discount);
        prop_assume!(frozen.is_some());
        if let Some(frozen) = frozen {
            prop_assert!(ppm == 210_000 || data(&frozen).is_ok(), "{:?}", data(&frozen));
        }
    }
}

/// A studio in Brussels, its owner's browser, and an invoice of 100.00 EUR with 21 % to a customer there.
async fn belgian(city: &str) -> (TestApp, Browser, String) {
    let (app, mut browser) = TestApp::with_seller().await;
    let mut business = BUSINESS.to_vec();
    business.retain(|(name, _)| !["city", "province", "postal_code", "country"].contains(name));
    business.extend([
        ("city", "Bruxelles"),
        ("province", ""),
        ("postal_code", "1000"),
        ("country", "BE"),
        ("time_zone", "Europe/Brussels"),
        ("terms", "30"),
        ("language", "fr"),
        ("notes", ""),
    ]);
    browser
        .post("/settings/business", &business)
        .await
        .expect(200);
    let taxes = [
        ("currency", "EUR"),
        ("preset", "eu-BE"),
        ("eu_vat", "BE0403170701"),
    ];
    browser.post("/settings/taxes", &taxes).await.expect(200);
    let scope = scope(&app, Mode::Live).await;
    let who = customer(&app, &scope, "Café Olimpico").await;
    app.execute(sql!(
        "update customers set country = 'BE', province = '', currency = 'EUR'"
    ))
    .await;
    if city.is_empty() {
        app.execute(sql!("update customers set city = ''")).await;
    }
    let id = draft(&app, &scope, &who, 100_00).await;
    issue(&app, &scope, &id).await;
    (app, browser, id)
}

#[tokio::test(flavor = "multi_thread")]
async fn il_03_an_e_invoice_is_made_once_kept_and_chained_with_the_papers() {
    let (app, mut browser, id) = belgian("Bruxelles").await;
    let page = browser.get(&format!("/invoices/{id}")).await.expect(200);
    page.shows("E-invoice (UBL)")
        .shows("E-invoice (Factur-X PDF)");
    let first = browser
        .get(&format!("/invoices/{id}/ubl"))
        .await
        .expect(200);
    assert_eq!(first.headers["content-type"], "application/xml");
    assert_eq!(
        first.headers["content-disposition"],
        "attachment; filename=\"2026-0001.xml\""
    );
    first.shows(">121.00</").shows("BE0403170701");
    app.execute(sql!("update customers set name = 'Another name'"))
        .await;
    app.execute(sql!("update businesses set name = 'Another seller'"))
        .await;
    let again = browser
        .get(&format!("/invoices/{id}/ubl"))
        .await
        .expect(200);
    assert!(again.body == first.body, "the same bytes for ever");
    let hybrid = browser
        .get(&format!("/invoices/{id}/factur-x"))
        .await
        .expect(200);
    assert_eq!(hybrid.headers["content-type"], "application/pdf");
    assert!(
        hybrid
            .body
            .contains("<fx:ConformanceLevel>EN 16931</fx:ConformanceLevel>")
    );
    let paper = browser
        .get(&format!("/invoices/{id}/pdf"))
        .await
        .expect(200);
    assert!(
        paper.body == hybrid.body,
        "the paper itself carries the data"
    );
    let verified = chain::verify(app.app.db()).await.unwrap();
    assert_eq!((verified.papers, verified.faults.len()), (2, 0));
    app.unguard_papers().await;
    app.execute(sql!(
        "update papers set kind = 'factur-x' where kind = 'ubl'"
    ))
    .await;
    let found = chain::verify(app.app.db()).await.unwrap().faults;
    assert!(
        found.len() == 1 && found[0].contains("what is written about it was changed"),
        "{found:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn il_03_a_paper_made_without_data_stays_and_the_data_goes_into_a_second_one() {
    let (app, mut browser, id) = belgian("Bruxelles").await;
    let made = browser
        .get(&format!("/invoices/{id}/pdf"))
        .await
        .expect(200);
    // As one that an earlier release made: its bytes carry nothing.
    app.unguard_papers().await;
    app.execute(sql!("update papers set bytes = substr(bytes, 1, 100)"))
        .await;
    let old = browser
        .get(&format!("/invoices/{id}/pdf"))
        .await
        .expect(200);
    assert!(old.body != made.body);
    let hybrid = browser
        .get(&format!("/invoices/{id}/factur-x"))
        .await
        .expect(200);
    assert!(hybrid.body == made.body, "what it would have been");
    let still = browser
        .get(&format!("/invoices/{id}/pdf"))
        .await
        .expect(200);
    assert!(still.body == old.body, "what was made stays");
    assert_eq!(
        app.count(sql!("select count(*) from papers where kind = 'factur-x'"))
            .await,
        1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn where_something_is_missing_the_page_says_what_in_both_languages() {
    let (_app, mut browser, id) = belgian("").await;
    let page = browser.get(&format!("/invoices/{id}")).await.expect(200);
    page.shows("There is no e-invoice of this invoice")
        .shows("The customer’s town or country was missing")
        .hides("E-invoice (UBL)");
    let french = browser
        .get(&format!("/invoices/{id}?lang=fr"))
        .await
        .expect(200);
    french.shows("La ville ou le pays du client manquait");
    let asked = browser
        .get(&format!("/invoices/{id}/ubl"))
        .await
        .expect(200);
    asked.shows("manquait");
    let paper = browser
        .get(&format!("/invoices/{id}/pdf"))
        .await
        .expect(200);
    assert!(!paper.body.contains("<fx:"), "a paper all the same");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invoice_with_canadas_taxes_says_nothing_of_e_invoices() {
    let (app, mut browser) = TestApp::with_seller().await;
    let scope = scope(&app, Mode::Live).await;
    let who = customer(&app, &scope, "Café Olimpico").await;
    let id = draft(&app, &scope, &who, 100_00).await;
    issue(&app, &scope, &id).await;
    let page = browser.get(&format!("/invoices/{id}")).await.expect(200);
    page.hides("E-invoice").hides("e-invoice");
    browser
        .get(&format!("/invoices/{id}/factur-x"))
        .await
        .expect(200)
        .hides("%PDF");
}
