//! The simulated day: desks that book, with sweeps and `turno today` at the same time.

use crate::book::Chain;
use crate::measure::Times;
use crate::plan::{Plan, Result};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// The results of a day.
#[derive(Debug, Default)]
pub(crate) struct Day {
    /// Duration of each booking.
    booked: Times,
    /// Ids of the acknowledged bookings.
    pub(crate) ids: Vec<String>,
    /// Number of refused bookings by code.
    refused: BTreeMap<String, usize>,
    /// Ids of the messages that sweeps reported as sent.
    pub(crate) sent: Vec<String>,
    /// Durations of the sweeps and of `turno today`.
    swept: Times,
    looked: Times,
    seconds: f64,
}

/// The work of a desk.
enum Post<'a> {
    /// Books free times of a clinic; two desks compete for every sixteenth.
    Books(&'a str, &'a AtomicUsize),
    /// Sweeps the clinics in turn.
    Sweeps,
    /// Runs `turno today` for the clinics in turn.
    Looks,
}

/// Runs all desks until the evening, and then a last sweep of each clinic.
pub(crate) fn run(plan: &Plan, chain: &Chain) -> Result<Day> {
    let full = plan.before * plan.doctors * 40;
    let counters: Vec<AtomicUsize> = chain.clinics.iter().map(|_| AtomicUsize::new(full)).collect();
    let desks = (0..plan.desks).map(|desk| desk % chain.clinics.len());
    let mut posts: Vec<Post<'_>> =
        desks.map(|clinic| Post::Books(&chain.clinics[clinic], &counters[clinic])).collect();
    if plan.beside {
        posts.extend([Post::Sweeps, Post::Looks]);
    }
    let begun = Instant::now();
    let evening = begun + Duration::from_secs(plan.seconds);
    let mut day = Day::default();
    thread::scope(|scope| {
        let at_work: Vec<_> =
            posts.iter().map(|post| scope.spawn(move || work(post, chain, evening))).collect();
        for post in at_work {
            day.add(post.join().map_err(|_| "a desk fell over")??);
        }
        Ok::<(), Box<dyn std::error::Error>>(())
    })?;
    day.seconds = begun.elapsed().as_secs_f64();
    for clinic in &chain.clinics {
        day.sweep(chain, clinic)?;
    }
    Ok(day)
}

fn work(post: &Post<'_>, chain: &Chain, evening: Instant) -> std::result::Result<Day, String> {
    let mut day = Day::default();
    let mut turn = 0;
    while Instant::now() < evening {
        let clinic = &chain.clinics[turn % chain.clinics.len()];
        turn += 1;
        match post {
            Post::Books(clinic, next) => day.book(chain, clinic, next.fetch_add(1, Ordering::Relaxed)),
            Post::Sweeps => day.sweep(chain, clinic),
            Post::Looks => {
                let looked = answer(chain.turno(&["today", "--json", "--clinic", clinic]));
                looked.map(|(took, _)| day.looked.add(took))
            }
        }
        .map_err(|problem| problem.to_string())?;
    }
    Ok(day)
}

impl Day {
    fn book(&mut self, chain: &Chain, clinic: &str, number: usize) -> Result<()> {
        // Every sixteenth booking wants the same slot as the one before.
        let wanted = if number % 16 == 15 { number - 1 } else { number };
        let (took, said) = answer(chain.booking(clinic, &chain.slot(wanted)))?;
        match said["error"]["code"].as_str() {
            Some(code) => *self.refused.entry(code.to_owned()).or_default() += 1,
            None => {
                self.booked.add(took);
                self.ids.push(said["id"].as_str().ok_or("a booking without an id")?.to_owned());
            }
        }
        Ok(())
    }

    fn sweep(&mut self, chain: &Chain, clinic: &str) -> Result<()> {
        let (took, said) = answer(chain.turno(&["remind", "due", "--json", "--clinic", clinic]))?;
        self.swept.add(took);
        for message in said["messages"].as_array().into_iter().flatten() {
            if message["status"] == "sent" {
                self.sent.push(message["message_id"].as_str().ok_or("a message without an id")?.to_owned());
            }
        }
        Ok(())
    }

    fn add(&mut self, other: Day) {
        self.booked.append(other.booked);
        self.swept.append(other.swept);
        self.looked.append(other.looked);
        self.ids.extend(other.ids);
        self.sent.extend(other.sent);
        for (code, count) in other.refused {
            *self.refused.entry(code).or_default() += count;
        }
    }

    /// Number of bookings refused for a reason other than a conflict.
    pub(crate) fn turned_away(&self) -> usize {
        self.refused.iter().filter(|(code, _)| *code != "APPOINTMENT_CONFLICT").map(|(_, count)| count).sum()
    }
}

/// The JSON output of a command, and its duration.
fn answer(mut command: Command) -> Result<(Duration, Value)> {
    let begun = Instant::now();
    let output = command.stdout(Stdio::piped()).stderr(Stdio::piped()).output()?;
    let took = begun.elapsed();
    // A refusal is on stderr.
    let said = if output.status.success() { &output.stdout } else { &output.stderr };
    let line = said.split(|&byte| byte == b'\n').find(|line| line.starts_with(b"{"));
    let line = line.ok_or_else(|| format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr)))?;
    Ok((took, serde_json::from_slice(line)?))
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rate = self.booked.len() as f64 / self.seconds;
        writeln!(f, "bookings        {} in {:.1} s: {rate:.1} a second", self.booked.len(), self.seconds)?;
        for (what, times) in
            [("a booking", &self.booked), ("a sweep", &self.swept), ("the day", &self.looked)]
        {
            let (median, p99) = (times.median(), times.share(99));
            writeln!(f, "{what:<15} {median:.0} ms, p99 {p99:.0} ms, {} times", times.len())?;
        }
        writeln!(f, "refused         {:?}", self.refused)
    }
}
