use super::*;
use jiff::civil::date;
use proptest::prelude::*;

fn cad(bytes: &[u8]) -> Result<Statement, Refusal> {
    read(bytes, Currency::CAD, None)
}

fn told(statement: &Statement) -> Vec<(String, i64, &str)> {
    let line = |l: &Line| (l.date.to_string(), l.amount.minor());
    let text = |l: &Line| l.text.len();
    let _ = text;
    statement
        .lines
        .iter()
        .map(|l| (line(l).0, line(l).1, l.text.as_str()))
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
        let statement = cad(&bytes).unwrap();
        assert_eq!(
            (statement.encoding, told(&statement)[0].2),
            (name, "Café Zoé")
        );
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
        (b"<html><table>".to_vec(), Refusal::NotText),
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
        (b"hello,world\n1,2\n".to_vec(), Refusal::NoHeadings),
        (
            b"Date,Description\n2026-11-20,x\n".to_vec(),
            Refusal::NoColumn { column: "amount" },
        ),
        (
            b"Description,Amount\nx,1\n".to_vec(),
            Refusal::NoColumn { column: "date" },
        ),
        (
            b"Date,Amount\n2026-11-20,1\n".to_vec(),
            Refusal::NoColumn {
                column: "description",
            },
        ),
        (
            with("2026-11-20,\"=HYPERLINK(\"\"x\"\")\",1.00"),
            Refusal::Formula {
                line: 2,
                column: "Description".into(),
            },
        ),
        (
            with("2026-11-20,x,=1+1"),
            Refusal::Formula {
                line: 2,
                column: "Amount".into(),
            },
        ),
        (
            with("2026-11-20,@SUM(A1),1.00"),
            Refusal::Formula {
                line: 2,
                column: "Description".into(),
            },
        ),
        (
            with("2026-11-20,-2+3+cmd|' /C calc'!A0,1.00"),
            Refusal::Formula {
                line: 2,
                column: "Description".into(),
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
    assert_eq!(
        statement.lines[0].date,
        date(2026, 4, 3),
        "the 25th is no month"
    );
    assert_eq!(
        statement.lines[0].amount.minor(),
        125_000,
        "12.50 says what the point is"
    );
    let open = "Date,Description,Amount\n03/04/2026,a,1.50\n";
    for (order, day) in [
        (DayOrder::DayFirst, date(2026, 4, 3)),
        (DayOrder::MonthFirst, date(2026, 3, 4)),
    ] {
        let said = read(open.as_bytes(), Currency::CAD, Some(order)).unwrap();
        assert_eq!(said.lines[0].date, day, "asked, not guessed");
    }
    let yen = "Date,Description,Amount\n2026-04-03,a,\"1,250\"\n";
    let yen = read(yen.as_bytes(), Currency::JPY, None).unwrap();
    assert_eq!(
        yen.lines[0].amount.minor(),
        1250,
        "no decimals: it can only group"
    );
}

proptest! {
    /// Whatever stands in a file, it is read or refused; never a panic.
    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = cad(&bytes);
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
        let (file, _) = if french {
            (format!("Date;Libellé;Montant\n{day:02}/{month:02}/2026;x;{sign}{whole},{cents}\n"), 0)
        } else {
            (format!("Date,Description,Amount\n{month:02}/{day:02}/2026,x,{sign}{whole}.{cents}\n"), 0)
        };
        let statement = cad(file.as_bytes()).unwrap();
        prop_assert_eq!(statement.lines[0].amount.minor(), minor);
        prop_assert_eq!(statement.lines[0].date, date(2026, month, day));
    }
}
