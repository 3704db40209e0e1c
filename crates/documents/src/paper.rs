//! What a paper is made of. Every text comes in finished: in its language, with its figures written out.

use thiserror::Error;

use crate::einvoice::{Einvoice, Gap};
use crate::logo::Logo;
use crate::look::{Colour, Look};

/// A paper: a title, what it says, and how it looks.
///
/// The title is printed as the first heading, unless [`Paper::show_title`] is off because the blocks begin with a
/// heading of level 1 of their own.
#[derive(Clone, Debug)]
pub struct Paper {
    /// The title, in the document's metadata and as its first heading.
    pub title: String,
    /// Whether the title is printed at the top. Off when the blocks bring a heading of level 1 themselves.
    pub show_title: bool,
    /// Language of the paper, BCP 47: `fr-CA`.
    pub language: String,
    /// Who wrote it (the seller's name), for the metadata. May be empty.
    pub author: String,
    /// What it is about, for the metadata. May be empty.
    pub subject: String,
    /// Something that names this very document for ever, such as `invoice/live/2026-0042/fr`: its PDF identifier is
    /// derived from it. May be empty, then title and day name it.
    pub identity: String,
    /// The day that stands in the metadata as the day of making: the day of issue, never "today".
    pub day: Day,
    /// What it says, in reading order.
    pub blocks: Vec<Block>,
    /// Printed at the foot of every page, left, in small type. May be empty.
    pub footer: Text,
    /// Pattern of the page number at the foot, right: `Page {page} of {pages}`. Empty for none.
    pub page_words: String,
    /// Design, colour, sheet.
    pub look: Look,
    /// Files carried inside.
    pub attachments: Vec<Attachment>,
    /// When one of the attachments is an invoice of Factur-X: what the metadata says about it.
    pub factur: Option<Factur>,
}

impl Paper {
    /// An empty paper in the product's design.
    pub fn new(title: impl Into<String>, language: impl Into<String>, day: Day) -> Paper {
        Paper {
            title: title.into(),
            show_title: true,
            language: language.into(),
            author: String::new(),
            subject: String::new(),
            identity: String::new(),
            day,
            blocks: Vec::new(),
            footer: Text::default(),
            page_words: String::new(),
            look: Look::default(),
            attachments: Vec::new(),
            factur: None,
        }
    }

    /// Adds a block at the end.
    pub fn push(&mut self, block: Block) {
        self.blocks.push(block);
    }

    /// Puts the same document as data inside, and says so in the metadata: the paper becomes a hybrid invoice (Factur-X,
    /// profile EN 16931) that a person reads and a machine books.
    ///
    /// # Errors
    /// Every [`Gap`] at once; the paper stays as it was.
    pub fn carry(&mut self, invoice: &Einvoice, description: &str) -> Result<(), Vec<Gap>> {
        let bytes = invoice.to_cii()?;
        self.attachments.push(Attachment {
            name: FACTUR_X.to_owned(),
            media_type: "text/xml".to_owned(),
            description: description.to_owned(),
            relation: Relation::Alternative,
            bytes,
        });
        self.factur = Some(Factur {
            file_name: FACTUR_X.to_owned(),
            document_type: "INVOICE".to_owned(),
            version: "1.0".to_owned(),
            conformance_level: "EN 16931".to_owned(),
        });
        Ok(())
    }

    /// The PDF: PDF/A-3a and PDF/UA-1. The same paper always gives the same bytes (with the same version of the
    /// program; what was made is stored, never made again).
    ///
    /// # Errors
    /// [`PaperError`] when the paper breaks one of the two standards, which is a mistake in the code that built it.
    pub fn to_pdf(&self) -> Result<Vec<u8>, PaperError> {
        crate::pdf::write(self)
    }
}

/// The one name under which readers of hybrid invoices look for the data.
const FACTUR_X: &str = "factur-x.xml";

/// A day of the calendar, as the caller's law counts it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day {
    /// 2026.
    pub year: u16,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
}

impl Day {
    /// A day; it is the caller's duty that it exists.
    pub fn new(year: u16, month: u8, day: u8) -> Day {
        Day { year, month, day }
    }

    /// `2026-05-03`.
    pub fn iso(self) -> String {
        format!("{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// A piece of the paper. Blocks follow each other down the page and break over pages where they may.
#[derive(Clone, Debug)]
pub enum Block {
    /// A heading; level 1 is the document's title, levels follow each other without a gap.
    Heading {
        /// 1 to 6.
        level: u8,
        /// What it says.
        text: Text,
        /// How large; usually [`Size::Heading`].
        size: Size,
    },
    /// A paragraph. Line feeds break the line.
    Paragraph {
        /// What it says.
        text: Text,
        /// How large.
        size: Size,
        /// Which edge its lines stand at.
        align: Align,
    },
    /// Words and what they stand for, in two columns.
    KeyValues(Vec<(Text, Text)>),
    /// A table that breaks over pages between its rows.
    Table(Table),
    /// Sums at the right edge, one below the other. Never divided.
    Totals(Vec<Total>),
    /// Blocks side by side. Never divided, so for short things: addresses, a header.
    Columns {
        /// The columns.
        columns: Vec<Share>,
        /// Points between two of them.
        gap: f32,
    },
    /// Blocks on a ground of their own. Never divided.
    Panel {
        /// The ground.
        ground: Colour,
        /// Whether the ground reaches over the whole width of the sheet, and, where the panel is the first thing on
        /// the page, up to its edge.
        bleed: bool,
        /// What stands on it.
        blocks: Vec<Block>,
    },
    /// Blocks that stay on one page if they fit on one.
    Together(Vec<Block>),
    /// A picture of the seller.
    Logo {
        /// The picture.
        logo: Logo,
        /// What it shows, for those who cannot see it.
        alt: String,
        /// Points it may take at most.
        max_width: f32,
        /// Points it may take at most.
        max_height: f32,
        /// Which edge it stands at.
        align: Align,
    },
    /// A square code that a camera reads as an address.
    Qr {
        /// The address.
        content: String,
        /// What it is, for those who cannot see it.
        alt: String,
        /// Edge in points.
        edge: f32,
        /// Which edge it stands at.
        align: Align,
    },
    /// Words that lead to an address.
    Link {
        /// The words.
        text: Text,
        /// Where they lead.
        address: String,
        /// How large.
        size: Size,
        /// Which edge they stand at.
        align: Align,
    },
    /// A thin line over the whole width.
    Rule(Colour),
    /// Points of nothing.
    Space(f32),
    /// What follows begins a page.
    PageBreak,
}

impl Block {
    /// A heading below the title (level 2 or deeper).
    pub fn heading(level: u8, text: impl Into<Text>) -> Block {
        Block::Heading {
            level,
            text: text.into(),
            size: Size::Heading,
        }
    }

    /// A paragraph of ordinary text.
    pub fn paragraph(text: impl Into<Text>) -> Block {
        Block::Paragraph {
            text: text.into(),
            size: Size::Body,
            align: Align::Start,
        }
    }

    /// Small, quiet text.
    pub fn small(text: impl Into<Text>) -> Block {
        let mut text: Text = text.into();
        for span in &mut text.spans {
            if span.tone == Tone::Ink {
                span.tone = Tone::Muted;
            }
        }
        Block::Paragraph {
            text,
            size: Size::Small,
            align: Align::Start,
        }
    }

    /// Words and what they stand for.
    pub fn key_values<K: Into<Text>, V: Into<Text>>(
        pairs: impl IntoIterator<Item = (K, V)>,
    ) -> Block {
        let pairs = pairs.into_iter().map(|(k, v)| (k.into(), v.into()));
        Block::KeyValues(pairs.collect())
    }
}

/// A column of [`Block::Columns`].
#[derive(Clone, Debug)]
pub struct Share {
    /// How much of the width, in relation to the others.
    pub parts: u16,
    /// What stands in it.
    pub blocks: Vec<Block>,
}

/// A line of sums.
#[derive(Clone, Debug)]
pub struct Total {
    /// `GST 5%`.
    pub name: Text,
    /// `$50.00`.
    pub amount: Text,
    /// The line that counts: larger, below a rule.
    pub strong: bool,
}

/// A table. Its head is repeated on every page; a column's cells stand where its head stands.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// What it holds, in a sentence, for those who hear it.
    pub summary: String,
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows, each with a cell a column.
    pub rows: Vec<Row>,
    /// When set, the sum so far is written below the last row of a page and above the first of the next.
    pub carried: Option<Carried>,
}

/// The words for a sum that goes on on the next page.
#[derive(Clone, Debug)]
pub struct Carried {
    /// `Carried forward`, at the foot.
    pub forward: String,
    /// `Brought forward`, at the head.
    pub brought: String,
}

/// A column of a table.
#[derive(Clone, Debug)]
pub struct Column {
    /// Its head.
    pub head: Text,
    /// Numbers stand at the end.
    pub align: Align,
    /// How wide.
    pub width: Width,
}

/// How wide a column is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Width {
    /// As wide as its widest cell.
    Auto,
    /// A part of what the others leave.
    Flex(u16),
}

/// A row of a table.
#[derive(Clone, Debug, Default)]
pub struct Row {
    /// A cell a column.
    pub cells: Vec<Cell>,
    /// The sum up to and with this row, written out; used where the table breaks and has words for it.
    pub running: String,
    /// A row that sums others up: bold, below a rule.
    pub strong: bool,
}

impl Row {
    /// A row of plain cells.
    pub fn new<T: Into<Text>>(cells: impl IntoIterator<Item = T>) -> Row {
        Row {
            cells: cells
                .into_iter()
                .map(|text| Cell { text: text.into() })
                .collect(),
            ..Row::default()
        }
    }
}

/// A cell.
#[derive(Clone, Debug, Default)]
pub struct Cell {
    /// What it says; spans may be quiet or small, line feeds break the line.
    pub text: Text,
}

/// Text in spans of different weight, tone or language.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    /// One after the other; no space is added between.
    pub spans: Vec<Span>,
}

impl Text {
    /// Adds a span.
    #[must_use]
    pub fn and(mut self, span: Span) -> Text {
        self.spans.push(span);
        self
    }

    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.spans.iter().all(|span| span.text.is_empty())
    }

    /// All of it, without its spans.
    pub fn plain(&self) -> String {
        self.spans.iter().map(|span| span.text.as_str()).collect()
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Text {
        Text::from(Span::new(text))
    }
}

impl From<String> for Text {
    fn from(text: String) -> Text {
        Text::from(Span::new(text))
    }
}

impl From<Span> for Text {
    fn from(span: Span) -> Text {
        Text { spans: vec![span] }
    }
}

/// Text of one weight, tone and language.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// What it says.
    pub text: String,
    /// Heavier.
    pub bold: bool,
    /// A size smaller than what it stands in.
    pub small: bool,
    /// Its colour.
    pub tone: Tone,
    /// Its language when it is not the paper's, BCP 47.
    pub language: Option<String>,
}

impl Span {
    /// Plain text.
    pub fn new(text: impl Into<String>) -> Span {
        Span {
            text: text.into(),
            ..Span::default()
        }
    }

    /// The same, heavier.
    #[must_use]
    pub fn bold(mut self) -> Span {
        self.bold = true;
        self
    }

    /// The same, quieter.
    #[must_use]
    pub fn muted(mut self) -> Span {
        self.tone = Tone::Muted;
        self
    }

    /// The same, smaller.
    #[must_use]
    pub fn small(mut self) -> Span {
        self.small = true;
        self
    }

    /// The same in another tone.
    #[must_use]
    pub fn tone(mut self, tone: Tone) -> Span {
        self.tone = tone;
        self
    }

    /// The same in another language than the paper's.
    #[must_use]
    pub fn language(mut self, language: impl Into<String>) -> Span {
        self.language = Some(language.into());
        self
    }
}

/// The colour of text, by what it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Tone {
    /// Ordinary.
    #[default]
    Ink,
    /// Read second.
    Muted,
    /// The seller's colour, as dark as reading asks for.
    Accent,
    /// On a ground of the seller's colour.
    OnAccent,
    /// Bad news: a cancelled document.
    Alarm,
}

/// How large text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Size {
    /// The word above an address.
    Label,
    /// Legal notes.
    Small,
    /// Ordinary.
    #[default]
    Body,
    /// A lead, a name.
    Large,
    /// A heading.
    Heading,
    /// The title of the paper.
    Title,
    /// The one number.
    Amount,
}

/// Which edge a line stands at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Align {
    /// The left edge.
    #[default]
    Start,
    /// The middle.
    Centre,
    /// The right edge.
    End,
}

/// A file carried inside the paper.
#[derive(Clone, Debug)]
pub struct Attachment {
    /// Its name: `factur-x.xml`.
    pub name: String,
    /// What it is: `text/xml`.
    pub media_type: String,
    /// What it is, in words.
    pub description: String,
    /// How it relates to the paper.
    pub relation: Relation,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// How an attachment relates to its paper (PDF/A-3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// Says the same in another form; what German and French law read of a hybrid invoice.
    Alternative,
    /// The paper was made from it.
    Source,
    /// Figures behind it.
    Data,
    /// Adds to it: the evidence of a dispute.
    Supplement,
}

/// What the metadata of a hybrid invoice says about the invoice inside (the `fx:` block of Factur-X).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Factur {
    /// The name of the attachment: `factur-x.xml`.
    pub file_name: String,
    /// `INVOICE` (credit notes as well).
    pub document_type: String,
    /// `1.0`.
    pub version: String,
    /// The profile: `EN 16931`.
    pub conformance_level: String,
}

/// A paper that cannot be made: a mistake of the caller, never of a person.
#[derive(Debug, Error)]
pub enum PaperError {
    /// The PDF would break PDF/A-3a or PDF/UA-1.
    #[error("the paper breaks its standards: {0}")]
    Standard(String),
    /// Two attachments of one name.
    #[error("two attachments are called {0}")]
    AttachmentTwice(String),
    /// The media type of an attachment is none.
    #[error("{0} is no media type")]
    MediaType(String),
    /// The written PDF has no metadata to add to.
    #[error("the metadata cannot be extended: {0}")]
    Metadata(&'static str),
    /// An address too long for a code that can be photographed.
    #[error("the address does not fit into a QR code")]
    QrTooLong,
}
