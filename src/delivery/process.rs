//! Runs a program under a time limit; processes that it leaves in its process group are killed, too.

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};
use std::io::{Read, Write};
use std::os::unix::process::CommandExt;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

/// Bytes of the end of stderr that are kept.
const TAIL: usize = 2048;
/// Time between SIGTERM and SIGKILL.
const GRACE: Duration = Duration::from_millis(500);
/// How long to wait for stderr after the exit; a process outside the group may still hold the pipe open.
const LAST_WORDS: Duration = Duration::from_millis(200);

pub(crate) struct Ran {
    /// The exit status; `None` if the time limit was exceeded.
    pub(crate) status: Option<ExitStatus>,
    /// The end of stderr.
    pub(crate) tail: Vec<u8>,
}

enum Event {
    Ended,
    Said(Vec<u8>),
}

/// Runs `command` in its own process group, with `input` on stdin; stdout is discarded. When this returns, no
/// process of the group is left.
pub(crate) fn run(command: &mut Command, input: Vec<u8>, limit: Duration) -> std::io::Result<Ran> {
    let started = Instant::now();
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped()).process_group(0);
    let mut child = command.spawn()?;
    let group = Pid::from_child(&child);
    // One thread per pipe, so that a program that reads nothing or writes too much can't block the other
    // pipe. The threads end when the other end of the pipe is closed.
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
    // Kill the rest of the group before reaping the child: until then its PID can't be reused, so the signal
    // can't hit another process.
    let _ = kill_process_group(group, Signal::KILL);
    let status = child.wait()?;
    heard.listen(&events, LAST_WORDS, |heard| heard.words.is_some());
    Ok(Ran { status: ended.then_some(status), tail: heard.words.unwrap_or_default() })
}

/// Sends `Event::Ended` when the process exits, without reaping it (NOWAIT): `run` does that.
fn wait(process: Pid, sender: &Sender<Event>) {
    let ended = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
    while let Err(problem) = waitid(WaitId::Pid(process), ended) {
        if problem != rustix::io::Errno::INTR {
            break;
        }
    }
    // Fails if `run` has already returned.
    let _ = sender.send(Event::Ended);
}

/// What the threads have reported so far.
#[derive(Default)]
struct Heard {
    ended: bool,
    words: Option<Vec<u8>>,
}

impl Heard {
    /// Receives events until `enough` returns true or `limit` has passed.
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

/// Reads to the end and returns the last `TAIL` bytes.
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
