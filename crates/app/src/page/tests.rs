use super::headers::policy;
use super::trouble::{self, TroublePage};
use super::*;

/// The frame's own texts; the first caller installs them for the whole test process.
fn texts() {
    let sources = [
        (
            Lang::En,
            "frame.ftl",
            include_str!("../../locales/en/frame.ftl"),
        ),
        (
            Lang::En,
            "common.ftl",
            include_str!("../../locales/en/common.ftl"),
        ),
        (
            Lang::Fr,
            "common.ftl",
            include_str!("../../locales/fr/common.ftl"),
        ),
        (
            Lang::Fr,
            "frame.ftl",
            include_str!("../../locales/fr/frame.ftl"),
        ),
    ];
    locale::install(locale::Texts::new(&sources).expect("the frame's texts are Fluent"));
}

fn page(kind: Kind) -> Page {
    texts();
    Page::new(Locale::EN_CA, kind, "/invoices?view=open").titled("Invoices")
}

#[test]
fn every_trouble_page_has_one_heading_a_way_on_and_no_code_in_it() {
    for trouble in trouble::ALL {
        for l in [Locale::EN_CA, Locale::FR_CA] {
            let view = TroublePage::new(
                Page {
                    l,
                    ..page(Kind::Admin)
                },
                trouble,
                "01J0",
            );
            let html = view.render().unwrap();
            assert_eq!(html.matches("<h1>").count(), 1, "{trouble:?}");
            assert!(html.contains("01J0") && html.contains(&format!("lang=\"{}\"", l.tag())));
            assert!(
                !view.page.title.contains(|c: char| c.is_ascii_digit()),
                "{trouble:?}: {}",
                view.page.title
            );
            assert!(!view.what.is_empty() && !view.next.is_empty());
        }
    }
}

#[test]
fn no_page_of_the_frame_carries_inline_script_or_style() {
    let html = TroublePage::new(page(Kind::Public), Trouble::NotFound, "")
        .render()
        .unwrap();
    assert!(!html.contains("<style") && !html.contains(" style=") && !html.contains(" onclick"));
    assert_eq!(html.matches("<script").count(), 1, "ours, from a file");
}

#[test]
fn web_07_a_name_full_of_markup_is_text() {
    let nasty = "<script>alert(1)</script>\" onload=\"x";
    let page = Page {
        business: nasty.into(),
        ..page(Kind::Public)
    };
    let html = TroublePage::new(page, Trouble::NotFound, nasty)
        .render()
        .unwrap();
    assert!(!html.contains("<script>alert") && !html.contains("\" onload=\""));
}

#[test]
fn a_page_with_errors_begins_its_title_with_error() {
    let mut errors = Errors::new();
    assert!(
        !page(Kind::Admin)
            .with_errors(&errors)
            .full_title()
            .starts_with("Error")
    );
    errors.add("name", "Enter a name");
    errors.add("name", "Name is too long");
    errors.add("email", "Enter an e-mail address");
    assert!(
        page(Kind::Admin)
            .with_errors(&errors)
            .full_title()
            .starts_with("Error: Invoices")
    );
    assert_eq!(
        errors.get("name"),
        Some("Enter a name"),
        "one thing at a time"
    );
    assert_eq!(errors.summary().len(), 2);
}

#[test]
fn every_standing_has_a_word_in_both_languages_and_a_shape_that_is_drawn() {
    texts();
    let drawings = include_str!("../../templates/shapes.html");
    for standing in billing::standing::Standing::ALL {
        let chip = Chip::from(standing);
        assert!(
            drawings.contains(&format!("when \"{}\"", chip.shape)),
            "{standing:?}"
        );
        assert_ne!(
            Locale::EN_CA.t(chip.word),
            Locale::FR_CA.t(chip.word),
            "{standing:?}"
        );
    }
}

#[test]
fn the_language_link_keeps_the_query() {
    assert_eq!(
        page(Kind::Admin).language_href(),
        "/invoices?view=open&lang=fr"
    );
    assert_eq!(
        Page::new(Locale::FR_CA, Kind::Admin, "/x").language_href(),
        "/x?lang=en"
    );
}

#[test]
fn web_01_only_the_pay_page_lets_the_provider_in() {
    let stripe = PayOrigins {
        script: vec!["https://js.stripe.com".into()],
        frame: vec![
            "https://js.stripe.com".into(),
            "https://hooks.stripe.com".into(),
        ],
        connect: vec!["https://api.stripe.com".into()],
        img: vec!["https://*.stripe.com".into()],
        form: vec!["https://checkout.stripe.com".into()],
    };
    let pay = policy(&Kind::Pay(stripe));
    assert!(pay.contains("script-src 'self' https://js.stripe.com;"));
    assert!(pay.contains("frame-src https://js.stripe.com https://hooks.stripe.com;"));
    assert!(
        pay.contains("connect-src 'self' https://api.stripe.com;")
            && pay.ends_with("report-uri /csp-report")
    );
    assert!(pay.contains("form-action 'self' https://checkout.stripe.com;"));
    let hosted = policy(&Kind::Hosted(vec!["https://checkout.stripe.com".into()]));
    assert_eq!(
        hosted.matches("http").count(),
        1,
        "pay_18: a way there, and nothing is loaded from there"
    );
    assert!(
        hosted.contains("form-action 'self' https://checkout.stripe.com;")
            && hosted.contains("script-src 'self';")
    );
    for kind in [Kind::Admin, Kind::Public] {
        let policy = policy(&kind);
        assert!(!policy.contains("http") && policy.contains("frame-ancestors 'none'"));
    }
    assert!(!pay.contains("unsafe"));
}

#[test]
fn web_03_web_04_web_14_lnk_04_headers_follow_the_kind_of_page() {
    let headers = |kind: Kind, https| {
        let mut map = http::HeaderMap::new();
        headers::protect(&mut map, &kind, https);
        map
    };
    let pay = headers(Kind::Pay(PayOrigins::default()), true);
    assert!(pay.get("cross-origin-opener-policy").is_none());
    assert!(
        pay["strict-transport-security"]
            .to_str()
            .unwrap()
            .starts_with("max-age=63072000")
    );
    let public = headers(Kind::Public, false);
    assert!(public.get("strict-transport-security").is_none());
    assert_eq!(public["referrer-policy"], "no-referrer");
    assert!(public["x-robots-tag"].to_str().unwrap().contains("noindex"));
    let admin = headers(Kind::Admin, false);
    assert_eq!(admin["cache-control"], "no-store");
    assert_eq!(admin["x-content-type-options"], "nosniff");
    assert_eq!(admin["referrer-policy"], "same-origin");
    assert!(admin.get("x-robots-tag").is_none());
}
