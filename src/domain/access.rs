//! Access keys and the scopes that each command needs, listed in [`MATRIX`].

use crate::domain::refusal::{Code, Refusal};
use crate::domain::time::Instant;
use strum::{IntoStaticStr, VariantArray};

/// A permission of an access key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, IntoStaticStr, VariantArray)]
pub enum Scope {
    /// See appointments with their patients, and the calendar.
    #[strum(serialize = "appointments:read")]
    AppointmentsRead,
    /// Book, move, cancel and change appointments.
    #[strum(serialize = "appointments:write")]
    AppointmentsWrite,
    /// Override rules: overbook, cancel or move inside the cutoff.
    #[strum(serialize = "appointments:override")]
    AppointmentsOverride,
    /// See patients.
    #[strum(serialize = "patients:read")]
    PatientsRead,
    /// Add and change patients.
    #[strum(serialize = "patients:write")]
    PatientsWrite,
    /// See full national IDs and all data held on a person.
    #[strum(serialize = "patients:reveal")]
    PatientsReveal,
    /// See reports.
    #[strum(serialize = "reports:read")]
    ReportsRead,
    /// Send due messages to patients and webhook deliveries.
    #[strum(serialize = "messages:send")]
    MessagesSend,
    /// Take patients' answers in, and deal with them.
    #[strum(serialize = "replies:write")]
    RepliesWrite,
    /// See patients' answers.
    #[strum(serialize = "replies:read")]
    RepliesRead,
    /// Everything.
    #[strum(serialize = "admin")]
    Admin,
}

spelled!(Scope);

impl Scope {
    /// Parses the public spelling.
    pub fn parse(word: &str) -> Result<Scope, String> {
        let wanted = word.trim().to_lowercase();
        Scope::spelled(&wanted).ok_or_else(|| text!("is-not-a-scope-there-are", word, all = Scope::list()))
    }

    /// Whether this scope includes `other`.
    pub fn implies(self, other: Scope) -> bool {
        self == other || self == Scope::Admin
    }
}

/// What a command works on; decides whether a doctor's key may run it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Appointments and the calendar; a doctor's key may run it for that doctor.
    Appointments,
    /// The clinic or the whole database; a doctor's key may not run it.
    Clinic,
}

/// A row of the matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// The command, such as `patient show`.
    pub command: &'static str,
    /// The option that needs `scope` besides the command's; `None` for the command itself.
    pub option: Option<&'static str>,
    /// The required scope; `None` if open to all.
    pub scope: Option<Scope>,
    /// What it works on.
    pub reach: Reach,
}

const fn open(command: &'static str) -> Row {
    Row { command, option: None, scope: None, reach: Reach::Clinic }
}

const fn visits(command: &'static str, scope: Scope) -> Row {
    Row { command, option: None, scope: Some(scope), reach: Reach::Appointments }
}

const fn clinic(command: &'static str, scope: Scope) -> Row {
    Row { command, option: None, scope: Some(scope), reach: Reach::Clinic }
}

const fn option(command: &'static str, option: &'static str, scope: Scope) -> Row {
    Row { command, option: Some(option), scope: Some(scope), reach: Reach::Appointments }
}

const READ: Scope = Scope::AppointmentsRead;
const WRITE: Scope = Scope::AppointmentsWrite;
const OVERRIDE: Scope = Scope::AppointmentsOverride;
const SEND: Scope = Scope::MessagesSend;
const ADMIN: Scope = Scope::Admin;

/// The scopes of every command in a clinic with `access: keys`; a test compares the rows with the parser.
/// `--dry-run` needs the same scopes.
pub const MATRIX: &[Row] = &[
    visits("today", READ),
    visits("slots", READ),
    visits("book", WRITE),
    option("book", "overbook", OVERRIDE),
    visits("show", READ),
    visits("list", READ),
    visits("count", READ),
    visits("why", READ),
    visits("agenda", READ),
    visits("queue", READ),
    visits("late", READ),
    option("late", "notify", WRITE),
    clinic("report overview", Scope::ReportsRead),
    clinic("report utilisation", Scope::ReportsRead),
    clinic("report no-shows", Scope::ReportsRead),
    clinic("report volume", Scope::ReportsRead),
    visits("reschedule", WRITE),
    option("reschedule", "force", OVERRIDE),
    option("reschedule", "overbook", OVERRIDE),
    visits("cancel", WRITE),
    visits("undo", WRITE),
    option("cancel", "force", OVERRIDE),
    visits("status", WRITE),
    option("status", "force", OVERRIDE),
    visits("update", WRITE),
    visits("arrive", WRITE),
    visits("start", WRITE),
    visits("done", WRITE),
    visits("noshow", WRITE),
    visits("confirm", WRITE),
    visits("next", WRITE),
    clinic("find", Scope::PatientsRead),
    visits("series list", READ),
    visits("series show", READ),
    visits("series cancel", WRITE),
    option("series cancel", "force", OVERRIDE),
    visits("series move", WRITE),
    option("series move", "force", OVERRIDE),
    visits("waitlist add", WRITE),
    visits("waitlist list", READ),
    visits("waitlist offer", WRITE),
    visits("waitlist accept", WRITE),
    option("waitlist accept", "force", OVERRIDE),
    visits("waitlist decline", WRITE),
    visits("waitlist remove", WRITE),
    clinic("remind due", SEND),
    visits("remind list", READ),
    clinic("remind retry", SEND),
    visits("remind preview", READ),
    clinic("remind templates check", ADMIN),
    clinic("remind templates set", ADMIN),
    clinic("reply", Scope::RepliesWrite),
    clinic("listen", Scope::RepliesWrite),
    clinic("inbox list", Scope::RepliesRead),
    clinic("inbox done", Scope::RepliesWrite),
    clinic("inbox answer", Scope::RepliesWrite),
    open("init"),
    clinic("setup", ADMIN),
    open("demo"),
    clinic("clinic add", ADMIN),
    visits("clinic list", READ),
    visits("clinic show", READ),
    clinic("clinic use", ADMIN),
    clinic("clinic set", ADMIN),
    clinic("branch add", ADMIN),
    visits("branch list", READ),
    visits("branch show", READ),
    clinic("branch set", ADMIN),
    clinic("branch remove", ADMIN),
    clinic("doctor add", ADMIN),
    visits("doctor list", READ),
    visits("doctor show", READ),
    clinic("doctor set", ADMIN),
    clinic("doctor remove", ADMIN),
    clinic("service add", ADMIN),
    visits("service list", READ),
    visits("service show", READ),
    clinic("service set", ADMIN),
    clinic("service remove", ADMIN),
    clinic("window add", ADMIN),
    visits("window list", READ),
    visits("window show", READ),
    clinic("window set", ADMIN),
    clinic("window open", ADMIN),
    clinic("window close", ADMIN),
    clinic("window remove", ADMIN),
    clinic("closure add", ADMIN),
    visits("closure list", READ),
    clinic("closure remove", ADMIN),
    clinic("patient add", Scope::PatientsWrite),
    clinic("patient list", Scope::PatientsRead),
    clinic("patient find", Scope::PatientsRead),
    clinic("patient show", Scope::PatientsRead),
    option("patient show", "reveal", Scope::PatientsReveal),
    clinic("patient set", Scope::PatientsWrite),
    clinic("patient export", Scope::PatientsReveal),
    clinic("patient merge", Scope::PatientsWrite),
    clinic("patient erase", ADMIN),
    clinic("import csv", ADMIN),
    clinic("import ics", ADMIN),
    clinic("import fhir", ADMIN),
    visits("export ics", READ),
    clinic("export fhir", Scope::PatientsReveal),
    option("export fhir", "reveal", Scope::PatientsReveal),
    visits("export csv", READ),
    option("export csv", "reveal", Scope::PatientsReveal),
    clinic("webhook add", ADMIN),
    clinic("webhook list", ADMIN),
    clinic("webhook show", ADMIN),
    clinic("webhook set", ADMIN),
    clinic("webhook remove", ADMIN),
    clinic("webhook rotate", ADMIN),
    clinic("webhook test", ADMIN),
    clinic("webhook deliver", SEND),
    clinic("webhook log", ADMIN),
    clinic("webhook replay", ADMIN),
    clinic("key create", ADMIN),
    clinic("key list", ADMIN),
    clinic("key show", ADMIN),
    clinic("key revoke", ADMIN),
    clinic("key rotate", ADMIN),
    open("key scopes"),
    clinic("audit log", ADMIN),
    clinic("audit verify", ADMIN),
    clinic("cron", SEND),
    open("db path"),
    clinic("db info", ADMIN),
    clinic("db check", ADMIN),
    clinic("db copy", ADMIN),
    clinic("db purge", ADMIN),
    clinic("db scrub", ADMIN),
    clinic("db backup", ADMIN),
    clinic("db rezone", ADMIN),
    clinic("db restore", ADMIN),
    clinic("db rotate-secret", ADMIN),
    open("schema"),
    open("completions"),
    open("man"),
    open("help"),
];

/// What one invocation of a command needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// The command, such as `patient show`.
    pub command: String,
    /// The required scopes, all of them.
    pub scopes: Vec<Scope>,
    /// What it works on.
    pub reach: Reach,
}

impl Need {
    /// Computes the need of a command with the given options. A command that is not in the matrix, or that is
    /// open to all and still needs a clinic, requires `admin`.
    pub fn of(command: &str, given: impl Fn(&str) -> bool) -> Need {
        let rows = || MATRIX.iter().filter(|row| row.command == command);
        let with_option = |row: &&Row| row.option.is_none_or(&given);
        let scopes: Vec<Scope> = rows().filter(with_option).filter_map(|row| row.scope).collect();
        let itself = rows().find(|row| row.option.is_none() && row.scope.is_some());
        Need {
            command: command.to_owned(),
            scopes: if itself.is_some() { scopes } else { vec![ADMIN] },
            reach: itself.map_or(Reach::Clinic, |row| row.reach),
        }
    }
}

/// An access key; only the hash of its secret is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Key {
    /// UUIDv7.
    pub id: String,
    /// The owning clinic's id.
    pub clinic_id: String,
    /// Short human-readable code.
    pub code: String,
    /// Name of its holder.
    pub name: String,
    /// SHA-256 of the secret.
    pub secret_hash: Vec<u8>,
    /// The granted scopes.
    pub scopes: Vec<Scope>,
    /// Whether it was made before `messages:send` existed; then `appointments:write` includes that scope.
    pub sends_by_write: bool,
    /// The only doctor whose appointments it may use.
    pub doctor_id: Option<String>,
    /// When it expires.
    pub expires_at: Option<Instant>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Instant>,
    /// When it was revoked.
    pub revoked_at: Option<Instant>,
    /// False once revoked.
    pub active: bool,
    /// When it was created.
    pub created_at: Instant,
}

/// Status of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum KeyStatus {
    /// Valid.
    Active,
    /// Past `expires_at`.
    Expired,
    /// Revoked.
    Revoked,
}

spelled!(KeyStatus);

impl Key {
    /// The status at `now`.
    pub fn status(&self, now: Instant) -> KeyStatus {
        if !self.active {
            KeyStatus::Revoked
        } else if self.expires_at.is_some_and(|end| end <= now) {
            KeyStatus::Expired
        } else {
            KeyStatus::Active
        }
    }

    /// Whether it gives full access to its clinic.
    pub fn opens_all(&self, now: Instant) -> bool {
        self.status(now) == KeyStatus::Active && self.doctor_id.is_none() && self.scopes.contains(&ADMIN)
    }

    /// The actor's name in the audit log.
    pub fn actor(&self) -> String {
        format!("{KEY_ACTOR}{}", self.code)
    }

    /// All its scopes, including `messages:send` by [`Key::sends_by_write`].
    pub fn leave(&self) -> Vec<Scope> {
        let sends = self.sends_by_write && self.scopes.contains(&WRITE) && self.doctor_id.is_none();
        self.scopes.iter().copied().chain(sends.then_some(SEND)).collect()
    }

    /// Refuses if the key lacks the scope.
    pub fn require(&self, required: Scope) -> Result<(), Refusal> {
        if self.leave().iter().any(|scope| scope.implies(required)) {
            return Ok(());
        }
        let required = required.as_str();
        Err(Refusal::new(Code::InsufficientScope, text!("the-access-key-lacks-the-scope", required))
            .detail("required", required)
            .hint(text!("who-holds-an-admin-key-gives-out-others")))
    }

    /// Refuses a command that the key may not run; checks the scopes first.
    pub fn check(&self, need: &Need) -> Result<(), Refusal> {
        need.scopes.iter().try_for_each(|scope| self.require(*scope))?;
        if need.reach == Reach::Clinic && self.doctor_id.is_some() {
            return Err(not_this_keys());
        }
        Ok(())
    }
}

/// The refusal of access beyond the key's doctor.
pub fn not_this_keys() -> Refusal {
    Refusal::new(Code::Forbidden, text!("the-access-key-is-for-one-doctors-appointments"))
        .hint(text!("another-key-is-needed-one"))
}

/// Prefix of a key's actor name; no other actor's name starts with it.
pub const KEY_ACTOR: &str = "key:";

/// The colon and characters that look like one.
const COLONS: &str = ":\u{2d0}\u{2f8}\u{589}\u{5c3}\u{703}\u{704}\u{903}\u{a83}\u{16ec}\u{17d6}\u{1803}\u{1809}\u{205a}\u{205d}\u{2236}\u{a4fd}\u{a789}\u{fe13}\u{fe30}\u{fe55}\u{ff1a}";

/// Marks a self-given actor name as a claim if it could be read as a key's. Too many letters look like those
/// of `key`, so any name with a colon-like character is marked.
pub fn claimed_actor(name: String) -> String {
    let is_like_a_key = name.contains(|c| COLONS.contains(c));
    if is_like_a_key { format!("claims {}", name.trim_start()) } else { name }
}

/// Prefix of every secret, so that secret scanners find leaked ones.
pub const SECRET_PREFIX: &str = "turno_key_";

/// Removes the secrets of keys from a text.
pub fn without_secrets(text: &str) -> std::borrow::Cow<'_, str> {
    if !text.contains(SECRET_PREFIX) {
        return text.into();
    }
    let mut parts = text.split(SECRET_PREFIX);
    let mut safe = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        safe.push_str(SECRET_PREFIX);
        let rest = part.trim_start_matches(|c: char| c.is_ascii_alphanumeric());
        if rest.len() < part.len() {
            safe.push('…');
        }
        safe.push_str(rest);
    }
    safe.into()
}

#[cfg(test)]
mod tests;
