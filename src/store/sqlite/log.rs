//! How the log is left beside the book: worth nothing, and with its room on the disk.
//!
//! Who leaves last has folded all of it into the book, and synced that. SQLite then cuts the log to no bytes, so that the
//! next change has to get room for it again: the file system gives it back, takes it anew and notes down both, which was
//! a tenth of a booking. Here the log's header is overwritten with zeros instead, and these are synced. To SQLite, in
//! whatever program, such a log holds nothing (<https://www.sqlite.org/walformat.html>: what counts begins with a header
//! that is right). Where a power cut comes before the zeros have arrived, the log says what the book says by then; and
//! before SQLite writes over a log from its beginning, it syncs the new header.
//!
//! Nor is the folder synced anew for a log that has pages: SQLite syncs it, and the header, before it writes the first
//! (unless it was told to sync nothing). Of a log that it may have to make itself it does not know which it is.
//!
//! SQLite reaches files through tables of functions (<https://www.sqlite.org/vfs.html>). The ones here are the system's
//! own but for two of them. It takes pointers, so that this file, and no other, has `unsafe` in it.

#![expect(
    unsafe_code,
    reason = "SQLite calls these through pointers, and hands over pointers to what is its own"
)]

use crate::store::files::LOG_HEADER;
use rusqlite::{Connection, OpenFlags, ffi};
use std::cell::Cell;
use std::ffi::{CStr, c_int};
use std::path::Path;
use std::ptr;
use std::sync::OnceLock;

/// A log of more bytes than that is cut all the same: a booking takes 80 to 200 KB, and a stream, or a copy, far more.
const ROOM: i64 = 384 << 10;

/// By which name SQLite knows these tables.
const NAME: &CStr = c"turno";

/// What is called of a log, by SQLite and by what is ours.
struct Methods {
    theirs: &'static ffi::sqlite3_io_methods,
    ours: ffi::sqlite3_io_methods,
}

/// The same for every log: what SQLite calls of a file depends on its kind.
static METHODS: OnceLock<Methods> = OnceLock::new();

thread_local! {
    static CUTS: Cell<bool> = const { Cell::new(false) };
}

/// Does what cuts the log, where nothing of what it held may stay on the disk.
pub(super) fn cut<T>(work: impl FnOnce() -> T) -> T {
    CUTS.set(true);
    let done = work();
    CUTS.set(false);
    done
}

/// Opens a book whose log is left so; as any other where it is not known how that goes.
///
/// # Errors
/// What SQLite says.
pub(super) fn open(book: &Path, flags: OpenFlags) -> rusqlite::Result<Connection> {
    static REGISTERED: OnceLock<bool> = OnceLock::new();
    match cfg!(unix) && *REGISTERED.get_or_init(register) {
        true => Connection::open_with_flags_and_vfs(book, flags, NAME),
        false => Connection::open_with_flags(book, flags),
    }
}

fn register() -> bool {
    // SAFETY: what is found belongs to SQLite for as long as the program runs, and is copied as it is. The copy is never
    // freed, nor changed but by SQLite.
    unsafe {
        let system = ffi::sqlite3_vfs_find(ptr::null());
        if system.is_null() {
            return false;
        }
        let mut own = *system;
        own.pNext = ptr::null_mut();
        own.zName = NAME.as_ptr();
        own.pAppData = system.cast();
        own.xOpen = Some(open_file);
        ffi::sqlite3_vfs_register(Box::leak(Box::new(own)), 0) == ffi::SQLITE_OK
    }
}

/// Opens a file as the system's own table does, a log so that it is left as said above.
///
/// # Safety
/// SQLite calls it by the table that was registered, with what `xOpen` is to have.
unsafe extern "C" fn open_file(
    vfs: *mut ffi::sqlite3_vfs,
    name: ffi::sqlite3_filename,
    file: *mut ffi::sqlite3_file,
    flags: c_int,
    opened: *mut c_int,
) -> c_int {
    // SAFETY: `pAppData` is the system's table, whose function gets all that SQLite gave, and `file` is as long as that
    // table asks for. After `SQLITE_OK` its methods are set, to a table that is never freed.
    unsafe {
        let system = (*vfs).pAppData.cast::<ffi::sqlite3_vfs>();
        let Some(open) = (*system).xOpen else { return ffi::SQLITE_CANTOPEN };
        if flags & ffi::SQLITE_OPEN_WAL == 0 {
            return open(system, name, file, flags, opened);
        }
        let mut told = open(system, name, file, flags & !ffi::SQLITE_OPEN_CREATE, opened);
        if told == ffi::SQLITE_OK && bytes_of(file).is_none_or(|bytes| bytes <= i64::from(LOG_HEADER)) {
            if let Some(close) = (*(*file).pMethods).xClose {
                close(file);
            }
            told = ffi::SQLITE_CANTOPEN;
        }
        if told != ffi::SQLITE_OK {
            told = open(system, name, file, flags, opened);
        }
        if told == ffi::SQLITE_OK {
            let theirs = &*(*file).pMethods;
            let ours = ffi::sqlite3_io_methods { xTruncate: Some(truncate), ..*theirs };
            let methods = METHODS.get_or_init(|| Methods { theirs, ours });
            if ptr::eq(methods.theirs, theirs) {
                (*file).pMethods = &raw const methods.ours;
            }
        }
        told
    }
}

/// # Safety
/// The file is one that SQLite opened.
unsafe fn bytes_of(file: *mut ffi::sqlite3_file) -> Option<i64> {
    let mut bytes = 0;
    // SAFETY: an open file has methods, and they know it.
    let told = unsafe { (*(*file).pMethods).xFileSize?(file, &raw mut bytes) };
    (told == ffi::SQLITE_OK).then_some(bytes)
}

/// Cuts a log, or leaves it where it is to have no bytes.
///
/// # Safety
/// SQLite calls it of a log that [`open_file`] opened.
unsafe extern "C" fn truncate(file: *mut ffi::sqlite3_file, bytes: i64) -> c_int {
    // SAFETY: the file's methods were these before `open_file` set ours.
    unsafe {
        let Some(cut) = METHODS.get().and_then(|methods| methods.theirs.xTruncate) else {
            return ffi::SQLITE_IOERR_TRUNCATE;
        };
        match bytes == 0 && !CUTS.get() && is_left(file) {
            true => ffi::SQLITE_OK,
            false => cut(file, bytes),
        }
    }
}

/// Whether the log holds nothing now, and may stay as long as it is.
///
/// # Safety
/// As [`bytes_of`].
unsafe fn is_left(file: *mut ffi::sqlite3_file) -> bool {
    const NOTHING: [u8; LOG_HEADER as usize] = [0; LOG_HEADER as usize];
    let mut header = [1; LOG_HEADER as usize];
    let length = c_int::from(LOG_HEADER);
    // SAFETY: both have as many bytes as are read or written.
    unsafe {
        let methods = &*(*file).pMethods;
        let (Some(read), Some(write), Some(sync)) = (methods.xRead, methods.xWrite, methods.xSync) else {
            return false;
        };
        if bytes_of(file).is_none_or(|bytes| bytes > ROOM) {
            return false;
        }
        // Most only look, and find it as the one before left it.
        if read(file, header.as_mut_ptr().cast(), length, 0) == ffi::SQLITE_OK && header == NOTHING {
            return true;
        }
        write(file, NOTHING.as_ptr().cast(), length, 0) == ffi::SQLITE_OK
            && sync(file, ffi::SQLITE_SYNC_NORMAL | ffi::SQLITE_SYNC_DATAONLY) == ffi::SQLITE_OK
    }
}
