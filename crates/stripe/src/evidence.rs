//! What a seller answers to a dispute with: texts, and files uploaded before.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// The most characters all texts together may have.
pub const TEXT_CHARS_MAX: usize = 150_000;
/// The most characters one of the long texts may have.
pub const LONG_TEXT_CHARS_MAX: usize = 20_000;

/// Declares the fields: the name, and whether a file's id stands in it.
macro_rules! fields {
    ($($(#[$meta:meta])* $variant:ident = $word:literal, $file:literal;)+) => {
        /// One field of an answer.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum EvidenceField {
            $($(#[$meta])* $variant,)+
        }

        impl EvidenceField {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// Stripe's name.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            /// Whether it takes the id of an uploaded file rather than text.
            pub fn takes_file(self) -> bool {
                match self { $(Self::$variant => $file,)+ }
            }
        }
    };
}

fields! {
    /// When the payer used what was bought: times, addresses, what was done. Long text.
    AccessActivityLog = "access_activity_log", false;
    /// The payer's billing address.
    BillingAddress = "billing_address", false;
    /// The cancellation terms. File.
    CancellationPolicy = "cancellation_policy", true;
    /// How and when the payer was shown them. Long text.
    CancellationPolicyDisclosure = "cancellation_policy_disclosure", false;
    /// Why it was not canceled. Long text.
    CancellationRebuttal = "cancellation_rebuttal", false;
    /// Mails with the payer. File.
    CustomerCommunication = "customer_communication", true;
    /// The payer's mail address.
    CustomerEmailAddress = "customer_email_address", false;
    /// The payer's name.
    CustomerName = "customer_name", false;
    /// The address the payer's browser had when paying.
    CustomerPurchaseIp = "customer_purchase_ip", false;
    /// A signature. File.
    CustomerSignature = "customer_signature", true;
    /// Proof that two charges were for two things. File.
    DuplicateChargeDocumentation = "duplicate_charge_documentation", true;
    /// The difference between them, in words. Long text.
    DuplicateChargeExplanation = "duplicate_charge_explanation", false;
    /// The other charge's id.
    DuplicateChargeId = "duplicate_charge_id", false;
    /// What was sold. Long text.
    ProductDescription = "product_description", false;
    /// The receipt or invoice. File.
    Receipt = "receipt", true;
    /// The refund terms. File.
    RefundPolicy = "refund_policy", true;
    /// How and when the payer was shown them. Long text.
    RefundPolicyDisclosure = "refund_policy_disclosure", false;
    /// Why there was no refund. Long text.
    RefundRefusalExplanation = "refund_refusal_explanation", false;
    /// When the service was given, in words a person reads.
    ServiceDate = "service_date", false;
    /// Proof that it was: contract, activity record. File.
    ServiceDocumentation = "service_documentation", true;
    /// Where it was sent.
    ShippingAddress = "shipping_address", false;
    /// By whom.
    ShippingCarrier = "shipping_carrier", false;
    /// When, in words a person reads.
    ShippingDate = "shipping_date", false;
    /// Proof of delivery. File.
    ShippingDocumentation = "shipping_documentation", true;
    /// The tracking number.
    ShippingTrackingNumber = "shipping_tracking_number", false;
    /// Anything else. File.
    UncategorizedFile = "uncategorized_file", true;
    /// Anything else, in words. Long text.
    UncategorizedText = "uncategorized_text", false;
}

/// An answer, field by field. An empty value takes a field back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Evidence(BTreeMap<EvidenceField, String>);

impl Evidence {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts one field down: a text, or the id of an uploaded file (`file_…`).
    pub fn set(&mut self, field: EvidenceField, value: impl Into<String>) -> &mut Self {
        self.0.insert(field, value.into());
        self
    }

    /// What stands in a field.
    pub fn get(&self, field: EvidenceField) -> Option<&str> {
        self.0.get(&field).map(String::as_str)
    }

    /// All fields put down, in Stripe's order.
    pub fn iter(&self) -> impl Iterator<Item = (EvidenceField, &str)> {
        self.0.iter().map(|(field, value)| (*field, value.as_str()))
    }

    /// Whether nothing was put down.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Characters of all texts together, against [`TEXT_CHARS_MAX`].
    pub fn text_chars(&self) -> usize {
        let texts = self.iter().filter(|(field, _)| !field.takes_file());
        texts.map(|(_, value)| value.chars().count()).sum()
    }
}

impl<'de> Deserialize<'de> for Evidence {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let all = BTreeMap::<String, Value>::deserialize(deserializer)?;
        let mut evidence = Self::new();
        for field in EvidenceField::ALL {
            let value = all.get(field.as_str());
            // A file comes as its id, or whole.
            let text = value.and_then(|value| value.as_str().or_else(|| value.get("id")?.as_str()));
            if let Some(text) = text {
                evidence.set(*field, text);
            }
        }
        Ok(evidence)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evidence_is_read_back_whatever_form_a_file_has() {
        let evidence: Evidence = serde_json::from_str(
            r#"{"receipt":{"id":"file_1","object":"file"},"service_documentation":"file_2","customer_name":"Ada",
                "uncategorized_text":null,"enhanced_evidence":{},"a_field_of_next_year":7}"#,
        )
        .expect("readable");
        assert_eq!(evidence.get(EvidenceField::Receipt), Some("file_1"));
        assert_eq!(
            evidence.get(EvidenceField::ServiceDocumentation),
            Some("file_2")
        );
        assert_eq!(
            evidence.text_chars(),
            3,
            "files do not count against the texts"
        );
        assert_eq!(evidence.iter().count(), 3);
    }
}
