//! A small part of PostgreSQL's protocol: fake servers, and a proxy that breaks a connection at a commit.
//! <https://www.postgresql.org/docs/current/protocol-message-formats.html>

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

/// The behaviour of a fake server.
#[derive(Debug, Clone, Copy)]
pub enum Manners {
    /// Accepts the connection and sends nothing.
    Silent,
    /// Speaks HTTP.
    Web,
    /// Closes the connection at once.
    Rude,
    /// Is PostgreSQL 9.6.
    Old,
    /// Accepts any login and then sends nothing.
    Sleepy,
    /// Accepts any login and then sends a row without end.
    Endless,
}

/// Starts a fake server and returns its address.
pub fn stranger(manners: Manners) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("its number");
    thread::spawn(move || {
        let mut silent = Vec::new();
        for stream in listener.incoming().flatten() {
            match manners {
                Manners::Silent => silent.push(stream),
                Manners::Web => {
                    let mut stream = stream;
                    let _ = stream.read(&mut [0; 1024]);
                    let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
                }
                Manners::Rude => drop(stream),
                Manners::Old => {
                    thread::spawn(|| {
                        let mut stream = stream;
                        let _ = let_in(&mut stream).and_then(|()| be_old(stream));
                    });
                }
                Manners::Endless => {
                    thread::spawn(|| {
                        let mut stream = stream;
                        let _ = let_in(&mut stream).and_then(|()| have_no_end(stream));
                    });
                }
                Manners::Sleepy => {
                    let mut stream = stream;
                    let _ = let_in(&mut stream);
                    silent.push(stream);
                }
            }
        }
    });
    address
}

/// Accepts any login, as version 9.6.
fn let_in(stream: &mut TcpStream) -> io::Result<()> {
    begun(stream)?;
    say(stream, b'R', &[0; 4])?;
    say(stream, b'S', b"server_version\x009.6.24\0")?;
    say(stream, b'S', b"client_encoding\0UTF8\0")?;
    say(stream, b'K', &[0; 8])?;
    say(stream, b'Z', b"I")
}

/// Reads the start of a session and refuses encryption.
fn begun(stream: &mut (impl Read + Write)) -> io::Result<()> {
    const ENCRYPTED: u32 = 80_877_103;
    loop {
        let mut head = [0; 8];
        stream.read_exact(&mut head)?;
        let length = u32::from_be_bytes([head[0], head[1], head[2], head[3]]);
        let code = u32::from_be_bytes([head[4], head[5], head[6], head[7]]);
        stream.read_exact(&mut vec![0; length as usize - 8])?;
        if code != ENCRYPTED {
            return Ok(());
        }
        stream.write_all(b"N")?;
    }
}

/// The client's answers to authentication requests.
pub type Told = Arc<Mutex<Vec<u8>>>;

/// An authentication request: its number in the protocol, and its data.
#[derive(Debug, Clone, Copy)]
pub struct Asks(pub u32, pub &'static [u8]);

/// Starts a server without encryption that sends `asks` and records the answer.
pub fn asking(asks: Asks) -> (SocketAddr, Told) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("its number");
    let told = Told::default();
    let heard = told.clone();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = ask(&mut stream, asks, &heard);
        }
    });
    (address, told)
}

/// Like `asking`, on a Unix socket in `folder`.
pub fn asking_in(folder: &Path, asks: Asks) -> Told {
    let listener = UnixListener::bind(folder.join(".s.PGSQL.5432")).expect("a socket");
    let told = Told::default();
    let heard = told.clone();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = ask(&mut stream, asks, &heard);
        }
    });
    told
}

fn ask(stream: &mut (impl Read + Write), Asks(code, with): Asks, told: &Told) -> io::Result<()> {
    begun(stream)?;
    say(stream, b'R', &[&code.to_be_bytes()[..], with].concat())?;
    let mut bytes = [0; 256];
    let count = stream.read(&mut bytes)?;
    told.lock().expect("nobody panicked").extend_from_slice(&bytes[..count]);
    Ok(())
}

/// Sends the start of a row of a gigabyte, and then data without end.
fn have_no_end(mut stream: TcpStream) -> io::Result<()> {
    let _ = stream.read(&mut [0; 4096])?;
    stream.write_all(b"D\x40\0\0\0")?;
    loop {
        stream.write_all(&[b'x'; 65_536])?;
    }
}

/// Answers as version 9.6 with a foreign table.
fn be_old(mut stream: TcpStream) -> io::Result<()> {
    loop {
        let mut head = [0; 5];
        stream.read_exact(&mut head)?;
        let length = u32::from_be_bytes([head[1], head[2], head[3], head[4]]);
        let mut body = vec![0; length as usize - 4];
        stream.read_exact(&mut body)?;
        let question = String::from_utf8_lossy(&body).into_owned();
        match head[0] {
            b'Q' if question.contains("schema_version") => {
                let fault = b"SERROR\0C42P01\0Mrelation \"schema_version\" does not exist\0\0";
                say(&mut stream, b'E', fault)?;
            }
            b'Q' => {
                let version = "PostgreSQL 9.6.24 on x86_64-pc-linux-gnu, compiled by gcc";
                say(&mut stream, b'T', &columns(&["number", "version"]))?;
                say(&mut stream, b'D', &values(&["90624", version]))?;
                say(&mut stream, b'C', b"SELECT 1\0")?;
            }
            // Sync ends a pipelined query; its earlier messages get no answer.
            b'S' => say(&mut stream, b'E', b"SERROR\0C42P01\0Mno such table\0\0")?,
            b'X' => return Ok(()),
            _ => continue,
        }
        say(&mut stream, b'Z', b"I")?;
    }
}

fn say(stream: &mut impl Write, kind: u8, body: &[u8]) -> io::Result<()> {
    let length = u32::try_from(body.len() + 4).expect("a short message");
    stream.write_all(&[&[kind][..], &length.to_be_bytes(), body].concat())
}

fn columns(names: &[&str]) -> Vec<u8> {
    let mut body = u16::try_from(names.len()).expect("few columns").to_be_bytes().to_vec();
    for name in names {
        body.extend(name.as_bytes());
        // No table; type text of any length, in text format.
        body.extend([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 25, 255, 255, 255, 255, 255, 255, 0, 0]);
    }
    body
}

fn values(values: &[&str]) -> Vec<u8> {
    let mut body = u16::try_from(values.len()).expect("few values").to_be_bytes().to_vec();
    for value in values {
        body.extend(u32::try_from(value.len()).expect("a short value").to_be_bytes());
        body.extend(value.as_bytes());
    }
    body
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Break {
    /// Before the server receives the commit.
    BeforeCommit,
    /// After the server has committed, before the program receives the answer.
    AfterCommit,
}

/// A proxy to a server that breaks a connection once, at a commit.
pub struct Line {
    pub address: SocketAddr,
    pub broken: Arc<AtomicBool>,
}

impl Line {
    /// Breaks at the first commit; if `dead`, accepts no connection after that.
    pub fn to(port: u16, place: Break, dead: bool) -> Line {
        Line::to_break(port, place, 1, dead)
    }

    /// Breaks at the commit with the given number, counted from 1.
    pub fn to_break(port: u16, place: Break, number: usize, dead: bool) -> Line {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("its number");
        let broken = Arc::new(AtomicBool::new(false));
        let line = Line { address, broken: broken.clone() };
        let commits = Arc::new(AtomicUsize::new(0));
        thread::spawn(move || {
            for program in listener.incoming().flatten() {
                if dead && broken.load(Ordering::SeqCst) {
                    continue;
                }
                let server = TcpStream::connect(("127.0.0.1", port)).expect("the server listens");
                let breaks = Breaks { place, number, commits: commits.clone(), broken: broken.clone() };
                lay(&program, &server, breaks);
            }
        });
        line
    }
}

/// When to break, shared by all connections of a proxy.
struct Breaks {
    place: Break,
    number: usize,
    commits: Arc<AtomicUsize>,
    broken: Arc<AtomicBool>,
}

impl Breaks {
    /// Counts commits in the program's bytes; returns whether to break here.
    fn at(&self, bytes: &[u8]) -> bool {
        let commits = bytes.windows(7).any(|part| part == b"COMMIT\0");
        let now = commits && self.commits.fetch_add(1, Ordering::SeqCst) + 1 == self.number;
        if now {
            self.broken.store(true, Ordering::SeqCst);
        }
        now
    }
}

fn lay(program: &TcpStream, server: &TcpStream, breaks: Breaks) {
    let own = |stream: &TcpStream| stream.try_clone().expect("a handle");
    let mute = Arc::new(AtomicBool::new(false));
    let (mut from, mut to, muted) = (own(program), own(server), mute.clone());
    thread::spawn(move || {
        let mut bytes = [0; 65_536];
        while let Ok(count @ 1..) = from.read(&mut bytes) {
            if breaks.at(&bytes[..count]) {
                if breaks.place == Break::BeforeCommit {
                    break;
                }
                muted.store(true, Ordering::SeqCst);
            }
            if to.write_all(&bytes[..count]).is_err() {
                break;
            }
        }
        hang_up(&from, &to);
    });
    let (mut from, mut to) = (own(server), own(program));
    thread::spawn(move || {
        let mut bytes = [0; 65_536];
        let mut held_back = Vec::new();
        while let Ok(count @ 1..) = from.read(&mut bytes) {
            if mute.load(Ordering::SeqCst) {
                // Closing earlier would keep the server from reaching the commit: earlier statements are
                // answered first.
                held_back.extend_from_slice(&bytes[..count]);
                if held_back.windows(7).any(|part| part == b"COMMIT\0") {
                    break;
                }
            } else if to.write_all(&bytes[..count]).is_err() {
                break;
            }
        }
        hang_up(&from, &to);
    });
}

fn hang_up(one: &TcpStream, other: &TcpStream) {
    let _ = one.shutdown(Shutdown::Both);
    let _ = other.shutdown(Shutdown::Both);
}
