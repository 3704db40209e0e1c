//! What a paper owes: the same bytes for the same words, its standards kept whatever a person types, and strangers'
//! pictures only as pixels. The standards themselves are judged by others (`cargo xtask test --only papers`).

use documents::einvoice::Gap;
use documents::{
    Align, Block, Carried, Column, Day, Logo, LogoRefused, Paper, PaperError, Row, Table, Width,
};

#[allow(dead_code, reason = "other tests use more of it")]
mod vectors;

fn paper(text: &str) -> Paper {
    let mut paper = Paper::new("Sample", "en-CA", Day::new(2026, 5, 3));
    paper.push(Block::heading(2, "Heading"));
    paper.push(Block::paragraph(text));
    paper.push(Block::key_values([("Name", text)]));
    paper
}

#[test]
fn il_03_the_same_paper_is_the_same_bytes_on_every_thread() {
    let bytes = paper("Éloïse 北京").to_pdf().unwrap();
    for _ in 0..3 {
        assert!(paper("Éloïse 北京").to_pdf().unwrap() == bytes);
    }
    let elsewhere = std::thread::spawn(|| paper("Éloïse 北京").to_pdf().unwrap());
    assert!(elsewhere.join().unwrap() == bytes);
    assert!(paper("Éloïse 東京").to_pdf().unwrap() != bytes);
}

#[test]
fn web_07_whatever_a_person_types_makes_a_paper_that_keeps_its_standards() {
    let long = "W".repeat(500);
    for text in [
        "",
        " ",
        "\n\n\n",
        "a\u{0}b\u{7}c\u{1b}[31m",
        "\u{202e}gpj.exe\u{200f}",
        "<script>alert(1)</script> & \"quotes\" 'single' (brackets) \\ %",
        "👩‍👩‍👧‍👦 🇨🇦 ❤️ 👍🏽",
        "שלום world مرحبا 123",
        "𒀀 \u{e000} \u{10ffff} \u{fffd}",
        "é̂̃̄̅̆̇̈̉̊ z̷̧̢͓͓̰",
        long.as_str(),
    ] {
        let mut paper = paper(text);
        paper.title = format!("T {text}");
        paper.author = text.to_owned();
        paper.footer = text.into();
        let bytes = paper.to_pdf().unwrap_or_else(|e| panic!("{text:?}: {e}"));
        assert!(bytes.starts_with(b"%PDF-1.7"));
    }
}

#[test]
fn a_table_over_pages_repeats_its_head_and_carries_its_sum() {
    let mut paper = Paper::new("Long", "en", Day::new(2026, 1, 1));
    let column = |head: &str, align, width| Column {
        head: head.into(),
        align,
        width,
    };
    paper.push(Block::Table(Table {
        summary: "Lines".to_owned(),
        columns: vec![
            column("What", Align::Start, Width::Flex(1)),
            column("Amount", Align::End, Width::Auto),
        ],
        rows: (1..=400)
            .map(|n| Row {
                running: format!("{n}.00"),
                ..Row::new([format!("Line {n}"), "1.00".to_owned()])
            })
            .collect(),
        carried: Some(Carried {
            forward: "Carried forward".to_owned(),
            brought: "Brought forward".to_owned(),
        }),
    }));
    let bytes = paper.to_pdf().unwrap();
    let pages = bytes.windows(11).filter(|w| w == b"/Type/Page/").count();
    assert!(pages > 10, "{pages} pages");
}

#[test]
fn a_description_longer_than_a_page_is_divided_and_not_lost() {
    let mut paper = Paper::new("Long", "en", Day::new(2026, 1, 1));
    paper.push(Block::Table(Table {
        summary: "Lines".to_owned(),
        columns: vec![Column {
            head: "What".into(),
            align: Align::Start,
            width: Width::Flex(1),
        }],
        rows: vec![Row::new(["word ".repeat(3000)])],
        carried: None,
    }));
    paper.to_pdf().unwrap();
}

#[test]
fn a_hybrid_carries_its_data_and_the_metadata_names_it() {
    let invoice = vectors::v13();
    let mut plain = paper("hybrid");
    plain.carry(&invoice, "The invoice as data").unwrap();
    plain.factur = None;
    let plain = plain.to_pdf().unwrap();
    let mut hybrid = paper("hybrid");
    hybrid.carry(&invoice, "The invoice as data").unwrap();
    assert_eq!(hybrid.attachments[0].bytes, invoice.to_cii().unwrap());
    let bytes = hybrid.to_pdf().unwrap();
    assert!(bytes.starts_with(&plain), "an update only appends");
    assert!(documents::is_hybrid(&bytes) && !documents::is_hybrid(&plain));
    let added = String::from_utf8_lossy(&bytes[plain.len()..]).into_owned();
    for part in [
        "<fx:ConformanceLevel>EN 16931</fx:ConformanceLevel>",
        "<fx:DocumentFileName>factur-x.xml</fx:DocumentFileName>",
        "<fx:DocumentType>INVOICE</fx:DocumentType>",
        "<fx:Version>1.0</fx:Version>",
        "<pdfaSchema:prefix>fx</pdfaSchema:prefix>",
        "/Prev ",
    ] {
        assert!(added.contains(part), "{part}");
    }
    hybrid.carry(&invoice, "Twice").unwrap();
    assert!(matches!(
        hybrid.to_pdf(),
        Err(PaperError::AttachmentTwice(name)) if name == "factur-x.xml"
    ));
}

#[test]
fn a_document_with_a_gap_is_not_carried_and_the_paper_stays_as_it_was() {
    let mut invoice = vectors::v13();
    invoice.buyer.country.clear();
    let mut paper = paper("plain");
    assert_eq!(paper.carry(&invoice, "data"), Err(vec![Gap::BuyerCountry]));
    assert!(paper.attachments.is_empty() && paper.factur.is_none());
}

#[test]
fn a_mistake_of_the_caller_is_refused_and_not_written() {
    let mut paper = paper("x");
    paper.language = String::new();
    assert!(paper.to_pdf().is_err(), "a paper without a language");
}

// ---------------------------------------------------------------------------------------------------------
// Pictures

fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgba);
    let mut writer = encoder.write_header().unwrap();
    let pixels = [0x2b, 0x4f, 0xc4, 0xff].repeat((width * height) as usize);
    writer.write_image_data(&pixels).unwrap();
    writer.finish().unwrap();
    bytes
}

/// A PNG that claims a size in its header, with the check sum of it made right.
fn claiming(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = png(1, 1);
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    let mut crc = 0xffff_ffff_u32;
    for byte in &bytes[12..29] {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 {
                (crc >> 1) ^ 0xedb8_8320
            } else {
                crc >> 1
            };
        }
    }
    bytes[29..33].copy_from_slice(&(!crc).to_be_bytes());
    bytes
}

#[test]
fn web_10_a_picture_comes_through_as_pixels_only() {
    let mut polyglot = png(40, 20);
    polyglot.extend_from_slice(b"<script>alert(1)</script><?php system($_GET[0]); ?>PK\x03\x04");
    let logo = Logo::read(&polyglot).unwrap();
    assert_eq!(logo.size(), (40, 20));
    let ours = logo.to_png().unwrap();
    let holds = |needle: &[u8]| ours.windows(needle.len()).any(|w| w == needle);
    assert!(!holds(b"script") && !holds(b"php") && !holds(b"PK\x03\x04"));
    assert!(
        Logo::read(&ours).unwrap() == logo,
        "what is stored can be read again"
    );
}

#[test]
fn web_10_what_is_no_picture_is_refused_by_its_content() {
    for (bytes, refusal) in [
        (b"".to_vec(), LogoRefused::Empty),
        (b"<svg onload=\"alert(1)\"/>".to_vec(), LogoRefused::Svg),
        (
            b"\xef\xbb\xbf<?xml version=\"1.0\"?><svg/>".to_vec(),
            LogoRefused::Svg,
        ),
        (b"GIF89a".to_vec(), LogoRefused::UnknownKind),
        (b"%PDF-1.7".to_vec(), LogoRefused::UnknownKind),
        (b"MZ\x90\x00".to_vec(), LogoRefused::UnknownKind),
        (
            vec![0; documents::logo::BYTES_MAX + 1],
            LogoRefused::TooLarge,
        ),
        (png(40, 20)[..60].to_vec(), LogoRefused::Damaged),
        (b"\x89PNG\r\n\x1a\n<svg/>".to_vec(), LogoRefused::Damaged),
        (b"\xff\xd8\xff\xe0<script>".to_vec(), LogoRefused::Damaged),
    ] {
        let start = String::from_utf8_lossy(&bytes[..bytes.len().min(12)]).into_owned();
        assert_eq!(Logo::read(&bytes), Err(refusal), "{start}");
    }
}

#[test]
fn web_10_a_bomb_is_refused_by_what_it_claims_before_it_is_unpacked() {
    for (width, height) in [(60_000, 60_000), (6_001, 1), (5_000, 5_000)] {
        assert_eq!(
            Logo::read(&claiming(width, height)),
            Err(LogoRefused::TooManyPixels),
            "{width} × {height}"
        );
    }
}

#[test]
fn a_large_logo_is_kept_at_the_size_of_print() {
    let logo = Logo::read(&png(2400, 600)).unwrap();
    assert_eq!(logo.size(), (900, 225));
    assert_eq!(&logo.rgba()[..4], &[0x2b, 0x4f, 0xc4, 0xff]);
}
