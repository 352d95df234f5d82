//! `turno listen` at work, and a provider that posts to it.

use super::Clinic;
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use hmac::{Hmac, KeyInit, Mac};
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ExitStatus, Stdio};
use std::time::{Duration, Instant};
use ureq::Agent;

pub const TOKEN: &str = "0123456789abcdef0123456789abcdef";
pub const APP_SECRET: &str = "fedcba9876543210";
pub const VERIFY: &str = "un-secreto";
pub const PUBLIC: &str = "https://citas.example/channels/sms";
pub const NUMBER: &str = "106540352242922";

impl Clinic {
    /// Channels of each kind that take answers; `api` is where Twilio and WhatsApp are.
    pub fn answered_channels(&mut self, api: &str) {
        let file = |name: &str, text: &str| self.file(name, text).display().to_string();
        let (token, secret, verify) =
            (file("twilio", TOKEN), file("app", APP_SECRET), file("verify", VERIFY));
        let templates: String = ["reminder", "confirmation", "reschedule", "cancellation", "delay"]
            .map(|kind| format!("[channels.whatsapp.templates.{kind}]\nname = \"cita\"\n"))
            .concat();
        let config = format!(
            "[channels.sms]\nkind = \"twilio\"\nbase_url = {api:?}\naccount_sid = \"AC{TOKEN}\"\n\
             token_file = {token:?}\nfrom = \"+15005550006\"\nreplies = true\npublic_url = {PUBLIC:?}\n\
             [channels.mail]\nkind = \"smtp\"\nhost = \"127.0.0.1\"\nport = 9\nencryption = \"none\"\n\
             from = \"citas@clinica.example\"\nreplies = true\nunsigned = true\n\
             [channels.quiet]\nkind = \"command\"\nprogram = \"/bin/true\"\n\
             [channels.whatsapp]\nkind = \"whatsapp\"\nbase_url = {api:?}\nphone_number_id = {NUMBER:?}\n\
             token_file = {token:?}\nreplies = true\napp_secret_file = {secret:?}\n\
             verify_token_file = {verify:?}\n{templates}"
        );
        let path = self.file("answered.toml", config).display().to_string();
        self.env("TURNO_CONFIG", &path);
    }
}

/// The server; it is killed when it is dropped.
pub struct Listener {
    child: Child,
    pub url: String,
    agent: Agent,
}

impl Listener {
    /// Starts the server on a free port.
    pub fn start(clinic: &Clinic) -> Listener {
        Listener::started(clinic.process("listen --bind 127.0.0.1:0"))
    }

    pub fn started(mut command: std::process::Command) -> Listener {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the listener answers");
        let mut stderr = BufReader::new(child.stderr.take().expect("the listener answers"));
        let mut line = String::new();
        stderr.read_line(&mut line).expect("the listener answers");
        let url = line.trim().strip_prefix("listening on ").unwrap_or_else(|| panic!("{line}")).to_owned();
        // Nobody may be kept waiting by a full pipe.
        std::thread::spawn(move || stderr.read_to_end(&mut Vec::new()));
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(60)))
            .proxy(None)
            .build()
            .new_agent();
        Listener { child, url, agent }
    }

    /// Posts a body with these headers; the status of the answer, 0 if there was none.
    pub fn post(&self, path: &str, headers: &[(&str, &str)], body: &[u8]) -> u16 {
        let request = self.agent.post(format!("{}{path}", self.url));
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        request.send(body).map_or(0, |answer| answer.status().as_u16())
    }

    /// Posts a form as Twilio does, signed with `token`.
    pub fn twilio(&self, pairs: &[(&str, &str)]) -> u16 {
        let form = form(pairs);
        self.post("/channels/sms", &[("X-Twilio-Signature", &signed(TOKEN, PUBLIC, pairs))], form.as_bytes())
    }

    /// Posts a body as Meta does.
    pub fn whatsapp(&self, body: &[u8]) -> u16 {
        self.post("/channels/whatsapp", &[("X-Hub-Signature-256", &hub(APP_SECRET, body))], body)
    }

    /// The status and body of a GET.
    pub fn get(&self, path: &str) -> (u16, String) {
        let mut answer = self.agent.get(format!("{}{path}", self.url)).call().expect("the listener answers");
        (answer.status().as_u16(), answer.body_mut().read_to_string().expect("the listener answers"))
    }

    pub fn agent(&self) -> &Agent {
        &self.agent
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Asks it to stop, and waits.
    pub fn stop(mut self) -> ExitStatus {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).expect("the listener answers");
        let begun = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("the listener answers") {
                return status;
            }
            assert!(begun.elapsed() < Duration::from_secs(30), "it does not stop");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// As a power cut would.
    pub fn kill(mut self) {
        self.child.kill().expect("the listener answers");
        self.child.wait().expect("the listener answers");
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn form(pairs: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// Twilio's signature.
pub fn signed(token: &str, url: &str, pairs: &[(&str, &str)]) -> String {
    let mut pairs = pairs.to_vec();
    pairs.sort_unstable();
    let text = pairs.iter().fold(url.to_owned(), |text, (key, value)| text + key + value);
    let mut mac =
        <Hmac<sha1::Sha1> as KeyInit>::new_from_slice(token.as_bytes()).expect("the listener answers");
    mac.update(text.as_bytes());
    BASE64.encode(mac.finalize().into_bytes())
}

/// Meta's signature.
pub fn hub(secret: &str, body: &[u8]) -> String {
    let mut mac =
        <Hmac<sha2::Sha256> as KeyInit>::new_from_slice(secret.as_bytes()).expect("the listener answers");
    mac.update(body);
    let digits = mac.finalize().into_bytes();
    digits.iter().fold("sha256=".to_owned(), |text, byte| format!("{text}{byte:02x}"))
}

/// A recorded body.
pub fn recorded(name: &str) -> Vec<u8> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/replies");
    std::fs::read(folder.join(name)).expect("the listener answers")
}
