use super::*;
use crate::delivery::Route;
use crate::domain::record::{Branch, Clinic, Doctor, Patient};
use crate::domain::settings::Settings;
use crate::domain::time::{Instant, Zone, add_days};
use chrono::NaiveDate;

struct Names<'a> {
    patient: &'a str,
    doctor: &'a str,
    clinic: &'a str,
}

const PLAIN: Names<'static> = Names { patient: "Rosa Lopez", doctor: "Dra. Ruiz", clinic: "Clinica Sol" };

fn clinic(names: &Names<'_>, locale: &str, phone: Option<&str>) -> Clinic {
    let mut settings = Settings::new("America/El_Salvador");
    settings.locale = locale.into();
    settings.phone = phone.map(Into::into);
    let created_at = Instant::from_unix(0);
    Clinic { id: "c".into(), code: "sol".into(), name: names.clinic.into(), settings, created_at }
}

fn visit(clinic: &Clinic, names: &Names<'_>, date: NaiveDate) -> Visit {
    let zone = Zone::embedded("America/El_Salvador").unwrap();
    let mut visit = bare(clinic, &zone, Instant::from_unix(1_780_000_000));
    visit.appointment.date = date;
    visit.patient = Patient { full_name: names.patient.into(), ..*visit.patient }.into();
    visit.doctor = Some(Doctor { full_name: names.doctor.into(), ..Doctor::default() }.into());
    visit
}

fn said(clinic: &Clinic, visit: &Visit, kind: Kind, route: Route) -> String {
    let expected_at = Some(visit.appointment.span.start);
    let outgoing = Outgoing { clinic, kind, visit, expected_at, answer: None, dates: &[], route };
    Wording::new(None).unwrap().say(&outgoing).unwrap().text
}

fn route(form: Form, replies: bool) -> Route {
    Route { form, replies }
}

fn june(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 6, day).unwrap()
}

#[test]
fn every_kind_of_message_fits_one_segment_on_every_day_where_the_names_are_short() {
    let long_names =
        Names { patient: "Maximiliano Hernandez", doctor: "Dra. Hernandez", clinic: "Clinica San Jose" };
    for (names, locale, phone) in [
        (&PLAIN, "es", None),
        (&PLAIN, "es", Some("+503 2222-3333")),
        (&PLAIN, "en", None),
        (&PLAIN, "en", Some("2222-3333")),
        (&long_names, "es", Some("2222-3333")),
    ] {
        let clinic = clinic(names, locale, phone);
        for days in 0..366 {
            let visit = visit(&clinic, names, add_days(june(1), days));
            for (kind, route) in Kind::worded()
                .flat_map(|kind| [(kind, route(Form::Text, false)), (kind, route(Form::Sms, true))])
            {
                let text = said(&clinic, &visit, kind, route);
                assert_eq!(sms::length(&text).segments, 1, "{text}");
                assert!(text.contains(names.doctor) && text.contains(names.clinic), "{text}");
            }
        }
    }
}

#[test]
fn accents_cost_a_segment_in_text_messages_only() {
    let names = Names { patient: "José Mejía", doctor: "Dr. García", clinic: "Clínica Sol" };
    let clinic = clinic(&names, "es", Some("2222-3333"));
    let saturday = visit(&clinic, &names, june(20));
    for (form, expected) in [
        (
            Form::Text,
            "Hola José, le esperamos el sábado 20 de junio a las {} con Dr. García en Clínica Sol. Si no puede venir, llame al 2222-3333.",
        ),
        (
            Form::Letter,
            "Hola José, le esperamos el sábado 20 de junio a las {} con Dr. García en Clínica Sol. Si no puede venir, llame al 2222-3333.",
        ),
        (
            Form::Sms,
            "Hola José, le esperamos el sabado 20 de junio a las {} con Dr. Garcia en Clinica Sol. Si no puede venir, llame al 2222-3333.",
        ),
    ] {
        let time = crate::domain::time::hhmm(saturday.appointment.start_time);
        assert_eq!(
            said(&clinic, &saturday, Kind::Reminder, route(form, false)),
            expected.replace("{}", &time)
        );
    }
    // Names that need no accent keep theirs; our own words lose theirs.
    let clinic = self::clinic(&PLAIN, "es", None);
    let saturday = visit(&clinic, &PLAIN, june(20));
    let text = said(&clinic, &saturday, Kind::Reminder, Route::default());
    assert!(text.contains("el sabado 20 de junio"), "{text}");
}

#[test]
fn an_answer_is_asked_for_where_answers_are_read_and_elsewhere_the_phone_is_named() {
    let date = june(16);
    for (locale, kind, phone, replies, words) in [
        ("es", Kind::Reminder, true, false, "Si no puede venir, llame al 2222-3333."),
        ("es", Kind::Reminder, false, false, "Si no puede venir, por favor avise a tiempo."),
        ("es", Kind::Reminder, true, true, "Responda SI para confirmar o NO para cancelar."),
        ("es", Kind::Confirmation, true, true, "o STOP para no recibir mensajes."),
        (
            "es",
            Kind::Reschedule,
            true,
            true,
            "Responda SI para confirmar; si no le conviene, llame al 2222-3333.",
        ),
        ("es", Kind::Reschedule, true, false, "disculpe el cambio: su cita es ahora el martes 16 de junio"),
        ("es", Kind::Reschedule, true, false, "Si no le conviene, llame al 2222-3333."),
        ("es", Kind::Cancellation, true, true, "lo sentimos, queda cancelada su cita del martes 16 de junio"),
        ("es", Kind::Cancellation, true, true, "Para otra hora, llame al 2222-3333."),
        ("es", Kind::Delay, true, true, "Si no puede esperar, llame al 2222-3333."),
        ("en", Kind::Reminder, true, false, "If you can't come, please call 2222-3333."),
        ("en", Kind::Reminder, false, false, "If you can't come, please let us know."),
        ("en", Kind::Reminder, true, true, "Reply YES to confirm or NO to cancel."),
        ("en", Kind::Confirmation, true, true, "or STOP for no more messages."),
        (
            "en",
            Kind::Reschedule,
            true,
            false,
            "sorry for the change: your appointment is now on Tuesday 16 June",
        ),
        ("en", Kind::Reschedule, true, false, "If it doesn't suit you, please call 2222-3333."),
        ("en", Kind::Cancellation, true, false, "we are sorry, your appointment on Tuesday 16 June"),
        ("en", Kind::Cancellation, true, false, "is cancelled. For another time, please call 2222-3333."),
        ("en", Kind::Delay, false, false, "Thank you for your patience."),
    ] {
        let clinic = clinic(&PLAIN, locale, phone.then_some("2222-3333"));
        let text = said(&clinic, &visit(&clinic, &PLAIN, date), kind, route(Form::Letter, replies));
        assert!(text.contains(words), "{words} is not in: {text}");
        let asks = ["Responda", "responda", "Reply", "reply"].iter().any(|word| text.contains(word));
        assert!(replies || !asks, "{text}");
        // One sentence, and one that says what to do; the doctor's title has a full stop of its own.
        assert_eq!(text.replace("Dra.", "Dra").matches('.').count(), 2, "{text}");
    }
}

#[test]
fn the_zone_is_named_where_its_clock_differs_from_the_clinics() {
    let clinic = clinic(&PLAIN, "es", None);
    for (zone, place) in [
        ("America/El_Salvador", None),
        ("America/Guatemala", None),
        ("Europe/Madrid", Some(" (hora de Madrid) ")),
        ("America/Argentina/Buenos_Aires", Some(" (hora de Buenos Aires) ")),
    ] {
        let mut visit = visit(&clinic, &PLAIN, june(16));
        visit.zone = Zone::embedded(zone).unwrap();
        let text = said(&clinic, &visit, Kind::Reminder, Route::default());
        assert_eq!(text.contains("hora de"), place.is_some(), "{text}");
        assert!(place.is_none_or(|place| text.contains(place)), "{text}");
        assert!(!text.contains("UTC"), "{text}");
    }
}

#[test]
fn a_branch_with_a_name_of_its_own_is_named() {
    let clinic = clinic(&PLAIN, "en", None);
    let mut visit = visit(&clinic, &PLAIN, june(16));
    visit.branch = Branch { name: "Norte".into(), ..Branch::default() }.into();
    let text = said(&clinic, &visit, Kind::Reminder, Route::default());
    assert!(text.contains("with Dra. Ruiz at Clinica Sol, Norte."), "{text}");
}
