//! Draws the start screen.

use crate::app::calendar::overview::{Overview, Step};
use crate::app::calendar::queue::Place;
use crate::app::reminders::heartbeat::Heartbeat;
use crate::domain::appointment::Visit;
use crate::domain::record::Attendee;
use crate::domain::status::Status;
use crate::formats::appointment::{At, Clock, NamedView, On, branch_inside, inside, view};
use crate::locale::{dated, plain};
use crate::output::agenda::{cut, heading_of};
use crate::output::printable;
use crate::output::view::{self, PlaceView};
use crate::output::waitlist::{WaitingView, entries};
use crate::output::words::{at, list, paint, status_face, status_style, words};
use anstyle::{AnsiColor, Style};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use unicode_width::UnicodeWidthStr;

/// The width of the labels at the start of lines, gap included.
const LABEL: usize = 11;
/// The label of visits whose time is over but whose result is not recorded.
const LEFT_OPEN: &str = "left-open";
/// The width of sign, time and code, with the gaps behind them and the names.
const PLAIN: usize = 21;
/// The most columns for a name.
const NAME: usize = 26;

/// The state of today; ready is false if there is no database yet.
#[derive(Default, Serialize, JsonSchema)]
pub struct TodayView<'a> {
    ready: bool,
    clinic: Option<NamedView<'a>>,
    branch: Option<NamedView<'a>>,
    date: Option<On>,
    time: Option<Clock>,
    as_of: Option<At>,
    in_progress: Vec<TurnView<'a>>,
    waiting: Vec<TurnView<'a>>,
    next: Vec<TurnView<'a>>,
    expected: usize,
    unsettled: Vec<TurnView<'a>>,
    messages: DueView,
    inbox: i64,
    offers: Vec<WaitingView<'a>>,
    sweeps: SweepsView,
    commands: Vec<ProposedView>,
}

/// A visit in progress or expected, and its day.
#[derive(Serialize, JsonSchema)]
struct TurnView<'a> {
    #[serde(flatten)]
    place: PlaceView<'a>,
    date: On,
}

/// Messages that are due.
#[derive(Default, Serialize, JsonSchema)]
struct DueView {
    due: i64,
    due_since: Option<At>,
}

/// Whether due messages are being sent.
#[derive(Default, Serialize, JsonSchema)]
struct SweepsView {
    state: SweepState,
    waiting_since: Option<At>,
    last_sweep: Option<At>,
}

#[derive(Default, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
enum SweepState {
    #[default]
    Steady,
    Late,
    Never,
}

/// The JSON of the overview.
pub fn view(overview: &Overview) -> TodayView<'_> {
    let Overview { clinic, branch, date, now, zone, .. } = overview;
    let at = |instant| At(zone.rfc3339(instant));
    let (due, due_since) = overview.due;
    let (state, waiting_since, last_sweep) = match overview.heartbeat {
        Heartbeat::Steady => (SweepState::Steady, None, None),
        Heartbeat::Late { waiting_since, last_sweep } => {
            (SweepState::Late, Some(waiting_since), Some(last_sweep))
        }
        Heartbeat::Never { waiting_since } => (SweepState::Never, Some(waiting_since), None),
    };
    TodayView {
        ready: true,
        clinic: Some(inside(&clinic.id, &clinic.code, &clinic.name)),
        branch: branch.as_ref().map(branch_inside),
        date: Some(On(*date)),
        time: Some(Clock(zone.wall(*now).time())),
        as_of: Some(at(*now)),
        in_progress: turns(&overview.inside),
        waiting: turns(&overview.waiting),
        next: turns(&overview.next),
        expected: overview.expected,
        unsettled: turns(&overview.unsettled),
        messages: DueView { due, due_since: due_since.map(at) },
        inbox: overview.inbox,
        offers: entries(&overview.offers),
        sweeps: SweepsView { state, waiting_since: waiting_since.map(at), last_sweep: last_sweep.map(at) },
        commands: overview.steps.iter().map(step).collect(),
    }
}

/// The JSON without a database: the first commands.
pub fn without_book() -> TodayView<'static> {
    let commands = [
        ("turno init", text!("makes-the-book-of-your-clinic")),
        ("turno demo", text!("a-guided-tour-on-a-throw-away-book")),
        ("turno --help", text!("names-every-command")),
    ];
    let command =
        |(command, about): (&str, &str)| ProposedView { command: command.into(), about: about.into() };
    TodayView { commands: commands.map(command).into(), ..TodayView::default() }
}

fn turns<'a>(places: &'a [Place]) -> Vec<TurnView<'a>> {
    let turn =
        |place: &'a Place| TurnView { place: view::place(place), date: On(place.visit.appointment.date) };
    places.iter().map(turn).collect()
}

view! {
    /// A command that is likely to be next.
    struct ProposedView by step(step: &Step) where {
        let status =
            |visit: &Visit<Attendee>, to: &str| format!("turno status {} {to}", visit.appointment.code);
        let name = |visit: &Visit<Attendee>| visit.patient.full_name.clone();
        let (command, about) = match step {
            Step::GoesIn(visit) => (status(visit, "in_progress"), text!("goes-in", name = name(visit))),
            Step::Ends(visit) => (status(visit, "completed"), text!("is-through", name = name(visit))),
            Step::Arrives(visit) => (status(visit, "checked_in"), text!("is-here", name = name(visit))),
            Step::Missed(visit) => (status(visit, "no_show"), text!("did-not-come", name = name(visit))),
            Step::Answers { entry, patient } => {
                (format!("turno waitlist accept {entry}"), text!("takes-the-held-time", patient))
            }
            Step::Sends => ("turno remind due".into(), text!("sends-what-is-due-turno-cron-does").into()),
            Step::AddsDoctor => ("turno doctor add".into(), text!("who-sees-patients").into()),
            Step::AddsWindow => ("turno window add".into(), text!("when-patients-are-seen").into()),
            Step::Books => ("turno book".into(), text!("a-new-appointment").into()),
            Step::Looks => ("turno slots --first 5".into(), text!("the-next-free-times").into()),
            Step::Watches => ("turno queue --watch".into(), text!("keeps-the-waiting-room-on-the-screen").into()),
            Step::Draws => ("turno agenda".into(), text!("draws-the-day").into()),
        };
    } {
        command: String = command,
        about: String = about,
    }
}

/// The start screen for a terminal of `width` columns.
pub fn text(value: &Value, width: Option<usize>, color: bool) -> String {
    let mut page = Page { width: width.unwrap_or(usize::MAX), color, text: String::new() };
    if value.get("ready") == Some(&Value::Bool(false)) {
        page.line(&[(text!("there-is-no-book-yet").into(), Style::new())]);
    } else {
        page.head(value);
        page.people(value);
        page.offers(list(value, "offers"));
        page.messages(value);
    }
    page.commands(list(value, "commands"));
    page.text
}

struct Page {
    width: usize,
    color: bool,
    text: String,
}

impl Page {
    /// Writes a line of pieces, cut at the terminal's width.
    fn line(&mut self, pieces: &[(String, Style)]) {
        let (mut line, mut left) = (String::new(), self.width);
        for (text, style) in pieces {
            let text = cut(text, left);
            left = left.saturating_sub(text.width());
            let styled = self.color && *style != Style::new() && !text.trim().is_empty();
            line.push_str(&paint(*style, &text, styled));
        }
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    fn labelled(&mut self, label: &'static str, mut pieces: Vec<(String, Style)>) {
        pieces.insert(0, (pad(plain(label), LABEL), Style::new().dimmed()));
        self.line(&pieces);
    }

    fn head(&mut self, value: &Value) {
        let mut name = words(at(value, "clinic.name"));
        let branch = words(at(value, "branch.name"));
        // The first branch has the clinic's name until it is renamed.
        if !branch.is_empty() && branch != name {
            name = format!("{name}, {branch}");
        }
        let when = format!("{}, {}", heading_of(&words(at(value, "date"))), words(at(value, "time")));
        // The name is cut so that the date fits to its right.
        let room = self.width.saturating_sub(when.width() + 2);
        self.line(&[(cut(&name, room), Style::new().bold()), (format!("  {when}"), Style::new())]);
        self.text.push('\n');
    }

    fn people(&mut self, value: &Value) {
        let today = words(at(value, "date"));
        let sections = ["in_progress", "waiting", "next", "unsettled"].map(|key| list(value, key));
        let widest = |key: &str| {
            let all = sections.iter().flat_map(|rows| rows.iter());
            all.map(|row| words(at(row, key)).width()).max().unwrap_or(0).min(NAME)
        };
        let mut names = (widest("patient"), widest("doctor"));
        // In a narrow terminal only names are cut.
        let all = sections.iter().flat_map(|rows| rows.iter());
        let widest_note = all.map(|row| note(row).width()).max().unwrap_or(0);
        while LABEL + PLAIN + names.0 + names.1 + widest_note > self.width && names.0.max(names.1) > 10 {
            let wider = if names.0 > names.1 { &mut names.0 } else { &mut names.1 };
            *wider -= 1;
        }
        let labels = ["in", "waiting", "next", LEFT_OPEN];
        for (label, rows) in labels.into_iter().zip(sections) {
            let mut seen: Vec<&Value> = Vec::new();
            for (n, row) in rows.iter().enumerate() {
                let mut pieces = person(label, row, &today, names);
                // Who waits longest for a doctor is next there.
                if label == "waiting" && !seen.contains(&at(row, "doctor")) {
                    seen.push(at(row, "doctor"));
                    pieces.push((format!("  {}", text!("next-mark")), Style::new().bold()));
                }
                self.labelled(if n == 0 { label } else { "" }, pieces);
            }
            if label == "next" {
                self.behind_next(value, rows);
            }
        }
    }

    fn behind_next(&mut self, value: &Value, rows: &[Value]) {
        let expected = at(value, "expected").as_u64().unwrap_or(0);
        let shown = u64::try_from(rows.len()).unwrap_or(u64::MAX);
        if rows.is_empty() {
            self.labelled("next", vec![(text!("nobody-is-expected").into(), Style::new())]);
        } else if expected > shown {
            let more = text!("and-more-today-turno-queue", expected = expected - shown);
            self.labelled("", vec![(more, Style::new().dimmed())]);
        }
    }

    fn offers(&mut self, offers: &[Value]) {
        for (n, offer) in offers.iter().enumerate() {
            let get = |path: &str| words(at(offer, path));
            let text = format!(
                "◇ {} {}, {} {}  {}  {}  {}",
                short_day(&get("hold.date")),
                get("hold.start_time"),
                text!("until"),
                get("hold.until_time"),
                get("code"),
                get("patient.phone"),
                get("patient.full_name")
            );
            self.labelled(if n == 0 { "offered" } else { "" }, vec![(text, Style::new())]);
        }
    }

    fn messages(&mut self, value: &Value) {
        let due = at(value, "messages.due").as_u64().unwrap_or(0);
        if due > 0 {
            let since = moment(value, "messages.due_since");
            let text = match due {
                1 => text!("message-is-due-since", since),
                due => text!("messages-are-due-since", due, since),
            };
            self.labelled(text!("to-send"), vec![(text, Style::new())]);
        }
        let inbox = at(value, "inbox").as_i64().unwrap_or(0);
        if inbox > 0 {
            self.labelled("answers", vec![(crate::output::words::inbox(inbox), Style::new())]);
        }
        let warns = Style::new().fg_color(Some(AnsiColor::Yellow.into()));
        match words(at(value, "sweeps.state")).as_str() {
            "late" => {
                let last = moment(value, "sweeps.last_sweep");
                let text = text!("nobody-sent-messages-since-does-cron-run-turno", last);
                self.labelled("overdue", vec![(text, warns)]);
            }
            "never" => {
                let text = text!("nobody-ever-sent-messages-turno-cron-prints-what");
                self.labelled("overdue", vec![(text.to_owned(), warns)]);
            }
            _ => {}
        }
    }

    fn commands(&mut self, commands: &[Value]) {
        let text = |row: &Value, key: &str| words(at(row, key));
        let widest = commands.iter().map(|row| text(row, "command").width()).max().unwrap_or(0);
        self.text.push('\n');
        for row in commands {
            let command = pad(&text(row, "command"), widest + 2);
            let cyan = Style::new().fg_color(Some(AnsiColor::Cyan.into()));
            self.line(&[
                ("  ".into(), Style::new()),
                (command, cyan),
                (text(row, "about"), Style::new().dimmed()),
            ]);
        }
    }
}

/// Sign, time, code, patient, doctor and note of a visit.
fn person(label: &str, row: &Value, today: &str, (patient, doctor): (usize, usize)) -> Vec<(String, Style)> {
    let get = |key: &str| words(at(row, key));
    let status = Status::parse(&get("status")).unwrap_or(Status::Scheduled);
    let (sign, _) = status_face(status);
    let date = get("date");
    let day = if date == today { String::new() } else { format!("{} ", short_day(&date)) };
    let note = if label == LEFT_OPEN { String::new() } else { note(row) };
    let plain = Style::new();
    let mut pieces = vec![
        (format!("{sign} "), status_style(status)),
        (format!("{day}{}  ", get("start_time")), plain),
        (format!("{}  ", get("code")), plain),
        (pad(&get("patient"), patient) + "  ", Style::new().bold()),
    ];
    if doctor > 0 {
        pieces.push((pad(&get("doctor"), doctor) + "  ", plain));
    }
    pieces.push((note, Style::new().dimmed()));
    pieces
}

/// The start of a visit in progress, or the minutes waited and the expected start.
fn note(row: &Value) -> String {
    let get = |key: &str| words(at(row, key));
    let is_in = get("status") == Status::InProgress.as_str();
    match (at(row, "waiting_minutes").as_i64(), get("expected_time")) {
        (_, since) if is_in => text!("since-time", since),
        (Some(waited), expected) if expected.is_empty() => format!("{waited} min"),
        (Some(waited), expected) => text!("min-likely", waited, expected),
        (None, expected) if expected.is_empty() || expected == get("start_time") => String::new(),
        (None, expected) => text!("likely-at", expected),
    }
}

/// `2026-06-02` as `Tue 2 Jun`, in the user's language.
fn short_day(date: &str) -> String {
    date.parse::<chrono::NaiveDate>().map_or_else(|_| printable(date), |date| dated(date, "%a %-d %b"))
}

/// An instant as a time, after its day if that is not today.
fn moment(value: &Value, path: &str) -> String {
    let instant = words(at(value, path));
    let (date, time) = instant.split_once('T').unwrap_or((&instant, ""));
    let time = time.get(..5).unwrap_or(time);
    if words(at(value, "date")) == date { time.to_owned() } else { format!("{} {time}", short_day(date)) }
}

fn pad(text: &str, width: usize) -> String {
    let text = cut(text, width);
    let missing = width.saturating_sub(text.width());
    text + &" ".repeat(missing)
}
