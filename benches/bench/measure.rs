//! Times whole processes.

use crate::plan::Result;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The durations of a command's runs.
#[derive(Debug, Default, Clone)]
pub(crate) struct Times(Vec<Duration>);

impl Times {
    pub(crate) fn add(&mut self, time: Duration) {
        self.0.push(time);
    }

    pub(crate) fn append(&mut self, other: Times) {
        self.0.extend(other.0);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The median in milliseconds.
    pub(crate) fn median(&self) -> f64 {
        self.share(50)
    }

    /// The given percentile in milliseconds.
    pub(crate) fn share(&self, percent: usize) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let place = sorted.len().saturating_sub(1) * percent / 100;
        sorted.get(place).map_or(f64::NAN, |time| time.as_secs_f64() * 1e3)
    }
}

/// Runs a command that must succeed, and returns its duration.
pub(crate) fn timed(mut command: Command) -> Result<Duration> {
    let begun = Instant::now();
    let status = command.status()?;
    let took = begun.elapsed();
    if status.success() { Ok(took) } else { Err(format!("{command:?}: {status}").into()) }
}

/// A command's peak memory in KiB as measured by GNU time; `None` if GNU time is missing.
pub(crate) fn resident(command: &Command) -> Result<Option<u64>> {
    let mut timed = Command::new("/usr/bin/time");
    timed.args(["--quiet", "-f", "%M"]).arg(command.get_program()).args(command.get_args());
    timed.env_clear();
    for (name, value) in command.get_envs() {
        timed.envs(value.map(|value| (name, value)));
    }
    if let Some(folder) = command.get_current_dir() {
        timed.current_dir(folder);
    }
    let Ok(output) = timed.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).output() else {
        return Ok(None);
    };
    if !output.status.success() {
        return Err(format!("{command:?}: {}", output.status).into());
    }
    Ok(String::from_utf8_lossy(&output.stderr).trim().parse().ok())
}

/// Durations of syncing one page to the disk of `folder`.
pub(crate) fn fsync(folder: &std::path::Path, runs: u32) -> Result<Times> {
    use std::io::{Seek, Write};
    let mut file = tempfile::tempfile_in(folder)?;
    let mut times = Times::default();
    for _ in 0..runs {
        let begun = Instant::now();
        file.rewind()?;
        file.write_all(&[7; 4096])?;
        file.sync_data()?;
        times.add(begun.elapsed());
    }
    Ok(times)
}
