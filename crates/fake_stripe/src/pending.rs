//! What the clock brings: bank debits that settle after days, refunds that come back, deadlines, payouts.

use crate::world::{Origin, Place, World};
use crate::{bank_debit, charge, checkout_life, dispute_life, payout_life, refund_life};

/// Seconds in a day.
pub(crate) const DAY_S: i64 = 86_400;
/// Seconds a bank debit stays in `processing`: three days.
pub(crate) const DEBIT_TAKES_S: i64 = 3 * DAY_S;
/// Stripe's "some time later" of test cards: a minute here.
pub(crate) const SOME_TIME_S: i64 = 60;

/// Something that happens when the control's clock reaches `due` (Unix seconds).
#[derive(Debug, Clone)]
pub(crate) struct Pending {
    pub due: i64,
    pub place: Place,
    pub what: Later,
}

impl Later {
    /// Whether it comes again for as long as the rehearsal lasts.
    pub fn recurs(&self) -> bool {
        matches!(self, Later::PayoutRun)
    }
}

/// What happens then.
#[derive(Debug, Clone)]
pub(crate) enum Later {
    /// A bank debit pays, or fails with the code.
    Debit {
        intent: String,
        failure: Option<String>,
    },
    /// A charge gets its balance transaction.
    Book { charge: String },
    /// A refund arrives, or comes back with the reason.
    RefundEnds {
        refund: String,
        failure: Option<String>,
    },
    /// Nobody pays on the page of a Checkout session any more.
    CheckoutExpires { session: String },
    /// The bank decides a dispute.
    DisputeEnds { dispute: String, status: String },
    /// The deadline of a dispute.
    DisputeDue { dispute: String },
    /// A payout is in the bank.
    PayoutArrives { payout: String },
    /// Stripe has said what is in a payout.
    PayoutReconciled { payout: String },
    /// The schedule of an account.
    PayoutRun,
}

impl World {
    /// Lets the clock bring something after so many seconds.
    pub fn later(&mut self, place: Place, after_s: i64, what: Later) {
        let due = self.now() + after_s;
        self.pending.push(Pending { due, place, what });
    }
}

/// Does everything that is due, one after the other, each at its own hour: what one brings may bring more. Called
/// before every request and after the clock moved.
pub(crate) fn tick(world: &mut World) {
    let now = world.now();
    let origin = std::mem::take(&mut world.origin);
    while let Some(next) = earliest(world, now) {
        let pending = world.pending.remove(next);
        world.at = Some(pending.due);
        act(world, pending.place, pending.what);
    }
    world.at = None;
    world.origin = Origin { ..origin };
}

fn earliest(world: &World, now: i64) -> Option<usize> {
    let due = world.pending.iter().enumerate();
    let due = due.filter(|(_, pending)| pending.due <= now);
    due.min_by_key(|(_, pending)| pending.due).map(|(at, _)| at)
}

fn act(world: &mut World, place: Place, what: Later) {
    match what {
        Later::Debit { intent, failure } => bank_debit::settle(world, place, &intent, failure),
        Later::Book { charge } => charge::book_now(world, place, &charge),
        Later::RefundEnds { refund, failure } => drop(match failure {
            None => refund_life::succeed(world, place, &refund),
            Some(reason) => refund_life::fail(world, place, &refund, &reason),
        }),
        Later::CheckoutExpires { session } => drop(checkout_life::expire(world, place, &session)),
        Later::DisputeEnds { dispute, status } => {
            drop(dispute_life::decide(world, place, &dispute, &status))
        }
        Later::DisputeDue { dispute } => dispute_life::deadline(world, place, &dispute),
        Later::PayoutArrives { payout } => drop(payout_life::arrive(world, place, &payout)),
        Later::PayoutReconciled { payout } => payout_life::reconciled(world, place, &payout),
        Later::PayoutRun => payout_life::run(world, place),
    }
}
