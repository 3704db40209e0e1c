//! Places as tax sees them: countries, Canadian provinces, membership of the European Union.

use std::fmt;

/// A country by its two letters of ISO 3166.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Country {
    code: [u8; 2],
}

/// Two letters ISO 3166 does not list, or not two letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a country of ISO 3166")]
pub struct UnknownCountry;

impl Country {
    /// Canada.
    pub const CA: Country = Country { code: *b"CA" };
    /// United States.
    pub const US: Country = Country { code: *b"US" };
    /// Belgium.
    pub const BE: Country = Country { code: *b"BE" };
    /// Germany.
    pub const DE: Country = Country { code: *b"DE" };
    /// France.
    pub const FR: Country = Country { code: *b"FR" };

    /// Reads two letters of either case.
    ///
    /// # Errors
    /// [`UnknownCountry`].
    pub fn parse(text: &str) -> Result<Country, UnknownCountry> {
        let code: [u8; 2] = text
            .trim()
            .to_ascii_uppercase()
            .as_bytes()
            .try_into()
            .map_err(|_| UnknownCountry)?;
        let country = Country { code };
        let listed = ISO_3166
            .split_whitespace()
            .any(|listed| listed == country.code());
        if listed {
            Ok(country)
        } else {
            Err(UnknownCountry)
        }
    }

    /// All countries, by code.
    pub fn all() -> Vec<Country> {
        ISO_3166
            .split_whitespace()
            .filter_map(|code| Country::parse(code).ok())
            .collect()
    }

    /// The code in capitals: `CA`.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.code).unwrap_or_default()
    }

    /// Whether it is a member of the European Union (late 2026).
    pub fn is_in_eu(self) -> bool {
        EU.split_whitespace().any(|code| code == self.code())
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// A province or territory of Canada.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)] // the two letters are the official abbreviations
pub enum Province {
    AB,
    BC,
    MB,
    NB,
    NL,
    NS,
    NT,
    NU,
    ON,
    PE,
    QC,
    SK,
    YT,
}

/// The text is no Canadian province or territory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a province or territory of Canada")]
pub struct UnknownProvince;

impl Province {
    /// All thirteen, by abbreviation.
    pub const ALL: [Province; 13] = [
        Province::AB,
        Province::BC,
        Province::MB,
        Province::NB,
        Province::NL,
        Province::NS,
        Province::NT,
        Province::NU,
        Province::ON,
        Province::PE,
        Province::QC,
        Province::SK,
        Province::YT,
    ];

    /// Reads an abbreviation or a name, English or French: `QC`, `Québec`, `New Brunswick`.
    ///
    /// # Errors
    /// [`UnknownProvince`].
    pub fn parse(text: &str) -> Result<Province, UnknownProvince> {
        let wanted = text.trim().to_lowercase();
        Province::ALL
            .into_iter()
            .find(|province| {
                let (english, french) = province.names();
                wanted == province.code().to_lowercase()
                    || wanted == english.to_lowercase()
                    || wanted == french.to_lowercase()
            })
            .ok_or(UnknownProvince)
    }

    /// The abbreviation.
    pub fn code(self) -> &'static str {
        match self {
            Province::AB => "AB",
            Province::BC => "BC",
            Province::MB => "MB",
            Province::NB => "NB",
            Province::NL => "NL",
            Province::NS => "NS",
            Province::NT => "NT",
            Province::NU => "NU",
            Province::ON => "ON",
            Province::PE => "PE",
            Province::QC => "QC",
            Province::SK => "SK",
            Province::YT => "YT",
        }
    }

    /// English and French name.
    pub fn names(self) -> (&'static str, &'static str) {
        match self {
            Province::AB => ("Alberta", "Alberta"),
            Province::BC => ("British Columbia", "Colombie-Britannique"),
            Province::MB => ("Manitoba", "Manitoba"),
            Province::NB => ("New Brunswick", "Nouveau-Brunswick"),
            Province::NL => ("Newfoundland and Labrador", "Terre-Neuve-et-Labrador"),
            Province::NS => ("Nova Scotia", "Nouvelle-Écosse"),
            Province::NT => ("Northwest Territories", "Territoires du Nord-Ouest"),
            Province::NU => ("Nunavut", "Nunavut"),
            Province::ON => ("Ontario", "Ontario"),
            Province::PE => ("Prince Edward Island", "Île-du-Prince-Édouard"),
            Province::QC => ("Quebec", "Québec"),
            Province::SK => ("Saskatchewan", "Saskatchewan"),
            Province::YT => ("Yukon", "Yukon"),
        }
    }
}

const EU: &str = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK";

const ISO_3166: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ \
    BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE \
    DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR \
    GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP \
    KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT \
    MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW \
    PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG \
    TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_read_from_codes_and_names() {
        assert_eq!(Country::all().len(), 249);
        assert_eq!(Country::parse("ca").unwrap(), Country::CA);
        assert!(Country::parse("EU").is_err());
        assert!(Country::BE.is_in_eu() && !Country::US.is_in_eu());
        assert_eq!(Province::parse("québec").unwrap(), Province::QC);
        assert_eq!(Province::parse(" on ").unwrap(), Province::ON);
        assert!(Province::parse("Bavaria").is_err());
    }
}
