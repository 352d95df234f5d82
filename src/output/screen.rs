//! The screen of `queue --watch`, which is redrawn at intervals.

use crate::output::agenda::{cut, heading_of};
use crate::output::words::{at, paint, words};
use anstyle::Style;
use console::truncate_str;
use serde_json::Value;

/// Switches to the alternate screen and hides the cursor.
pub const ENTER: &str = "\u{1b}[?1049h\u{1b}[?25l";
/// Shows the cursor and switches back.
pub const LEAVE: &str = "\u{1b}[?25h\u{1b}[?1049l";

/// The heading above the queue.
pub fn heading(value: &Value) -> String {
    let time = words(at(value, "as_of")).get(11..16).unwrap_or_default().to_owned();
    text!("waiting-room", date = heading_of(&words(at(value, "date"))), time)
}

/// The last line of the screen: the interval in seconds, after the error of the last try, if any.
pub fn foot(trouble: Option<&str>, seconds: u64) -> String {
    match trouble {
        Some(trouble) => text!("looking-again-every-s", trouble, seconds),
        None => text!("every-s-ctrl-c-ends", seconds),
    }
}

/// Heading, the lines of the body that fit, and foot; drawn over the old screen to avoid flicker.
pub fn frame(heading: &str, body: &str, foot: &str, (rows, columns): (usize, usize), color: bool) -> String {
    let paint = |style: Style, text: &str| paint(style, &cut(text, columns), color);
    // A wider line would wrap and push others off the screen.
    let fits = |line: &&str| truncate_str(line, columns, "…").into_owned();
    let room = rows.saturating_sub(4).max(1);
    let all: Vec<&str> = body.lines().collect();
    let mut lines = vec![paint(Style::new().bold(), heading), String::new()];
    if all.len() > room {
        lines.extend(all.iter().take(room - 1).map(fits));
        let more = text!("and-lines-more", room = all.len() - room + 1);
        lines.push(paint(Style::new().dimmed(), &more));
    } else {
        lines.extend(all.iter().map(fits));
    }
    lines.extend([String::new(), paint(Style::new().dimmed(), foot)]);
    lines.truncate(rows.max(1));
    // Clear the rest of each line, and the screen below the last.
    format!("\u{1b}[H{}\u{1b}[K\u{1b}[J", lines.join("\u{1b}[K\r\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_screen_is_never_higher_or_wider_than_the_terminal() {
        let body: String = (0..40).map(|n| format!("line {n}\n")).collect();
        for rows in [1, 3, 5, 24] {
            let drawn = frame("Waiting room", &body, "every 5 s", (rows, 10), false);
            assert!(drawn.matches("\r\n").count() < rows, "{rows}: {drawn:?}");
        }
        let drawn = frame("Waiting room", &body, "every 5 s", (10, 12), false);
        assert!(drawn.contains("line 4") && !drawn.contains("line 5"), "{drawn:?}");
        assert!(drawn.contains("… and 35 li…"), "{drawn:?}");
        assert!(drawn.contains("every 5 s"), "{drawn:?}");
    }
}
