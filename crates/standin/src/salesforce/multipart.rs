//! `multipart/form-data` bodies: the parts of a form, as they were sent.

use super::refusal::Refusal;

/// The most parts of a form.
const PART_LIMIT: usize = 16;

/// One part.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Part<'a> {
    pub name: String,
    pub bytes: &'a [u8],
}

/// The boundary a content type names, if it is that of a form.
pub(crate) fn boundary(content_type: &str) -> Option<String> {
    let mut pieces = content_type.split(';').map(str::trim);
    if !pieces.next()?.eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let named = pieces.filter_map(|piece| piece.split_once('='));
    let boundary =
        named.filter(|(name, _)| name.trim().eq_ignore_ascii_case("boundary")).map(|(_, text)| text);
    boundary.map(|text| text.trim().trim_matches('"').to_owned()).next()
}

/// The parts between the boundaries.
pub(crate) fn parts<'a>(body: &'a [u8], boundary: &str) -> Result<Vec<Part<'a>>, Refusal> {
    let unreadable = |why: &str| Refusal::unreadable(format!("multipart/form-data: {why}"));
    if boundary.is_empty() {
        return Err(unreadable("no boundary"));
    }
    let mark = format!("--{boundary}").into_bytes();
    let first = place(body, &mark, 0).ok_or_else(|| unreadable("the boundary does not occur"))?;
    let mut parts = Vec::new();
    let mut at = first + mark.len();
    while !body[at..].starts_with(b"--") {
        if parts.len() == PART_LIMIT {
            return Err(unreadable("too many parts"));
        }
        let end = place(body, &mark, at).ok_or_else(|| unreadable("the last boundary is missing"))?;
        parts.push(part(&body[at..end]).ok_or_else(|| unreadable("a part has no name"))?);
        at = end + mark.len();
    }
    Ok(parts)
}

/// A part: its header lines, an empty line, its bytes, a line's end.
fn part(raw: &[u8]) -> Option<Part<'_>> {
    let raw = trimmed_start(raw);
    let (head, skipped) = match (place(raw, b"\r\n\r\n", 0), place(raw, b"\n\n", 0)) {
        (Some(crlf), Some(lf)) if lf < crlf => (lf, 2),
        (Some(crlf), _) => (crlf, 4),
        (None, Some(lf)) => (lf, 2),
        (None, None) => return None,
    };
    let bytes = &raw[head + skipped..];
    let bytes = bytes.strip_suffix(b"\r\n").or_else(|| bytes.strip_suffix(b"\n")).unwrap_or(bytes);
    let head = String::from_utf8_lossy(&raw[..head]);
    let disposition =
        head.lines().find(|line| line.to_ascii_lowercase().starts_with("content-disposition:"))?;
    let name = disposition.split(';').map(str::trim).find_map(|piece| piece.strip_prefix("name="))?;
    Some(Part { name: name.trim_matches('"').to_owned(), bytes })
}

fn trimmed_start(raw: &[u8]) -> &[u8] {
    raw.strip_prefix(b"\r\n").or_else(|| raw.strip_prefix(b"\n")).unwrap_or(raw)
}

fn place(body: &[u8], wanted: &[u8], from: usize) -> Option<usize> {
    let rest = body.get(from..)?;
    rest.windows(wanted.len()).position(|window| window == wanted).map(|place| place + from)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_parts_of_a_form_are_read_as_they_were_sent() {
        let kind = "multipart/form-data; boundary=\"b1\"";
        let boundary = boundary(kind).unwrap();
        let body = b"--b1\r\nContent-Disposition: form-data; name=\"entity\";\r\nContent-Type: application/json\r\n\r\n{}\r\n\
                     --b1\r\nContent-Disposition: form-data; name=\"Body\"; filename=\"a.bin\"\r\n\r\n\x00\r\n\xff\r\n--b1--";
        let parts = parts(body, &boundary).unwrap();
        assert_eq!(parts[0], Part { name: "entity".to_owned(), bytes: b"{}" });
        assert_eq!(parts[1], Part { name: "Body".to_owned(), bytes: b"\x00\r\n\xff" });
    }

    #[test]
    fn what_is_no_form_is_refused() {
        assert_eq!(boundary("application/json"), None);
        for body in [&b""[..], b"--b1", b"--b1\r\nno end", b"--b1\r\nx: y\r\n\r\n1\r\n--b1--"] {
            assert!(parts(body, "b1").is_err(), "{}", String::from_utf8_lossy(body));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_form_is_read_or_refused(pieces in proptest::collection::vec(
            prop_oneof![Just("--b"), Just("\r\n"), Just("\n\n"), Just("--"), Just("Content-Disposition: form-data; name=x"), Just("{")], 0..12)) {
            let body = pieces.concat();
            let _ = parts(body.as_bytes(), "b");
        }
    }
}
