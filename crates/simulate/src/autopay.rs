//! Kept cards and autopay: some payers tick the boxes under the card form, some invoices fall due while the run goes on,
//! and letters arrive now and then.

use crate::world::World;

/// What the boxes under a card form say, as the page's script sends it.
pub fn boxes(world: &World) -> &'static str {
    match world.dice.below(6) {
        0 => ",\"keep\":true,\"autopay\":false,\"language\":\"en\"",
        1 | 2 => KEPT_AND_AUTOPAY,
        _ => "",
    }
}

/// Both boxes are ticked.
pub const KEPT_AND_AUTOPAY: &str = ",\"keep\":true,\"autopay\":true,\"language\":\"en\"";

/// In how many days an invoice is due.
pub fn terms(world: &World) -> &'static str {
    let terms = ["30", "30", "3", "0"];
    world.dice.pick(&terms).copied().unwrap_or("30")
}

/// The mail server takes what was written. It is another machine, hence another connection; while the books are being
/// written to, the letters come later.
pub fn letters_arrive(world: &World) {
    let sql = "update mails set state = 'sent', sent_at = ?1 where state in ('kept', 'deferred')";
    let arrived = rusqlite::Connection::open(world.file()).and_then(|books| {
        books.busy_timeout(std::time::Duration::ZERO)?;
        books.execute(sql, [world.clock.now_ms()])
    });
    if let Ok(some @ 1..) = arrived {
        world.tell(format!("* {some} letters arrive"));
    }
}
