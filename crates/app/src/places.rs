//! Countries and currencies as a form offers them.

use billing::currency::Currency;
use billing::place::{Country, Province};
use kit::locale::{self, Lang, Locale};

use crate::page::Choice;

/// Every country, by its name where we know one in the reader's language, else by its code.
pub fn countries(l: Locale) -> Vec<Choice> {
    let named = |country: &Country| Choice::new(country.code(), country_name(l, country.code()));
    let (mut known, rest): (Vec<Choice>, Vec<Choice>) = Country::all()
        .iter()
        .map(named)
        .partition(|choice| choice.value != choice.label);
    known.sort_by_key(|choice| plain(&choice.label));
    known.extend(rest);
    known
}

/// The provinces and territories of Canada, by name.
pub fn provinces(l: Locale) -> Vec<Choice> {
    let name = |p: &Province| {
        if l.lang() == Lang::Fr {
            p.names().1
        } else {
            p.names().0
        }
    };
    Province::ALL
        .iter()
        .map(|p| Choice::new(p.code(), name(p)))
        .collect()
}

/// The currencies, this one and the usual ones first.
pub fn currencies(first: &str) -> Vec<Choice> {
    let mut codes: Vec<String> = vec![first.to_owned()];
    codes.extend(["CAD", "USD", "EUR", "GBP"].map(str::to_owned));
    codes.extend(Currency::all().iter().map(|c| c.code().to_owned()));
    let mut seen = std::collections::HashSet::new();
    codes
        .into_iter()
        .filter(|code| !code.is_empty() && seen.insert(code.clone()))
        .map(|code| Choice::new(&*code, &*code))
        .collect()
}

/// The name of a country in the reader's language; its code when we have no name for it.
pub fn country_name(l: Locale, code: &str) -> String {
    let found = NAMES.iter().find(|(known, ..)| *known == code);
    match (found, l.lang()) {
        (Some((_, english, _)), Lang::En) => (*english).to_owned(),
        (Some((.., french)), Lang::Fr) => (*french).to_owned(),
        (None, _) => code.to_owned(),
    }
}

/// What to say of a postal code that the country does not know.
pub fn postal_code_words(country: Country) -> &'static str {
    if country == Country::US {
        locale::key("field-postal-code-states")
    } else {
        locale::key("field-postal-code-canada")
    }
}

/// For sorting: É beside E.
fn plain(text: &str) -> String {
    text.to_lowercase()
        .replace(['é', 'è', 'ê'], "e")
        .replace('î', "i")
        .replace('ô', "o")
}

const NAMES: &[(&str, &str, &str)] = &[
    ("AR", "Argentina", "Argentine"),
    ("AT", "Austria", "Autriche"),
    ("AU", "Australia", "Australie"),
    ("BE", "Belgium", "Belgique"),
    ("BG", "Bulgaria", "Bulgarie"),
    ("BR", "Brazil", "Brésil"),
    ("CA", "Canada", "Canada"),
    ("CH", "Switzerland", "Suisse"),
    ("CI", "Côte d’Ivoire", "Côte d’Ivoire"),
    ("CL", "Chile", "Chili"),
    ("CM", "Cameroon", "Cameroun"),
    ("CN", "China", "Chine"),
    ("CY", "Cyprus", "Chypre"),
    ("CZ", "Czechia", "Tchéquie"),
    ("DE", "Germany", "Allemagne"),
    ("DK", "Denmark", "Danemark"),
    ("DZ", "Algeria", "Algérie"),
    ("EE", "Estonia", "Estonie"),
    ("ES", "Spain", "Espagne"),
    ("FI", "Finland", "Finlande"),
    ("FR", "France", "France"),
    ("GB", "United Kingdom", "Royaume-Uni"),
    ("GR", "Greece", "Grèce"),
    ("HR", "Croatia", "Croatie"),
    ("HT", "Haiti", "Haïti"),
    ("HU", "Hungary", "Hongrie"),
    ("IE", "Ireland", "Irlande"),
    ("IL", "Israel", "Israël"),
    ("IN", "India", "Inde"),
    ("IS", "Iceland", "Islande"),
    ("IT", "Italy", "Italie"),
    ("JP", "Japan", "Japon"),
    ("KR", "South Korea", "Corée du Sud"),
    ("LB", "Lebanon", "Liban"),
    ("LT", "Lithuania", "Lituanie"),
    ("LU", "Luxembourg", "Luxembourg"),
    ("LV", "Latvia", "Lettonie"),
    ("MA", "Morocco", "Maroc"),
    ("MC", "Monaco", "Monaco"),
    ("MT", "Malta", "Malte"),
    ("MX", "Mexico", "Mexique"),
    ("NL", "Netherlands", "Pays-Bas"),
    ("NO", "Norway", "Norvège"),
    ("NZ", "New Zealand", "Nouvelle-Zélande"),
    ("PL", "Poland", "Pologne"),
    ("PT", "Portugal", "Portugal"),
    ("RO", "Romania", "Roumanie"),
    ("SE", "Sweden", "Suède"),
    ("SG", "Singapore", "Singapour"),
    ("SI", "Slovenia", "Slovénie"),
    ("SK", "Slovakia", "Slovaquie"),
    ("SN", "Senegal", "Sénégal"),
    ("TN", "Tunisia", "Tunisie"),
    ("TR", "Türkiye", "Turquie"),
    ("UA", "Ukraine", "Ukraine"),
    ("US", "United States", "États-Unis"),
    ("ZA", "South Africa", "Afrique du Sud"),
];
