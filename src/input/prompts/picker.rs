//! A question on the terminal: a line to type in, and the choices below it.
//!
//! Drawn on stderr and read key by key, so that Ctrl-C and Esc arrive as keys and the drawing can be removed.
//! The cursor is never hidden.

use crate::domain::text::fold;
use crate::input::session::Stop;
use crate::locale::plain;
use crate::output::printable;
use crate::output::words::paint;
use anstyle::{AnsiColor, Style};
use console::{Key, Term, measure_text_width, truncate_str};

/// The answer to a question, or that it was given up.
pub(crate) type Asked<T> = Result<T, Stop>;

const TITLE: Style = Style::new().bold();
const MARK: Style = Style::new().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Cyan))).bold();
const DIM: Style = Style::new().dimmed();
const WRONG: Style = Style::new().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Red)));
/// The most lines of choices that are shown at a time.
const TALLEST: usize = 16;
/// Something to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Choice<K> {
    /// What it is.
    pub key: K,
    /// How it reads.
    pub label: String,
    /// What it is found by, besides how it reads.
    pub words: String,
    /// What it is grouped under, said once for those that follow each other.
    pub group: &'static str,
    /// Why it can't be taken.
    pub shut: Option<&'static str>,
}

impl<K> Choice<K> {
    pub(crate) fn new(key: K, label: impl Into<String>) -> Self {
        Choice { key, label: label.into(), words: String::new(), group: "", shut: None }
    }

    pub(crate) fn found_by(mut self, words: impl Into<String>) -> Self {
        self.words = words.into();
        self
    }

    pub(crate) fn under(mut self, group: &'static str) -> Self {
        self.group = group;
        self
    }

    pub(crate) fn shut(mut self, why: Option<&'static str>) -> Self {
        self.shut = why;
        self
    }

    /// Whether every word that was typed is in it, without accents and case.
    pub(crate) fn fits(&self, typed: &str) -> bool {
        let own = fold(&format!("{} {} {}", self.label, self.words, self.group));
        fold(typed).split(' ').all(|word| own.contains(word))
    }
}

/// Where questions are asked.
pub(crate) struct Board {
    term: Term,
    color: bool,
    #[cfg(unix)]
    _quiet: super::quiet::Quiet,
}

impl Board {
    pub(crate) fn new(color: bool) -> Board {
        Board {
            term: Term::stderr(),
            color,
            #[cfg(unix)]
            _quiet: super::quiet::Quiet::begin(),
        }
    }

    fn paint(&self, style: Style, text: &str) -> String {
        paint(style, text, self.color)
    }

    /// Says something between questions.
    pub(crate) fn say(&self, text: &str) -> Asked<()> {
        let width = usize::from(self.term.size().1);
        for line in text.lines() {
            self.term.write_line(&truncate_str(line, width, "…"))?;
        }
        Ok(())
    }

    /// A line of a summary: what it is about, and what it says.
    pub(crate) fn fact(&self, name: &'static str, value: &str) -> Asked<()> {
        self.say(&format!("  {} {}", self.paint(DIM, &format!("{:<8}", plain(name))), printable(value)))
    }

    /// One of these; typing leaves those that hold what was typed.
    pub(crate) fn choose<K: Clone>(&self, question: &str, all: &[Choice<K>]) -> Asked<K> {
        let usual = all.iter().position(|choice| choice.shut.is_none()).unwrap_or(0);
        self.pick(question, text!("choose-type-to-search-enter-takes-it-esc"), usual, &mut |typed| {
            Ok(all.iter().filter(|choice| choice.fits(typed)).cloned().collect())
        })
        .map(|(key, _)| key)
    }

    /// One of those that are found for what is typed, and what was typed.
    pub(crate) fn pick<K: Clone>(
        &self,
        question: &str,
        keys: &str,
        usual: usize,
        find: &mut dyn FnMut(&str) -> Asked<Vec<Choice<K>>>,
    ) -> Asked<(K, String)> {
        let (mut typed, mut at) = (String::new(), usual);
        let mut found = find("")?;
        let mut note = keys.to_owned();
        loop {
            at = at.min(found.len().saturating_sub(1));
            if found.is_empty() {
                text!("nothing-like-that-backspace-takes-letters-back").clone_into(&mut note);
            }
            self.draw(question, &typed, &self.lines(&found, at, &note))?;
            note = keys.to_owned();
            match self.key()? {
                Key::Enter => match found.get(at) {
                    Some(Choice { shut: Some(why), .. }) => note = (*why).to_owned(),
                    Some(choice) => {
                        self.settle(question, choice.label.trim())?;
                        return Ok((choice.key.clone(), typed));
                    }
                    None => {}
                },
                Key::ArrowUp | Key::BackTab => at = at.checked_sub(1).unwrap_or(found.len()),
                Key::ArrowDown | Key::Tab => at = if at + 1 < found.len() { at + 1 } else { 0 },
                Key::PageUp => at = at.saturating_sub(self.height()),
                Key::PageDown => at += self.height(),
                Key::Home => at = 0,
                Key::End => at = found.len(),
                key => {
                    if edit(&mut typed, &key) {
                        found = find(&typed)?;
                        at = best(&found, &typed);
                    }
                }
            }
        }
    }

    /// A line of text that passes a check.
    pub(crate) fn text<T>(
        &self,
        question: &str,
        usual: &str,
        check: impl Fn(&str) -> Result<T, String>,
    ) -> Asked<T> {
        loop {
            if let Some(value) = self.line(question, usual, true, &check)? {
                return Ok(value);
            }
        }
    }

    /// A line of text that passes a check, or nothing.
    pub(crate) fn maybe<T>(
        &self,
        question: &str,
        usual: &str,
        check: impl Fn(&str) -> Result<T, String>,
    ) -> Asked<Option<T>> {
        self.line(question, usual, false, &check)
    }

    fn line<T>(
        &self,
        question: &str,
        usual: &str,
        required: bool,
        check: &dyn Fn(&str) -> Result<T, String>,
    ) -> Asked<Option<T>> {
        let (mut typed, mut wrong) = (usual.to_owned(), String::new());
        loop {
            let lines = if wrong.is_empty() { Vec::new() } else { vec![self.paint(WRONG, &wrong)] };
            self.draw(question, &typed, &lines)?;
            match self.key()? {
                Key::Enter if typed.trim().is_empty() && required => {
                    wrong = text!("is-required-esc-gives-up").to_owned();
                }
                Key::Enter if typed.trim().is_empty() => {
                    self.settle(question, "–")?;
                    return Ok(None);
                }
                Key::Enter => match check(&typed) {
                    Ok(value) => {
                        self.settle(question, typed.trim())?;
                        return Ok(Some(value));
                    }
                    Err(problem) => wrong = printable(&problem),
                },
                key => {
                    edit(&mut typed, &key);
                }
            }
        }
    }

    /// Yes, or given up.
    pub(crate) fn confirm(&self, question: &str, usual: bool) -> Asked<()> {
        let keys = if usual { text!("default-yes") } else { text!("default-no") };
        self.draw(&format!("{question} {keys}"), "", &[])?;
        loop {
            let yes = match self.key()? {
                Key::Char('y' | 'Y' | 's' | 'S') => true,
                Key::Char('n' | 'N') => false,
                Key::Enter => usual,
                _ => continue,
            };
            self.settle(question, if yes { text!("yes") } else { text!("no") })?;
            return if yes { Ok(()) } else { Err(Stop::GivenUp) };
        }
    }

    /// The next key. A question that is given up is wiped, as is one whose terminal went away.
    fn key(&self) -> Asked<Key> {
        match self.term.read_key_raw() {
            Ok(Key::CtrlC | Key::Escape) | Err(_) => {
                // Ignore errors: the terminal may be closed.
                let _ = self.wipe();
                Err(Stop::GivenUp)
            }
            Ok(key) => Ok(key),
        }
    }

    fn height(&self) -> usize {
        usize::from(self.term.size().0).saturating_sub(4).clamp(1, TALLEST)
    }

    /// The choices around the one that is pointed at, and a note below them.
    fn lines<K>(&self, found: &[Choice<K>], at: usize, note: &str) -> Vec<String> {
        let height = self.height();
        let first = at.saturating_sub(height / 2).min(found.len().saturating_sub(height));
        let column = found.iter().map(|choice| measure_text_width(choice.group)).max().unwrap_or(0);
        let mut lines = Vec::new();
        let mut said = "";
        for (n, choice) in found.iter().enumerate().skip(first).take(height) {
            let group = if choice.group == said { "" } else { choice.group };
            said = choice.group;
            let gap = if column > 0 { "  " } else { "" };
            let group = self.paint(DIM, &format!("{group:<column$}{gap}"));
            let label = printable(&choice.label);
            lines.push(match (n == at, choice.shut) {
                (true, _) => format!("{} {group}{}", self.paint(MARK, "❯"), self.paint(MARK, &label)),
                (false, Some(_)) => format!("  {group}{}", self.paint(DIM, &label)),
                (false, None) => format!("  {group}{label}"),
            });
        }
        let more = if found.len() > lines.len() {
            format!("{} · ", text!("in-all", count = found.len()))
        } else {
            String::new()
        };
        lines.push(self.paint(DIM, &format!("{more}{}", note)));
        lines
    }

    /// Draws the question over itself, and leaves the cursor behind what was typed.
    fn draw(&self, question: &str, typed: &str, below: &[String]) -> Asked<()> {
        let width = usize::from(self.term.size().1).saturating_sub(1);
        let head = format!("{} {}", self.paint(TITLE, question), printable(typed));
        let mut text = format!("\r\u{1b}[J{}", truncate_str(&head, width, "…"));
        for line in below {
            text.push_str("\r\n");
            text.push_str(&truncate_str(line, width, "…"));
        }
        if !below.is_empty() {
            text.push_str(&format!("\u{1b}[{}A", below.len()));
        }
        text.push('\r');
        let column = measure_text_width(&head).min(width);
        if column > 0 {
            text.push_str(&format!("\u{1b}[{column}C"));
        }
        self.term.write_str(&text)?;
        Ok(())
    }

    fn wipe(&self) -> std::io::Result<()> {
        self.term.write_str("\r\u{1b}[J")
    }

    /// Leaves the question with its answer on one line.
    fn settle(&self, question: &str, answer: &str) -> Asked<()> {
        self.wipe()?;
        let answer =
            answer.split("  ").map(str::trim).filter(|part| !part.is_empty()).collect::<Vec<_>>().join("  ");
        let question = question.trim_start_matches('¿').trim_end_matches(['?', ':']);
        self.say(&format!("{} {}", self.paint(DIM, &format!("{question}:")), printable(&answer)))
    }
}

/// The one that begins with what was typed, else the first that can be taken.
fn best<K>(found: &[Choice<K>], typed: &str) -> usize {
    let wanted = fold(typed);
    let open = |choice: &&Choice<K>| choice.shut.is_none();
    let begins = |choice: &Choice<K>| open(&choice) && fold(&choice.label).starts_with(&wanted);
    let place = found.iter().position(begins).or_else(|| found.iter().position(|choice| open(&choice)));
    place.unwrap_or(0)
}

/// Changes what was typed. Answers whether it did.
fn edit(typed: &mut String, key: &Key) -> bool {
    match key {
        Key::Char(letter) if !letter.is_control() => {
            typed.push(*letter);
            true
        }
        Key::Backspace => typed.pop().is_some(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_finds_without_accents_and_case() {
        let choice = Choice::new(1, "Dra. Núñez   Pediatría").found_by("NUN").under("morning");
        for typed in ["", "nunez", "PEDIA", "ped nun", "dra  nú", "morn"] {
            assert!(choice.fits(typed), "{typed}");
        }
        assert!(!choice.fits("garcia") && !choice.fits("nunez x"));
    }

    #[test]
    fn what_begins_with_the_letters_comes_before_what_holds_them() {
        let all = ["14:00–14:30", "14:30–15:00"].map(|label| Choice::new(label, label));
        assert_eq!((best(&all, "14:30"), best(&all, "15"), best(&all, "")), (1, 0, 0));
        let shut = [all[0].clone().shut(Some("full")), all[1].clone()];
        assert_eq!((best(&shut, ""), best(&shut, "14:00"), best(&shut[..1], "")), (1, 1, 0));
    }

    #[test]
    fn typing_adds_letters_and_takes_them_back() {
        let mut typed = String::new();
        for letter in "aé漢".chars() {
            assert!(edit(&mut typed, &Key::Char(letter)));
        }
        assert!(edit(&mut typed, &Key::Backspace) && !edit(&mut typed, &Key::ArrowUp));
        assert_eq!(typed, "aé");
        assert!(!edit(&mut String::new(), &Key::Backspace));
    }

    #[test]
    fn few_of_many_are_shown_around_the_one_pointed_at() {
        let board = Board::new(false);
        let all: Vec<Choice<usize>> = (0..40)
            .map(|n| Choice::new(n, format!("{n:02}")).under(if n < 20 { "morning" } else { "late" }))
            .collect();
        let lines = board.lines(&all, 39, "note");
        assert_eq!(lines.last().unwrap(), "40 in all · note");
        assert_eq!(lines[lines.len() - 2], "❯          39");
        assert!(lines.len() <= TALLEST + 1);
        assert!(lines[0].contains("late"), "{lines:?}");
        assert_eq!(board.lines(&all[..2], 0, "")[..2], ["❯ morning  00", "           01"]);
    }
}
