//! The same book on a PostgreSQL server, which the benchmark starts with fsync.

use crate::books::Book;
use crate::plan::Result;
use std::fs;

#[path = "../../tests/cluster/mod.rs"]
#[expect(clippy::expect_used, clippy::panic, reason = "the tests' own")]
mod cluster;

use cluster::private::{Cluster, Wishes};

/// A book on a server; both are deleted on drop.
#[derive(Debug)]
pub(crate) struct Served {
    pub(crate) book: Book,
    // Dropped before the server.
    _database: cluster::Database,
    _cluster: Cluster,
    _folder: tempfile::TempDir,
}

impl Served {
    /// Copies the kept book to a new server with `turno db copy`.
    pub(crate) fn copied(kept: &Book) -> Result<Served> {
        let wishes = Wishes {
            durable: true,
            settings: "shared_buffers = 128MB\nautovacuum = on\n".to_owned(),
            ..Wishes::default()
        };
        let cluster =
            Cluster::start(&wishes).ok_or("PostgreSQL is not installed: --engine sqlite does without")?;
        let database = cluster.server.database();
        let folder = tempfile::tempdir()?;
        fs::copy(kept.folder.join("secret"), folder.path().join("secret"))?;
        let book = Book {
            size: kept.size,
            folder: folder.path().to_owned(),
            place: database.url(),
            password: cluster.server.password.clone(),
        };
        eprintln!("copying the book of {} appointments to a server", kept.size);
        book.does(crate::books::NOW, &["db", "copy", &kept.place, &book.place, "--quiet"])?;
        database.connect().batch_execute("VACUUM ANALYZE")?;
        Ok(Served { book, _database: database, _cluster: cluster, _folder: folder })
    }
}
