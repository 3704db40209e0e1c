//! The load: so many connections, each asking again as soon as it has its answer.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, bail};

use crate::http::{self, Connection};
use crate::now;

/// What came of a load.
pub struct Load {
    micros: Vec<u32>,
    seconds: f64,
}

impl Load {
    /// Answers a second.
    pub fn per_second(&self) -> f64 {
        self.micros.len() as f64 / self.seconds
    }

    /// Several loads as one, in whatever order they were measured.
    pub fn together(loads: Vec<Load>) -> Load {
        let seconds = loads.iter().map(|load| load.seconds).sum();
        let mut micros: Vec<u32> = loads.into_iter().flat_map(|load| load.micros).collect();
        micros.sort_unstable();
        Load { micros, seconds }
    }

    /// The time below which that part of the answers came, in milliseconds.
    pub fn quantile_ms(&self, part: f64) -> f64 {
        let last = self.micros.len().saturating_sub(1);
        let at = (last as f64 * part).round() as usize;
        self.micros
            .get(at)
            .map_or(0.0, |micros| f64::from(*micros) / 1000.0)
    }
}

/// Gets one path for `during`.
pub async fn get(
    address: SocketAddr,
    path: &str,
    connections: usize,
    during: Duration,
) -> Result<Load> {
    let request = http::get_request(address, path, false);
    run(
        address,
        Arc::new(move |_: usize, _: u64| request.clone()),
        connections,
        during,
    )
    .await
}

/// Sends what `request(connection, round)` makes, for `during`. An answer other than 200 ends the measurement: a
/// server that refuses is fast for the wrong reason.
pub async fn run<F>(
    address: SocketAddr,
    request: Arc<F>,
    connections: usize,
    during: Duration,
) -> Result<Load>
where
    F: Fn(usize, u64) -> Vec<u8> + Send + Sync + 'static,
{
    let begun = now();
    let mut asking = Vec::new();
    for number in 0..connections {
        let request = request.clone();
        asking.push(tokio::spawn(async move {
            let mut connection = Connection::open(address).await?;
            let mut micros = Vec::new();
            while begun.elapsed() < during {
                let bytes = request(number, micros.len() as u64);
                let asked = now();
                let (status, _, _) = connection.ask(&bytes).await?;
                if status != 200 {
                    bail!("the server answered {status}");
                }
                micros.push(u32::try_from(asked.elapsed().as_micros()).unwrap_or(u32::MAX));
            }
            Ok(micros)
        }));
    }
    let mut micros = Vec::new();
    for one in asking {
        micros.extend(one.await??);
    }
    let seconds = begun.elapsed().as_secs_f64();
    micros.sort_unstable();
    Ok(Load { micros, seconds })
}

#[cfg(test)]
mod tests {
    use super::Load;

    #[test]
    fn quantiles_are_read_from_the_sorted_times() {
        let load = Load {
            micros: (1..=101).map(|n| n * 1000).collect(),
            seconds: 2.0,
        };
        assert_eq!(load.per_second(), 50.5);
        assert_eq!(load.quantile_ms(0.50), 51.0);
        assert_eq!(load.quantile_ms(0.99), 100.0);
    }

    #[test]
    fn a_load_measured_in_slices_is_one_load() {
        let slice = |from: u32| Load {
            micros: (from..from + 50).map(|n| n * 1000).collect(),
            seconds: 1.5,
        };
        let load = Load::together(vec![
            slice(52),
            slice(2),
            Load {
                micros: vec![1000],
                seconds: 0.0,
            },
        ]);
        assert_eq!(load.per_second(), 101.0 / 3.0);
        assert_eq!(load.quantile_ms(0.50), 51.0);
        assert_eq!(load.quantile_ms(1.0), 101.0);
    }
}
