//! FORMATS of other programs, as they are written and read. Pure: text in, records out; nothing here opens
//! a file or the book.

pub mod csv;
pub mod ics;
