//! What a test asks of the texts: that every language has the same ones, and the code uses just these.

use std::collections::{BTreeMap, BTreeSet};

use fluent_syntax::ast::{
    CallArguments, Entry, Expression, InlineExpression, Pattern, PatternElement,
};

use super::{Lang, Source};

/// One use of a text in the code or a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// The key, `key` or `key.attr`.
    pub key: String,
    /// The names of the arguments given, `None` when they cannot be known from the source.
    pub args: Option<Vec<String>>,
    /// Where, for the message: `src/customers/edit.rs:12`.
    pub place: String,
}

/// Everything wrong with the files among themselves: lines that do not parse, keys that stand twice,
/// keys missing in a language, arguments that differ, references to nothing.
/// Each is a sentence; none means all is well.
pub fn check(sources: &[Source<'_>]) -> Vec<String> {
    let mut problems = Vec::new();
    let books: Vec<(Lang, Book)> = Lang::all()
        .into_iter()
        .map(|lang| (lang, Book::read(lang, sources, &mut problems)))
        .collect();
    for (lang, book) in &books {
        for (key, text) in &book.texts {
            compare(key, text, *lang, &books, &mut problems);
            for reference in text
                .references
                .iter()
                .filter(|reference| !book.knows(reference))
            {
                problems.push(format!(
                    "{}: “{key}” refers to “{reference}”, which is not there in “{lang}”",
                    text.file
                ));
            }
        }
    }
    problems
}

/// Everything wrong between the files and their uses: a key used that no file has, arguments given that
/// are not the text's, a key that nothing uses. `spoken` names keys or prefixes (`standing-`) that are put
/// together at run time, or files (`en/common.ftl`) that are a vocabulary; these may stand unused.
pub fn check_used(sources: &[Source<'_>], uses: &[Use], spoken: &[&str]) -> Vec<String> {
    let mut problems = Vec::new();
    let book = Book::read(Lang::En, sources, &mut Vec::new());
    for used in uses {
        let Some(text) = book.texts.get(&used.key) else {
            problems.push(format!("{}: there is no text “{}”", used.place, used.key));
            continue;
        };
        let wanted = book.all_args(text);
        if let Some(given) = used
            .args
            .as_ref()
            .map(|args| args.iter().cloned().collect::<BTreeSet<_>>())
            && given != wanted
        {
            problems.push(format!(
                "{}: “{}” wants {wanted:?}, it is given {given:?}",
                used.place, used.key
            ));
        }
    }
    let referred: BTreeSet<&str> = book
        .texts
        .values()
        .flat_map(|text| text.references.iter().map(String::as_str))
        .collect();
    for (key, text) in book.texts.iter().filter(|(key, _)| !key.starts_with('-')) {
        let free = spoken
            .iter()
            .any(|word| key.starts_with(word) || text.file == *word);
        let used = uses.iter().any(|used| used.key == *key) || referred.contains(key.as_str());
        if !free && !used {
            problems.push(format!("{}: nothing uses “{key}”", text.file));
        }
    }
    problems
}

fn compare(key: &str, text: &Text, lang: Lang, books: &[(Lang, Book)], problems: &mut Vec<String>) {
    for (other_lang, other) in books.iter().filter(|(other, _)| *other != lang) {
        match other.texts.get(key) {
            None if !key.starts_with('-') => {
                problems.push(format!(
                    "{}: “{key}” is missing in “{other_lang}”",
                    text.file
                ));
            }
            Some(twin) if lang < *other_lang && twin.args != text.args => problems.push(format!(
                "{}: “{key}” takes {:?}, in {} it takes {:?}",
                text.file, text.args, twin.file, twin.args
            )),
            _ => {}
        }
    }
}

/// All texts of one language by key; attributes as `key.attr`, terms as `-term`.
#[derive(Default)]
struct Book {
    texts: BTreeMap<String, Text>,
}

#[derive(Default)]
struct Text {
    file: String,
    args: BTreeSet<String>,
    references: BTreeSet<String>,
}

impl Book {
    fn read(lang: Lang, sources: &[Source<'_>], problems: &mut Vec<String>) -> Self {
        let mut book = Self::default();
        for (_, file, content) in sources.iter().filter(|source| source.0 == lang) {
            let resource =
                fluent_syntax::parser::parse(*content).unwrap_or_else(|(resource, errors)| {
                    for error in errors {
                        let line = content[..error.pos.start.min(content.len())]
                            .matches('\n')
                            .count()
                            + 1;
                        problems.push(format!("{file}:{line}: {}", error.kind));
                    }
                    resource
                });
            for entry in &resource.body {
                book.enter(file, entry, problems);
            }
        }
        book
    }

    fn enter(&mut self, file: &str, entry: &Entry<&str>, problems: &mut Vec<String>) {
        let (id, value, attributes) = match entry {
            Entry::Message(message) => (
                message.id.name.to_owned(),
                message.value.as_ref(),
                &message.attributes,
            ),
            Entry::Term(term) => (
                format!("-{}", term.id.name),
                Some(&term.value),
                &term.attributes,
            ),
            _ => return,
        };
        let own = value.map(|pattern| (id.clone(), pattern));
        let attributes = attributes
            .iter()
            .map(|attribute| (format!("{id}.{}", attribute.id.name), &attribute.value));
        for (key, pattern) in own.into_iter().chain(attributes) {
            let mut text = Text {
                file: file.to_owned(),
                ..Text::default()
            };
            text.walk(pattern);
            if let Some(first) = self.texts.insert(key.clone(), text) {
                problems.push(format!(
                    "{file}: the key “{key}” is already in {}",
                    first.file
                ));
            }
        }
    }

    fn knows(&self, reference: &str) -> bool {
        self.texts.contains_key(reference)
    }

    /// A text's arguments and those of the texts it refers to.
    fn all_args(&self, text: &Text) -> BTreeSet<String> {
        let referred = text.references.iter().filter(|name| !name.starts_with('-'));
        let inner = referred
            .filter_map(|name| self.texts.get(name))
            .flat_map(|text| text.args.iter().cloned());
        text.args.iter().cloned().chain(inner).collect()
    }
}

impl Text {
    fn walk(&mut self, pattern: &Pattern<&str>) {
        for element in &pattern.elements {
            if let PatternElement::Placeable { expression } = element {
                self.expression(expression);
            }
        }
    }

    fn expression(&mut self, expression: &Expression<&str>) {
        match expression {
            Expression::Inline(inline) => self.inline(inline),
            Expression::Select { selector, variants } => {
                self.inline(selector);
                variants
                    .iter()
                    .for_each(|variant| self.walk(&variant.value));
            }
        }
    }

    fn inline(&mut self, inline: &InlineExpression<&str>) {
        match inline {
            InlineExpression::VariableReference { id } => {
                self.args.insert(id.name.to_owned());
            }
            InlineExpression::MessageReference { id, attribute } => {
                self.refer("", id.name, attribute.as_ref().map(|a| a.name))
            }
            InlineExpression::TermReference {
                id,
                attribute,
                arguments,
            } => {
                self.refer("-", id.name, attribute.as_ref().map(|a| a.name));
                arguments
                    .iter()
                    .for_each(|arguments| self.arguments(arguments));
            }
            InlineExpression::FunctionReference { arguments, .. } => self.arguments(arguments),
            InlineExpression::Placeable { expression } => self.expression(expression),
            InlineExpression::StringLiteral { .. } | InlineExpression::NumberLiteral { .. } => {}
        }
    }

    fn arguments(&mut self, arguments: &CallArguments<&str>) {
        arguments
            .positional
            .iter()
            .for_each(|inline| self.inline(inline));
        arguments
            .named
            .iter()
            .for_each(|named| self.inline(&named.value));
    }

    fn refer(&mut self, mark: &str, id: &str, attribute: Option<&str>) {
        let attribute = attribute.map(|name| format!(".{name}")).unwrap_or_default();
        self.references.insert(format!("{mark}{id}{attribute}"));
    }
}
