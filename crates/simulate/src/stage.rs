//! The stage: a scheduler for one thread that decides, step by step, who goes on.
//!
//! Everything that happens is a task. A task gives way at every passage of the database, at every call to Stripe and
//! back, and wherever a person takes a while. Tasks of the **server** live inside the program under test: a crash ends
//! them where they stand. Tasks **outside** (people, the world) survive it and see a broken connection.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::Thread;
use std::time::Duration;

use tokio::sync::oneshot;

/// A step may wait for another thread (a password is checked on one): in naps, and so many before it counts as stuck.
const NAP: Duration = Duration::from_millis(20);
const NAPS_MAX: u32 = 3000;

/// Where a task lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Inside the program: ended by a crash.
    Server,
    /// A person, or the world.
    Outside,
}

type Work = Pin<Box<dyn Future<Output = ()>>>;

struct Task {
    name: String,
    side: Side,
    work: Work,
    bell: Arc<Bell>,
    /// Waits for another task.
    asleep: bool,
}

struct Bell {
    rung: AtomicBool,
    thread: Thread,
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.rung.store(true, Ordering::SeqCst);
        self.thread.unpark();
    }
}

thread_local! {
    /// Tasks that were begun since the stage looked.
    static DOOR: RefCell<Vec<(String, Side, Work)>> = const { RefCell::new(Vec::new()) };
    static GAVE_WAY: Cell<bool> = const { Cell::new(false) };
    static SLEEPS: Cell<bool> = const { Cell::new(false) };
}

/// Lets others go first.
pub fn give_way() -> impl Future<Output = ()> + Send {
    struct GiveWay(bool);
    impl Future for GiveWay {
        type Output = ();
        fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
            if self.0 {
                return Poll::Ready(());
            }
            self.0 = true;
            GAVE_WAY.set(true);
            Poll::Pending
        }
    }
    GiveWay(false)
}

/// Begins a task; it runs when the stage says so.
pub fn begin(name: impl Into<String>, side: Side, work: impl Future<Output = ()> + 'static) {
    DOOR.with_borrow_mut(|door| door.push((name.into(), side, Box::pin(work))));
}

/// Begins a task of the server and waits for what it answers; nothing when the program ends first.
pub async fn ask<T: 'static>(
    name: impl Into<String>,
    work: impl Future<Output = T> + 'static,
) -> Option<T> {
    let (answer, mut answered) = oneshot::channel();
    begin(name, Side::Server, async move {
        drop(answer.send(work.await));
    });
    std::future::poll_fn(move |context| match Pin::new(&mut answered).poll(context) {
        Poll::Ready(answer) => Poll::Ready(answer.ok()),
        Poll::Pending => {
            SLEEPS.set(true);
            Poll::Pending
        }
    })
    .await
}

/// All tasks there are.
#[derive(Default)]
pub struct Stage {
    tasks: BTreeMap<u64, Task>,
    begun: u64,
}

impl Stage {
    /// An empty one; whatever an earlier one left at the door is gone.
    pub fn new() -> Stage {
        DOOR.with_borrow_mut(Vec::clear);
        Stage::default()
    }

    /// The tasks that can go on, oldest first.
    pub fn ready(&mut self) -> Vec<u64> {
        self.let_in();
        let can = |task: &Task| !task.asleep || task.bell.rung.load(Ordering::SeqCst);
        self.tasks
            .iter()
            .filter(|(_, task)| can(task))
            .map(|(id, _)| *id)
            .collect()
    }

    /// How many tasks live outside.
    pub fn outside(&mut self) -> usize {
        self.let_in();
        self.tasks
            .values()
            .filter(|task| task.side == Side::Outside)
            .count()
    }

    /// What a task is called.
    pub fn name(&self, id: u64) -> &str {
        self.tasks.get(&id).map_or("", |task| &task.name)
    }

    fn let_in(&mut self) {
        for (name, side, work) in DOOR.with_borrow_mut(std::mem::take) {
            self.begun += 1;
            let bell = Bell {
                rung: AtomicBool::new(false),
                thread: std::thread::current(),
            };
            let task = Task {
                name,
                side,
                work,
                bell: Arc::new(bell),
                asleep: false,
            };
            self.tasks.insert(self.begun, task);
        }
    }

    /// Lets one task go on to its next passage, or to its end.
    ///
    /// # Panics
    /// When it waits for something that never comes.
    pub fn step(&mut self, id: u64) {
        let Some(mut task) = self.tasks.remove(&id) else {
            return;
        };
        let waker = Waker::from(task.bell.clone());
        let mut context = Context::from_waker(&waker);
        loop {
            task.bell.rung.store(false, Ordering::SeqCst);
            GAVE_WAY.set(false);
            SLEEPS.set(false);
            if task.work.as_mut().poll(&mut context).is_ready() {
                break;
            }
            if GAVE_WAY.get() || SLEEPS.get() {
                task.asleep = SLEEPS.get() && !GAVE_WAY.get();
                self.tasks.insert(id, task);
                break;
            }
            // Another thread works for it (a password): that is part of this step.
            let mut naps = 0;
            while !task.bell.rung.load(Ordering::SeqCst) {
                assert!(naps < NAPS_MAX, "“{}” is stuck", task.name);
                std::thread::park_timeout(NAP);
                naps += 1;
            }
        }
        self.let_in();
    }

    /// Ends every task of the server where it stands.
    pub fn crash(&mut self) -> Vec<String> {
        self.let_in();
        let dead: Vec<u64> = self
            .tasks
            .iter()
            .filter(|(_, task)| task.side == Side::Server)
            .map(|(id, _)| *id)
            .collect();
        dead.into_iter()
            .filter_map(|id| self.tasks.remove(&id))
            .map(|task| task.name)
            .collect()
    }
}
