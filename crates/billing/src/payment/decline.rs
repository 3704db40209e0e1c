//! Declines in words for the payer: one sentence for each group, not for each code.

/// Which field of the card form is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CardField {
    /// The card's number.
    Number,
    /// The expiry date.
    Expiry,
    /// The security code.
    Cvc,
    /// The postal code of the billing address.
    PostalCode,
}

/// A group of declines that asks the payer for the same next step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DeclineGroup {
    /// A detail is wrong; the field is named.
    DetailsWrong(CardField),
    /// Not enough funds, or a limit reached.
    NotEnoughFunds,
    /// The bank wants the payer to confirm.
    NeedsConfirmation,
    /// This kind of card, currency or purchase is not accepted.
    CardNotAccepted,
    /// Something passing went wrong.
    TryAgainLater,
    /// Everything else; also lost, stolen and suspected fraud, which are never told to the payer.
    General,
}

impl DeclineGroup {
    /// The group of the provider's `code` and `decline_code`. The more exact `decline_code` decides
    /// where it is known.
    pub fn from_codes(code: Option<&str>, decline_code: Option<&str>) -> DeclineGroup {
        let known = |code: Option<&str>| code.and_then(group_of);
        known(decline_code)
            .or_else(|| known(code))
            .unwrap_or(DeclineGroup::General)
    }

    /// The key of its sentence in the texts, also its stored word: `decline-not-enough-funds`.
    pub fn word_key(self) -> &'static str {
        match self {
            DeclineGroup::DetailsWrong(CardField::Number) => "decline-number",
            DeclineGroup::DetailsWrong(CardField::Expiry) => "decline-expiry",
            DeclineGroup::DetailsWrong(CardField::Cvc) => "decline-cvc",
            DeclineGroup::DetailsWrong(CardField::PostalCode) => "decline-postal-code",
            DeclineGroup::NotEnoughFunds => "decline-not-enough-funds",
            DeclineGroup::NeedsConfirmation => "decline-needs-confirmation",
            DeclineGroup::CardNotAccepted => "decline-card-not-accepted",
            DeclineGroup::TryAgainLater => "decline-try-again-later",
            DeclineGroup::General => "decline-general",
        }
    }

    /// Every group.
    pub const ALL: [DeclineGroup; 9] = [
        DeclineGroup::DetailsWrong(CardField::Number),
        DeclineGroup::DetailsWrong(CardField::Expiry),
        DeclineGroup::DetailsWrong(CardField::Cvc),
        DeclineGroup::DetailsWrong(CardField::PostalCode),
        DeclineGroup::NotEnoughFunds,
        DeclineGroup::NeedsConfirmation,
        DeclineGroup::CardNotAccepted,
        DeclineGroup::TryAgainLater,
        DeclineGroup::General,
    ];

    /// Reads the stored word; none for any other text.
    pub fn parse(text: &str) -> Option<DeclineGroup> {
        DeclineGroup::ALL
            .into_iter()
            .find(|group| group.word_key() == text)
    }
}

fn group_of(code: &str) -> Option<DeclineGroup> {
    Some(match code {
        "incorrect_number" | "invalid_number" => DeclineGroup::DetailsWrong(CardField::Number),
        "expired_card" | "invalid_expiry_month" | "invalid_expiry_year" => {
            DeclineGroup::DetailsWrong(CardField::Expiry)
        }
        "incorrect_cvc" | "invalid_cvc" => DeclineGroup::DetailsWrong(CardField::Cvc),
        "incorrect_zip" | "incorrect_address" => DeclineGroup::DetailsWrong(CardField::PostalCode),
        "insufficient_funds" | "withdrawal_count_limit_exceeded" | "card_velocity_exceeded" => {
            DeclineGroup::NotEnoughFunds
        }
        "authentication_required"
        | "authentication_not_handled"
        | "payment_intent_authentication_failure"
        | "approve_with_id"
        | "mobile_device_authentication_required" => DeclineGroup::NeedsConfirmation,
        "card_not_supported"
        | "currency_not_supported"
        | "invalid_account"
        | "new_account_information_available"
        | "not_permitted"
        | "service_not_allowed"
        | "transaction_not_allowed"
        | "restricted_card"
        | "testmode_decline" => DeclineGroup::CardNotAccepted,
        "issuer_not_available"
        | "processing_error"
        | "reenter_transaction"
        | "try_again_later"
        | "no_action_taken"
        | "duplicate_transaction" => DeclineGroup::TryAgainLater,
        // Told as `General`, and listed so that a less discreet `code` beside them cannot win.
        "lost_card" | "stolen_card" | "fraudulent" | "pickup_card" | "merchant_blacklist"
        | "security_violation" | "generic_decline" | "do_not_honor" | "call_issuer" => {
            DeclineGroup::General
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_lands_in_the_group_with_the_right_next_step() {
        let group = |code, decline| DeclineGroup::from_codes(Some(code), decline);
        assert_eq!(
            group("card_declined", Some("insufficient_funds")),
            DeclineGroup::NotEnoughFunds
        );
        assert_eq!(
            group("incorrect_cvc", Some("incorrect_cvc")),
            DeclineGroup::DetailsWrong(CardField::Cvc)
        );
        assert_eq!(
            group("expired_card", None),
            DeclineGroup::DetailsWrong(CardField::Expiry)
        );
        assert_eq!(
            group("payment_intent_authentication_failure", None),
            DeclineGroup::NeedsConfirmation
        );
        assert_eq!(
            group("card_declined", Some("card_not_supported")),
            DeclineGroup::CardNotAccepted
        );
        assert_eq!(group("processing_error", None), DeclineGroup::TryAgainLater);
        assert_eq!(DeclineGroup::from_codes(None, None), DeclineGroup::General);
    }

    #[test]
    fn lost_stolen_and_fraud_are_never_told_to_the_payer() {
        for secret in [
            "lost_card",
            "stolen_card",
            "fraudulent",
            "pickup_card",
            "merchant_blacklist",
        ] {
            for code in [None, Some("card_declined"), Some("expired_card")] {
                assert_eq!(
                    DeclineGroup::from_codes(code, Some(secret)),
                    DeclineGroup::General
                );
            }
        }
    }

    #[test]
    fn stored_words_read_back() {
        for group in DeclineGroup::ALL {
            assert_eq!(DeclineGroup::parse(group.word_key()), Some(group));
        }
    }
}
