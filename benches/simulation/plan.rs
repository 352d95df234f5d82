//! The options of a run.

/// An error of any type ends the run with its message.
pub(crate) type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// The options of a run.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) clinics: usize,
    /// Doctors per clinic.
    pub(crate) doctors: usize,
    /// Fully booked days per doctor at the start.
    pub(crate) before: usize,
    /// Number of desks of all clinics together.
    pub(crate) desks: usize,
    /// Network delay each way, in milliseconds.
    pub(crate) delay: u64,
    /// Whether commands connect through PgBouncer on the server's machine.
    pub(crate) pooled: bool,
    /// Whether sweeps and `turno today` run at the same time.
    pub(crate) beside: bool,
    /// Duration of the bookings, in seconds.
    pub(crate) seconds: u64,
}

impl Plan {
    /// Parses the arguments after `cargo bench --`.
    pub(crate) fn parse(words: impl Iterator<Item = String>) -> Result<Plan> {
        let mut plan = Plan {
            clinics: 200,
            doctors: 10,
            before: 0,
            desks: 32,
            delay: 30,
            pooled: false,
            beside: true,
            seconds: 30,
        };
        // `cargo bench` adds this argument.
        let mut words = words.filter(|word| word != "--bench");
        while let Some(name) = words.next() {
            let value = words.next().ok_or_else(|| format!("{name} needs a value"))?;
            let number: usize = value.parse().map_err(|problem| format!("{name} {value}: {problem}"))?;
            match name.as_str() {
                "--clinics" => plan.clinics = number.max(1),
                "--doctors" => plan.doctors = number.max(1),
                "--before" => plan.before = number,
                "--desks" => plan.desks = number.max(1),
                "--delay" => plan.delay = number as u64,
                "--pooler" => plan.pooled = number > 0,
                "--beside" => plan.beside = number > 0,
                "--seconds" => plan.seconds = number as u64,
                _ => return Err(format!("{name} is not known").into()),
            }
        }
        Ok(plan)
    }
}
