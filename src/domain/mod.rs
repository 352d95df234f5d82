//! Pure rules: no I/O, no clock, no SQL; data comes in as arguments, decisions are returned.

/// Adds the variants in order and their public spellings to an enum with strum's derives.
macro_rules! spelled {
    ($kind:ident) => {
        impl $kind {
            /// All variants, in order.
            pub const ALL: [$kind; <$kind as strum::VariantArray>::VARIANTS.len()] =
                match <$kind as strum::VariantArray>::VARIANTS.first_chunk() {
                    Some(all) => *all,
                    None => unreachable!(),
                };

            /// The spelling in the output.
            pub fn as_str(self) -> &'static str {
                self.into()
            }

            /// The variant with that public spelling.
            pub fn spelled(word: &str) -> Option<$kind> {
                $kind::ALL.into_iter().find(|it| it.as_str() == word)
            }

            /// All public spellings, separated by commas.
            pub fn list() -> String {
                $kind::ALL.map($kind::as_str).join(", ")
            }
        }
    };
}
pub(crate) use spelled;

pub mod access;
pub mod address;
pub mod age;
pub mod appointment;
pub mod availability;
pub mod booking;
pub mod delivery;
#[cfg(test)]
pub(crate) mod fixtures;
pub mod hours;
pub mod ids;
pub mod imported;
pub mod interval;
pub mod lease;
pub mod meant;
pub mod phone;
pub mod pictures;
pub mod queue;
pub mod record;
pub mod refusal;
pub mod reminder;
pub mod reply;
pub mod report;
pub mod room;
pub mod rrule;
pub mod series;
pub mod settings;
pub mod sms;
pub mod status;
pub mod text;
pub mod time;
pub mod undo;
pub mod waitlist;
pub mod webhook;
pub mod why;
pub mod window;
