//! The binary: serve, demo, keys.
fn main() {}
