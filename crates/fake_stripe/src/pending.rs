//! What the clock brings: bank debits that settle after days, balance transactions that come late.

use crate::bank_debit;
use crate::charge;
use crate::world::{Origin, Place, World};

/// Seconds a bank debit stays in `processing`: three days.
pub(crate) const DEBIT_TAKES_S: i64 = 3 * 86_400;

/// Something that happens when the control's clock reaches `due` (Unix seconds).
#[derive(Debug, Clone)]
pub(crate) struct Pending {
    pub due: i64,
    pub place: Place,
    pub what: Later,
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
}

/// Does everything that is due, oldest first. Called before every request and after the clock moved.
pub(crate) fn tick(world: &mut World) {
    let now = world.now();
    let (mut due, rest): (Vec<_>, Vec<_>) = world
        .pending
        .drain(..)
        .partition(|pending| pending.due <= now);
    world.pending = rest;
    due.sort_by_key(|pending| pending.due);
    let origin = std::mem::take(&mut world.origin);
    for pending in due {
        match pending.what {
            Later::Debit { intent, failure } => {
                bank_debit::settle(world, pending.place, &intent, failure)
            }
            Later::Book { charge } => charge::book_now(world, pending.place, &charge),
        }
    }
    world.origin = Origin { ..origin };
}
