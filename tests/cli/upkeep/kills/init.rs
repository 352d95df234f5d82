//! A killed `init` leaves a working book, or the same command creates one.

use super::{Engine, is_whole, report};
use crate::support::Clinic;
use std::process::Stdio;
use std::time::{Duration, Instant};

const INIT: &str = "init --name 'Clínica San José' --timezone America/El_Salvador --code sanjose --json";

/// Default number of kills; `TURNO_KILLS` sets a hundred times this number.
const KILLS: u32 = 6;

#[test]
fn a_book_whose_making_is_killed_is_there_or_made_by_the_same_command() {
    let kills =
        super::number("TURNO_KILLS").map_or(KILLS, |kills| u32::try_from(kills / 100).expect("a number"));
    let begun = Instant::now();
    Clinic::empty().does(INIT);
    let life = begun.elapsed();
    let (mut killed, mut made) = (0, 0);
    for kill in 0..kills {
        let clinic = Clinic::empty();
        let mut program = clinic.process(INIT);
        let mut program = program.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("turno starts");
        std::thread::sleep(Duration::from_secs_f64(life.as_secs_f64() * f64::from(kill) / f64::from(kills)));
        program.kill().expect("it can be killed");
        let output = program.wait_with_output().expect("its output");
        killed += usize::from(!output.status.success());
        let again = clinic.ran(INIT);
        let there = again.exit != Some(0);
        made += usize::from(there);
        // An acknowledged book must exist, and an existing one is complete.
        assert!(there || output.stdout.is_empty(), "kill {kill}: it was said, and is not there");
        assert!(!there || again.stderr().contains("already"), "kill {kill}: {}", again.stderr());
        clinic.does("doctor add --name 'Dr. García' --code GARCIA");
        is_whole(&clinic);
    }
    assert!(killed > 0 || kills == 0);
    let engine = if crate::ENGINE == Engine::Sqlite { "SQLite" } else { "PostgreSQL" };
    report(&format!("on {engine}, {killed} of {kills} books killed while they were made, {made} were there"));
}
