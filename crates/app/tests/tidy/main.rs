//! The house rules as a test. Plain text reading: what can be stated without taste, with the remedy in
//! every message.
//!
//! The rules and their reasons stand in `STYLE.md` and `ARCHITECTURE.md`. A line that must break one says
//! so beside it, in a comment `// tidy: <rule> because <reason>`; a reason is required.

mod colours;
mod floors;
mod machine;
mod migrations;
mod reading;
mod rules;
mod words;
