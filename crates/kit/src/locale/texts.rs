//! The texts: one Fluent bundle per locale, built once, read from everywhere.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use fluent_syntax::ast::Entry;

use super::{Lang, Locale};

/// A value put into a text: `"…".into()`, `3_i64.into()`. Numbers are written the locale's way and choose
/// plural forms; give years, document numbers and amounts as text.
pub type Value<'a> = FluentValue<'a>;

/// One `.ftl` file: its language, its name for error messages, its content.
pub type Source<'a> = (Lang, &'a str, &'a str);

/// Why the texts cannot be used. Found at start, never while a page is written.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum TextsError {
    /// A line is not Fluent.
    #[error("{file}:{line}: {reason}")]
    Syntax {
        /// The file as it was named.
        file: String,
        /// The line, from 1.
        line: usize,
        /// What the parser says.
        reason: String,
    },
    /// One key stands twice in a language.
    #[error("{file}: the key “{key}” is already in {first}")]
    Twice {
        /// The later file.
        file: String,
        /// The key.
        key: String,
        /// The earlier file.
        first: String,
    },
    /// A language has no texts.
    #[error("there are no texts in “{0}”")]
    NoTexts(Lang),
}

/// Every text in every language.
pub struct Texts {
    bundles: Vec<(Locale, FluentBundle<Arc<FluentResource>>)>,
}

impl Texts {
    /// Reads all files. Refuses a file that does not parse, a key that stands twice, a language without
    /// texts. Whether the languages have the same keys is for [`super::check`] to say.
    pub fn new(sources: &[Source<'_>]) -> Result<Self, TextsError> {
        let files = sources
            .iter()
            .map(|source| Ok((source.0, source.1, parse(source)?)));
        let files: Vec<(Lang, &str, Arc<FluentResource>)> =
            files.collect::<Result<_, TextsError>>()?;
        for lang in Lang::all() {
            refuse_twins(files.iter().filter(|file| file.0 == lang))?;
            if !files.iter().any(|file| file.0 == lang) {
                return Err(TextsError::NoTexts(lang));
            }
        }
        let of = |lang| {
            files
                .iter()
                .filter(move |file| file.0 == lang)
                .map(|file| Arc::clone(&file.2))
        };
        let bundles = FORMATTERS
            .map(|(locale, formatter)| (locale, bundle(of(locale.lang()), locale, formatter)));
        Ok(Self {
            bundles: bundles.into(),
        })
    }

    /// The text of `key` (or of its attribute, `key.attr`). An error, in words, when there is no
    /// such text or when an argument it needs is missing.
    fn find(
        &self,
        locale: Locale,
        key: &str,
        args: Option<&FluentArgs<'_>>,
    ) -> Result<Cow<'_, str>, String> {
        let bundle = &self
            .bundles
            .iter()
            .find(|(other, _)| *other == locale)
            .expect("every locale has a bundle")
            .1;
        let (id, attribute) = key
            .split_once('.')
            .map_or((key, None), |(id, attr)| (id, Some(attr)));
        let message = bundle.get_message(id);
        let pattern = message.and_then(|message| match attribute {
            Some(name) => message
                .get_attribute(name)
                .map(|attribute| attribute.value()),
            None => message.value(),
        });
        let pattern =
            pattern.ok_or_else(|| format!("there is no text “{key}” in “{}”", locale.lang()))?;
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, args, &mut errors);
        match errors.first() {
            Some(error) => Err(format!("the text “{key}” in “{}”: {error}", locale.lang())),
            None => Ok(text),
        }
    }

    /// Whether a text exists in this language.
    pub fn has(&self, lang: Lang, key: &str) -> bool {
        let locale = if lang == Lang::Fr {
            Locale::FR_CA
        } else {
            Locale::EN_CA
        };
        let bundle = self.bundles.iter().find(|(other, _)| *other == locale);
        let (id, attribute) = key
            .split_once('.')
            .map_or((key, None), |(id, attr)| (id, Some(attr)));
        bundle
            .and_then(|(_, bundle)| bundle.get_message(id))
            .is_some_and(|message| match attribute {
                Some(name) => message.get_attribute(name).is_some(),
                None => message.value().is_some(),
            })
    }
}

impl std::fmt::Debug for Texts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Texts")
            .field("locales", &self.bundles.len())
            .finish()
    }
}

static INSTALLED: OnceLock<Texts> = OnceLock::new();

/// Makes these the texts of the whole process. The first call wins; `false` when texts were there already
/// (tests call it many times).
pub fn install(texts: Texts) -> bool {
    INSTALLED.set(texts).is_ok()
}

/// Marks a text key that is only looked up later, as in an error value, so that the test over all keys
/// sees it: `locale::key("refused-too-long")`.
pub const fn key(key: &'static str) -> &'static str {
    key
}

impl Locale {
    /// The text of `key`, or of its attribute with `key.attr`. A key that does not exist stops a debug
    /// build; a release build shows the key and logs an error.
    pub fn t(self, key: &str) -> Cow<'static, str> {
        self.look_up(key, None)
    }

    /// A text with one argument.
    pub fn t1<'a>(
        self,
        key: &str,
        name: &'a str,
        value: impl Into<Value<'a>>,
    ) -> Cow<'static, str> {
        let mut args = FluentArgs::with_capacity(1);
        args.set(name, value);
        self.look_up(key, Some(&args))
    }

    /// A text with two arguments.
    pub fn t2<'a>(
        self,
        key: &str,
        name: &'a str,
        value: impl Into<Value<'a>>,
        other: &'a str,
        other_value: impl Into<Value<'a>>,
    ) -> Cow<'static, str> {
        let mut args = FluentArgs::with_capacity(2);
        args.set(name, value);
        args.set(other, other_value);
        self.look_up(key, Some(&args))
    }

    /// A text with any number of arguments: `l.ta("due", &[("day", day.into()), ("count", 3.into())])`.
    pub fn ta(self, key: &str, args: &[(&str, Value<'_>)]) -> Cow<'static, str> {
        let args: FluentArgs<'_> = args
            .iter()
            .map(|(name, value)| (*name, value.clone()))
            .collect();
        self.look_up(key, Some(&args))
    }

    fn look_up(self, key: &str, args: Option<&FluentArgs<'_>>) -> Cow<'static, str> {
        let found = match INSTALLED.get() {
            Some(texts) => texts.find(self, key, args),
            None => Err(format!("no texts are installed, “{key}” was asked for")),
        };
        found.unwrap_or_else(|problem| missing(key, &problem))
    }
}

/// A mistake of ours, which the tests must meet and a customer must survive.
fn missing(key: &str, problem: &str) -> Cow<'static, str> {
    if cfg!(debug_assertions) {
        panic!("{problem}");
    }
    tracing::error!(key, problem, "a text is missing");
    Cow::Owned(key.to_owned())
}

fn parse(&(_, file, content): &Source<'_>) -> Result<Arc<FluentResource>, TextsError> {
    FluentResource::try_new(content.to_owned())
        .map(Arc::new)
        .map_err(|(_, errors)| {
            let first = errors.first();
            let before = first.map_or("", |error| &content[..error.pos.start.min(content.len())]);
            TextsError::Syntax {
                file: file.to_owned(),
                line: before.matches('\n').count() + 1,
                reason: first
                    .map_or_else(|| "not Fluent".to_owned(), |error| error.kind.to_string()),
            }
        })
}

fn refuse_twins<'a>(
    files: impl Iterator<Item = &'a (Lang, &'a str, Arc<FluentResource>)>,
) -> Result<(), TextsError> {
    let mut seen: HashMap<String, &str> = HashMap::new();
    for (_, file, resource) in files {
        for entry in resource.entries() {
            let id = match entry {
                Entry::Message(message) => message.id.name.to_owned(),
                Entry::Term(term) => format!("-{}", term.id.name),
                _ => continue,
            };
            if let Some(first) = seen.insert(id.clone(), file) {
                return Err(TextsError::Twice {
                    file: (*file).to_owned(),
                    key: id,
                    first: first.to_owned(),
                });
            }
        }
    }
    Ok(())
}

fn bundle(
    resources: impl Iterator<Item = Arc<FluentResource>>,
    locale: Locale,
    formatter: Formatter,
) -> FluentBundle<Arc<FluentResource>> {
    let language = locale
        .lang()
        .as_str()
        .parse()
        .expect("our language tags are valid");
    let mut bundle = FluentBundle::new_concurrent(vec![language]);
    // The marks would show up in mails and documents; both our languages run left to right.
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(formatter));
    bundle
        .add_builtins()
        .expect("a new bundle has no functions yet");
    for resource in resources {
        bundle
            .add_resource(resource)
            .expect("keys that stand twice were refused before");
    }
    bundle
}

type Formatter = fn(&Value<'_>, &intl_memoizer::concurrent::IntlLangMemoizer) -> Option<String>;

/// Fluent takes a plain function, which cannot carry the locale: hence one for each.
const FORMATTERS: [(Locale, Formatter); 8] = [
    (Locale::EN_CA, |value, _| number(Locale::EN_CA, value)),
    (Locale::FR_CA, |value, _| number(Locale::FR_CA, value)),
    (Locale::EN_US, |value, _| number(Locale::EN_US, value)),
    (Locale::FR_FR, |value, _| number(Locale::FR_FR, value)),
    (Locale::EN_GB, |value, _| number(Locale::EN_GB, value)),
    (Locale::FR_BE, |value, _| number(Locale::FR_BE, value)),
    (Locale::DE_DE, |value, _| number(Locale::DE_DE, value)),
    (Locale::NL_BE, |value, _| number(Locale::NL_BE, value)),
];

fn number(locale: Locale, value: &Value<'_>) -> Option<String> {
    match value {
        FluentValue::Number(number) if number.options.use_grouping => {
            Some(locale.decimal(&number.as_string()))
        }
        _ => None,
    }
}
