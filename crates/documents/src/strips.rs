//! Blocks to strips: pieces as wide as the page's text that are never divided. What may be divided (a paragraph, a
//! table) becomes several.

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
/// Points above and below the text of a row.
const ROW_PADDING: f32 = 5.5;
/// Points between two columns of a table.
const COLUMN_GAP: f32 = 12.0;
/// Points around what stands in a panel.
const PANEL_PADDING: f32 = 16.0;
/// A row higher than this may be divided after all.
const ROW_HEIGHT_MAX: f32 = 320.0;

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

    fn key_values(&mut self, pairs: &[(Text, Text)], width: f32) -> Vec<Strip> {
        let keys: Vec<Rc<Shaped>> = pairs
            .iter()
            .map(|(key, _)| self.shaped(&muted(key), Size::Body, None))
            .collect();
        let widest = keys.iter().map(|key| key.width()).fold(0.0, f32::max);
        let key_width = (widest + 0.5).min(width * 0.45);
        self.tags.open(Role::List);
        let mut strips = Vec::new();
        for (key, (_, value)) in keys.into_iter().zip(pairs) {
            self.tags.open(Role::Item);
            let key = key.broken_at(key_width);
            let value_x = key_width + COLUMN_GAP;
            let value = self.shaped(value, Size::Body, Some(width - value_x));
            self.tags.open(Role::Label);
            let key_leaf = self.tags.leaf();
            self.tags.close();
            self.tags.open(Role::Body);
            let value_leaf = self.tags.leaf();
            self.tags.close();
            self.tags.close();
            let mut strip = Strip::default();
            put(
                &mut strip,
                &key,
                0.0,
                1.5,
                key_width,
                Align::Start,
                Some(key_leaf),
            );
            put(
                &mut strip,
                &value,
                value_x,
                1.5,
                width - value_x,
                Align::Start,
                Some(value_leaf),
            );
            strip.height = key.height().max(value.height()) + 3.0;
            strips.extend(divided(strip, self.style(Size::Body).line));
        }
        self.tags.close();
        strips
    }

    // ----- tables

    fn table(&mut self, table: &Table, width: f32) -> Vec<Strip> {
        let head_style = Style {
            bold: true,
            ..self.style(Size::Label)
        };
        let heads: Vec<Rc<Shaped>> = table
            .columns
            .iter()
            .map(|column| self.shaped_as(&muted(&column.head), head_style, None))
            .collect();
        let cells: Vec<Vec<Rc<Shaped>>> = table
            .rows
            .iter()
            .map(|row| self.cells(&row.cells, row.strong))
            .collect();
        let places = places(table, &heads, &cells, width);
        let at = self.tables.len();

        self.tags.open(Role::Table(table.summary.clone()));
        let mut head = self.table_head(table, heads, &places, width);
        let mut repeated = head.clone();
        for item in &mut repeated.items {
            if let What::Line { leaf, .. } = &mut item.what {
                *leaf = None;
            }
        }
        self.tables.push(TableHead {
            head: repeated,
            carried: table.carried.clone(),
            width,
        });
        head.keeps_next = true;
        let mut strips = vec![head];
        self.tags.open(Role::TableBody);
        let count = table.rows.len();
        for (number, (row, cells)) in table.rows.iter().zip(cells).enumerate() {
            let strip = self.row(table, row, cells, &places, width);
            let mut parts = divided(strip, self.style(Size::Body).line);
            let last_part = parts.len() - 1;
            for (part, strip) in parts.iter_mut().enumerate() {
                strip.table = Some(at);
                strip.ends_table = number + 1 == count && part == last_part;
                // What sums the rows up should not stand alone on the next page.
                strip.keeps_next = strip.ends_table && count > 1 && last_part == 0;
                if part == last_part {
                    strip.running.clone_from(&row.running);
                }
            }
            strips.extend(parts);
        }
        self.tags.close();
        self.tags.close();
        strips
    }

    fn cells(&mut self, cells: &[Cell], strong: bool) -> Vec<Rc<Shaped>> {
        let style = Style {
            bold: strong,
            ..self.style(Size::Body)
        };
        cells
            .iter()
            .map(|cell| self.shaped_as(&cell.text, style, None))
            .collect()
    }

    fn table_head(
        &mut self,
        table: &Table,
        heads: Vec<Rc<Shaped>>,
        places: &[(f32, f32)],
        width: f32,
    ) -> Strip {
        self.tags.open(Role::TableHead);
        self.tags.open(Role::TableRow);
        let mut strip = Strip::default();
        let mut height = 0.0_f32;
        let columns = table.columns.iter().zip(places);
        for (head, (column, (x, column_width))) in heads.into_iter().zip(columns) {
            let head = head.broken_at(*column_width);
            self.tags.open(Role::ColumnHead);
            let leaf = self.tags.leaf();
            self.tags.close();
            put(
                &mut strip,
                &head,
                *x,
                ROW_PADDING,
                *column_width,
                column.align,
                Some(leaf),
            );
            height = height.max(head.height());
        }
        self.tags.close();
        self.tags.close();
        strip.height = height + 2.0 * ROW_PADDING;
        let (rule, thickness) = match self.look.design {
            Design::Clear => (Colour::INK, 0.8),
            Design::Classic => (Colour::INK, 0.5),
            Design::Band => (self.look.accent(), 1.2),
        };
        if self.look.design == Design::Classic {
            strip.items.push(ground(0.0, 0.0, width, 0.5, Colour::INK));
        }
        strip.items.push(ground(
            0.0,
            strip.height - thickness,
            width,
            thickness,
            rule,
        ));
        strip
    }

    fn row(
        &mut self,
        table: &Table,
        row: &Row,
        cells: Vec<Rc<Shaped>>,
        places: &[(f32, f32)],
        width: f32,
    ) -> Strip {
        self.tags.open(Role::TableRow);
        let mut strip = Strip::default();
        let mut height = 0.0_f32;
        let columns = table.columns.iter().zip(places);
        for (cell, (column, (x, column_width))) in cells.into_iter().zip(columns) {
            let cell = cell.broken_at(*column_width);
            self.tags.open(Role::Data);
            let leaf = self.tags.leaf();
            self.tags.close();
            put(
                &mut strip,
                &cell,
                *x,
                ROW_PADDING,
                *column_width,
                column.align,
                Some(leaf),
            );
            height = height.max(cell.height());
        }
        self.tags.close();
        strip.height = height + 2.0 * ROW_PADDING;
        if row.strong {
            strip.items.push(ground(0.0, 0.0, width, 0.8, Colour::INK));
        } else {
            strip
                .items
                .push(ground(0.0, strip.height - 0.4, width, 0.4, Colour::LINE));
        }
        strip
    }

    fn totals(&mut self, totals: &[Total], width: f32) -> Strip {
        self.tags.open(Role::Table(String::new()));
        self.tags.open(Role::TableBody);
        let block_width = width.min((width * 0.48).max(220.0));
        let left = width - block_width;
        let mut strip = Strip {
            height: 6.0,
            ..Strip::default()
        };
        for total in totals {
            let size = if total.strong {
                Size::Large
            } else {
                Size::Body
            };
            let name = if total.strong {
                total.name.clone()
            } else {
                muted(&total.name)
            };
            let amount = self.shaped(&total.amount, size, None);
            let name_width = (block_width - amount.width() - COLUMN_GAP).max(60.0);
            let name = self.shaped(&name, size, Some(name_width));
            self.tags.open(Role::TableRow);
            self.tags.open(Role::RowHead);
            let name_leaf = self.tags.leaf();
            self.tags.close();
            self.tags.open(Role::Data);
            let amount_leaf = self.tags.leaf();
            self.tags.close();
            self.tags.close();
            let mut y = strip.height;
            if total.strong {
                strip
                    .items
                    .push(ground(left, y + 4.0, block_width, 0.8, Colour::INK));
                y += 11.0;
            }
            put(
                &mut strip,
                &name,
                left,
                y + 2.0,
                name_width,
                Align::Start,
                Some(name_leaf),
            );
            put(
                &mut strip,
                &amount,
                left,
                y + 2.0,
                block_width,
                Align::End,
                Some(amount_leaf),
            );
            strip.height = y + name.height().max(amount.height()) + 4.0;
        }
        self.tags.close();
        self.tags.close();
        strip
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

/// A strip higher than a row should be, cut between its lines; otherwise the strip as it is.
fn divided(strip: Strip, line: f32) -> Vec<Strip> {
    if strip.height <= ROW_HEIGHT_MAX {
        return vec![strip];
    }
    let mut parts: Vec<Strip> = Vec::new();
    let mut cut = 0.0;
    while cut < strip.height {
        let next = if cut == 0.0 {
            ROW_PADDING + line
        } else {
            cut + line
        };
        let end = if next + ROW_PADDING + 1.0 >= strip.height {
            strip.height
        } else {
            next
        };
        let inside = |item: &&Item| item.y >= cut - 0.01 && item.y < end - 0.01;
        let items: Vec<Item> = strip.items.iter().filter(inside).cloned().collect();
        parts.push(Strip {
            height: end - cut,
            items: moved(items, 0.0, -cut).collect(),
            ..Strip::default()
        });
        cut = end;
    }
    parts
}

/// Left edge and width of every column.
fn places(
    table: &Table,
    heads: &[Rc<Shaped>],
    cells: &[Vec<Rc<Shaped>>],
    width: f32,
) -> Vec<(f32, f32)> {
    let count = table.columns.len();
    let gaps = COLUMN_GAP * f32::from(u16::try_from(count.saturating_sub(1)).unwrap_or(0));
    let room = width - gaps;
    let natural = |column: usize| {
        let cells = cells.iter().filter_map(|row| row.get(column));
        cells
            .chain(heads.get(column))
            .map(|cell| cell.width())
            .fold(0.0, f32::max)
            + 0.5
    };
    let mut widths: Vec<f32> = (0..count)
        .map(|column| match table.columns[column].width {
            Width::Auto => natural(column).min(room * 0.5),
            Width::Flex(_) => 0.0,
        })
        .collect();
    let flex: u16 = table.columns.iter().map(|c| flex_parts(c.width)).sum();
    // A description gets a third of the table however wide the others are.
    let fixed: f32 = widths.iter().sum();
    let fixed_max = if flex > 0 { room * 0.66 } else { room };
    if fixed > fixed_max {
        for width in &mut widths {
            *width *= fixed_max / fixed;
        }
    }
    let rest = room - widths.iter().sum::<f32>();
    for (width, column) in widths.iter_mut().zip(&table.columns) {
        if let Width::Flex(parts) = column.width {
            *width = rest * f32::from(parts) / f32::from(flex.max(1));
        }
    }
    let mut x = 0.0;
    let mut places = Vec::with_capacity(count);
    for width in widths {
        places.push((x, width));
        x += width + COLUMN_GAP;
    }
    places
}

fn flex_parts(width: Width) -> u16 {
    match width {
        Width::Flex(parts) => parts,
        Width::Auto => 0,
    }
}
