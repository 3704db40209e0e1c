//! The bank's side: statements that are imported, and what each of their lines is.

pub mod read;
