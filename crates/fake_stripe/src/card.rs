//! Test cards: what each published number and each `pm_card_…` name does.

use serde_json::{Value, json};

use crate::error::ApiError;

/// How a payment method behaves when it is charged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Conduct {
    /// Pays at once.
    Pay,
    /// Is declined with this decline code.
    Decline(String),
    /// Asks for 3-D Secure; then pays, or is declined with the code.
    Authenticate(Option<String>),
    /// Asks for 3-D Secure, except while its owner is away and had agreed to that; then pays.
    AuthenticateUnlessSetUp,
    /// A bank debit: processing for days; then pays, or fails with the code.
    Debit(Option<String>),
}

/// What comes after a card has paid, from Stripe's published test cards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Aftermath {
    /// A refund begins `pending` and arrives some time later.
    RefundPends,
    /// A refund begins `succeeded` and comes back some time later.
    RefundFails,
    /// The money may be paid out at once.
    AvailableAtOnce,
    /// Is declined when it is charged, not when it is only kept.
    AttachesAnyway,
    /// Its owner agreed long ago to be charged while away.
    SetUpAlready,
    /// The bank disputes the charge at once, for this reason.
    Disputed(&'static str),
    /// The bank asks about the charge at once, and takes nothing yet.
    Inquired(&'static str),
    /// Two disputes, of half the charge each.
    DisputedTwice(&'static str),
}

/// What may be kept of a card. The number itself is dropped as soon as it is understood.
#[derive(Debug, Clone)]
pub(crate) struct Card {
    pub brand: &'static str,
    pub last4: String,
    pub exp_month: i64,
    pub exp_year: i64,
    pub country: &'static str,
    pub conduct: Conduct,
    pub aftermath: Option<Aftermath>,
}

/// Published test numbers that pay, and do something afterwards.
fn aftermath_of(number: &str) -> Option<Aftermath> {
    Some(match number {
        "4000000000007726" => Aftermath::RefundPends,
        "4000000000005126" => Aftermath::RefundFails,
        "4000000000000077" => Aftermath::AvailableAtOnce,
        "4000000000000341" => Aftermath::AttachesAnyway,
        "4000003800000446" => Aftermath::SetUpAlready,
        "4000000000000259" => Aftermath::Disputed("fraudulent"),
        "4000000000002685" => Aftermath::Disputed("product_not_received"),
        "4000000000001976" => Aftermath::Inquired("fraudulent"),
        "4000000404000079" => Aftermath::DisputedTwice("fraudulent"),
        _ => return None,
    })
}

/// The same cards by name, with the last digits of their numbers.
fn aftermath_by_name(stem: &str) -> Option<(&'static str, Aftermath)> {
    Some(match stem {
        "chargeCustomerFail" => ("0341", Aftermath::AttachesAnyway),
        "authenticationRequiredSetupForOffSession" => ("0446", Aftermath::SetUpAlready),
        "pendingRefund" => ("7726", Aftermath::RefundPends),
        "refundFail" => ("5126", Aftermath::RefundFails),
        "bypassPending" => ("0077", Aftermath::AvailableAtOnce),
        "createDispute" => ("0259", Aftermath::Disputed("fraudulent")),
        "createDisputeProductNotReceived" => ("2685", Aftermath::Disputed("product_not_received")),
        "createDisputeInquiry" => ("1976", Aftermath::Inquired("fraudulent")),
        "createMultipleDisputes" => ("0079", Aftermath::DisputedTwice("fraudulent")),
        _ => return None,
    })
}

fn decline(code: &str) -> Conduct {
    Conduct::Decline(code.to_owned())
}

/// Published test numbers that do something else than pay.
fn conduct_of(number: &str) -> Conduct {
    match number {
        "4000000000000002" => decline("generic_decline"),
        "4000000000009995" => decline("insufficient_funds"),
        "4000000000009987" => decline("lost_card"),
        "4000000000009979" => decline("stolen_card"),
        "4000000000000069" => decline("expired_card"),
        "4000000000000127" => decline("incorrect_cvc"),
        "4000000000000119" => decline("processing_error"),
        "4000000000006975" => decline("card_velocity_exceeded"),
        "4100000000000019" => decline("fraudulent"),
        "4000000000000341" => decline("generic_decline"),
        "4000000000003220" | "4000000000003063" | "4000002760003184" => Conduct::Authenticate(None),
        "4000002500003155" | "4000003800000446" => Conduct::AuthenticateUnlessSetUp,
        "4000008400001629" => Conduct::Authenticate(Some("generic_decline".into())),
        "4000008260003178" => Conduct::Authenticate(Some("insufficient_funds".into())),
        // 3-D Secure is asked for, but the lookup fails: declined without a challenge.
        "4000008400001280" => decline("processing_error"),
        _ => Conduct::Pay,
    }
}

fn brand_of(number: &str) -> &'static str {
    match number.as_bytes() {
        [b'4', ..] => "visa",
        [b'5', b'1'..=b'5', ..] | [b'2', b'2'..=b'7', ..] => "mastercard",
        [b'3', b'4' | b'7', ..] => "amex",
        [b'6', ..] => "discover",
        [b'3', b'0' | b'6' | b'8', ..] => "diners",
        [b'3', b'5', ..] => "jcb",
        _ => "unknown",
    }
}

/// Reads card data typed into the Payment Element; `now_month` is months since year 0, by the control's clock.
pub(crate) fn read(card: &Value, now_month: i64) -> Result<Card, ApiError> {
    let text = |name: &str| card.get(name).and_then(Value::as_str).unwrap_or_default();
    let number: String = text("number")
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect();
    if number.len() < 12 || number.len() > 19 || !luhn(&number) {
        return Err(invalid(
            "incorrect_number",
            "Your card number is incorrect.",
            "number",
        ));
    }
    let whole = |name: &str| card.get(name).and_then(Value::as_i64).unwrap_or(0);
    let (month, mut year) = (whole("exp_month"), whole("exp_year"));
    if year < 100 {
        year += 2_000;
    }
    if !(1..=12).contains(&month) {
        return Err(invalid(
            "invalid_expiry_month",
            "Your card's expiration month is invalid.",
            "exp_month",
        ));
    }
    if year * 12 + month < now_month || year > now_month / 12 + 50 {
        return Err(invalid(
            "invalid_expiry_year",
            "Your card's expiration year is invalid.",
            "exp_year",
        ));
    }
    let cvc = text("cvc");
    if !cvc.is_empty()
        && (!(3..=4).contains(&cvc.len()) || !cvc.bytes().all(|byte| byte.is_ascii_digit()))
    {
        return Err(invalid(
            "invalid_cvc",
            "Your card's security code is invalid.",
            "cvc",
        ));
    }
    Ok(Card {
        brand: brand_of(&number),
        last4: number[number.len() - 4..].to_owned(),
        exp_month: month,
        exp_year: year,
        country: "US",
        conduct: conduct_of(&number),
        aftermath: aftermath_of(&number),
    })
}

fn invalid(code: &str, message: &str, param: &str) -> ApiError {
    ApiError::card(code, None, message, Some(param))
}

fn luhn(number: &str) -> bool {
    let mut sum = 0;
    for (at, byte) in number.bytes().rev().enumerate() {
        if !byte.is_ascii_digit() {
            return false;
        }
        let digit = u32::from(byte - b'0') << (at % 2);
        sum += if digit > 9 { digit - 9 } else { digit };
    }
    sum % 10 == 0
}

/// A card by its published name: `pm_card_visa`, `pm_card_visa_chargeDeclined`, `tok_mastercard`, …
pub(crate) fn by_name(name: &str) -> Option<Card> {
    let stem = name
        .strip_prefix("pm_card_")
        .or_else(|| name.strip_prefix("tok_"))?;
    let after = aftermath_by_name(stem);
    let (brand, last4, conduct) = match stem {
        "visa" | "us" => ("visa", "4242", Conduct::Pay),
        "visa_debit" => ("visa", "5556", Conduct::Pay),
        "ca" => ("visa", "0000", Conduct::Pay),
        "fr" => ("visa", "0003", Conduct::Pay),
        "mastercard" => ("mastercard", "4444", Conduct::Pay),
        "amex" => ("amex", "0005", Conduct::Pay),
        "discover" => ("discover", "1117", Conduct::Pay),
        _ if after.is_some() => (
            "visa",
            after.as_ref().map_or("", |(last4, _)| last4),
            conduct_by_name(stem).unwrap_or(Conduct::Pay),
        ),
        _ => (
            ("visa"),
            "0002",
            conduct_by_name(stem.strip_prefix("visa_").unwrap_or(stem))?,
        ),
    };
    let country = match stem {
        "ca" => "CA",
        "fr" => "FR",
        _ => "US",
    };
    Some(Card {
        brand,
        last4: last4.to_owned(),
        exp_month: 12,
        exp_year: 2034,
        country,
        conduct,
        aftermath: after.map(|(_, aftermath)| aftermath),
    })
}

fn conduct_by_name(stem: &str) -> Option<Conduct> {
    Some(match stem {
        "chargeDeclined" => decline("generic_decline"),
        "chargeDeclinedInsufficientFunds" => decline("insufficient_funds"),
        "chargeDeclinedLostCard" => decline("lost_card"),
        "chargeDeclinedStolenCard" => decline("stolen_card"),
        "chargeDeclinedExpiredCard" => decline("expired_card"),
        "chargeDeclinedIncorrectCvc" => decline("incorrect_cvc"),
        "chargeDeclinedProcessingError" => decline("processing_error"),
        "chargeDeclinedFraudulent" => decline("fraudulent"),
        "chargeDeclinedVelocityLimitExceeded" => decline("card_velocity_exceeded"),
        "chargeCustomerFail" => decline("generic_decline"),
        "authenticationRequiredOnSetup" | "authenticationRequiredSetupForOffSession" => {
            Conduct::AuthenticateUnlessSetUp
        }
        "threeDSecure2Required" | "threeDSecureRequired" | "authenticationRequired" => {
            Conduct::Authenticate(None)
        }
        "threeDSecureRequiredChargeDeclined" => {
            Conduct::Authenticate(Some("generic_decline".into()))
        }
        "authenticationRequiredChargeDeclinedInsufficientFunds" => {
            Conduct::Authenticate(Some("insufficient_funds".into()))
        }
        _ => return None,
    })
}

impl Card {
    /// The `card` of a payment method.
    pub fn object(&self) -> Value {
        json!({
            "brand": self.brand,
            "checks": { "address_line1_check": null, "address_postal_code_check": null, "cvc_check": "unchecked" },
            "country": self.country, "display_brand": self.brand, "exp_month": self.exp_month,
            "exp_year": self.exp_year, "fingerprint": format!("Rh{}{}", self.brand, self.last4), "funding": "credit",
            "generated_from": null, "last4": self.last4,
            "networks": { "available": [self.brand], "preferred": null }, "regulated_status": "unregulated",
            "three_d_secure_usage": { "supported": true }, "wallet": null,
        })
    }
}

/// What the bank says: error code, message. The decline code itself stands beside them.
pub(crate) fn refusal(decline_code: &str) -> (&str, &'static str) {
    match decline_code {
        "insufficient_funds" => ("card_declined", "Your card has insufficient funds."),
        "expired_card" => ("expired_card", "Your card has expired."),
        "incorrect_cvc" => ("incorrect_cvc", "Your card's security code is incorrect."),
        "incorrect_number" => ("incorrect_number", "Your card number is incorrect."),
        "processing_error" => (
            "processing_error",
            "An error occurred while processing your card. Try again in a little bit.",
        ),
        "card_velocity_exceeded" => (
            "card_declined",
            "Your card was declined for making repeated attempts too frequently or exceeding its amount limit.",
        ),
        "authentication_required" => (
            "authentication_required",
            "Your card was declined. This transaction requires authentication.",
        ),
        "card_not_supported" => (
            "card_declined",
            "Your card does not support this type of purchase.",
        ),
        _ => ("card_declined", "Your card was declined."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(number: &str) -> Result<Card, ApiError> {
        read(
            &json!({ "number": number, "exp_month": 12, "exp_year": 34, "cvc": "123" }),
            2026 * 12 + 11,
        )
    }

    #[test]
    fn published_numbers_do_what_is_published() {
        let cases = [
            ("4242 4242 4242 4242", Conduct::Pay, "visa"),
            ("5555555555554444", Conduct::Pay, "mastercard"),
            ("378282246310005", Conduct::Pay, "amex"),
            ("4000000000000002", decline("generic_decline"), "visa"),
            ("4000000000009995", decline("insufficient_funds"), "visa"),
            ("4000000000003220", Conduct::Authenticate(None), "visa"),
        ];
        for (number, conduct, brand) in cases {
            let card = typed(number).unwrap();
            assert_eq!((card.conduct, card.brand), (conduct, brand), "{number}");
            assert_eq!(card.exp_year, 2034);
        }
    }

    #[test]
    fn a_number_that_fails_its_check_digit_or_a_past_date_is_refused() {
        assert_eq!(
            typed("4242424242424241").unwrap_err().inner()["code"],
            "incorrect_number"
        );
        let past = json!({ "number": "4242424242424242", "exp_month": 10, "exp_year": 2026, "cvc": "123" });
        assert_eq!(
            read(&past, 2026 * 12 + 11).unwrap_err().inner()["code"],
            "invalid_expiry_year"
        );
    }
}
