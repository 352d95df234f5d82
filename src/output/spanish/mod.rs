//! The catalogue: what turno says in English, and the same in Spanish.
//!
//! A row is a sentence with holes: `{}` takes any text as it is (a code, a name, a number), `{t}` a text
//! that is translated in its turn (why, which kind). On the Spanish side the holes stand in the same order,
//! or are numbered from `{0}`. The rules and use cases speak English and know nothing of this: their
//! sentences are found here by how they read. `tests/spanish.rs` looks through the source for sentences
//! that no row has.

mod book;
mod channels;
mod desk;
mod faces;
mod fhir;
mod rules;
mod setup;
mod talk;
mod today;
mod traffic;

use std::borrow::Cow;

/// The themes. Of rows that fit equally well the first is taken.
const THEMES: [&[(&str, &str)]; 10] = [
    rules::ROWS,
    desk::ROWS,
    faces::ROWS,
    talk::ROWS,
    today::ROWS,
    setup::ROWS,
    book::ROWS,
    channels::ROWS,
    traffic::ROWS,
    fhir::ROWS,
];

/// How deep sentences stand in sentences.
const DEEPEST: usize = 4;

/// The rows, all of them.
pub fn rows() -> impl Iterator<Item = (&'static str, &'static str)> {
    THEMES.into_iter().flatten().copied()
}

/// A word that stands alone; none where no row is that word.
pub(super) fn word(english: &str) -> Option<&'static str> {
    rows().find(|(known, _)| *known == english).map(|(_, spanish)| spanish)
}

/// A sentence; none where no row reads so.
pub(super) fn sentence(english: &str) -> Option<String> {
    at_depth(english, 0)
}

fn at_depth(english: &str, depth: usize) -> Option<String> {
    if let Some(whole) = word(english) {
        return Some(whole.to_owned());
    }
    let fitting =
        rows().filter_map(|(pattern, spanish)| Some((said(pattern), held(pattern, english)?, spanish)));
    // The row that says most of it itself. Of equals the first.
    let (_, holes, spanish) = fitting.reduce(|best, next| if next.0 > best.0 { next } else { best })?;
    Some(filled(spanish, &holes, depth))
}

/// What stands in a hole, and whether it is translated in its turn.
type Hole<'a> = (&'a str, bool);

/// The parts of a pattern between its holes, each with whether the hole before it is a `{t}`.
fn parts(pattern: &str) -> impl Iterator<Item = (&str, bool)> {
    let mut rest = Some(pattern);
    let mut translated = false;
    std::iter::from_fn(move || {
        let text = rest?;
        let next = ["{}", "{t}"].iter().filter_map(|hole| Some((text.find(hole)?, *hole))).min();
        let Some((at, hole)) = next else {
            rest = None;
            return Some((text, translated));
        };
        rest = Some(&text[at + hole.len()..]);
        let part = (&text[..at], translated);
        translated = hole == "{t}";
        Some(part)
    })
}

/// How much of a sentence the pattern says itself.
fn said(pattern: &str) -> usize {
    parts(pattern).map(|(part, _)| part.len()).sum()
}

/// What the holes hold, where the sentence reads as the pattern. The last hole but one ends as early as
/// it can; nothing between two holes is taken twice.
fn held<'a>(pattern: &str, english: &'a str) -> Option<Vec<Hole<'a>>> {
    let mut parts = parts(pattern).peekable();
    let (first, _) = parts.next()?;
    let mut rest = english.strip_prefix(first)?;
    let mut holes = Vec::new();
    while let Some((part, translated)) = parts.next() {
        let end = if parts.peek().is_some() { rest.find(part)? } else { rest.strip_suffix(part)?.len() };
        if end == 0 {
            return None;
        }
        holes.push((&rest[..end], translated));
        rest = &rest[end + part.len()..];
    }
    // Behind a colon a sentence begins anew: what stands before it, a field or a line, is no part of this one.
    let too_much = pattern.starts_with("{}") && holes.first().is_some_and(|(text, _)| text.contains(": "));
    (rest.is_empty() && !holes.is_empty() && !too_much).then_some(holes)
}

/// The Spanish side with its holes filled.
fn filled(spanish: &str, holes: &[Hole<'_>], depth: usize) -> String {
    let holes: Vec<Cow<'_, str>> = holes
        .iter()
        .map(|(text, translated)| match translated {
            true if depth < DEEPEST => at_depth(text, depth + 1).map_or(Cow::Borrowed(*text), Cow::Owned),
            _ => Cow::Borrowed(*text),
        })
        .collect();
    let (mut text, mut rest, mut next) = (String::new(), spanish, 0);
    while let Some((before, after)) = rest.split_once('{') {
        let Some((number, behind)) = after
            .split_once('}')
            .filter(|(inside, _)| inside.is_empty() || inside.bytes().all(|byte| byte.is_ascii_digit()))
        else {
            text.push_str(before);
            text.push('{');
            rest = after;
            continue;
        };
        text.push_str(before);
        let place = number.parse().unwrap_or(next);
        text.push_str(holes.get(place).map_or("", AsRef::as_ref));
        next = place + 1;
        rest = behind;
    }
    text + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_row_can_be_said_and_says_all_that_it_was_given() {
        let mut seen = BTreeSet::new();
        for (english, spanish) in rows() {
            assert!(
                !spanish.is_empty() && english.trim() == english && spanish.trim() == spanish,
                "{english}"
            );
            let holes = parts(english).count() - 1;
            let given: Vec<String> = (0..holes).map(|n| format!("7{n}7")).collect();
            let said =
                filled(spanish, &given.iter().map(|text| (text.as_str(), false)).collect::<Vec<_>>(), 0);
            for text in &given {
                assert!(said.contains(text.as_str()), "{english} loses a hole: {said}");
            }
            seen.insert(english.replace("{t}", "{}"));
        }
        assert!(seen.len() > 600);
    }

    #[test]
    fn a_row_stands_once_or_says_the_same() {
        let mut known = std::collections::BTreeMap::new();
        for (english, spanish) in rows() {
            let other = known.insert(english, spanish);
            assert!(other.is_none_or(|other| other == spanish), "{english}: {spanish} and {other:?}");
        }
    }

    #[test]
    fn sentences_are_found_by_how_they_read() {
        for (english, spanish) in [
            ("that time has already passed", Some("esa hora ya pasó")),
            ("doctor \"Ana\" not found", Some("no se encontró el doctor \"Ana\"")),
            (
                "a no_show appointment can't become confirmed",
                Some("una cita con estado \"no asistió\" no puede pasar a \"confirmada\""),
            ),
            (
                "date: \"x\" is not a date such as 2026-06-15",
                Some("date: \"x\" no es una fecha como 2026-06-15"),
            ),
            (
                "appointments are booked at least 2h ahead",
                Some("las citas se reservan con al menos 2h de anticipación"),
            ),
            (
                "file: a.ics, line 4: DTSTART must be such as 20260615",
                Some("file: a.ics, línea 4: DTSTART debe ser algo como 20260615"),
            ),
            ("Ana Mejía", None),
            ("", None),
        ] {
            assert_eq!(sentence(english).as_deref(), spanish, "{english}");
        }
    }

    #[test]
    fn what_people_wrote_is_left_as_it_is() {
        assert_eq!(
            sentence("closed at that time: no appointments").as_deref(),
            Some("cerrado a esa hora: no appointments")
        );
        assert_eq!(
            sentence("doctor \"{0} {}\" not found").as_deref(),
            Some("no se encontró el doctor \"{0} {}\"")
        );
    }
}
