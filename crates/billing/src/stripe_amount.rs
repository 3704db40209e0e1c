//! Amounts on their way to and from the payment provider, in its own minor units.

use crate::currency::Currency;
use crate::money::{Money, MoneyError};

/// Why an amount cannot be told to, or heard from, the payment provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StripeAmountError {
    /// The provider cannot express the last digits (MGA below one; 5.124 KWD).
    #[error("the payment provider cannot express this amount")]
    NotExpressible,
    /// Zero or below: nothing to charge.
    #[error("there is nothing to charge")]
    NothingToCharge,
    /// Below the provider's smallest charge.
    #[error("below the smallest charge of {minimum}")]
    BelowMinimum {
        /// The smallest charge.
        minimum: Money,
    },
    /// Larger than we keep.
    #[error("the amount is too large")]
    TooLarge,
}

impl From<MoneyError> for StripeAmountError {
    fn from(_: MoneyError) -> Self {
        StripeAmountError::TooLarge
    }
}

impl Money {
    /// The amount in the provider's minor units. Exact or refused: nothing is rounded on the way.
    ///
    /// # Errors
    /// `NotExpressible`, `TooLarge`.
    pub fn to_stripe_amount(self) -> Result<i64, StripeAmountError> {
        let (ours, theirs) = (
            self.currency().exponent(),
            self.currency().stripe_exponent(),
        );
        let amount = if theirs >= ours {
            let factor = 10_i64.pow(theirs - ours);
            self.minor()
                .checked_mul(factor)
                .ok_or(StripeAmountError::TooLarge)?
        } else {
            exact_quotient(self.minor(), 10_i64.pow(ours - theirs))?
        };
        exact_quotient(amount, self.currency().stripe_step()).map(|_| amount)
    }

    /// An amount heard from the provider, in our minor units.
    ///
    /// # Errors
    /// `NotExpressible` (half an ISK), `TooLarge`.
    pub fn from_stripe_amount(amount: i64, currency: Currency) -> Result<Money, StripeAmountError> {
        let (ours, theirs) = (currency.exponent(), currency.stripe_exponent());
        let minor = if ours >= theirs {
            let factor = 10_i64.pow(ours - theirs);
            amount
                .checked_mul(factor)
                .ok_or(StripeAmountError::TooLarge)?
        } else {
            exact_quotient(amount, 10_i64.pow(theirs - ours))?
        };
        Ok(Money::from_minor(minor, currency)?)
    }

    /// The amount to charge online, after the checks we can do before asking: positive,
    /// expressible, and not below the smallest charge of its currency.
    ///
    /// # Errors
    /// [`StripeAmountError`].
    pub fn to_stripe_charge(self) -> Result<i64, StripeAmountError> {
        if !self.is_positive() {
            return Err(StripeAmountError::NothingToCharge);
        }
        if let Some(minor) = self.currency().minimum_charge_minor()
            && self.minor() < minor
        {
            let minimum = Money::from_minor(minor, self.currency())?;
            return Err(StripeAmountError::BelowMinimum { minimum });
        }
        self.to_stripe_amount()
    }
}

fn exact_quotient(amount: i64, step: i64) -> Result<i64, StripeAmountError> {
    if amount % step == 0 {
        Ok(amount / step)
    } else {
        Err(StripeAmountError::NotExpressible)
    }
}
