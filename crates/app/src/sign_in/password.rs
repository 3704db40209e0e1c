//! What a password may be: long enough, not among those that are tried first (AUT-01). No rules of composition.

use kit::locale;

/// The least number of characters.
pub const PASSWORD_MIN: usize = kit::password::CHARACTERS_MIN;
const PASSWORD_MAX: usize = 1000;

/// What is wrong with a new password, as the key of a text that takes `$least`; nothing when it will do.
pub fn check_password(password: &str, email: &str, name: &str) -> Option<&'static str> {
    let small = password.to_lowercase();
    let count = password.chars().count();
    if count < PASSWORD_MIN {
        return Some(locale::key("password-too-short"));
    }
    if count > PASSWORD_MAX {
        return Some(locale::key("password-too-long"));
    }
    let personal = [
        email,
        email.split('@').next().unwrap_or(""),
        name,
        "quittance",
    ];
    let is_personal = personal
        .iter()
        .any(|p| p.chars().count() >= 4 && small == p.to_lowercase());
    let one_letter = small.chars().all(|c| small.starts_with(c));
    let common = include_str!("common_passwords.txt")
        .lines()
        .any(|c| c == small);
    (is_personal || one_letter || common).then_some(locale::key("password-too-common"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aut_01_length_counts_and_the_first_guesses_are_refused() {
        for (password, wrong) in [
            ("short", Some("password-too-short")),
            ("password1", Some("password-too-common")),
            ("MotDePasse", Some("password-too-common")),
            ("ana@example.org", Some("password-too-common")),
            ("aaaaaaaaaaaa", Some("password-too-common")),
            ("éléphant bleu", None),
            ("all small letters are fine", None),
        ] {
            assert_eq!(
                check_password(password, "ana@example.org", "Ana Roy"),
                wrong,
                "{password}"
            );
        }
        assert_eq!(
            check_password(&"x y".repeat(25), "", ""),
            None,
            "64 characters and more are welcome"
        );
    }
}
