//! The values of libpq's `target_session_attrs`.

use super::connect::Opened;

/// The required kind of session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    Any,
    ReadWrite,
    ReadOnly,
    Primary,
    Standby,
    /// A standby if there is one, else any server.
    PreferStandby,
}

impl Target {
    pub(super) fn parse(word: &str) -> Option<Target> {
        Some(match word {
            "any" => Target::Any,
            "read-write" => Target::ReadWrite,
            "read-only" => Target::ReadOnly,
            "primary" => Target::Primary,
            "standby" => Target::Standby,
            "prefer-standby" => Target::PreferStandby,
            _ => return None,
        })
    }

    /// The targets to try in order, each on all hosts.
    pub(super) fn in_turn(self) -> &'static [Target] {
        match self {
            Target::Any => &[Target::Any],
            Target::ReadWrite => &[Target::ReadWrite],
            Target::ReadOnly => &[Target::ReadOnly],
            Target::Primary => &[Target::Primary],
            Target::Standby => &[Target::Standby],
            Target::PreferStandby => &[Target::Standby, Target::Any],
        }
    }

    pub(super) fn fits(self, session: &Opened) -> bool {
        match self {
            Target::Any | Target::PreferStandby => true,
            Target::ReadWrite => !session.read_only,
            Target::ReadOnly => session.read_only,
            Target::Primary => !session.standby,
            Target::Standby => session.standby,
        }
    }

    /// Whether a standby fits once it is promoted.
    pub(super) fn takes_changes(self) -> bool {
        matches!(self, Target::ReadWrite | Target::Primary)
    }
}
