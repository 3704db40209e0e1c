//! Currencies: which may be presented, what is the least and the most, and how an amount is written.

use crate::error::ApiError;

/// Currencies an account may present (Stripe's list for cards, lower case).
pub(crate) const PRESENTABLE: &[&str] = &[
    "usd", "aed", "afn", "all", "amd", "ang", "aoa", "ars", "aud", "awg", "azn", "bam", "bbd",
    "bdt", "bgn", "bif", "bmd", "bnd", "bob", "brl", "bsd", "bwp", "byn", "bzd", "cad", "cdf",
    "chf", "clp", "cny", "cop", "crc", "cve", "czk", "djf", "dkk", "dop", "dzd", "egp", "etb",
    "eur", "fjd", "fkp", "gbp", "gel", "gip", "gmd", "gnf", "gtq", "gyd", "hkd", "hnl", "htg",
    "huf", "idr", "ils", "inr", "isk", "jmd", "jpy", "kes", "kgs", "khr", "kmf", "krw", "kyd",
    "kzt", "lak", "lbp", "lkr", "lrd", "lsl", "mad", "mdl", "mga", "mkd", "mmk", "mnt", "mop",
    "mur", "mvr", "mwk", "mxn", "myr", "mzn", "nad", "ngn", "nio", "nok", "npr", "nzd", "pab",
    "pen", "pgk", "php", "pkr", "pln", "pyg", "qar", "ron", "rsd", "rub", "rwf", "sar", "sbd",
    "scr", "sek", "sgd", "shp", "sle", "sos", "srd", "std", "szl", "thb", "tjs", "top", "try",
    "ttd", "twd", "tzs", "uah", "ugx", "uyu", "uzs", "vnd", "vuv", "wst", "xaf", "xcd", "xof",
    "xpf", "yer", "zar", "zmw",
];

const ZERO_DECIMAL: &[&str] = &[
    "bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv", "xaf",
    "xof", "xpf",
];

/// The smallest charge in minor units of the same currency, where Stripe publishes one.
fn minimum_minor(currency: &str) -> i64 {
    match currency {
        "usd" | "aud" | "brl" | "cad" | "chf" | "eur" | "inr" | "nzd" | "sgd" => 50,
        "aed" | "myr" | "pln" | "ron" => 200,
        "bgn" => 100,
        "czk" => 1_500,
        "dkk" => 250,
        "gbp" => 30,
        "hkd" => 400,
        "huf" => 17_500,
        "jpy" => 50,
        "mxn" | "thb" => 1_000,
        "nok" | "sek" => 300,
        _ => 1,
    }
}

/// The largest amount in minor units.
fn maximum_minor(currency: &str) -> i64 {
    match currency {
        "inr" => 999_999_999,
        "idr" | "jpy" | "huf" | "cop" | "lbp" => 999_999_999_999,
        _ => 99_999_999,
    }
}

/// Refuses a currency that the account's country may not present.
pub(crate) fn check(currency: &str) -> Result<String, ApiError> {
    let lower = currency.to_lowercase();
    if PRESENTABLE.contains(&lower.as_str()) {
        return Ok(lower);
    }
    let list = PRESENTABLE.join(", ");
    let message =
        format!("Invalid currency: {lower}. Stripe currently supports these currencies: {list}");
    Err(ApiError::invalid(message).param("currency"))
}

/// Refuses an amount below the minimum or above the maximum of its currency.
pub(crate) fn check_amount(amount_minor: i64, currency: &str) -> Result<(), ApiError> {
    let least = minimum_minor(currency);
    if amount_minor < 1 {
        return Err(
            ApiError::invalid("This value must be greater than or equal to 1.")
                .code("parameter_invalid_integer")
                .param("amount"),
        );
    }
    if amount_minor < least {
        let message = format!("Amount must be at least {}", written(least, currency));
        return Err(ApiError::invalid(message)
            .code("amount_too_small")
            .param("amount"));
    }
    let most = maximum_minor(currency);
    if amount_minor > most {
        let message = format!("Amount must be no more than {}", written(most, currency));
        return Err(ApiError::invalid(message)
            .code("amount_too_large")
            .param("amount"));
    }
    Ok(())
}

/// `$0.50 cad`, `€0.50 eur`, `¥50 jpy`.
fn written(amount_minor: i64, currency: &str) -> String {
    format!("{} {currency}", signed(amount_minor, currency))
}

/// `$0.50`, `€0.50`, `¥50`: as Stripe writes amounts in refusals of refunds.
pub(crate) fn signed(amount_minor: i64, currency: &str) -> String {
    let sign = match currency {
        "eur" => "€",
        "gbp" => "£",
        "jpy" => "¥",
        "usd" | "cad" | "aud" | "nzd" | "sgd" | "hkd" | "mxn" => "$",
        _ => "",
    };
    if ZERO_DECIMAL.contains(&currency) {
        return format!("{sign}{amount_minor}");
    }
    format!("{sign}{}.{:02}", amount_minor / 100, amount_minor % 100)
}

/// Stripe's fee for a chargeback in the rehearsal, in minor units of the account's currency.
pub(crate) const DISPUTE_FEE_MINOR: i64 = 1_500;

/// Stripe's fee in the rehearsal: 2.9 % and 30 minor units, half a unit rounded up. Minor units.
pub(crate) fn fee_minor(amount_minor: i64) -> i64 {
    (amount_minor * 29 + 500) / 1_000 + 30
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fee_is_the_one_of_the_posting_vector() {
        // Compliance vector P02: 1149.75 gross, 33.64 fee, 1116.11 net.
        assert_eq!(fee_minor(114_975), 3_364);
        assert_eq!(fee_minor(50), 31);
        // 2.9 % of 500 is 14.5: half a unit rounds up.
        assert_eq!(fee_minor(500), 45);
    }

    #[test]
    fn amounts_below_the_minimum_say_the_minimum() {
        let error = check_amount(49, "cad").unwrap_err().inner();
        assert_eq!(error["code"], "amount_too_small");
        assert_eq!(error["message"], "Amount must be at least $0.50 cad");
        assert!(check_amount(50, "cad").is_ok());
        assert_eq!(
            check_amount(100_000_000, "cad").unwrap_err().inner()["code"],
            "amount_too_large"
        );
    }
}
