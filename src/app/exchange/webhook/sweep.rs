//! The webhook sweep: claims deliveries under a lease, sends them outside any transaction, settles each.

use crate::app::exchange::webhook::keys;
use crate::app::{Context, Env};
use crate::delivery::webhook::{Attempt, Client, Parcel};
use crate::domain::lease::{Precaution, given_up};
use crate::domain::time::{Instant, Zone};
use crate::domain::webhook::{DeliveryStatus, LONGEST_HOLD, Webhook, next_delay, retry_after};
use crate::platform::error::Result;
use crate::platform::secrets::random;
use crate::store::deliveries::{self, Delivery, Due, Known, Ready};
use crate::store::{Ending, Tx, webhooks};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, channel};

/// Lease of a delivery, in seconds: well above the time limit of a try, as settling may wait for the
/// database.
const LEASE: i64 = 60;
/// After this many failures in a row, an endpoint's other deliveries wait for the next sweep.
const PATIENCE: u32 = 5;

/// Limits of a sweep.
#[derive(Debug, Clone, Copy)]
pub struct DeliverRequest {
    /// Maximum number of tries.
    pub limit: usize,
    /// Maximum number of tries at the same time.
    pub workers: usize,
}

/// The report of a dry run.
#[derive(Debug, Clone)]
pub struct Report {
    /// The time of the report.
    pub as_of: Instant,
    /// The clinic's zone.
    pub zone: Zone,
    /// The deliveries after their try; in a dry run as they wait.
    pub deliveries: Vec<Known>,
    /// Whether this was a dry run: nothing sent, nothing changed.
    pub dry_run: bool,
}

/// Lists the deliveries that a sweep would try now; changes nothing.
pub fn rehearse(context: &mut Context, limit: usize) -> Result<Report> {
    context.read(|tx, env, desk| {
        let mut found = Vec::new();
        for webhook in webhooks::open(tx, &desk.clinic.id)? {
            if !held(&webhook, env.now) {
                let (webhook_id, lost_leases) = (&webhook.id, i64::MIN..=i64::MAX);
                let due = Due { webhook_id, by: env.now, now: env.now, lost_leases, limit };
                found.extend(deliveries::due(tx, &due)?);
            }
        }
        let mut found: Vec<Known> = found.into_iter().map(|ready| ready.known).collect();
        found.sort_by(|a, b| (a.delivery.due_at, &a.delivery.id).cmp(&(b.delivery.due_at, &b.delivery.id)));
        found.truncate(limit);
        Ok(Report { as_of: env.now, zone: desk.zone, deliveries: found, dry_run: true })
    })
}

/// Tries the due deliveries, several at once. If the sweep fails, deliveries in flight are tried again when
/// their lease has expired.
pub fn deliver(context: &mut Context, request: DeliverRequest) -> Result<Report> {
    // Most sweeps find nothing: check first, without the write lock and without TLS.
    let mut report = Report { dry_run: false, ..rehearse(context, 1)? };
    if report.deliveries.is_empty() {
        return Ok(report);
    }
    let Context { store, env } = &mut *context;
    store.read(|tx| env.mind_the_clock(tx))?;
    report.deliveries.clear();
    let mut sweep = Sweep::new(&context.env, request)?;
    let client = Client::default();
    std::thread::scope(|scope| {
        let (done, arriving) = channel();
        loop {
            let arrived = sweep.wait(&arriving)?;
            let (settled, claimed) = sweep.turn(context, &arrived)?;
            report.deliveries.extend(settled);
            if claimed.is_empty() && sweep.running() == 0 {
                return Ok(report);
            }
            for job in claimed {
                sweep.started(&job);
                let (done, client, now) = (done.clone(), &client, sweep.now());
                scope.spawn(move || {
                    // Catch panics: the sweep waits for a result from every thread.
                    let post = AssertUnwindSafe(|| client.post(&job.parcel, now.unix()));
                    let attempt = catch_unwind(post).unwrap_or_else(|_| Attempt {
                        error: Some(text!("the-try-ended-in-a-fault-of-turno").into()),
                        ..Attempt::default()
                    });
                    // The receiver is gone if the sweep has failed.
                    let _ = done.send(Returned { known: job.known, attempt });
                });
            }
        }
    })
}

struct Job {
    known: Known,
    parcel: Parcel,
    /// Whether no other delivery may be in flight with this one.
    alone: bool,
}

struct Returned {
    known: Known,
    attempt: Attempt,
}

/// A delivery after its try.
struct Judged {
    after: Known,
    /// The endpoint answered 410 Gone.
    gone: bool,
    /// The endpoint asked (`Retry-After`) for no requests before this time.
    hold: Option<Instant>,
}

/// This sweep's counters for an endpoint.
#[derive(Default)]
struct Standing {
    running: usize,
    failures: u32,
}

struct Sweep {
    request: DeliverRequest,
    lease: String,
    from: Instant,
    began: std::time::Instant,
    started: usize,
    /// Whether the delivery that was started last must be alone in flight.
    alone: bool,
    endpoints: HashMap<String, Standing>,
}

impl Sweep {
    fn new(env: &Env, request: DeliverRequest) -> Result<Sweep> {
        let began = std::time::Instant::now();
        Ok(Sweep {
            request,
            lease: env.new_id(),
            from: env.now,
            began,
            started: 0,
            alone: false,
            endpoints: HashMap::new(),
        })
    }

    /// The current time: a sweep may last minutes, and leases and signatures need the actual time.
    fn now(&self) -> Instant {
        self.from.plus(i64::try_from(self.began.elapsed().as_secs()).unwrap_or(i64::MAX))
    }

    fn running(&self) -> usize {
        self.endpoints.values().map(|endpoint| endpoint.running).sum()
    }

    fn started(&mut self, job: &Job) {
        self.started += 1;
        self.alone = job.alone;
        self.endpoints.entry(job.known.delivery.webhook_id.clone()).or_default().running += 1;
    }

    /// Returns tried deliveries, after waiting for one if any is in flight; counts failures per endpoint.
    fn wait(&mut self, arriving: &Receiver<Returned>) -> Result<Vec<Judged>> {
        let first = if self.running() > 0 { arriving.recv().ok() } else { None };
        let mut judged = Vec::new();
        for returned in first.into_iter().chain(arriving.try_iter()) {
            let endpoint = self.endpoints.entry(returned.known.delivery.webhook_id.clone()).or_default();
            endpoint.running = endpoint.running.saturating_sub(1);
            endpoint.failures = if returned.attempt.arrived() { 0 } else { endpoint.failures + 1 };
            judged.push(judge(returned, self.now(), u16::from_le_bytes(random()?)));
        }
        Ok(judged)
    }

    /// Settles tried deliveries and claims new ones, in one short transaction.
    fn turn(&self, context: &mut Context, arrived: &[Judged]) -> Result<(Vec<Known>, Vec<Job>)> {
        let Context { store, env } = context;
        store.write_in_clinic(Ending::Commit, |tx| {
            let desk = env.desk_unasked(tx)?;
            let mut settled = Vec::with_capacity(arrived.len());
            let mut known = HashMap::new();
            for judged in arrived {
                settled.push(self.settle(tx, env, &desk.clinic.id, judged, &mut known)?);
            }
            let claimed = self.claim(tx, env, &desk.clinic.id, &mut settled)?;
            Ok((settled, claimed))
        })
    }

    /// Settles a delivery. `endpoints` is a cache, so that each endpoint is read once.
    fn settle(
        &self,
        tx: &mut Tx<'_>,
        env: &Env,
        clinic_id: &str,
        judged: &Judged,
        endpoints: &mut HashMap<String, Option<Webhook>>,
    ) -> Result<Known> {
        let mut known = judged.after.clone();
        let delivery = &mut known.delivery;
        let webhook = match endpoints.entry(delivery.webhook_id.clone()) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unknown) => unknown.insert(tx.by_id(clinic_id, &delivery.webhook_id)?),
        };
        let listens = webhook.as_ref().is_some_and(Webhook::listens);
        if delivery.status == DeliveryStatus::Pending && !listens {
            // Removed or disabled meanwhile: no sweep will try it again.
            delivery.status = DeliveryStatus::Dropped;
            delivery.settled_at = Some(self.now());
        }
        deliveries::settle(tx, &self.lease, delivery)?;
        if let Some(until) = judged.hold {
            webhooks::hold(tx, &delivery.webhook_id, until)?;
            if let Some(webhook) = webhook.as_mut() {
                webhook.held_until = Some(until);
            }
        }
        if let (true, Some(before)) = (judged.gone && listens, webhook) {
            let why = text!("the-endpoint-answered-410-it-is-gone");
            let after = Webhook {
                disabled_at: Some(env.now),
                disabled_reason: Some(why.to_owned()),
                ..before.clone()
            };
            env.change(tx, Some(clinic_id), "webhook.disabled", Some(why), (&*before, &after))?;
            deliveries::drop_pending(tx, &before.id, why, self.now())?;
            *before = after;
        }
        Ok(known)
    }

    /// Claims deliveries, lowest precaution first; under [`Precaution::Alone`] one at a time.
    fn claim(
        &self,
        tx: &mut Tx<'_>,
        env: &Env,
        clinic_id: &str,
        settled: &mut Vec<Known>,
    ) -> Result<Vec<Job>> {
        let left = self.request.limit.saturating_sub(self.started);
        let free = self.request.workers.saturating_sub(self.running()).min(left);
        if free == 0 || (self.alone && self.running() > 0) {
            return Ok(Vec::new());
        }
        for precaution in Precaution::ALL {
            if precaution > Precaution::None && self.running() > 0 {
                break;
            }
            let room = match precaution {
                Precaution::None | Precaution::Last => free,
                Precaution::Alone => 1,
                Precaution::GiveUp => usize::MAX,
            };
            let mut lines = self.lines(tx, clinic_id, precaution, room)?;
            let taken = fairly(&mut lines, room);
            if precaution == Precaution::GiveUp {
                for (_, ready) in taken {
                    settled.push(self.give_up(tx, env, clinic_id, ready.known)?);
                }
            } else if !taken.is_empty() {
                let alone = precaution == Precaution::Alone;
                let job = |(webhook, ready)| self.job(tx, env, webhook, ready, alone);
                return taken.into_iter().map(job).collect();
            }
        }
        Ok(Vec::new())
    }

    /// The deliveries of each endpoint that can go under `precaution`.
    fn lines(
        &self,
        tx: &mut Tx<'_>,
        clinic_id: &str,
        precaution: Precaution,
        limit: usize,
    ) -> Result<Vec<Line<Ready>>> {
        let now = self.now();
        let mut lines = Vec::new();
        for webhook in webhooks::open(tx, clinic_id)? {
            let standing = self.endpoints.get(&webhook.id);
            let failures = standing.map_or(0, |standing| standing.failures);
            if failures >= PATIENCE || held(&webhook, now) {
                continue;
            }
            // Due by the sweep's start: no delivery is tried twice by one sweep, and the sweep ends.
            let (webhook_id, by, lost_leases) = (&webhook.id, self.from, precaution.lost_leases());
            let waiting = deliveries::due(tx, &Due { webhook_id, by, now, lost_leases, limit })?;
            let running = standing.map_or(0, |standing| standing.running);
            lines.push(Line { webhook, waiting: waiting.into_iter().collect(), running });
        }
        Ok(lines)
    }

    fn job(&self, tx: &mut Tx<'_>, env: &Env, webhook: &Webhook, ready: Ready, alone: bool) -> Result<Job> {
        let Ready { known, body } = ready;
        let now = self.now();
        deliveries::lease(tx, &known.delivery.id, &self.lease, now.plus(LEASE))?;
        let parcel = Parcel {
            url: webhook.url.clone(),
            allow_private: webhook.allow_private,
            id: known.delivery.event_id.clone(),
            body,
            keys: keys(env, webhook, now)?,
        };
        Ok(Job { known, parcel, alone })
    }

    /// Settles a delivery as failed because it lost too many leases ([`Precaution::GiveUp`]).
    fn give_up(&self, tx: &mut Tx<'_>, env: &Env, clinic_id: &str, known: Known) -> Result<Known> {
        let now = self.now();
        deliveries::lease(tx, &known.delivery.id, &self.lease, now.plus(LEASE))?;
        let delivery = Delivery {
            status: DeliveryStatus::Failed,
            lease: None,
            lease_until: None,
            error: Some(given_up().to_owned()),
            settled_at: Some(now),
            ..known.delivery
        };
        let after = Known { delivery, ..known };
        let judged = Judged { after, gone: false, hold: None };
        self.settle(tx, env, clinic_id, &judged, &mut HashMap::new())
    }
}

struct Line<T> {
    webhook: Webhook,
    waiting: std::collections::VecDeque<T>,
    running: usize,
}

/// Takes up to `count` deliveries, each time from the endpoint with the fewest in flight, so that a slow
/// endpoint does not occupy all workers.
fn fairly<T>(lines: &mut [Line<T>], count: usize) -> Vec<(&Webhook, T)> {
    let mut taken = Vec::new();
    while taken.len() < count {
        let waiting = lines.iter_mut().enumerate().filter(|(_, line)| !line.waiting.is_empty());
        let Some((position, line)) = waiting.min_by_key(|(_, line)| line.running) else { break };
        line.running += 1;
        taken.extend(line.waiting.pop_front().map(|first| (position, first)));
    }
    taken.into_iter().map(|(position, first)| (&lines[position].webhook, first)).collect()
}

fn held(webhook: &Webhook, now: Instant) -> bool {
    webhook.held_until.is_some_and(|until| until > now)
}

/// Computes the next state of a delivery from its try.
fn judge(returned: Returned, now: Instant, jitter: u16) -> Judged {
    let Returned { known, attempt } = returned;
    let arrived = attempt.arrived();
    let gone = attempt.status == Some(410);
    let before = &known.delivery;
    let attempts = before.attempts + 1;
    let asked = attempt.retry_after.as_deref().filter(|_| matches!(attempt.status, Some(429 | 503)));
    let hold = asked.and_then(|header| retry_after(header, now)).filter(|seconds| *seconds > 0);
    let delay = next_delay(attempts, jitter).map(|delay| delay.max(hold.unwrap_or(0)).min(2 * LONGEST_HOLD));
    let (status, due_at) = match delay {
        _ if arrived => (DeliveryStatus::Delivered, before.due_at),
        Some(delay) if !gone => (DeliveryStatus::Pending, now.plus(delay)),
        _ => (DeliveryStatus::Failed, before.due_at),
    };
    let delivery = Delivery {
        status,
        due_at,
        lease: None,
        lease_until: None,
        attempts,
        attempted_at: Some(now),
        http_status: attempt.status.map(i64::from),
        answer: attempt.answer,
        error: attempt.error,
        milliseconds: Some(attempt.milliseconds),
        settled_at: (status != DeliveryStatus::Pending).then_some(now),
        ..before.clone()
    };
    let hold = hold.map(|seconds| now.plus(seconds));
    Judged { after: Known { delivery, ..known }, gone, hold }
}
