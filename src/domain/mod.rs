//! RULES: pure. No I/O, no clock, no SQL; what is needed is handed in, what was decided
//! comes out.

/// The order and the public spellings of an enum's variants, as strum derives them.
macro_rules! spelled {
    ($kind:ident) => {
        impl $kind {
            /// Every one of them, in order.
            pub const ALL: [$kind; <$kind as strum::VariantArray>::VARIANTS.len()] =
                match <$kind as strum::VariantArray>::VARIANTS.first_chunk() {
                    Some(all) => *all,
                    // The array is as long as the slice.
                    None => unreachable!(),
                };

            /// The public spelling.
            pub fn as_str(self) -> &'static str {
                self.into()
            }

            /// The one with that public spelling.
            pub fn spelled(word: &str) -> Option<$kind> {
                $kind::ALL.into_iter().find(|it| it.as_str() == word)
            }

            /// Every public spelling.
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
pub mod ids;
pub mod imported;
pub mod interval;
pub mod lease;
pub mod phone;
pub mod queue;
pub mod record;
pub mod refusal;
pub mod reminder;
pub mod report;
pub mod room;
pub mod rrule;
pub mod series;
pub mod settings;
pub mod status;
pub mod text;
pub mod time;
pub mod undo;
pub mod waitlist;
pub mod webhook;
pub mod why;
pub mod window;
