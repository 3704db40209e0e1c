//! From bytes to text: encodings, separators, and what is no text at all.

use encoding_rs::{UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::{BYTES_MAX, LINES_MAX, Refusal, Row};

/// The first bytes of files that people take for a CSV.
const WORKBOOKS: [&[u8]; 2] = [b"PK\x03\x04", b"\xD0\xCF\x11\xE0"];

/// The text and the name of its encoding. A mark at the beginning decides; then UTF-8, which nothing else looks like;
/// then Windows-1252, which older bank systems write.
///
/// # Errors
/// [`Refusal`], also for what people take for a CSV and is none.
pub fn decode(bytes: &[u8]) -> Result<(String, &'static str), Refusal> {
    if bytes.len() > BYTES_MAX {
        return Err(Refusal::TooLarge);
    }
    if bytes.trim_ascii().is_empty() {
        return Err(Refusal::Empty);
    }
    if WORKBOOKS.iter().any(|magic| bytes.starts_with(magic)) {
        return Err(Refusal::Workbook);
    }
    if bytes.starts_with(b"%PDF") {
        return Err(Refusal::Pdf);
    }
    let (content, name) = if bytes.starts_with(b"\xFF\xFE") {
        (strict(UTF_16LE, &bytes[2..])?, "UTF-16LE")
    } else if bytes.starts_with(b"\xFE\xFF") {
        (strict(UTF_16BE, &bytes[2..])?, "UTF-16BE")
    } else {
        let plain = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        match strict(UTF_8, plain) {
            Ok(text) => (text, "UTF-8"),
            Err(_) => (strict(WINDOWS_1252, plain)?, "Windows-1252"),
        }
    };
    check(&content)?;
    Ok((content, name))
}

fn strict(encoding: &'static encoding_rs::Encoding, bytes: &[u8]) -> Result<String, Refusal> {
    encoding
        .decode_without_bom_handling_and_without_replacement(bytes)
        .map(|text| text.into_owned())
        .ok_or(Refusal::NotText)
}

/// Control signs are of no text (a program, an image, UTF-16 without its mark); replacement signs are letters that
/// somebody lost before; `Ã©` is UTF-8 that somebody read as something else and saved again.
fn check(content: &str) -> Result<(), Refusal> {
    if content.trim_start().starts_with('<') {
        return Err(Refusal::WebPage);
    }
    for (at, line) in content.lines().enumerate() {
        if line.chars().any(|c| c.is_control() && c != '\t') {
            return Err(Refusal::NotText);
        }
        if line.contains('\u{fffd}') || is_read_twice(line) {
            return Err(Refusal::LostLetters { line: at + 1 });
        }
    }
    Ok(())
}

/// `Ã` or `Â` before a sign that a second byte of UTF-8 turns into: no word of any language has that.
fn is_read_twice(line: &str) -> bool {
    let pairs = line.chars().zip(line.chars().skip(1));
    pairs
        .filter(|(first, _)| matches!(first, 'Ã' | 'Â'))
        .any(|(_, second)| matches!(second, '\u{a0}'..='\u{bf}' | '€' | '™' | '‰' | 'š' | 'ˆ'))
}

/// A cell that holds more lines or letters than this began with a quotation mark that never closes.
const CELL_LINES: usize = 4;
const CELL_LETTERS: usize = 2_000;

/// Splits into rows of cells. Rows without anything in them are left out.
///
/// # Errors
/// [`Refusal`].
pub fn split(content: &str) -> Result<Vec<Row>, Refusal> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator(content))
        .from_reader(content.as_bytes());
    let mut out = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|_| Refusal::NotText)?;
        let line = record.position().map_or(0, |p| p.line()) as usize;
        let open = |c: &str| c.lines().count() > CELL_LINES || c.chars().count() > CELL_LETTERS;
        if record.iter().any(open) {
            return Err(Refusal::OpenQuote { line });
        }
        let cells: Vec<String> = record.iter().map(|c| c.trim().to_owned()).collect();
        if cells.iter().all(String::is_empty) || cells[0].starts_with("sep=") {
            continue;
        }
        out.push(Row { line, cells });
        if out.len() > LINES_MAX + 100 {
            return Err(Refusal::TooManyLines);
        }
    }
    Ok(out)
}

/// The sign between cells: the one that cuts the most lines into the same number of cells.
fn separator(content: &str) -> u8 {
    // What spreadsheets write for themselves.
    if let Some(said) = content
        .strip_prefix("sep=")
        .and_then(|rest| rest.bytes().next())
    {
        return said;
    }
    let lines: Vec<&str> = content
        .lines()
        .filter(|l| !l.trim().is_empty())
        .take(50)
        .collect();
    let score = |sign: u8| {
        let counts: Vec<usize> = lines.iter().map(|l| outside_quotes(l, sign)).collect();
        let usual = counts.iter().copied().max().unwrap_or(0);
        let same = counts.iter().filter(|c| **c == usual && usual > 0).count();
        (same, usual)
    };
    [b',', b';', b'\t', b'|']
        .into_iter()
        .max_by_key(|sign| score(*sign))
        .filter(|sign| score(*sign).1 > 0)
        .unwrap_or(b',')
}

fn outside_quotes(line: &str, sign: u8) -> usize {
    let mut quoted = false;
    let mut count = 0;
    for byte in line.bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b if b == sign && !quoted => count += 1,
            _ => {}
        }
    }
    count
}
