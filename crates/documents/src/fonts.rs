//! The fonts, compiled in: a paper looks the same on every machine. Two text families, and behind them one font a
//! script, so that every name in the world can be written. See `fonts/README.md` for where they come from.

use std::cell::{OnceCell, RefCell};
use std::sync::Arc;

use krilla::text::Font;
use parley::fontique::{Blob, Collection, CollectionOptions, SourceCache};
use parley::{FontContext, LayoutContext};

use crate::text::Ink;

/// Family of the sans designs.
pub(crate) const SANS: &str = "Quittance Sans";
/// Family of the serif design.
pub(crate) const SERIF: &str = "Quittance Serif";

macro_rules! fonts {
    ($($file:literal),+ $(,)?) => { [$(include_bytes!(concat!("../fonts/", $file, ".ttf")) as &[u8]),+] };
}

static FILES: [&[u8]; 25] = fonts![
    "QuittanceSans-Regular",
    "QuittanceSans-SemiBold",
    "QuittanceSerif-Regular",
    "QuittanceSerif-SemiBold",
    "NotoSansArabic-Regular",
    "NotoSansHebrew-Regular",
    "NotoSansDevanagari-Regular",
    "NotoSansBengali-Regular",
    "NotoSansTamil-Regular",
    "NotoSansTelugu-Regular",
    "NotoSansKannada-Regular",
    "NotoSansMalayalam-Regular",
    "NotoSansGujarati-Regular",
    "NotoSansGurmukhi-Regular",
    "NotoSansSinhala-Regular",
    "NotoSansThai-Regular",
    "NotoSansLao-Regular",
    "NotoSansKhmer-Regular",
    "NotoSansMyanmar-Regular",
    "NotoSansGeorgian-Regular",
    "NotoSansArmenian-Regular",
    "NotoSansEthiopic-Regular",
    "NotoSansCanadianAboriginal-Regular",
    "DroidSansFallback-Regular",
    "NotoEmoji-Regular",
];

/// The families behind the text families, asked in this order.
pub(crate) const FALLBACKS: &[&str] = &[
    SANS,
    "Noto Sans Arabic",
    "Noto Sans Hebrew",
    "Noto Sans Devanagari",
    "Noto Sans Bengali",
    "Noto Sans Tamil",
    "Noto Sans Telugu",
    "Noto Sans Kannada",
    "Noto Sans Malayalam",
    "Noto Sans Gujarati",
    "Noto Sans Gurmukhi",
    "Noto Sans Sinhala",
    "Noto Sans Thai",
    "Noto Sans Lao",
    "Noto Sans Khmer",
    "Noto Sans Myanmar",
    "Noto Sans Georgian",
    "Noto Sans Armenian",
    "Noto Sans Ethiopic",
    "Noto Sans CanadianAboriginal",
    "Droid Sans Fallback",
    "Noto Emoji",
];

/// What shaping needs, one a thread: it is scratch space, not state.
pub(crate) struct Press {
    pub(crate) fonts: FontContext,
    pub(crate) layouts: LayoutContext<Ink>,
    loaded: Vec<Loaded>,
}

struct Loaded {
    blob: u64,
    bytes: &'static [u8],
    font: OnceCell<Option<Font>>,
}

impl Press {
    fn new() -> Press {
        let mut collection = Collection::new(CollectionOptions {
            shared: false,
            system_fonts: false,
        });
        let mut loaded = Vec::with_capacity(FILES.len());
        for bytes in FILES {
            let blob = Blob::new(Arc::new(bytes));
            loaded.push(Loaded {
                blob: blob.id(),
                bytes,
                font: OnceCell::new(),
            });
            collection.register_fonts(blob, None);
        }
        Press {
            fonts: FontContext {
                collection,
                source_cache: SourceCache::default(),
            },
            layouts: LayoutContext::new(),
            loaded,
        }
    }

    /// The font a run was shaped with, as the PDF writer wants it.
    pub(crate) fn font(&self, blob: u64) -> Option<Font> {
        let loaded = self.loaded.iter().find(|font| font.blob == blob)?;
        let font = loaded
            .font
            .get_or_init(|| Font::new(loaded.bytes.into(), 0));
        font.clone()
    }
}

thread_local! {
    static PRESS: RefCell<Press> = RefCell::new(Press::new());
}

/// Lends the press of this thread.
pub(crate) fn with_press<T>(work: impl FnOnce(&mut Press) -> T) -> T {
    PRESS.with(|press| work(&mut press.borrow_mut()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_font_is_read_and_every_family_is_known() {
        with_press(|press| {
            for loaded in &press.loaded {
                assert!(press.font(loaded.blob).is_some());
            }
            for family in FALLBACKS.iter().chain(&[SANS, SERIF]) {
                assert!(
                    press.fonts.collection.family_id(family).is_some(),
                    "{family}"
                );
            }
        });
    }
}
