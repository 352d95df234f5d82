//! One connection, asked one question at a time.
//!
//! The client library waits for an answer as long as the connection lives. A server that is stopped,
//! or a pooler that is stuck, keeps it alive and never answers; so questions that others wait for, and
//! those on the way in, have a time limit here.

use super::fault::fault;
use crate::platform::error::StoreError;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;
use tokio_postgres::{Client, Connection, Error};

/// An open connection, and what drives it.
pub(super) struct Session {
    /// Both are there until the end.
    runtime: Option<Runtime>,
    client: Option<Client>,
    driver: JoinHandle<()>,
    limit: Option<Duration>,
    /// Whether nothing more is to be had of it.
    lost: bool,
}

/// Why there is no connection.
pub(super) enum Missed {
    /// Nobody answered in time.
    Silence,
    /// What the client library says.
    Refused(Error),
    /// What the system says of the way there.
    Unreachable(std::io::Error),
    /// The machine itself gives no means to connect.
    Unable(std::io::Error),
}

impl From<Error> for Missed {
    fn from(problem: Error) -> Missed {
        Missed::Refused(problem)
    }
}

impl Session {
    /// Connects within the limit; what is asked next has it, too.
    pub(super) fn connect<S, T, E>(
        connecting: impl Future<Output = Result<(Client, Connection<S, T>), E>>,
        limit: Option<Duration>,
    ) -> Result<Session, Missed>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
        T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
        Missed: From<E>,
    {
        let runtime = Builder::new_current_thread().enable_all().build().map_err(Missed::Unable)?;
        let connected = runtime.block_on(within(limit, connecting));
        match connected {
            Some(Ok((client, connection))) => {
                let driver = runtime.spawn(async move {
                    // What ends it, the next question hears.
                    let _ = connection.await;
                });
                let (runtime, client) = (Some(runtime), Some(client));
                Ok(Session { runtime, client, driver, limit, lost: false })
            }
            missed => {
                // A name that is still being looked up is not waited for.
                runtime.shutdown_background();
                Err(missed.map_or(Missed::Silence, |answer| match answer {
                    Ok(_) => Missed::Silence,
                    Err(problem) => problem.into(),
                }))
            }
        }
    }

    /// From now on answers are waited for so long, or as long as it takes.
    pub(super) fn limit(&mut self, limit: Option<Duration>) {
        self.limit = limit;
    }

    /// Asks, and waits for the answer.
    pub(super) fn ask<T>(
        &mut self,
        question: impl AsyncFnOnce(&Client) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let (Some(runtime), Some(client)) = (&self.runtime, &self.client) else {
            return Err(StoreError::Internal("a session was asked after its end".into()));
        };
        let answer = runtime.block_on(within(self.limit, question(client))).unwrap_or_else(|| {
            let limit = self.limit.unwrap_or_default().as_secs();
            Err(StoreError::Lost { message: text!("no-answer-within-s", as_secs = limit) })
        });
        self.lost |= matches!(answer, Err(StoreError::Lost { .. }));
        answer
    }

    /// Runs statements without parameters.
    pub(super) fn run(&mut self, sql: &str) -> Result<(), StoreError> {
        self.ask(async |client| client.batch_execute(sql).await.map_err(fault))
    }

    /// Whether the other side has hung up, in distinction to one that says nothing.
    pub(super) fn is_closed(&self) -> bool {
        self.client.as_ref().is_none_or(Client::is_closed)
    }

    /// Has another one opened in its place.
    pub(super) fn give_up(&mut self) {
        self.lost = true;
    }

    /// Whether nothing more is to be had of it.
    pub(super) fn is_lost(&self) -> bool {
        self.lost || self.is_closed()
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // Without its client the driver says goodbye to the server, and is done.
        drop(self.client.take());
        if let Some(runtime) = self.runtime.take() {
            if !self.lost {
                let _ = runtime.block_on(within(Some(Duration::from_secs(1)), &mut self.driver));
            }
            runtime.shutdown_background();
        }
    }
}

async fn within<T>(limit: Option<Duration>, work: impl Future<Output = T>) -> Option<T> {
    match limit {
        Some(limit) => tokio::time::timeout(limit, work).await.ok(),
        None => Some(work.await),
    }
}
