//! Postal codes in the spelling of the countries whose rule is known; everywhere else they are kept as written.

use crate::place::Country;

/// Not a postal code of that country.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a postal code of that country")]
pub struct InvalidPostalCode;

/// The code as its country writes it: `h2j1y1` in Canada is `H2J 1Y1`. An empty one stays empty: not every address has
/// one, and an invoice does not need it.
///
/// Canada: letter digit letter, digit letter digit; D, F, I, O, Q and U never occur, W and Z not in front (Canada Post,
/// addressing guidelines). United States: five digits, or nine as `12345-6789`. Elsewhere: as written, without the
/// white space around it.
///
/// # Errors
/// [`InvalidPostalCode`] in Canada and the United States.
pub fn tidy(country: Country, text: &str) -> Result<String, InvalidPostalCode> {
    let text = text.trim();
    let bare: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .map(|c| c.to_ascii_uppercase())
        .collect();
    match country {
        _ if text.is_empty() => Ok(String::new()),
        Country::CA if is_canadian(&bare) => Ok(format!("{} {}", &bare[..3], &bare[3..])),
        Country::US if is_digits(&bare) && bare.len() == 5 => Ok(bare),
        Country::US if is_digits(&bare) && bare.len() == 9 => {
            Ok(format!("{}-{}", &bare[..5], &bare[5..]))
        }
        Country::CA | Country::US => Err(InvalidPostalCode),
        _ => Ok(text.to_owned()),
    }
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

fn is_canadian(bare: &str) -> bool {
    let letter = |c: u8| c.is_ascii_uppercase() && !b"DFIOQU".contains(&c);
    match bare.as_bytes() {
        [a, b, c, d, e, f] => {
            letter(*a)
                && !b"WZ".contains(a)
                && letter(*c)
                && letter(*e)
                && [b, d, f].into_iter().all(u8::is_ascii_digit)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_brought_into_the_spelling_of_its_country_or_refused() {
        for (country, typed, kept) in [
            (Country::CA, " h2j1y1 ", "H2J 1Y1"),
            (Country::CA, "K1S-1C4", "K1S 1C4"),
            (Country::US, "02138", "02138"),
            (Country::US, "021381234", "02138-1234"),
            (Country::FR, " 75001 ", "75001"),
            (Country::DE, "anything", "anything"),
            (Country::CA, "  ", ""),
        ] {
            assert_eq!(tidy(country, typed), Ok(kept.to_owned()), "{typed}");
        }
        for (country, typed) in [
            (Country::CA, "H2J 1Y"),
            (Country::CA, "D2J 1Y1"),
            (Country::CA, "Z2J 1Y1"),
            (Country::CA, "H2O 1Y1"),
            (Country::CA, "75001"),
            (Country::CA, "é2J 1Y1"),
            (Country::US, "2138"),
            (Country::US, "H2J 1Y1"),
        ] {
            assert_eq!(tidy(country, typed), Err(InvalidPostalCode), "{typed}");
        }
    }
}
