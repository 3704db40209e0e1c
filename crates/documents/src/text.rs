//! Words to glyphs: cleaning, shaping, breaking lines.

use std::borrow::Cow;
use std::rc::Rc;

use parley::style::{
    FontFamily, FontFamilyName, FontFeatures, FontWeight, OverflowWrap, StyleProperty,
};
use parley::{Layout, LineHeight};

use crate::fonts::{FALLBACKS, Press};
use crate::look::Colour;
use crate::paper::Text;

/// What a run of glyphs is painted and spoken in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ink {
    pub(crate) colour: Colour,
    /// Index into [`Shaped::languages`], plus one; zero is the paper's own language.
    pub(crate) language: u8,
}

/// How a text is set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Style {
    pub(crate) family: &'static str,
    /// Points.
    pub(crate) size: f32,
    /// Points from line to line.
    pub(crate) line: f32,
    /// Heavier throughout.
    pub(crate) bold: bool,
    /// Points between letters.
    pub(crate) tracking: f32,
}

/// Shaped text, broken into lines.
pub(crate) struct Shaped {
    pub(crate) text: String,
    pub(crate) layout: Layout<Ink>,
    pub(crate) style: Style,
    /// Languages that are not the paper's.
    pub(crate) languages: Vec<String>,
}

impl std::fmt::Debug for Shaped {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Shaped({:?}, {} lines)", self.text, self.line_count())
    }
}

impl Shaped {
    /// Shapes `text` and breaks it at `width` points; `None` breaks at line feeds only.
    pub(crate) fn new(
        press: &mut Press,
        style: Style,
        text: &Text,
        colours: impl Fn(&crate::paper::Span) -> Colour,
        width: Option<f32>,
    ) -> Rc<Shaped> {
        let mut pieces = pieces(text, colours);
        let mut shaped = shape(press, style, &pieces, width);
        // What no font knows would become an empty box of each viewer's own making, which PDF/A forbids. A sign may
        // change how its neighbours are shaped, so the result is looked at again.
        for _ in 0..3 {
            let Some(replaced) = without_unknown(&shaped, &pieces) else {
                break;
            };
            pieces = replaced;
            shaped = shape(press, style, &pieces, width);
        }
        Rc::new(shaped)
    }

    /// The same glyphs, broken at another width.
    pub(crate) fn broken_at(self: Rc<Self>, width: f32) -> Rc<Shaped> {
        match Rc::try_unwrap(self) {
            Ok(mut shaped) => {
                shaped.layout.break_all_lines(Some(width));
                Rc::new(shaped)
            }
            Err(shared) => shared,
        }
    }

    /// How many lines.
    pub(crate) fn line_count(&self) -> usize {
        self.layout.len().max(1)
    }

    /// Points from the top of the first to the bottom of the last line.
    #[allow(clippy::cast_precision_loss)]
    pub(crate) fn height(&self) -> f32 {
        self.line_count() as f32 * self.style.line
    }

    /// Width of the widest line, without spaces at its end.
    pub(crate) fn width(&self) -> f32 {
        self.layout
            .lines()
            .map(|line| line.metrics().advance - line.metrics().hanging_advance)
            .fold(0.0, f32::max)
    }

    /// Width of one line, without spaces at its end.
    pub(crate) fn line_width(&self, line: usize) -> f32 {
        self.layout.get(line).map_or(0.0, |line| {
            line.metrics().advance - line.metrics().hanging_advance
        })
    }

    /// From the top of a line to its baseline. The same for every font, so that a name in another script does not
    /// push the line about.
    pub(crate) fn baseline(&self) -> f32 {
        (self.style.line - self.style.size) / 2.0 + self.style.size * 0.83
    }
}

/// A span ready for shaping.
#[derive(Clone)]
struct Piece {
    text: String,
    bold: bool,
    small: bool,
    colour: Colour,
    language: Option<String>,
}

fn pieces(text: &Text, colours: impl Fn(&crate::paper::Span) -> Colour) -> Vec<Piece> {
    let spans = text.spans.iter().map(|span| Piece {
        text: clean(&span.text),
        bold: span.bold,
        small: span.small,
        colour: colours(span),
        language: span.language.clone(),
    });
    let mut pieces: Vec<Piece> = spans.filter(|piece| !piece.text.is_empty()).collect();
    if pieces.is_empty() {
        // A cell without content would vanish from the tree, and the table with it lose its shape.
        pieces.push(Piece {
            text: "\u{a0}".to_owned(),
            bold: false,
            small: false,
            colour: Colour::INK,
            language: None,
        });
    }
    pieces
}

/// Text as paper can hold it: line feeds stay, tabs are spaces, other controls, marks that turn the direction of what
/// stands around them, private and unassigned-for-ever characters go.
pub(crate) fn clean(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    text.chars()
        .filter_map(|c| match c {
            '\n' => Some('\n'),
            '\t' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' | '\r' => Some(' '),
            c if c.is_control() => None,
            // Overrides and isolates: whoever sets them can make 100 read 001.
            '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' => None,
            '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{feff}' | '\u{fff0}'..='\u{fffb}' => None,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{fe00}'..='\u{fe0f}' => None,
            '\u{e000}'..='\u{f8ff}' | '\u{fffe}' | '\u{ffff}' | '\u{e0000}'..='\u{10ffff}' => None,
            c => Some(c),
        })
        .collect()
}

fn shape(press: &mut Press, style: Style, pieces: &[Piece], width: Option<f32>) -> Shaped {
    let text: String = pieces.iter().map(|piece| piece.text.as_str()).collect();
    let mut languages: Vec<String> = Vec::new();
    let mut families = vec![FontFamilyName::Named(Cow::Borrowed(style.family))];
    families.extend(
        FALLBACKS
            .iter()
            .map(|name| FontFamilyName::Named(Cow::Borrowed(name))),
    );

    let mut builder = press
        .layouts
        .ranged_builder(&mut press.fonts, &text, 1.0, false);
    builder.push_default(StyleProperty::FontFamily(FontFamily::List(Cow::Borrowed(
        &families,
    ))));
    builder.push_default(StyleProperty::FontSize(style.size));
    builder.push_default(StyleProperty::LineHeight(LineHeight::Absolute(style.line)));
    // Figures of one width, so that amounts stand below each other; but the hyphen would grow as wide as a figure.
    let tabular = !text.contains('-');
    let features = if tabular {
        "\"tnum\", \"lnum\""
    } else {
        "\"lnum\""
    };
    builder.push_default(StyleProperty::FontFeatures(FontFeatures::Source(
        Cow::Borrowed(features),
    )));
    builder.push_default(StyleProperty::LetterSpacing(style.tracking));
    builder.push_default(StyleProperty::OverflowWrap(OverflowWrap::Anywhere));
    let mut at = 0;
    for piece in pieces {
        let range = at..at + piece.text.len();
        at = range.end;
        let language = language_index(&mut languages, piece.language.as_deref());
        let ink = Ink {
            colour: piece.colour,
            language,
        };
        builder.push(StyleProperty::Brush(ink), range.clone());
        if style.bold || piece.bold {
            builder.push(
                StyleProperty::FontWeight(FontWeight::new(600.0)),
                range.clone(),
            );
        }
        if piece.small {
            builder.push(StyleProperty::FontSize(style.size * 0.86), range);
        }
    }
    let mut layout = builder.build(&text);
    layout.break_all_lines(width);
    Shaped {
        text,
        layout,
        style,
        languages,
    }
}

fn language_index(languages: &mut Vec<String>, language: Option<&str>) -> u8 {
    let Some(language) = language else { return 0 };
    let at = languages.iter().position(|known| known == language);
    let at = at.unwrap_or_else(|| {
        languages.push(language.to_owned());
        languages.len() - 1
    });
    u8::try_from(at + 1).unwrap_or(0)
}

/// The pieces with every cluster that no font could draw replaced by a sign; `None` if there was none.
fn without_unknown(shaped: &Shaped, pieces: &[Piece]) -> Option<Vec<Piece>> {
    let mut unknown: Vec<std::ops::Range<usize>> = Vec::new();
    for line in shaped.layout.lines() {
        for run in line.runs() {
            for cluster in run.clusters() {
                let range = cluster.text_range();
                let newline = shaped.text[range.clone()].starts_with('\n');
                if !newline && cluster.glyphs().any(|glyph| glyph.id == 0) {
                    unknown.push(range);
                }
            }
        }
    }
    if unknown.is_empty() {
        return None;
    }
    let mut start = 0;
    let mut replaced = Vec::with_capacity(pieces.len());
    for piece in pieces {
        let mut text = String::with_capacity(piece.text.len());
        let mut sign_ends = 0;
        for (at, c) in piece.text.char_indices() {
            let at = start + at;
            match unknown.iter().find(|range| range.contains(&at)) {
                Some(range) if range.end == sign_ends => {}
                Some(range) => {
                    text.push('\u{25a1}');
                    sign_ends = range.end;
                }
                None => text.push(c),
            }
        }
        start += piece.text.len();
        replaced.push(Piece {
            text,
            ..piece.clone()
        });
    }
    Some(replaced)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fonts::{SANS, with_press};

    const STYLE: Style = Style {
        family: SANS,
        size: 10.0,
        line: 14.0,
        bold: false,
        tracking: 0.0,
    };

    fn shaped(text: &str, width: Option<f32>) -> Rc<Shaped> {
        with_press(|press| Shaped::new(press, STYLE, &text.into(), |_| Colour::INK, width))
    }

    fn has_unknown(shaped: &Shaped) -> bool {
        shaped.layout.lines().any(|line| {
            line.runs().any(|run| {
                run.clusters().any(|cluster| {
                    !shaped.text[cluster.text_range()].starts_with('\n')
                        && cluster.glyphs().any(|glyph| glyph.id == 0)
                })
            })
        })
    }

    #[test]
    fn every_script_of_the_bundled_fonts_is_written_and_keeps_its_text() {
        for name in [
            "Éloïse Œuvré-Grünwald",
            "Ольга Щербакова",
            "Νίκη Παπαδοπούλου",
            "شركة الأمل للتجارة",
            "חברת השקמה בע״מ",
            "北京东方有限公司",
            "株式会社ひまわり",
            "주식회사 한빛",
            "श्रीमती लक्ष्मी",
            "ร้านดอกไม้",
            "ᐃᓄᒃᑎᑐᑦ",
            "გიორგი",
            "Հայկ",
            "Nguyễn Thị Hạnh",
            "€ £ ¥ ₪ ₹ ₽ ½ × − ✓",
        ] {
            let shaped = shaped(name, None);
            assert_eq!(shaped.text, name);
            assert!(!has_unknown(&shaped), "{name}");
        }
    }

    #[test]
    fn what_no_font_knows_becomes_a_sign_and_never_a_hole() {
        // Cuneiform, an ancient script no bundled font has.
        let shaped = shaped("a 𒀀𒀁 b", None);
        assert!(!has_unknown(&shaped));
        assert_eq!(shaped.text, "a □□ b");
    }

    #[test]
    fn web_07_marks_that_turn_direction_and_controls_are_taken_out() {
        assert_eq!(
            clean("Acme\u{202e}gpj.exe\u{0}\u{7}\tLtd\r\nx"),
            "Acmegpj.exe Ltd\nx"
        );
        assert_eq!(clean("\u{e001}\u{feff}ok"), "ok");
    }

    #[test]
    fn five_hundred_letters_without_a_space_break_inside_their_column() {
        let shaped = shaped(&"W".repeat(500), Some(120.0));
        assert!(shaped.line_count() > 30);
        assert!(shaped.width() <= 120.5);
    }

    #[test]
    fn figures_are_equally_wide() {
        let (ones, eights) = (shaped("1111.11", None), shaped("8888.88", None));
        assert!((ones.width() - eights.width()).abs() < 0.01);
    }
}
