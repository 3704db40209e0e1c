//! The program the oracles question: one JSON request a line on standard input, one JSON string a line on
//! standard output. `{"what":"money","locale":"fr-CA","minor":"123456","code":"CAD","exponent":2}`
//! is answered by `"1 234,56 $"`. A request that makes no sense ends it with a message and status 1.

use std::io::{BufRead, Write};

use kit::locale::Locale;
use serde_json::Value;

fn main() {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for (number, line) in std::io::stdin().lock().lines().enumerate() {
        let line = line.expect("standard input is text");
        let answer = serde_json::from_str(&line)
            .map_err(|error| error.to_string())
            .and_then(|request| answer(&request));
        match answer {
            Ok(text) => writeln!(out, "{}", Value::from(text)).expect("standard output is open"),
            Err(problem) => {
                eprintln!("line {}: {problem}: {line}", number + 1);
                std::process::exit(1);
            }
        }
    }
}

fn answer(request: &Value) -> Result<String, String> {
    let text = |name: &str| {
        request[name]
            .as_str()
            .ok_or_else(|| format!("“{name}” is missing"))
    };
    let read = |error: &dyn std::fmt::Display| error.to_string();
    let locale = Locale::parse(text("locale")?).ok_or("no such locale")?;
    let minor = || text("minor")?.parse::<i64>().map_err(|error| read(&error));
    let exponent = || {
        request["exponent"]
            .as_u64()
            .and_then(|n| u32::try_from(n).ok())
            .ok_or("no exponent")
    };
    let day = || {
        text("day")?
            .parse()
            .map_err(|error: jiff::Error| read(&error))
    };
    let instant = || {
        text("instant")?
            .parse()
            .map_err(|error: jiff::Error| read(&error))
    };
    let zone = || jiff::tz::TimeZone::get(text("zone")?).map_err(|error| read(&error));
    Ok(match text("what")? {
        "money" => locale.money(minor()?, text("code")?, exponent()?),
        "money_iso" => locale.money_iso(minor()?, text("code")?, exponent()?),
        "money_plain" => locale.money_plain(minor()?, exponent()?),
        "decimal" => locale.decimal(text("number")?),
        "quantity" => locale.quantity(text("number")?),
        "percent" => locale.percent(text("number")?),
        "plural" => locale.plural(text("number")?).as_str().to_owned(),
        "date_long" => locale.date_long(day()?),
        "date_medium" => locale.date_medium(day()?),
        "date_short" => locale.date_short(day()?),
        "month_long" => locale.month_long(day()?),
        "month_short" => locale.month_short(day()?).to_owned(),
        "date_time" => locale.date_time(instant()?, &zone()?),
        "time" => locale.time(instant()?, &zone()?),
        "relative_days" => locale.relative_days(request["days"].as_i64().ok_or("no days")?),
        "list" => {
            let items = request["items"].as_array().ok_or("no items")?;
            locale.list(&items.iter().filter_map(Value::as_str).collect::<Vec<_>>())
        }
        other => return Err(format!("nothing is called “{other}”")),
    })
}
