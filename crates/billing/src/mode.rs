//! Live or test: two drawers that never mix.

use std::fmt;

/// Which drawer a record lies in. Everything about money carries one; a sum never crosses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// Real money.
    Live,
    /// Rehearsal: no money moves, numbers come from a series of their own.
    Test,
}

impl Mode {
    /// The word that is stored: `live` or `test`.
    pub fn as_str(self) -> &'static str {
        match self {
            Mode::Live => "live",
            Mode::Test => "test",
        }
    }

    /// Reads the stored word.
    ///
    /// # Errors
    /// [`UnknownMode`] for any other text.
    pub fn parse(text: &str) -> Result<Mode, UnknownMode> {
        match text {
            "live" => Ok(Mode::Live),
            "test" => Ok(Mode::Test),
            _ => Err(UnknownMode),
        }
    }

    /// The mode of a provider's object, from its `livemode`.
    pub fn from_livemode(livemode: bool) -> Mode {
        if livemode { Mode::Live } else { Mode::Test }
    }

    /// True for [`Mode::Live`].
    pub fn is_live(self) -> bool {
        self == Mode::Live
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text is neither `live` nor `test`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a mode is `live` or `test`")]
pub struct UnknownMode;
