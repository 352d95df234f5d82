//! What a run is to do.

/// Whatever goes wrong ends the run with words.
pub(crate) type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// What a run is to do.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) clinics: usize,
    /// Doctors of each clinic.
    pub(crate) doctors: usize,
    /// Days of each doctor that are full when it begins.
    pub(crate) before: usize,
    /// Desks of all clinics together.
    pub(crate) desks: usize,
    /// Milliseconds that the line takes each way.
    pub(crate) delay: u64,
    /// Whether programs come to the server through PgBouncer, which stands beside it.
    pub(crate) pooled: bool,
    /// Whether sweeps and looks at the day go on beside the bookings.
    pub(crate) beside: bool,
    /// How long the desks book.
    pub(crate) seconds: u64,
}

impl Plan {
    /// Reads the words behind `cargo bench --`.
    ///
    /// # Errors
    /// Of a word that nobody knows or a value that is no number.
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
        // `cargo bench` adds a word of its own.
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
