//! Valid and invalid VAT numbers below were drawn at random and judged by python-stdnum 2.2.

use billing::registration::{InvalidRegistration, RegistrationKind, RegistrationNumber};

fn parse(kind: RegistrationKind, text: &str) -> Result<String, InvalidRegistration> {
    RegistrationNumber::parse(kind, text).map(|number| number.to_string())
}

#[test]
fn gst_numbers_have_nine_digits_with_a_check_digit_and_rt() {
    let gst = |text| parse(RegistrationKind::GstHst, text);
    for text in [
        "123456782RT0001",
        "123456782 RT0001",
        "123 456 782 rt 0001",
        "123456782",
    ] {
        assert_eq!(gst(text).unwrap(), "123456782 RT0001", "{text}");
    }
    assert_eq!(gst("123026635RT0001").unwrap(), "123026635 RT0001");
    assert_eq!(gst("123456789RT0001"), Err(InvalidRegistration::CheckDigit));
    for text in [
        "12345678",
        "123456782TQ0001",
        "123456782RT001",
        "1234567821",
        "ABCDEFGHI",
        "é23456782",
    ] {
        assert_eq!(gst(text), Err(InvalidRegistration::Shape), "{text}");
    }
    assert_eq!(gst(" - "), Err(InvalidRegistration::Empty));
}

#[test]
fn qst_numbers_have_ten_digits_and_tq() {
    let qst = |text| parse(RegistrationKind::Qst, text);
    assert_eq!(qst("1234567890TQ0001").unwrap(), "1234567890 TQ0001");
    assert_eq!(qst("1234567890").unwrap(), "1234567890 TQ0001");
    for text in ["123456789TQ0001", "1234567890RT0001", "12345678901TQ0001"] {
        assert_eq!(qst(text), Err(InvalidRegistration::Shape), "{text}");
    }
}

#[test]
fn vat_numbers_are_checked_by_the_scheme_of_their_country() {
    for text in VALID.split_whitespace() {
        assert_eq!(parse(RegistrationKind::EuVat, text).as_deref(), Ok(text));
    }
    for text in WRONG_CHECK_DIGIT.split_whitespace() {
        assert_eq!(
            parse(RegistrationKind::EuVat, text),
            Err(InvalidRegistration::CheckDigit),
            "{text}"
        );
    }
    assert_eq!(
        parse(RegistrationKind::EuVat, "be 0403.170.701").unwrap(),
        "BE0403170701"
    );
    assert_eq!(
        parse(RegistrationKind::EuVat, "US123456789"),
        Err(InvalidRegistration::Country)
    );
    assert_eq!(
        parse(RegistrationKind::EuVat, "GR123456789"),
        Err(InvalidRegistration::Country)
    );
    assert_eq!(
        parse(RegistrationKind::EuVat, "DE12345678"),
        Err(InvalidRegistration::Shape)
    );
    let greek = RegistrationNumber::parse(
        RegistrationKind::EuVat,
        VALID
            .split_whitespace()
            .find(|t| t.starts_with("EL"))
            .unwrap(),
    );
    assert_eq!(greek.unwrap().vat_country().unwrap().code(), "GR");
}

const VALID: &str = "BE0403170701 DE123456788 FR83404833048 BE0166594134 BE0312704937 BE0364670312 \
    LU51669348 LU77006739 LU70918634 DE874266308 DE548481187 DE691788617 \
    HR82711562231 HR97647461382 HR86333335064 DK98694056 DK38871951 DK39173131 \
    FI72902759 FI11406188 FI62873480 MT27081542 MT41725292 MT15458403 \
    EE218357260 EE269287431 EE469949401 HU55187257 HU87850110 HU81019353 \
    PL4651298149 PL7289744421 PL1532091624 PT355277263 PT947461400 PT886096162 \
    EL977309430 EL459536533 EL645526302 SI34188720 SI12285757 SI80845100 \
    SK9549660120 SK1230191248 SK5378058587 IT97255370427 IT66144600161 IT34523550365 \
    SE548135469301 SE688385195501 SE883203517701 FR95392014114 FR67772231536 FR18581143492";

const WRONG_CHECK_DIGIT: &str = "BE0403170702 BE0526018159 BE0083016613 BE0186091390 LU25620468 LU51586561 \
    LU16583637 DE939255171 DE242481090 DE333144147 HR16176890197 HR40969407359 \
    HR76149905483 DK40086486 DK94927774 DK60179528 FI33179156 FI57267256 \
    FI72811787 MT35637340 MT56936961 MT11148170 EE235494956 EE362843033 \
    EE756806880 HU69504269 HU80602391 HU86820670 PL2579221371 PL8909868944 \
    PL5511749965 PT736736920 PT598399788 PT443837068 EL168946060 EL339309324 \
    EL510115919 SI18884267 SI59420805 SI49536309 SK2627218591 SK1272981560 \
    SK8726041043 IT39653580098 IT79669710764 IT89759200628 SE337351243101 SE859789482001 \
    SE922694595101 FR32814156494 FR38624192085 FR77407855203";
