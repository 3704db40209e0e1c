//! Threads of their own for those who are not the product (Stripe, who answers and who delivers), so that their share of
//! the processor can be told from the product's.

use std::future::Future;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use tokio::runtime::{Builder, Handle};
use tokio::task::JoinHandle;

/// A thread with a runtime in it. It lives as long as the process.
pub struct Aside {
    runtime: Handle,
    /// `/proc/self/task/…`
    accounts: PathBuf,
}

impl Aside {
    /// Starts it.
    pub fn start(name: &'static str) -> Result<Aside> {
        let (say, hear) = std::sync::mpsc::channel();
        std::thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || {
                let runtime = Builder::new_current_thread().enable_all().build()?;
                let own = std::fs::read_link("/proc/thread-self")?;
                let accounts = Path::new("/proc").join(own);
                if say.send((runtime.handle().clone(), accounts)).is_ok() {
                    runtime.block_on(std::future::pending::<()>());
                }
                Ok::<_, std::io::Error>(())
            })?;
        let (runtime, accounts) = hear.recv().context("a thread did not start")?;
        Ok(Aside { runtime, accounts })
    }

    /// Does something there.
    pub fn spawn<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> JoinHandle<T> {
        self.runtime.spawn(work)
    }

    /// Seconds of processor time so far.
    pub fn processor_s(&self) -> Result<f64> {
        processor_s(&self.accounts)
    }
}

/// The same of this whole process.
pub fn process_s() -> Result<f64> {
    processor_s(Path::new("/proc/self"))
}

/// User and system time, in the kernel's ticks of a hundredth of a second.
fn processor_s(accounts: &Path) -> Result<f64> {
    let stat = std::fs::read_to_string(accounts.join("stat"))?;
    // The name, in brackets, may hold spaces.
    let (_, fields) = stat.rsplit_once(')').context("a strange stat")?;
    let ticks = |nth: usize| -> Result<f64> {
        let field = fields.split_whitespace().nth(nth).context("a short stat")?;
        Ok(field.parse()?)
    };
    Ok((ticks(11)? + ticks(12)?) / 100.0)
}

#[cfg(test)]
mod tests {
    use super::{Aside, process_s};

    #[tokio::test]
    async fn the_time_that_a_thread_spends_is_its_own_and_the_process_has_all_of_it() {
        let (busy, idle) = (Aside::start("busy").unwrap(), Aside::start("idle").unwrap());
        let work = busy.spawn(async {
            let begun = crate::now();
            while begun.elapsed().as_millis() < 200 {}
        });
        work.await.unwrap();
        let spent = busy.processor_s().unwrap();
        assert!(spent >= 0.02, "{spent}");
        assert!(idle.processor_s().unwrap() <= spent / 2.0);
        assert!(process_s().unwrap() >= spent);
    }
}
