//! Figures between a person and the rules: words for what could not be read, and figures shown again in a box so
//! that they read back as the same number.

use billing::tax::TaxRate;
use billing::typed::TypedError;
use kit::locale::{Lang, Locale};
use rust_decimal::Decimal;

/// The sentence for a number that could not be read.
pub fn number_words(l: Locale, refusal: &TypedError) -> String {
    let example = l.decimal("1250.50");
    match refusal {
        TypedError::Empty | TypedError::NotANumber => {
            l.t1("field-not-a-number", "example", example).into_owned()
        }
        TypedError::Ambiguous { grouped, decimal } => {
            let (grouped, decimal) = (in_box(l, &plain(*grouped)), in_box(l, &plain(*decimal)));
            l.t2("figure-ambiguous", "grouped", grouped, "decimal", decimal)
                .into_owned()
        }
        TypedError::TooManyDecimals { max } => l
            .t1("figure-too-many-decimals", "most", i64::from(*max))
            .into_owned(),
        TypedError::TooLarge => l.t("figure-too-large").into_owned(),
        TypedError::Negative => l.t("figure-negative").into_owned(),
        TypedError::OtherCurrency { typed } => l
            .t1("figure-other-currency", "typed", typed.as_str())
            .into_owned(),
    }
}

/// A tax as it is named to a reader: `GST 5%`, `TPS 5 %`.
pub fn tax_label(l: Locale, tax: &TaxRate) -> String {
    let name = if l.lang() == Lang::Fr {
        &tax.name_fr
    } else {
        &tax.name
    };
    format!("{name} {}", l.percent(&tax.rate.to_string()))
}

/// A decimal as it is kept: a point, no grouping.
pub fn plain(value: Decimal) -> String {
    value.to_string()
}

/// A kept decimal for a text box: the locale's decimal mark, no grouping, and never exactly three decimals, which
/// could be read as thousands. Text that is not a plain number comes back as it is.
pub fn in_box(l: Locale, kept: &str) -> String {
    let Some((whole, fraction)) = kept.split_once('.') else {
        return kept.to_owned();
    };
    if !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return kept.to_owned();
    }
    let padded = if fraction.len() == 3 {
        format!("{fraction}0")
    } else {
        fraction.to_owned()
    };
    let mark = if l.decimal("0.5").contains(',') {
        ','
    } else {
        '.'
    };
    format!("{whole}{mark}{padded}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use billing::quantity::Quantity;

    #[test]
    fn a_number_shown_in_a_box_reads_back_as_itself() {
        for l in [Locale::EN_CA, Locale::FR_CA] {
            for kept in [
                "1250",
                "0.125",
                "1.125",
                "12345.678",
                "2.5",
                "-7.25",
                "1000000.0001",
            ] {
                let shown = in_box(l, kept);
                let read = Quantity::parse_typed(&shown).unwrap_or_else(|e| panic!("{shown}: {e}"));
                assert_eq!(
                    read.to_decimal(),
                    kept.parse::<Decimal>().unwrap().normalize(),
                    "{shown}"
                );
            }
        }
        assert_eq!(in_box(Locale::FR_CA, "12.50"), "12,50");
    }
}
