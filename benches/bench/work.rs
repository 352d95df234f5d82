//! The timed commands, each with the floor program that does the same.

use crate::books::{self, Book, DOCTOR, MONDAY, NOW, Visit};
use crate::measure::{self, Times};
use crate::plan::{Plan, Result};
use crate::table::{Figure, Report};
use crate::{crowd, floor, remind, server};
use std::fs;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// 2026-07-01 08:00 in El Salvador, in Unix seconds; all later times are free.
const FREE_FROM: i64 = 1_782_914_400;

/// Commands that evict the processor's caches; timed separately so that they don't slow the others.
const HEAVY: [&str; 3] = ["first free of any doctor", "report of a year", "remind: a day"];

/// A command to time; `make` prepares its data before the clock starts.
struct Thing<'a> {
    name: &'static str,
    make: Box<dyn FnMut() -> Result<Command> + 'a>,
}

fn thing<'a>(name: &'static str, make: impl FnMut() -> Result<Command> + 'a) -> Thing<'a> {
    Thing { name, make: Box::new(make) }
}

/// Runs the plan and prints the results.
pub(crate) fn run(plan: &Plan) -> Result<()> {
    let mut report = Report::new(plan.runs);
    fs::create_dir_all(books::kept_folder())?;
    books::install()?;
    start(plan, &mut report)?;
    for &size in &plan.sizes {
        let (book, floor) = (Book::kept(size)?, floor::kept(size)?);
        if plan.files {
            // Reads use the kept files, which were not written recently.
            let calendar = remind::calendar(size)?;
            let floors = Some((floor.as_path(), calendar.as_path()));
            Bench::new(plan, &book, floors, &mut report).reads()?;
            let copied = book.copied(&floor)?;
            let floors = Some((copied.floor.as_path(), calendar.as_path()));
            Bench::new(plan, &copied.book, floors, &mut report).changes()?;
        }
        if plan.server {
            let served = server::Served::copied(&book)?;
            let mut bench = Bench::new(plan, &served.book, None, &mut report);
            bench.reads()?;
            bench.changes()?;
        }
    }
    print!("{report}");
    if let Some(path) = &plan.json {
        fs::write(path, serde_json::to_vec_pretty(&report.json())?)?;
    }
    Ok(())
}

/// Times programs that open no book.
fn start(plan: &Plan, report: &mut Report) -> Result<()> {
    let empty = empty_program()?;
    let folder = books::kept_folder();
    let version = || {
        let mut command = quiet(books::program());
        command.arg("--version");
        command
    };
    let mut things = [
        thing("an empty process", || Ok(quiet(Path::new("/bin/true")))),
        thing("an empty Rust program", || Ok(quiet(&empty))),
        thing("--version", || Ok(version())),
    ];
    for (name, times) in interleaved(&mut things, plan)? {
        report.add(Figure::new(name, 0, &times));
    }
    report.add(Figure::new("write and fsync of a page", 0, &measure::fsync(&folder, plan.runs)?));
    Ok(())
}

/// `fn main() {}`, compiled with the same compiler.
fn empty_program() -> Result<PathBuf> {
    let folder = books::kept_folder();
    let (source, program) = (folder.join("empty.rs"), folder.join("empty"));
    if !program.exists() {
        fs::write(&source, "fn main() {}\n")?;
        let compiler = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
        let mut rustc = Command::new(compiler);
        rustc.args(["-O", "-C", "strip=symbols", "-o"]).arg(&program).arg(&source);
        measure::timed(rustc)?;
    }
    books::copied(&program, "empty")
}

/// A program with an empty environment and no output.
fn quiet(program: &Path) -> Command {
    let mut command = Command::new(program);
    command.env_clear().stdin(Stdio::null()).stdout(Stdio::null());
    command
}

/// Times the commands in alternation, so that a slow phase of the machine affects all of them.
fn interleaved(things: &mut [Thing<'_>], plan: &Plan) -> Result<Vec<(&'static str, Times)>> {
    let wanted = |name: &str| plan.only.as_ref().is_none_or(|part| name.contains(part.as_str()));
    let mut times: Vec<(&str, Times)> = things.iter().map(|thing| (thing.name, Times::default())).collect();
    // The first round is a warm-up.
    for round in 0..=plan.runs {
        for (thing, (_, times)) in things.iter_mut().zip(&mut times).filter(|(thing, _)| wanted(thing.name)) {
            let took = measure::timed((thing.make)()?)?;
            if round > 0 {
                times.add(took);
            }
        }
    }
    times.retain(|(_, times)| !times.is_empty());
    Ok(times)
}

/// A book to be measured.
pub(crate) struct Bench<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) book: &'a Book,
    /// The floor's file and the calendar of `remind` with the same visits; none for a server.
    pub(crate) floors: Option<(&'a Path, &'a Path)>,
    pub(crate) report: &'a mut Report,
    free: Free,
    bare_free: Free,
}

impl<'a> Bench<'a> {
    fn new(
        plan: &'a Plan,
        book: &'a Book,
        floors: Option<(&'a Path, &'a Path)>,
        report: &'a mut Report,
    ) -> Self {
        Bench { plan, book, floors, report, free: Free::default(), bare_free: Free::default() }
    }

    fn changes(&mut self) -> Result<()> {
        self.writes()?;
        self.crowd()?;
        self.bulk()
    }

    fn figure(&mut self, name: &'static str, times: &Times) -> Figure {
        Figure { engine: self.book.engine(), ..Figure::new(name, self.book.size, times) }
    }

    fn turno(&self, words: &[&str]) -> Command {
        self.book.turno(NOW, words)
    }

    /// The command for a booking.
    fn booking(&self, visit: Visit) -> Command {
        let (name, phone) = books::patient(visit.patient);
        let (doctor, at) = (books::code(visit.doctor), books::at(visit.start));
        let who = ["--name", &name, "--phone", &phone, "--json"];
        let when = ["book", "--doctor", &doctor, "--at", &at, "--duration", "15"];
        self.turno(&[&when[..], &who].concat())
    }

    /// The floor program with its command, its file and further arguments.
    fn bare(floor: &Path, what: &str, words: &[String]) -> Result<Command> {
        let mut command = quiet(&books::floor_program()?);
        command.args(["floor", what]).arg(floor).args(words);
        Ok(command)
    }

    fn reads(&mut self) -> Result<()> {
        let reads: [(&'static str, &[&str]); 8] = [
            ("a day", &["list", "--date", MONDAY, "--json"]),
            ("a week, 190 rows", &["agenda", "--week", "--doctor", DOCTOR, "--json"]),
            ("slots of a day", &["slots", "--doctor", DOCTOR, "--date", MONDAY, "--json"]),
            (
                "slots of a month",
                &["slots", "--doctor", DOCTOR, "--from", MONDAY, "--to", "2026-07-14", "--json"],
            ),
            ("first free of any doctor", &["slots", "--first", "1", "--json"]),
            ("count", &["count", "--json"]),
            ("remind due, nothing due", &["remind", "due", "--json"]),
            (
                "report of a year",
                &["report", "volume", "--from", "2025-06-15", "--to", "2026-06-14", "--json"],
            ),
        ];
        let this = &*self;
        let (day, week) = (day_of(0), day_of(7));
        let mut things: Vec<Thing<'_>> =
            reads.iter().map(|&(name, words)| thing(name, move || Ok(this.turno(words)))).collect();
        let span = |to: i64| vec!["1".to_owned(), day.to_string(), to.to_string()];
        let (one, seven) = (span(day_of(1)), span(week));
        if let Some((floor, calendar)) = this.floors {
            things.push(thing("floor: a day", move || Self::bare(floor, "days", &one)));
            things.push(thing("floor: a week, 190 rows", move || Self::bare(floor, "days", &seven)));
            things.push(thing("floor: due", move || Self::bare(floor, "due", &[day.to_string()])));
            if Path::new(remind::PROGRAM).exists() {
                things.push(thing("remind: a day", move || {
                    let mut command = quiet(Path::new(remind::PROGRAM));
                    command.arg("-q").arg(calendar).args(["15", "Jun", "2026"]);
                    Ok(command)
                }));
            }
        }
        let (mut heavy, mut light): (Vec<_>, Vec<_>) =
            things.into_iter().partition(|thing| HEAVY.contains(&thing.name));
        let mut times = interleaved(&mut light, this.plan)?;
        times.extend(interleaved(&mut heavy, this.plan)?);
        drop((light, heavy));
        let mut memory = Vec::new();
        for (_, words) in reads {
            memory.push(measure::resident(&self.turno(words))?);
        }
        for (name, times) in times {
            let place = reads.iter().position(|(known, _)| *known == name);
            let resident = place.and_then(|place| memory.get(place).copied().flatten());
            let figure = self.figure(name, &times);
            self.report.add(Figure { resident, ..figure });
        }
        Ok(())
    }

    fn writes(&mut self) -> Result<()> {
        let codes = self.made_ready(2 * (self.plan.runs + 1))?;
        let this = &*self;
        let (to_move, to_cancel) = codes.split_at(codes.len() / 2);
        let (mut to_move, mut to_cancel) = (to_move.iter(), to_cancel.iter());
        let mut things = vec![
            thing("book", || Ok(this.booking(this.free.take()?))),
            thing("reschedule", || {
                let visit = this.free.take()?;
                let code = to_move.next().ok_or("no appointment is left to move")?;
                let (to, at) = (books::code(visit.doctor), books::at(visit.start));
                Ok(this.turno(&["reschedule", code, "--doctor", &to, "--at", &at, "--reason", "R", "--json"]))
            }),
            thing("cancel", || {
                let code = to_cancel.next().ok_or("no appointment is left to cancel")?;
                Ok(this.turno(&["cancel", code, "--reason", "R", "--json"]))
            }),
        ];
        if let Some((floor, _)) = this.floors {
            things.push(thing("floor: book", move || {
                Self::bare(floor, "book", &place(this.bare_free.take()?))
            }));
            things.push(thing("sqlite3: book", move || {
                let mut command = quiet(Path::new("/usr/bin/sqlite3"));
                command.arg(floor).arg(floor::script(this.bare_free.take()?));
                Ok(command)
            }));
        }
        let times = interleaved(&mut things, this.plan)?;
        drop(things);
        for (name, times) in times {
            let figure = self.figure(name, &times);
            self.report.add(figure);
        }
        // Send the due messages, so that none are left.
        self.book.does(NOW, &["remind", "due", "--quiet"])
    }

    /// Books `number` visits and returns their codes.
    fn made_ready(&self, number: u32) -> Result<Vec<String>> {
        let visits = (0..number).map(|_| self.free.take()).collect::<Result<Vec<Visit>>>()?;
        let mut codes = Vec::new();
        self.book.books(NOW, visits.into_iter(), |answer| {
            let answer: serde_json::Value = serde_json::from_str(answer)?;
            codes.extend(answer["code"].as_str().map(str::to_owned));
            Ok(())
        })?;
        Ok(codes)
    }

    fn crowd(&mut self) -> Result<()> {
        let this = &*self;
        let visits = |free: &Free| (0..crowd::BOOKINGS).map(|_| free.take()).collect::<Result<Vec<Visit>>>();
        let mut found =
            vec![("8 at once", crowd::run(&visits(&this.free)?, |visit| Ok(this.booking(visit)))?)];
        if let Some((floor, _)) = this.floors {
            let bare =
                crowd::run(&visits(&this.bare_free)?, |visit| Self::bare(floor, "book", &place(visit)))?;
            found.push(("floor: 8 at once", bare));
        }
        for (name, crowded) in found {
            let rate = Some(crowded.rate);
            let figure = self.figure(name, &crowded.times);
            self.report.add(Figure { rate, ..figure });
        }
        self.book.does(NOW, &["remind", "due", "--quiet"])
    }

    /// Times large batches: streams of bookings, and due messages.
    fn bulk(&mut self) -> Result<()> {
        for (name, number) in [("book --input of 1,000", 1_000), ("book --input of 10,000", 10_000)] {
            let path = self.book.folder.join("bookings.json");
            let visits = (0..number).map(|_| self.free.take()).collect::<Result<Vec<Visit>>>()?;
            books::feed(BufWriter::new(fs::File::create(&path)?), visits.into_iter())?;
            let took =
                measure::timed(self.turno(&["book", "--input", "bookings.json", "--json", "--quiet"]))?;
            let mut times = Times::default();
            times.add(took);
            let rate = Some(f64::from(number) / took.as_secs_f64());
            let figure = self.figure(name, &times);
            self.report.add(Figure { rate, ..figure });
            let mut due = Times::default();
            due.add(measure::timed(self.turno(&["remind", "due", "--limit", "100000", "--quiet"]))?);
            if number == 1_000 {
                let figure = self.figure("remind due, 1,000 due", &due);
                self.report.add(figure);
            }
        }
        Ok(())
    }
}

/// A visit's doctor and start as arguments of the floor program.
fn place(visit: Visit) -> [String; 2] {
    [visit.doctor.to_string(), visit.start.to_string()]
}

/// Midnight `days` days after the week's Monday, in Unix seconds.
fn day_of(days: i64) -> i64 {
    1_781_503_200 + days * 86_400
}

/// Hands out free times.
#[derive(Debug, Default)]
struct Free(AtomicU32);

impl Free {
    fn take(&self) -> Result<Visit> {
        let (doctors, quarters) = (9, 40);
        let number = self.0.fetch_add(1, Ordering::Relaxed);
        let (nth, doctor) = (number / doctors, 2 + number % doctors);
        let (day, quarter) = (nth / quarters, nth % quarters);
        if day > 300 {
            return Err("the book is full".into());
        }
        let start = FREE_FROM + i64::from(day) * 86_400 + i64::from(quarter) * 900;
        Ok(Visit { doctor, start, patient: number % 1_000 + 1_000_000 })
    }
}
