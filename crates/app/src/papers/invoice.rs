//! The paper of an invoice or a credit note: what stands frozen, in blocks. The words and figures are those of the page
//! ([`crate::invoices::paper`]); only the arrangement is here.

use billing::Mode;
use documents::{
    Align, Block, Carried, Cell, Column, Day, Paper, Row, Share, Size, Span, Table, Text, Tone,
    Total, Width,
};
use jiff::civil::Date;
use kit::locale::{self, Lang, Locale};

use crate::invoices::frozen::Frozen;
use crate::invoices::paper::{Paper as Shown, PaperLine, PaperParty};

/// The paper in a language. `link`: where it can be paid; empty leaves that out.
pub(super) fn paper(frozen: &Frozen, language: Lang, link: &str, mode: Mode) -> Paper {
    let l = Locale::for_customer(language, &frozen.buyer.country);
    let shown = Shown::new(frozen, l);
    let title = shown.title.clone();
    let mut paper = Paper::new(&*title, l.tag(), day(frozen.issue_date));
    paper.show_title = false;
    paper.author.clone_from(&shown.seller.name);
    let subject = if frozen.is_credit_note() {
        locale::key("paper-subject-credit-note")
    } else {
        locale::key("paper-subject")
    };
    paper.subject = l
        .t1(subject, "buyer", shown.buyer.name.as_str())
        .into_owned();
    paper.identity = format!(
        "{}/{}/{}/{}",
        if frozen.is_credit_note() {
            "credit-note"
        } else {
            "invoice"
        },
        frozen.mode,
        shown.number,
        language.as_str()
    );
    paper.footer = foot(&shown).into();
    paper.page_words = l.t("paper-page-of").into_owned();
    if mode == Mode::Test {
        let test = Span::new(l.t("paper-test")).bold().tone(Tone::Alarm);
        paper.push(Block::paragraph(test));
    }
    paper.push(head(&shown, &title));
    paper.push(Block::Space(18.0));
    paper.push(parties(&shown, l));
    paper.push(Block::Space(14.0));
    paper.push(Block::Table(lines(frozen, &shown, l)));
    paper.push(Block::Space(8.0));
    paper.push(Block::Totals(totals(&shown, l)));
    if shown.inclusive {
        paper.push(Block::small(l.t("paper-inclusive").into_owned()));
    }
    if !link.is_empty() {
        paper.push(Block::Space(14.0));
        paper.push(pay(link, l));
    }
    if let Some((_, _, reason)) = shown
        .corrects
        .as_ref()
        .filter(|(_, _, why)| !why.is_empty())
    {
        paper.push(Block::Space(12.0));
        let words = l.t1("paper-reason", "reason", reason.as_str()).into_owned();
        paper.push(Block::paragraph(words));
    }
    if !shown.notes.is_empty() {
        paper.push(Block::Space(12.0));
        paper.push(Block::paragraph(shown.notes.as_str()));
    }
    paper
}

fn day(date: Date) -> Day {
    // Years of invoices have four digits, months and days two.
    Day::new(
        date.year().unsigned_abs(),
        date.month().unsigned_abs(),
        date.day().unsigned_abs(),
    )
}

fn foot(shown: &Shown) -> String {
    let address = shown.seller.address.replace('\n', ", ");
    [shown.seller.name.as_str(), &address]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" · ")
}

fn head(shown: &Shown, title: &str) -> Block {
    let seller = Block::Paragraph {
        text: Span::new(&shown.seller.name).bold().into(),
        size: Size::Large,
        align: Align::Start,
    };
    let title = Block::Heading {
        level: 1,
        text: title.into(),
        size: Size::Title,
    };
    Block::Together(vec![seller, Block::Space(10.0), title])
}

fn label(text: impl Into<String>) -> Block {
    Block::Paragraph {
        text: Span::new(text).tone(Tone::Muted).into(),
        size: Size::Label,
        align: Align::Start,
    }
}

fn party(name: &str, party: &PaperParty, l: Locale) -> Vec<Block> {
    let mut text = Text::from(Span::new(&party.name).bold());
    let registrations = party
        .registrations
        .iter()
        .map(|(word, number)| format!("{} {number}", l.t(word)));
    let more = [party.address.clone(), party.email.clone()]
        .into_iter()
        .filter(|line| !line.is_empty())
        .chain(registrations);
    for line in more {
        text = text.and(Span::new(format!("\n{line}")));
    }
    vec![label(name), Block::paragraph(text)]
}

/// Who bills, who owes, and the days.
fn parties(shown: &Shown, l: Locale) -> Block {
    let mut days = match &shown.corrects {
        None => vec![
            (l.t("paper-issue-date").into_owned(), &shown.issue_date.1),
            (l.t("paper-due-date").into_owned(), &shown.due_date.1),
        ],
        Some((number, day, _)) => vec![
            (l.t("paper-credit-date").into_owned(), &shown.issue_date.1),
            (l.t("paper-corrects").into_owned(), number),
            (l.t("paper-corrects-date").into_owned(), day),
        ],
    };
    if !shown.replaces.is_empty() {
        days.push((l.t("paper-replaces").into_owned(), &shown.replaces));
    }
    if !shown.reference.is_empty() {
        days.push((l.t("paper-reference").into_owned(), &shown.reference));
    }
    let share = |parts, blocks| Share { parts, blocks };
    Block::Columns {
        columns: vec![
            share(3, party(&l.t("from"), &shown.seller, l)),
            share(3, party(&l.t(to_word(shown)), &shown.buyer, l)),
            share(
                4,
                vec![Block::key_values(
                    days.into_iter().map(|(word, day)| (word, day.as_str())),
                )],
            ),
        ],
        gap: 18.0,
    }
}

/// Nobody is billed by a credit note.
fn to_word(shown: &Shown) -> &'static str {
    match shown.corrects {
        None => locale::key("paper-to"),
        Some(_) => locale::key("to"),
    }
}

fn lines(frozen: &Frozen, shown: &Shown, l: Locale) -> Table {
    let column = |key: &str, align, width| Column {
        head: l.t(key).into_owned().into(),
        align,
        width,
    };
    let mut running = 0_i64;
    let rows = shown.lines.iter().zip(&frozen.lines).map(|(line, kept)| {
        running += kept.net_minor;
        Row {
            cells: cells(line),
            running: l.money_plain(running, frozen.exponent()),
            strong: false,
        }
    });
    Table {
        summary: l.t("paper-lines").into_owned(),
        columns: vec![
            column("description", Align::Start, Width::Flex(1)),
            column("quantity", Align::End, Width::Auto),
            column("unit-price", Align::End, Width::Auto),
            column("tax", Align::Start, Width::Auto),
            column("amount", Align::End, Width::Auto),
        ],
        rows: rows.collect(),
        carried: Some(Carried {
            forward: l.t("paper-carried-forward").into_owned(),
            brought: l.t("paper-brought-forward").into_owned(),
        }),
    }
}

fn cells(line: &PaperLine) -> Vec<Cell> {
    let mut what = Text::from(line.description.as_str());
    if !line.discount.is_empty() {
        what = what.and(Span::new(format!("\n{}", line.discount)).muted().small());
    }
    let plain = |text: &str| Cell { text: text.into() };
    vec![
        Cell { text: what },
        plain(&line.quantity),
        plain(&line.unit_price),
        plain(&line.taxes),
        plain(&line.net),
    ]
}

fn totals(shown: &Shown, l: Locale) -> Vec<Total> {
    let mut totals: Vec<Total> = shown
        .sums
        .iter()
        .map(|sum| Total {
            name: sum.name.as_str().into(),
            amount: sum.amount.as_str().into(),
            strong: false,
        })
        .collect();
    totals.push(Total {
        name: l.t(total_word(shown)).into_owned().into(),
        amount: shown.total.as_str().into(),
        strong: true,
    });
    totals
}

fn total_word(shown: &Shown) -> &'static str {
    match shown.corrects {
        None => locale::key("total"),
        Some(_) => locale::key("paper-total-credited"),
    }
}

fn pay(link: &str, l: Locale) -> Block {
    let words = l.t("paper-pay").into_owned();
    let qr = Block::Qr {
        content: link.to_owned(),
        alt: l.t("paper-pay-code").into_owned(),
        edge: 76.0,
        align: Align::Start,
    };
    let address = Block::Link {
        text: link.into(),
        address: link.to_owned(),
        size: Size::Small,
        align: Align::Start,
    };
    Block::Together(vec![Block::Columns {
        columns: vec![
            Share {
                parts: 1,
                blocks: vec![qr],
            },
            Share {
                parts: 5,
                blocks: vec![
                    Block::paragraph(Span::new(words).bold()),
                    Block::small(l.t("paper-pay-how").into_owned()),
                    address,
                ],
            },
        ],
        gap: 14.0,
    }])
}
