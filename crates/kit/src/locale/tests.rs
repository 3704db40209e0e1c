use jiff::civil::date;
use jiff::tz::TimeZone;

use super::*;

/// `[NBSP]` and `[NNBSP]` as they stand in the table of `compliance.md` §6.2.
fn cell(text: &str) -> String {
    text.replace("[NBSP]", "\u{a0}")
        .replace("[NNBSP]", "\u{202f}")
}

const TABLE: [(Locale, [&str; 7]); 7] = [
    (
        Locale::FR_CA,
        [
            "1[NBSP]234,56[NBSP]$",
            "-1[NBSP]234,56[NBSP]$",
            "1[NBSP]234[NBSP]567,50[NBSP]€",
            "1[NBSP]234,56[NBSP]$[NBSP]US",
            "9,975[NBSP]%",
            "5 janvier 2026",
            "2026-01-05",
        ],
    ),
    (
        Locale::EN_CA,
        [
            "$1,234.56",
            "-$1,234.56",
            "€1,234,567.50",
            "US$1,234.56",
            "9.975%",
            "January 5, 2026",
            "2026-01-05",
        ],
    ),
    (
        Locale::FR_FR,
        [
            "1[NNBSP]234,56[NBSP]$CA",
            "-1[NNBSP]234,56[NBSP]$CA",
            "1[NNBSP]234[NNBSP]567,50[NBSP]€",
            "1[NNBSP]234,56[NBSP]$US",
            "9,975[NBSP]%",
            "5 janvier 2026",
            "05/01/2026",
        ],
    ),
    (
        Locale::EN_US,
        [
            "CA$1,234.56",
            "-CA$1,234.56",
            "€1,234,567.50",
            "$1,234.56",
            "9.975%",
            "January 5, 2026",
            "1/5/26",
        ],
    ),
    (
        Locale::DE_DE,
        [
            "1.234,56[NBSP]CA$",
            "-1.234,56[NBSP]CA$",
            "1.234.567,50[NBSP]€",
            "1.234,56[NBSP]$",
            "9,975[NBSP]%",
            "5. Januar 2026",
            "05.01.26",
        ],
    ),
    (
        Locale::NL_BE,
        [
            "C$[NBSP]1.234,56",
            "C$[NBSP]-1.234,56",
            "€[NBSP]1.234.567,50",
            "US$[NBSP]1.234,56",
            "9,975%",
            "5 januari 2026",
            "5/01/2026",
        ],
    ),
    (
        Locale::FR_BE,
        [
            "1[NNBSP]234,56[NBSP]$CA",
            "-1[NNBSP]234,56[NBSP]$CA",
            "1[NNBSP]234[NNBSP]567,50[NBSP]€",
            "1[NNBSP]234,56[NBSP]$US",
            "9,975[NBSP]%",
            "5 janvier 2026",
            "5/01/26",
        ],
    ),
];

#[test]
fn every_cell_of_the_formatting_table_is_written_so() {
    for (locale, cells) in TABLE {
        let ours = [
            locale.money(123_456, "CAD", 2),
            locale.money(-123_456, "CAD", 2),
            locale.money(123_456_750, "EUR", 2),
            locale.money(123_456, "USD", 2),
            locale.percent("9.975"),
            locale.date_long(date(2026, 1, 5)),
            locale.date_short(date(2026, 1, 5)),
        ];
        assert_eq!(ours, cells.map(cell), "{locale}");
    }
}

#[test]
fn digits_shown_are_those_of_iso_and_not_those_of_cldr() {
    assert_eq!(Locale::EN_CA.money(2038, "HUF", 2), "HUF\u{a0}20.38");
    assert_eq!(Locale::EN_CA.money(500, "JPY", 0), "JP¥500");
    assert_eq!(Locale::FR_CA.money(5, "BHD", 3), "0,005\u{a0}BHD");
    assert_eq!(Locale::EN_CA.money(0, "CAD", 2), "$0.00");
    assert_eq!(Locale::EN_CA.money(-5, "CAD", 2), "-$0.05");
    assert_eq!(
        Locale::EN_CA.money(i64::MIN, "CAD", 2),
        "-$92,233,720,368,547,758.08"
    );
}

#[test]
fn the_iso_code_stands_in_the_place_of_the_sign_or_beside_it() {
    assert_eq!(
        Locale::EN_CA.money_iso(-123_450, "CAD", 2),
        "-CAD\u{a0}1,234.50"
    );
    assert_eq!(
        Locale::FR_CA.money_iso(-123_450, "CAD", 2),
        "-1\u{a0}234,50\u{a0}CAD"
    );
    assert_eq!(
        Locale::NL_BE.money_iso(-123_450, "CAD", 2),
        "CAD\u{a0}-1.234,50"
    );
    assert_eq!(
        Locale::EN_CA.money_with_code(123_450, "CAD", 2),
        "$1,234.50\u{a0}CAD"
    );
    assert_eq!(
        Locale::FR_CA.money_with_code(123_450, "CAD", 2),
        "1\u{a0}234,50\u{a0}$\u{a0}CAD"
    );
    assert_eq!(
        Locale::EN_CA.money_with_code(123_450, "CHF", 2),
        "CHF\u{a0}1,234.50"
    );
    assert_eq!(Locale::FR_CA.money_plain(-123_450, 2), "-1\u{a0}234,50");
    assert_eq!(Locale::FR_CA.currency_symbol("USD"), "$\u{a0}US");
    assert_eq!(Locale::EN_CA.currency_symbol("CHF"), "CHF");
}

#[test]
fn quantities_lose_zeros_at_the_end_and_decimals_keep_them() {
    assert_eq!(Locale::FR_CA.quantity("1234.500"), "1\u{a0}234,5");
    assert_eq!(Locale::EN_CA.quantity("2.000"), "2");
    assert_eq!(Locale::EN_CA.decimal("2.500"), "2.500");
    assert_eq!(Locale::EN_CA.percent("5.000"), "5%");
    assert_eq!(Locale::EN_CA.integer(-1_234_567), "-1,234,567");
    for odd in ["", "-", "1.", ".5", "1e3", "٣", "1,2"] {
        assert_eq!(Locale::EN_CA.decimal(odd), odd, "comes back unchanged");
    }
}

#[test]
fn french_counts_zero_and_one_and_a_half_as_one_and_whole_millions_as_many() {
    let words = |locale: Locale| {
        ["0", "1", "1.5", "2", "1000000", "1000001", "1.0"].map(|n| locale.plural(n).as_str())
    };
    assert_eq!(
        words(Locale::FR_CA),
        ["one", "one", "one", "other", "many", "other", "one"]
    );
    assert_eq!(
        words(Locale::EN_CA),
        ["other", "one", "other", "other", "other", "other", "other"]
    );
}

#[test]
fn distances_in_days_have_names_near_today_and_plurals_further_off() {
    let words = |locale: Locale| {
        [-3, -1, 0, 1, 2, 9, i64::MIN, i64::MAX].map(|days| locale.relative_days(days))
    };
    assert_eq!(
        words(Locale::EN_CA)[..6],
        [
            "3 days ago",
            "yesterday",
            "today",
            "tomorrow",
            "in 2 days",
            "in 9 days"
        ]
    );
    assert_eq!(
        words(Locale::FR_CA)[..6],
        [
            "il y a 3 jours",
            "hier",
            "aujourd’hui",
            "demain",
            "après-demain",
            "dans 9 jours"
        ]
    );
}

#[test]
fn an_instant_is_told_in_the_readers_way_and_the_given_zone() {
    let zone = TimeZone::get("America/Montreal").expect("the zone is in the binary");
    let instant = "2026-01-05T05:04:00Z".parse().expect("an instant");
    assert_eq!(
        Locale::EN_CA.date_time(instant, &zone),
        "January 5, 2026 at 12:04\u{202f}a.m."
    );
    assert_eq!(
        Locale::FR_CA.date_time(instant, &zone),
        "5 janvier 2026 à 00\u{a0}h\u{a0}04"
    );
    assert_eq!(
        Locale::EN_US.time(instant, &TimeZone::UTC),
        "5:04\u{202f}AM"
    );
    assert_eq!(Locale::FR_CA.date_medium(date(2026, 7, 1)), "1 juill. 2026");
}

#[test]
fn a_customer_gets_the_locale_of_language_and_country() {
    let tag = |lang, country| Locale::for_customer(lang, country).tag();
    assert_eq!(tag(Lang::Fr, "ca"), "fr-CA");
    assert_eq!(tag(Lang::Fr, ""), "fr-CA");
    assert_eq!(tag(Lang::Fr, "BE"), "fr-BE");
    assert_eq!(tag(Lang::Fr, "CH"), "fr-FR");
    assert_eq!(tag(Lang::En, "US"), "en-US");
    assert_eq!(tag(Lang::En, "DE"), "en-GB");
    assert_eq!(Lang::parse("FR-ca"), Some(Lang::Fr));
    assert_eq!(Lang::parse("french"), None);
    assert_eq!(Locale::parse("fr-ca"), Some(Locale::FR_CA));
    assert!(
        Locale::ALL
            .into_iter()
            .all(|locale| Locale::parse(locale.tag()) == Some(locale))
    );
}

#[test]
fn lists_are_joined_in_words() {
    let join = |locale: Locale, n: usize| locale.list(&["a", "b", "c", "d"][..n]);
    assert_eq!(
        [0, 1, 2, 4].map(|n| join(Locale::EN_CA, n)),
        ["", "a", "a and b", "a, b, c and d"]
    );
    assert_eq!(join(Locale::EN_US, 3), "a, b, and c");
    assert_eq!(join(Locale::FR_CA, 3), "a, b et c");
}

const EN: &str = "hello = Hello { $name }\n    .title = A greeting\ncount =\n    { $n ->\n        [one] { $n } invoice\n       *[other] { $n } invoices\n    }\nyear = { NUMBER($n, useGrouping: \"false\") }\n";
const FR: &str = "hello = Bonjour { $name }\n    .title = Une salutation\ncount =\n    { $n ->\n        [one] { $n } facture\n       *[other] { $n } factures\n    }\nyear = { NUMBER($n, useGrouping: \"false\") }\n";

#[test]
fn texts_speak_both_languages_and_write_numbers_the_readers_way() {
    install(
        Texts::new(&[(Lang::En, "en/a.ftl", EN), (Lang::Fr, "fr/a.ftl", FR)])
            .expect("the texts are good"),
    );
    assert_eq!(Locale::EN_CA.t1("hello", "name", "Zoé"), "Hello Zoé");
    assert_eq!(Locale::FR_CA.t1("hello", "name", "Zoé"), "Bonjour Zoé");
    assert_eq!(Locale::FR_CA.t("hello.title"), "Une salutation");
    assert_eq!(Locale::EN_CA.t1("count", "n", 0), "0 invoices");
    assert_eq!(Locale::FR_CA.t1("count", "n", 0), "0 facture");
    assert_eq!(Locale::FR_CA.t1("count", "n", 1.5), "1,5 facture");
    assert_eq!(
        Locale::FR_FR.ta("count", &[("n", 12_345.into())]),
        "12\u{202f}345 factures"
    );
    assert_eq!(Locale::EN_CA.t2("year", "n", 2026, "unused", ""), "2026");
    for broken in [
        || Locale::EN_CA.t("nowhere"),
        || Locale::EN_CA.t("hello"),
        || Locale::EN_CA.t("hello.nowhere"),
    ] {
        assert!(
            std::panic::catch_unwind(broken).is_err(),
            "a missing text or argument stops a debug build"
        );
    }
}

#[test]
fn bad_texts_are_refused_with_file_and_line() {
    let twice = Texts::new(&[
        (Lang::En, "a.ftl", "k = a\n"),
        (Lang::En, "b.ftl", "k = b\n"),
    ])
    .map(|_| ());
    assert_eq!(
        twice.unwrap_err().to_string(),
        "b.ftl: the key “k” is already in a.ftl"
    );
    let syntax =
        Texts::new(&[(Lang::En, "a.ftl", "ok = a\nbad = { $n ->\n [one] a\n }\n")]).map(|_| ());
    assert!(matches!(syntax, Err(TextsError::Syntax { file, line: 2..=4, .. }) if file == "a.ftl"));
    let none = Texts::new(&[(Lang::En, "a.ftl", "k = a\n")]).map(|_| ());
    assert_eq!(none, Err(TextsError::NoTexts(Lang::Fr)));
}

#[test]
fn the_check_names_what_is_missing_different_or_pointing_nowhere() {
    let problems = check(&[
        (
            Lang::En,
            "en.ftl",
            "only = a\nargs = { $a }\nref = { nowhere }\n",
        ),
        (Lang::Fr, "fr.ftl", "args = { $b }\nref = { args }\n"),
    ]);
    for part in [
        "“only” is missing in “fr”",
        "“args” takes {\"a\"}",
        "“ref” refers to “nowhere”",
    ] {
        assert!(
            problems.iter().any(|problem| problem.contains(part)),
            "{part}: {problems:?}"
        );
    }
    assert_eq!(problems.len(), 3, "{problems:?}");
    assert_eq!(
        check(&[(Lang::En, "en.ftl", EN), (Lang::Fr, "fr.ftl", FR)]),
        Vec::<String>::new()
    );
}

#[test]
fn the_check_of_uses_names_unknown_keys_wrong_arguments_and_dead_texts() {
    let used = |key: &str, args: &[&str]| Use {
        key: key.into(),
        args: Some(args.iter().map(|arg| (*arg).into()).collect()),
        place: "page.html:3".into(),
    };
    let source = "a = A\nb = { $n }\ndead = x\nword-x = x\nouter = { b }\n";
    let uses = [
        used("a", &[]),
        used("b", &["m"]),
        used("gone", &[]),
        used("outer", &["n"]),
    ];
    let problems = check_used(&[(Lang::En, "en.ftl", source)], &uses, &["word-"]);
    assert_eq!(
        problems,
        [
            "page.html:3: “b” wants {\"n\"}, it is given {\"m\"}",
            "page.html:3: there is no text “gone”",
            "en.ftl: nothing uses “dead”",
        ]
    );
}
