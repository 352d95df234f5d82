//! Import files: CSV, calendars and bundles.

use crate::fuzz;
use turno::commands::import::columns::Kind;
use turno::commands::import::columns::Plan;
use turno::domain::interval::Interval;
use turno::domain::time::{Instant, Zone};
use turno::formats::csv::read::{LONGEST_ROW, Rows};
use turno::formats::fhir::read::read;
use turno::formats::ics::expand::{View, expand};
use turno::formats::ics::read::events;
use turno::input::fields::Raw;

#[test]
fn a_table_is_read_or_refused_by_its_lines() {
    let seeds: Vec<Vec<u8>> = [
        &b"name,phone,email\nAna,7012-3456,\n\"Luis, Paz\",'+50370120000,l@example.org\r\n"[..],
        b"date,time,doctor,name,phone,status\n2026-06-02,09:00,GARCIA,\"Ana \"\"A\"\"\",7012-3456,no_show\n",
        b"\xef\xbb\xbfstarts_at,duration_minutes,doctor.code,patient.full_name,patient.phone,overbooked\n2026-06-02T09:00:00-06:00,30,G,A,1,true\n",
    ]
    .map(<[u8]>::to_vec)
    .to_vec();
    fuzz("tables", &seeds, |bytes, chance| {
        let separator = if chance.below(4) == 0 { b';' } else { b',' };
        let lines = bytes.split(|byte| matches!(byte, b'\n' | b'\r')).count() as u64;
        let rows = match Rows::new(bytes, separator) {
            Ok(rows) => rows,
            Err(none) => {
                assert!(none.line <= lines && !none.problem.is_empty(), "{none:?}");
                return;
            }
        };
        let header = rows.header().to_vec();
        let plans: Vec<(Kind, Plan)> = [Kind::Patients, Kind::Appointments]
            .into_iter()
            .filter_map(|kind| Plan::of(kind, &header, &[], &Raw::default()).ok().map(|plan| (kind, plan)))
            .collect();
        let mut last = 1;
        for row in rows {
            assert!(row.line >= last && row.line <= lines, "{} of {lines}", row.line);
            last = row.line;
            let Ok(cells) = row.cells else { continue };
            assert_eq!(cells.len(), header.len());
            assert!(cells.iter().map(|cell| cell.len() as u64).sum::<u64>() <= LONGEST_ROW + 8192);
            for (kind, plan) in &plans {
                match kind {
                    Kind::Patients => drop(plan.fields(cells.clone()).patient()),
                    Kind::Appointments => drop(plan.fields(cells.clone()).import()),
                }
            }
        }
    });
}

#[test]
fn a_calendar_is_read_or_refused_by_its_lines() {
    let event = |lines: &str| {
        format!("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a\r\n{lines}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")
            .into_bytes()
    };
    let seeds = [
        event(
            "DTSTART;TZID=Europe/Madrid:20260602T180000\r\nDURATION:PT1H\r\nRRULE:FREQ=WEEKLY;BYDAY=MO,TU;COUNT=9\r\nSUMMARY:a\\, b\r\n  c",
        ),
        event(
            "DTSTART:20260131T090000\r\nDTEND:20260131T100000\r\nRRULE:FREQ=MONTHLY;BYMONTHDAY=-1;UNTIL=20270101T000000Z\r\nEXDATE:20260228T090000",
        ),
        event(
            "DTSTART;VALUE=DATE:20260602\r\nRRULE:FREQ=YEARLY;BYMONTH=6;BYDAY=-1SU;BYSETPOS=1;WKST=SU\r\nRDATE;VALUE=DATE:20260701",
        ),
        event(
            "DTSTART:20260602T180000Z\r\nRECURRENCE-ID:20260602T180000Z\r\nSTATUS:CANCELLED\r\nTRANSP:TRANSPARENT",
        ),
        event(
            "DTSTART:20260601T090000\r\nDURATION:P1D\r\nRRULE:FREQ=DAILY;BYWEEKNO=20,30;BYYEARDAY=1,-1;BYHOUR=9,10;INTERVAL=2",
        ),
    ];
    let home = Zone::embedded("America/El_Salvador").expect("a zone");
    let start = Instant::parse_rfc3339("2026-06-01T08:00:00-06:00").expect("an instant");
    let view =
        View { zone: &Zone::embedded, home: &home, horizon: Interval::new(start, start.plus(365 * 86_400)) };
    fuzz("calendars", &seeds, |bytes, _| {
        let lines = bytes.split(|byte| *byte == b'\n').count() as u64;
        let found = match events(bytes) {
            Ok(events) => expand(&events, &view),
            Err(problem) => Err(problem),
        };
        match found {
            Err(problem) => assert!(problem.line >= 1 && problem.line <= lines, "{problem:?}"),
            Ok(expanded) => {
                for one in expanded.iter().flat_map(|event| &event.occurrences) {
                    assert!(one.from < one.to, "{one:?}");
                }
            }
        }
    });
}

#[test]
fn a_bundle_is_read_or_refused_by_its_entries() {
    let bundle = |kind: &str, entries: &str| {
        format!("{{\"resourceType\":\"Bundle\",\"type\":\"{kind}\",\n\"entry\":[{entries}]}}\n").into_bytes()
    };
    let ours = "https://turno.invalid/fhir";
    let patient = format!(
        r#"{{"fullUrl":"urn:uuid:1","resource":{{"resourceType":"Patient","id":"1","identifier":[{{"system":"{ours}/code","value":"P-1"}}],"name":[{{"text":"Ana"}}],"telecom":[{{"system":"phone","value":"+50370123456"}}]}}}}"#
    );
    let doctor = r#"{"resource":{"resourceType":"Practitioner","id":"7","active":false,"name":[{"family":"Paz","given":["In\u00e9s"]}]}}"#;
    let visit = format!(
        r#"{{"resource":{{"resourceType":"Appointment","id":"a","status":"booked","start":"2026-06-02T15:00:00Z","end":"2026-06-02T15:30:00.5+00:00","extension":[{{"url":"{ours}/status","valueCode":"no_show"}},{{"url":"{ours}/token-number","valueInteger":3}}],"participant":[{{"actor":{{"reference":"urn:uuid:1"}},"status":"accepted"}},{{"actor":{{"reference":"Practitioner/7"}},"status":"accepted"}}]}}}}"#
    );
    let seeds = [
        bundle("collection", &format!("{patient},{doctor},{visit}")),
        bundle("searchset", &format!("{visit},{visit}")),
        bundle("searchset", &format!("{doctor},{{\"resource\":{{\"resourceType\":\"Slot\"}}}}")),
        bundle("collection", ""),
    ];
    fuzz("bundles", &seeds, |bytes, _| {
        let lines = bytes.split(|byte| *byte == b'\n').count() as u64;
        match read(bytes) {
            Err(told) => {
                assert!(told.line >= 1 && told.line <= lines && !told.problem.is_empty(), "{told:?}")
            }
            Ok(bundle) => {
                for found in &bundle.found {
                    assert!(found.entry >= 1);
                    if let Ok(record) = &found.record {
                        assert!(record.fields.values().all(|value| !value.trim().is_empty()), "{record:?}");
                    }
                }
            }
        }
    });
}
