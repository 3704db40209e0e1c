//! Writes sample papers into a folder, one for each awkward case: what the oracles judge and people look at.
//!
//! `cargo run -p documents --example papers -- target/papers`

use std::path::PathBuf;

use documents::{Align, Attachment, Relation};
use documents::{Block, Carried, Cell, Column, Day, Paper, Row, Span, Table, Text, Width};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).map(PathBuf::from);
    let folder = folder.ok_or("name a folder to write to")?;
    std::fs::create_dir_all(&folder)?;
    for (name, paper) in samples() {
        let bytes = paper.to_pdf().map_err(|e| format!("{name}: {e}"))?;
        std::fs::write(folder.join(format!("{name}.pdf")), bytes)?;
    }
    Ok(())
}

fn samples() -> Vec<(&'static str, Paper)> {
    vec![("evidence", evidence())]
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
