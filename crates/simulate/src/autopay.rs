//! Kept cards and autopay: some payers tick the boxes under the card form, some invoices fall due while the run goes on,
//! and letters arrive now and then.

use anyhow::Result;

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

/// Whether some days bring a charge, another try, or the end of one.
///
/// # Errors
/// When the books cannot be read.
pub fn is_awaited(world: &World) -> Result<bool> {
    let sql =
        "select count(*) from autopay_plans where state in ('planned', 'held') and next_at < ?1";
    let in_ten_days = world.clock.now_ms() + 10 * 86_400_000;
    let awaited: i64 = world.look()?.query_row(sql, [in_ten_days], |r| r.get(0))?;
    Ok(awaited > 0)
}
