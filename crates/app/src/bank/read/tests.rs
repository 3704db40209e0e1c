use super::*;
use jiff::civil::date;
use proptest::prelude::*;

const TODAY: Date = date(2026, 12, 31);

/// The whole way: bytes, rows, layout, lines.
fn read(bytes: &[u8], currency: Currency, order: Option<DayOrder>) -> Result<Vec<Line>, Refusal> {
    let rows = split(&decode(bytes)?.0)?;
    let layout = Layout {
        order,
        ..propose(&rows, currency)?
    };
    lines(&rows, &layout, currency, TODAY)
}

fn cad(bytes: &[u8]) -> Result<Vec<Line>, Refusal> {
    read(bytes, Currency::CAD, None)
}

fn told(lines: &[Line]) -> Vec<(String, i64, &str)> {
    lines
        .iter()
        .map(|l| (l.date.to_string(), l.amount.minor(), l.text.as_str()))
        .collect()
}

#[test]
fn statements_of_many_banks_say_the_same() {
    let wanted = [
        ("2026-11-20".to_owned(), 111_611, "STRIPE TRANSFER"),
        ("2026-11-23".to_owned(), -4_550, "Café Zoé"),
    ];
    let files = [
        "Date,Description,Amount\n2026-11-20,STRIPE TRANSFER,1116.11\n2026-11-23,Café Zoé,-45.50\n",
        "\u{feff}Date;Libellé;Débit;Crédit;Solde\r\n20/11/2026;STRIPE TRANSFER;;1 116,11;5 000,00\r\n23/11/2026;Café Zoé;45,50;;4 954,50\r\n",
        "Account: 12345\n\nTransaction Date\tDetails\tWithdrawals\tDeposits\n11/20/2026\tSTRIPE TRANSFER\t\t1,116.11\n11/23/2026\tCafé Zoé\t45.50\t\n",
        "\"Account Type\",\"Transaction Date\",\"Description 1\",\"Description 2\",\"CAD$\",\"USD$\"\nChequing,11/20/2026,\"STRIPE TRANSFER\",,\"1,116.11\",\nChequing,11/23/2026,\"Café Zoé\",,-45.50,\n",
        "Buchungstag;Verwendungszweck;Betrag;Währung\n20.11.2026;STRIPE TRANSFER;1.116,11;CAD\n23.11.2026;Café Zoé;-45,50;CAD\n",
        "Date posted|Payee|Amount (CAD)\n20 Nov 2026|STRIPE TRANSFER|$1,116.11\n23 Nov 2026|Café Zoé|(45.50)\n",
        "Date,Memo,Amount\n20261120,STRIPE TRANSFER,1116.11\n20261123,Café Zoé,45.50-\n",
    ];
    for file in files {
        let statement = cad(file.as_bytes()).unwrap_or_else(|e| panic!("{e:?}\n{file}"));
        assert_eq!(told(&statement), wanted, "{file}");
    }
}

#[test]
fn the_encoding_is_told_by_the_bytes() {
    let file = "Date;Libellé;Montant\n2026-11-23;Café Zoé;12,00\n";
    let utf16 = |mark: [u8; 2], of: fn(u16) -> [u8; 2]| {
        let mut bytes = mark.to_vec();
        bytes.extend(file.encode_utf16().flat_map(of));
        bytes
    };
    let (latin, _, _) = encoding_rs::WINDOWS_1252.encode(file);
    for (bytes, name) in [
        (file.as_bytes().to_vec(), "UTF-8"),
        (latin.into_owned(), "Windows-1252"),
        (utf16([0xFF, 0xFE], u16::to_le_bytes), "UTF-16LE"),
        (utf16([0xFE, 0xFF], u16::to_be_bytes), "UTF-16BE"),
    ] {
        assert_eq!(decode(&bytes).unwrap().1, name);
        assert_eq!(told(&cad(&bytes).unwrap())[0].2, "Café Zoé");
    }
}

#[test]
fn what_is_no_statement_is_refused_by_name() {
    let head = "Date,Description,Amount\n";
    let mut unmarked = Vec::new();
    unmarked.extend(
        format!("{head}2026-11-20,a,1.00\n")
            .encode_utf16()
            .flat_map(u16::to_le_bytes),
    );
    let with = |line: &str| format!("{head}{line}\n").into_bytes();
    let cases: Vec<(Vec<u8>, Refusal)> = vec![
        (b" \n ".to_vec(), Refusal::Empty),
        (b"PK\x03\x04....".to_vec(), Refusal::Workbook),
        (b"\xD0\xCF\x11\xE0....".to_vec(), Refusal::Workbook),
        (b"%PDF-1.7".to_vec(), Refusal::Pdf),
        (
            b"<!DOCTYPE html><title>Sign in</title>".to_vec(),
            Refusal::WebPage,
        ),
        (b"\x89PNG\x00\x01\x02".to_vec(), Refusal::NotText),
        (unmarked, Refusal::NotText),
        (vec![b'a'; BYTES_MAX + 1], Refusal::TooLarge),
        (
            with("2026-11-20,Caf\u{fffd},1.00"),
            Refusal::LostLetters { line: 2 },
        ),
        (
            with("2026-11-20,CafÃ©,1.00"),
            Refusal::LostLetters { line: 2 },
        ),
        (b"hello,world\n1,2\n".to_vec(), Refusal::NoStatement),
        (
            b"Date,Description\n2026-11-20,x\n".to_vec(),
            Refusal::NoStatement,
        ),
        (b"Description,Amount\nx,1\n".to_vec(), Refusal::NoStatement),
        (
            with(&format!("2026-11-20,\"open,{}", "1.00\n".repeat(9))),
            Refusal::OpenQuote { line: 2 },
        ),
        (
            with("2026-11-20,x,=1+1"),
            Refusal::BadAmount {
                line: 2,
                text: "=1+1".into(),
            },
        ),
        (with("2026-11-20"), Refusal::CutShort { line: 2 }),
        (
            with("2026-13-20,x,1.00"),
            Refusal::BadDate {
                line: 2,
                text: "2026-13-20".into(),
            },
        ),
        (
            with("yesterday,x,1.00"),
            Refusal::BadDate {
                line: 2,
                text: "yesterday".into(),
            },
        ),
        (
            with("03/04/2026,x,1.00"),
            Refusal::DatesAmbiguous {
                text: "03/04/2026".into(),
            },
        ),
        (
            with("2026-11-20,x,much"),
            Refusal::BadAmount {
                line: 2,
                text: "much".into(),
            },
        ),
        (
            with("2026-11-20,x,1.001"),
            Refusal::AmountsAmbiguous {
                text: "1.001".into(),
            },
        ),
        (
            with("2026-11-20,x,"),
            Refusal::BadAmount {
                line: 2,
                text: String::new(),
            },
        ),
        (head.as_bytes().to_vec(), Refusal::NoLines),
        (with("2026-11-20,x,0.00"), Refusal::NoLines),
        (
            b"Date,Description,Amount,Currency\n2026-11-20,x,1.00,ZZZ\n".to_vec(),
            Refusal::BadCurrency {
                line: 2,
                text: "ZZZ".into(),
            },
        ),
    ];
    for (bytes, wanted) in cases {
        let shown = String::from_utf8_lossy(&bytes[..bytes.len().min(80)]).into_owned();
        assert_eq!(cad(&bytes), Err(wanted), "{shown}");
    }
}

#[test]
fn one_date_or_amount_that_can_be_read_one_way_only_decides_for_all() {
    let file = "Date,Description,Amount\n03/04/2026,a,\"1,250\"\n25/04/2026,b,12.50\n";
    let statement = cad(file.as_bytes()).unwrap();
    assert_eq!(statement[0].date, date(2026, 4, 3), "the 25th is no month");
    assert_eq!(
        statement[0].amount.minor(),
        125_000,
        "12.50 says what the point is"
    );
    let open = "Date,Description,Amount\n03/04/2026,a,1.50\n";
    for (order, day) in [
        (DayOrder::DayFirst, date(2026, 4, 3)),
        (DayOrder::MonthFirst, date(2026, 3, 4)),
    ] {
        let said = read(open.as_bytes(), Currency::CAD, Some(order)).unwrap();
        assert_eq!(said[0].date, day, "asked, not guessed");
    }
    let yen = "Date,Description,Amount\n2026-04-03,a,\"1,250\"\n";
    let yen = read(yen.as_bytes(), Currency::JPY, None).unwrap();
    assert_eq!(
        yen[0].amount.minor(),
        1250,
        "no decimals: it can only group"
    );
}

#[test]
fn files_without_headings_are_told_by_their_content_and_proved_by_their_balance() {
    let desjardins = concat!(
        "\"815-30123\",\"00012345\",\"EOP\",\"2026/11/20\",\"00001\",\"Depot direct /STRIPE\",\"\",\"\",\"1116.11\",\"\",\"\",\"\",\"\",\"2116.11\"\n",
        "\"815-30123\",\"00012345\",\"EOP\",\"2026/11/23\",\"00002\",\"Achat /Cafe\",\"\",\"45.50\",\"\",\"\",\"\",\"\",\"\",\"2070.61\"\n",
        "\"815-30123\",\"00012345\",\"EOP\",\"2026/11/24\",\"00003\",\"Virement Interac\",\"\",\"\",\"10.00\",\"\",\"\",\"\",\"\",\"2080.61\"\n",
    );
    let td = "11/24/2026,INTERAC,,10.00,2080.61\n11/23/2026,CAFE,45.50,,2070.61\n11/20/2026,STRIPE,,1116.11,2116.11\n";
    // The same with what came in before what went out: only the balance can tell.
    let turned = "2026-11-20,STRIPE,1116.11,,2116.11\n2026-11-23,CAFE,,45.50,2070.61\n2026-11-24,INTERAC,10.00,,2080.61\n";
    let signed = "2026-11-20;STRIPE;1116,11;2116,11\n2026-11-23;CAFE;-45,50;2070,61\n2026-11-24;INTERAC;10,00;2080,61\n";
    for file in [desjardins, td, turned, signed] {
        let rows = split(file).unwrap();
        let layout = propose(&rows, Currency::CAD).unwrap();
        assert!(layout.sure, "{layout:?}");
        let mut minor: Vec<i64> = lines(&rows, &layout, Currency::CAD, TODAY)
            .unwrap()
            .iter()
            .map(|l| l.amount.minor())
            .collect();
        minor.sort_unstable();
        assert_eq!(minor, [-45_50, 10_00, 1116_11], "{file}");
    }
    let unproved = split("11/24/2026,INTERAC,,10.00\n11/23/2026,CAFE,45.50,\n").unwrap();
    let layout = propose(&unproved, Currency::CAD).unwrap();
    assert!(!layout.sure, "a person looks at it");
    assert_eq!(layout.money, MoneyColumns::OutIn { out: 2, into: 3 });
}

#[test]
fn headings_of_banks_are_known_and_what_stands_above_them_is_passed_over() {
    let rbc = "\"Account Type\",\"Account Number\",\"Transaction Date\",\"Cheque Number\",\"Description 1\",\"Description 2\",\"CAD$\",\"USD$\"\nChequing,02345-1234567,11/20/2026,,\"Misc Payment\",\"STRIPE\",1116.11,\n";
    let bmo = "Following data is valid as of 20261124120000 (Year/Month/Day/Hour/Minute/Second)\n\n\nFirst Bank Card,Transaction Type,Date Posted, Transaction Amount,Description\n\n'5100000000000000',CREDIT,20261120,1116.11,[DN]STRIPE\n";
    let bnc = "Date;Description;Catégorie;Débit;Crédit;Solde\n2026-11-20;STRIPE;Autre;0;1116.11;2116.11\n";
    let bnp = "\u{feff}Date operation;Libelle operation;Montant operation en euro\n20/11/2026;VIR SEPA RECU STRIPE;1 116,11\n";
    for file in [rbc, bmo, bnc, bnp] {
        let rows = split(&decode(file.as_bytes()).unwrap().0).unwrap();
        let layout = propose(&rows, Currency::CAD).unwrap();
        assert!(layout.sure, "{layout:?}\n{file}");
        let read = lines(&rows, &layout, Currency::CAD, TODAY).unwrap();
        assert_eq!(
            (read[0].date, read[0].amount.minor()),
            (date(2026, 11, 20), 1116_11),
            "{file}"
        );
        assert!(read[0].text.contains("STRIPE"), "{}", read[0].text);
    }
}

#[test]
fn a_formula_is_text_and_a_text_cannot_turn_around() {
    let file = "Date,Description,Amount\n2026-11-20,\"=HYPERLINK(\"\"http://evil.test\"\")\",1.00\n2026-11-20,a\u{202e}b,2.00\n";
    let lines = cad(file.as_bytes()).unwrap();
    assert_eq!(told(&lines)[0].2, "=HYPERLINK(\"http://evil.test\")");
    assert_eq!(told(&lines)[1].2, "ab");
}

#[test]
fn nothing_is_booked_in_days_to_come_so_the_other_order_is_meant() {
    let rows = split("Date,Description,Amount\n03/12/2026,a,1.50\n").unwrap();
    let layout = propose(&rows, Currency::CAD).unwrap();
    let at = |today| lines(&rows, &layout, Currency::CAD, today).map(|l| l[0].date);
    assert_eq!(at(date(2026, 11, 25)), Ok(date(2026, 3, 12)));
    assert!(matches!(
        at(date(2026, 12, 25)),
        Err(Refusal::DatesAmbiguous { .. })
    ));
}

proptest! {
    /// A line for every row: none is lost between the rows and the lines, whatever the texts hold.
    #[test]
    fn every_row_becomes_a_line(texts in proptest::collection::vec("[a-zA-Zé=+@\"'(),;.! \\-]{0,30}", 1..40), cents in 1_i64..99_999) {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(["Date", "Description", "Amount"]).unwrap();
        for text in &texts {
            let amount = format!("{}.{:02}", cents / 100, cents % 100);
            writer.write_record(["2026-11-20", text, &amount]).unwrap();
        }
        let lines = cad(&writer.into_inner().unwrap()).unwrap();
        prop_assert_eq!(lines.len(), texts.len());
        let sum: i64 = lines.iter().map(|l| l.amount.minor()).sum();
        prop_assert_eq!(sum, cents * texts.len() as i64);
    }

    /// Whatever stands in a file, it is read or refused; never a panic.
    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        if let Ok(lines) = cad(&bytes) {
            prop_assert!(!lines.is_empty());
        }
    }

    #[test]
    fn any_text_below_the_headings_is_read_or_refused(body in "[0-9a-zA-Zé,;./ \\-\n\"=()]{0,200}") {
        let _ = cad(format!("Date,Description,Amount\n{body}").as_bytes());
    }

    /// What was written in any of the usual ways reads back as the same amount and day.
    #[test]
    fn what_was_written_reads_back(minor in -9_999_999_i64..9_999_999, day in 13_i8..28, month in 1_i8..12, french in any::<bool>()) {
        prop_assume!(minor != 0);
        let whole = (minor.abs() / 100).to_string();
        let cents = format!("{:02}", minor.abs() % 100);
        let sign = if minor < 0 { "-" } else { "" };
        let file = if french {
            format!("Date;Libellé;Montant\n{day:02}/{month:02}/2026;x;{sign}{whole},{cents}\n")
        } else {
            format!("Date,Description,Amount\n{month:02}/{day:02}/2026,x,{sign}{whole}.{cents}\n")
        };
        let statement = cad(file.as_bytes()).unwrap();
        prop_assert_eq!(statement[0].amount.minor(), minor);
        prop_assert_eq!(statement[0].date, date(2026, month, day));
    }
}
