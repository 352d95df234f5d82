//! Eight desks that book at once, with a process per booking.

use crate::books::Visit;
use crate::measure::{self, Times};
use crate::plan::Result;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

const DESKS: usize = 8;
/// Bookings of all desks together.
pub(crate) const BOOKINGS: usize = 400;

/// The result.
#[derive(Debug)]
pub(crate) struct Crowded {
    /// Duration of each booking.
    pub(crate) times: Times,
    /// Bookings per second of all desks together.
    pub(crate) rate: f64,
}

/// Books all visits on the next free desk. Fails if a booking fails: no desk may see a locked book.
pub(crate) fn run(visits: &[Visit], make: impl Fn(Visit) -> Result<Command> + Sync) -> Result<Crowded> {
    let next = AtomicUsize::new(0);
    let begun = Instant::now();
    let desk = || -> std::result::Result<Times, String> {
        let mut times = Times::default();
        while let Some(&visit) = visits.get(next.fetch_add(1, Ordering::Relaxed)) {
            let took = make(visit).and_then(measure::timed).map_err(|problem| problem.to_string())?;
            times.add(took);
        }
        Ok(times)
    };
    let mut times = Times::default();
    std::thread::scope(|scope| {
        let desks: Vec<_> = (0..DESKS).map(|_| scope.spawn(desk)).collect();
        for desk in desks {
            times.append(desk.join().map_err(|_| "a desk fell over")??);
        }
        Ok::<(), Box<dyn std::error::Error>>(())
    })?;
    let rate = visits.len() as f64 / begun.elapsed().as_secs_f64();
    Ok(Crowded { times, rate })
}
