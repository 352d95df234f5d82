//! One connection, with one request at a time.
//!
//! The client library waits for an answer as long as the connection lives, even if the server or a pooler
//! hangs. So there is a time limit for connecting, and for requests that other clients wait for.

use super::fault::fault;
use crate::platform::error::StoreError;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;
use tokio_postgres::{Client, Connection, Error};

/// An open connection with the runtime and the task that drive it.
pub(super) struct Session {
    /// `runtime` and `client` are `None` only during `drop`.
    runtime: Option<Runtime>,
    client: Option<Client>,
    driver: JoinHandle<()>,
    limit: Option<Duration>,
    /// Whether the session must be replaced.
    lost: bool,
}

/// Why connecting failed.
pub(super) enum Missed {
    /// The time limit passed.
    Silence,
    /// The client library's error.
    Refused(Error),
    /// The operating system's error.
    Unreachable(std::io::Error),
    /// The runtime could not be made.
    Unable(std::io::Error),
}

impl From<Error> for Missed {
    fn from(problem: Error) -> Missed {
        Missed::Refused(problem)
    }
}

impl Session {
    /// Connects within `limit`, which also applies to later requests.
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
                    // The next request reports how the connection ended.
                    let _ = connection.await;
                });
                let (runtime, client) = (Some(runtime), Some(client));
                Ok(Session { runtime, client, driver, limit, lost: false })
            }
            missed => {
                // Do not wait for a DNS lookup that still runs.
                runtime.shutdown_background();
                Err(missed.map_or(Missed::Silence, |answer| match answer {
                    Ok(_) => Missed::Silence,
                    Err(problem) => problem.into(),
                }))
            }
        }
    }

    /// Sets the time limit of later requests; `None` for no limit.
    pub(super) fn limit(&mut self, limit: Option<Duration>) {
        self.limit = limit;
    }

    /// Runs a request within the time limit.
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

    /// Whether the connection is closed, as opposed to silent.
    pub(super) fn is_closed(&self) -> bool {
        self.client.as_ref().is_none_or(Client::is_closed)
    }

    /// Marks the session to be replaced.
    pub(super) fn give_up(&mut self) {
        self.lost = true;
    }

    pub(super) fn is_lost(&self) -> bool {
        self.lost || self.is_closed()
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // Dropping the client makes the driver close the connection and end.
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
