//! A test database: one clinic with two doctors, a pooled window, a service and two patients.

pub(crate) mod far;

use crate::domain::appointment::Appointment;
use crate::domain::fixtures::{at, date};
use crate::domain::interval::Interval;
use crate::domain::record::{Branch, Clinic, Doctor, Patient, Service};
use crate::domain::settings::Settings;
use crate::domain::status::Status;
use crate::domain::time::{Instant, parse_time};
use crate::domain::window::Window;
use crate::platform::error::{Result, StoreError};
use crate::store::outbox::Message;
use crate::store::record::Stored;
use crate::store::{Ending, Location, Store, Tx};
use tempfile::TempDir;

#[path = "../../tests/cluster/mod.rs"]
mod cluster;

/// Holds a database until dropped; only `place` knows the engine.
pub(crate) struct Shelf<P> {
    place: P,
}

pub(crate) trait Place: Sized {
    /// A new place, or None if this machine does not have the engine.
    fn new() -> Option<Self>;

    fn location(&self) -> Location;
}

/// A directory for an SQLite file.
pub(crate) struct Folder(TempDir);

impl Place for Folder {
    fn new() -> Option<Self> {
        Some(Folder(cluster::scratch::folder("turno-store-")))
    }

    fn location(&self) -> Location {
        Location::File(self.0.path().join("book.turno"))
    }
}

#[cfg(feature = "postgres")]
pub(crate) struct Database(cluster::Database);

#[cfg(feature = "postgres")]
impl Place for Database {
    fn new() -> Option<Self> {
        cluster::server().map(|server| Database(server.database()))
    }

    fn location(&self) -> Location {
        self.with("")
    }
}

#[cfg(feature = "postgres")]
impl Database {
    /// The location, with parameters appended to the URL.
    pub(crate) fn with(&self, parameters: &str) -> Location {
        let Database(database) = self;
        let url = database.url();
        // The server's URL may already have parameters.
        let parameters =
            if url.contains('?') { parameters.replacen('?', "&", 1) } else { parameters.to_owned() };
        let url = url + &parameters;
        Location::parse(&url, &|name| database.server.variable(name)).unwrap()
    }

    /// A session that does not go through turno.
    pub(crate) fn connect(&self) -> postgres::Client {
        self.0.connect()
    }
}

/// A database without table locks, so that writers conflict.
#[cfg(feature = "postgres")]
pub(crate) struct Unlocked(Database);

#[cfg(feature = "postgres")]
impl Place for Unlocked {
    fn new() -> Option<Self> {
        Database::new().map(Unlocked)
    }

    fn location(&self) -> Location {
        match self.0.location() {
            Location::Server(server) => Location::Server(Box::new(server.without_locks())),
            file @ Location::File(_) => file,
        }
    }
}

impl<P: Place> Shelf<P> {
    /// A shelf without a database; None if the engine is missing.
    pub(crate) fn empty() -> Option<Shelf<P>> {
        P::new().map(|place| Shelf { place })
    }

    /// A shelf with a database that has the clinic's records; None if the engine is missing.
    pub(crate) fn with_clinic() -> Option<(Shelf<P>, Store)> {
        let shelf = Shelf::empty()?;
        let mut store = Store::create(&shelf.location()).unwrap();
        store.write(Ending::Commit, found_clinic).unwrap();
        Some((shelf, store))
    }

    pub(crate) fn location(&self) -> Location {
        self.place.location()
    }

    #[cfg(feature = "postgres")]
    pub(crate) fn place(&self) -> &P {
        &self.place
    }

    /// Opens the database again, as another program would.
    pub(crate) fn open(&self) -> Store {
        Store::open(&self.location()).unwrap()
    }
}

/// The creation time of all records.
pub(crate) fn set_up() -> Instant {
    at("2026-06-01T08:00:00-06:00")
}

/// Inserts the records of the clinic `clinic`, and a second clinic `rival`.
pub(crate) fn found_clinic(tx: &mut Tx<'_>) -> Result<()> {
    for id in ["clinic", "rival"] {
        let settings = Settings::new("America/El_Salvador");
        let clinic =
            Clinic { id: id.into(), code: id.into(), name: id.into(), settings, created_at: set_up() };
        tx.insert(&clinic)?;
    }
    for (id, clinic) in [("main", "clinic"), ("rival-main", "rival")] {
        tx.insert(&Branch {
            id: id.into(),
            clinic_id: clinic.into(),
            code: "main".into(),
            name: "Main".into(),
            active: true,
            created_at: set_up(),
            ..Branch::default()
        })?;
    }
    for id in ["ana", "bea"] {
        tx.insert(&Doctor {
            id: id.into(),
            clinic_id: "clinic".into(),
            code: id.into(),
            full_name: format!("Dr. {id}"),
            active: true,
            created_at: set_up(),
            ..Doctor::default()
        })?;
    }
    for (id, name, clinic) in
        [("rosa", "Rosa Paz", "clinic"), ("luis", "Luis Paz", "clinic"), ("eva", "Eva Rey", "rival")]
    {
        tx.insert(&patient(id, name, clinic))?;
    }
    for id in ["checkup", "x-ray"] {
        tx.insert(&Service {
            id: id.into(),
            clinic_id: "clinic".into(),
            code: id.into(),
            name: id.into(),
            active: true,
            created_at: set_up(),
            ..Service::default()
        })?;
    }
    tx.insert(&window("days-of-ana", Some("ana")))?;
    tx.insert(&window("days-of-bea", Some("bea")))?;
    tx.insert(&window("pool", None))?;
    tx.insert(&Window {
        clinic_id: "rival".into(),
        branch_id: "rival-main".into(),
        ..window("rivals", None)
    })?;
    Ok(())
}

fn patient(id: &str, name: &str, clinic_id: &str) -> Patient {
    Patient {
        id: id.into(),
        clinic_id: clinic_id.into(),
        code: id.into(),
        full_name: name.into(),
        // A phone shared by a family.
        phone: "+50370000001".into(),
        active: true,
        created_at: set_up(),
        updated_at: set_up(),
        ..Patient::default()
    }
}

/// A daily window from 08:00 to 20:00.
pub(crate) fn window(id: &str, doctor_id: Option<&str>) -> Window {
    Window {
        id: id.into(),
        code: id.into(),
        doctor_id: doctor_id.map(str::to_owned),
        capacity: Some(4),
        ..crate::domain::fixtures::window("08:00", "20:00")
    }
}

/// Rosa's visit to Ana on Monday, 15 June 2026; `from` and `to` are local times.
pub(crate) fn visit(id: &str, from: &str, to: &str) -> Appointment {
    let on_monday = |time: &str| at(&format!("2026-06-15T{time}:00-06:00"));
    let span = Interval::new(on_monday(from), on_monday(to));
    Appointment {
        id: id.into(),
        code: id.to_uppercase(),
        clinic_id: "clinic".into(),
        branch_id: "main".into(),
        doctor_id: Some("ana".into()),
        patient_id: "rosa".into(),
        window_id: "days-of-ana".into(),
        window_date: date("2026-06-15"),
        timezone: "America/El_Salvador".into(),
        date: date("2026-06-15"),
        start_time: parse_time(from).unwrap(),
        span,
        busy: span,
        token_number: 1,
        status: Status::Confirmed,
        source: "manual".into(),
        created_at: set_up(),
        updated_at: set_up(),
        ..Appointment::default()
    }
}

/// The same visit in the pooled window.
pub(crate) fn pooled(visit: Appointment) -> Appointment {
    Appointment { doctor_id: None, window_id: "pool".into(), ..visit }
}

/// A reminder of a visit, due at the local time `due` on that Monday.
pub(crate) fn reminder(id: &str, visit: &str, due: &str) -> Message {
    Message {
        id: id.into(),
        clinic_id: "clinic".into(),
        appointment_id: visit.into(),
        due_at: at(&format!("2026-06-15T{due}:00-06:00")),
        created_at: set_up(),
        ready_at: at(&format!("2026-06-15T{due}:00-06:00")),
        ..Message::default()
    }
}

/// Inserts a record in its own transaction.
pub(crate) fn add<T: Stored>(store: &mut Store, record: &T) -> Result<(), StoreError> {
    let mut answer = Ok(());
    let outcome = store.write(Ending::Commit, |tx| {
        answer = tx.insert(record).and_then(|()| tx.settle());
        answer.clone().map_err(Into::into)
    });
    assert_eq!(outcome.is_ok(), answer.is_ok(), "{outcome:?}");
    answer
}

/// Updates a record in its own transaction.
pub(crate) fn change<T: Stored>(store: &mut Store, before: &T, after: &T) -> Result<(), StoreError> {
    let mut answer = Ok(());
    let outcome = store.write(Ending::Commit, |tx| {
        answer = tx.update(before, after).and_then(|()| tx.settle());
        answer.clone().map_err(Into::into)
    });
    assert_eq!(outcome.is_ok(), answer.is_ok(), "{outcome:?}");
    answer
}

/// The ids of all appointments.
pub(crate) fn visits(store: &mut Store) -> Vec<String> {
    let sql = "SELECT id FROM appointments ORDER BY id";
    store.read(|tx| Ok(tx.query(sql, &[], |row| row.text())?)).unwrap()
}
