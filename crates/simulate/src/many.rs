//! Many seeds on every core: this program again, a process a core, each with a part of the seeds.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};

use crate::Asked;
use crate::tally::Tally;

/// Fewer seeds than this are run one after the other.
const WORTH_SHARING: u64 = 40;

/// How many processes these seeds are worth.
pub fn processes(asked: &Asked) -> u64 {
    let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get() as u64);
    if asked.trace || asked.regressions || asked.seeds < WORTH_SHARING {
        1
    } else {
        cores
    }
}

/// What all of them came to.
#[derive(Default)]
pub struct Sum {
    pub seeds: u64,
    pub tally: Tally,
    pub failed: Vec<u64>,
}

/// Runs the seeds from `first` on in so many processes; what they say of seeds that failed is said here.
///
/// # Errors
/// When one cannot be started, or ends without its sum.
pub fn run(asked: &Asked, first: u64, processes: u64) -> Result<Sum> {
    let share = asked.seeds.div_ceil(processes);
    let mut children = Vec::new();
    for number in 0..processes {
        let begin = number * share;
        let seeds = share.min(asked.seeds.saturating_sub(begin));
        if seeds > 0 {
            children.push(start(asked, first + begin, seeds, number)?);
        }
    }
    let mut sum = Sum::default();
    let listening: Vec<_> = children
        .into_iter()
        .map(|child| std::thread::spawn(move || listen(child)))
        .collect();
    for one in listening {
        let part = one
            .join()
            .map_err(|_| anyhow::anyhow!("a listener fell"))??;
        sum.seeds += part.seeds;
        sum.tally.add(&part.tally);
        sum.failed.extend(part.failed);
    }
    Ok(sum)
}

fn start(asked: &Asked, first: u64, seeds: u64, number: u64) -> Result<Child> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["--one-process", "--seed", &first.to_string()]);
    command.args(["--seeds", &seeds.to_string()]);
    command.args(["--steps", &asked.steps.to_string()]);
    command.args(["--seconds", &asked.seconds.to_string()]);
    if let Some(keep) = &asked.keep {
        command.arg("--keep");
        command.arg(format!("{}.{number}", keep.display()));
    }
    let child = command.stdout(Stdio::piped()).spawn();
    child.context("a process for a part of the seeds could not be started")
}

/// Passes on what a process says, but for its sum.
fn listen(mut child: Child) -> Result<Sum> {
    let output = child.stdout.take().context("no standard output")?;
    let mut sum = None;
    for line in BufReader::new(output).lines() {
        let line = line?;
        match line.strip_prefix(SUM).and_then(read) {
            Some(told) => sum = Some(told),
            None => println!("{line}"),
        }
    }
    child.wait()?;
    sum.context("a process ended without its sum")
}

/// The last line of a process that runs a part.
const SUM: &str = "sum ";

/// As a process tells it.
pub fn told(sum: &Sum) -> String {
    let failed: Vec<String> = sum.failed.iter().map(u64::to_string).collect();
    let happened = sum.tally.to_line();
    format!("{SUM}{} {happened} {}", sum.seeds, failed.join(","))
}

fn read(text: &str) -> Option<Sum> {
    let mut words = text.split(' ');
    let seeds = words.next()?.parse().ok()?;
    let tally = Tally::parse(words.next()?)?;
    let failed = words.next().unwrap_or_default().split(',');
    Some(Sum {
        seeds,
        tally,
        failed: failed.filter_map(|seed| seed.parse().ok()).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::{SUM, Sum, read, told};
    use crate::tally::Tally;

    #[test]
    fn what_a_part_came_to_is_told_in_a_line_and_read_again() {
        for failed in [vec![], vec![7], vec![7, 90]] {
            let sum = Sum {
                seeds: 12,
                tally: Tally::parse("1,2,3,4,5,6,7,8,9,10,11,12").unwrap(),
                failed,
            };
            let line = told(&sum);
            let again = read(line.strip_prefix(SUM).unwrap()).unwrap();
            assert_eq!(
                (again.seeds, again.tally, again.failed),
                (12, sum.tally, sum.failed)
            );
        }
        assert!(read("nothing of the kind").is_none());
    }
}
