//! The control of money that moves after a payment: refunds and payouts.

use std::time::Duration;

use anyhow::{Context, bail};
use serde_json::Value;

use crate::control::Control;
use crate::key::Mode;
use crate::refund::{RefundStart, Wish};
use crate::shelf::Noun;
use crate::world::{Place, World};
use crate::{payout_life, refund, refund_life};

/// Seconds until a refund that is to fail does so.
const FAILS_AFTER_S: i64 = 60;

impl Control {
    /// The next refund succeeds like every other, and comes back a minute of the clock later with this reason
    /// (`expired_or_canceled_card`, `lost_or_stolen_card`, `unknown`, …). Several calls queue up.
    pub fn fail_next_refund(&self, reason: &str) {
        self.begin_next_refund(RefundStart {
            status: "succeeded".to_owned(),
            reason: None,
            ends: Some((FAILS_AFTER_S, Some(reason.to_owned()))),
        });
    }

    /// The next refund is refused in the very answer: `failed`, with this reason.
    pub fn refuse_next_refund(&self, reason: &str) {
        self.begin_next_refund(RefundStart {
            status: "failed".to_owned(),
            reason: Some(reason.to_owned()),
            ends: None,
        });
    }

    /// The next refund stays `pending` with this reason (`processing`, `insufficient_funds`, `charge_pending`) until
    /// [`Control::settle_refund`] or [`Control::fail_refund`].
    pub fn hold_next_refund(&self, reason: &str) {
        self.begin_next_refund(RefundStart {
            status: "pending".to_owned(),
            reason: Some(reason.to_owned()),
            ends: None,
        });
    }

    /// The next refund waits for the payer (`requires_action`): the only one that can be canceled.
    pub fn ask_payer_of_next_refund(&self) {
        self.begin_next_refund(RefundStart {
            status: "requires_action".to_owned(),
            reason: None,
            ends: None,
        });
    }

    fn begin_next_refund(&self, start: RefundStart) {
        self.act(|world| world.refund_starts.push_back(start));
    }

    /// Refunds a charge as somebody at Stripe's dashboard would: all that is left, or so many minor units.
    ///
    /// # Errors
    /// When there is no such charge, or Stripe would refuse.
    pub fn refund_charge(&self, charge: &str, amount_minor: Option<i64>) -> anyhow::Result<Value> {
        self.act(|world| {
            let place = find(world, Noun::Charge, charge)?;
            let object = world.find(place, Noun::Charge, charge).cloned();
            let wish = Wish {
                amount: amount_minor,
                ..Wish::default()
            };
            refund::make(world, place, &object.unwrap_or_default(), wish)
                .map_err(|error| anyhow::anyhow!("{}", error.inner()["message"]))
        })
    }

    /// A refund that waits arrives.
    ///
    /// # Errors
    /// When there is no such refund.
    pub fn settle_refund(&self, refund: &str) -> anyhow::Result<Value> {
        self.act(|world| {
            let place = find(world, Noun::Refund, refund)?;
            Ok(refund_life::succeed(world, place, refund))
        })
    }

    /// A refund comes back with this reason, whether it waited or had arrived.
    ///
    /// # Errors
    /// When there is no such refund.
    pub fn fail_refund(&self, refund: &str, reason: &str) -> anyhow::Result<Value> {
        self.act(|world| {
            let place = find(world, Noun::Refund, refund)?;
            Ok(refund_life::fail(world, place, refund, reason))
        })
    }

    /// Pays out now what is available and was not paid out, one payout a currency, as the schedule does.
    ///
    /// # Errors
    /// When there is no such account.
    pub fn run_payouts(&self, account: &str, mode: Mode) -> anyhow::Result<Vec<Value>> {
        let at = self.account(account)?;
        Ok(self.act(|world| payout_life::gather(world, (at, mode))))
    }

    /// Whether what is available is paid out every midnight (UTC) of the clock.
    ///
    /// # Errors
    /// When there is no such account.
    pub fn set_automatic_payouts(&self, account: &str, automatic: bool) -> anyhow::Result<()> {
        let at = self.account(account)?;
        self.act(|world| {
            world.accounts[at].automatic_payouts = automatic;
            for mode in [Mode::Live, Mode::Test] {
                payout_life::begin_schedule(world, (at, mode));
            }
        });
        Ok(())
    }

    /// The payout is in the bank now.
    ///
    /// # Errors
    /// When there is no such payout.
    pub fn arrive_payout(&self, payout: &str) -> anyhow::Result<Value> {
        self.act(|world| {
            let place = find(world, Noun::Payout, payout)?;
            Ok(payout_life::arrive(world, place, payout))
        })
    }

    /// The bank sends a payout back, even days after it was `paid`, with this code (`account_closed`, …).
    ///
    /// # Errors
    /// When there is no such payout.
    pub fn fail_payout(&self, payout: &str, code: &str) -> anyhow::Result<Value> {
        self.act(|world| {
            let place = find(world, Noun::Payout, payout)?;
            Ok(payout_life::end(
                world,
                place,
                payout,
                "failed",
                code.into(),
            ))
        })
    }

    /// Stripe says only so long after an automatic payout what is in it (zero: at once).
    pub fn reconcile_late(&self, late: Duration) {
        self.act(|world| world.reconciling_late_s = late.as_secs() as i64);
    }

    /// From now on money of the currency is converted to the account's own at this rate, in millionths; `None` ends it.
    ///
    /// # Errors
    /// When there is no such account, or the rate is not above zero.
    pub fn set_rate(
        &self,
        account: &str,
        currency: &str,
        rate_ppm: Option<i64>,
    ) -> anyhow::Result<()> {
        if rate_ppm.is_some_and(|rate| rate < 1) {
            bail!("a rate is above zero");
        }
        let at = self.account(account)?;
        self.act(|world| {
            let rates = &mut world.accounts[at].rates_ppm;
            match rate_ppm {
                Some(rate) => rates.insert(currency.to_owned(), rate),
                None => rates.remove(currency),
            }
        });
        Ok(())
    }

    /// From now on Stripe's fees bear this tax, in millionths, of this name; `None` ends it.
    ///
    /// # Errors
    /// When there is no such account.
    pub fn set_fee_tax(&self, account: &str, tax: Option<(i64, String)>) -> anyhow::Result<()> {
        let at = self.account(account)?;
        self.act(|world| world.accounts[at].fee_tax = tax);
        Ok(())
    }
}

/// Where an object lives.
pub(crate) fn find(world: &World, noun: Noun, id: &str) -> anyhow::Result<Place> {
    let mut places = world.drawers.iter();
    places
        .find_map(|(place, drawer)| drawer.get(noun, id).map(|_| *place))
        .with_context(|| format!("no {} {id}", noun.word()))
}
