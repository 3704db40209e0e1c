//! What can be handed in as evidence: how long its words, how large and of which kind its files.

/// Letters in one field of words, at most.
pub const WORDS_MAX: usize = 20_000;
/// Letters in all fields together, at most.
pub const ALL_WORDS_MAX: usize = 150_000;
/// Bytes of all files together, at most: banks take no more.
pub const FILES_BYTES_MAX: usize = 4_500_000;

/// The kinds of file banks read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FileKind {
    /// A document.
    Pdf,
    /// A photograph.
    Jpeg,
    /// A picture.
    Png,
}

impl FileKind {
    /// The kind told by the content itself; a name or a label can say anything.
    pub fn of(content: &[u8]) -> Option<FileKind> {
        let begins = |with: &[u8]| content.starts_with(with);
        if begins(b"%PDF-") {
            Some(FileKind::Pdf)
        } else if begins(&[0xFF, 0xD8, 0xFF]) {
            Some(FileKind::Jpeg)
        } else if begins(b"\x89PNG\r\n\x1a\n") {
            Some(FileKind::Png)
        } else {
            None
        }
    }

    /// `application/pdf` …
    pub fn media_type(self) -> &'static str {
        match self {
            FileKind::Pdf => "application/pdf",
            FileKind::Jpeg => "image/jpeg",
            FileKind::Png => "image/png",
        }
    }

    /// `pdf` …
    pub fn ending(self) -> &'static str {
        match self {
            FileKind::Pdf => "pdf",
            FileKind::Jpeg => "jpg",
            FileKind::Png => "png",
        }
    }
}

/// Why evidence cannot be handed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EvidenceFault {
    /// Nothing in the file.
    #[error("the file is empty")]
    EmptyFile,
    /// Neither PDF nor JPEG nor PNG.
    #[error("the file is neither PDF nor JPEG nor PNG")]
    OtherKind,
    /// Too large, with the other files.
    #[error("{room} bytes are left for files")]
    TooLarge {
        /// What is left.
        room: usize,
    },
    /// A field is too long.
    #[error("the words are too long by {over} letters")]
    TooManyWords {
        /// How many letters too many.
        over: usize,
    },
}

/// Checks a file beside others of `others_bytes` together.
///
/// # Errors
/// `EmptyFile`, `TooLarge`, `OtherKind`.
pub fn check_file(content: &[u8], others_bytes: usize) -> Result<FileKind, EvidenceFault> {
    if content.is_empty() {
        return Err(EvidenceFault::EmptyFile);
    }
    let room = FILES_BYTES_MAX.saturating_sub(others_bytes);
    if content.len() > room {
        return Err(EvidenceFault::TooLarge { room });
    }
    FileKind::of(content).ok_or(EvidenceFault::OtherKind)
}

/// Checks one field of words.
///
/// # Errors
/// `TooManyWords`.
pub fn check_words(text: &str) -> Result<(), EvidenceFault> {
    let over = text.chars().count().saturating_sub(WORDS_MAX);
    if over > 0 {
        return Err(EvidenceFault::TooManyWords { over });
    }
    Ok(())
}

/// Shortens words to what one field takes, at the end of a line where there is one: what was gathered by ourselves
/// (a history of years) must never make an answer fail.
pub fn shortened(text: &str) -> String {
    if text.chars().count() <= WORDS_MAX {
        return text.to_owned();
    }
    let cut: String = text.chars().take(WORDS_MAX - 2).collect();
    let end = cut.rfind('\n').unwrap_or(cut.len());
    format!("{}\n…", &cut[..end])
}
