//! Views as JSON text. An appointment is fifty short texts under fifty names: to look through each name for
//! signs that JSON escapes, and to write each quotation mark by itself, takes longer than to read the
//! appointment from the book. Here a name is written as it stands, and `serde_json` is asked for a text that
//! has something to escape. What comes out is what `serde_json` makes of the same view, but for what
//! [`Safe`] makes of a text.

use std::borrow::Cow;
use std::fmt::Write;
use std::io;

/// JSON as it grows.
pub(crate) struct Text<'a> {
    held: String,
    safe: Safe,
    hand_on: &'a mut dyn FnMut(&mut String) -> io::Result<()>,
}

/// What makes texts safe for whoever looks at them.
#[derive(Clone, Copy)]
pub(crate) struct Safe {
    /// Whether a text that has nothing to escape can be shown as it is.
    pub(crate) shows: fn(&str) -> bool,
    /// The JSON of a text, safe.
    pub(crate) made: fn(String) -> String,
}

impl<'a> Text<'a> {
    /// One that begins. What is not ASCII, or not shown, is in texts only, and each of them is made safe; something may
    /// take from it when an element of a list is complete.
    pub(crate) fn new(safe: Safe, hand_on: &'a mut dyn FnMut(&mut String) -> io::Result<()>) -> Self {
        Text { held: String::new(), safe, hand_on }
    }

    /// What is left of it.
    pub(crate) fn rest(self) -> String {
        self.held
    }

    /// JSON as it stands.
    pub(crate) fn put(&mut self, json: &str) {
        self.held.push_str(json);
    }

    /// A text that holds nothing to be escaped, in quotation marks.
    pub(crate) fn put_plain(&mut self, text: &str) {
        self.held.push('"');
        self.held.push_str(text);
        self.held.push('"');
    }

    fn put_text(&mut self, text: &str) {
        let escaped = text.bytes().any(|byte| byte < b' ' || byte == b'"' || byte == b'\\');
        if !escaped && (self.safe.shows)(text) {
            return self.put_plain(text);
        }
        // A text can always be written.
        self.held.push_str(&(self.safe.made)(serde_json::to_string(text).unwrap_or_default()));
    }

    /// Goes on in an object that was just written: it ends with a field that is no list, so that its last
    /// brace is still here.
    pub(crate) fn reopen(&mut self) {
        debug_assert!(self.held.ends_with('}'), "{}", self.held);
        self.held.pop();
    }
}

/// What can be written as JSON.
pub(crate) trait Spell {
    /// Writes it.
    ///
    /// # Errors
    /// What handing on answers.
    fn spell(&self, out: &mut Text<'_>) -> io::Result<()>;
}

impl Spell for &str {
    fn spell(&self, out: &mut Text<'_>) -> io::Result<()> {
        out.put_text(self);
        Ok(())
    }
}

impl Spell for String {
    fn spell(&self, out: &mut Text<'_>) -> io::Result<()> {
        self.as_str().spell(out)
    }
}

impl Spell for Cow<'_, str> {
    fn spell(&self, out: &mut Text<'_>) -> io::Result<()> {
        out.put_text(self);
        Ok(())
    }
}

impl Spell for bool {
    fn spell(&self, out: &mut Text<'_>) -> io::Result<()> {
        out.put(if *self { "true" } else { "false" });
        Ok(())
    }
}

impl Spell for i64 {
    fn spell(&self, out: &mut Text<'_>) -> io::Result<()> {
        // Writing to a string can't fail.
        let _ = write!(out.held, "{self}");
        Ok(())
    }
}

impl Spell for usize {
    fn spell(&self, out: &mut Text<'_>) -> io::Result<()> {
        let _ = write!(out.held, "{self}");
        Ok(())
    }
}

impl<T: Spell> Spell for Option<T> {
    fn spell(&self, out: &mut Text<'_>) -> io::Result<()> {
        match self {
            Some(value) => value.spell(out),
            None => {
                out.put("null");
                Ok(())
            }
        }
    }
}

impl<T: Spell> Spell for Vec<T> {
    fn spell(&self, out: &mut Text<'_>) -> io::Result<()> {
        out.put("[");
        for (place, element) in self.iter().enumerate() {
            if place > 0 {
                out.put(",");
            }
            element.spell(out)?;
            (out.hand_on)(&mut out.held)?;
        }
        out.put("]");
        Ok(())
    }
}

/// A view: a structure that is an object of its fields, in their order.
macro_rules! view {
    ($(#[doc = $about:literal])* $seen:vis struct $name:ident $(<$life:lifetime>)? {
        $first:ident: $first_kind:ty $(, $field:ident: $kind:ty)* $(,)?
    }) => {
        $(#[doc = $about])*
        #[derive(serde::Serialize)]
        $seen struct $name $(<$life>)? {
            $first: $first_kind,
            $($field: $kind,)*
        }

        impl $(<$life>)? $crate::public::spell::Spell for $name $(<$life>)? {
            fn spell(&self, out: &mut $crate::public::spell::Text<'_>) -> std::io::Result<()> {
                out.put(concat!("{\"", stringify!($first), "\":"));
                self.$first.spell(out)?;
                $(
                    out.put(concat!(",\"", stringify!($field), "\":"));
                    self.$field.spell(out)?;
                )*
                out.put("}");
                Ok(())
            }
        }
    };
}
pub(crate) use view;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::{Instant, Zone};
    use crate::public::{At, Clock, On};
    use chrono::{NaiveDate, NaiveTime};
    use proptest::prelude::*;

    view! {
        struct Inner<'a> {
            only: Option<Cow<'a, str>>,
        }
    }

    view! {
        struct Sample<'a> {
            text: &'a str,
            texts: Vec<String>,
            inner: Option<Inner<'a>>,
            none: Option<Inner<'a>>,
            flag: bool,
            number: i64,
            total: usize,
            at: At<'a>,
            on: On,
            clock: Clock,
        }
    }

    fn spelt(view: &impl Spell) -> String {
        let mut keep = |_: &mut String| Ok(());
        let as_it_is = Safe { shows: |_| true, made: |json| json };
        let mut text = Text::new(as_it_is, &mut keep);
        view.spell(&mut text).unwrap();
        text.rest()
    }

    proptest! {
        #[test]
        fn a_view_is_spelt_as_the_library_spells_it(
            text in any::<String>(),
            texts in proptest::collection::vec("[a-z\"\\\\\u{0}-\u{1f}\u{7f}é]{0,40}", 0..4),
            flag in any::<bool>(),
            number in any::<i64>(),
            total in any::<usize>(),
            at in -80_000_000_000_i64..400_000_000_000,
            days in -1_000_000_i32..5_000_000,
            minute in 0_u32..1440,
        ) {
            let zone = Zone::embedded("America/El_Salvador").unwrap();
            let view = Sample {
                text: &text,
                inner: texts.first().map(|text| Inner { only: Some(Cow::Borrowed(text)) }),
                texts: texts.clone(),
                none: None,
                flag,
                number,
                total,
                at: At(&zone, Instant::from_unix(at)),
                on: On(NaiveDate::from_num_days_from_ce_opt(days).unwrap()),
                clock: Clock(NaiveTime::from_hms_opt(minute / 60, minute % 60, 0).unwrap()),
            };
            prop_assert_eq!(spelt(&view), serde_json::to_string(&view).unwrap());
        }
    }
}
