//! The paper: plain data in, bytes out.
//!
//! A [`Paper`] is a title, a language and a list of [`Block`]s; [`Paper::to_pdf`] answers with a PDF that is PDF/A-3a
//! (it can be read in fifty years, and carries its data along) and PDF/UA-1 (it can be read aloud) at once. Nothing in
//! here knows the time, chance, a file or a network: the same paper is the same bytes, so its hash can be kept.
//!
//! ```
//! use documents::{Block, Day, Paper};
//!
//! let mut paper = Paper::new("Evidence for dispute dp_1", "en-CA", Day::new(2026, 5, 3));
//! paper.push(Block::heading(2, "What was bought"));
//! paper.push(Block::paragraph("Two hours of coaching on 12 April 2026."));
//! paper.push(Block::key_values([("Invoice", "2026-0042"), ("Paid with", "Visa ending 4242")]));
//! let bytes = paper.to_pdf().unwrap();
//! assert!(bytes.starts_with(b"%PDF-1.7"));
//! ```
//!
//! The modules, from the outside in: [`paper`] names the
//! blocks; `strips` turns blocks into strips that cannot be divided; `pages` stacks strips on pages, repeats table
//! heads and carries sums; `pdf` draws pages and their tags; `xmp` adds the metadata of Factur-X; `text` shapes words;
//! `fonts` holds the fonts; [`look`] colours and designs; [`logo`] takes a stranger's picture in; [`einvoice`] writes the
//! same document as data a machine reads.

pub mod einvoice;
pub mod logo;
pub mod look;
pub mod paper;

mod fonts;
mod pages;
mod pdf;
mod strips;
mod tags;
mod text;
mod xmp;

pub use logo::{Logo, LogoRefused};
pub use look::{Colour, Design, Look, PageSize};
pub use paper::{
    Align, Attachment, Block, Carried, Cell, Column, Day, Factur, Paper, PaperError, Relation, Row,
    Share, Size, Span, Table, Text, Tone, Total, Width,
};
pub use xmp::is_hybrid;
