use super::*;
use crate::domain::fixtures::{ANA, Book, HALF_HOUR, between, closure, date, in_order, window, zone};
use crate::domain::fixtures::{at, wall};
use crate::domain::refusal::Detail;
use crate::domain::window::{Window, openings_around};

/// A request for Monday, 15 June 2026 in San Salvador that passes all checks.
struct Desk {
    now: Instant,
    settings: Settings,
    windows: Vec<Window>,
    closures: Vec<Closure>,
    book: Book,
    start: Instant,
    ask: Ask<'static>,
    lengths: Lengths,
    overbook: bool,
}

impl Desk {
    /// Half an hour at 10:00 in Ana's window from 09:00 to 12:00, booked the day before.
    fn at_ten() -> Desk {
        Desk {
            now: at("2026-06-14T12:00:00-06:00"),
            settings: Settings::new("America/El_Salvador"),
            windows: vec![Window { capacity: Some(4), ..window("09:00", "12:00") }],
            closures: vec![],
            book: Book::default(),
            start: at("2026-06-15T10:00:00-06:00"),
            ask: ANA,
            lengths: HALF_HOUR,
            overbook: false,
        }
    }

    /// The code of the chosen window, or the refusal.
    fn place(&mut self) -> Result<String, Refusal> {
        let zone = zone("America/El_Salvador");
        let openings = openings_around(&self.windows, zone.date(self.start), &zone);
        let facts = Facts {
            now: self.now,
            settings: &self.settings,
            zone: &zone,
            openings: &openings,
            closures: &self.closures,
        };
        let wanted = Wanted {
            ask: self.ask,
            start: self.start,
            lengths: self.lengths,
            buffers: (0, 0),
            overbook: self.overbook,
        };
        place(&wanted, &facts, &mut self.book).map(|placed| placed.opening.window.code.clone())
    }

    fn refusal(&mut self) -> Refusal {
        self.place().expect_err("it is refused")
    }

    fn code(&mut self) -> Option<Code> {
        self.place().err().map(|refusal| refusal.code)
    }
}

/// Makes a request fail one check.
type Spoil = fn(&mut Desk);

const PAST: Spoil = |desk| desk.now = desk.start;
const TOO_SOON: Spoil = |desk| desk.settings.min_notice = desk.start.unix() - desk.now.unix() + 1;
const TOO_FAR: Spoil = |desk| desk.settings.max_advance = desk.start.unix() - desk.now.unix() - 1;
const NO_WINDOW: Spoil = |desk| desk.windows.retain(|window| window.doctor_id.is_none());
const WINDOW_CLOSED: Spoil = |desk| desk.windows.iter_mut().for_each(|window| window.open = false);
const CLOSURE: Spoil = |desk| desk.closures = vec![closure("2026-06-15T00:00", "2026-06-16T00:00")];
const TOO_LONG: Spoil = |desk| desk.lengths.given = Some(121);
const OFF_GRID: Spoil = |desk| {
    desk.settings.strict_slots = true;
    desk.lengths.doctor = Some(45);
};
const CONFLICT: Spoil =
    |desk| desk.book.busy = vec![between("2026-06-15T10:15:00-06:00", "2026-06-15T10:20:00-06:00")];
const FULL: Spoil = |desk| desk.book.taken = 4;
const DUPLICATE: Spoil = |desk| desk.book.duplicate = true;

/// Number of the check, name, what makes it fail, expected refusal.
const CHECKS: [(u8, &str, Spoil, Code); 11] = [
    (5, "past", PAST, Code::PastAppointment),
    (5, "too soon", TOO_SOON, Code::TooSoon),
    (5, "too far", TOO_FAR, Code::TooFar),
    (6, "no window", NO_WINDOW, Code::OutsideAvailability),
    (7, "window closed", WINDOW_CLOSED, Code::SlotInactive),
    (7, "closure", CLOSURE, Code::SlotInactive),
    (8, "too long", TOO_LONG, Code::InvalidTimeSlot),
    (8, "off the grid", OFF_GRID, Code::InvalidTimeSlot),
    (9, "conflict", CONFLICT, Code::AppointmentConflict),
    (10, "full", FULL, Code::SlotFull),
    (11, "duplicate", DUPLICATE, Code::DuplicateBooking),
];

#[test]
fn a_request_without_a_fault_is_placed() {
    assert_eq!(Desk::at_ten().place(), Ok("W1".to_owned()));
}

#[test]
fn each_check_answers_with_its_code() {
    for (number, name, spoil, code) in CHECKS {
        let mut desk = Desk::at_ten();
        spoil(&mut desk);
        assert_eq!(desk.code(), Some(code), "check {number}, {name}");
    }
}

#[test]
fn of_two_checks_that_fail_the_lower_number_answers() {
    for (lower, first, spoil, code) in CHECKS {
        for (higher, second, spoil_too, _) in CHECKS.into_iter().filter(|(number, ..)| *number > lower) {
            let mut desk = Desk::at_ten();
            spoil(&mut desk);
            spoil_too(&mut desk);
            assert_eq!(desk.code(), Some(code), "{lower}, {first}, before {higher}, {second}");
        }
    }
}

#[test]
fn faults_that_are_mended_one_by_one_answer_in_the_order_of_the_table() {
    let mut expected: Vec<Code> = Vec::new();
    let mut heard: Vec<Code> = Vec::new();
    for first in 0..CHECKS.len() {
        // Only one fault of check 5 at a time: being past and too far ahead exclude each other.
        let mut desk = Desk::at_ten();
        let still_wrong =
            CHECKS[first..].iter().filter(|(number, name, ..)| *number > 5 || *name == CHECKS[first].1);
        for (_, _, spoil, _) in still_wrong {
            spoil(&mut desk);
        }
        heard.extend(desk.code());
        expected.push(CHECKS[first].3);
    }
    assert_eq!(heard, expected);
}

#[test]
fn the_book_is_asked_only_once_all_else_is_right() {
    for (_, name, spoil, _) in CHECKS.into_iter().filter(|(number, ..)| *number < 9) {
        let mut desk = Desk::at_ten();
        spoil(&mut desk);
        desk.refusal();
        assert!(desk.book.asked.is_empty(), "{name}: {:?}", desk.book.asked);
    }
    let mut desk = Desk::at_ten();
    desk.place().unwrap();
    assert_eq!(desk.book.asked, ["conflict", "taken", "duplicate"]);
}

#[test]
fn overbooking_skips_the_checks_9_and_10_and_no_other() {
    for (number, name, spoil, code) in CHECKS {
        let mut desk = Desk::at_ten();
        desk.overbook = true;
        spoil(&mut desk);
        let expected = if number == 9 || number == 10 { None } else { Some(code) };
        assert_eq!(desk.code(), expected, "check {number}, {name}");
    }
    let mut desk = Desk::at_ten();
    desk.overbook = true;
    desk.place().unwrap();
    assert_eq!(desk.book.asked, ["duplicate"]);
}

#[test]
fn the_bounds_of_check_5_are_bookable_themselves() {
    let ahead = 22 * 3600;
    for (notice, advance, code) in
        [(ahead, ahead, None), (ahead + 1, ahead, Some(Code::TooSoon)), (0, ahead - 1, Some(Code::TooFar))]
    {
        let mut desk = Desk::at_ten();
        (desk.settings.min_notice, desk.settings.max_advance) = (notice, advance);
        assert_eq!(desk.code(), code, "at least {notice} s, at most {advance} s ahead");
    }
}

#[test]
fn a_window_takes_starts_from_its_first_minute_to_before_its_end_and_ends_with_it() {
    for (time, minutes, code) in [
        ("08:59", 30, Some(Code::OutsideAvailability)),
        ("09:00", 30, None),
        ("11:30", 30, None),
        ("11:31", 30, Some(Code::InvalidTimeSlot)),
        ("11:59", 1, None),
        ("12:00", 1, Some(Code::OutsideAvailability)),
    ] {
        let mut desk = Desk::at_ten();
        desk.start = at(&format!("2026-06-15T{time}:00-06:00"));
        desk.lengths.given = Some(minutes);
        assert_eq!(desk.code(), code, "{minutes} minutes at {time}");
    }
}

#[test]
fn a_refusal_tells_the_hours_of_the_date() {
    let mut desk = Desk::at_ten();
    desk.windows = in_order([window("14:00", "18:00"), window("09:00", "12:00"), window("22:00", "02:00")]);
    desk.start = at("2026-06-15T13:00:00-06:00");
    let refusal = desk.refusal();
    assert_eq!(refusal.code, Code::OutsideAvailability);
    assert_eq!(
        refusal.details["working_hours"],
        Detail::from(vec!["09:00-12:00", "14:00-18:00", "22:00-02:00"])
    );
    assert_eq!(refusal.details["date"], Detail::from("2026-06-15"));
}

#[test]
fn the_hours_of_a_session_that_does_not_exist_are_those_of_all() {
    let mut desk = Desk::at_ten();
    desk.ask.session = Some("Evening");
    assert_eq!(desk.refusal().details["working_hours"], Detail::from(vec!["09:00-12:00"]));
}

#[test]
fn a_closure_of_somebody_else_is_no_hindrance_and_ones_own_is_told() {
    let day_off = closure("2026-06-15T00:00", "2026-06-16T00:00");
    let of = |branch: Option<&str>, doctor: Option<&str>| Closure {
        branch_id: branch.map(str::to_owned),
        doctor_id: doctor.map(str::to_owned),
        ..day_off.clone()
    };
    for (closure, closed) in [
        (of(None, None), true),
        (of(Some("main"), None), true),
        (of(None, Some("ana")), true),
        (of(Some("annex"), None), false),
        (of(None, Some("bea")), false),
        (of(Some("annex"), Some("ana")), false),
    ] {
        let mut desk = Desk::at_ten();
        desk.closures = vec![closure.clone()];
        match desk.place() {
            Ok(_) => assert!(!closed, "{closure:?}"),
            Err(refusal) => {
                assert!(closed, "{closure:?}");
                assert_eq!(refusal.details["reason"], Detail::from("holiday"));
            }
        }
    }
}

/// The window chosen of two for a check-up at 10:00.
fn chosen(first: Window, second: Window) -> String {
    let mut desk = Desk::at_ten();
    desk.ask.service_id = Some("checkup");
    desk.windows = in_order([first, second]);
    let zone = zone("America/El_Salvador");
    let openings = openings_around(&desk.windows, date("2026-06-15"), &zone);
    let wanted =
        Wanted { ask: desk.ask, start: desk.start, lengths: desk.lengths, buffers: (0, 0), overbook: false };
    choose(&wanted, false, &zone, &openings).unwrap().window.code.clone()
}

fn named(from: &str, to: &str) -> Window {
    Window { services: vec!["checkup".into()], ..window(from, to) }
}

#[test]
fn of_two_windows_each_rule_of_preference_outdoes_those_after_it() {
    let closed = |window: Window| Window { open: false, ..window };
    // Rule, window that must win, window that all later rules prefer.
    let table = [
        ("open before closed", window("09:30", "10:15"), closed(named("09:00", "12:00"))),
        ("then one that it fits in", window("09:30", "12:00"), named("09:00", "10:15")),
        ("then one that names the service", named("09:30", "12:00"), window("09:00", "12:00")),
        ("then the earliest start", window("09:00", "12:00"), window("09:30", "12:00")),
    ];
    for (rule, winner, other) in table {
        assert_eq!(chosen(other.clone(), winner.clone()), "W2", "{rule}, though it is younger");
        assert_eq!(chosen(winner, other), "W1", "{rule}");
    }
    assert_eq!(chosen(window("09:00", "12:00"), window("09:00", "11:00")), "W1", "then the oldest");
    assert_eq!(chosen(window("09:00", "11:00"), window("09:00", "12:00")), "W1", "then the oldest");
}

#[test]
fn with_strict_slots_a_window_whose_grid_is_missed_does_not_fit() {
    let mut desk = Desk::at_ten();
    desk.windows = in_order([
        Window { slot_minutes: Some(45), ..window("09:00", "12:00") },
        Window { slot_minutes: Some(20), ..window("09:20", "12:00") },
    ]);
    assert_eq!(desk.place(), Ok("W1".to_owned()), "the earlier, as long as any minute will do");
    desk.settings.strict_slots = true;
    assert_eq!(desk.place(), Ok("W2".to_owned()), "ten o'clock is on the grid of the later one");
}

#[test]
fn a_window_of_another_doctor_branch_service_or_label_is_none() {
    let labelled = |session: &str, batch: &str| Window {
        session: Some(session.into()),
        batch: Some(batch.into()),
        ..window("09:00", "12:00")
    };
    let asks = |session, batch| Ask { session, batch, service_id: Some("checkup"), ..ANA };
    let table = [
        (window("09:00", "12:00"), asks(None, None), true),
        (labelled("Morning", "MA"), asks(Some("morning"), Some("ma")), true),
        (labelled("Mañana", "MA"), asks(Some("MAÑANA"), None), true),
        (labelled("Morning", "MA"), asks(Some("Evening"), None), false),
        (labelled("Morning", "MA"), asks(None, Some("MB")), false),
        (window("09:00", "12:00"), asks(Some("Morning"), None), false),
        (Window { services: vec!["x-ray".into()], ..window("09:00", "12:00") }, asks(None, None), false),
        (Window { branch_id: "annex".into(), ..window("09:00", "12:00") }, asks(None, None), false),
        (Window { doctor_id: None, ..window("09:00", "12:00") }, asks(None, None), false),
        (window("09:00", "12:00"), Ask { doctor_id: None, ..asks(None, None) }, false),
    ];
    for (window, ask, taken) in table {
        let mut desk = Desk::at_ten();
        desk.windows = vec![window.clone()];
        desk.ask = ask;
        let expected = if taken { None } else { Some(Code::OutsideAvailability) };
        assert_eq!(desk.code(), expected, "{ask:?} in {window:?}");
    }
}

#[test]
fn the_length_is_the_given_then_the_services_the_windows_the_doctors_the_clinics() {
    let all = Lengths { given: Some(1), service: Some(2), doctor: Some(4), clinic: 5 };
    assert_eq!(all.within(Some(3)), 1);
    assert_eq!(Lengths { given: None, ..all }.within(Some(3)), 2);
    assert_eq!(Lengths { given: None, service: None, ..all }.within(Some(3)), 3);
    assert_eq!(Lengths { given: None, service: None, ..all }.within(None), 4);
    assert_eq!(Lengths { clinic: 5, ..Lengths::default() }.within(None), 5);
}

#[test]
fn a_time_that_comes_twice_is_refused_with_both_instants() {
    let table = [
        ("America/New_York", "2026-11-01T01:30", "2026-11-01T01:30:00-04:00", "2026-11-01T01:30:00-05:00"),
        ("Asia/Beirut", "2026-10-24T23:00", "2026-10-24T23:00:00+03:00", "2026-10-24T23:00:00+02:00"),
        ("Australia/Lord_Howe", "2026-04-05T01:45", "2026-04-05T01:45:00+11:00", "2026-04-05T01:45:00+10:30"),
    ];
    for (name, reading, first, second) in table {
        let refusal = wall_instant(&zone(name), wall(reading)).unwrap_err();
        assert_eq!(refusal.code, Code::InvalidTimeSlot);
        assert_eq!(refusal.details["candidates"], Detail::from(vec![first, second]), "{name}");
        assert!(refusal.hint.unwrap().contains(first));
    }
}

#[test]
fn a_time_that_is_skipped_is_refused_without_candidates() {
    for (name, reading) in [
        ("America/New_York", "2026-03-08T02:30"),
        ("America/Santiago", "2026-09-06T00:00"),
        ("Australia/Lord_Howe", "2026-10-04T02:15"),
    ] {
        let refusal = wall_instant(&zone(name), wall(reading)).unwrap_err();
        assert_eq!(refusal.code, Code::InvalidTimeSlot);
        assert!(!refusal.details.contains_key("candidates"), "{name}");
        assert_eq!(refusal.details["date"], Detail::from(&reading[..10]));
    }
}

#[test]
fn a_time_that_comes_once_is_its_instant() {
    for (name, reading, instant) in [
        ("America/New_York", "2026-03-08T03:00", "2026-03-08T03:00:00-04:00"),
        ("America/New_York", "2026-11-01T02:00", "2026-11-01T02:00:00-05:00"),
        ("America/El_Salvador", "2026-11-01T01:30", "2026-11-01T01:30:00-06:00"),
    ] {
        assert_eq!(wall_instant(&zone(name), wall(reading)), Ok(at(instant)), "{name}");
    }
}
