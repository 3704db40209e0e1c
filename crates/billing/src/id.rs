//! One id type a noun, so that an invoice's id can never stand where a customer's is meant.
//!
//! Ids are made elsewhere (chance is not a rule); here they are only checked for shape.

/// The text cannot be an id: empty, longer than 64, or other than letters, digits, `-` and `_`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an id: 1 to 64 letters, digits, hyphens or underscores")]
pub struct InvalidId;

const LENGTH_MAX: usize = 64;

fn check(text: &str) -> Result<(), InvalidId> {
    let fits = !text.is_empty() && text.len() <= LENGTH_MAX;
    let plain = text
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    if fits && plain {
        Ok(())
    } else {
        Err(InvalidId)
    }
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// Takes the text of an id made or stored before.
            ///
            /// # Errors
            /// [`InvalidId`] when the text cannot be one.
            pub fn parse(text: impl Into<String>) -> Result<Self, InvalidId> {
                let text = text.into();
                check(&text)?;
                Ok(Self(text))
            }

            /// The id as text, as stored.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = InvalidId;
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Self::parse(text)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }
    )*};
}

ids! {
    /// A seller's business; everything belongs to one.
    BusinessId;
    /// A person who may sign in.
    UserId;
    /// Who owes.
    CustomerId;
    /// A product or service that can be put on a line.
    ProductId;
    /// A tax rate of a business.
    TaxRateId;
    /// An invoice, draft or issued; not its number.
    InvoiceId;
    /// One line of an invoice.
    LineId;
    /// A payment.
    PaymentId;
    /// One try to be paid online.
    AttemptId;
    /// A part of a payment applied to an invoice.
    AllocationId;
    /// A refund.
    RefundId;
    /// A credit note.
    CreditNoteId;
    /// A dispute.
    DisputeId;
    /// A payout.
    PayoutId;
    /// A ledger entry.
    EntryId;
    /// A mail in the outbox.
    MailId;
    /// A queued piece of work.
    JobId;
    /// An event received from the provider, as kept by us.
    EventId;
    /// A public link to an invoice.
    LinkId;
    /// A signed-in session.
    SessionId;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_survives_text_and_refuses_what_cannot_be_one() {
        let id = InvoiceId::parse("0192f0a1-7b3c-7def-8123-456789abcdef").unwrap();
        assert_eq!(id.to_string().parse::<InvoiceId>().unwrap(), id);
        for bad in ["", "a b", "é", "x'; drop table", &"x".repeat(65)] {
            assert_eq!(InvoiceId::parse(bad), Err(InvalidId), "{bad}");
        }
    }
}
