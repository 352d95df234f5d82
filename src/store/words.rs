//! The names in a command, for prefetching.

/// The names in a command, as typed. Used only to prefetch: each name is looked up again when it matters.
#[derive(Debug, Clone, Default)]
pub struct Words {
    /// The clinic; if None, the chosen one.
    pub clinic: Option<String>,
    /// The doctor.
    pub doctor: Option<String>,
    /// The service.
    pub service: Option<String>,
    /// The branch; if None, all branches of the clinic.
    pub branch: Option<String>,
    /// The appointment's code or id.
    pub appointment: Option<String>,
    /// Whether the command is about all doctors and services.
    pub everyone: bool,
    /// The hashes of the access keys given.
    pub keys: Vec<Vec<u8>>,
}
