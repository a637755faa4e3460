//! The response headers the pane's files need, for the development server and, as a `_headers` file, for a real host.

/// `no-cache` for pages and configuration, for ever for names that carry a hash, a day for the rest.
pub(crate) fn cache_control(path: &str) -> &'static str {
    if is_hashed(path) {
        "public, max-age=31536000, immutable"
    } else if path.starts_with("/icons/") {
        "public, max-age=86400"
    } else {
        "no-cache"
    }
}

/// What follows the last dot of a name.
pub(crate) fn extension(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or_default()
}

/// The media type of a file of the pane.
pub(crate) fn content_type(path: &str) -> &'static str {
    match extension(path) {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "wasm" => "application/wasm",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "xml" => "application/xml",
        _ => "application/octet-stream",
    }
}

/// A `_headers` file in the form that static hosts read: a path, then indented headers.
pub(crate) fn file(policy: &str, hashed: &[String]) -> String {
    let cached = |path: &str| format!("{path}\n  Cache-Control: {}", cache_control(path));
    let everywhere = format!(
        "/*\n  Content-Security-Policy: {policy}\n  X-Content-Type-Options: nosniff\n  \
         Referrer-Policy: strict-origin-when-cross-origin"
    );
    let mut blocks = vec![everywhere];
    blocks.extend(["/index.html", "/auth.html", "/config.json", "/icons/*"].map(cached));
    blocks.extend(hashed.iter().map(|name| {
        let path = format!("/{name}");
        format!("{}\n  Content-Type: {}", cached(&path), content_type(&path))
    }));
    blocks.join("\n") + "\n"
}

/// True for names such as `sidebar.0f3a9c21d4.css`, which change with what they hold.
fn is_hashed(path: &str) -> bool {
    let mut parts = path.rsplit('.');
    let (_extension, hash) = (parts.next(), parts.next());
    hash.is_some_and(|hash| {
        hash.len() == crate::pane::HASH_LENGTH && hash.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_hashed_names_are_kept_for_ever() {
        assert!(cache_control("/sidebar.0f3a9c21d4.css").contains("immutable"));
        assert_eq!(cache_control("/index.html"), "no-cache");
        assert_eq!(cache_control("/config.json"), "no-cache");
        assert!(!cache_control("/icons/icon-64.png").contains("no-"));
    }

    #[test]
    fn wasm_has_the_type_that_lets_browsers_compile_it_while_it_streams() {
        assert_eq!(content_type("/calbridge_bg.0f3a9c21d4.wasm"), "application/wasm");
    }
}
