//! demo
use crate::run::{Session, Stop};
pub(super) fn run(_: &Session) -> std::result::Result<u8, Stop> {
    Ok(0)
}
