//! `turno listen`.

use crate::app::replies::incoming;
use crate::commands::key;
use crate::delivery::listen::{Challenge, Desk, Posted, Verdict, serve};
use crate::delivery::replies::{Receiver, Rejected, Request};
use crate::domain::access::Need;
use crate::domain::refusal::{Code, Refusal};
use crate::input::global::Global;
use crate::input::session::{Ended, Session, Stop};
use crate::output::Printer;
use crate::platform::config::variable;
use crate::platform::error::Result;
use clap::Args;
use std::net::TcpListener;
use std::sync::Arc;

/// Receive patients' answers and delivery reports from providers, over HTTP behind a reverse proxy
#[derive(Debug, Args)]
pub struct ListenArgs {
    /// Where to listen; port 0 takes a free one. A socket of systemd goes first
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:8787")]
    bind: String,
}

/// Serves until a signal ends it.
pub(crate) fn listen(session: &Session, args: &ListenArgs) -> Ended {
    // A wrong book, clinic or key is told at the start and not to a provider.
    incoming::check(&mut session.open()?)?;
    check_channels(session)?;
    let listener = listener(&args.bind)?;
    let printer = session.printer;
    let (global, need) = (session.global.clone(), session.gate.need().clone());
    let desk = Arc::new(Counter { global, need, printer });
    let served = serve(listener, desk, |at| {
        printer.talk(&format!("{}\n", text!("listening-on", at)));
    });
    served.map_err(|problem| {
        Stop::Refused(Refusal::new(Code::Internal, text!("the-server-cant-be-run", problem)))
    })?;
    Ok(0)
}

/// Refuses channels whose way back can't be opened, and a configuration without any.
fn check_channels(session: &Session) -> Result<()> {
    let channels = &session.config()?.file.channels;
    let mut any = false;
    for name in channels.names() {
        any |= channels.receiver(name, &variable)?.is_some();
    }
    if any {
        return Ok(());
    }
    Err(Refusal::invalid("channels", text!("no-channel-says-replies"))
        .hint(text!("say-replies-in-a-channels-table")))
}

/// The socket that systemd opened for us, else one of our own.
fn listener(bind: &str) -> Result<TcpListener> {
    #[cfg(unix)]
    if let Ok(Some(listener)) = listenfd::ListenFd::from_env().take_tcp_listener(0) {
        return Ok(listener);
    }
    TcpListener::bind(bind)
        .map_err(|problem| Refusal::invalid("bind", text!("cant-listen-on", bind, problem)))
}

/// Takes in each body with a session of its own, as a command of its own would: the configuration is read anew,
/// the book opened, the key checked, the clock read.
struct Counter {
    global: Global,
    need: Need,
    printer: Printer,
}

impl Counter {
    fn session(&self) -> Session {
        Session::new(self.global.clone(), self.printer, self.need.clone(), true)
    }

    fn receiver(&self, session: &Session, channel: &str) -> Result<Receiver, Verdict> {
        let opened = session.config().and_then(|config| config.file.channels.receiver(channel, &variable));
        match opened {
            Ok(receiver) => receiver.ok_or(Verdict::Unknown),
            Err(refusal) => Err(self.unavailable(&refusal)),
        }
    }

    /// The provider is to send it again; the journal says why.
    fn unavailable(&self, refusal: &Refusal) -> Verdict {
        self.printer.refusal(refusal);
        Verdict::Unavailable
    }

    fn take_in(&self, session: &Session, posted: &Posted) -> Result<(), Verdict> {
        let receiver = self.receiver(session, &posted.channel)?;
        let request = Request {
            body: &posted.body,
            signature: posted.signature.as_deref(),
            query: posted.query.as_deref(),
        };
        let delivered = receiver.read(&request).map_err(|rejected| {
            let words = rejected.words();
            self.printer.warning(&format!("{}: {words}", posted.channel));
            match rejected {
                Rejected::Unsigned => Verdict::Forbidden,
                Rejected::Unreadable(_) => Verdict::Malformed,
            }
        })?;
        let taken = session
            .open()
            .and_then(|mut context| incoming::take(&mut context, &posted.channel, &delivered).map(drop));
        key::note(session, taken.as_ref().err());
        session.warnings.borrow().iter().for_each(|words| self.printer.warning(words));
        taken.map_err(|refusal| match refusal.code {
            Code::ValidationError => {
                self.printer.refusal(&refusal);
                Verdict::Malformed
            }
            _ => self.unavailable(&refusal),
        })
    }
}

impl Desk for Counter {
    fn signature_header(&self, channel: &str) -> Result<&'static str, Verdict> {
        self.receiver(&self.session(), channel).map(|receiver| receiver.signature_header())
    }

    fn take(&self, posted: Posted) -> Verdict {
        match self.take_in(&self.session(), &posted) {
            Ok(()) => Verdict::Taken,
            Err(verdict) => verdict,
        }
    }

    fn challenge(&self, channel: &str, query: &str) -> Challenge {
        match self.receiver(&self.session(), channel) {
            Ok(receiver) => {
                receiver.challenge(query).map_or(Challenge::Refused(Verdict::Forbidden), Challenge::Met)
            }
            Err(verdict) => Challenge::Refused(verdict),
        }
    }

    fn is_well(&self) -> bool {
        let session = self.session();
        let checked = session.open().and_then(|mut context| incoming::check(&mut context));
        checked.map_err(|refusal| self.unavailable(&refusal)).is_ok()
    }
}
