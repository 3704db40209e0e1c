//! Blocks to strips: pieces as wide as the page's text that are never divided. What may be divided (a paragraph, a
//! table) becomes several.

mod table;

use std::rc::Rc;

use crate::fonts::{Press, SANS, SERIF};
use crate::logo::Logo;
use crate::look::{Colour, Design, Look};
use crate::paper::{
    Align, Block, Carried, Cell, PaperError, Row, Share, Size, Span, Table, Text, Tone, Total,
    Width,
};
use crate::tags::{Leaf, Role, Tags};
use crate::text::{Shaped, Style};

/// Something drawn, placed in its strip: points right and down from the strip's upper left corner.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub(crate) x: f32,
    pub(crate) y: f32,
    pub(crate) what: What,
}

/// What is drawn. Without a leaf it is decoration, which is not read aloud.
#[derive(Clone, Debug)]
pub(crate) enum What {
    Line {
        shaped: Rc<Shaped>,
        line: usize,
        leaf: Option<Leaf>,
    },
    Ground {
        width: f32,
        height: f32,
        colour: Colour,
        /// Reaches over the sheet, see [`Block::Panel`].
        bleed: bool,
    },
    Picture {
        logo: Logo,
        width: f32,
        height: f32,
        leaf: Leaf,
    },
    Modules {
        code: Rc<Modules>,
        edge: f32,
        leaf: Leaf,
    },
    Link {
        width: f32,
        height: f32,
        address: String,
        words: String,
        leaf: Leaf,
    },
    /// Where the outline leads.
    Mark(String, u8),
}

/// The dark and light squares of a code, row by row.
#[derive(Debug)]
pub(crate) struct Modules {
    pub(crate) side: usize,
    pub(crate) dark: Vec<bool>,
}

impl Modules {
    fn new(code: &qrcodegen::QrCode) -> Modules {
        let side = code.size();
        let rows = (0..side).flat_map(|y| (0..side).map(move |x| (x, y)));
        Modules {
            side: usize::try_from(side).unwrap_or(0),
            dark: rows.map(|(x, y)| code.get_module(x, y)).collect(),
        }
    }
}

/// A piece that is never divided.
#[derive(Clone, Debug, Default)]
pub(crate) struct Strip {
    pub(crate) height: f32,
    pub(crate) items: Vec<Item>,
    /// Stays on the page of the next strip.
    pub(crate) keeps_next: bool,
    /// Falls away at the top of a page.
    pub(crate) is_space: bool,
    /// Begins a page.
    pub(crate) begins_page: bool,
    /// The table it is a row of.
    pub(crate) table: Option<usize>,
    /// The sum up to and with this row.
    pub(crate) running: String,
    /// The last row of its table.
    pub(crate) ends_table: bool,
}

/// What a table needs again on its next page.
#[derive(Debug)]
pub(crate) struct TableHead {
    pub(crate) head: Strip,
    pub(crate) carried: Option<Carried>,
    /// Space to the right of the sums that are carried, and where their words begin.
    pub(crate) width: f32,
}

/// Height of a line that carries a sum.
pub(crate) const CARRIED_HEIGHT: f32 = 20.0;
/// Points around what stands in a panel.
const PANEL_PADDING: f32 = 16.0;

/// Turns blocks into strips.
pub(crate) struct Setter<'a> {
    pub(crate) press: &'a mut Press,
    pub(crate) look: &'a Look,
    pub(crate) tags: Tags,
    pub(crate) tables: Vec<TableHead>,
}

impl Setter<'_> {
    /// The strips of blocks below each other.
    pub(crate) fn blocks(
        &mut self,
        blocks: &[Block],
        width: f32,
    ) -> Result<Vec<Strip>, PaperError> {
        let mut strips = Vec::new();
        for block in blocks {
            strips.extend(self.block(block, width)?);
        }
        Ok(strips)
    }

    fn block(&mut self, block: &Block, width: f32) -> Result<Vec<Strip>, PaperError> {
        Ok(match block {
            Block::Heading { level, text, size } => self.heading(*level, text, *size, width),
            Block::Paragraph { text, size, align } => {
                self.tags.open(Role::Paragraph);
                let strips = self.lines(text, *size, *align, width);
                self.tags.close();
                strips
            }
            Block::KeyValues(pairs) => self.key_values(pairs, width),
            Block::Table(table) => self.table(table, width),
            Block::Totals(totals) => vec![self.totals(totals, width)],
            Block::Columns { columns, gap } => vec![self.columns(columns, *gap, width)?],
            Block::Panel {
                ground,
                bleed,
                blocks,
            } => vec![self.panel(*ground, *bleed, blocks, width)?],
            Block::Together(blocks) => {
                let mut strips = self.blocks(blocks, width)?;
                let last = strips.len().saturating_sub(1);
                for strip in strips.iter_mut().take(last) {
                    strip.keeps_next = true;
                }
                strips
            }
            Block::Logo {
                logo,
                alt,
                max_width,
                max_height,
                align,
            } => vec![self.logo(logo, alt, (*max_width, *max_height), *align, width)],
            Block::Qr {
                content,
                alt,
                edge,
                align,
            } => vec![self.qr(content, alt, *edge, *align, width)?],
            Block::Link {
                text,
                address,
                size,
                align,
            } => self.link(text, address, *size, *align, width),
            Block::Rule(colour) => vec![rule(width, *colour)],
            Block::Space(points) => vec![space(*points)],
            Block::PageBreak => vec![Strip {
                begins_page: true,
                ..Strip::default()
            }],
        })
    }

    /// How text of a size is set in the design of this paper.
    pub(crate) fn style(&self, size: Size) -> Style {
        let classic = self.look.design == Design::Classic;
        let family = if classic { SERIF } else { SANS };
        // The serif is smaller to the eye.
        let factor = if classic { 1.08 } else { 1.0 };
        let (points, line, bold, tracking) = match size {
            Size::Label => (7.6, 11.0, false, 0.15),
            Size::Small => (8.0, 11.8, false, 0.0),
            Size::Body => (9.4, 14.0, false, 0.0),
            Size::Large => (12.0, 17.0, true, -0.05),
            Size::Heading => (10.6, 16.0, true, 0.0),
            Size::Title => (24.0, 30.0, true, -0.45),
            Size::Amount => (30.0, 36.0, true, -0.7),
        };
        Style {
            family,
            size: points * factor,
            line,
            bold,
            tracking: if classic { 0.0 } else { tracking },
        }
    }

    fn colour(look: &Look, span: &Span) -> Colour {
        match span.tone {
            Tone::Ink => Colour::INK,
            Tone::Muted => Colour::MUTED,
            Tone::Accent => look.accent_ink(),
            Tone::OnAccent => look.accent().text_on_it(),
            Tone::Alarm => Colour(0xb3, 0x26, 0x1e),
        }
    }

    pub(crate) fn shaped(&mut self, text: &Text, size: Size, width: Option<f32>) -> Rc<Shaped> {
        self.shaped_as(text, self.style(size), width)
    }

    fn shaped_as(&mut self, text: &Text, style: Style, width: Option<f32>) -> Rc<Shaped> {
        let look = self.look;
        Shaped::new(
            self.press,
            style,
            text,
            |span| Self::colour(look, span),
            width,
        )
    }

    /// A strip a line, the first two and the last two kept together.
    fn lines(&mut self, text: &Text, size: Size, align: Align, width: f32) -> Vec<Strip> {
        let shaped = self.shaped(text, size, Some(width));
        let leaf = self.tags.leaf();
        let count = shaped.line_count();
        let strip = |line: usize| Strip {
            height: shaped.style.line,
            items: vec![Item {
                x: offset(align, width, shaped.line_width(line)),
                y: 0.0,
                what: What::Line {
                    shaped: Rc::clone(&shaped),
                    line,
                    leaf: Some(leaf),
                },
            }],
            keeps_next: line + 1 < count && (line == 0 || line + 2 == count),
            ..Strip::default()
        };
        (0..count).map(strip).collect()
    }

    fn heading(&mut self, level: u8, text: &Text, size: Size, width: f32) -> Vec<Strip> {
        let words = text.plain().replace('\n', " ");
        self.tags.open(Role::Heading(level, words.clone()));
        let mut strips = Vec::new();
        if size == Size::Heading {
            strips.push(space(14.0));
        }
        let mut lines = self.lines(text, size, Align::Start, width);
        if let Some(first) = lines.first_mut() {
            first.items.push(Item {
                x: 0.0,
                y: 0.0,
                what: What::Mark(words, level),
            });
        }
        strips.extend(lines);
        if size == Size::Heading {
            strips.push(space(3.0));
        }
        for strip in &mut strips {
            strip.keeps_next = true;
        }
        self.tags.close();
        strips
    }

    // ----- beside, around

    fn columns(&mut self, columns: &[Share], gap: f32, width: f32) -> Result<Strip, PaperError> {
        let parts: u16 = columns.iter().map(|column| column.parts).sum();
        let gaps = gap * f32::from(u16::try_from(columns.len().saturating_sub(1)).unwrap_or(0));
        let mut strip = Strip::default();
        let mut x = 0.0;
        for column in columns {
            let share = (width - gaps) * f32::from(column.parts) / f32::from(parts.max(1));
            self.tags.open(Role::Section);
            let inner = stacked(self.blocks(&column.blocks, share)?);
            self.tags.close();
            strip.height = strip.height.max(inner.height);
            strip.items.extend(moved(inner.items, x, 0.0));
            x += share + gap;
        }
        Ok(strip)
    }

    fn panel(
        &mut self,
        colour: Colour,
        bleed: bool,
        blocks: &[Block],
        width: f32,
    ) -> Result<Strip, PaperError> {
        let side = if bleed { 0.0 } else { PANEL_PADDING };
        self.tags.open(Role::Section);
        let inner = stacked(self.blocks(blocks, width - 2.0 * side)?);
        self.tags.close();
        let height = inner.height + 2.0 * PANEL_PADDING;
        let mut strip = Strip {
            height,
            ..Strip::default()
        };
        strip.items.push(Item {
            x: 0.0,
            y: 0.0,
            what: What::Ground {
                width,
                height,
                colour,
                bleed,
            },
        });
        strip.items.extend(moved(inner.items, side, PANEL_PADDING));
        Ok(strip)
    }

    // ----- pictures and links

    fn logo(
        &mut self,
        logo: &Logo,
        alt: &str,
        (max_width, max_height): (f32, f32),
        align: Align,
        width: f32,
    ) -> Strip {
        let (w, h) = logo.fitted(max_width.min(width), max_height);
        self.tags.open(Role::Figure(alt.to_owned()));
        let leaf = self.tags.leaf();
        self.tags.close();
        Strip {
            height: h,
            items: vec![Item {
                x: offset(align, width, w),
                y: 0.0,
                what: What::Picture {
                    logo: logo.clone(),
                    width: w,
                    height: h,
                    leaf,
                },
            }],
            ..Strip::default()
        }
    }

    fn qr(
        &mut self,
        content: &str,
        alt: &str,
        edge: f32,
        align: Align,
        width: f32,
    ) -> Result<Strip, PaperError> {
        let code = qrcodegen::QrCode::encode_text(content, qrcodegen::QrCodeEcc::Medium)
            .map_err(|_| PaperError::QrTooLong)?;
        self.tags.open(Role::Figure(alt.to_owned()));
        let leaf = self.tags.leaf();
        self.tags.close();
        Ok(Strip {
            height: edge,
            items: vec![Item {
                x: offset(align, width, edge),
                y: 0.0,
                what: What::Modules {
                    code: Rc::new(Modules::new(&code)),
                    edge,
                    leaf,
                },
            }],
            ..Strip::default()
        })
    }

    fn link(
        &mut self,
        text: &Text,
        address: &str,
        size: Size,
        align: Align,
        width: f32,
    ) -> Vec<Strip> {
        self.tags.open(Role::Paragraph);
        self.tags.open(Role::Link);
        let mut strips = Vec::new();
        for mut strip in self.lines(text, size, align, width) {
            let leaf = self.tags.leaf();
            let Some(Item {
                x,
                what: What::Line { shaped, line, .. },
                ..
            }) = strip.items.first().cloned()
            else {
                continue;
            };
            strip.items.push(Item {
                x,
                y: 0.0,
                what: What::Link {
                    width: shaped.line_width(line).max(1.0),
                    height: strip.height,
                    address: address.to_owned(),
                    words: text.plain(),
                    leaf,
                },
            });
            strips.push(strip);
        }
        self.tags.close();
        self.tags.close();
        strips
    }
}

/// Points left of something that stands at an edge.
pub(crate) fn offset(align: Align, room: f32, taken: f32) -> f32 {
    match align {
        Align::Start => 0.0,
        Align::Centre => (room - taken) / 2.0,
        Align::End => room - taken,
    }
}

/// Puts all lines of a text into a strip.
pub(crate) fn put(
    strip: &mut Strip,
    shaped: &Rc<Shaped>,
    x: f32,
    y: f32,
    width: f32,
    align: Align,
    leaf: Option<Leaf>,
) {
    let mut top = y;
    for line in 0..shaped.line_count() {
        strip.items.push(Item {
            x: x + offset(align, width, shaped.line_width(line)),
            y: top,
            what: What::Line {
                shaped: Rc::clone(shaped),
                line,
                leaf,
            },
        });
        top += shaped.style.line;
    }
}

fn muted(text: &Text) -> Text {
    let mut text = text.clone();
    for span in &mut text.spans {
        if span.tone == Tone::Ink {
            span.tone = Tone::Muted;
        }
    }
    text
}

fn space(points: f32) -> Strip {
    Strip {
        height: points,
        is_space: true,
        ..Strip::default()
    }
}

fn rule(width: f32, colour: Colour) -> Strip {
    Strip {
        height: 0.6,
        items: vec![ground(0.0, 0.0, width, 0.6, colour)],
        ..Strip::default()
    }
}

pub(crate) fn ground(x: f32, y: f32, width: f32, height: f32, colour: Colour) -> Item {
    Item {
        x,
        y,
        what: What::Ground {
            width,
            height,
            colour,
            bleed: false,
        },
    }
}

fn moved(items: Vec<Item>, x: f32, y: f32) -> impl Iterator<Item = Item> {
    items.into_iter().map(move |item| Item {
        x: item.x + x,
        y: item.y + y,
        ..item
    })
}

/// Strips below each other as one.
fn stacked(strips: Vec<Strip>) -> Strip {
    let mut all = Strip::default();
    for (number, strip) in strips.into_iter().enumerate() {
        if strip.is_space && number == 0 {
            continue;
        }
        let y = all.height;
        all.items.extend(moved(strip.items, 0.0, y));
        all.height += strip.height;
    }
    all
}
