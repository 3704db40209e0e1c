//! "Why is this not paid?"

use billing::diagnosis::{Attempted, Delivery, Facts, Online, Reason, Remedy, why_not_paid};
use billing::invoice::state::InvoiceState;
use billing::payment::decline::DeclineGroup;
use proptest::prelude::*;

const READ: Facts = Facts {
    state: InvoiceState::Open,
    owed: true,
    partly_paid: false,
    disputed: false,
    returned: false,
    online: Online::Ready,
    planned: false,
    delivery: Delivery::Accepted,
    has_link: true,
    seen: true,
    attempted: Attempted::Never,
};

#[test]
fn the_first_thing_between_an_invoice_and_its_money_is_the_answer() {
    let declined = Attempted::Declined(DeclineGroup::General);
    let table = [
        (READ, Reason::Seen),
        (
            Facts {
                seen: false,
                ..READ
            },
            Reason::NotOpened,
        ),
        (
            Facts {
                seen: false,
                delivery: Delivery::Never,
                ..READ
            },
            Reason::NeverSent,
        ),
        (
            Facts {
                has_link: false,
                seen: false,
                delivery: Delivery::Never,
                ..READ
            },
            Reason::NoLink,
        ),
        (
            Facts {
                has_link: false,
                attempted: Attempted::Processing,
                ..READ
            },
            Reason::Processing,
        ),
        (
            Facts {
                seen: false,
                delivery: Delivery::NoServer,
                ..READ
            },
            Reason::MailKept,
        ),
        (
            Facts {
                seen: false,
                delivery: Delivery::Failed,
                ..READ
            },
            Reason::MailFailed,
        ),
        (
            Facts {
                seen: false,
                planned: true,
                delivery: Delivery::Never,
                ..READ
            },
            Reason::Planned,
        ),
        // Whoever has opened it has got it, whatever the mail server said.
        (
            Facts {
                delivery: Delivery::Failed,
                ..READ
            },
            Reason::Seen,
        ),
        (
            Facts {
                attempted: Attempted::Opened,
                ..READ
            },
            Reason::FormLeft,
        ),
        (
            Facts {
                attempted: declined,
                ..READ
            },
            Reason::Declined(DeclineGroup::General),
        ),
        (
            Facts {
                attempted: Attempted::Processing,
                ..READ
            },
            Reason::Processing,
        ),
        (
            Facts {
                attempted: Attempted::Processing,
                online: Online::SwitchedOff,
                ..READ
            },
            Reason::Processing,
        ),
        (
            Facts {
                attempted: Attempted::Unknown,
                online: Online::Silent,
                ..READ
            },
            Reason::OutcomeUnknown,
        ),
        (
            Facts {
                attempted: declined,
                online: Online::Silent,
                ..READ
            },
            Reason::NotOnline(Online::Silent),
        ),
        (
            Facts {
                online: Online::NotSetUp,
                ..READ
            },
            Reason::NotOnline(Online::NotSetUp),
        ),
        (
            Facts {
                partly_paid: true,
                ..READ
            },
            Reason::PartlyPaid,
        ),
        (
            Facts {
                returned: true,
                ..READ
            },
            Reason::Returned,
        ),
        (
            Facts {
                disputed: true,
                owed: false,
                state: InvoiceState::Paid,
                ..READ
            },
            Reason::Disputed,
        ),
        (
            Facts {
                owed: false,
                state: InvoiceState::Paid,
                ..READ
            },
            Reason::NothingOwed,
        ),
        (
            Facts {
                state: InvoiceState::Draft,
                ..READ
            },
            Reason::Draft,
        ),
        (
            Facts {
                state: InvoiceState::Void,
                ..READ
            },
            Reason::ClosedBySeller,
        ),
    ];
    for (facts, reason) in table {
        assert_eq!(why_not_paid(&facts), reason, "{facts:?}");
    }
}

fn facts() -> impl Strategy<Value = Facts> {
    let attempted = prop_oneof![
        Just(Attempted::Never),
        Just(Attempted::Opened),
        Just(Attempted::AwaitsPayer),
        Just(Attempted::Unknown),
        Just(Attempted::Processing),
        Just(Attempted::Declined(DeclineGroup::General)),
        Just(Attempted::Closed),
    ];
    let online = prop_oneof![
        Just(Online::Ready),
        Just(Online::NotSetUp),
        Just(Online::SwitchedOff),
        Just(Online::Currency),
        Just(Online::NotHere),
        Just(Online::Amount),
        Just(Online::Silent),
    ];
    let delivery = prop_oneof![
        Just(Delivery::Never),
        Just(Delivery::Waiting),
        Just(Delivery::Accepted),
        Just(Delivery::Failed),
        Just(Delivery::NoServer),
    ];
    (any::<[bool; 6]>(), attempted, online, delivery).prop_map(
        |(b, attempted, online, delivery)| Facts {
            owed: b[0],
            partly_paid: b[1],
            disputed: b[2],
            returned: b[3],
            seen: b[4],
            has_link: b[5],
            attempted,
            online,
            delivery,
            ..READ
        },
    )
}

proptest! {
    /// A person who may have paid is never told to pay again, and never sent another demand.
    #[test]
    fn money_that_may_be_under_way_is_asked_about_and_never_demanded_again(f in facts()) {
        let reason = why_not_paid(&f);
        if f.owed && !f.disputed && matches!(f.attempted, Attempted::Processing | Attempted::Unknown) {
            prop_assert_eq!(reason.remedy(), Remedy::AskStripe);
        }
        if !f.owed {
            prop_assert_eq!(reason.remedy(), Remedy::None);
        }
    }
}
