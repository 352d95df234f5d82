//! A private PostgreSQL server in a temporary folder, with a random password.
//!
//! The server ends with the test process, even if the process is killed: a shell script waits for the end of
//! a pipe and cleans up.

use super::{Server, scratch};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// The wanted properties of a server.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wishes {
    /// More lines for `postgresql.conf`.
    pub(crate) settings: String,
    /// Lines before the usual ones of `pg_hba.conf`.
    pub(crate) access: String,
    /// More files in the server's folder, readable by their owner only.
    pub(crate) files: Vec<(&'static str, Vec<u8>)>,
    /// Whether commits are synced to the disk.
    pub(crate) durable: bool,
    /// Whether turno connects through PgBouncer.
    pub(crate) pooled: bool,
}

/// A running server, stopped and deleted on drop.
#[derive(Debug)]
pub(crate) struct Cluster {
    pub(crate) server: Server,
    pub(crate) folder: PathBuf,
    pub(crate) port: u16,
    watchdog: Child,
    // An option, as closing the pipe ends the watchdog.
    pipe: Option<(ChildStdin, BufReader<ChildStdout>)>,
}

impl Cluster {
    /// Starts a server; `None` if PostgreSQL is not installed.
    pub(crate) fn start(wishes: &Wishes) -> Option<Cluster> {
        let bin = programs()?;
        let folder = scratch::folder("turno-postgres-").keep();
        let password = random();
        // PostgreSQL refuses to run as root.
        let user = (fs::metadata(&folder).expect("its folder").uid() == 0).then(unprivileged);
        write(&folder.join("password"), password.as_bytes(), user);
        for (name, content) in &wishes.files {
            write(&folder.join(name), content, user);
        }
        let mut command = Command::new("sh");
        command.arg("-c").arg(include_str!("watchdog.sh")).arg("sh").arg(&bin).arg(&folder);
        command.env_clear().env("PATH", "/usr/bin:/bin").env("LC_ALL", "C").current_dir("/");
        // A separate process group, so that Ctrl-C does not stop the clean-up.
        command.process_group(0).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        if let Some((uid, gid)) = user {
            std::os::unix::fs::chown(&folder, Some(uid), Some(gid)).expect("the folder is given away");
            command.uid(uid).gid(gid);
        }
        let mut watchdog = command.spawn().expect("sh starts");
        let pipe = watchdog.stdin.take().zip(watchdog.stdout.take().map(BufReader::new));
        let server = Server {
            address: String::new(),
            options: String::new(),
            home: "postgres".to_owned(),
            password: Some(password),
            pooler: None,
        };
        let mut cluster = Cluster { server, folder, port: 0, watchdog, pipe };
        assert!(cluster.succeeds(), "initdb failed:\n{}", cluster.log("init.log"));
        cluster.configure(wishes);
        // Another process may take the port first.
        let started = (0..5).any(|_| {
            cluster.port = free_port();
            cluster.up()
        });
        let logs = || format!("{}{}", cluster.log("init.log"), cluster.log("server.log"));
        assert!(started, "the server does not start:\n{}", logs());
        cluster.server.address = format!("postgres://postgres@127.0.0.1:{}", cluster.port);
        cluster.server.pooler = wishes.pooled.then(|| cluster.start_pooler(user));
        Some(cluster)
    }

    fn configure(&self, wishes: &Wishes) {
        let data = self.folder.join("data");
        let append = |name: &str, lines: &str| {
            let mut file = fs::OpenOptions::new().append(true).open(data.join(name)).expect("a setting");
            file.write_all(lines.as_bytes()).expect("a setting can be written");
        };
        let hba = data.join("pg_hba.conf");
        let usual = fs::read_to_string(&hba).expect("pg_hba.conf");
        // Overwrite the file to keep its owner.
        fs::write(&hba, format!("{}\n{usual}", wishes.access)).expect("pg_hba.conf can be written");
        append(
            "postgresql.conf",
            &format!(
                "\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = '{}'\nmax_connections = 300\n\
                 shared_buffers = 32MB\nautovacuum = off\nfsync = {}\n{}\n",
                self.folder.display(),
                if wishes.durable { "on" } else { "off" },
                wishes.settings
            ),
        );
    }

    /// Starts PgBouncer and returns its URL; the pooler ends with the server.
    fn start_pooler(&mut self, user: Option<(u32, u32)>) -> String {
        let folder = &self.folder;
        let password = self.server.password.clone().unwrap_or_default();
        write(&folder.join("users"), format!("\"postgres\" \"{password}\"\n").as_bytes(), user);
        let port = free_port();
        let settings = format!(
            "[databases]\n* = host=127.0.0.1 port={}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n\
             unix_socket_dir =\nauth_type = scram-sha-256\nauth_file = users\npool_mode = transaction\n\
             default_pool_size = 3\nmax_client_conn = 500\nlogfile = pooler.log\npidfile = pooler.pid\n",
            self.port
        );
        write(&folder.join("pooler.ini"), settings.as_bytes(), user);
        assert!(
            self.orders("pool"),
            "PgBouncer does not start:\n{}{}",
            self.log("init.log"),
            self.log("pooler.log")
        );
        format!("postgres://postgres@127.0.0.1:{port}")
    }

    /// Starts a stopped server on the same port.
    pub(crate) fn start_again(&mut self) {
        assert!(self.up(), "the server does not start again:\n{}", self.log("server.log"));
    }

    /// Stops the server with a mode of `pg_ctl`: `fast` ends all connections, `immediate` simulates a crash.
    pub(crate) fn stop(&mut self, mode: &str) {
        assert!(self.orders(&format!("stop {mode}")), "the server does not stop");
    }

    /// The text of a file in the server's folder, or empty.
    pub(crate) fn log(&self, name: &str) -> String {
        fs::read(self.folder.join(name))
            .map_or(String::new(), |bytes| String::from_utf8_lossy(&bytes).into_owned())
    }

    fn up(&mut self) -> bool {
        self.orders(&format!("start {}", self.port))
    }

    fn orders(&mut self, line: &str) -> bool {
        let (orders, _) = self.pipe.as_mut().expect("the pipe is open");
        writeln!(orders, "{line}").expect("the watchdog listens");
        self.succeeds()
    }

    /// Whether the watchdog's last order succeeded.
    fn succeeds(&mut self) -> bool {
        let (_, answers) = self.pipe.as_mut().expect("the pipe is open");
        let mut line = String::new();
        answers.read_line(&mut line).expect("the watchdog answers");
        line.trim() == "0"
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.pipe = None;
        let _ = self.watchdog.wait();
    }
}

/// The folder of PostgreSQL's programs: that of `initdb` in PATH, else Debian's newest.
fn programs() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let in_path = std::env::split_paths(&path).filter_map(|folder| {
        // Resolve links: the other programs are beside the real `initdb`.
        let initdb = folder.join("initdb").canonicalize().ok()?;
        Some(initdb.parent()?.to_owned())
    });
    let mut debians: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .collect();
    debians.sort();
    let complete =
        |bin: &PathBuf| ["initdb", "pg_ctl", "postgres"].iter().all(|name| bin.join(name).exists());
    in_path.chain(debians.into_iter().rev().map(|(_, bin)| bin)).find(complete)
}

/// User and group id without privileges: of `postgres`, else of `nobody`.
fn unprivileged() -> (u32, u32) {
    let users = fs::read_to_string("/etc/passwd").expect("/etc/passwd");
    let numbers = |wanted: &str| {
        let mut fields = users.lines().map(|line| line.split(':').collect::<Vec<_>>());
        let fields = fields.find(|fields| fields.first() == Some(&wanted))?;
        Some((fields.get(2)?.parse().ok()?, fields.get(3)?.parse().ok()?))
    };
    numbers("postgres").or_else(|| numbers("nobody")).expect("a user without rights")
}

/// Creates a file that only `user` can read.
fn write(path: &Path, content: &[u8], user: Option<(u32, u32)>) {
    use std::os::unix::fs::OpenOptionsExt;
    let mut file =
        fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).expect("a new file");
    file.write_all(content).expect("a file can be written");
    if let Some((uid, gid)) = user {
        std::os::unix::fs::chown(path, Some(uid), Some(gid)).expect("a file is given away");
    }
}

/// A random password of 32 hexadecimal digits.
fn random() -> String {
    let mut bytes = [0_u8; 16];
    fs::File::open("/dev/urandom").and_then(|mut file| file.read_exact(&mut bytes)).expect("random bytes");
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("its number").port()
}
