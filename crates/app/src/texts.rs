//! The texts of the program, from inside the binary: every `.ftl` file below `locales/`.

use kit::locale::{Lang, Texts, TextsError, install};
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "locales/"]
struct Files;

/// Makes the texts known to the whole process. Calling it again does nothing.
///
/// # Errors
/// When a file is not Fluent or a text stands twice.
pub fn prepare() -> Result<(), TextsError> {
    let mut files = Vec::new();
    for lang in Lang::all() {
        for path in Files::iter().filter(|p| p.starts_with(&format!("{lang}/"))) {
            let text = Files::get(&path)
                .map(|f| String::from_utf8_lossy(&f.data).into_owned())
                .unwrap_or_default();
            files.push((lang, path.to_string(), text));
        }
    }
    let sources: Vec<_> = files
        .iter()
        .map(|(lang, name, text)| (*lang, name.as_str(), text.as_str()))
        .collect();
    install(Texts::new(&sources)?);
    Ok(())
}
