//! One run: steps by chance, then the drain, then the judge.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::rc::Rc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::dice::Dice;
use crate::stage::{self, Side, Stage};
use crate::tally::Tally;
use crate::template::Template;
use crate::world::World;
use crate::{autopay, books, disputes, hosted, judge, machine, payer, refunds, seller, together};

/// The kinds of event the product must have heard of when all is done.
pub const WATCHED: [&str; 12] = [
    "payment_intent.succeeded",
    "charge.succeeded",
    "charge.refunded",
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.closed",
    "refund.created",
    "refund.updated",
    "refund.failed",
    "payout.created",
    "payout.paid",
    "payout.failed",
];

/// More steps than any drain needs; beyond it something turns in circles.
const DRAIN_STEPS_MAX: usize = 60_000;

/// What a seed came to.
pub struct Outcome {
    pub seed: u64,
    /// Empty when all is well.
    pub faults: Vec<String>,
    pub trace: Vec<String>,
    pub tally: Tally,
}

/// What this seed does more, less, or not at all: a run with few kinds of trouble reaches deeper into each.
struct Plan {
    mishap_one_in: usize,
    crashes: usize,
    lost_post: usize,
    doubled_post: usize,
    late_post: bool,
    key_acts: usize,
    skews: usize,
    outages: usize,
    long_waits: usize,
    new_acts: usize,
    parts: bool,
    /// So many invoices are paid in peace, before anything is disturbed.
    paid_before: usize,
    /// Customers pay on the page that Stripe hosts, to begin with.
    hosted: bool,
    /// How often the seller changes where they pay.
    ways: usize,
    automatic_payouts: bool,
    told_late: bool,
    acts: Vec<(usize, Happening)>,
}

impl Plan {
    fn roll(dice: &Dice) -> Plan {
        let some = |weight: usize| if dice.one_in(2) { weight } else { 0 };
        Plan {
            mishap_one_in: *dice.pick(&[0, 0, 40, 15, 6, 3]).unwrap_or(&0),
            crashes: some(4),
            lost_post: *dice.pick(&[0, 0, 10, 2, 1]).unwrap_or(&0),
            doubled_post: *dice.pick(&[0, 5, 2]).unwrap_or(&0),
            late_post: dice.one_in(2),
            key_acts: some(3),
            skews: if dice.one_in(4) { 2 } else { 0 },
            outages: if dice.one_in(4) { 2 } else { 0 },
            long_waits: some(4),
            new_acts: 20 + dice.below(25),
            parts: dice.one_in(3),
            paid_before: dice.below(5),
            hosted: dice.one_in(4),
            ways: if dice.one_in(4) { 2 } else { 0 },
            automatic_payouts: dice.one_in(4),
            told_late: dice.one_in(4),
            acts: acts(dice),
        }
    }
}

fn acts(dice: &Dice) -> Vec<(usize, Happening)> {
    let refunds = refunds::acts(dice).into_iter();
    let books = books::acts(dice).into_iter();
    let together = together::acts(dice).into_iter();
    let disputes = disputes::acts(dice).into_iter();
    refunds
        .map(|(weight, act)| (weight, Happening::Refund(act)))
        .chain(books.map(|(weight, act)| (weight, Happening::Books(act))))
        .chain(together.map(|(weight, act)| (weight, Happening::Together(act))))
        .chain(disputes.map(|(weight, act)| (weight, Happening::Dispute(act))))
        .collect()
}

/// Runs a seed. Where it fails, its books are left in `keep`.
pub fn run(template: &Template, seed: u64, steps: usize, keep: Option<&Path>) -> Result<Outcome> {
    let world = World::new(template, seed)?;
    let ended = catch_unwind(AssertUnwindSafe(|| play(&world, steps)));
    let mut faults = world.faults();
    match ended {
        Ok(Ok(())) => faults.extend(judge::judge(&world)?),
        Ok(Err(error)) => faults.push(format!("{error:#}")),
        Err(panic) => {
            let words = panic
                .downcast_ref::<String>()
                .cloned()
                .or_else(|| panic.downcast_ref::<&str>().map(|s| (*s).to_owned()));
            faults.push(format!("a panic: {}", words.unwrap_or_default()));
        }
    }
    world.tell("the end");
    if let Some(keep) = keep.filter(|_| !faults.is_empty()) {
        drop(std::fs::remove_file(keep));
        let name = keep.to_str().context("a path in UTF-8")?;
        world.look()?.execute("vacuum into ?1", [name])?;
    }
    let tally = Tally::of(&world)?;
    Ok(Outcome {
        seed,
        faults,
        trace: world.trace(),
        tally,
    })
}

fn play(world: &Rc<World>, steps: usize) -> Result<()> {
    let mut stage = Stage::new();
    let plan = Plan::roll(&world.dice);
    in_peace(world, &mut stage, &plan)?;
    world
        .wire
        .mishap_one_in
        .store(plan.mishap_one_in, Ordering::SeqCst);
    let mut down_for = 0;
    for _ in 0..steps {
        if !world.is_up() {
            down_for -= 1;
            if down_for <= 0 {
                world.tell("START");
                world.start();
                for fault in judge::weigh(world)? {
                    world.fault(format!("after a crash: {fault}"));
                }
            }
        }
        let ready = stage.ready();
        if world.dice.below(100) >= plan.new_acts
            && let Some(id) = world.dice.pick(&ready)
        {
            world.tell(format!("> {}", stage.name(*id)));
            stage.step(*id);
            world.gather_post();
            continue;
        }
        if let Some(steps) = happen(world, &mut stage, &plan) {
            down_for = steps;
        }
        world.gather_post();
    }
    drain(world, &mut stage)
}

/// What there is before anything is disturbed: good keys, some invoices, and some of them paid.
fn in_peace(world: &Rc<World>, stage: &mut Stage, plan: &Plan) -> Result<()> {
    let control = world.rehearsal.control();
    if world.dice.one_in(3) {
        control.set_bank_debits(&world.account, true)?;
    }
    control.set_automatic_payouts(&world.account, plan.automatic_payouts)?;
    if plan.told_late {
        control.reconcile_late(Duration::from_secs(7200));
    }
    if world.dice.one_in(4) {
        control.book_late(Duration::from_secs(3600));
    }
    world.start();
    stage::begin(
        "first keys",
        Side::Outside,
        seller::save_keys(world.clone(), true, true),
    );
    for _ in 0..4 {
        let issue = seller::issue(world.clone());
        stage::begin("first invoices", Side::Outside, issue);
    }
    settle_down(world, stage)?;
    for known in world.known.borrow().iter().take(plan.paid_before) {
        let work = payer::settle(world.clone(), known.path.clone(), autopay::boxes(world));
        stage::begin("paid in peace", Side::Outside, work);
    }
    if plan.hosted {
        settle_down(world, stage)?;
        let work = hosted::choose(world.clone(), true);
        stage::begin("the hosted page", Side::Outside, work);
    }
    if plan.parts {
        let work = together::allow_parts(world.clone());
        stage::begin("allow parts", Side::Outside, work);
    }
    settle_down(world, stage)
}

#[derive(Clone, Copy)]
enum Happening {
    Visit,
    TwoTabs,
    Issue,
    Work,
    Round,
    AskNow,
    Look,
    Letters,
    Deliver,
    ShortWait,
    LongWait,
    Crash,
    Skew,
    Outage,
    SwitchOff,
    SwitchOn,
    RollKey,
    RevokeKey,
    OtherWay,
    Refund(refunds::Act),
    Books(books::Act),
    Together(together::Act),
    Dispute(disputes::Act),
}

/// Something new happens. Answers for how many steps the program is down, when it fell.
fn happen(world: &Rc<World>, stage: &mut Stage, plan: &Plan) -> Option<i64> {
    use Happening::*;
    let dice = &world.dice;
    let busy = stage.outside() >= 6;
    let people = |weight: usize| if busy { 0 } else { weight };
    let mut weighed = vec![
        (people(20), Visit),
        (people(5), TwoTabs),
        (people(5), Issue),
        (14, Work),
        (5, Round),
        (people(1), AskNow),
        (people(1), Look),
        (3, Letters),
        (14, Deliver),
        (12, ShortWait),
        (plan.long_waits, LongWait),
        (plan.crashes, Crash),
        (plan.skews, Skew),
        (plan.outages, Outage),
        (people(plan.key_acts), SwitchOff),
        (people(2 * plan.key_acts), SwitchOn),
        (people(plan.key_acts), RollKey),
        (people(plan.key_acts), RevokeKey),
        (people(plan.ways), OtherWay),
    ];
    let more = plan.acts.iter();
    weighed.extend(more.map(|(weight, act)| (people(*weight), *act)));
    let what = dice.weighed(&weighed);
    let outside = |name: &str, work: std::pin::Pin<Box<dyn Future<Output = ()>>>| {
        world.tell(format!("* {name}"));
        stage::begin(name, Side::Outside, work);
    };
    match what {
        Visit | TwoTabs => {
            let known = world.known.borrow();
            if let Some(known) = dice.pick(&known) {
                for _ in 0..if matches!(what, TwoTabs) { 2 } else { 1 } {
                    outside(
                        "visit",
                        Box::pin(payer::visit(world.clone(), known.path.clone())),
                    );
                }
            }
        }
        Issue => outside("issue", Box::pin(seller::issue(world.clone()))),
        Work => machine::work(world, dice.between(1, 8)),
        Round => machine::round(world),
        AskNow => outside("ask now", Box::pin(seller::ask_now(world.clone()))),
        Look => outside("look", Box::pin(seller::look(world.clone()))),
        Letters => autopay::letters_arrive(world),
        Deliver => deliver(world, plan),
        ShortWait => world.advance(Duration::from_millis(dice.between(1, 90_000) as u64)),
        LongWait => {
            let hours = dice.between(1, 80);
            world.tell(format!("* {hours} hours pass"));
            world.advance(Duration::from_secs(hours as u64 * 3600));
        }
        Crash => {
            let dead = stage.crash();
            world.stop();
            world.tell(format!("CRASH, which ended {dead:?}"));
            return Some(dice.between(0, 8));
        }
        Skew => {
            let wrong = world.skewed_s();
            let by = if wrong == 0 {
                dice.between(-7200, 7200)
            } else {
                -wrong
            };
            world.tell(format!("* our clock jumps by {by} s"));
            world.skew(by);
        }
        Outage => {
            let cut = !world.wire.is_cut.load(Ordering::SeqCst);
            world.tell(format!("* Stripe cannot be reached: {cut}"));
            world.wire.is_cut.store(cut, Ordering::SeqCst);
        }
        SwitchOff => outside(
            "switch off",
            Box::pin(seller::save_keys(world.clone(), false, false)),
        ),
        SwitchOn => outside("switch on", Box::pin(seller::paste_key(world.clone()))),
        RollKey => outside("roll key", Box::pin(seller::roll_key(world.clone(), false))),
        RevokeKey => outside(
            "revoke key",
            Box::pin(seller::roll_key(world.clone(), true)),
        ),
        OtherWay => {
            let there = dice.one_in(2);
            outside("other way", Box::pin(hosted::choose(world.clone(), there)));
        }
        Refund(act) => {
            world.tell(format!("* {act:?}"));
            refunds::begin(world, act);
        }
        Books(act) => {
            world.tell(format!("* {act:?}"));
            books::begin(world, act);
        }
        Dispute(act) => {
            world.tell(format!("* {act:?}"));
            disputes::begin(world, act);
        }
        Together(act) => {
            world.tell(format!("* {act:?}"));
            together::begin(world, act);
        }
    }
    None
}

fn deliver(world: &Rc<World>, plan: &Plan) {
    let dice = &world.dice;
    let waiting = world.post.borrow().len();
    if waiting == 0 || (plan.late_post && dice.one_in(2)) {
        return;
    }
    let at = if dice.one_in(2) {
        0
    } else {
        dice.below(waiting)
    };
    let parcel = world.post.borrow_mut().remove(at);
    if dice.one_in(plan.lost_post) {
        return world.tell(format!("* {} is lost", parcel.post.event()));
    }
    if dice.one_in(plan.doubled_post) {
        let twin = crate::world::Parcel {
            post: parcel.post.clone(),
            tries: 0,
        };
        world.post.borrow_mut().push(twin);
    }
    machine::deliver(world, parcel, 5);
}

/// Lets everything that is under way come to its end.
pub fn settle_down(world: &Rc<World>, stage: &mut Stage) -> Result<()> {
    for _ in 0..DRAIN_STEPS_MAX {
        let ready = stage.ready();
        let Some(id) = world.dice.pick(&ready) else {
            return Ok(());
        };
        stage.step(*id);
        world.gather_post();
    }
    anyhow::bail!("it never settles down")
}

/// The faults end, time passes, everything arrives, and the seller does what the pages ask for.
pub fn drain(world: &Rc<World>, stage: &mut Stage) -> Result<()> {
    world.tell("DRAIN");
    world.wire.mishap_one_in.store(0, Ordering::SeqCst);
    world.wire.is_cut.store(false, Ordering::SeqCst);
    world.skew(-world.skewed_s());
    if !world.is_up() {
        world.start();
    }
    settle_down(world, stage)?;
    // Whatever became of the keys: in the end the seller has a good one, and online payment is on.
    act(
        world,
        stage,
        "mend the key",
        seller::paste_key(world.clone()),
    )?;
    let control = world.rehearsal.control();
    control.set_automatic_payouts(&world.account, false)?;
    refunds::end_all(world);
    disputes::end_all(world);
    until_quiet(world, stage, 7)?;
    for _ in 0..12 {
        if !autopay::is_awaited(world)? {
            break;
        }
        world.advance(Duration::from_secs(86_400));
        until_quiet(world, stage, 0)?;
    }
    act(
        world,
        stage,
        "empty the tray",
        together::empty_the_tray(world.clone()),
    )?;
    act(
        world,
        stage,
        "tidy the statement",
        books::tidy_statement(world.clone()),
    )?;
    until_quiet(world, stage, 0)?;
    act(world, stage, "compare", books::compare(world.clone()))?;
    act(
        world,
        stage,
        "look at everything",
        seller::look_at_everything(world.clone()),
    )
}

/// Somebody does something, and it comes to its end.
pub fn act(
    world: &Rc<World>,
    stage: &mut Stage,
    name: &str,
    work: impl Future<Output = ()> + 'static,
) -> Result<()> {
    world.tell(format!("* {name}"));
    stage::begin(name, Side::Outside, work);
    settle_down(world, stage)
}

/// Everything arrives, and time passes until nobody waits for anything: so many rounds at least.
fn until_quiet(world: &Rc<World>, stage: &mut Stage, at_least: usize) -> Result<()> {
    for round in 0..80 {
        for parcel in world.post.take() {
            machine::deliver(world, parcel, 2);
        }
        settle_down(world, stage)?;
        autopay::letters_arrive(world);
        machine::round(world);
        settle_down(world, stage)?;
        for _ in 0..20 {
            machine::work(world, 100);
            settle_down(world, stage)?;
            if due(world)? == 0 {
                break;
            }
        }
        if round >= at_least && is_quiet(world)? {
            return Ok(());
        }
        let pause = [6, 130, 3700, 90_000].get(round).copied().unwrap_or(3700);
        world.advance(Duration::from_secs(pause));
        if round >= 4 && world.rehearsal.expects() {
            world.advance(Duration::from_secs(90_000));
        }
        world.gather_post();
    }
    Ok(())
}

fn due(world: &World) -> Result<i64> {
    let sql = "select count(*) from jobs where state = 'waiting' and run_at <= ?1 and (leased_until is null or leased_until < ?1)";
    let now = world.clock.now_ms();
    Ok(world.look()?.query_row(sql, [now], |r| r.get(0))?)
}

fn is_quiet(world: &World) -> Result<bool> {
    let sql = "select count(*) from jobs where state = 'waiting'";
    let jobs: i64 = world.look()?.query_row(sql, [], |r| r.get(0))?;
    Ok(jobs == 0 && world.post.borrow().is_empty() && !world.rehearsal.expects())
}
