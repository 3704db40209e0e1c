//! Elements into bytes, two spaces a level, nothing that is empty: Peppol refuses an element without content
//! (PEPPOL-EN16931-R008), and so does a reader who asks what it means.

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

use crate::text::clean;

/// A document that is being written.
pub(super) struct Xml {
    to: Writer<Vec<u8>>,
    depth: usize,
}

impl Xml {
    /// A document with one root element and its namespaces.
    pub(super) fn document(
        root: &str,
        namespaces: &[(&str, &str)],
        inside: impl FnOnce(&mut Xml),
    ) -> Vec<u8> {
        let mut xml = Xml {
            to: Writer::new(Vec::new()),
            depth: 0,
        };
        xml.put(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)));
        xml.element(root, namespaces, inside);
        xml.bare("\n");
        xml.to.into_inner()
    }

    /// An element around others; nothing at all when `inside` writes nothing.
    pub(super) fn group(&mut self, name: &str, inside: impl FnOnce(&mut Xml)) {
        self.element(name, &[], inside);
    }

    /// An element that says nothing, where a schema insists on it.
    pub(super) fn hollow(&mut self, name: &str) {
        self.new_line();
        self.put(Event::Empty(BytesStart::new(name)));
    }

    /// An element with text; nothing at all when the text is empty.
    pub(super) fn text(&mut self, name: &str, text: &str) {
        self.text_with(name, &[], text);
    }

    /// The same with attributes; one without a value is left out.
    pub(super) fn text_with(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) {
        let text = clean(text);
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        self.new_line();
        self.put(Event::Start(start(name, attributes)));
        self.put(Event::Text(BytesText::new(text)));
        self.put(Event::End(BytesEnd::new(name)));
    }

    fn element(&mut self, name: &str, attributes: &[(&str, &str)], inside: impl FnOnce(&mut Xml)) {
        let before = self.to.get_ref().len();
        self.new_line();
        self.put(Event::Start(start(name, attributes)));
        let opened = self.to.get_ref().len();
        self.depth += 1;
        inside(self);
        self.depth -= 1;
        if self.to.get_ref().len() == opened {
            self.to.get_mut().truncate(before);
            return;
        }
        self.new_line();
        self.put(Event::End(BytesEnd::new(name)));
    }

    fn new_line(&mut self) {
        let indent = format!("\n{}", "  ".repeat(self.depth));
        self.bare(&indent);
    }

    fn bare(&mut self, text: &str) {
        self.to.get_mut().extend_from_slice(text.as_bytes());
    }

    fn put(&mut self, event: Event<'_>) {
        // The only failure of a writer is that of what is beneath it, and memory has none.
        let written = self.to.write_event(event);
        debug_assert!(written.is_ok());
    }
}

fn start<'a>(name: &'a str, attributes: &[(&'a str, &'a str)]) -> BytesStart<'a> {
    let given = attributes.iter().filter(|(_, value)| !value.is_empty());
    BytesStart::new(name).with_attributes(given.copied())
}
