//! Whatever stands in columns: tables, pairs of name and value, and the totals below them.

use super::*;

/// Points above and below the text of a row.
const ROW_PADDING: f32 = 5.5;
/// Points between two columns of a table.
const COLUMN_GAP: f32 = 12.0;
/// A row higher than this may be divided after all.
const ROW_HEIGHT_MAX: f32 = 320.0;

impl Setter<'_> {
    pub(super) fn key_values(&mut self, pairs: &[(Text, Text)], width: f32) -> Vec<Strip> {
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

    pub(super) fn table(&mut self, table: &Table, width: f32) -> Vec<Strip> {
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

    pub(super) fn totals(&mut self, totals: &[Total], width: f32) -> Strip {
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
