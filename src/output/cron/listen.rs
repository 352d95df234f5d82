//! The systemd units of `turno listen`: a socket, which outlives the program, and a service that may do little.

use super::{Calls, in_unit};

/// What the service may not do. It writes where the book is, which may be anywhere in the home directory, and reads
/// the secrets of its channels. All of these work in user units, without privileges.
const SANDBOX: &str = "NoNewPrivileges=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM
UMask=0077
LimitNOFILE=1024
MemoryMax=256M
TasksMax=64
";

/// The service: started by the socket, started again after an error, with time for the last answers.
pub(crate) fn service(calls: &Calls, clinic: Option<&str>) -> String {
    let clinic = clinic.map(|code| format!(" --clinic {}", in_unit(code))).unwrap_or_default();
    format!(
        "[Unit]\nDescription=turno: answers of patients\nRequires=turno-listen.socket\n\n\
         [Service]\n{}ExecStart={} listen{clinic}\nRestart=on-failure\nRestartSec=5\nTimeoutStopSec=30\n\
         {SANDBOX}\n[Install]\nWantedBy=default.target\n",
        calls.variables(),
        in_unit(&calls.program),
    )
}

/// The socket: what a provider sends while the service starts anew waits in it.
pub(crate) fn socket() -> String {
    "[Unit]\nDescription=turno: answers of patients\n\n\
     [Socket]\nListenStream=127.0.0.1:8787\nBacklog=128\n\n\
     [Install]\nWantedBy=sockets.target\n"
        .into()
}
