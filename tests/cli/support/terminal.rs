//! A terminal without a screen: what a program writes to it comes out as bytes.

use super::{Clinic, words};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// A program at a terminal of its own, with somebody who reads and types.
pub struct Talk {
    child: Child,
    keys: File,
    drawn: Receiver<Vec<u8>>,
    /// Everything that was drawn so far.
    pub screen: String,
    /// Up to where it was looked at.
    seen: usize,
}

impl Talk {
    /// Waits until that is drawn, after what was waited for before.
    pub fn waits_for(&mut self, text: &str) -> &mut Self {
        while !self.screen[self.seen..].contains(text) {
            match self.drawn.recv_timeout(Duration::from_secs(60)) {
                Ok(bytes) => self.screen.push_str(&String::from_utf8_lossy(&bytes)),
                Err(_) => panic!("\"{text}\" is not drawn:\n{}", &self.screen[self.seen..]),
            }
        }
        self.seen += self.screen[self.seen..].find(text).expect("it was found") + text.len();
        self
    }

    /// Types.
    pub fn types(&mut self, keys: &str) -> &mut Self {
        self.keys.write_all(keys.as_bytes()).expect("the terminal takes keys");
        self
    }

    /// Waits for the program's end; answers its exit status.
    pub fn ends(&mut self) -> Option<i32> {
        while let Ok(bytes) = self.drawn.recv_timeout(Duration::from_secs(60)) {
            self.screen.push_str(&String::from_utf8_lossy(&bytes));
        }
        self.child.wait().expect("it ends").code()
    }

    /// Types that until the program ends; answers its exit status. A key that comes before the terminal
    /// is read key by key is the terminal's own.
    pub fn ends_with(&mut self, key: &str) -> Option<i32> {
        loop {
            let _ = self.keys.write_all(key.as_bytes());
            if let Some(status) = self.child.try_wait().expect("it can be asked") {
                self.ends();
                return status.code();
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Clinic {
    /// Runs a command at a terminal of 80 columns and 24 lines, with somebody who types.
    pub fn talks(&self, line: &str) -> Talk {
        let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
        grantpt(&ours).expect("it is ours");
        unlockpt(&ours).expect("it can be opened");
        let name = ptsname(&ours, Vec::new()).expect("its name");
        let theirs = || -> File {
            let path = name.to_str().expect("a name in UTF-8");
            OpenOptions::new().read(true).write(true).open(path).expect("the other side")
        };
        let size = rustix::termios::Winsize { ws_row: 24, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0 };
        rustix::termios::tcsetwinsize(&ours, size).expect("a size");
        let mut command = self.process(line);
        command.env("TERM", "xterm").env("NO_COLOR", "1");
        command.stdin(Stdio::from(theirs())).stdout(Stdio::from(theirs())).stderr(Stdio::from(theirs()));
        let child = command.spawn().expect("turno starts");
        drop(command);
        let keys = File::from(ours);
        let mut screen = keys.try_clone().expect("the terminal again");
        let (sender, drawn) = channel();
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(read @ 1..) = screen.read(&mut bytes) {
                if sender.send(bytes[..read].to_vec()).is_err() {
                    break;
                }
            }
        });
        Talk { child, keys, drawn, screen: String::new(), seen: 0 }
    }

    /// Runs a command whose input, output and talk are a terminal of so many columns. Answers all
    /// that it wrote, and its exit status.
    pub fn on_terminal(&self, line: &str, columns: u16) -> (String, Option<i32>) {
        let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
        grantpt(&ours).expect("it is ours");
        unlockpt(&ours).expect("it can be opened");
        let name = ptsname(&ours, Vec::new()).expect("its name");
        let theirs = || -> File {
            let path = name.to_str().expect("a name in UTF-8");
            OpenOptions::new().read(true).write(true).open(path).expect("the other side")
        };
        let size = rustix::termios::Winsize { ws_row: 50, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
        rustix::termios::tcsetwinsize(&ours, size).expect("a size");
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_turno"));
        command.env_clear().envs(self.variables()).env("TERM", "xterm").current_dir(self.home());
        command.args(words(line));
        command.stdin(Stdio::from(theirs())).stdout(Stdio::from(theirs())).stderr(Stdio::from(theirs()));
        let mut child = command.spawn().expect("turno starts");
        // Its side is closed with the command, so that reading ends with the program.
        drop(command);
        let mut bytes = Vec::new();
        // A terminal whose other side is gone ends with an error.
        let _ = File::from(ours).read_to_end(&mut bytes);
        let exit = child.wait().expect("it ends").code();
        (String::from_utf8(bytes).expect("UTF-8"), exit)
    }
}
