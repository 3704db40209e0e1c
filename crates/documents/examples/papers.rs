//! Writes sample papers into a folder, one for each awkward case: what the oracles judge and people look at.
//!
//! `cargo run -p documents --example papers -- target/papers`

#[path = "../tests/vectors/mod.rs"]
#[allow(dead_code, reason = "tests use more of it")]
mod vectors;

use std::path::PathBuf;

use documents::einvoice::Einvoice;
use documents::{
    Align, Attachment, Block, Carried, Cell, Colour, Column, Day, Design, Logo, Look, PageSize,
    Paper, Relation, Row, Share, Size, Span, Table, Text, Tone, Total, Width,
};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).map(PathBuf::from);
    let folder = folder.ok_or("name a folder to write to")?;
    std::fs::create_dir_all(&folder)?;
    for (name, paper) in samples() {
        let bytes = paper.to_pdf().map_err(|e| format!("{name}: {e}"))?;
        std::fs::write(folder.join(format!("{name}.pdf")), bytes)?;
        for data in paper.factur.iter().flat_map(|_| &paper.attachments) {
            std::fs::write(folder.join(format!("{name}.cii.xml")), &data.bytes)?;
        }
    }
    Ok(())
}

fn samples() -> Vec<(String, Paper)> {
    let mut samples = vec![
        ("evidence".to_owned(), evidence()),
        (
            "nothing".to_owned(),
            Paper::new("Nothing", "en", Day::new(2026, 1, 1)),
        ),
        ("letters".to_owned(), letters()),
        ("blocks".to_owned(), blocks(Look::default())),
        ("long".to_owned(), long()),
    ];
    for (name, document) in vectors::accepted() {
        // One a kind is enough: the data is judged by itself.
        if matches!(name, "V02" | "V09" | "everything" | "four-hundred-lines") {
            samples.push((format!("hybrid-{name}"), hybrid(&document)));
        }
    }
    for design in Design::ALL {
        let look = Look {
            design,
            accent: Colour::parse("#FFEE00"),
            page: PageSize::Letter,
        };
        samples.push((format!("design-{}", design.as_str()), blocks(look)));
    }
    samples
}

/// A paper with the same document as data inside.
fn hybrid(document: &Einvoice) -> Paper {
    let mut paper = Paper::new(
        format!("Document {}", document.number),
        "en",
        document.issue_date,
    );
    paper.author = document.seller.name.clone();
    paper.page_words = "Page {page} of {pages}".to_owned();
    let column = |head: &str, align, width| Column {
        head: head.into(),
        align,
        width,
    };
    let mut sum = 0;
    paper.push(Block::Table(Table {
        summary: "Lines".to_owned(),
        columns: vec![
            column("What", Align::Start, Width::Flex(1)),
            column("Amount", Align::End, Width::Auto),
        ],
        rows: document
            .lines
            .iter()
            .map(|line| {
                sum += line.net_minor;
                Row {
                    running: sum.to_string(),
                    ..Row::new([line.name.clone(), line.net_minor.to_string()])
                }
            })
            .collect(),
        carried: Some(Carried {
            forward: "Carried forward".to_owned(),
            brought: "Brought forward".to_owned(),
        }),
    }));
    // The vectors have no gap: the tests prove it.
    let carried = paper.carry(document, "The same document as data");
    assert_eq!(carried, Ok(()), "{}", document.number);
    paper
}

/// Every script, and what strangers type into a name.
fn letters() -> Paper {
    let mut paper = Paper::new(
        "Éloïse – 北京 – مرحبا \u{202e}gpj.exe",
        "fr-CA",
        Day::new(2026, 5, 3),
    );
    paper.author = "<script>alert(1)</script> & \"quotes\" (brackets) \\ %".to_owned();
    paper.footer = "שלום world مرحبا 123".into();
    paper.page_words = "Page {page} de {pages}".to_owned();
    for text in [
        "Ольга Щербакова · Γιώργος · Հայաստան · საქართველო",
        "שלום עולם, חשבונית 2026-0042",
        "شركة الأمل للتجارة، فاتورة رقم ١٢٣",
        "北京东方有限公司 · 株式会社ひかり · 주식회사 한빛",
        "अनिता शर्मा · বাংলা · தமிழ் · తెలుగు · ಕನ್ನಡ · മലയാളം · ગુજરાતી · ਪੰਜਾਬੀ · සිංහල",
        "สวัสดี · ລາວ · ខ្មែរ · မြန်မာ · አማርኛ · ᐃᓄᒃᑎᑐᑦ",
        "👩‍👩‍👧‍👦 🇨🇦 ❤️ 👍🏽 ☕",
        "𒀀 \u{e000} \u{10ffff} \u{fffd} \u{0}\u{7}",
        "é̂̃̄̅̆̇̈̉̊ z̷̧̢͓͓̰",
        "",
        "\n\n",
    ] {
        paper.push(Block::paragraph(text));
        paper.push(Block::key_values([(text, text)]));
    }
    paper.push(Block::paragraph("W".repeat(500)));
    paper.push(Block::paragraph(
        Text::from("En français, ").and(Span::new("then in English").language("en")),
    ));
    paper
}

/// Every block there is.
fn blocks(look: Look) -> Paper {
    let mut paper = Paper::new("Every block", "en-CA", Day::new(2026, 5, 3));
    paper.look = look;
    paper.show_title = false;
    paper.footer = "Studio Nord".into();
    paper.page_words = "Page {page} of {pages}".to_owned();
    let logo = Block::Logo {
        logo: picture(),
        alt: "Studio Nord".to_owned(),
        max_width: 120.0,
        max_height: 40.0,
        align: Align::End,
    };
    let title = Block::Heading {
        level: 1,
        text: "Every block".into(),
        size: Size::Title,
    };
    paper.push(Block::Panel {
        ground: paper.look.accent().tint(),
        bleed: true,
        blocks: vec![logo, title],
    });
    paper.push(Block::heading(2, "Below the title"));
    paper.push(Block::heading(3, "And below that"));
    paper.push(Block::Columns {
        columns: vec![
            Share {
                parts: 1,
                blocks: vec![Block::Qr {
                    content: "https://pay.example/i/abc".to_owned(),
                    alt: "Code that leads to the payment page".to_owned(),
                    edge: 76.0,
                    align: Align::Start,
                }],
            },
            Share {
                parts: 3,
                blocks: vec![
                    Block::paragraph(Span::new("Cancelled").bold().tone(Tone::Alarm)),
                    Block::Link {
                        text: "pay.example/i/abc".into(),
                        address: "https://pay.example/i/abc".to_owned(),
                        size: Size::Small,
                        align: Align::Start,
                    },
                ],
            },
        ],
        gap: 14.0,
    });
    paper.push(Block::Rule(Colour::LINE));
    paper.push(Block::Space(12.0));
    let total = |name: &str, amount: &str, strong| Total {
        name: name.into(),
        amount: amount.into(),
        strong,
    };
    paper.push(Block::Totals(vec![
        total("Subtotal", "1,000.00", false),
        total("GST 5%", "50.00", false),
        total("Total", "CA$1,149.75", true),
    ]));
    paper.push(Block::PageBreak);
    paper.push(Block::Together(vec![
        Block::heading(2, "On another page"),
        Block::small("Together."),
    ]));
    paper
}

fn picture() -> Logo {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, 60, 20);
    encoder.set_color(png::ColorType::Rgba);
    let pixels = [0x2b, 0x4f, 0xc4, 0x80].repeat(60 * 20);
    let written = encoder.write_header().and_then(|mut writer| {
        writer.write_image_data(&pixels)?;
        writer.finish()
    });
    written
        .map_err(|e| e.to_string())
        .and_then(|()| Logo::read(&bytes).map_err(|e| e.to_string()))
        .unwrap_or_else(|e| panic!("{e}"))
}

/// A description that is longer than a page.
fn long() -> Paper {
    let mut paper = Paper::new("A long line", "en", Day::new(2026, 1, 1));
    paper.push(Block::Table(Table {
        summary: "One line, several pages".to_owned(),
        columns: vec![Column {
            head: "What".into(),
            align: Align::Start,
            width: Width::Flex(1),
        }],
        rows: vec![Row::new(["word ".repeat(2000) + "the-last-word"])],
        carried: None,
    }));
    paper
}

fn evidence() -> Paper {
    let mut paper = Paper::new(
        "Evidence for dispute dp_1Q2w3E",
        "en-CA",
        Day::new(2026, 5, 3),
    );
    paper.author = "Studio Nord".to_owned();
    paper.page_words = "Page {page} of {pages}".to_owned();
    paper.footer = "Studio Nord · 12 rue Saint-Paul, Montréal".into();
    paper.push(Block::paragraph(
        "The cardholder says that the service was not received. It was booked, delivered and confirmed, as the \
         following pages show.",
    ));
    paper.push(Block::heading(2, "The payment"));
    paper.push(Block::key_values([
        ("Invoice", "2026-0042"),
        ("Amount", "CA$1,149.75"),
        ("Card", "Visa ending 4242"),
        ("Customer", "Ольга Щербакова, شركة الأمل, 北京东方有限公司"),
        ("Address", "12 rue Saint-Paul\nMontréal QC H2Y 1H1"),
    ]));
    paper.push(Block::heading(2, "What happened, in order"));
    let column = |head: &str, align, width| Column {
        head: head.into(),
        align,
        width,
    };
    paper.push(Block::Table(Table {
        summary: "Events of the sale, the oldest first".to_owned(),
        columns: vec![
            column("When", Align::Start, Width::Auto),
            column("What", Align::Start, Width::Flex(1)),
            column("Amount", Align::End, Width::Auto),
        ],
        rows: (1..=70)
            .map(|n| Row {
                cells: vec![
                    Cell {
                        text: format!("2026-04-{:02} 14:02", n % 30 + 1).into(),
                    },
                    Cell {
                        text: Text::from(format!("Session {n} of the programme")).and(
                            Span::new("\nAttended, confirmed by the participant")
                                .muted()
                                .small(),
                        ),
                    },
                    Cell {
                        text: "10.00".into(),
                    },
                ],
                running: format!("{}.00", n * 10),
                strong: false,
            })
            .collect(),
        carried: Some(Carried {
            forward: "Carried forward".to_owned(),
            brought: "Brought forward".to_owned(),
        }),
    }));
    paper.push(Block::small(
        "Made by Quittance from the books of the seller.",
    ));
    paper.attachments.push(Attachment {
        name: "events.csv".to_owned(),
        media_type: "text/csv".to_owned(),
        description: "The events of the sale".to_owned(),
        relation: Relation::Supplement,
        bytes: b"when,what\n2026-04-01,Session 1\n".to_vec(),
    });
    paper
}
