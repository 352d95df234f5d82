//! Which of several servers is meant, in libpq's words of `target_session_attrs`.

use super::connect::Opened;

/// What a session must be like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    /// As it comes.
    Any,
    /// It takes changes.
    ReadWrite,
    /// It takes no changes.
    ReadOnly,
    /// Its server is no standby.
    Primary,
    /// Its server is a standby.
    Standby,
    /// Its server is a standby, where one is to be had.
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

    /// What is looked for among all servers at first, and what after that.
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

    /// Whether a session is what was asked for.
    pub(super) fn fits(self, session: &Opened) -> bool {
        match self {
            Target::Any | Target::PreferStandby => true,
            Target::ReadWrite => !session.read_only,
            Target::ReadOnly => session.read_only,
            Target::Primary => !session.standby,
            Target::Standby => session.standby,
        }
    }

    /// Whether a standby may become what was asked for.
    pub(super) fn takes_changes(self) -> bool {
        matches!(self, Target::ReadWrite | Target::Primary)
    }
}
