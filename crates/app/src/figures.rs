//! Figures between a person and the rules: words for what could not be read, and figures shown again in a box so
//! that they read back as the same number.

use billing::tax::TaxRate;
use billing::typed::TypedError;
use kit::locale::{Lang, Locale, Plural};
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

/// Units that people type on invoices, one and several, in the language of the word itself.
const UNITS: [(Lang, &str, &str); 44] = [
    (Lang::En, "hour", "hours"),
    (Lang::En, "day", "days"),
    (Lang::En, "half day", "half days"),
    (Lang::En, "week", "weeks"),
    (Lang::En, "month", "months"),
    (Lang::En, "year", "years"),
    (Lang::En, "minute", "minutes"),
    (Lang::En, "night", "nights"),
    (Lang::En, "session", "sessions"),
    (Lang::En, "meeting", "meetings"),
    (Lang::En, "visit", "visits"),
    (Lang::En, "trip", "trips"),
    (Lang::En, "lesson", "lessons"),
    (Lang::En, "person", "people"),
    (Lang::En, "page", "pages"),
    (Lang::En, "word", "words"),
    (Lang::En, "item", "items"),
    (Lang::En, "piece", "pieces"),
    (Lang::En, "unit", "units"),
    (Lang::En, "box", "boxes"),
    (Lang::En, "copy", "copies"),
    (Lang::En, "mile", "miles"),
    (Lang::Fr, "heure", "heures"),
    (Lang::Fr, "jour", "jours"),
    (Lang::Fr, "journée", "journées"),
    (Lang::Fr, "demi-journée", "demi-journées"),
    (Lang::Fr, "semaine", "semaines"),
    (Lang::Fr, "an", "ans"),
    (Lang::Fr, "année", "années"),
    (Lang::Fr, "nuit", "nuits"),
    (Lang::Fr, "séance", "séances"),
    (Lang::Fr, "rencontre", "rencontres"),
    (Lang::Fr, "réunion", "réunions"),
    (Lang::Fr, "visite", "visites"),
    (Lang::Fr, "trajet", "trajets"),
    (Lang::Fr, "cours", "cours"),
    (Lang::Fr, "personne", "personnes"),
    (Lang::Fr, "mot", "mots"),
    (Lang::Fr, "article", "articles"),
    (Lang::Fr, "pièce", "pièces"),
    (Lang::Fr, "unité", "unités"),
    (Lang::Fr, "boîte", "boîtes"),
    (Lang::Fr, "exemplaire", "exemplaires"),
    (Lang::Fr, "forfait", "forfaits"),
];

/// The unit of a quantity as it is read beside it: `1 hour`, `2 hours`, `1,5 heure`, `2 heures`. A word we do not know
/// (an abbreviation, another language) stays as it was typed: better odd than wrong.
pub fn unit_words(quantity: &str, unit: &str) -> String {
    let typed = unit.trim();
    let known = UNITS
        .iter()
        .find(|(_, one, several)| typed == *one || typed == *several);
    let Some((lang, one, several)) = known else {
        return typed.to_owned();
    };
    let number = Decimal::from_str_exact(quantity)
        .map_or_else(|_| quantity.to_owned(), |n| plain(n.abs().normalize()));
    // In the language of the word: whose invoice it stands on does not change how it is counted.
    let words = match lang {
        Lang::En => Locale::EN_CA,
        Lang::Fr => Locale::FR_CA,
    };
    if words.plural(&number) == Plural::One {
        (*one).to_owned()
    } else {
        (*several).to_owned()
    }
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

    #[test]
    fn a_unit_is_counted_in_the_language_of_its_word_and_an_unknown_one_stays_as_typed() {
        for (quantity, unit, read) in [
            ("1", "hour", "hour"),
            ("2", "hour", "hours"),
            ("1", "hours", "hour"),
            ("1.5", "hour", "hours"),
            ("1.00", "hour", "hour"),
            ("0.5", "hour", "hours"),
            ("1.5", "heure", "heure"),
            ("2.000", "heure", "heures"),
            ("0", "heures", "heure"),
            ("-2", "jour", "jours"),
            ("3", "h", "h"),
            ("3", "kg", "kg"),
            ("3", "mois", "mois"),
            ("3", "Std.", "Std."),
            ("3", "", ""),
        ] {
            assert_eq!(unit_words(quantity, unit), read, "{quantity} {unit}");
        }
    }
}
