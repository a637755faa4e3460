//! A certificate authority and a certificate for `localhost`, under `target/dev-tls`.
//!
//! The authority's key is thrown away once it has signed the one certificate, and the authority may vouch for
//! `localhost` only, so trusting it opens nothing else.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, GeneralSubtree, IsCa, Issuer,
    KeyPair, KeyUsagePurpose, NameConstraints,
};
use time::OffsetDateTime;

use crate::{clock, paths};

/// The longest that every current system accepts for a certificate of a local authority.
const LIFE: time::Duration = time::Duration::days(397);
const RENEW_AFTER: Duration = Duration::from_hours(300 * 24);

/// Where the certificate files lie.
pub(crate) struct Certificates {
    /// The authority, to be trusted.
    pub(crate) ca: PathBuf,
    /// The certificate for `localhost`.
    pub(crate) cert: PathBuf,
    /// Its key.
    pub(crate) key: PathBuf,
}

/// The certificates of this checkout, made when absent or old.
///
/// # Errors
/// When they cannot be made or written.
pub(crate) fn ensure() -> Result<Certificates> {
    let folder = paths::target().join("dev-tls");
    let files = Certificates {
        ca: folder.join("ca.pem"),
        cert: folder.join("localhost.pem"),
        key: folder.join("localhost-key.pem"),
    };
    let written = fs::metadata(&files.key).and_then(|data| data.modified()).ok();
    let fresh = written.and_then(clock::age).is_some_and(|age| age < RENEW_AFTER);
    if !(fresh && files.ca.exists() && files.cert.exists()) {
        fs::create_dir_all(&folder)?;
        make(&files)?;
    }
    Ok(files)
}

fn make(files: &Certificates) -> Result<()> {
    let now = clock::now();
    let authority_key = KeyPair::generate()?;
    let authority = authority(now);
    let ca = authority.self_signed(&authority_key)?;
    let issuer = Issuer::new(authority, authority_key);
    let key = KeyPair::generate()?;
    let leaf = leaf(now)?.signed_by(&key, &issuer)?;
    fs::write(&files.ca, ca.pem())?;
    fs::write(&files.cert, leaf.pem() + &ca.pem())?;
    // Last, since its age is the age of the set.
    fs::write(&files.key, key.serialize_pem())?;
    Ok(())
}

fn authority(now: OffsetDateTime) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, "Calbridge development authority (localhost only)");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.name_constraints = Some(NameConstraints {
        permitted_subtrees: vec![GeneralSubtree::DnsName("localhost".to_owned())],
        excluded_subtrees: Vec::new(),
    });
    valid_from(&mut params, now);
    params
}

fn leaf(now: OffsetDateTime) -> Result<CertificateParams> {
    let mut params = CertificateParams::new(vec!["localhost".to_owned()])?;
    params.distinguished_name.push(DnType::CommonName, "localhost");
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    valid_from(&mut params, now);
    Ok(params)
}

fn valid_from(params: &mut CertificateParams, now: OffsetDateTime) {
    params.not_before = now - time::Duration::days(1);
    params.not_after = params.not_before + LIFE;
}
