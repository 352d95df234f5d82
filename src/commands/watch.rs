//! `queue --watch`. Each refresh reads the clock and opens a transaction of its own; none stays open in
//! between.

use crate::app::calendar::queue::QueueRequest;
use crate::commands::agenda;
use crate::commands::agenda::QueueArgs;
use crate::domain::refusal::{Code, Refusal};
use crate::input::session::{Ended, Session};
use crate::output::screen::{ENTER, LEAVE};
use crate::output::{Answer, Format, Printer, json_line, screen};
use console::Term;
use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use std::{io, thread};

/// Longest time until a signal or key is noticed.
const NAP: Duration = Duration::from_millis(50);

/// Draws the queue again and again, until it is told to end.
pub(crate) fn queue(session: &Session, args: QueueArgs) -> Ended {
    let seconds = args.every;
    let request = args.which.request();
    let ears = Ears::new();
    match session.printer.format {
        Format::Json => stream(session, &request, seconds, &ears),
        Format::Table if io::stdout().is_terminal() => draw(session, &request, seconds, &ears),
        Format::Table | Format::Csv => Err(Refusal::invalid("watch", text!("wants-a-terminal-to-draw-on"))
            .hint(text!("with-json-each-look-is-a-line-turno"))
            .into()),
    }
}

/// A line of JSON for each look.
fn stream(session: &Session, request: &QueueRequest, seconds: u64, ears: &Ears) -> Ended {
    loop {
        let Answer { value, .. } = agenda::look_at_queue(session, request)?;
        session.printer.raw(&(json_line(&value) + "\n"))?;
        ears.rest(seconds, &Keys::default());
        if ears.end() {
            return Ok(0);
        }
    }
}

fn draw(session: &Session, request: &QueueRequest, seconds: u64, ears: &Ears) -> Ended {
    let printer = session.printer;
    // The first error is reported on the normal screen.
    let mut last = agenda::look_at_queue(session, request)?;
    let mut trouble = None;
    let screen = Screen::enter(printer)?;
    let keys = Keys::listen();
    loop {
        let foot = screen::foot(trouble.as_deref(), seconds);
        let (rows, columns) = Term::stdout().size();
        let size = (usize::from(rows), usize::from(columns));
        let heading = screen::heading(&last.value);
        printer.raw(&screen::frame(&heading, &printer.drawn(&last), &foot, size, printer.color))?;
        ears.rest(seconds, &keys);
        if ears.end() {
            break;
        }
        (last, trouble) = match agenda::look_at_queue(session, request) {
            Ok(answer) => (answer, None),
            // The database may come back: keep the last queue and show the error below it.
            Err(refusal) if matches!(refusal.code, Code::StoreBusy | Code::StoreUnavailable) => {
                (last, Some(refusal.message))
            }
            Err(refusal) => {
                drop(screen);
                return Err(refusal.into());
            }
        };
    }
    drop(screen);
    Ok(0)
}

/// A screen of our own on the terminal; what was there before comes back when it is dropped.
struct Screen(Printer);

impl Screen {
    fn enter(printer: Printer) -> io::Result<Screen> {
        printer.raw(ENTER)?;
        Ok(Screen(printer))
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        // Ignore errors: the terminal may be closed.
        let _ = self.0.raw(LEAVE);
    }
}

/// What the terminal and the system say meanwhile.
struct Ears {
    end: Arc<AtomicBool>,
    resized: Arc<AtomicBool>,
}

impl Ears {
    fn new() -> Ears {
        let ears = Ears { end: Arc::default(), resized: Arc::default() };
        #[cfg(unix)]
        {
            use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGWINCH};
            for signal in [SIGINT, SIGTERM, SIGHUP] {
                // If a handler can't be installed, the signal ends the program as by default.
                let _ = signal_hook::flag::register(signal, Arc::clone(&ears.end));
            }
            let _ = signal_hook::flag::register(SIGWINCH, Arc::clone(&ears.resized));
        }
        ears
    }

    fn end(&self) -> bool {
        self.end.load(Ordering::Relaxed)
    }

    /// Waits for so many seconds, or until there is something to do.
    fn rest(&self, seconds: u64, keys: &Keys) {
        let naps = Duration::from_secs(seconds).as_millis() / NAP.as_millis();
        for _ in 0..naps {
            if keys.quits() {
                self.end.store(true, Ordering::Relaxed);
            }
            if self.end() || self.resized.swap(false, Ordering::Relaxed) {
                return;
            }
            thread::sleep(NAP);
        }
    }
}

/// The keys of the terminal, read without waiting. Ctrl-C stays a signal.
#[derive(Default)]
struct Keys {
    /// The terminal's mode before, which comes back when this is dropped.
    #[cfg(unix)]
    before: Option<rustix::termios::Termios>,
}

impl Keys {
    #[cfg(not(unix))]
    fn listen() -> Keys {
        Keys::default()
    }

    #[cfg(not(unix))]
    fn quits(&self) -> bool {
        false
    }

    /// Lets single keys through without an echo; without a terminal on stdin there are no keys.
    #[cfg(unix)]
    fn listen() -> Keys {
        use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, isatty, tcgetattr, tcsetattr};
        let input = io::stdin();
        let Some(before) = isatty(&input).then(|| tcgetattr(&input).ok()).flatten() else {
            return Keys::default();
        };
        let mut mode = before.clone();
        mode.local_modes.remove(LocalModes::ICANON | LocalModes::ECHO);
        // A read returns at once, with or without a key.
        mode.special_codes[SpecialCodeIndex::VMIN] = 0;
        mode.special_codes[SpecialCodeIndex::VTIME] = 0;
        match tcsetattr(&input, OptionalActions::Now, &mode) {
            Ok(()) => Keys { before: Some(before) },
            Err(_) => Keys::default(),
        }
    }

    /// Whether `q` or Esc was pressed.
    #[cfg(unix)]
    fn quits(&self) -> bool {
        use std::io::Read;
        if self.before.is_none() {
            return false;
        }
        let mut typed = [0; 16];
        let count = io::stdin().read(&mut typed).unwrap_or(0);
        let typed = typed.get(..count).unwrap_or_default();
        typed.iter().any(|key| matches!(key, b'q' | b'Q')) || typed == b"\x1b"
    }
}

#[cfg(unix)]
impl Drop for Keys {
    fn drop(&mut self) {
        if let Some(before) = &self.before {
            // Ignore errors: the terminal may be closed.
            let _ = rustix::termios::tcsetattr(io::stdin(), rustix::termios::OptionalActions::Now, before);
        }
    }
}
