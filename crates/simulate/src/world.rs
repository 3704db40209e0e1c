//! The world of one run: the product over its own database, the rehearsal, two clocks, and everybody's memory.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use anyhow::{Context, Result};
use app::app::{App, Aside, Setup};
use axum::Router;
use fake_stripe::{FakeStripe, InProcess, Mode, Post};
use jiff::{SignedDuration, Timestamp};
use kit::chance::Chance;
use kit::clock::Clock;
use kit::db::{Db, Gate};
use kit::secrets::Keyring;
use rusqlite::Connection;
use rusqlite::types::ValueRef;

use crate::browser::Browser;
use crate::carrier::{OnWire, Wire};
use crate::dice::Dice;
use crate::stage::{self, Side, give_way};
use crate::template::Template;

/// Monday noon, when every run begins.
pub const BEGINNING_S: i64 = 1_793_620_800;

/// The keys the seller has at hand.
#[derive(Clone, Debug)]
pub struct Keys {
    pub public: String,
    pub secret: String,
}

/// An invoice that payers know.
#[derive(Clone, Debug)]
pub struct Known {
    pub id: String,
    /// `/i/…`
    pub path: String,
}

/// An event on its way.
pub struct Parcel {
    pub post: Post,
    pub tries: u32,
}

/// Everything but the tasks.
pub struct World {
    pub dice: Dice,
    pub rehearsal: Arc<InProcess>,
    pub wire: Arc<Wire>,
    pub clock: Clock,
    pub db: Db,
    /// The owner's browser.
    pub owner: Browser,
    pub customers: Vec<String>,
    pub tax_ids: Vec<String>,
    pub keys: RefCell<Keys>,
    pub known: RefCell<Vec<Known>>,
    pub post: RefCell<Vec<Parcel>>,
    /// Counts what needs another name each time.
    pub serial: Cell<u64>,
    /// Invoices the seller changed though Stripe could not be asked to close what payers had open: what comes twice for
    /// them is the customer's credit, as the page had said.
    pub changed_anyway: RefCell<BTreeSet<String>>,
    /// The account at Stripe.
    pub account: String,
    /// Another program's key, which the seller never revokes.
    pub other_key: String,
    /// Whether the seller lets payers pay a part.
    pub parts: Cell<bool>,
    app: RefCell<Option<(App, Router)>>,
    stripe_ms: Arc<AtomicI64>,
    keyring: Keyring,
    chance: Chance,
    trace: RefCell<Vec<String>>,
    faults: RefCell<Vec<String>>,
    books: OnceCell<Connection>,
    file: PathBuf,
    _folder: tempfile::TempDir,
}

impl World {
    /// A fresh one for a seed.
    pub fn new(template: &Template, seed: u64) -> Result<Rc<World>> {
        let folder = in_memory_folder()?;
        let file = folder.path().join("q.sqlite");
        std::fs::write(&file, &template.database)?;
        let path = file.to_str().context("a path in UTF-8")?;
        let gate: Gate = Arc::new(|_| Box::pin(give_way()));
        let db = Db::open_stepwise(path, gate)?;
        let stripe_ms = Arc::new(AtomicI64::new(BEGINNING_S * 1000));
        let clock = Clock::standing_at(Timestamp::from_second(BEGINNING_S)?);
        let at = stripe_ms.clone();
        let rehearsal = FakeStripe::builder()
            .clock(move || at.load(Ordering::SeqCst) / 1000)
            .seed(seed)
            .in_process()?;
        let rehearsal = Arc::new(rehearsal);
        let (ours, theirs) = (clock.clone(), stripe_ms.clone());
        let watch = clock.clone();
        let wire = Arc::new(Wire::new(
            rehearsal.clone(),
            Dice::new(seed ^ 0x5771),
            move |pause| advance(&ours, &theirs, pause),
            move || watch.now_ms(),
        ));
        let keys = rehearsal.control().keys();
        let first = keys[0].live.clone();
        let other_key = rehearsal.control().restricted_key(
            &keys[0].account,
            Mode::Live,
            &["rak_payment_intent_write", "rak_charge_write"],
        )?;
        Ok(Rc::new(World {
            dice: Dice::new(seed),
            rehearsal,
            wire,
            clock,
            db,
            owner: Browser::with_cookie("session", &template.session),
            customers: template.customers.clone(),
            tax_ids: template.tax_ids.clone(),
            keys: RefCell::new(Keys {
                public: first.publishable,
                secret: first.secret,
            }),
            known: RefCell::default(),
            post: RefCell::default(),
            serial: Cell::new(0),
            changed_anyway: RefCell::default(),
            account: keys[0].account.clone(),
            other_key,
            parts: Cell::new(false),
            app: RefCell::default(),
            stripe_ms,
            keyring: template.keyring.clone(),
            chance: Chance::seeded(seed),
            trace: RefCell::default(),
            faults: RefCell::default(),
            books: OnceCell::new(),
            file,
            _folder: folder,
        }))
    }

    /// Starts the program over the database as it is.
    pub fn start(&self) {
        let setup = Setup {
            db: self.db.clone(),
            clock: self.clock.clone(),
            chance: self.chance.clone(),
            keyring: self.keyring.clone(),
            origins: stripe::Origins::rehearsal("http://127.0.0.1:9").expect("a loopback"),
            public_url: crate::template::PUBLIC_URL.into(),
            demo: false,
        };
        let aside: Aside = Arc::new(|work| stage::begin("aside", Side::Server, work));
        let transport = stripe::Transport::Carried(Arc::new(OnWire(self.wire.clone())));
        let app = App::over(setup, transport, aside);
        let router = app::router(app.clone());
        self.app.replace(Some((app, router)));
    }

    /// Ends it.
    pub fn stop(&self) {
        self.app.replace(None);
    }

    /// Whether the program runs.
    pub fn is_up(&self) -> bool {
        self.app.borrow().is_some()
    }

    /// The running program.
    pub fn app(&self) -> Option<App> {
        self.app.borrow().as_ref().map(|(app, _)| app.clone())
    }

    /// Its addresses.
    pub fn router(&self) -> Option<Router> {
        self.app.borrow().as_ref().map(|(_, router)| router.clone())
    }

    /// Lets time pass for everybody.
    pub fn advance(&self, by: Duration) {
        advance(&self.clock, &self.stripe_ms, by);
        self.rehearsal.control().advance(Duration::ZERO);
    }

    /// Our machine's clock goes wrong by so much, or is put right.
    pub fn skew(&self, by_s: i64) {
        self.clock.advance(SignedDuration::from_secs(by_s));
    }

    /// How far our clock is from Stripe's, in seconds.
    pub fn skewed_s(&self) -> i64 {
        (self.clock.now_ms() - self.stripe_ms.load(Ordering::SeqCst)) / 1000
    }

    /// A number that was not given before.
    pub fn number(&self) -> u64 {
        self.serial.set(self.serial.get() + 1);
        self.serial.get()
    }

    /// Adds a line to the trace.
    pub fn tell(&self, line: impl Into<String>) {
        let mut told = self.wire.told.lock().unwrap_or_else(|e| e.into_inner());
        let mut trace = self.trace.borrow_mut();
        trace.append(&mut told);
        trace.push(line.into());
    }

    /// Something that must not be.
    pub fn fault(&self, what: String) {
        self.tell(format!("FAULT: {what}"));
        self.faults.borrow_mut().push(what);
    }

    /// Everything that must not be and was.
    pub fn faults(&self) -> Vec<String> {
        self.faults.borrow().clone()
    }

    /// The trace.
    pub fn trace(&self) -> Vec<String> {
        self.trace.borrow().clone()
    }

    /// The database as anybody could read it, beside the program.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn look(&self) -> Result<&Connection> {
        if self.books.get().is_none() {
            drop(self.books.set(Connection::open(&self.file)?));
        }
        self.books.get().context("the books were opened just now")
    }

    /// Rows of texts, as anybody could read them; none when they cannot be read. The order must stand in the statement:
    /// a seed repeats to the letter.
    pub fn rows<const N: usize>(&self, sql: &str) -> Vec<[String; N]> {
        let read = || -> Result<Vec<[String; N]>> {
            let mut statement = self.look()?.prepare_cached(sql)?;
            let rows = statement.query_map([], |row| {
                let mut texts = [const { String::new() }; N];
                for (at, text) in texts.iter_mut().enumerate() {
                    *text = match row.get_ref(at)? {
                        ValueRef::Integer(number) => number.to_string(),
                        ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
                        _ => String::new(),
                    };
                }
                Ok(texts)
            })?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        };
        read().unwrap_or_else(|error| {
            self.fault(format!("the books could not be read: {error:#}"));
            Vec::new()
        })
    }

    /// One of the rows, by the die.
    pub fn one_of<const N: usize>(&self, sql: &str) -> Option<[String; N]> {
        self.dice.pick(&self.rows(sql)).cloned()
    }

    /// Where the database is.
    pub fn file(&self) -> &str {
        self.file.to_str().unwrap_or_default()
    }

    /// Gathers what the rehearsal wants delivered.
    pub fn gather_post(&self) {
        let new = self.rehearsal.take_post();
        let parcels = new.into_iter().map(|post| Parcel { post, tries: 0 });
        self.post.borrow_mut().extend(parcels);
    }
}

fn advance(ours: &Clock, theirs: &AtomicI64, by: Duration) {
    let ms = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
    ours.advance(SignedDuration::from_millis(ms));
    theirs.fetch_add(ms, Ordering::SeqCst);
}

/// A folder where a commit costs no disk.
fn in_memory_folder() -> Result<tempfile::TempDir> {
    let shared = Path::new("/dev/shm");
    if shared.is_dir()
        && let Ok(folder) = tempfile::Builder::new()
            .prefix("simulate-")
            .tempdir_in(shared)
    {
        return Ok(folder);
    }
    Ok(tempfile::tempdir()?)
}
