//! Forms a request and an answer take on the wire: lengths, compression, content types, readable JSON.

use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::{GzDecoder, ZlibDecoder};
use flate2::write::GzEncoder;
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, VARY};
use http::{HeaderMap, HeaderValue, Request, Response};
use serde_json::Value;

use super::refusal::Refusal;

/// The longest address, in bytes, and the longest address with all headers.
const HEAD_LIMIT: usize = 16_384;
/// The longest body, in bytes: 37.5 megabytes of a file and what base64 adds.
const BODY_LIMIT: usize = 50 * 1024 * 1024;

/// Refuses an address or a head that is too long.
pub(crate) fn check_head(request: &Request<Vec<u8>>) -> Result<(), Refusal> {
    let address = request.uri().to_string().len();
    if address > HEAD_LIMIT {
        let message = "The length of the URI exceeds the 16,384 byte limit";
        return Err(Refusal::new(414, "URI_TOO_LONG", message));
    }
    let headers: usize =
        request.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
    if address + headers > HEAD_LIMIT {
        let message = "The combined length of the URI and headers exceeds the 16,384 byte limit";
        return Err(Refusal::new(431, "REQUEST_HEADER_FIELDS_TOO_LARGE", message));
    }
    Ok(())
}

/// The refusal of a body that is too long.
pub(crate) fn too_large() -> Refusal {
    let message = format!("The request body is larger than the maximum of {BODY_LIMIT} bytes");
    Refusal::new(413, "REQUEST_ENTITY_TOO_LARGE", message)
}

/// The body as it was before it was compressed.
pub(crate) fn unpacked(headers: &HeaderMap, body: Vec<u8>) -> Result<Vec<u8>, Refusal> {
    let unpacked = match text(headers, CONTENT_ENCODING.as_str()).to_ascii_lowercase().as_str() {
        "" | "identity" => body,
        "gzip" | "x-gzip" => read(GzDecoder::new(body.as_slice()))?,
        "deflate" => read(ZlibDecoder::new(body.as_slice()))?,
        other => {
            let message = format!("Content-Encoding '{other}' is not supported");
            return Err(Refusal::new(415, "UNSUPPORTED_MEDIA_TYPE", message));
        }
    };
    if unpacked.len() > BODY_LIMIT { Err(too_large()) } else { Ok(unpacked) }
}

/// Reads no further than the limit, so that a small body cannot become a huge one.
fn read(reader: impl Read) -> Result<Vec<u8>, Refusal> {
    let mut body = Vec::new();
    let most = u64::try_from(BODY_LIMIT + 1).unwrap_or(u64::MAX);
    match reader.take(most).read_to_end(&mut body) {
        Ok(_) => Ok(body),
        Err(error) => Err(Refusal::unreadable(format!("The request body could not be unpacked: {error}"))),
    }
}

/// Refuses a body of a kind that no resource reads. XML is one: the vendor reads it, the stand-in does not.
pub(crate) fn check_type(headers: &HeaderMap, body: &[u8]) -> Result<(), Refusal> {
    let kind = text(headers, CONTENT_TYPE.as_str());
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let known =
        matches!(kind.as_str(), "" | "application/json" | "multipart/form-data") || kind.ends_with("+json");
    if body.is_empty() || known {
        return Ok(());
    }
    let message =
        format!("Content-Type '{kind}' is not supported. Use application/json or multipart/form-data.");
    Err(Refusal::new(415, "UNSUPPORTED_MEDIA_TYPE", message))
}

/// The answer as the caller wants it: JSON in lines for `X-PrettyPrint: 1`, compressed where gzip is accepted.
pub(crate) fn dressed(headers: &HeaderMap, mut answer: Response<Vec<u8>>) -> Response<Vec<u8>> {
    if text(headers, "x-prettyprint") == "1"
        && let Ok(value) = serde_json::from_slice::<Value>(answer.body())
        && let Ok(lines) = serde_json::to_vec_pretty(&value)
    {
        *answer.body_mut() = lines;
    }
    let accepted = text(headers, ACCEPT_ENCODING.as_str()).to_ascii_lowercase();
    if !accepts_gzip(&accepted) || answer.body().is_empty() {
        return answer;
    }
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    let small = packer.write_all(answer.body()).and_then(|()| packer.finish());
    if let Ok(small) = small {
        *answer.body_mut() = small;
        answer.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        answer.headers_mut().append(VARY, HeaderValue::from_static("Accept-Encoding"));
    }
    answer
}

/// Whether gzip is named and not ruled out by `q=0`.
fn accepts_gzip(accepted: &str) -> bool {
    accepted.split(',').any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        let named = matches!(parts.next(), Some("gzip" | "x-gzip"));
        let weight =
            parts.find_map(|part| part.strip_prefix("q=")).and_then(|weight| weight.parse::<f32>().ok());
        named && weight.is_none_or(|weight| weight > 0.0)
    })
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().trim()
}
