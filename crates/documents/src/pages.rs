//! Strips to pages: what does not fit goes to the next page, with the table's head again and the sum carried over.

use std::rc::Rc;

use crate::paper::{Align, Paper, Size, Span, Text};
use crate::strips::{CARRIED_HEIGHT, Item, Setter, Strip, What, put};

/// Points from the left and right edge of the sheet to the text.
pub(crate) const SIDE: f32 = 54.0;
/// Points from the upper edge to the text.
pub(crate) const TOP: f32 = 50.0;
/// Points from the lower edge to the text; the footer stands in it.
pub(crate) const BOTTOM: f32 = 62.0;

/// A page: things placed from the upper left corner of the sheet.
#[derive(Debug, Default)]
pub(crate) struct Page {
    pub(crate) items: Vec<Item>,
}

struct Stack {
    pages: Vec<Page>,
    y: f32,
    width: f32,
    height: f32,
    /// The table whose last row stands at the end of the page, and the sum with it.
    open_table: Option<(usize, String)>,
}

impl Stack {
    fn room(&self) -> f32 {
        self.height - BOTTOM - self.y
    }

    fn at_top(&self) -> bool {
        self.y <= TOP
    }

    fn place(&mut self, strip: Strip) {
        let first = self.at_top();
        let (y, sheet) = (self.y, self.width);
        let Some(page) = self.pages.last_mut() else {
            return;
        };
        for mut item in strip.items {
            item.x += SIDE;
            item.y += y;
            if let What::Ground {
                width,
                height,
                bleed: true,
                ..
            } = &mut item.what
            {
                item.x = 0.0;
                *width = sheet;
                if first {
                    *height += item.y;
                    item.y = 0.0;
                }
            }
            page.items.push(item);
        }
        self.y += strip.height;
    }

    fn turn(&mut self) {
        self.pages.push(Page::default());
        self.y = TOP;
    }
}

/// Stacks strips on as many pages as they need.
pub(crate) fn stack(setter: &mut Setter<'_>, paper: &Paper, strips: Vec<Strip>) -> Vec<Page> {
    let (width, height) = paper.look.page.points();
    let mut stack = Stack {
        pages: vec![Page::default()],
        y: TOP,
        width,
        height,
        open_table: None,
    };
    let whole = height - TOP - BOTTOM;
    let mut strips = strips.into_iter().peekable();
    while let Some(first) = strips.next() {
        let mut group = vec![first];
        while group.last().is_some_and(|strip| strip.keeps_next) {
            match strips.next() {
                Some(next) => group.push(next),
                None => break,
            }
        }
        let needed: f32 = group.iter().map(|strip| strip.height).sum();
        let fits = needed + reserve(setter, group.last()) <= stack.room();
        if !fits && needed <= whole && !stack.at_top() {
            turn(setter, &mut stack, group.first().and_then(|s| s.table));
        }
        for strip in group {
            let does_not_fit = strip.height + reserve(setter, Some(&strip)) > stack.room();
            if strip.begins_page || (does_not_fit && !stack.at_top()) {
                turn(setter, &mut stack, strip.table);
            }
            if strip.is_space && stack.at_top() {
                continue;
            }
            stack.open_table = strip.table.filter(|_| !strip.ends_table).map(|table| {
                let running = if strip.running.is_empty() {
                    match stack.open_table.take() {
                        Some((known, running)) if known == table => running,
                        _ => String::new(),
                    }
                } else {
                    strip.running.clone()
                };
                (table, running)
            });
            stack.place(strip);
        }
    }
    let mut pages = stack.pages;
    furnish(setter, paper, &mut pages);
    pages
}

/// What must stay free below a row for the sum that is carried.
fn reserve(setter: &Setter<'_>, strip: Option<&Strip>) -> f32 {
    let Some(strip) = strip.filter(|strip| !strip.ends_table) else {
        return 0.0;
    };
    let carried = strip.table.and_then(|t| setter.tables[t].carried.as_ref());
    if carried.is_some() {
        CARRIED_HEIGHT
    } else {
        0.0
    }
}

/// Begins a page; where a table goes on, with its head again and the sum carried.
fn turn(setter: &mut Setter<'_>, stack: &mut Stack, next_table: Option<usize>) {
    let open = stack.open_table.take();
    let goes_on = open.filter(|(table, _)| next_table == Some(*table));
    let Some((table, running)) = goes_on else {
        stack.turn();
        return;
    };
    let carried = setter.tables[table].carried.clone();
    let carried = carried.filter(|_| !running.is_empty());
    if let Some(words) = &carried {
        let strip = carried_line(setter, table, &words.forward, &running);
        stack.place(strip);
    }
    stack.turn();
    let head = setter.tables[table].head.clone();
    stack.place(head);
    if let Some(words) = &carried {
        let strip = carried_line(setter, table, &words.brought, &running);
        stack.place(strip);
    }
    stack.open_table = Some((table, running));
}

/// Decoration: read aloud, a sum in the middle of the rows would only confuse.
fn carried_line(setter: &mut Setter<'_>, table: usize, words: &str, running: &str) -> Strip {
    let width = setter.tables[table].width;
    let quiet = |text: &str| Text::from(Span::new(text).muted());
    let words = setter.shaped(&quiet(words), Size::Small, None);
    let running = setter.shaped(&quiet(running), Size::Body, None);
    let mut strip = Strip {
        height: CARRIED_HEIGHT,
        ..Strip::default()
    };
    put(&mut strip, &running, 0.0, 4.0, width, Align::End, None);
    let words_end = width - running.width() - 14.0;
    put(&mut strip, &words, 0.0, 5.0, words_end, Align::End, None);
    strip
}

/// The footer on every page, and from the second on what this is a page of.
fn furnish(setter: &mut Setter<'_>, paper: &Paper, pages: &mut [Page]) {
    let (width, height) = paper.look.page.points();
    let room = width - 2.0 * SIDE;
    let count = pages.len();
    let quiet = |text: String| Text::from(Span::new(text).muted());
    let mut footer = paper.footer.clone();
    for span in &mut footer.spans {
        span.tone = crate::paper::Tone::Muted;
    }
    let left = (!footer.is_empty()).then(|| setter.shaped(&footer, Size::Label, Some(room * 0.78)));
    let above = (count > 1).then(|| {
        let words = [paper.title.as_str(), paper.author.as_str()];
        let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
        setter.shaped(&quiet(words.join("  ·  ")), Size::Label, Some(room))
    });
    for (number, page) in pages.iter_mut().enumerate() {
        let mut foot = Strip::default();
        if let Some(left) = &left {
            put(&mut foot, left, 0.0, 0.0, room * 0.78, Align::Start, None);
        }
        if !paper.page_words.is_empty() {
            let words = paper
                .page_words
                .replace("{page}", &(number + 1).to_string())
                .replace("{pages}", &count.to_string());
            let right: Rc<_> = setter.shaped(&quiet(words), Size::Label, None);
            put(&mut foot, &right, 0.0, 0.0, room, Align::End, None);
        }
        let lines = left.as_ref().map_or(1, |left| left.line_count());
        // The last line stands 30 points above the edge, however many there are.
        let top = height - 30.0 - 11.0 * f32::from(u8::try_from(lines).unwrap_or(3));
        page.items.extend(foot.items.into_iter().map(|item| Item {
            x: item.x + SIDE,
            y: item.y + top,
            ..item
        }));
        if let Some(above) = above.as_ref().filter(|_| number > 0) {
            let mut head = Strip::default();
            put(&mut head, above, SIDE, 28.0, room, Align::Start, None);
            page.items.extend(head.items);
        }
    }
}
