//! Where answers go. They come whole or in large pieces, and the buffer that is usually before stdout would look
//! through each of them for the end of a line.

use std::io::{self, Write};

/// Stdout without the buffer that is usually before it.
#[cfg(unix)]
pub(super) fn out() -> impl Write {
    struct Unbuffered;
    impl Write for Unbuffered {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            Ok(rustix::io::write(io::stdout(), bytes)?)
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    Unbuffered
}

/// Stdout, which knows how a console there takes text.
#[cfg(not(unix))]
pub(super) fn out() -> impl Write {
    io::stdout().lock()
}
