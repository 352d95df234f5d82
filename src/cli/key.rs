//! `turno key`.

use crate::app::setup::key::{Expiry, KeyFields};
use crate::cli::options::options;
use crate::cli::setup::{Listing, Record};
use crate::cli::values;
use crate::domain::time::parse_duration;
use clap::{Args, Subcommand};

/// `turno key`
#[derive(Debug, Subcommand)]
pub enum KeyCommand {
    /// Make a key; its secret is in the answer, this once
    Create(CreateArgs),
    /// List the keys
    List(Listing),
    /// Show a key
    Show(Record),
    /// Take a key back: it opens nothing any more
    Revoke(Record),
    /// Give a key a new secret; the old one opens nothing any more
    Rotate(RotateArgs),
    /// Print what each command needs
    Scopes,
}

options! {
    /// `turno key create`
    pub struct CreateArgs by fields -> KeyFields {
        /// Who or what will hold it
        #[arg(long, value_name = "N")]
        name: Option<String> => name,
        /// What it may do, such as appointments:read; several, or admin for everything
        #[arg(long = "scope", value_name = "S")]
        scopes: Vec<String> => scopes,
        /// For that doctor's appointments alone
        #[arg(long, value_name = "D")]
        doctor: Option<String> => doctor,
        /// Good through that day, until that moment, or for so long, such as 90d [default: for good]
        #[arg(long, value_name = "WHEN", value_parser = expiry)]
        expires: Option<Expiry> => expires,
        /// Short name [default: made]
        #[arg(long, value_name = "C")]
        code: Option<String> => code,
    }
}

/// `turno key rotate`
#[derive(Debug, Args)]
pub struct RotateArgs {
    /// Which one.
    #[command(flatten)]
    pub record: Record,
    /// Good through that day, until that moment, for so long, or none for good [default: as before]
    #[arg(long, value_name = "WHEN", value_parser = expiry)]
    pub expires: Option<Expiry>,
}

fn expiry(text: &str) -> Result<Expiry, String> {
    if text.trim().eq_ignore_ascii_case("none") {
        return Ok(Expiry::Never);
    }
    // `+3d` is a day; `3d` is a length.
    values::bound(text).map(Expiry::Until).or_else(|_| {
        parse_duration(text).map(Expiry::In).map_err(|_| text!("is-neither-a-day-or-moment-nor", text))
    })
}
