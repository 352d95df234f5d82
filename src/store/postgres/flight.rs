//! Sends several statements in one round trip.
//!
//! The client library sends a request when its future is first polled, and returns answers in request order.

use super::fault::fault;
use super::session::Session;
use super::value;
use crate::platform::error::StoreError;
use crate::store::engine::{Question, Row, Rows, Value, wrong_count};
use futures_util::future::{FutureExt, LocalBoxFuture, MaybeDone, maybe_done};
use futures_util::{TryStreamExt, pin_mut, poll};
use std::cell::Cell;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Error};

/// A change that is sent with the next statements, as its result is not needed yet.
#[derive(Debug)]
pub(super) struct Kept {
    pub sql: String,
    pub params: Vec<Value<'static>>,
    /// The number of rows that the statement must change, if known.
    pub rows: Option<u64>,
}

/// The beginning and the end of a savepoint.
pub(super) const PART: &str = "SAVEPOINT part";
pub(super) const END_OF_PART: &str = "RELEASE SAVEPOINT part";

/// Whether each savepoint that begins or ends in `kept` both begins and ends in `kept`.
pub(super) fn is_one_part(kept: &[Kept]) -> bool {
    let mut depth = 0;
    for kept in kept {
        match kept.sql.as_str() {
            PART => depth += 1,
            END_OF_PART if depth == 0 => return false,
            END_OF_PART => depth -= 1,
            _ => {}
        }
    }
    depth == 0
}

/// What is sent ahead of a statement: the beginning of the transaction, and the kept changes.
pub(super) struct Ahead<'f> {
    pub begin: Option<String>,
    pub kept: &'f [Kept],
    /// The kept changes after the one that failed: the caller has gone on as if the change had succeeded.
    pub failed_before: Cell<Option<&'f [Kept]>>,
}

type Sent<'f, T> = MaybeDone<LocalBoxFuture<'f, Result<T, StoreError>>>;

/// Sends a request without waiting for the answer.
async fn send<'f, T>(request: impl Future<Output = Result<T, StoreError>> + 'f) -> Sent<'f, T> {
    let mut sent = maybe_done(request.boxed_local());
    let _ = poll!(&mut sent);
    sent
}

async fn answer<T>(sent: Sent<'_, T>) -> Result<T, StoreError> {
    match sent {
        MaybeDone::Future(request) => request.await,
        MaybeDone::Done(answer) => answer,
        MaybeDone::Gone => Err(StoreError::Internal("an answer was taken twice".into())),
    }
}

fn typed<'a>(params: &'a [Value<'a>]) -> impl Iterator<Item = (&'a Value<'a>, Type)> {
    params.iter().map(|value| (value, value::kind(value)))
}

async fn script(client: &Client, sql: &str) -> Result<(), StoreError> {
    client.batch_execute(sql).await.map_err(fault)
}

async fn change(client: &Client, sql: &str, params: &[Value<'_>]) -> Result<u64, StoreError> {
    changed(client, sql, params).await.map_err(fault)
}

async fn changed(client: &Client, sql: &str, params: &[Value<'_>]) -> Result<u64, Error> {
    let params: Vec<_> = typed(params).map(|(value, kind)| (value as &(dyn ToSql + Sync), kind)).collect();
    client.execute_typed(sql, &params).await
}

async fn rows(client: &Client, question: &Question) -> Result<Rows, StoreError> {
    let stream = client.query_typed_raw(&question.sql, typed(&question.params)).await.map_err(fault)?;
    pin_mut!(stream);
    let mut rows = Vec::new();
    while let Some(row) = stream.try_next().await.map_err(fault)? {
        rows.push(Row::new(&row).rest()?);
    }
    Ok(rows)
}

impl Kept {
    /// The server checks the number of rows by a division by zero, as the commit may be sent already.
    async fn run(&self, client: &Client) -> Result<(), StoreError> {
        let Some(rows) = self.rows else { return change(client, &self.sql, &self.params).await.map(drop) };
        let Kept { sql, params, .. } = self;
        let judged = format!(
            "WITH changed AS ({sql} RETURNING 1) SELECT 1 / CAST(count(*) = {rows} AS INTEGER) FROM changed"
        );
        changed(client, &judged, params).await.map(drop).map_err(|problem| match problem.code() {
            Some(&SqlState::DIVISION_BY_ZERO) => wrong_count(sql, rows),
            _ => fault(problem),
        })
    }
}

/// Sends questions in the same round trip as `first`. If one question fails, returns no answers.
pub(super) async fn along<T>(
    first: impl Future<Output = T>,
    client: &Client,
    questions: &[Question],
) -> Result<(T, Vec<Rows>), StoreError> {
    let first = send(async { Ok(first.await) }).await;
    let mut sent = Vec::with_capacity(questions.len());
    for question in questions {
        sent.push(send(rows(client, question)).await);
    }
    let first = answer(first).await?;
    let mut answers = Vec::with_capacity(sent.len());
    for sent in sent {
        match answer(sent).await {
            Ok(rows) => answers.push(rows),
            Err(_) => return Ok((first, Vec::new())),
        }
    }
    Ok((first, answers))
}

impl Ahead<'_> {
    /// These answers are the first to arrive.
    async fn launch<'f>(&'f self, client: &'f Client) -> Vec<Sent<'f, ()>> {
        let mut sent = Vec::new();
        if let Some(begin) = &self.begin {
            sent.push(send(script(client, begin)).await);
        }
        for kept in self.kept {
            sent.push(send(kept.run(client)).await);
        }
        sent
    }

    /// Waits for the answers to what `launch` sent; returns the first error.
    async fn land(&self, launched: Vec<Sent<'_, ()>>) -> Result<(), StoreError> {
        let before_kept = launched.len() - self.kept.len();
        for (position, sent) in launched.into_iter().enumerate() {
            let behind = (position + 1).saturating_sub(before_kept);
            answer(sent).await.inspect_err(|_| self.failed_before.set(self.kept.get(behind..)))?;
        }
        Ok(())
    }
}

impl Session {
    /// Runs a change and waits for its result.
    pub(super) fn execute(
        &mut self,
        ahead: &Ahead<'_>,
        sql: &str,
        params: &[Value<'_>],
    ) -> Result<u64, StoreError> {
        self.ask(async |client| {
            let launched = ahead.launch(client).await;
            let sent = send(change(client, sql, params)).await;
            ahead.land(launched).await?;
            answer(sent).await
        })
    }

    /// Runs a query; calls `each` with each row as it arrives.
    pub(super) fn query(
        &mut self,
        ahead: &Ahead<'_>,
        sql: &str,
        params: &[Value<'_>],
        each: &mut dyn FnMut(Row<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.ask(async |client| {
            let launched = ahead.launch(client).await;
            let sent = send(async { client.query_typed_raw(sql, typed(params)).await.map_err(fault) }).await;
            ahead.land(launched).await?;
            let stream = answer(sent).await?;
            pin_mut!(stream);
            while let Some(row) = stream.try_next().await.map_err(fault)? {
                each(Row::new(&row))?;
            }
            Ok(())
        })
    }

    /// Runs several queries in one round trip, followed by `end` (such as a commit).
    pub(super) fn query_all(
        &mut self,
        ahead: &Ahead<'_>,
        questions: &[Question],
        end: Option<&str>,
    ) -> Result<Vec<Rows>, StoreError> {
        self.ask(async |client| {
            let launched = ahead.launch(client).await;
            let mut sent = Vec::with_capacity(questions.len());
            for question in questions {
                sent.push(send(rows(client, question)).await);
            }
            let ended = match end {
                Some(end) => Some(send(script(client, end)).await),
                None => None,
            };
            ahead.land(launched).await?;
            let mut answers = Vec::with_capacity(sent.len());
            for sent in sent {
                answers.push(answer(sent).await?);
            }
            if let Some(ended) = ended {
                answer(ended).await?;
            }
            Ok(answers)
        })
    }

    /// Sends the kept changes, followed by `end` (empty, or a commit).
    pub(super) fn end(&mut self, ahead: &Ahead<'_>, end: &str) -> Result<(), StoreError> {
        self.ask(async |client| {
            let launched = ahead.launch(client).await;
            let ended = send(script(client, end)).await;
            ahead.land(launched).await?;
            answer(ended).await
        })
    }
}
