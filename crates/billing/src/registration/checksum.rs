//! Check digits of registration numbers. Where a country's scheme is intricate or has exceptions
//! in use, only the shape is checked: a false refusal is worse than a missed slip.

/// Luhn, as on Canadian business numbers (and French SIREN, Italian and Swedish numbers).
pub(super) fn luhn(digits: &str) -> bool {
    let sum: u32 = values(digits)
        .into_iter()
        .rev()
        .enumerate()
        .map(|(at, digit)| match (at % 2, digit) {
            (0, digit) => digit,
            (_, digit) => digit * 2 % 10 + digit * 2 / 10,
        })
        .sum();
    sum.is_multiple_of(10)
}

/// The check digit of a VAT number without its country letters. True where none is checked.
pub(super) fn vat(country: &str, number: &str) -> bool {
    match country {
        "BE" => last_two(number, 97, |rest| 97 - rest),
        "LU" => last_two(number, 89, |rest| rest),
        "DE" | "HR" => mod_11_10(number),
        "DK" => weighted(number, &[2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11),
        "FI" => weighted(number, &[7, 9, 10, 5, 8, 4, 2, 1]).is_multiple_of(11),
        "MT" => weighted(number, &[3, 4, 6, 7, 8, 9, 10, 1]).is_multiple_of(37),
        "EE" => weighted(number, &[3, 7, 1, 3, 7, 1, 3, 7, 1]).is_multiple_of(10),
        "HU" => weighted(number, &[9, 7, 3, 1, 9, 7, 3, 1]).is_multiple_of(10),
        "PL" => weighted(number, &[6, 5, 7, 2, 3, 4, 5, 6, 7, 10]).is_multiple_of(11),
        "PT" => {
            (11 - weighted(&number[..8], &[9, 8, 7, 6, 5, 4, 3, 2]) % 11) % 11 % 10 == last(number)
        }
        "GR" => weighted(&number[..8], &[256, 128, 64, 32, 16, 8, 4, 2]) % 11 % 10 == last(number),
        "SI" => (11 - weighted(&number[..7], &[8, 7, 6, 5, 4, 3, 2]) % 11) % 10 == last(number),
        "SK" => number
            .parse::<u64>()
            .is_ok_and(|value| value.is_multiple_of(11)),
        "IT" => luhn(number),
        "SE" => luhn(&number[..10]),
        "FR" => french(number),
        _ => true,
    }
}

fn values(digits: &str) -> Vec<u32> {
    digits
        .bytes()
        .map(|b| u32::from(b.wrapping_sub(b'0')))
        .collect()
}

fn last(number: &str) -> u32 {
    values(number).last().copied().unwrap_or_default()
}

fn weighted(digits: &str, weights: &[u32]) -> u32 {
    values(digits)
        .iter()
        .zip(weights)
        .map(|(digit, weight)| digit * weight)
        .sum()
}

/// The last two digits are a function of the rest of the others by a modulus.
fn last_two(number: &str, modulus: u64, check: impl Fn(u64) -> u64) -> bool {
    let (head, tail) = number.split_at(number.len() - 2);
    match (head.parse::<u64>(), tail.parse::<u64>()) {
        (Ok(head), Ok(tail)) => check(head % modulus) == tail,
        _ => false,
    }
}

/// ISO 7064, mod 11,10.
fn mod_11_10(number: &str) -> bool {
    let digits = values(number);
    let Some((check, head)) = digits.split_last() else {
        return false;
    };
    let product = head.iter().fold(10, |product, digit| {
        let sum = (product + digit) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    (11 - product) % 10 == *check
}

/// France: two numeric key digits follow from the SIREN; other keys are newer and not checked.
fn french(number: &str) -> bool {
    let (key, siren) = number.split_at(2);
    let (Ok(key), Ok(value)) = (key.parse::<u64>(), siren.parse::<u64>()) else {
        return true;
    };
    (12 + 3 * (value % 97)) % 97 == key
}
