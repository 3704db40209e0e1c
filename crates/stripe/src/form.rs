//! Form encoding with nested parameters, the way the official Node SDK writes them:
//! `metadata[invoice_id]=…`, `expand[0]=…`, `automatic_payment_methods[enabled]=true`.

use std::fmt::{Display, Write};

/// Parameters in the order they were added.
#[derive(Debug, Default, Clone)]
pub(crate) struct Form {
    pairs: Vec<(String, String)>,
}

impl Form {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// One parameter; `name` may already carry brackets.
    pub(crate) fn set(&mut self, name: &str, value: impl Display) -> &mut Self {
        self.pairs.push((name.to_owned(), value.to_string()));
        self
    }

    /// One parameter, when there is a value.
    pub(crate) fn maybe(&mut self, name: &str, value: Option<impl Display>) -> &mut Self {
        if let Some(value) = value {
            self.set(name, value);
        }
        self
    }

    /// `name[0]=…&name[1]=…`
    pub(crate) fn list<V: Display>(
        &mut self,
        name: &str,
        values: impl IntoIterator<Item = V>,
    ) -> &mut Self {
        for (index, value) in values.into_iter().enumerate() {
            self.pairs
                .push((format!("{name}[{index}]"), value.to_string()));
        }
        self
    }

    /// `name[key]=…` for each entry.
    pub(crate) fn map<'a>(
        &mut self,
        name: &str,
        entries: impl IntoIterator<Item = (&'a String, &'a String)>,
    ) -> &mut Self {
        for (key, value) in entries {
            self.pairs.push((format!("{name}[{key}]"), value.clone()));
        }
        self
    }

    /// The text of a body or a query, without a leading `?`.
    pub(crate) fn encode(&self) -> String {
        let mut text = String::new();
        for (name, value) in &self.pairs {
            if !text.is_empty() {
                text.push('&');
            }
            escape(name, true, &mut text);
            text.push('=');
            escape(value, false, &mut text);
        }
        text
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }
}

/// One segment of a path: an id is data, it must not be able to add a `/` or a `?`.
pub(crate) fn segment(id: &str) -> String {
    let mut text = String::with_capacity(id.len());
    escape(id, false, &mut text);
    // Nothing, "." and ".." (escaped or not) are resolved away by URL parsers, and the call would hit
    // another address. "_" is an id nobody has: the answer is an honest 404.
    if text.chars().all(|c| c == '.') {
        "_".to_owned()
    } else {
        text
    }
}

/// Percent-encodes everything but letters, digits and `-_.~`; keys keep their brackets readable.
fn escape(text: &str, keep_brackets: bool, out: &mut String) {
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                out.push(char::from(byte))
            }
            b'[' | b']' if keep_brackets => out.push(char::from(byte)),
            other => write!(out, "%{other:02X}").expect("a String takes every write"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_parameters_are_written_with_brackets() {
        let mut form = Form::new();
        let metadata =
            std::collections::BTreeMap::from([("invoice_id".to_owned(), "é & 1=2".to_owned())]);
        form.set("amount", 1999)
            .set("automatic_payment_methods[enabled]", true)
            .maybe("description", None::<&str>)
            .map("metadata", &metadata)
            .list("expand", ["latest_charge.balance_transaction"]);
        assert_eq!(
            form.encode(),
            "amount=1999&automatic_payment_methods[enabled]=true&metadata[invoice_id]=%C3%A9%20%26%201%3D2\
             &expand[0]=latest_charge.balance_transaction"
        );
    }

    #[test]
    fn an_id_cannot_leave_its_place_in_the_path() {
        assert_eq!(
            segment("pi_1/../../v1/account?x#y"),
            "pi_1%2F..%2F..%2Fv1%2Faccount%3Fx%23y"
        );
        assert_eq!(
            (segment(".."), segment("")),
            ("_".to_owned(), "_".to_owned())
        );
    }
}
