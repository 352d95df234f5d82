//! Access keys: what each may do, and what each command needs.
//!
//! [`MATRIX`] is the whole of it: a row for each command of the parser, and one for each option that
//! needs more than its command. A test walks the parser and the rows, so that neither has what the
//! other lacks.

use crate::domain::refusal::{Code, Refusal};
use crate::domain::time::Instant;
use strum::{IntoStaticStr, VariantArray};

/// What a key may be given leave for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, IntoStaticStr, VariantArray)]
pub enum Scope {
    /// See appointments with their patients, and the calendar.
    #[strum(serialize = "appointments:read")]
    AppointmentsRead,
    /// Book, move, cancel and change appointments.
    #[strum(serialize = "appointments:write")]
    AppointmentsWrite,
    /// Go against a rule: overbook, cancel or move inside the cutoff.
    #[strum(serialize = "appointments:override")]
    AppointmentsOverride,
    /// See patients.
    #[strum(serialize = "patients:read")]
    PatientsRead,
    /// Add and change patients.
    #[strum(serialize = "patients:write")]
    PatientsWrite,
    /// See whole national IDs, and everything held on a person.
    #[strum(serialize = "patients:reveal")]
    PatientsReveal,
    /// See reports.
    #[strum(serialize = "reports:read")]
    ReportsRead,
    /// Send what is due: messages to patients, and what webhooks wait for.
    #[strum(serialize = "messages:send")]
    MessagesSend,
    /// Everything.
    #[strum(serialize = "admin")]
    Admin,
}

spelled!(Scope);

impl Scope {
    /// Reads the public spelling.
    pub fn parse(word: &str) -> Result<Scope, String> {
        let wanted = word.trim().to_lowercase();
        Scope::spelled(&wanted).ok_or_else(|| text!("is-not-a-scope-there-are", word, all = Scope::list()))
    }

    /// Whether having this one is having that one.
    pub fn implies(self, other: Scope) -> bool {
        self == other || self == Scope::Admin
    }
}

/// What a command works on, which decides what a doctor's key may do with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Appointments, one doctor's or all, and the calendar: a doctor's key works on its own.
    Appointments,
    /// The clinic, or the book as a whole: not a doctor's key's.
    Clinic,
}

/// A row of the matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// The command, such as `patient show`.
    pub command: &'static str,
    /// The option that needs this besides what its command needs; none for the command itself.
    pub option: Option<&'static str>,
    /// The scope that it takes; none where it is open to all.
    pub scope: Option<Scope>,
    /// What it works on.
    pub reach: Reach,
}

const fn open(command: &'static str) -> Row {
    Row { command, option: None, scope: None, reach: Reach::Clinic }
}

/// Of appointments and the calendar: a doctor's key can do it, too.
const fn visits(command: &'static str, scope: Scope) -> Row {
    Row { command, option: None, scope: Some(scope), reach: Reach::Appointments }
}

/// Of the clinic.
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

/// What every command needs in a clinic with `access: keys`. A new command is a new row here.
///
/// `--dry-run` needs what the act itself does.
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
    open("init"),
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
];

/// What one call of a command needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// The command, such as `patient show`.
    pub command: String,
    /// The scopes that it takes, all of them.
    pub scopes: Vec<Scope>,
    /// What it works on.
    pub reach: Reach,
}

impl Need {
    /// What the command needs with those of its options that are given.
    ///
    /// What is not in the matrix, or open to all and yet asks a clinic for something, needs `admin`.
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

/// An access key. Its secret is not in it: a hash alone is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Key {
    /// UUIDv7.
    pub id: String,
    /// Whose it is.
    pub clinic_id: String,
    /// Short name for the command line.
    pub code: String,
    /// Who or what holds it.
    pub name: String,
    /// SHA-256 of the secret.
    pub secret_hash: Vec<u8>,
    /// What it may do, as it was given.
    pub scopes: Vec<Scope>,
    /// Whether it was made before `messages:send` was a scope: `appointments:write` sends, too, then.
    pub sends_by_write: bool,
    /// The doctor whose appointments alone it acts on.
    pub doctor_id: Option<String>,
    /// From when on it is no good any more.
    pub expires_at: Option<Instant>,
    /// When it was last let in, to the minute.
    pub last_used_at: Option<Instant>,
    /// When it was revoked.
    pub revoked_at: Option<Instant>,
    /// False once revoked.
    pub active: bool,
    /// When it was made.
    pub created_at: Instant,
}

/// How it stands with a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum KeyStatus {
    /// It opens.
    Active,
    /// Its time is over.
    Expired,
    /// It was taken back.
    Revoked,
}

spelled!(KeyStatus);

impl Key {
    /// How it stands with it at that instant.
    pub fn status(&self, now: Instant) -> KeyStatus {
        if !self.active {
            KeyStatus::Revoked
        } else if self.expires_at.is_some_and(|end| end <= now) {
            KeyStatus::Expired
        } else {
            KeyStatus::Active
        }
    }

    /// Whether it lets in to everything of its clinic.
    pub fn opens_all(&self, now: Instant) -> bool {
        self.status(now) == KeyStatus::Active && self.doctor_id.is_none() && self.scopes.contains(&ADMIN)
    }

    /// Who the audit log says it was.
    pub fn actor(&self) -> String {
        format!("{KEY_ACTOR}{}", self.code)
    }

    /// Everything that it may do.
    pub fn leave(&self) -> Vec<Scope> {
        let sends = self.sends_by_write && self.scopes.contains(&WRITE) && self.doctor_id.is_none();
        self.scopes.iter().copied().chain(sends.then_some(SEND)).collect()
    }

    /// Refuses what it gives no leave for.
    pub fn require(&self, required: Scope) -> Result<(), Refusal> {
        if self.leave().iter().any(|scope| scope.implies(required)) {
            return Ok(());
        }
        let required = required.as_str();
        Err(Refusal::new(Code::InsufficientScope, text!("the-access-key-lacks-the-scope", required))
            .detail("required", required)
            .hint(text!("who-holds-an-admin-key-gives-out-others")))
    }

    /// Refuses a command that is not this key's.
    pub fn check(&self, need: &Need) -> Result<(), Refusal> {
        need.scopes.iter().try_for_each(|scope| self.require(*scope))?;
        if need.reach == Reach::Clinic && self.doctor_id.is_some() {
            return Err(not_this_keys());
        }
        Ok(())
    }
}

/// The refusal of what belongs to somebody else than the doctor of the key.
pub fn not_this_keys() -> Refusal {
    Refusal::new(Code::Forbidden, text!("the-access-key-is-for-one-doctors-appointments"))
        .hint(text!("another-key-is-needed-one"))
}

/// How a key is named as an actor. Nobody else's name begins so.
pub const KEY_ACTOR: &str = "key:";

/// Characters that look like a colon, the colon first.
const COLONS: &str = ":\u{2d0}\u{2f8}\u{589}\u{5c3}\u{703}\u{704}\u{903}\u{a83}\u{16ec}\u{17d6}\u{1803}\u{1809}\u{205a}\u{205d}\u{2236}\u{a4fd}\u{a789}\u{fe13}\u{fe30}\u{fe55}\u{ff1a}";

/// A name that somebody gave themselves, which must not read like a key's. Too many letters look like
/// those of `key` to know them all: whatever has a colon, or what looks like one, is a claim.
pub fn claimed_actor(name: String) -> String {
    let is_like_a_key = name.contains(|c| COLONS.contains(c));
    if is_like_a_key { format!("claims {}", name.trim_start()) } else { name }
}

/// What every secret begins with, so that those who look for leaked ones find it.
pub const SECRET_PREFIX: &str = "turno_key_";

/// The same text without the secrets of keys, should it hold any.
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
