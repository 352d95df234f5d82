//! From words to records, as far as the access key may see them.

pub mod completion;
pub mod find;
pub mod gate;
pub mod key;
pub mod partial_match;
pub mod visits;
pub mod whom;
