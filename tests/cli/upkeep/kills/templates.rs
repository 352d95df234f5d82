//! A killed change of templates leaves every template complete.

use super::{number, report};
use crate::support::Clinic;
use std::fs;
use std::process::Stdio;
use std::time::{Duration, Instant};

/// Default number of kills; `TURNO_KILLS` sets ten times this number.
const KILLS: u32 = 12;
/// Close to the maximum length of a template.
const LENGTH: usize = 16_000;

#[test]
fn templates_whose_change_is_killed_are_whole_each() {
    let kills = number("TURNO_KILLS").map_or(KILLS, |kills| u32::try_from(kills / 10).expect("a number"));
    let clinic = Clinic::open();
    let names = ["en/reminder.txt.jinja", "es/confirmation.txt.jinja", "es/reminder.txt.jinja"];
    let text = |letter: &str| letter.repeat(LENGTH);
    for letter in ["a", "b"] {
        for name in names {
            let path = clinic.home().join(letter).join(name);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(path, text(letter)).expect("a template");
        }
    }
    let own = clinic.home().join(".config/turno/templates/sanjose");
    let begun = Instant::now();
    clinic.does("remind templates set a");
    let life = begun.elapsed();
    let (mut killed, mut mixed) = (0, 0);
    for kill in 0..kills {
        let letter = if kill % 2 == 0 { "b" } else { "a" };
        let line = format!("remind templates set {letter}");
        let mut program = clinic.process(&line).stdout(Stdio::null()).spawn().expect("turno starts");
        let moment = life.mul_f64(0.3 + 0.8 * f64::from(kill) / f64::from(kills));
        std::thread::sleep(Duration::from_secs_f64(moment.as_secs_f64()));
        program.kill().expect("it can be killed");
        let done = program.wait().expect("it ends").success();
        killed += usize::from(!done);
        let there: Vec<String> =
            names.iter().map(|name| fs::read_to_string(own.join(name)).expect("a template")).collect();
        for template in &there {
            assert!(
                *template == text("a") || *template == text("b"),
                "kill {kill}: half a template is there"
            );
            assert!(!done || *template == text(letter), "kill {kill}: it was done");
        }
        mixed += usize::from(there.iter().any(|template| *template != there[0]));
        // Leftovers disturb nothing.
        clinic.does("remind templates check");
        clinic.does(&line);
    }
    assert!(killed > 0 || kills == 0);
    report(&format!("{killed} of {kills} changes of templates killed, {mixed} between two templates"));
}
