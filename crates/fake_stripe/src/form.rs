//! `application/x-www-form-urlencoded` with Stripe's brackets: `a[b][0]=c` becomes a tree.

use std::collections::BTreeMap;

use crate::error::ApiError;

/// Depth at which a body is refused rather than followed.
const DEPTH_MAX: usize = 8;
/// Pairs at which a body is refused rather than kept.
const PAIRS_MAX: usize = 2_000;

/// One value of the tree. Lists are branches whose names are numbers.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Node {
    Leaf(String),
    Branch(BTreeMap<String, Node>),
}

impl Node {
    pub fn empty() -> Self {
        Node::Branch(BTreeMap::new())
    }
}

/// Reads a query or a body. A name used both as a value and as an object is refused.
pub(crate) fn parse(text: &str) -> Result<Node, ApiError> {
    let mut root = Node::empty();
    for (count, pair) in text.split('&').filter(|pair| !pair.is_empty()).enumerate() {
        if count >= PAIRS_MAX {
            return Err(ApiError::invalid("Too many parameters."));
        }
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (name, value) = (decode(name)?, decode(value)?);
        let path = split(&name)?;
        insert(&mut root, &path, value, &name)?;
    }
    Ok(root)
}

/// `a[b][]` → `["a", "b", ""]`.
fn split(name: &str) -> Result<Vec<String>, ApiError> {
    let bad = || ApiError::invalid(format!("Invalid parameter name: {name}")).param(name);
    let open = name.find('[').unwrap_or(name.len());
    let mut path = vec![name[..open].to_owned()];
    let mut rest = &name[open..];
    while !rest.is_empty() {
        let inner = rest.strip_prefix('[').ok_or_else(bad)?;
        let close = inner.find(']').ok_or_else(bad)?;
        path.push(inner[..close].to_owned());
        rest = &inner[close + 1..];
    }
    if path[0].is_empty() || path.len() > DEPTH_MAX {
        return Err(bad());
    }
    Ok(path)
}

fn insert(node: &mut Node, path: &[String], value: String, name: &str) -> Result<(), ApiError> {
    let Node::Branch(children) = node else {
        return Err(ApiError::invalid(format!("Invalid object at {name}")).param(name));
    };
    let key = if path[0].is_empty() {
        format!("{:06}", children.len())
    } else {
        path[0].clone()
    };
    if path.len() == 1 {
        children.insert(key, Node::Leaf(value));
        return Ok(());
    }
    insert(
        children.entry(key).or_insert_with(Node::empty),
        &path[1..],
        value,
        name,
    )
}

/// Percent and plus decoding; the result must be UTF-8.
pub(crate) fn decode(text: &str) -> Result<String, ApiError> {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'+' => out.push(b' '),
            b'%' => {
                let hex = bytes
                    .get(at + 1..at + 3)
                    .and_then(|hex| std::str::from_utf8(hex).ok());
                let byte = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok());
                out.push(byte.ok_or_else(|| ApiError::invalid("Invalid percent encoding."))?);
                at += 2;
            }
            byte => out.push(byte),
        }
        at += 1;
    }
    String::from_utf8(out).map_err(|_| ApiError::invalid("Invalid UTF-8 in parameters."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaf(text: &str) -> Node {
        Node::Leaf(text.into())
    }

    fn branch(pairs: &[(&str, Node)]) -> Node {
        Node::Branch(
            pairs
                .iter()
                .map(|(k, v)| ((*k).to_owned(), v.clone()))
                .collect(),
        )
    }

    #[test]
    fn brackets_become_a_tree_and_lists_keep_their_order() {
        let tree = parse("a[b]=1%2B1&expand[0]=x&expand[1]=y+z").unwrap();
        let expand = branch(&[("0", leaf("x")), ("1", leaf("y z"))]);
        assert_eq!(
            tree,
            branch(&[("a", branch(&[("b", leaf("1+1"))])), ("expand", expand)])
        );
        let unnamed = parse("expand[]=x&expand[]=y").unwrap();
        assert_eq!(
            unnamed,
            branch(&[(
                "expand",
                branch(&[("000000", leaf("x")), ("000001", leaf("y"))])
            )])
        );
    }

    #[test]
    fn broken_names_are_refused() {
        for text in [
            "a[b=1",
            "[a]=1",
            "a=1&a[b]=2",
            "a[b][c][d][e][f][g][h][i]=1",
            "a=%zz",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
