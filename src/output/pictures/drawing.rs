//! The pictures as SVG, alone or in a page: where each box and text stands. The templates escape the texts.

use super::{lead_words, missed_words, month_words, visits_words, whole};
use crate::app::calendar::pictures::Pictures;
use crate::domain::refusal::Refusal;
use crate::domain::report::part;
use crate::locale::{Language, language, word};
use crate::output::paper::filled;
use askama::Template;

const WIDTH: i64 = 780;
const MARGIN: i64 = 24;
/// The width of the labels of bars.
const LABEL: i64 = 130;
/// The longest bar.
const BAR: i64 = 420;
const ROW: i64 = 24;
/// The height of an hour of the heat map.
const HOUR: i64 = 30;

/// A filled box; `percent` is its strength.
struct Shape {
    x: i64,
    y: i64,
    width: i64,
    height: i64,
    percent: i64,
}

/// A text; `y` is its base line.
struct Words {
    x: i64,
    y: i64,
    class: &'static str,
    text: String,
}

#[derive(Template)]
#[template(path = "pictures.svg")]
struct Drawing {
    width: i64,
    height: i64,
    title: String,
    shapes: Vec<Shape>,
    words: Vec<Words>,
}

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    lang: &'static str,
    title: &'a str,
    svg: &'a str,
}

/// The pictures as one SVG image.
pub fn svg(pictures: &Pictures) -> Result<String, Refusal> {
    filled(&drawing(pictures))
}

/// The pictures as one HTML page for a browser or a printer.
pub fn html(pictures: &Pictures) -> Result<String, Refusal> {
    let drawing = drawing(pictures);
    let svg = filled(&drawing)?;
    filled(&Page { lang: lang(), title: &drawing.title, svg: &svg })
}

/// The language of the texts, as HTML names it.
pub(in crate::output) fn lang() -> &'static str {
    match language() {
        Language::English => "en",
        Language::Spanish => "es",
    }
}

fn drawing(pictures: &Pictures) -> Drawing {
    let Pictures { clinic, from, to, months, leads, .. } = pictures;
    let title = text!("pictures-title", clinic, from, to);
    let mut drawing =
        Drawing { width: WIDTH, height: 0, title: title.clone(), shapes: Vec::new(), words: Vec::new() };
    drawing.say(MARGIN, 34, "title", title);
    drawing.height = 54;
    drawing.heat(pictures);
    let rows: Vec<_> = months
        .iter()
        .map(|month| {
            let (missed, came) = (month.tally.no_show, month.tally.completed);
            (month_words(month.first), missed_words(missed, came), month.tally.missed().unwrap_or_default())
        })
        .collect();
    drawing.bars(text!("no-shows-by-month"), rows);
    let all = leads.iter().map(|lead| lead.visits).sum();
    let rows = leads
        .iter()
        .map(|lead| (lead_words(lead.from_days, lead.to_days), visits_words(lead.visits, all), lead.visits));
    let rows = rows.collect();
    drawing.bars(text!("days-from-booking-to-visit"), rows);
    drawing.height += MARGIN;
    drawing
}

impl Drawing {
    fn say(&mut self, x: i64, y: i64, class: &'static str, text: impl Into<String>) {
        self.words.push(Words { x, y, class, text: text.into() });
    }

    /// Begins a part below what is there.
    fn head(&mut self, text: &str) {
        self.height += 24;
        self.say(MARGIN, self.height, "head", text);
        self.height += 14;
    }

    fn heat(&mut self, pictures: &Pictures) {
        self.head(text!("use-of-open-time"));
        let Some(hours) = pictures.heat.hours() else {
            self.height += ROW;
            return self.say(MARGIN, self.height - 6, "label", text!("nothing-to-report"));
        };
        let left = MARGIN + 40;
        let count = i64::try_from(hours.clone().count()).unwrap_or(24);
        let width = ((WIDTH - left - MARGIN) / count).min(56);
        self.height += 14;
        for (hour, number) in hours.clone().zip(0..) {
            self.say(left + number * width + width / 2, self.height - 4, "middle", format!("{hour}"));
        }
        for (weekday, day) in pictures.heat.days() {
            let y = self.height;
            self.say(MARGIN, y + 20, "label", word(&weekday.to_string().to_lowercase()));
            for (hour, number) in hours.clone().zip(0..) {
                let Some(used) = day.get(hour).and_then(|hour| hour.used()).map(whole) else { continue };
                let (x, percent) = (left + number * width, used.clamp(0, 100));
                self.shapes.push(Shape { x, y, width: width - 2, height: HOUR - 2, percent: percent.max(4) });
                let class = if percent > 55 { "light" } else { "middle" };
                self.say(x + width / 2 - 1, y + 19, class, used.to_string());
            }
            self.height += HOUR;
        }
        self.height += 18;
        self.say(MARGIN, self.height - 4, "note", text!("percent-of-open-time"));
    }

    /// A row for each label, with a bar as long as its number and words behind it.
    fn bars(&mut self, title: &str, rows: Vec<(String, String, i64)>) {
        self.head(title);
        let most = rows.iter().map(|(_, _, number)| *number).max().unwrap_or_default().max(1);
        for (label, words, number) in rows {
            let length = part(number, most).unwrap_or_default() * BAR / 1000;
            let (y, x) = (self.height, MARGIN + LABEL);
            self.say(MARGIN, y + 16, "label", label);
            if length > 0 {
                self.shapes.push(Shape { x, y: y + 2, width: length, height: ROW - 6, percent: 80 });
            }
            self.say(x + length + 8, y + 16, "label", words);
            self.height += ROW;
        }
    }
}
