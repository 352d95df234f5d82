//! Runs a program with a time limit that holds for all that it starts, too.

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};
use std::io::{Read, Write};
use std::os::unix::process::CommandExt;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

/// How much of the end of what it says is kept, in bytes.
const TAIL: usize = 2048;
/// How long a program has between being asked and being made to stop.
const GRACE: Duration = Duration::from_millis(500);
/// How long the end of its words is waited for once it has ended: they are in the pipe by then, and
/// whoever still holds the pipe has left the group.
const LAST_WORDS: Duration = Duration::from_millis(200);

/// How it went.
pub(crate) struct Ran {
    /// How it ended by itself; `None` where it had to be stopped.
    pub(crate) status: Option<ExitStatus>,
    /// The end of what it wrote to its standard error.
    pub(crate) tail: Vec<u8>,
}

enum Event {
    Ended,
    Said(Vec<u8>),
}

/// Runs the program with the bytes on its standard input; what it writes to its standard output is
/// dropped. It gets a process group of its own, and nothing of that group is left when this returns.
pub(crate) fn run(command: &mut Command, input: Vec<u8>, limit: Duration) -> std::io::Result<Ran> {
    let started = Instant::now();
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped()).process_group(0);
    let mut child = command.spawn()?;
    let group = Pid::from_child(&child);
    // Each pipe has a thread of its own, so that a program that reads nothing, or says too much, can't
    // hold up the other. They end when the pipe is closed at its other end.
    if let Some(mut stdin) = child.stdin.take() {
        thread::spawn(move || stdin.write_all(&input));
    }
    let (sender, events) = channel();
    if let Some(stderr) = child.stderr.take() {
        let sender = sender.clone();
        thread::spawn(move || sender.send(Event::Said(last_of(stderr))));
    }
    thread::spawn(move || wait(group, &sender));
    let mut heard = Heard::default();
    heard.listen(&events, limit.saturating_sub(started.elapsed()), |heard| heard.ended);
    let ended = heard.ended;
    if !ended {
        let _ = kill_process_group(group, Signal::TERM);
        heard.listen(&events, GRACE, |heard| heard.ended);
    }
    // Whatever it left behind goes, too. It is not waited for before: as long as it is not, its number
    // is not given to another process, and the signal hits nobody else.
    let _ = kill_process_group(group, Signal::KILL);
    let status = child.wait()?;
    heard.listen(&events, LAST_WORDS, |heard| heard.words.is_some());
    Ok(Ran { status: ended.then_some(status), tail: heard.words.unwrap_or_default() })
}

/// Says when the process has ended, and leaves it as it is: whoever started it has to clean up.
fn wait(process: Pid, sender: &Sender<Event>) {
    let ended = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
    while let Err(problem) = waitid(WaitId::Pid(process), ended) {
        if problem != rustix::io::Errno::INTR {
            break;
        }
    }
    // Nobody listens any more where it was given up.
    let _ = sender.send(Event::Ended);
}

/// What is known of a program so far.
#[derive(Default)]
struct Heard {
    ended: bool,
    words: Option<Vec<u8>>,
}

impl Heard {
    /// Listens until that is enough, or for so long.
    fn listen(&mut self, events: &Receiver<Event>, limit: Duration, enough: impl Fn(&Heard) -> bool) {
        let until = Instant::now() + limit;
        while !enough(self) {
            match events.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(Event::Ended) => self.ended = true,
                Ok(Event::Said(words)) => self.words = Some(words),
                Err(_) => return,
            }
        }
    }
}

/// Reads to the end, and keeps the last of it.
fn last_of(mut from: impl Read) -> Vec<u8> {
    let mut tail = Vec::new();
    let mut buffer = [0; 8192];
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        tail.extend_from_slice(&buffer[..length]);
        let surplus = tail.len().saturating_sub(TAIL);
        tail.drain(..surplus);
    }
    tail
}
