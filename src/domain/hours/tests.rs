use super::*;
use proptest::prelude::*;

#[test]
fn hours_are_read_in_two_languages_and_written_in_one() {
    for (text, written) in [
        ("mon-fri 8-12, 14-18; sat 8-12", "mon-fri 8-12, 14-18; sat 8-12"),
        ("lun-vie 8-12, 14-18; sáb 8-12", "mon-fri 8-12, 14-18; sat 8-12"),
        ("lunes a viernes 8 a 12 y 14 a 18; sábado 8-12", "mon-fri 8-12, 14-18; sat 8-12"),
        ("lunes a viernes de 8:00 a 12:00; sábados de 8 a 13", "mon-fri 8-12; sat 8-13"),
        ("Mon to Fri 9am to 5pm", "mon-fri 9-17"),
        ("mon – fri 9 – 17", "mon-fri 9-17"),
        ("tue,thu 9-11", "tue,thu 9-11"),
        ("tue, thu 9-11", "tue,thu 9-11"),
        ("martes y jueves 9-11", "tue,thu 9-11"),
        ("mon wed fri 8:30-12:15", "mon,wed,fri 8:30-12:15"),
        ("mon 9-12, tue 14-18", "mon 9-12; tue 14-18"),
        ("mon-sat 8-12; mon-fri 14-18", "mon-fri 8-12, 14-18; sat 8-12"),
        ("daily 0-24", "daily"),
        ("todos los días 7-19", "mon-sun 7-19"),
        ("fri-mon 8-10", "mon,fri-sun 8-10"),
        ("fri 22-6", "fri 22-6"),
        ("mon 18-24", "mon 18-24"),
        ("mon 18 - midnight", "mon 18-24"),
        ("mon 9-5 overnight", "mon 9-5 overnight"),
        ("mon 9-noon", "mon 9-12"),
        ("mon 14h30-16h", "mon 14:30-16"),
        ("mon 8.30-12", "mon 8:30-12"),
        ("mon 12am-1am", "mon 0-1"),
        ("mon 8-12; mon 14-18", "mon 8-12, 14-18"),
        ("mon-fri 8-12\nsat 9-10", "mon-fri 8-12; sat 9-10"),
        ("none", "none"),
        ("cerrado", "none"),
    ] {
        let hours = Hours::parse(text).unwrap_or_else(|problem| panic!("{text}: {problem}"));
        let written = if written == "daily" { "mon-sun 0-24" } else { written };
        assert_eq!(hours.text().replace("08:30", "8:30"), written, "{text}");
        assert_eq!(Hours::parse(&hours.text()), Ok(hours), "{text}");
    }
}

#[test]
fn what_is_no_hours_is_refused_with_what_is_wrong() {
    for (text, said) in [
        ("", "such as"),
        ("8-12", "day"),
        ("mon", "time"),
        ("mon-fri", "time"),
        ("someday 8-12", "weekday"),
        ("mon 8", "8-12"),
        ("mon 8-25", "25"),
        ("mon 8-8", "8-8"),
        ("mon 13pm-14", "13pm"),
        ("mon 8-12, , 14-18", "8-12"),
        ("mon 8-12-14", "12-14"),
        ("mon 8-12; 14-18", "day"),
    ] {
        let problem = Hours::parse(text).expect_err(text);
        assert!(problem.contains(said), "{text}: {problem}");
    }
}

#[test]
fn a_night_of_over_fourteen_hours_is_a_slip_and_says_what_was_meant() {
    let problem = Hours::parse("mon-fri 9-5").unwrap_err();
    assert!(problem.contains("9-17") && problem.contains("20"), "{problem}");
    let problem = Hours::parse("mon 8-12, 2-6").unwrap_err();
    assert!(problem.contains("14-18"), "{problem}");
    let at = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap();
    for (from, to, meant) in [
        (9, 5, Some(17)),
        (8, 1, Some(13)),
        (10, 0, None),
        (22, 6, None),
        (16, 6, None),
        (15, 6, Some(18)),
        (20, 13, Some(13)),
        (9, 17, None),
        (0, 0, None),
    ] {
        assert_eq!(meant_instead((at(from), at(to))), meant.map(at), "{from}-{to}");
    }
}

proptest! {
    #[test]
    fn what_is_written_reads_back_the_same(
        spans in prop::collection::btree_map((0u32..24, 0u32..4, 1i64..1440), 1u8..128, 1..6)
    ) {
        let mut hours = Hours::default();
        for ((hour, quarter, minutes), days) in spans {
            let from = NaiveTime::from_hms_opt(hour, quarter * 15, 0).unwrap();
            hours.add((from, from + chrono::Duration::minutes(minutes)), days);
        }
        let written = hours.text();
        prop_assert_eq!(Hours::parse(&written), Ok(hours), "{}", written);
    }

    #[test]
    fn no_text_makes_it_panic(text in ".{0,60}") {
        let _ = Hours::parse(&text);
    }
}
