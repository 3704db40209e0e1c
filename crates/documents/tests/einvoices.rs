//! What an e-invoice owes before anybody else judges it: every vector is written, and whatever is wrong or missing is
//! named and not written. The official rules judge what was written (`cargo xtask test --only einvoice`).

use documents::Day;
use documents::einvoice::{
    Allowance, Category, Einvoice, Gap, Kind, Line, endpoint, legal_id, unit_code,
};

use billing::tax::TaxCategory::{Exempt, OutsideScope, Standard, Zero};

mod vectors;

use vectors::{accepted, line, standard, tax, v03, v04, v07, v13};

fn with(mut e: Einvoice, change: impl FnOnce(&mut Einvoice)) -> Einvoice {
    change(&mut e);
    e
}

fn v01() -> Einvoice {
    accepted().remove(0).1
}

#[test]
fn v01_to_v14_are_written_in_both_syntaxes_and_are_the_same_bytes_again() {
    let documents = accepted();
    assert_eq!(
        documents
            .iter()
            .filter(|(name, _)| name.starts_with('V'))
            .count(),
        14
    );
    for (name, e) in documents {
        assert_eq!(e.gaps(), [], "{name}");
        let (ubl, cii) = (e.to_ubl().unwrap(), e.to_cii().unwrap());
        assert!(e.to_ubl().unwrap() == ubl && e.to_cii().unwrap() == cii);
        for bytes in [ubl, cii] {
            let text = String::from_utf8(bytes).unwrap();
            assert!(!text.contains("></"), "{name}: an empty element");
        }
    }
}

#[test]
fn x01_a_tax_rounded_line_by_line_is_refused_though_the_official_rules_take_it() {
    let x01 = with(v13(), |e| {
        e.taxes[0].amount_minor = 20;
        e.totals.tax_minor = 20;
        e.totals.total_minor = 120;
        e.totals.due_minor = 120;
    });
    assert_eq!(x01.to_ubl(), Err(vec![Gap::TaxAmount]));
    assert_eq!(x01.to_cii(), Err(vec![Gap::TaxAmount]));
}

#[test]
fn x02_reverse_charge_without_the_buyers_vat_number_is_refused_whatever_other_number_there_is() {
    let x02 = with(v03(), |e| e.buyer.vat_number.clear());
    assert!(x02.buyer.legal_id.is_some());
    assert_eq!(x02.to_ubl(), Err(vec![Gap::BuyerVatNumber]));
}

#[test]
fn x03_goods_to_another_state_without_their_delivery_are_refused() {
    assert_eq!(with(v04(), |e| e.delivery = None).gaps(), [Gap::Delivery]);
    let undated = with(v04(), |e| {
        if let Some(delivery) = &mut e.delivery {
            delivery.day = None;
        }
    });
    assert_eq!(undated.gaps(), [Gap::Delivery]);
    let period = Some((Day::new(2026, 10, 1), Day::new(2026, 10, 31)));
    assert_eq!(with(undated, |e| e.period = period).gaps(), []);
}

#[test]
fn x04_a_cent_too_much_in_any_amount_is_refused() {
    let amounts: [fn(&mut Einvoice) -> &mut i64; 12] = [
        |e| &mut e.lines[0].net_minor,
        |e| &mut e.taxes[0].base_minor,
        |e| &mut e.taxes[0].amount_minor,
        |e| &mut e.totals.lines_minor,
        |e| &mut e.totals.allowances_minor,
        |e| &mut e.totals.charges_minor,
        |e| &mut e.totals.net_minor,
        |e| &mut e.totals.tax_minor,
        |e| &mut e.totals.total_minor,
        |e| &mut e.totals.prepaid_minor,
        |e| &mut e.totals.rounding_minor,
        |e| &mut e.totals.due_minor,
    ];
    for (name, document) in accepted() {
        for (at, amount) in amounts.iter().enumerate() {
            let wrong = with(document.clone(), |e| *amount(e) += 1);
            assert!(!wrong.gaps().is_empty(), "{name}, amount {at}");
        }
    }
}

#[test]
fn x05_what_is_outside_the_scope_stands_alone_and_beside_no_vat_number() {
    let beside = with(v07(), |e| {
        e.lines.push(Line {
            id: "2".to_owned(),
            ..line("1", "0.00", 0, standard("21"))
        });
        e.taxes.push(tax(standard("21"), 0, 0));
    });
    assert_eq!(beside.gaps(), [Gap::OutsideScopeBesideVat]);
    let numbered = with(v07(), |e| e.seller.vat_number = "BE0403170701".to_owned());
    assert_eq!(numbered.gaps(), [Gap::OutsideScopeBesideVat]);
}

type Change = Box<dyn Fn(&mut Einvoice)>;

#[test]
fn whatever_is_missing_is_named() {
    let none = Category::new(Exempt, "0");
    let changes: Vec<(Gap, Change)> = vec![
        (Gap::Currency, Box::new(|e| e.currency = "euro".to_owned())),
        (Gap::CurrencyDecimals, Box::new(|e| e.exponent = 3)),
        (Gap::Number, Box::new(|e| e.number = " ".to_owned())),
        (Gap::NoLine, Box::new(|e| e.lines.clear())),
        (
            Gap::LineSaysNothing(0),
            Box::new(|e| e.lines[0].name.clear()),
        ),
        (
            Gap::LineSaysNothing(0),
            Box::new(|e| e.lines[0].unit.clear()),
        ),
        (
            Gap::PriceBelowZero(0),
            Box::new(|e| e.lines[0].price = "-33.33".to_owned()),
        ),
        (
            Gap::LineSum(0),
            Box::new(|e| e.lines[0].price = "33.34".to_owned()),
        ),
        (
            Gap::LineSum(0),
            Box::new(|e| e.lines[0].quantity = "three".to_owned()),
        ),
        (
            Gap::LineSum(0),
            Box::new(|e| e.lines[0].quantity = "79228162514264337593543950335".to_owned()),
        ),
        (Gap::SellerName, Box::new(|e| e.seller.name.clear())),
        (Gap::SellerAddress, Box::new(|e| e.seller.city.clear())),
        (Gap::SellerCountry, Box::new(|e| e.seller.country.clear())),
        (
            Gap::SellerTaxNumber,
            Box::new(|e| e.seller.vat_number.clear()),
        ),
        (
            Gap::VatNumberLetters,
            Box::new(|e| e.seller.vat_number = "0403170701".to_owned()),
        ),
        (Gap::BuyerName, Box::new(|e| e.buyer.name.clear())),
        (
            Gap::BuyerAddress,
            Box::new(|e| e.buyer.city = " ".to_owned()),
        ),
        (
            Gap::BuyerCountry,
            Box::new(|e| e.buyer.country = "Belgium".to_owned()),
        ),
        (
            Gap::ExemptionReasonTooMuch,
            Box::new(|e| e.taxes[0].reason = "none".to_owned()),
        ),
        (
            Gap::Rate,
            Box::new(|e| e.lines[0].tax = Category::new(Standard, "0")),
        ),
        (
            Gap::Rate,
            Box::new(|e| e.lines[0].tax = Category::new(Zero, "21")),
        ),
        (
            Gap::Rate,
            Box::new(|e| e.lines[0].tax = Category::new(Standard, "21 %")),
        ),
        (
            Gap::TaxBase,
            Box::new(move |e| e.lines[0].tax = none.clone()),
        ),
        (Gap::TaxBase, Box::new(|e| e.taxes.clear())),
        (
            Gap::TaxBase,
            Box::new(|e| e.taxes.push(tax(standard("21.0"), 99_99, 21_00))),
        ),
        (
            Gap::Totals,
            Box::new(|e| {
                e.allowances
                    .push(Allowance::discount(1, "", standard("21")))
            }),
        ),
        (Gap::NoPreceding, Box::new(|e| e.kind = Kind::CreditNote)),
        (
            Gap::Period,
            Box::new(|e| e.period = Some((Day::new(2026, 2, 2), Day::new(2026, 2, 1)))),
        ),
        (
            Gap::DueDateOrTerms,
            Box::new(|e| {
                e.due_date = None;
                e.terms.clear();
            }),
        ),
        (
            Gap::Account,
            Box::new(|e| {
                if let Some(payment) = &mut e.payment {
                    payment.code = "30".to_owned();
                }
            }),
        ),
        (
            Gap::SellerNumber,
            Box::new(|e| {
                e.seller.vat_number.clear();
                e.seller.legal_id = None;
                e.seller.tax_number = "12/345".to_owned();
            }),
        ),
    ];
    for (gap, change) in changes {
        let wrong = with(v01(), change);
        assert!(
            wrong.gaps().contains(&gap),
            "{gap:?} is not found: {:?}",
            wrong.gaps()
        );
        assert!(wrong.to_ubl().is_err() && wrong.to_cii().is_err());
    }
    let silent = with(v07(), |e| {
        e.taxes[0].reason.clear();
        e.taxes[0].reason_code.clear();
    });
    assert_eq!(silent.gaps(), [Gap::ExemptionReason]);
}

#[test]
fn web_07_names_and_notes_are_text_in_both_syntaxes() {
    let (_, everything) = accepted()
        .into_iter()
        .find(|(name, _)| *name == "everything")
        .unwrap();
    for bytes in [everything.to_ubl().unwrap(), everything.to_cii().unwrap()] {
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp;"));
        assert!(!text.contains("<script") && !text.contains('\u{202e}') && !text.contains('\u{0}'));
        assert!(text.contains("北京 مرحبا"));
    }
}

#[test]
fn nothing_of_vat_is_said_of_what_lies_outside_its_scope() {
    let e = v07();
    assert_eq!(e.taxes[0].category.code, OutsideScope);
    let ubl = String::from_utf8(e.to_ubl().unwrap()).unwrap();
    assert!(!ubl.contains("cbc:Percent"));
    let cii = String::from_utf8(e.to_cii().unwrap()).unwrap();
    assert!(!cii.contains("RateApplicablePercent"));
}

#[test]
fn an_address_and_a_register_number_are_read_from_a_vat_number() {
    let scheme = |vat: &str| endpoint(vat, "a@example.be").map(|id| (id.scheme, id.value));
    let pair = |scheme: &str, value: &str| Some((scheme.to_owned(), value.to_owned()));
    assert_eq!(scheme("BE0403170701"), pair("0208", "0403170701"));
    assert_eq!(scheme("DE123456788"), pair("9930", "DE123456788"));
    assert_eq!(scheme("EL094259216"), pair("9933", "EL094259216"));
    assert_eq!(scheme(""), pair("EM", "a@example.be"));
    assert_eq!(scheme("é"), pair("EM", "a@example.be"));
    assert_eq!(endpoint("", " "), None);
    let register = |vat: &str| legal_id(vat).map(|id| (id.scheme, id.value));
    assert_eq!(register("FR83404833048"), pair("0002", "404833048"));
    assert_eq!(register("FRAB404833048"), pair("0002", "404833048"));
    assert_eq!(register("BE0403170701"), pair("0208", "0403170701"));
    assert_eq!(register("DE123456788"), None);
    assert_eq!(register("FRé"), None);
}

#[test]
fn a_unit_is_known_in_both_languages_and_guessed_in_none() {
    for (word, code) in [
        ("", "C62"),
        ("Hours", "HUR"),
        ("heure", "HUR"),
        ("jours", "DAY"),
        ("mo.", "MON"),
        ("kg", "KGM"),
    ] {
        assert_eq!(unit_code(word), Some(code), "{word}");
    }
    assert_eq!(unit_code("sessions"), None);
}
