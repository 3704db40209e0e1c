//! The list of sealed columns, held against the schema.

use std::collections::BTreeSet;

/// Reads `create table` and `alter table … add column` as they are written in our migrations.
fn sealed_columns_of_the_schema() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for migration in app::migrations::ALL {
        let mut table = String::new();
        for line in migration
            .sqlite
            .lines()
            .filter(|l| !l.trim_start().starts_with("--"))
        {
            let lower = line.to_ascii_lowercase();
            for begin in ["create table ", "alter table "] {
                if let Some(rest) = lower.trim_start().strip_prefix(begin) {
                    table = rest.split([' ', '(']).next().unwrap_or_default().to_owned();
                }
            }
            let words = lower.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
            found.extend(
                words
                    .filter(|w| w.ends_with("_sealed"))
                    .map(|w| format!("{table}.{w}")),
            );
        }
    }
    found
}

#[test]
fn ac_18_every_sealed_column_of_the_schema_is_rotated() {
    let listed: BTreeSet<String> = app::sealed::columns()
        .into_iter()
        .map(|c| c.name.to_owned())
        .collect();
    let schema = sealed_columns_of_the_schema();
    assert!(
        schema.contains("stripe_settings.secret_sealed"),
        "the reading of the schema is broken: {schema:?}"
    );
    assert_eq!(
        schema, listed,
        "the schema (left) and crates/app/src/sealed (right) differ"
    );
}
