//! The options of a run.

use std::path::PathBuf;

/// An error of any type ends the run with its message.
pub(crate) type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// The options of a run.
#[derive(Debug)]
pub(crate) struct Plan {
    /// Appointments in each book.
    pub(crate) sizes: Vec<u32>,
    /// Runs per command.
    pub(crate) runs: u32,
    /// A file for the results as JSON.
    pub(crate) json: Option<PathBuf>,
    /// Whether to time books in files.
    pub(crate) files: bool,
    /// Whether to time a book on a server.
    pub(crate) server: bool,
    /// Times only commands whose name contains this text.
    pub(crate) only: Option<String>,
}

impl Plan {
    /// Parses the arguments after `cargo bench --`.
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
