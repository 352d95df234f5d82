//! The HTTP server of `turno listen`: receives what providers post, and nothing else. It knows no book; a
//! [`Desk`] takes each body in.
//!
//! Meant to stand behind a reverse proxy that speaks TLS. Every connection is bounded in time, in bytes, and in
//! number, and an answer goes out only when the desk has taken the body in.

mod routes;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use routes::Route;
use std::convert::Infallible;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Semaphore, watch};
use tokio::time::{sleep, timeout};

pub use routes::{Challenge, Posted, Verdict};

/// Most connections at a time; more wait in the system's queue.
const CONNECTIONS: usize = 64;
/// Most bodies that are taken in at a time: each opens the book. Others wait their turn.
const DESKS: usize = 4;
/// Time for a request's headers.
const HEADERS: Duration = Duration::from_secs(10);
/// Time for a request's body.
const BODY: Duration = Duration::from_secs(15);
/// Time after which a connection takes no more requests.
const CONNECTION: Duration = Duration::from_secs(120);
/// Time for the last answer of a connection, and for all of them after the signal to stop.
const LAST: Duration = Duration::from_secs(20);
/// Most bytes of a request's line and headers.
const HEADER_BYTES: usize = 16 * 1024;
/// Most headers of a request.
const HEADER_LINES: usize = 64;

/// Takes in what the server receives; several threads may use it at once.
pub trait Desk: Send + Sync + 'static {
    /// The name of the header that holds the channel's signature, and whether the channel can be answered.
    fn signature_header(&self, channel: &str) -> Result<&'static str, Verdict>;

    /// Takes a body in; returns when it is committed.
    fn take(&self, posted: Posted) -> Verdict;

    /// Answers whether a URL is ours.
    fn challenge(&self, channel: &str, query: &str) -> Challenge;

    /// Whether the book can be used.
    fn is_well(&self) -> bool;
}

/// Serves until `stop` turns true. Then takes no more connections, and ends when the last request is answered.
pub fn serve(listener: TcpListener, desk: Arc<dyn Desk>, told: impl FnOnce(SocketAddr)) -> io::Result<()> {
    listener.set_nonblocking(true)?;
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().max_blocking_threads(DESKS).build()?;
    let served = runtime.block_on(async {
        let stop = stop()?;
        let listener = tokio::net::TcpListener::from_std(listener)?;
        told(listener.local_addr()?);
        accept(&listener, desk, stop).await;
        Ok(())
    });
    // A desk that hangs must not keep the program: what it has not answered, the provider sends again.
    runtime.shutdown_timeout(Duration::from_secs(1));
    served
}

async fn accept(listener: &tokio::net::TcpListener, desk: Arc<dyn Desk>, mut stop: watch::Receiver<bool>) {
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let route = Arc::new(Route { desk, desks: Semaphore::new(DESKS), patience: BODY });
    loop {
        let next = async {
            // The semaphore is never closed.
            let place = Arc::clone(&places).acquire_owned().await.ok()?;
            Some((listener.accept().await, place))
        };
        let (accepted, place) = tokio::select! {
            biased;
            _ = stop.changed() => break,
            next = next => match next {
                Some(next) => next,
                None => break,
            },
        };
        match accepted {
            Ok((stream, _)) => {
                let (route, stop) = (Arc::clone(&route), stop.clone());
                tokio::spawn(async move {
                    connection(stream, route, stop).await;
                    drop(place);
                });
            }
            // Too many open files, or a connection that is gone already: try again shortly.
            Err(_) => sleep(Duration::from_millis(50)).await,
        }
    }
    // All places are free when the last connection has ended.
    let all = u32::try_from(CONNECTIONS).unwrap_or(u32::MAX);
    let _ = timeout(LAST, places.acquire_many(all)).await;
}

/// Serves one connection. The answers to a broken one are nobody's: the provider sends its body again.
async fn connection(stream: tokio::net::TcpStream, route: Arc<Route>, mut stop: watch::Receiver<bool>) {
    let service = service_fn(move |request| {
        let route = Arc::clone(&route);
        async move { Ok::<_, Infallible>(route.answer(request).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS)
        .max_buf_size(HEADER_BYTES)
        .max_headers(HEADER_LINES)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    tokio::select! {
        _ = connection.as_mut() => return,
        _ = stop.changed() => {}
        () = sleep(CONNECTION) => {}
    }
    // The request in work is answered, and no more are taken.
    connection.as_mut().graceful_shutdown();
    let _ = timeout(LAST, connection).await;
}

/// Turns true at SIGTERM, SIGINT or SIGHUP, or Ctrl-C elsewhere.
fn stop() -> io::Result<watch::Receiver<bool>> {
    let (tell, stop) = watch::channel(false);
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut signals = [
            signal(SignalKind::terminate())?,
            signal(SignalKind::interrupt())?,
            signal(SignalKind::hangup())?,
        ];
        tokio::spawn(async move {
            let [terminate, interrupt, hangup] = &mut signals;
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
                _ = hangup.recv() => {}
            }
            let _ = tell.send(true);
        });
    }
    #[cfg(not(unix))]
    tokio::spawn(async move {
        let _ = tokio::signal::ctrl_c().await;
        let _ = tell.send(true);
    });
    Ok(stop)
}
