//! How a paper looks: its size, its design, the seller's colour, and the tones that follow from them.

/// A colour of the screen's space, eight bits a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Colour(pub u8, pub u8, pub u8);

impl Colour {
    /// Black, softened as print is.
    pub const INK: Colour = Colour(0x1b, 0x1d, 0x22);
    /// For what is read second; 6.8 to 1 on white.
    pub const MUTED: Colour = Colour(0x56, 0x5b, 0x66);
    /// Thin rules.
    pub const LINE: Colour = Colour(0xd4, 0xd6, 0xd8);
    /// The ground.
    pub const WHITE: Colour = Colour(0xff, 0xff, 0xff);
    /// What a business has before it chose a colour.
    pub const DEFAULT_ACCENT: Colour = Colour(0x2b, 0x4f, 0xc4);

    /// Reads `#2B4FC4`; the sign may be missing.
    pub fn parse(text: &str) -> Option<Colour> {
        let digits = text.trim().trim_start_matches('#');
        if digits.len() != 6 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        let channel = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).ok();
        Some(Colour(channel(0)?, channel(2)?, channel(4)?))
    }

    /// `#2B4FC4`.
    pub fn hex(self) -> String {
        format!("#{:02X}{:02X}{:02X}", self.0, self.1, self.2)
    }

    /// Contrast of WCAG between two colours, 1 to 21.
    pub fn contrast(self, other: Colour) -> f32 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// This colour, darkened until text in it can be read on white (4.5 to 1).
    #[must_use]
    pub fn readable_on_white(self) -> Colour {
        let mut colour = self;
        while colour.contrast(Colour::WHITE) < 4.5 {
            colour = colour.mixed(Colour::INK, 0.1);
        }
        colour
    }

    /// White or ink, whichever is read better on this colour.
    #[must_use]
    pub fn text_on_it(self) -> Colour {
        if Colour::WHITE.contrast(self) >= Colour::INK.contrast(self) {
            Colour::WHITE
        } else {
            Colour::INK
        }
    }

    /// A pale ground of this colour.
    #[must_use]
    pub fn tint(self) -> Colour {
        self.mixed(Colour::WHITE, 0.92)
    }

    /// `share` (0 to 1) of `other` in this colour.
    #[must_use]
    pub fn mixed(self, other: Colour, share: f32) -> Colour {
        let mix = |a: u8, b: u8| {
            let mixed = f32::from(a) + (f32::from(b) - f32::from(a)) * share;
            // Both ends are bytes, so what lies between is one.
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            let byte = mixed.round() as u8;
            byte
        };
        // At least one step, so that a loop over small shares ends.
        let step = |mixed: u8, a: u8, b: u8| match (mixed == a, a.cmp(&b)) {
            (true, std::cmp::Ordering::Greater) => a - 1,
            (true, std::cmp::Ordering::Less) => a + 1,
            _ => mixed,
        };
        let channel = |a: u8, b: u8| step(mix(a, b), a, b);
        Colour(
            channel(self.0, other.0),
            channel(self.1, other.1),
            channel(self.2, other.2),
        )
    }

    fn luminance(self) -> f32 {
        let channel = |byte: u8| {
            let c = f32::from(byte) / 255.0;
            if c <= 0.04045 {
                c / 12.92
            } else {
                ((c + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * channel(self.0) + 0.7152 * channel(self.1) + 0.0722 * channel(self.2)
    }
}

/// Which of the three designs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Design {
    /// Sans, much white, thin rules, the amount due on a pale ground.
    #[default]
    Clear,
    /// Serif, a letterhead between rules.
    Classic,
    /// A band of the seller's colour over the whole width.
    Band,
}

impl Design {
    /// Every design, in the order they are offered.
    pub const ALL: [Design; 3] = [Design::Clear, Design::Classic, Design::Band];

    /// The word it is stored under.
    pub fn as_str(self) -> &'static str {
        match self {
            Design::Clear => "clear",
            Design::Classic => "classic",
            Design::Band => "band",
        }
    }

    /// Reads the stored word.
    pub fn parse(word: &str) -> Option<Design> {
        Design::ALL.into_iter().find(|d| d.as_str() == word)
    }
}

/// The sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum PageSize {
    /// 8.5 by 11 inches: Canada, the United States, Mexico.
    Letter,
    /// 210 by 297 millimetres: everywhere else.
    #[default]
    A4,
}

impl PageSize {
    /// What the printer of somebody in this country holds (ISO 3166, two letters).
    pub fn of_country(code: &str) -> PageSize {
        match code {
            "CA" | "US" | "MX" | "PH" | "CL" | "CO" | "VE" => PageSize::Letter,
            _ => PageSize::A4,
        }
    }

    /// Width and height in points.
    pub(crate) fn points(self) -> (f32, f32) {
        match self {
            PageSize::Letter => (612.0, 792.0),
            PageSize::A4 => (595.276, 841.89),
        }
    }
}

/// Everything about looks that a seller chooses.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Look {
    /// One of the three.
    pub design: Design,
    /// The seller's colour; `None` for the product's.
    pub accent: Option<Colour>,
    /// The sheet.
    pub page: PageSize,
}

impl Look {
    /// The seller's colour as it is, for grounds.
    pub fn accent(&self) -> Colour {
        self.accent.unwrap_or(Colour::DEFAULT_ACCENT)
    }

    /// The seller's colour as text can be read in it.
    pub fn accent_ink(&self) -> Colour {
        self.accent().readable_on_white()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pale_colour_is_darkened_until_it_can_be_read() {
        for pale in ["#FFEE00", "#FFFFFF", "#7FFFD4", "#C0C0C0", "#2B4FC4"] {
            let colour = Colour::parse(pale).unwrap();
            assert!(
                colour.readable_on_white().contrast(Colour::WHITE) >= 4.5,
                "{pale}"
            );
        }
    }

    #[test]
    fn text_on_a_ground_can_be_read_whatever_the_ground() {
        for ground in ["#FFEE00", "#000000", "#808080", "#2B4FC4", "#E91E63"] {
            let ground = Colour::parse(ground).unwrap();
            assert!(
                ground.text_on_it().contrast(ground) >= 4.0,
                "{}",
                ground.hex()
            );
        }
    }

    #[test]
    fn a_colour_is_six_hex_digits_and_nothing_else() {
        assert_eq!(Colour::parse("#2b4fc4"), Some(Colour(0x2b, 0x4f, 0xc4)));
        for wrong in [
            "",
            "#fff",
            "#2b4fc",
            "#2b4fc4aa",
            "#gggggg",
            "red",
            "#é12345",
        ] {
            assert_eq!(Colour::parse(wrong), None, "{wrong}");
        }
        assert_eq!(Colour(1, 2, 255).hex(), "#0102FF");
    }
}
