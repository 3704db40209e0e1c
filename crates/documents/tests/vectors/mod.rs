//! The vectors of compliance §4.6, V01 to V14, with their figures as they stand there: nothing is computed here, so that
//! what is computed elsewhere can be compared. And documents of the awkward kind: many lines, strange letters.

use billing::tax::TaxCategory::{
    self, Exempt, Export, IntraCommunity, OutsideScope, ReverseCharge, Standard, Zero,
};
use documents::Day;
use documents::einvoice::{
    Allowance, Category, Delivery, Einvoice, Id, Kind, Line, Party, Payment, Preceding, Tax,
    Totals, endpoint,
};

/// Every document that must be written and accepted.
pub fn accepted() -> Vec<(&'static str, Einvoice)> {
    vec![
        ("V01", v01()),
        ("V02", v02()),
        ("V03", v03()),
        ("V04", v04()),
        ("V05", v05()),
        ("V06", v06()),
        ("V07", v07()),
        ("V08", v08()),
        ("V09", v09()),
        ("V10", v10()),
        ("V11", v11()),
        ("V12", v12()),
        ("V13", v13()),
        ("V14", v14()),
        ("everything", everything()),
        ("bare", bare()),
        ("by-mail", by_mail()),
        ("yen", yen()),
        ("credit-by-line", credit_by_line()),
        ("four-hundred-lines", four_hundred_lines()),
    ]
}

pub fn category(code: TaxCategory, percent: &str) -> Category {
    Category::new(code, percent)
}

pub fn standard(percent: &str) -> Category {
    category(Standard, percent)
}

pub fn line(quantity: &str, price: &str, net_minor: i64, tax: Category) -> Line {
    Line {
        id: "1".to_owned(),
        note: String::new(),
        name: "Consulting".to_owned(),
        description: String::new(),
        quantity: quantity.to_owned(),
        unit: "HUR".to_owned(),
        price: price.to_owned(),
        allowances: Vec::new(),
        net_minor,
        tax,
    }
}

pub fn tax(category: Category, base_minor: i64, amount_minor: i64) -> Tax {
    let (reason, reason_code) = match category.code {
        Standard | Zero => ("", ""),
        Exempt => ("Exempt, article 132", "VATEX-EU-132"),
        ReverseCharge => ("Reverse charge", "VATEX-EU-AE"),
        IntraCommunity => ("Intra-Community supply", "VATEX-EU-IC"),
        Export => ("Export outside the EU", "VATEX-EU-G"),
        OutsideScope => ("Not subject to VAT", "VATEX-EU-O"),
    };
    Tax {
        category,
        base_minor,
        amount_minor,
        reason: reason.to_owned(),
        reason_code: reason_code.to_owned(),
    }
}

fn seller() -> Party {
    Party {
        name: "Studio Nord SRL".to_owned(),
        trading_name: "Studio Nord".to_owned(),
        legal_id: Some(Id::new("0208", "0403170701")),
        vat_number: "BE0403170701".to_owned(),
        endpoint: Some(Id::new("0208", "0403170701")),
        street: "Rue Haute 12\nBoîte 3".to_owned(),
        city: "Bruxelles".to_owned(),
        postal_code: "1000".to_owned(),
        country: "BE".to_owned(),
        contact: "Éloïse Maës".to_owned(),
        phone: "+32 2 555 01 00".to_owned(),
        email: "facturation@studio-nord.example".to_owned(),
        ..Party::default()
    }
}

fn buyer(country: &str, vat_number: &str) -> Party {
    Party {
        name: "Jansen & Söhne".to_owned(),
        vat_number: vat_number.to_owned(),
        endpoint: Some(Id::new("0088", "4035811991014")),
        street: "Marktplatz 1".to_owned(),
        city: "Town".to_owned(),
        postal_code: "12345".to_owned(),
        country: country.to_owned(),
        ..Party::default()
    }
}

/// An invoice of lines and taxes without anything else on the whole.
pub fn invoice(number: &str, mut lines: Vec<Line>, taxes: Vec<Tax>) -> Einvoice {
    for (at, line) in lines.iter_mut().enumerate() {
        line.id = (at + 1).to_string();
    }
    let net_minor = lines.iter().map(|l| l.net_minor).sum();
    let tax_minor: i64 = taxes.iter().map(|t| t.amount_minor).sum();
    Einvoice {
        kind: Kind::Invoice,
        number: number.to_owned(),
        issue_date: Day::new(2026, 11, 2),
        due_date: Some(Day::new(2026, 12, 2)),
        currency: "EUR".to_owned(),
        exponent: 2,
        buyer_reference: "PO-7781".to_owned(),
        order_reference: String::new(),
        note: String::new(),
        terms: "Payable within 30 days at https://pay.example/i/x".to_owned(),
        preceding: Vec::new(),
        seller: seller(),
        buyer: buyer("BE", "BE0417497106"),
        delivery: None,
        period: None,
        payment: Some(Payment::online("Online payment", number)),
        lines,
        allowances: Vec::new(),
        taxes,
        totals: Totals {
            lines_minor: net_minor,
            net_minor,
            tax_minor,
            total_minor: net_minor + tax_minor,
            due_minor: net_minor + tax_minor,
            ..Totals::default()
        },
    }
}

fn v01() -> Einvoice {
    let s21 = standard("21");
    let e = invoice(
        "V01",
        vec![line("3", "33.33", 99_99, s21.clone())],
        vec![tax(s21, 99_99, 21_00)],
    );
    comes_to(&e, 120_99, 120_99);
    e
}

fn v02() -> Einvoice {
    let (s21, s6) = (standard("21"), standard("6"));
    let mut e = invoice(
        "V02",
        vec![
            line("1", "100.00", 100_00, s21.clone()),
            line("1", "50.00", 50_00, s6.clone()),
        ],
        vec![tax(s21.clone(), 93_33, 19_60), tax(s6.clone(), 46_67, 2_80)],
    );
    e.allowances = vec![
        Allowance::discount(6_67, "Discount", s21),
        Allowance::discount(3_33, "Discount", s6),
    ];
    e.totals.allowances_minor = 10_00;
    e.totals.net_minor = 140_00;
    e.totals.total_minor = 162_40;
    e.totals.due_minor = 162_40;
    e
}

pub fn v03() -> Einvoice {
    let ae = category(ReverseCharge, "0");
    let mut e = invoice(
        "V03",
        vec![line("10", "100.00", 1000_00, ae.clone())],
        vec![tax(ae, 1000_00, 0)],
    );
    e.buyer = buyer("DE", "DE123456788");
    // A company number beside it: with it, the official rules do not miss the VAT number (T9).
    e.buyer.legal_id = Some(Id::new("", "HRB 12345"));
    comes_to(&e, 1000_00, 1000_00);
    e
}

pub fn v04() -> Einvoice {
    let k = category(IntraCommunity, "0");
    let mut e = invoice(
        "V04",
        vec![line("2", "250.00", 500_00, k.clone())],
        vec![tax(k, 500_00, 0)],
    );
    e.buyer = buyer("FR", "FR83404833048");
    e.delivery = Some(Delivery {
        day: Some(Day::new(2026, 10, 30)),
        country: "FR".to_owned(),
    });
    comes_to(&e, 500_00, 500_00);
    e
}

fn v05() -> Einvoice {
    let g = category(Export, "0");
    let mut e = invoice(
        "V05",
        vec![line("2", "250.00", 500_00, g.clone())],
        vec![tax(g, 500_00, 0)],
    );
    e.buyer = buyer("CA", "");
    e.buyer.province = "QC".to_owned();
    comes_to(&e, 500_00, 500_00);
    e
}

fn v06() -> Einvoice {
    let exempt = category(Exempt, "0");
    let e = invoice(
        "V06",
        vec![line("1", "80.00", 80_00, exempt.clone())],
        vec![tax(exempt, 80_00, 0)],
    );
    comes_to(&e, 80_00, 80_00);
    e
}

pub fn v07() -> Einvoice {
    let o = category(OutsideScope, "0");
    let mut e = invoice(
        "V07",
        vec![line("1", "80.00", 80_00, o.clone())],
        vec![tax(o, 80_00, 0)],
    );
    e.seller.vat_number = String::new();
    e.buyer.vat_number = String::new();
    comes_to(&e, 80_00, 80_00);
    e
}

fn v08() -> Einvoice {
    let z = category(Zero, "0");
    let e = invoice(
        "V08",
        vec![line("1", "80.00", 80_00, z.clone())],
        vec![tax(z, 80_00, 0)],
    );
    comes_to(&e, 80_00, 80_00);
    e
}

fn v09() -> Einvoice {
    let mut e = v01();
    e.kind = Kind::CreditNote;
    e.number = "V09".to_owned();
    e.preceding = vec![Preceding {
        number: "V01".to_owned(),
        issue_date: Some(Day::new(2026, 11, 2)),
    }];
    comes_to(&e, 120_99, 120_99);
    e
}

fn v10() -> Einvoice {
    let s21 = standard("21");
    let mut e = invoice(
        "V10",
        vec![line("1", "100.02", 100_02, s21.clone())],
        vec![tax(s21, 100_02, 21_00)],
    );
    e.totals.prepaid_minor = 50_00;
    e.totals.rounding_minor = -2;
    e.totals.due_minor = 71_00;
    comes_to(&e, 121_02, 71_00);
    e
}

fn v11() -> Einvoice {
    let s21 = standard("21");
    let e = invoice(
        "V11",
        vec![line("7.5", "12.3456", 92_59, s21.clone())],
        vec![tax(s21, 92_59, 19_44)],
    );
    comes_to(&e, 112_03, 112_03);
    e
}

fn v12() -> Einvoice {
    let s21 = standard("21");
    let mut first = line("4", "25.00", 85_00, s21.clone());
    first.allowances = vec![Allowance::discount(15_00, "Discount", s21.clone())];
    let e = invoice(
        "V12",
        vec![first, line("1", "9.99", 9_99, s21.clone())],
        vec![tax(s21, 94_99, 19_95)],
    );
    comes_to(&e, 114_94, 114_94);
    e
}

pub fn v13() -> Einvoice {
    let s21 = standard("21");
    let ten = (0..10).map(|_| line("1", "0.10", 10, s21.clone()));
    let e = invoice("V13", ten.collect(), vec![tax(s21.clone(), 1_00, 21)]);
    comes_to(&e, 1_21, 1_21);
    e
}

fn v14() -> Einvoice {
    let (s20, s55, exempt) = (standard("20"), standard("5.5"), category(Exempt, "0"));
    let e = invoice(
        "V14",
        vec![
            line("1", "1000.00", 1000_00, s20.clone()),
            line("1", "200.00", 200_00, s55.clone()),
            line("1", "50.00", 50_00, exempt.clone()),
        ],
        vec![
            tax(s20, 1000_00, 200_00),
            tax(s55, 200_00, 11_00),
            tax(exempt, 50_00, 0),
        ],
    );
    comes_to(&e, 1461_00, 1461_00);
    e
}

fn comes_to(e: &Einvoice, total_minor: i64, due_minor: i64) {
    assert_eq!(
        (e.totals.total_minor, e.totals.due_minor),
        (total_minor, due_minor),
        "{}",
        e.number
    );
}

/// A buyer who is only reached by mail: a document of EN 16931, and none for Peppol.
fn by_mail() -> Einvoice {
    let mut e = v01();
    e.number = "M1".to_owned();
    e.buyer.endpoint = endpoint("", "ana@example.be");
    assert!(!e.is_for_peppol() && v01().is_for_peppol());
    e
}

/// Every field filled, some with what breaks a careless writer.
fn everything() -> Einvoice {
    let s21 = standard("21");
    let mut one = line("-2", "10.00", -20_00, s21.clone());
    one.note = "sessions".to_owned();
    one.name = "<script>alert(1)</script> & \"quotes\" ]]>".to_owned();
    one.description = "é 北京 مرحبا \u{202e}gpj.exe \u{0}\u{7} 👩‍👩‍👧 &amp;\nsecond line".to_owned();
    let mut two = line("3", "40.00", 125_00, s21.clone());
    two.allowances = vec![
        Allowance::discount(5_00, "Loyal", s21.clone()),
        Allowance {
            is_charge: true,
            amount_minor: 10_00,
            reason: "Evening".to_owned(),
            reason_code: "FC".to_owned(),
            tax: s21.clone(),
        },
    ];
    let mut e = invoice(
        "F/2026-0042 «é»",
        vec![one, two],
        vec![tax(s21.clone(), 110_00, 23_10)],
    );
    e.allowances = vec![
        Allowance::discount(5_00, "", s21.clone()),
        Allowance {
            is_charge: true,
            amount_minor: 10_00,
            reason: "Travel".to_owned(),
            reason_code: "FC".to_owned(),
            tax: s21,
        },
    ];
    e.totals = Totals {
        lines_minor: 105_00,
        allowances_minor: 5_00,
        charges_minor: 10_00,
        net_minor: 110_00,
        tax_minor: 23_10,
        total_minor: 133_10,
        prepaid_minor: 33_00,
        rounding_minor: -10,
        due_minor: 100_00,
    };
    e.note = "First line\nSecond line, with <b>marks</b> & an ampersand".to_owned();
    e.order_reference = "ORDER-1".to_owned();
    e.period = Some((Day::new(2026, 10, 1), Day::new(2026, 10, 31)));
    e.delivery = Some(Delivery {
        day: Some(Day::new(2026, 10, 31)),
        country: "BE".to_owned(),
    });
    e.payment = Some(Payment {
        code: "30".to_owned(),
        words: "Transfer".to_owned(),
        reference: "+++090/9337/55493+++".to_owned(),
        account: "BE68539007547034".to_owned(),
    });
    e.buyer.street = "1\n2\n3\n4".to_owned();
    e.buyer.province = "Brabant".to_owned();
    e.buyer.contact = "Ольга Щербакова".to_owned();
    e.buyer.phone = "+32 2 555 01 01".to_owned();
    e.buyer.email = "olga@example.be".to_owned();
    e.buyer.identifiers = vec![Id::new("0088", "4035811991014")];
    e.buyer.legal_id = Some(Id::new("0208", "0417497106"));
    e.seller.identifiers = vec![Id::new("", "K-77")];
    e.seller.tax_number = "12/345/6789".to_owned();
    e
}

/// As little as the standard lets pass: no address to send to, no reference, no means of payment.
fn bare() -> Einvoice {
    let s19 = standard("19");
    let mut e = invoice(
        "1",
        vec![line("1", "1.00", 1_00, s19.clone())],
        vec![tax(s19, 1_00, 19)],
    );
    e.seller = Party {
        name: "A".to_owned(),
        tax_number: "12/345/67890".to_owned(),
        identifiers: vec![Id::new("", "12/345/67890")],
        city: "Bonn".to_owned(),
        country: "DE".to_owned(),
        ..Party::default()
    };
    e.buyer = Party {
        name: "B".to_owned(),
        city: "Köln".to_owned(),
        country: "DE".to_owned(),
        ..Party::default()
    };
    e.buyer_reference = String::new();
    e.terms = String::new();
    e.payment = None;
    e
}

/// A currency without decimals.
fn yen() -> Einvoice {
    let s21 = standard("21");
    let mut e = invoice(
        "Y1",
        vec![line("3", "333.5", 1001, s21.clone())],
        vec![tax(s21, 1001, 210)],
    );
    e.currency = "JPY".to_owned();
    e.exponent = 0;
    e
}

/// A credit of one line out of several, with a discount that had been split.
fn credit_by_line() -> Einvoice {
    let mut e = v02();
    e.kind = Kind::CreditNote;
    e.number = "C-2".to_owned();
    e.due_date = None;
    e.terms = "The amount is refunded to the card that paid.".to_owned();
    e.payment = None;
    e.preceding = vec![
        Preceding {
            number: "V02".to_owned(),
            issue_date: None,
        },
        Preceding {
            number: "V01".to_owned(),
            issue_date: Some(Day::new(2026, 11, 2)),
        },
    ];
    e
}

fn four_hundred_lines() -> Einvoice {
    let s21 = standard("21");
    let lines = (1..=400).map(|_| line("0.25", "99.99", 25_00, s21.clone()));
    invoice(
        "L400",
        lines.collect(),
        vec![tax(s21.clone(), 10_000_00, 2_100_00)],
    )
}
