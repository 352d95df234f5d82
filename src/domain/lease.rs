//! Precautions for a message whose sending ends the program: it must not end every later sweep too.

use std::ops::RangeInclusive;

/// How carefully to send a message or delivery, by the number of leases lost while it was being sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Precaution {
    /// With others.
    None,
    /// With others, after everything that never lost a lease.
    Last,
    /// Alone, after everything else: if the program ends again, nothing else is sent twice.
    Alone,
    /// Not at all: it has failed.
    GiveUp,
}

/// The error text of a message or delivery that was given up.
pub fn given_up() -> &'static str {
    text!("given-up-after-4-tries")
}

impl Precaution {
    /// All precautions, in the order of a sweep.
    pub const ALL: [Precaution; 4] =
        [Precaution::None, Precaution::Last, Precaution::Alone, Precaution::GiveUp];

    /// The precaution after `lost_leases` lost leases.
    pub fn after(lost_leases: i64) -> Precaution {
        let fits = |precaution: &Precaution| precaution.lost_leases().contains(&lost_leases);
        Precaution::ALL.into_iter().find(fits).unwrap_or(Precaution::GiveUp)
    }

    /// The numbers of lost leases for this precaution.
    pub fn lost_leases(self) -> RangeInclusive<i64> {
        match self {
            Precaution::None => i64::MIN..=0,
            Precaution::Last => 1..=2,
            Precaution::Alone => 3..=3,
            Precaution::GiveUp => 4..=i64::MAX,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lost_three_leases_is_sent_alone_and_after_the_fourth_not_at_all() {
        for (lost_leases, precaution) in [
            (0, Precaution::None),
            (1, Precaution::Last),
            (2, Precaution::Last),
            (3, Precaution::Alone),
            (4, Precaution::GiveUp),
            (100, Precaution::GiveUp),
        ] {
            assert_eq!(Precaution::after(lost_leases), precaution, "{lost_leases}");
        }
    }

    #[test]
    fn a_sweep_takes_what_is_safe_first() {
        assert!(Precaution::ALL.is_sorted());
    }
}
