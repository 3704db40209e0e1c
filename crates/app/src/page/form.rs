//! What a form says when it was not right: errors in field order, each tied to its field.

use std::borrow::Cow;

/// The errors of one submitted form, in the order of the fields. At most one a field: the first one said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Errors {
    list: Vec<FieldError>,
}

/// One error: the id of the field it belongs to (empty for the form as a whole) and its sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The `id` of the input the summary leads to; empty when no field is to blame.
    pub field: String,
    /// The sentence, in the reader's language.
    pub message: String,
}

impl Errors {
    /// No errors yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Says what is wrong with a field. A second error for the same field is dropped: one thing at a time.
    pub fn add(&mut self, field: impl Into<String>, message: impl Into<Cow<'static, str>>) {
        let field = field.into();
        if field.is_empty() || !self.has(&field) {
            self.list.push(FieldError {
                field,
                message: message.into().into_owned(),
            });
        }
    }

    /// The sentence for this field.
    pub fn get(&self, field: &str) -> Option<&str> {
        self.list
            .iter()
            .find(|error| error.field == field)
            .map(|error| error.message.as_str())
    }

    /// Whether this field has an error.
    pub fn has(&self, field: &str) -> bool {
        self.get(field).is_some()
    }

    /// All errors, for the summary at the top of the page.
    pub fn summary(&self) -> &[FieldError] {
        &self.list
    }

    /// Whether the form was right.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
}

/// One entry of a select or a radio group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What the form sends.
    pub value: String,
    /// What the person reads.
    pub label: String,
    /// One sentence more, under a radio button; empty for none.
    pub hint: String,
}

impl Choice {
    /// An entry without a hint.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            label: label.into(),
            hint: String::new(),
        }
    }

    /// The same entry with a sentence under it.
    #[must_use]
    pub fn hinted(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    /// Whether this is the chosen one.
    pub fn is(&self, value: impl AsRef<str>) -> bool {
        self.value == value.as_ref()
    }
}
