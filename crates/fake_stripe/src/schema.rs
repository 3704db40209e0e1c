//! What parameters an endpoint takes, and the check that refuses everything else.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::error::ApiError;
use crate::form::Node;

/// The type of a parameter.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    /// At most 5,000 characters.
    Text,
    /// At most 20,000 characters: evidence.
    LongText,
    Integer,
    Boolean,
    OneOf(&'static [&'static str]),
    List(&'static Kind),
    Object(&'static [Field]),
    /// At most 50 names of 40 characters, values of 500.
    Metadata,
    /// An integer, or `gt`/`gte`/`lt`/`lte` of integers.
    Range,
    /// Stripe knows it, the rehearsal does not: refused loudly rather than ignored quietly.
    Unrehearsed,
}

/// One parameter.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Field {
    name: &'static str,
    kind: Kind,
    required: bool,
}

impl Field {
    pub const fn name(&self) -> &'static str {
        self.name
    }
}

pub(crate) const fn opt(name: &'static str, kind: Kind) -> Field {
    Field {
        name,
        kind,
        required: false,
    }
}

pub(crate) const fn req(name: &'static str, kind: Kind) -> Field {
    Field {
        name,
        kind,
        required: true,
    }
}

/// Checks a tree against the fields and returns it typed. An empty text stays `""`: it means "unset",
/// and the verb decides whether that is allowed.
pub(crate) fn check(fields: &[Field], node: &Node) -> Result<Map<String, Value>, ApiError> {
    object(fields, node, "")
}

fn object(fields: &[Field], node: &Node, path: &str) -> Result<Map<String, Value>, ApiError> {
    let Node::Branch(children) = node else {
        return Err(ApiError::invalid("Invalid object").param(path));
    };
    let mut typed = Map::new();
    for (name, child) in children {
        let full = join(path, name);
        let field = fields
            .iter()
            .find(|field| field.name == name)
            .ok_or_else(|| ApiError::unknown_param(&full))?;
        typed.insert(name.clone(), value(field.kind, child, &full)?);
    }
    match fields
        .iter()
        .find(|field| field.required && !children.contains_key(field.name))
    {
        Some(absent) => Err(ApiError::missing_param(&join(path, absent.name))),
        None => Ok(typed),
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}[{name}]")
    }
}

fn value(kind: Kind, node: &Node, path: &str) -> Result<Value, ApiError> {
    if let (Node::Leaf(text), false) = (
        node,
        matches!(kind, Kind::Integer | Kind::Boolean | Kind::Unrehearsed),
    ) && text.is_empty()
    {
        return Ok(json!(""));
    }
    match (kind, node) {
        (Kind::Unrehearsed, _) => {
            let message =
                format!("The rehearsal does not rehearse '{path}'; teach it before using it.");
            Err(ApiError::invalid(message)
                .code("parameter_unknown")
                .param(path))
        }
        (Kind::Text, Node::Leaf(text)) => short(text, 5_000, path).map(|()| json!(text)),
        (Kind::LongText, Node::Leaf(text)) => short(text, 20_000, path).map(|()| json!(text)),
        (Kind::Integer, Node::Leaf(text)) => integer(text, path),
        (Kind::Boolean, Node::Leaf(text)) => boolean(text, path),
        (Kind::OneOf(names), Node::Leaf(text)) => one_of(names, text, path),
        (Kind::Range, Node::Leaf(text)) => integer(text, path),
        (Kind::Range, branch) => {
            const ENDS: &[Field] = &[
                opt("gt", Kind::Integer),
                opt("gte", Kind::Integer),
                opt("lt", Kind::Integer),
                opt("lte", Kind::Integer),
            ];
            object(ENDS, branch, path).map(Value::Object)
        }
        (Kind::Object(fields), branch @ Node::Branch(_)) => {
            object(fields, branch, path).map(Value::Object)
        }
        (Kind::Metadata, Node::Branch(children)) => metadata(children, path),
        (Kind::List(inner), Node::Branch(children)) => list(*inner, children, path),
        (Kind::List(_), Node::Leaf(_)) => Err(ApiError::invalid("Invalid array").param(path)),
        (Kind::Object(_) | Kind::Metadata, Node::Leaf(_)) => {
            Err(ApiError::invalid("Invalid object").param(path))
        }
        (_, Node::Branch(_)) => {
            Err(ApiError::invalid(format!("Invalid string: {path} is an object")).param(path))
        }
    }
}

fn short(text: &str, max: usize, path: &str) -> Result<(), ApiError> {
    if text.chars().count() <= max {
        return Ok(());
    }
    Err(ApiError::invalid(format!("Invalid string: must be at most {max} characters")).param(path))
}

fn integer(text: &str, path: &str) -> Result<Value, ApiError> {
    let plain = text.strip_prefix('-').unwrap_or(text);
    let number = text
        .parse::<i64>()
        .ok()
        .filter(|_| plain.bytes().all(|byte| byte.is_ascii_digit()));
    number.map(|number| json!(number)).ok_or_else(|| {
        ApiError::invalid(format!("Invalid integer: {text}"))
            .code("parameter_invalid_integer")
            .param(path)
    })
}

fn boolean(text: &str, path: &str) -> Result<Value, ApiError> {
    match text {
        "true" => Ok(json!(true)),
        "false" => Ok(json!(false)),
        _ => Err(ApiError::invalid(format!("Invalid boolean: {text}")).param(path)),
    }
}

fn one_of(names: &[&str], text: &str, path: &str) -> Result<Value, ApiError> {
    if names.contains(&text) {
        return Ok(json!(text));
    }
    Err(ApiError::invalid(format!(
        "Invalid {path}: must be one of {}",
        names.join(", ")
    ))
    .param(path))
}

fn list(inner: Kind, children: &BTreeMap<String, Node>, path: &str) -> Result<Value, ApiError> {
    let mut numbered = Vec::new();
    for (name, child) in children {
        let at: usize = name
            .parse()
            .map_err(|_| ApiError::invalid("Invalid array").param(path))?;
        numbered.push((at, child));
    }
    numbered.sort_by_key(|(at, _)| *at);
    let items: Result<Vec<Value>, ApiError> = numbered
        .into_iter()
        .map(|(at, child)| value(inner, child, &format!("{path}[{at}]")))
        .collect();
    items.map(Value::Array)
}

fn metadata(children: &BTreeMap<String, Node>, path: &str) -> Result<Value, ApiError> {
    if children.len() > 50 {
        return Err(ApiError::invalid("Metadata can have at most 50 keys.").param(path));
    }
    let mut pairs = Map::new();
    for (name, child) in children {
        let full = format!("{path}[{name}]");
        let Node::Leaf(text) = child else {
            return Err(ApiError::invalid("Metadata values must be strings").param(&full));
        };
        if name.chars().count() > 40 {
            return Err(
                ApiError::invalid("Metadata keys can be at most 40 characters").param(&full),
            );
        }
        if text.chars().count() > 500 {
            return Err(
                ApiError::invalid("Metadata values can have up to 500 characters").param(&full),
            );
        }
        pairs.insert(name.clone(), json!(text));
    }
    Ok(Value::Object(pairs))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form;

    const FIELDS: &[Field] = &[
        req("amount", Kind::Integer),
        opt("apm", Kind::Object(&[req("enabled", Kind::Boolean)])),
        opt("metadata", Kind::Metadata),
        opt("expand", Kind::List(&Kind::Text)),
    ];

    fn refusal(text: &str) -> Value {
        check(FIELDS, &form::parse(text).unwrap())
            .unwrap_err()
            .inner()
    }

    #[test]
    fn a_misspelt_name_is_refused_at_every_level() {
        assert_eq!(refusal("amount=1&metdata[a]=1")["param"], "metdata");
        assert_eq!(
            refusal("amount=1&apm[enabled]=true&apm[alow]=x")["param"],
            "apm[alow]"
        );
        assert_eq!(refusal("amount=1&x=1")["code"], "parameter_unknown");
    }

    #[test]
    fn types_and_missing_names_are_named() {
        assert_eq!(refusal("amount=19.5")["code"], "parameter_invalid_integer");
        assert_eq!(refusal("amount=+5")["code"], "parameter_invalid_integer");
        assert_eq!(
            refusal("amount=1&apm[enabled]=yes")["param"],
            "apm[enabled]"
        );
        assert_eq!(refusal("expand[]=a")["code"], "parameter_missing");
        let long = "v".repeat(501);
        assert_eq!(
            refusal(&format!("amount=1&metadata[a]={long}"))["param"],
            "metadata[a]"
        );
    }
}
