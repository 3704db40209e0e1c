//! What happened in the runs, counted: a thousand clean runs in which nothing happens prove nothing.

use anyhow::Result;
use serde_json::Value;

use crate::world::World;

const KINDS: [&str; 12] = [
    "charges",
    "refunds",
    "disputes",
    "lost disputes",
    "payouts",
    "paid on Stripe's page",
    "kept cards",
    "charged by themselves",
    "recorded by hand",
    "crashes",
    "calls that went wrong",
    "webhooks lost",
];

/// How often each kind of thing happened.
#[derive(Clone, Copy, Default, Debug, PartialEq, Eq)]
pub struct Tally([u64; KINDS.len()]);

impl Tally {
    /// Counts what a run left at Stripe, in the books and in its trace.
    ///
    /// # Errors
    /// When the books cannot be read.
    pub fn of(world: &World) -> Result<Tally> {
        let theirs = |word: &str, is: fn(&Value) -> bool| {
            let all = world.rehearsal.objects(word);
            all.iter().filter(|one| is(one)).count() as u64
        };
        let ours = |sql: &str| -> Result<u64> {
            let times: i64 = world.look()?.query_row(sql, [], |r| r.get(0))?;
            Ok(u64::try_from(times)?)
        };
        let trace = world.trace();
        let told = |words: &str| trace.iter().filter(|line| line.contains(words)).count() as u64;
        Ok(Tally([
            theirs("charge", |one| one["status"] == "succeeded"),
            theirs("refund", |_| true),
            theirs("dispute", |_| true),
            theirs("dispute", |one| one["status"] == "lost"),
            theirs("payout", |_| true),
            theirs("checkout.session", |one| one["status"] == "complete"),
            ours("select count(*) from saved_cards")?,
            ours("select count(*) from autopay_tries where outcome in ('paid', 'processing')")?,
            ours("select count(*) from payments where intent_id = ''")?,
            told("CRASH, "),
            told(" meets "),
            told(" is lost"),
        ]))
    }

    /// Adds what happened elsewhere.
    pub fn add(&mut self, other: &Tally) {
        for (sum, more) in self.0.iter_mut().zip(other.0) {
            *sum += more;
        }
    }

    /// Everything in a sentence.
    pub fn in_words(&self) -> String {
        let kinds = self.0.iter().zip(KINDS);
        let counted: Vec<String> = kinds
            .map(|(times, kind)| format!("{times} {kind}"))
            .collect();
        counted.join(", ")
    }

    /// As another process reads it.
    pub fn to_line(self) -> String {
        self.0.map(|times| times.to_string()).join(",")
    }

    /// Reads [`Tally::to_line`].
    pub fn parse(line: &str) -> Option<Tally> {
        let mut numbers = line.split(',').map(|number| number.parse().ok());
        let mut tally = Tally::default();
        for times in &mut tally.0 {
            *times = numbers.next()??;
        }
        numbers.next().is_none().then_some(tally)
    }
}
