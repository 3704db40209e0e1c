//! One SQL text for two databases, rewritten for SQLite while the program is compiled.

/// A statement as written (PostgreSQL's form) and as SQLite takes it, with the place it stands.
#[derive(Debug)]
pub struct Statement {
    /// The text as written, `$1` parameters.
    pub text: &'static str,
    /// The same length: `?1` parameters, no `for update`.
    pub sqlite: &'static str,
    /// Source file and line, for the test that prepares every statement.
    pub place: (&'static str, u32),
}

/// Every statement of the program, collected by the linker.
pub struct Registered(pub &'static Statement);
inventory::collect!(Registered);

/// All statements that were written with [`crate::sql!`], for the test that prepares each on both engines.
pub fn every_statement() -> impl Iterator<Item = &'static Statement> {
    inventory::iter::<Registered>.into_iter().map(|r| r.0)
}

/// Rewrites a text for SQLite: `$1` becomes `?1` (a raw `$1` would be a *named* parameter there, bound in
/// order of first appearance), and row locks are blanked, because there every write transaction is alone.
pub const fn for_sqlite<const N: usize>(text: &str) -> [u8; N] {
    const SKIP: &[u8] = b" for update skip locked";
    const LOCK: &[u8] = b" for update";
    let bytes = text.as_bytes();
    let mut out = [0u8; N];
    let mut i = 0;
    while i < N {
        let blank = if starts_at(bytes, i, SKIP) {
            SKIP.len()
        } else if starts_at(bytes, i, LOCK) {
            LOCK.len()
        } else {
            0
        };
        if blank > 0 {
            let end = i + blank;
            while i < end {
                out[i] = b' ';
                i += 1;
            }
        } else {
            let parameter = bytes[i] == b'$' && i + 1 < N && bytes[i + 1].is_ascii_digit();
            out[i] = if parameter { b'?' } else { bytes[i] };
            i += 1;
        }
    }
    out
}

const fn starts_at(bytes: &[u8], at: usize, what: &[u8]) -> bool {
    if at + what.len() > bytes.len() {
        return false;
    }
    let mut i = 0;
    while i < what.len() {
        if bytes[at + i] != what[i] {
            return false;
        }
        i += 1;
    }
    true
}

/// Writes a statement once for both databases and registers it for the prepare-everything test.
///
/// ```
/// let statement = kit::sql!("select name from customers where id = $1 for update");
/// assert_eq!(statement.sqlite.trim_end(), "select name from customers where id = ?1");
/// ```
#[macro_export]
macro_rules! sql {
    ($text:expr) => {{
        const TEXT: &str = $text;
        const BYTES: [u8; TEXT.len()] = $crate::db::for_sqlite(TEXT);
        static STATEMENT: $crate::db::Statement = $crate::db::Statement {
            text: TEXT,
            sqlite: match core::str::from_utf8(&BYTES) {
                Ok(text) => text,
                Err(_) => panic!("a statement is UTF-8"),
            },
            place: (file!(), line!()),
        };
        $crate::inventory::submit! { $crate::db::Registered(&STATEMENT) }
        &STATEMENT
    }};
}

/// The arguments of a statement: `args![id, 3, name.as_deref()]`.
#[macro_export]
macro_rules! args {
    ($($value:expr),* $(,)?) => { &[$($crate::db::Value::from($value)),*] };
}
