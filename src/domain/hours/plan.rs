//! What becomes of windows when their hours are set anew.

use crate::domain::hours::{Hours, Times};
use crate::domain::window::{Days, Window};
use std::collections::BTreeMap;

/// What becomes of windows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Plan {
    /// How many stay as they are.
    pub kept: usize,
    /// Windows before and after a change; some are retired by it.
    pub changed: Vec<(Window, Window)>,
    /// Times and weekdays of new windows.
    pub added: Vec<(Times, u8)>,
}

/// Makes the hours of these weekly windows `hours`. A window that fits stays as it is; one that has other times
/// is changed, so that its code and its bookings stay with it; only what is left over is retired or new.
pub fn plan(windows: &[Window], hours: &Hours, capacity: Option<i64>) -> Plan {
    let mut missing = hours.0.clone();
    let mut plan = Plan::default();
    let mut rest = Vec::new();
    for window in windows {
        let (times, days) = (times(window), days(window));
        if days != 0 && of(&missing, times) & days == days && window.capacity == capacity {
            take(&mut missing, times, days);
            plan.kept += 1;
        } else {
            rest.push(window);
        }
    }
    rest.retain(|window| {
        let (times, days) = (times(window), days(window) & of(&missing, times(window)));
        if days != 0 {
            take(&mut missing, times, days);
            let after = Window { days: Days::Weekly(days), capacity, ..(*window).clone() };
            plan.changed.push(((*window).clone(), after));
        }
        days == 0
    });
    for window in rest {
        let next = missing.first_key_value().map(|(times, days)| (*times, *days));
        let after = match next.filter(|_| is_plain(window)) {
            Some((times, days)) => {
                take(&mut missing, times, days);
                let (from, to) = times;
                Window { days: Days::Weekly(days), from, to, capacity, ..window.clone() }
            }
            None => Window { active: false, ..window.clone() },
        };
        plan.changed.push((window.clone(), after));
    }
    plan.added = missing.into_iter().collect();
    plan
}

/// Whether hours in one line are about the window: weekly, open and valid for ever.
pub fn is_weekly(window: &Window) -> bool {
    matches!(window.days, Days::Weekly(_))
        && window.open
        && window.active
        && window.valid_from.is_none()
        && window.valid_until.is_none()
}

/// Whether hours in one line say all of the window.
pub fn is_plain(window: &Window) -> bool {
    is_weekly(window)
        && window.session.is_none()
        && window.batch.is_none()
        && window.slot_minutes.is_none()
        && match window.doctor_id {
            Some(_) => window.services.is_empty() && window.capacity.is_none(),
            None => window.services.len() == 1,
        }
}

fn times(window: &Window) -> Times {
    (window.from, window.to)
}

fn days(window: &Window) -> u8 {
    match window.days {
        Days::Weekly(days) => days,
        Days::On(_) => 0,
    }
}

fn of(missing: &BTreeMap<Times, u8>, times: Times) -> u8 {
    missing.get(&times).copied().unwrap_or(0)
}

fn take(missing: &mut BTreeMap<Times, u8>, times: Times, days: u8) {
    if let Some(left) = missing.get_mut(&times) {
        *left &= !days;
    }
    missing.retain(|_, days| *days != 0);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fixtures;

    fn windows(hours: &[&str]) -> Vec<Window> {
        let each = hours.iter().flat_map(|hours| Hours::parse(hours).unwrap().0);
        let window = |((from, to), days)| Window {
            days: Days::Weekly(days),
            from,
            to,
            ..fixtures::window("08:00", "09:00")
        };
        each.map(window).collect()
    }

    /// The hours that the windows have after the plan.
    fn then(before: &[Window], plan: &Plan) -> Hours {
        let mut hours = Hours::default();
        let gone = |window: &&Window| !plan.changed.iter().any(|(old, _)| old == *window);
        let after = plan.changed.iter().map(|(_, after)| after).filter(|window| window.active);
        for window in before.iter().filter(gone).chain(after) {
            hours.add(times(window), days(window));
        }
        plan.added.iter().for_each(|(times, days)| hours.add(*times, *days));
        hours
    }

    #[test]
    fn windows_that_fit_stay_and_others_become_what_is_missing() {
        for (before, hours, (kept, changed, added)) in [
            (vec!["mon-fri 8-12", "mon-fri 14-18"], "mon-fri 8-12, 14-18", (2, 0, 0)),
            (vec!["mon-fri 8-12"], "mon-fri 8-12; sat 8-12", (1, 0, 1)),
            (vec!["mon-sat 8-12"], "mon-fri 8-12", (0, 1, 0)),
            (vec!["mon-fri 9-17"], "mon-fri 8-12, 14-18", (0, 1, 1)),
            (vec!["mon-fri 8-12", "mon-fri 14-18"], "mon-fri 8-18", (0, 2, 0)),
            (vec!["mon-fri 8-12"], "none", (0, 1, 0)),
            (vec![], "mon-fri 8-12, 14-18", (0, 0, 2)),
            (vec!["mon 8-12", "tue 8-12"], "mon-tue 8-12", (2, 0, 0)),
        ] {
            let before = windows(&before);
            let wanted = Hours::parse(hours).unwrap();
            let plan = plan(&before, &wanted, None);
            assert_eq!((plan.kept, plan.changed.len(), plan.added.len()), (kept, changed, added), "{hours}");
            assert_eq!(then(&before, &plan), wanted, "{hours}");
        }
    }

    #[test]
    fn a_window_with_a_label_is_no_other_hours_window() {
        let mut before = windows(&["mon-fri 8-12"]);
        before[0].session = Some("Morning".into());
        let same = plan(&before, &Hours::parse("mon-fri 8-12").unwrap(), None);
        assert_eq!((same.kept, same.changed.len()), (1, 0), "its times are right, its label stays");
        let other = plan(&before, &Hours::parse("mon-fri 14-18").unwrap(), None);
        assert!(!other.changed[0].1.active && other.added.len() == 1);
    }
}
