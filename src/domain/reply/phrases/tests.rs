use super::*;
use proptest::prelude::*;

fn understood(text: &str) -> (Meaning, Option<String>) {
    let Understood { meaning, code } = Phrases::default().understand(text);
    (meaning, code)
}

#[test]
fn answers_are_understood_in_both_languages() {
    use Meaning::{No, Start, Stop, Unclear, Yes};
    for (meaning, texts) in [
        (
            Yes,
            &[
                "sí",
                "Si",
                "SÍ!!",
                "¡Sí!",
                "si.",
                "Sí, gracias",
                "Hola, sí",
                "si por favor",
                "Claro que sí 😊",
                "OK",
                "okay 🙏🏽",
                "yes",
                "Yes, please.",
                "I'll be there",
                "I’ll be there!",
                "👍",
                "👍🏾",
                "✅",
                "sí 👍",
                "Confirmo mi cita",
                "buenas tardes, confirmo, muchas gracias",
                " S\u{ed}\u{200b} ",
                "Si\u{301}",
            ][..],
        ),
        (
            No,
            &[
                "no",
                "NO.",
                "No puedo",
                "no podré ir",
                "no, gracias",
                "Cancelar mi cita",
                "cancel",
                "please cancel",
                "I can't make it",
                "I can’t come",
                "👎",
                "no ❌",
                "¡No!",
            ],
        ),
        (Stop, &["STOP", "stop.", "Unsubscribe", "baja", "ALTO", "no más mensajes", "Stop please"]),
        (Start, &["START", "alta", "unstop", "Reanudar"]),
        (
            Unclear,
            &[
                "",
                "   ",
                "?",
                "😊",
                "gracias",
                "no sé si puedo",
                "sí, pero mañana",
                "si puedo a las 5",
                "¿puedo ir a las 5?",
                "sí no",
                "no sí",
                "sí 👎",
                "👍👎",
                "stop o start",
                "yes and no",
                "nosi",
                "si, cancelar",
                "no cancelar",
                "no stop",
                "hola",
                "stop the pain",
                "1",
                "+503 7777 1234",
            ],
        ),
    ] {
        for text in texts {
            assert_eq!(understood(text), (meaning, None), "{text}");
        }
    }
}

#[test]
fn a_code_may_stand_before_or_behind() {
    for (text, meaning, code) in [
        ("SÍ F9NWMK", Meaning::Yes, Some("F9NWMK")),
        ("si f9nwmk, gracias", Meaning::Yes, Some("F9NWMK")),
        ("F9NWMK: no puedo", Meaning::No, Some("F9NWMK")),
        ("NO-F9NWMK", Meaning::No, Some("F9NWMK")),
        ("👍 F9NWMK", Meaning::Yes, Some("F9NWMK")),
        ("F9NWMK", Meaning::Unclear, Some("F9NWMK")),
        ("sí, pero F9NWMK mañana", Meaning::Unclear, Some("F9NWMK")),
        ("sí F9NWMK K7QF3M", Meaning::Unclear, None),
    ] {
        assert_eq!(understood(text), (meaning, code.map(str::to_owned)), "{text}");
    }
}

#[test]
fn no_phrase_has_two_meanings_or_ends_in_a_courtesy() {
    let mut seen: BTreeMap<&str, Meaning> = BTreeMap::new();
    for (meaning, phrases) in PHRASES {
        for phrase in phrases.split(", ") {
            assert_eq!(seen.insert(phrase, meaning), None, "{phrase}");
            assert_eq!(words(phrase).join(" "), phrase);
            assert_eq!(without_courtesies(phrase), phrase);
        }
    }
}

#[test]
fn a_clinic_adds_phrases_and_turns_none_around() {
    let phrases = Phrases::with("yes = Simón, dale pues ; no=ni modo;").unwrap();
    assert_eq!(phrases.understand("¡SIMÓN!").meaning, Meaning::Yes);
    assert_eq!(phrases.understand("ni modo, gracias").meaning, Meaning::No);
    assert_eq!(phrases.understand("sí").meaning, Meaning::Yes);
    for wrong in [
        "simón",
        "maybe=quizás",
        "unclear=eh",
        "yes=no",
        "stop=si",
        "yes=dale pues;no=dale pues",
        "yes=…",
        "yes=gracias",
    ] {
        assert!(Phrases::with(wrong).is_err(), "{wrong}");
    }
}

fn phrase() -> impl Strategy<Value = (Meaning, String)> {
    let all: Vec<(Meaning, String)> = PHRASES
        .iter()
        .flat_map(|(meaning, all)| all.split(", ").map(|one| (*meaning, one.to_owned())))
        .collect();
    proptest::sample::select(all)
}

proptest! {
    #[test]
    fn case_and_punctuation_change_nothing(
        (meaning, phrase) in phrase(),
        upper in any::<bool>(),
        before in "[ ¡!¿?.,*_-]{0,4}",
        after in "[ !?.,;:)😊🙏-]{0,4}",
    ) {
        let said = if upper { phrase.to_uppercase() } else { phrase };
        prop_assert_eq!(understood(&format!("{before}{said}{after}")).0, meaning);
    }

    #[test]
    fn a_word_more_makes_an_answer_unclear((_, phrase) in phrase(), word in "(pero|mañana|quizás|but|later|doctor)") {
        prop_assert_eq!(understood(&format!("{phrase} {word}")).0, Meaning::Unclear);
        prop_assert_eq!(understood(&format!("{word}, {phrase}")).0, Meaning::Unclear);
    }

    #[test]
    fn any_text_is_read_without_a_fault(text in "\\PC{0,300}", bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = understood(&text);
        let _ = understood(&String::from_utf8_lossy(&bytes));
        let _ = Phrases::with(&text);
    }
}
