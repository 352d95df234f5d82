//! The schema of each command's output.

/// The JSON that a command writes to stdout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answered {
    /// The command, such as `patient show`.
    pub command: &'static str,
    /// The long name of the option, or the argument, that this row applies to; none for the command without
    /// it.
    pub with: Option<&'static str>,
    /// The schema; none if the output is never JSON.
    pub schema: Option<&'static str>,
    /// Whether the output is JSON Lines, and the schema is that of a line.
    pub lines: bool,
}

impl Answered {
    /// The command with its option, as typed.
    pub fn words(&self) -> String {
        match self.with {
            Some("NAME") => format!("{} NAME", self.command),
            Some(option) => format!("{} --{option}", self.command),
            None => self.command.to_owned(),
        }
    }
}

const fn answers(command: &'static str, schema: &'static str) -> Answered {
    Answered { command, with: None, schema: Some(schema), lines: false }
}

const fn with(command: &'static str, option: &'static str, schema: &'static str) -> Answered {
    Answered { command, with: Some(option), schema: Some(schema), lines: false }
}

const fn lines(command: &'static str, option: &'static str, schema: &'static str) -> Answered {
    Answered { command, with: Some(option), schema: Some(schema), lines: true }
}

const fn text(command: &'static str) -> Answered {
    Answered { command, with: None, schema: None, lines: false }
}

/// The output of every command with `--json`. If several rows match, the last one whose option is given
/// applies. Every refusal is an `error` on stderr. Add a row for each new command.
pub const ANSWERS: &[Answered] = &[
    answers("slots", "slots"),
    answers("why", "why"),
    answers("book", "booked"),
    with("book", "every", "series-booked"),
    with("book", "rrule", "series-booked"),
    lines("book", "input", "bookings"),
    answers("show", "appointment"),
    answers("list", "appointments"),
    answers("count", "count"),
    answers("agenda", "agenda"),
    answers("today", "today"),
    answers("queue", "queue"),
    lines("queue", "watch", "queue"),
    answers("late", "late"),
    answers("reschedule", "freed"),
    answers("cancel", "freed"),
    answers("status", "stepped"),
    answers("update", "changed"),
    answers("arrive", "stepped"),
    answers("start", "stepped"),
    answers("done", "stepped"),
    answers("noshow", "stepped"),
    answers("confirm", "stepped"),
    answers("next", "stepped"),
    answers("find", "patients-at-a-glance"),
    answers("undo", "undone"),
    answers("series list", "series-list"),
    answers("series show", "series"),
    answers("series cancel", "series"),
    answers("series move", "series"),
    answers("waitlist add", "waiting-changed"),
    answers("waitlist list", "waitlist"),
    answers("waitlist offer", "waiting-changed"),
    answers("waitlist accept", "accepted"),
    answers("waitlist decline", "waiting-changed"),
    answers("waitlist remove", "waiting-changed"),
    answers("remind due", "sweep"),
    answers("remind list", "messages"),
    answers("remind retry", "messages"),
    answers("remind preview", "preview"),
    answers("remind templates check", "templates"),
    answers("remind templates set", "templates"),
    answers("reply", "replies"),
    answers("inbox list", "inbox"),
    answers("inbox done", "inbox-item"),
    answers("inbox answer", "inbox-item"),
    answers("init", "clinic-made"),
    answers("setup", "set-up"),
    Answered { command: "setup", with: Some("print"), schema: None, lines: false },
    text("demo"),
    answers("clinic add", "clinic"),
    answers("clinic list", "clinics"),
    answers("clinic show", "clinic"),
    answers("clinic use", "clinic"),
    answers("clinic set", "clinic"),
    answers("branch add", "branch"),
    answers("branch list", "branches"),
    answers("branch show", "branch"),
    answers("branch set", "branch"),
    answers("branch remove", "branch-removed"),
    answers("doctor add", "doctor"),
    answers("doctor list", "doctors"),
    answers("doctor show", "doctor"),
    answers("doctor set", "doctor"),
    answers("doctor remove", "doctor-removed"),
    answers("service add", "service"),
    answers("service list", "services"),
    answers("service show", "service"),
    answers("service set", "service"),
    answers("service remove", "service"),
    answers("window add", "window"),
    answers("window list", "windows"),
    answers("window show", "window"),
    answers("window set", "window-changed"),
    answers("window open", "window-changed"),
    answers("window close", "window-changed"),
    answers("window remove", "window-changed"),
    answers("closure add", "closure-added"),
    with("closure add", "move", "clearing"),
    answers("closure list", "closures"),
    answers("closure remove", "closure-removed"),
    answers("patient add", "patient"),
    answers("patient list", "patients"),
    answers("patient find", "patients-found"),
    answers("patient show", "patient"),
    answers("patient set", "patient"),
    answers("patient export", "patient-export"),
    with("patient export", "out", "patient-exported"),
    answers("patient merge", "merged"),
    answers("patient erase", "erased"),
    answers("report overview", "report-overview"),
    answers("report utilisation", "report-utilisation"),
    answers("report no-shows", "report-no-shows"),
    answers("report volume", "report-volume"),
    answers("webhook add", "webhook-made"),
    answers("webhook list", "webhooks"),
    answers("webhook show", "webhook"),
    answers("webhook set", "webhook"),
    answers("webhook remove", "webhook"),
    answers("webhook rotate", "webhook-made"),
    answers("webhook test", "trial"),
    answers("webhook deliver", "delivered"),
    answers("webhook log", "deliveries"),
    answers("webhook replay", "replayed"),
    answers("key create", "key-made"),
    answers("key list", "keys"),
    answers("key show", "key"),
    answers("key revoke", "key"),
    answers("key rotate", "key-made"),
    answers("key scopes", "scopes"),
    answers("import csv", "imported"),
    answers("import ics", "imported"),
    answers("import fhir", "imported"),
    text("export ics"),
    answers("export fhir", "fhir-bundle"),
    text("export csv"),
    answers("audit log", "entries"),
    answers("audit verify", "verified"),
    answers("cron", "cron"),
    answers("db path", "book-path"),
    answers("db info", "book-info"),
    answers("db check", "findings"),
    answers("db copy", "book-copied"),
    answers("db purge", "book-purged"),
    answers("db scrub", "book-scrubbed"),
    answers("db backup", "backup"),
    answers("db rezone", "rezoned"),
    answers("db rotate-secret", "secret-rotated"),
    answers("db restore", "restored"),
    answers("schema", "schemas"),
    with("schema", "NAME", "schema"),
    text("completions"),
    text("man"),
    text("listen"),
    text("help"),
];
