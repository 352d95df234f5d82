//! Lost leases: what ends the program while it is sent must not end every sweep after it.

use std::ops::RangeInclusive;

/// How a message or delivery is sent, by how often a lease on it was lost while it was on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Precaution {
    /// Beside others.
    None,
    /// Beside others, after everything that never lost a lease.
    Last,
    /// Alone, after everything else: if the program ends again, nothing else is sent twice.
    Alone,
    /// Not sent again: it has failed.
    GiveUp,
}

/// Why a message or delivery was given up.
pub fn given_up() -> &'static str {
    text!("given-up-after-4-tries")
}

impl Precaution {
    /// Every precaution, in the order in which a sweep takes them.
    pub const ALL: [Precaution; 4] =
        [Precaution::None, Precaution::Last, Precaution::Alone, Precaution::GiveUp];

    /// The precaution after so many lost leases.
    pub fn after(lost_leases: i64) -> Precaution {
        let fits = |precaution: &Precaution| precaution.lost_leases().contains(&lost_leases);
        Precaution::ALL.into_iter().find(fits).unwrap_or(Precaution::GiveUp)
    }

    /// The numbers of lost leases that call for it.
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
