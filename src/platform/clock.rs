//! The only place that reads the clock, once per command.

use crate::domain::refusal::Refusal;
use crate::domain::time::Instant;
use crate::platform::error::Result;
use std::time::{SystemTime, UNIX_EPOCH};

/// The current instant: `TURNO_NOW` if set, else the system's clock.
pub fn now(turno_now: Option<&str>) -> Result<Instant> {
    if let Some(text) = turno_now {
        return Instant::parse_rfc3339(text).map_err(|problem| Refusal::invalid("TURNO_NOW", problem));
    }
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Ok(Instant::from_unix(i64::try_from(since_epoch.as_secs()).unwrap_or(i64::MAX)))
}
