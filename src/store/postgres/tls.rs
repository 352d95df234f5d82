//! TLS and the check of certificates, as libpq's `sslmode` defines them
//! (<https://www.postgresql.org/docs/current/libpq-ssl.html>).

use super::server::{Certificates, SslMode};
use crate::platform::error::StoreError;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, NamedGroup, RootCertStore, SignatureScheme,
};
use std::path::Path;
use std::sync::Arc;
use tokio_postgres_rustls::MakeRustlsConnect;

pub(super) fn connector(mode: SslMode, certificates: &Certificates) -> Result<MakeRustlsConnect, StoreError> {
    let provider = Arc::new(provider());
    let must_check = matches!(mode, SslMode::VerifyCa | SslMode::VerifyFull);
    // As in libpq: a missing root certificate is an error only if the mode requires the check.
    let root = certificates.root.as_ref().filter(|root| must_check || is_there(root));
    let trusted = match root {
        Some(root) => Some(roots(root)?),
        None if must_check => {
            return Err(StoreError::unavailable(
                text!("sslmode-wants-the-servers-certificate-checked-but"),
                text!("name-one-with-sslrootcert-file-put-it-into"),
            ));
        }
        None => None,
    };
    let chain = match &trusted {
        Some(trusted) => {
            let mut store = RootCertStore::empty();
            store.add_parsable_certificates(trusted.iter().cloned());
            let verifier = WebPkiServerVerifier::builder_with_provider(store.into(), provider.clone());
            Some(verifier.build().map_err(|problem| unusable(&problem))?)
        }
        None => None,
    };
    let verifier = Verifier {
        chain,
        pinned: trusted.unwrap_or_default(),
        check_name: mode == SslMode::VerifyFull,
        provider: provider.clone(),
    };
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|problem| unusable(&problem))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier));
    let mut config = match (&certificates.own, &certificates.key) {
        (Some(own), Some(key)) if own.exists() && key.exists() => {
            let key = PrivateKeyDer::from_pem_file(key).map_err(|problem| unreadable(key, &problem))?;
            builder.with_client_auth_cert(read(own)?, key).map_err(|problem| unusable(&problem))?
        }
        _ => builder.with_no_client_auth(),
    };
    // Servers require ALPN with `sslnegotiation=direct`.
    config.alpn_protocols = vec![b"postgresql".to_vec()];
    Ok(MakeRustlsConnect::new(config))
}

/// Offers a P-256 key first: by default servers before 18 accept only this curve, and a second offer would
/// take another round trip.
fn provider() -> CryptoProvider {
    let mut provider = rustls::crypto::ring::default_provider();
    provider.kx_groups.sort_by_key(|group| group.name() != NamedGroup::secp256r1);
    provider
}

fn is_there(root: &Path) -> bool {
    root == Path::new("system") || root.exists()
}

fn roots(root: &Path) -> Result<Vec<CertificateDer<'static>>, StoreError> {
    if root != Path::new("system") {
        return read(root);
    }
    let found = rustls_native_certs::load_native_certs();
    if found.certs.is_empty() {
        return Err(StoreError::unavailable(
            text!("the-operating-system-names-no-certificates"),
            text!("name-a-root-certificate-with-sslrootcert-file"),
        ));
    }
    Ok(found.certs)
}

fn read(path: &Path) -> Result<Vec<CertificateDer<'static>>, StoreError> {
    CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect)
        .map_err(|problem| unreadable(path, &problem))
}

fn unreadable(path: &Path, problem: &dyn std::fmt::Display) -> StoreError {
    StoreError::unavailable(
        text!("cant-be-used-as-a-certificate-or-key", path = path.display(), problem),
        "it is a file in PEM, with BEGIN and END lines",
    )
}

fn unusable(problem: &dyn std::fmt::Display) -> StoreError {
    StoreError::unavailable(
        text!("the-connection-cant-be-encrypted", problem),
        text!("check-sslrootcert-sslcert-and-sslkey"),
    )
}

/// Checks a certificate as far as the mode requires.
#[derive(Debug)]
struct Verifier {
    /// Checks chains; if `None`, nothing is checked.
    chain: Option<Arc<WebPkiServerVerifier>>,
    /// Certificates that are trusted as they are, such as the usual self-signed one.
    pinned: Vec<CertificateDer<'static>>,
    check_name: bool,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let Some(chain) = &self.chain else { return Ok(ServerCertVerified::assertion()) };
        if self.pinned.iter().any(|pinned| pinned == end_entity) {
            if self.check_name {
                rustls::client::verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
            }
            return Ok(ServerCertVerified::assertion());
        }
        match chain.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now) {
            // The name is checked last, so everything else is in order.
            Err(Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) if !self.check_name => Ok(ServerCertVerified::assertion()),
            answer => answer,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, cert, dss, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, cert, dss, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_key_offered_is_one_that_every_server_takes() {
        let groups: Vec<_> = provider().kx_groups.iter().map(|group| group.name()).collect();
        assert_eq!(groups, [NamedGroup::secp256r1, NamedGroup::X25519, NamedGroup::secp384r1]);
    }
}
