//! Codes of the lists that EN 16931 leans on, for what people write in words.

use super::Id;

/// The code of UN/ECE Recommendation 20 for a unit as people write it, in English or French; nothing for a word that is
/// on no list. A line without a unit counts pieces.
pub fn unit_code(word: &str) -> Option<&'static str> {
    let word = word.trim().trim_end_matches('.').to_lowercase();
    let code = match word.as_str() {
        "" | "unit" | "units" | "piece" | "pieces" | "pc" | "pcs" | "item" | "items" | "unité"
        | "unités" | "pièce" | "pièces" | "u" => "C62",
        "h" | "hr" | "hrs" | "hour" | "hours" | "heure" | "heures" => "HUR",
        "min" | "minute" | "minutes" => "MIN",
        "d" | "day" | "days" | "j" | "jour" | "jours" => "DAY",
        "week" | "weeks" | "wk" | "semaine" | "semaines" => "WEE",
        "month" | "months" | "mo" | "mois" => "MON",
        "quarter" | "quarters" | "trimestre" | "trimestres" => "QAN",
        "year" | "years" | "yr" | "an" | "ans" | "année" | "années" => "ANN",
        "kg" => "KGM",
        "g" => "GRM",
        "t" | "tonne" | "tonnes" => "TNE",
        "m" => "MTR",
        "km" => "KMT",
        "cm" => "CMT",
        "m2" | "m²" => "MTK",
        "m3" | "m³" => "MTQ",
        "l" | "litre" | "litres" | "liter" | "liters" => "LTR",
        "kwh" => "KWH",
        "page" | "pages" => "QB",
        _ => return None,
    };
    Some(code)
}

/// Where documents reach somebody electronically: in Belgium by the enterprise number, elsewhere in Europe by the VAT
/// number, else by e-mail. A proposal, as good as the numbers; a network's own directory knows better.
pub fn endpoint(vat_number: &str, email: &str) -> Option<Id> {
    let by_number = vat_number.get(..2).and_then(|letters| {
        let scheme = vat_scheme(letters)?;
        // Belgium's network knows the enterprise number, which is the VAT number without its letters.
        let value = if scheme == "0208" {
            vat_number.get(2..)?
        } else {
            vat_number
        };
        Some(Id::new(scheme, value))
    });
    let email = email.trim();
    by_number.or_else(|| (!email.is_empty()).then(|| Id::new("EM", email)))
}

/// The number in the register of companies that a VAT number contains: Belgium's enterprise number, France's SIREN.
pub fn legal_id(vat_number: &str) -> Option<Id> {
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let (letters, number) = (vat_number.get(..2)?, vat_number.get(2..)?);
    match (letters, number.len()) {
        ("BE", 10) if digits(number) => Some(Id::new("0208", number)),
        ("FR", 11) if digits(number.get(2..)?) => Some(Id::new("0002", number.get(2..)?)),
        _ => None,
    }
}

/// The electronic address scheme of a country's VAT numbers.
fn vat_scheme(letters: &str) -> Option<&'static str> {
    let scheme = match letters {
        "AT" => "9914",
        "BE" => "0208",
        "BG" => "9926",
        "CY" => "9928",
        "CZ" => "9929",
        "DE" => "9930",
        "EE" => "9931",
        "EL" => "9933",
        "ES" => "9920",
        "FR" => "9957",
        "HR" => "9934",
        "HU" => "9910",
        "IE" => "9935",
        "IT" => "0211",
        "LT" => "9937",
        "LU" => "9938",
        "LV" => "9939",
        "MT" => "9943",
        "NL" => "9944",
        "PL" => "9945",
        "PT" => "9946",
        "RO" => "9947",
        "SI" => "9949",
        "SK" => "9950",
        _ => return None,
    };
    Some(scheme)
}
