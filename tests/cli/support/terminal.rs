//! A terminal without a screen: what a program writes to it comes out as bytes.

use super::{Clinic, words};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use std::fs::{File, OpenOptions};
use std::io::Read;
use std::process::Stdio;

impl Clinic {
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
