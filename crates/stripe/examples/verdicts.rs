//! Judges webhook deliveries: one JSON object a line in, one a line out.
//!
//! In: `{"header": "t=…", "body": "hex of the raw bytes", "secrets": ["whsec_…"], "now": 1790000000}`.
//! Out: `{"accepted": true}` or `{"accepted": false, "why": "…"}`. Used by `oracles/stripe`.

use std::error::Error;
use std::io::BufRead;

#[derive(serde::Deserialize)]
struct Delivery {
    header: String,
    body: String,
    secrets: Vec<String>,
    now: i64,
}

fn main() -> Result<(), Box<dyn Error>> {
    for line in std::io::stdin().lock().lines() {
        let delivery: Delivery = serde_json::from_str(&line?)?;
        let body = bytes_of_hex(&delivery.body)?;
        let secrets: Vec<&str> = delivery.secrets.iter().map(String::as_str).collect();
        let verdict = match stripe::webhook::verify(&delivery.header, &body, &secrets, delivery.now)
        {
            Ok(()) => serde_json::json!({"accepted": true}),
            Err(why) => serde_json::json!({"accepted": false, "why": why.to_string()}),
        };
        println!("{verdict}");
    }
    Ok(())
}

fn bytes_of_hex(hex: &str) -> Result<Vec<u8>, Box<dyn Error>> {
    let pair = |at: usize| {
        u8::from_str_radix(hex.get(at..at + 2).ok_or("half a byte")?, 16).map_err(Into::into)
    };
    (0..hex.len()).step_by(2).map(pair).collect()
}
