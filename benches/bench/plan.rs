//! What a run is to do.

use std::path::PathBuf;

/// Whatever goes wrong ends the run with words.
pub(crate) type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// What a run is to do.
#[derive(Debug)]
pub(crate) struct Plan {
    /// Appointments in each book.
    pub(crate) sizes: Vec<u32>,
    /// How often each command is timed.
    pub(crate) runs: u32,
    /// Where the figures go besides the table.
    pub(crate) json: Option<PathBuf>,
    /// Whether files are timed.
    pub(crate) files: bool,
    /// Whether a server is.
    pub(crate) server: bool,
    /// Only commands whose name has that in it.
    pub(crate) only: Option<String>,
}

impl Plan {
    /// Reads the words behind `cargo bench --`.
    ///
    /// # Errors
    /// Of a word that nobody knows or a value that can't be read.
    pub(crate) fn parse(words: &[&str]) -> Result<Plan> {
        let sizes = vec![1_000, 10_000, 100_000, 1_000_000];
        let mut plan = Plan { sizes, runs: 41, json: None, files: true, server: true, only: None };
        let mut words = words.iter();
        while let Some(&name) = words.next() {
            let value = *words.next().ok_or_else(|| format!("{name} needs a value"))?;
            match name {
                "--sizes" => {
                    plan.sizes = value.split(',').map(str::parse).collect::<std::result::Result<_, _>>()?
                }
                "--engine" => {
                    (plan.files, plan.server) = match value {
                        "sqlite" => (true, false),
                        "postgres" => (false, true),
                        "both" => (true, true),
                        _ => return Err("--engine is sqlite, postgres or both".into()),
                    }
                }
                "--runs" => plan.runs = value.parse()?,
                "--json" => plan.json = Some(value.into()),
                "--only" => plan.only = Some(value.to_owned()),
                _ => {
                    return Err(
                        format!("{name} is not known: --sizes, --engine, --runs, --json, --only").into()
                    );
                }
            }
        }
        plan.sizes.sort_unstable();
        Ok(plan)
    }
}
