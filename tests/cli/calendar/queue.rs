//! The waiting room: patients in progress, waiting and expected.

use crate::support::Clinic;
use crate::support::views::{Place, Queue};

/// 10:00 at Dr. García's: one patient in progress, one waiting, one late, one expected later.
fn ten_o_clock() -> (Clinic, Vec<String>) {
    let mut clinic = Clinic::open();
    let codes: Vec<String> = ["09:30", "10:00", "10:30", "15:00"]
        .iter()
        .enumerate()
        .map(|(n, time)| {
            let line = format!("--date today --time {time} --name 'Paciente {n}' --phone 7765-432{n}");
            clinic.json::<crate::support::views::Appointment>(&format!("book --doctor GARCIA {line}")).code
        })
        .collect();
    clinic.at("2026-06-01T09:40:00-06:00");
    clinic.does(&format!("status {} in_progress", codes[0]));
    clinic.at("2026-06-01T09:55:00-06:00");
    clinic.does(&format!("status {} checked_in", codes[2]));
    clinic.at("2026-06-01T10:05:00-06:00");
    (clinic, codes)
}

/// Code, status, minutes waited, expected start, and minutes still to wait.
type Told<'a> = (&'a str, &'a str, Option<i64>, Option<&'a str>, Option<i64>);

fn told(places: &[Place]) -> Vec<Told<'_>> {
    places
        .iter()
        .map(|p| {
            let expected = p.expected_time.as_deref();
            (p.code.as_str(), p.status.as_str(), p.waiting_minutes, expected, p.expected_wait_minutes)
        })
        .collect()
}

#[test]
fn the_queue_tells_who_is_in_who_waits_and_who_is_next() {
    let (clinic, codes) = ten_o_clock();
    let Queue { date, as_of, queue, inbox: _ } = clinic.json("queue");
    assert_eq!((date.as_str(), as_of.as_str()), ("2026-06-01", "2026-06-01T10:05:00-06:00"));
    assert_eq!(
        told(&queue),
        [
            (codes[0].as_str(), "in_progress", None, Some("09:40"), None),
            // A late patient does not delay those who are present.
            (codes[2].as_str(), "checked_in", Some(10), Some("10:10"), Some(5)),
            (codes[1].as_str(), "confirmed", None, Some("10:40"), Some(35)),
            (codes[3].as_str(), "confirmed", None, Some("15:00"), Some(0)),
        ]
    );
    assert_eq!(queue.iter().map(|p| p.token_number).collect::<Vec<_>>(), [1, 3, 2, 4]);
    let text = clinic.run("queue");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 5, "{text}");
    assert!(lines[2].contains("▶ checked in") && lines[2].contains("Paciente 2"), "{text}");
}

#[test]
fn who_came_first_is_first_and_marked_as_next() {
    let (mut clinic, codes) = ten_o_clock();
    // The ten o'clock patient comes after the one of half past ten, who waits for ten minutes by now.
    clinic.does(&format!("status {} checked_in", codes[1]));
    clinic.at("2026-06-01T10:06:00-06:00");
    let Queue { queue, .. } = clinic.json("queue");
    let order: Vec<_> = queue.iter().map(|place| place.code.as_str()).collect();
    assert_eq!(order, [&codes[0], &codes[2], &codes[1], &codes[3]]);
    let text = clinic.run("queue");
    let marked: Vec<&str> = text.lines().filter(|line| line.contains('→')).collect();
    assert!(marked.len() == 1 && marked[0].contains(&codes[2]) && marked[0].contains("11 min"), "{text}");
    let today = clinic.run("today");
    let next = today.lines().find(|line| line.contains("→ next")).unwrap();
    assert!(next.contains(&codes[2]), "{today}");
}

#[test]
fn who_is_through_or_does_not_come_is_in_no_queue() {
    let (clinic, codes) = ten_o_clock();
    clinic.does(&format!("status {} completed", codes[0]));
    clinic.does(&format!("status {} no_show", codes[1]));
    clinic.does(&format!("cancel {} --reason viaje", codes[3]));
    let Queue { queue, .. } = clinic.json("queue");
    assert_eq!(told(&queue), [(codes[2].as_str(), "checked_in", Some(10), Some("10:05"), Some(0))]);
    clinic.does(&format!("status {} completed", codes[2]));
    assert_eq!(clinic.run("queue"), "nobody is expected today\n");
}

#[test]
fn each_doctor_has_a_queue_and_a_pooled_window_one_by_its_tokens() {
    let mut clinic = Clinic::open();
    for line in [
        "doctor add --name 'Dra. Ruiz' --code RUIZ",
        "window add --doctor RUIZ --days mon-fri --from 09:00 --to 12:00",
        "service add --name Vacunas --code VAC",
        "window add --service VAC --days mon-fri --from 09:00 --to 12:00 --capacity 5",
    ] {
        clinic.does(line);
    }
    for (n, whose) in
        ["--service VAC", "--doctor RUIZ", "--doctor GARCIA", "--service VAC"].iter().enumerate()
    {
        clinic.does(&format!("book {whose} --date today --time 9:00 --name 'P {n}' --phone 7765-432{n}"));
    }
    clinic.at("2026-06-01T09:00:00-06:00");
    let Queue { queue, .. } = clinic.json("queue");
    let doctors: Vec<_> = queue.iter().map(|p| (p.doctor.as_deref(), p.token_number)).collect();
    assert_eq!(doctors, [(None, 1), (None, 2), (Some("Dr. García"), 1), (Some("Dra. Ruiz"), 1)]);
    assert!(queue[0].expected_time.is_none(), "nobody knows how many see the pooled window's patients");
    let Queue { queue, .. } = clinic.json("queue --doctor RUIZ");
    assert_eq!(queue.len(), 1);
    let _ = clinic.refused("queue --doctor NOBODY", "RESOURCE_NOT_FOUND", 3);
}

#[cfg(unix)]
mod watched {
    use super::ten_o_clock;
    use crate::support::terminal::picture;
    use crate::support::views::Queue;

    #[test]
    fn the_queue_stays_on_the_screen_and_the_terminal_is_left_as_it_was() {
        let (clinic, codes) = ten_o_clock();
        let mut talk = clinic.talks("queue --watch --every 1");
        talk.waits_for("Waiting room").waits_for("▶ checked in").waits_for("Ctrl-C ends");
        // `--watch` holds no lock, so the desk can work, and the screen shows the changes.
        clinic.does(&format!("status {} completed", codes[0]));
        clinic.does(&format!("status {} in_progress", codes[2]));
        talk.waits_for("◐ in progress  ").waits_for("Paciente 2").waits_for("Ctrl-C ends");
        let screen = talk.picture();
        assert!(!screen.contains("Paciente 0") && screen.contains("Paciente 3"), "{screen}");
        assert!(screen.starts_with("Waiting room  Monday 2026-06-01, 10:05\n"), "{screen}");
        // After a resize, the screen is drawn again.
        talk.resized(6, 40).waits_for("lines more").waits_for("every 1 s");
        let screen = talk.picture();
        assert!(screen.lines().count() <= 6 && screen.contains("every 1 s"), "{screen}");
        assert_eq!(talk.interrupted(), Some(0), "{}", talk.screen);
        let end = &talk.screen[talk.screen.len().saturating_sub(20)..];
        assert!(end.ends_with("\u{1b}[?25h\u{1b}[?1049l"), "cursor and screen come back: {end:?}");
        clinic.is_sound();
    }

    #[test]
    fn q_leaves_the_screen() {
        let (clinic, _) = ten_o_clock();
        let mut talk = clinic.talks("queue --watch --every 60");
        talk.waits_for("q or Ctrl-C ends").types("q");
        assert_eq!(talk.ends(), Some(0), "{}", talk.screen);
    }

    #[test]
    fn a_narrow_terminal_has_fewer_columns_and_whole_words() {
        let (clinic, _) = ten_o_clock();
        clinic.does("book GARCIA today 16:00 'María Fernanda Paz' 7765-9999");
        for columns in [40, 60, 80] {
            for line in ["queue", "list"] {
                let (text, exit) = clinic.on_terminal(line, columns);
                assert_eq!(exit, Some(0), "{text}");
                let drawn = picture(&text, (50, columns));
                for word in ["María", "Fernanda", "Paz", "16:00"] {
                    assert!(drawn.contains(word), "{columns}: {drawn}");
                }
            }
        }
        let (text, _) = clinic.on_terminal("queue", 80);
        assert!(text.contains("token"), "people are called by it: {text}");
    }

    #[test]
    fn a_program_that_watches_has_a_line_for_each_look() {
        let (clinic, codes) = ten_o_clock();
        let mut talk = clinic.talks("queue --watch --every 1 --json");
        talk.waits_for("as_of");
        clinic.does(&format!("status {} completed", codes[0]));
        talk.waits_for("\r\n").waits_for("as_of").waits_for("\r\n");
        assert_eq!(talk.interrupted(), Some(0), "{}", talk.screen);
        let looks: Vec<Queue> =
            talk.screen.lines().map(|line| serde_json::from_str(line).expect("a queue")).collect();
        assert!(looks.len() >= 2 && looks[0].queue.len() == 4, "{looks:?}");
        assert_eq!(looks[looks.len() - 1].queue.len(), 3);
    }

    #[test]
    fn who_has_no_terminal_is_told_what_to_do_instead() {
        let (clinic, _) = ten_o_clock();
        for line in ["queue --watch", "queue --watch --format csv"] {
            let ran = clinic.ran(line).exits(2);
            assert!(ran.stderr().contains("--json"), "{}", ran.stderr());
            assert_eq!(ran.stdout(), "");
        }
        for line in ["queue --every 3", "queue --watch --every 0", "queue --watch --every 4000"] {
            let _ = clinic.refused(line, "VALIDATION_ERROR", 2);
        }
        // Initial errors are printed to the normal screen.
        let (text, exit) = clinic.on_terminal("queue --watch --doctor NOBODY", 80);
        assert_eq!(exit, Some(3), "{text}");
        assert!(!text.contains("\u{1b}[?1049h"), "{text}");
    }
}
