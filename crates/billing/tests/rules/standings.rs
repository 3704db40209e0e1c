use crate::support::{cad, today};
use billing::invoice::state::InvoiceState;
use billing::standing::{Facts, Role, Standing, standing};
use std::collections::HashSet;

/// Everything true at once; each step takes the winner away and the next must show.
fn everything() -> Facts {
    Facts {
        state: InvoiceState::Void,
        amount_due: cad("60.00"),
        applied: cad("40.00"),
        received: cad("40.00"),
        refunded: cad("40.00"),
        credited: cad("0.00"),
        disputed: true,
        processing: true,
        due_date: Some(today().yesterday().unwrap()),
        today: today(),
    }
}

#[test]
fn the_order_of_precedence_is_the_one_of_the_chip_table() {
    let mut facts = everything();
    assert_eq!(standing(&facts), Standing::Void);
    facts.state = InvoiceState::Uncollectible;
    assert_eq!(standing(&facts), Standing::WrittenOff);
    facts.state = InvoiceState::Open;
    assert_eq!(standing(&facts), Standing::Disputed);
    facts.disputed = false;
    assert_eq!(standing(&facts), Standing::Refunded);
    facts.refunded = cad("10.00");
    assert_eq!(standing(&facts), Standing::PartlyRefunded);
    facts.refunded = cad("0.00");
    facts.amount_due = cad("0.00");
    assert_eq!(standing(&facts), Standing::Paid);
    facts.credited = cad("40.00");
    assert_eq!(standing(&facts), Standing::Credited);
    facts.credited = cad("39.99");
    assert_eq!(standing(&facts), Standing::Paid);
    facts.amount_due = cad("60.00");
    assert_eq!(standing(&facts), Standing::Processing);
    facts.processing = false;
    assert_eq!(standing(&facts), Standing::Overdue);
    facts.due_date = Some(today());
    assert_eq!(standing(&facts), Standing::DueToday);
    facts.due_date = Some(today().tomorrow().unwrap());
    assert_eq!(standing(&facts), Standing::PartlyPaid);
    facts.applied = cad("0.00");
    assert_eq!(standing(&facts), Standing::Open);
    facts.due_date = None;
    assert_eq!(standing(&facts), Standing::Open);
    assert_eq!(
        standing(&Facts {
            state: InvoiceState::Draft,
            ..everything()
        }),
        Standing::Draft
    );
}

#[test]
fn every_standing_has_a_word_of_its_own_and_red_is_kept_for_disputes() {
    let words: HashSet<&str> = Standing::ALL.iter().map(|s| s.word_key()).collect();
    assert_eq!(words.len(), Standing::ALL.len());
    let red: Vec<Standing> = Standing::ALL
        .into_iter()
        .filter(|s| s.role() == Role::Negative)
        .collect();
    assert_eq!(red, [Standing::Disputed]);
    // Where two share a role, the shape tells them apart from any other meaning.
    assert_ne!(Standing::DueToday.shape(), Standing::Overdue.shape());
}
