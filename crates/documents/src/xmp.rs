//! The metadata of Factur-X, added by an incremental update: the PDF writer cannot write it, and without it a hybrid
//! invoice is none (trap T5: some readers accept it all the same).
//!
//! An incremental update appends the metadata object once more under its number, a table of where it stands, and a
//! trailer that points back to the table before. Every byte of the first writing stays as it was.

use std::ops::Range;

use crate::paper::{Factur, PaperError};

const NAMESPACE: &str = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#";

/// Whether a PDF that [`crate::Paper::to_pdf`] wrote says that it carries an invoice as data.
pub fn is_hybrid(pdf: &[u8]) -> bool {
    // What says so is the update, and an update stands at the end.
    rfind(pdf, b"<fx:DocumentFileName>").is_some()
}

/// The PDF with the `fx:` block in its metadata.
pub(crate) fn with_factur(pdf: &[u8], factur: &Factur) -> Result<Vec<u8>, PaperError> {
    let metadata = find_metadata(pdf)?;
    let packet = std::str::from_utf8(&pdf[metadata.stream.clone()])
        .map_err(|_| PaperError::Metadata("it is not UTF-8"))?;
    let packet = extended(packet, factur)?;
    let trailer = find_trailer(pdf)?;

    let mut bytes = pdf.to_vec();
    bytes.push(b'\n');
    let object_at = bytes.len();
    let head = format!(
        "{} 0 obj\n<</Length {}/Type/Metadata/Subtype/XML>>\nstream\n",
        metadata.number,
        packet.len()
    );
    bytes.extend_from_slice(head.as_bytes());
    bytes.extend_from_slice(packet.as_bytes());
    bytes.extend_from_slice(b"\nendstream\nendobj\n\n");
    let table_at = bytes.len();
    let tail = format!(
        "xref\n0 1\n0000000000 65535 f\r\n{} 1\n{object_at:010} 00000 n\r\ntrailer\n<<{}/Prev {}>>\nstartxref\n{table_at}\n%%EOF",
        metadata.number, trailer.entries, trailer.table_at
    );
    bytes.extend_from_slice(tail.as_bytes());
    Ok(bytes)
}

struct Metadata {
    number: u32,
    stream: Range<usize>,
}

fn find_metadata(pdf: &[u8]) -> Result<Metadata, PaperError> {
    let missing = PaperError::Metadata("there is none");
    let mark = b"/Type/Metadata/Subtype/XML>>\nstream\n";
    let Some(at) = find(pdf, mark) else {
        return Err(missing);
    };
    let start = at + mark.len();
    let length =
        find(&pdf[start..], b"\nendstream").ok_or(PaperError::Metadata("it has no end"))?;
    // Its number stands before ` 0 obj`, at the beginning of a line.
    let before = &pdf[..at];
    let object = rfind(before, b" 0 obj").ok_or(PaperError::Metadata("it has no number"))?;
    let digits = before[..object]
        .iter()
        .rev()
        .take_while(|b| b.is_ascii_digit())
        .count();
    let number = std::str::from_utf8(&before[object - digits..object])
        .ok()
        .and_then(|digits| digits.parse().ok())
        .ok_or(PaperError::Metadata("its number cannot be read"))?;
    Ok(Metadata {
        number,
        stream: start..start + length,
    })
}

struct Trailer {
    /// `/Size 372/Root 371 0 R/Info 369 0 R/ID[…]`
    entries: String,
    table_at: usize,
}

fn find_trailer(pdf: &[u8]) -> Result<Trailer, PaperError> {
    let unreadable = || PaperError::Metadata("the trailer cannot be read");
    let at = rfind(pdf, b"trailer\n<<").ok_or_else(unreadable)?;
    let tail = std::str::from_utf8(&pdf[at..]).map_err(|_| unreadable())?;
    let (entries, rest) = tail
        .strip_prefix("trailer\n<<")
        .and_then(|tail| tail.split_once(">>\nstartxref\n"))
        .ok_or_else(unreadable)?;
    let table_at = rest
        .lines()
        .next()
        .and_then(|line| line.parse().ok())
        .ok_or_else(unreadable)?;
    Ok(Trailer {
        entries: entries.to_owned(),
        table_at,
    })
}

/// The packet with the four properties, and the schema that PDF/A asks for wherever properties are not its own.
fn extended(packet: &str, factur: &Factur) -> Result<String, PaperError> {
    let property = |name: &str, description: &str| {
        format!(
            "<rdf:li rdf:parseType=\"Resource\"><pdfaProperty:name>{name}</pdfaProperty:name>\
             <pdfaProperty:valueType>Text</pdfaProperty:valueType>\
             <pdfaProperty:category>external</pdfaProperty:category>\
             <pdfaProperty:description>{description}</pdfaProperty:description></rdf:li>"
        )
    };
    let schema = format!(
        "<rdf:li rdf:parseType=\"Resource\">\
         <pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema>\
         <pdfaSchema:namespaceURI>{NAMESPACE}</pdfaSchema:namespaceURI>\
         <pdfaSchema:prefix>fx</pdfaSchema:prefix>\
         <pdfaSchema:property><rdf:Seq>{}{}{}{}</rdf:Seq></pdfaSchema:property></rdf:li>",
        property("DocumentFileName", "The name of the embedded XML document"),
        property(
            "DocumentType",
            "The type of the hybrid document in capital letters"
        ),
        property(
            "Version",
            "The actual version of the standard applying to the embedded XML document"
        ),
        property(
            "ConformanceLevel",
            "The conformance level of the embedded XML document"
        ),
    );
    let values = format!(
        "<rdf:Description rdf:about=\"\" xmlns:fx=\"{NAMESPACE}\">\
         <fx:DocumentType>{}</fx:DocumentType><fx:DocumentFileName>{}</fx:DocumentFileName>\
         <fx:Version>{}</fx:Version><fx:ConformanceLevel>{}</fx:ConformanceLevel></rdf:Description>",
        escaped(&factur.document_type),
        escaped(&factur.file_name),
        escaped(&factur.version),
        escaped(&factur.conformance_level),
    );
    let bag = "<pdfaExtension:schemas><rdf:Bag>";
    if !packet.contains(bag) || !packet.contains("</rdf:RDF>") {
        return Err(PaperError::Metadata("it has no place for a schema"));
    }
    let packet = packet.replacen(bag, &format!("{bag}{schema}"), 1);
    Ok(packet.replacen("</rdf:RDF>", &format!("{values}</rdf:RDF>"), 1))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

fn find(bytes: &[u8], mark: &[u8]) -> Option<usize> {
    bytes.windows(mark.len()).position(|window| window == mark)
}

fn rfind(bytes: &[u8], mark: &[u8]) -> Option<usize> {
    bytes.windows(mark.len()).rposition(|window| window == mark)
}
