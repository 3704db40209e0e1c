//! Chips: one adjective, with a role and a shape. The standing of an invoice comes from one function of
//! `billing`; this only says how it looks.

use billing::standing::Standing;

/// A word, a shape and a role. Never clickable; one a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chip {
    /// `neutral`, `info`, `positive`, `warn`, `negative`; with ` dashed` or ` struck` after it where the
    /// state is unfinished or annulled.
    pub role: &'static str,
    /// The name of the drawing in `shapes.html`.
    pub shape: &'static str,
    /// The key of the word.
    pub word: &'static str,
}

impl Chip {
    /// A chip of one's own, for states that are not an invoice's standing (a mail, an event).
    /// `word` is a key: mark it with `kit::locale::key`.
    pub const fn new(role: &'static str, shape: &'static str, word: &'static str) -> Self {
        Self { role, shape, word }
    }
}

impl From<Standing> for Chip {
    fn from(standing: Standing) -> Self {
        let role = match (standing, standing.role()) {
            (Standing::Draft, _) => "neutral dashed",
            (Standing::Void, _) => "neutral struck",
            (_, role) => role.as_str(),
        };
        Self {
            role,
            shape: standing.shape(),
            word: standing.word_key(),
        }
    }
}
