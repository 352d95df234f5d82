//! What patients read: short texts by channel with their length, one confirmation for a series, quiet nights.

use crate::support::Clinic;
use crate::support::views::{Members, Messages, Previewed, Sweep, Swept};
use std::fs;

const WEEKLY: &str = "book --doctor RUIZ --date 2026-06-15 --time 09:00 --name 'Ana Paz' --phone 7700-0001 --every week --times 3";

/// Clinica Sol, where Dra. Ruiz sees patients, with a phone.
fn clinic() -> Clinic {
    let clinic = Clinic::empty();
    for line in [
        "init --name 'Clinica Sol' --timezone America/El_Salvador --code sol",
        "doctor add --name 'Dra. Ruiz' --code RUIZ",
        "window add --doctor RUIZ --days mon-fri --from 09:00 --to 17:00",
        "clinic set phone 2222-3333",
        "clinic set reminder_offsets none",
    ] {
        clinic.does(line);
    }
    clinic
}

/// Its channels besides `print`: text messages, mail, and a program whose answers are read.
fn channels(clinic: &mut Clinic) {
    let config = clinic.file(
        "turno.toml",
        "[channels.sms]\nkind = 'twilio'\naccount_sid = 'AC0123456789abcdef0123456789abcdef'\ntoken_env = 'T'\nfrom = '+15005550006'\n\
         [channels.mail]\nkind = 'smtp'\nhost = '127.0.0.1'\nsecurity = 'none'\nfrom = 'a@sol.example'\n\
         [channels.gateway]\nkind = 'command'\nprogram = '/bin/true'\nreplies = true\n",
    );
    clinic.env("TURNO_CONFIG", &config.display().to_string());
    clinic.env("T", "token");
    clinic.set("reminder_channels", "sms,mail,gateway,print");
}

fn sent(clinic: &Clinic) -> Vec<Swept> {
    clinic.sweep().messages.into_iter().filter(|message| message.status == "sent").collect()
}

fn texts(clinic: &Clinic) -> Vec<String> {
    sent(clinic).into_iter().filter_map(|message| message.text).collect()
}

#[test]
fn a_reminder_is_a_friendly_sentence_and_one_for_what_to_do() {
    let clinic = clinic();
    let booked =
        clinic.book("--doctor RUIZ --date 2026-06-17 --time 10:00 --name 'Rosa Paz' --phone 7700-0001");
    let preview: Previewed = clinic.json(&format!("remind preview {}", booked.code));
    let said: Vec<_> = preview.messages.iter().map(|m| (m.kind.as_str(), m.text.as_str())).collect();
    assert_eq!(
        said,
        [
            (
                "reminder",
                "Hola Rosa, le esperamos el miércoles 17 de junio a las 10:00 con Dra. Ruiz en Clinica Sol. Si no puede venir, llame al 2222-3333."
            ),
            (
                "confirmation",
                "Hola Rosa, su cita es el miércoles 17 de junio a las 10:00 con Dra. Ruiz en Clinica Sol. Si no puede venir, llame al 2222-3333."
            ),
            (
                "reschedule",
                "Hola Rosa, disculpe el cambio: su cita es ahora el miércoles 17 de junio a las 10:00 con Dra. Ruiz en Clinica Sol. Si no le conviene, llame al 2222-3333."
            ),
            (
                "cancellation",
                "Hola Rosa, lo sentimos, queda cancelada su cita del miércoles 17 de junio a las 10:00 con Dra. Ruiz en Clinica Sol. Para otra hora, llame al 2222-3333."
            ),
            (
                "delay",
                "Hola Rosa, disculpe, hoy vamos con retraso: su cita de las 10:00 con Dra. Ruiz en Clinica Sol empieza hacia las 10:25. Si no puede esperar, llame al 2222-3333."
            ),
        ]
    );
    assert!(preview.messages.iter().all(|message| message.segments == Some(1) && message.channel == "print"));
    assert_eq!((preview.kind.as_str(), preview.text.as_str()), ("reminder", said[0].1));
    assert_eq!(texts(&clinic), [said[1].1], "what is sent is what was shown");
}

#[test]
fn a_preview_shows_each_channels_text_and_length_also_without_an_appointment() {
    let mut clinic = clinic();
    channels(&mut clinic);
    clinic.set("name", "Clínica San José");
    let preview: Previewed = clinic.json("remind preview --kind reminder");
    assert_eq!((preview.appointment_id, preview.appointment_code), (None, None));
    let by = |channel: &str| preview.messages.iter().find(|message| message.channel == channel).unwrap();
    assert_eq!(preview.messages.len(), 4);
    let sms = by("sms");
    assert!(sms.text.contains("Hola Ana, ") && sms.text.contains("Clinica San José"), "{}", sms.text);
    assert!(sms.text.ends_with("llame al 2222-3333.") && sms.segments == Some(1), "{}", sms.text);
    let mail = by("mail");
    assert!(mail.text.contains("Clínica San José") && mail.segments.is_none(), "{}", mail.text);
    let gateway = by("gateway");
    assert!(gateway.text.ends_with("Responda SI para confirmar o NO para cancelar."), "{}", gateway.text);
    assert_eq!(by("print").segments, Some(2), "its name has an accent that the alphabet lacks");
    let table = clinic.run("remind preview --kind reminder --locale en");
    assert!(
        table.contains("reminder by sms: ") && table.contains(" characters, 1 text message\n"),
        "{table}"
    );
    assert!(
        table.contains("reminder by mail: ") && table.contains("\n  Hello Ana, we look forward"),
        "{table}"
    );
    assert_eq!(clinic.list("").total, 0, "nothing was booked for it");
}

#[test]
fn whether_answers_are_read_is_true_or_false() {
    let mut clinic = clinic();
    let config = clinic
        .file("turno.toml", "[channels.gateway]\nkind = 'command'\nprogram = '/bin/true'\nreplies = 'yes'\n");
    clinic.env("TURNO_CONFIG", &config.display().to_string());
    let refusal = clinic.refused("clinic set reminder_channels gateway", "VALIDATION_ERROR", 2);
    assert!(refusal.text("reminder_channels").contains("replies"), "{refusal:?}");
}

#[test]
fn a_series_is_confirmed_by_one_message_with_all_its_dates() {
    let clinic = clinic();
    let made: Members = clinic.json(WEEKLY);
    let Messages { messages, .. } = clinic.json("remind list");
    assert_eq!(messages.len(), 1, "{messages:?}");
    let all = "Hola Ana, sus 3 citas con Dra. Ruiz en Clinica Sol: lun 15 jun 09:00, lun 22 jun 09:00, lun 29 jun 09:00. Si no puede venir, llame al 2222-3333.";
    let rehearsed: Sweep = clinic.json("remind due --dry-run");
    assert_eq!(rehearsed.messages[0].text.as_deref(), Some(all));
    let shown: Previewed =
        clinic.json(&format!("remind preview {} --kind confirmation", made.appointments[1].code));
    assert_eq!(shown.text, all);
    assert_eq!(texts(&clinic), [all]);
    // What was told of it is called back.
    clinic.does("undo --yes");
    let said = texts(&clinic);
    assert!(
        said.iter().any(|text| text.contains("queda cancelada su cita del lunes 29 de junio")),
        "{said:?}"
    );
    clinic.is_sound();
}

#[test]
fn a_series_is_confirmed_although_its_first_date_falls_or_moves() {
    let clinic = clinic();
    let made: Members = clinic.json(WEEKLY);
    clinic.does(&format!("cancel {} --reason viaje --no-notify", made.appointments[0].code));
    clinic.does(&format!(
        "reschedule {} --date 2026-06-23 --time 10:00 --no-notify",
        made.appointments[1].code
    ));
    let said = texts(&clinic);
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(
        said[0].contains("sus 2 citas") && said[0].contains("mar 23 jun 10:00, lun 29 jun 09:00."),
        "{said:?}"
    );
    // Where all fall, nothing is left to confirm.
    let other =
        WEEKLY.replace("09:00", "11:00").replace("Ana Paz", "Eva Sol").replace("7700-0001", "7700-0002");
    let made: Members = clinic.json(&other);
    clinic.does(&format!("series cancel {} --reason viaje --no-notify", made.series.code));
    assert_eq!(texts(&clinic), Vec::<String>::new());
    clinic.is_sound();
}

#[test]
fn a_reminder_does_not_take_the_place_of_a_series_confirmation() {
    let mut clinic = clinic();
    clinic.set("reminder_offsets", "24h");
    let _: Members = clinic.json(WEEKLY);
    clinic.at("2026-06-14T10:00:00-06:00");
    let mut kinds: Vec<String> = sent(&clinic).into_iter().map(|message| message.kind).collect();
    kinds.sort();
    assert_eq!(kinds, ["confirmation", "reminder"]);
}

#[test]
fn a_clinics_own_confirmation_says_every_date_of_a_series() {
    let clinic = clinic();
    let folder = clinic.home().join(".config/turno/templates/sol/es");
    fs::create_dir_all(&folder).unwrap();
    let own = |text: &str| fs::write(folder.join("confirmation.txt.jinja"), text).unwrap();
    own("{{ patient }}: {{ day }} a las {{ time }} ({{ code }})");
    let made: Members = clinic.json(WEEKLY);
    let codes: Vec<_> = made.appointments.iter().map(|visit| visit.code.clone()).collect();
    let days = ["lunes 15 de junio de 2026", "lunes 22 de junio de 2026", "lunes 29 de junio de 2026"];
    let lines = days.iter().zip(&codes).map(|(day, code)| format!("Ana Paz: {day} a las 09:00 ({code})"));
    assert_eq!(texts(&clinic), [lines.collect::<Vec<_>>().join("\n\n")]);
    own("{{ first_name }}: {{ dates or day }}, {{ phone }}");
    let shown: Previewed = clinic.json(&format!("remind preview {} --kind confirmation", codes[0]));
    assert_eq!(shown.text, "Ana: lun 15 jun 09:00, lun 22 jun 09:00, lun 29 jun 09:00, 2222-3333");
    clinic.does("remind templates check");
    own("{{ dates }}");
    let refusal = clinic.refused("remind templates check", "VALIDATION_ERROR", 2);
    assert_eq!(refusal.fields(), ["es/confirmation.txt.jinja"], "a single appointment has none");
}

#[test]
fn a_new_clinic_sends_nothing_at_night() {
    let mut clinic = clinic();
    clinic.at("2026-06-01T22:30:00-06:00");
    let _ = clinic.book("--doctor RUIZ --date 2026-06-17 --time 10:00 --name 'Rosa Paz' --phone 7700-0001");
    assert_eq!(sent(&clinic).len(), 0);
    clinic.at("2026-06-02T07:00:00-06:00");
    assert_eq!(sent(&clinic).len(), 1);
}
