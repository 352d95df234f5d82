//! What a command names, for questions that are asked ahead.

/// What a command names, as it was typed. It serves to guess what will be asked, and nothing else: each word is
/// looked up again where it matters.
#[derive(Debug, Clone, Default)]
pub struct Words {
    /// The clinic; else it is the one that was chosen.
    pub clinic: Option<String>,
    /// A doctor.
    pub doctor: Option<String>,
    /// A service.
    pub service: Option<String>,
    /// A branch; else those of the clinic.
    pub branch: Option<String>,
    /// An appointment's code or id.
    pub appointment: Option<String>,
    /// Whether it is about all doctors and services.
    pub everyone: bool,
    /// The hashes of the access keys that are presented.
    pub keys: Vec<Vec<u8>>,
}
