//! Source files as the fences see them: shipped code and test code apart, and both without comments and literals.

use std::path::Path;

/// One file of the checkout.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    /// From the root of the checkout, with forward slashes.
    pub(crate) path: String,
    pub(crate) text: String,
    /// Shipped code without comments; every literal is an empty string.
    pub(crate) code: String,
    /// The string literals of the shipped code.
    pub(crate) literals: Vec<String>,
    /// What only tests compile.
    pub(crate) tests: String,
}

impl Source {
    pub(crate) fn new(path: &str, text: &str) -> Self {
        let only_tests =
            path.starts_with("tests/") || path.contains("/tests/") || path.ends_with("/tests.rs");
        if only_tests { Self::of_tests(path, text) } else { Self::of_code(path, text) }
    }

    fn of_tests(path: &str, text: &str) -> Self {
        let text = text.to_owned();
        Self { path: path.to_owned(), tests: text.clone(), text, code: String::new(), literals: Vec::new() }
    }

    fn of_code(path: &str, text: &str) -> Self {
        let (shipped, tests) = text.split_at(inline_tests(text).unwrap_or(text.len()));
        let (code, literals) = lex(shipped);
        Self { path: path.to_owned(), text: text.to_owned(), code, literals, tests: tests.to_owned() }
    }

    /// True for a file other than a test itself.
    pub(crate) fn is_shipped(&self) -> bool {
        self.tests != self.text
    }

    /// True when the shipped code holds this identifier.
    pub(crate) fn says(&self, word: &str) -> bool {
        contains_word(&self.code, word)
    }
}

/// Every file of ours with one of these endings.
pub(crate) fn all(endings: &[&str]) -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    for folder in ["src", "crates", "xtask", "tests", "www"] {
        collect(root, &root.join(folder), endings, &mut found);
    }
    let only_tests: Vec<String> = found.iter().flat_map(modules_of_tests).collect();
    for source in &mut found {
        if only_tests.contains(&source.path) {
            *source = Source::of_tests(&source.path, &source.text);
        }
    }
    found.sort_by(|one, other| one.path.cmp(&other.path));
    found
}

/// Where the tests inside a file begin: at the first `#[cfg(test)]` that is not about a file of its own.
fn inline_tests(text: &str) -> Option<usize> {
    text.match_indices(TEST_ONLY).map(|(at, _)| at).find(|at| module_declared_at(&text[*at..]).is_none())
}

const TEST_ONLY: &str = "#[cfg(test)]";

/// `sample` from `#[cfg(test)] mod sample;`.
fn module_declared_at(text: &str) -> Option<&str> {
    let declared = text.strip_prefix(TEST_ONLY)?.trim_start().lines().next()?;
    declared.strip_suffix(';')?.split_once("mod ").map(|(_, name)| name)
}

/// The files that a file declares for tests only.
fn modules_of_tests(source: &Source) -> Vec<String> {
    let (folder, name) = source.path.rsplit_once('/').unwrap_or(("", &source.path));
    let folder = match name {
        "lib.rs" | "main.rs" | "mod.rs" => folder.to_owned(),
        _ => format!("{folder}/{}", name.trim_end_matches(".rs")),
    };
    let declared = source.text.match_indices(TEST_ONLY);
    let names = declared.filter_map(|(at, _)| module_declared_at(&source.text[at..]));
    names.map(|name| format!("{folder}/{name}.rs")).collect()
}

/// Every Rust file of ours.
pub(crate) fn rust() -> Vec<Source> {
    all(&["rs"])
}

fn collect(root: &Path, folder: &Path, endings: &[&str], found: &mut Vec<Source>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        if path.is_dir() {
            collect(root, &path, endings, found);
        } else if endings.contains(&ending) {
            let name = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
            found.push(Source::new(&name, &std::fs::read_to_string(&path).unwrap()));
        }
    }
}

pub(crate) fn contains_word(code: &str, word: &str) -> bool {
    let part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    code.match_indices(word).any(|(at, _)| {
        let before = code[..at].chars().next_back().is_some_and(part);
        let after = code[at + word.len()..].chars().next().is_some_and(part);
        !before && !after
    })
}

/// Splits Rust text into code (comments gone, literals emptied) and its string literals.
fn lex(text: &str) -> (String, Vec<String>) {
    let (mut code, mut literals) = (String::with_capacity(text.len()), Vec::new());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if rest.starts_with("//") {
            rest = rest.find('\n').map_or("", |at| &rest[at..]);
        } else if rest.starts_with("/*") {
            rest = rest.find("*/").map_or("", |at| &rest[at + 2..]);
        } else if let Some((literal, after)) = raw_string(rest).or_else(|| string(rest)) {
            code.push_str("\"\"");
            literals.push(literal.to_owned());
            rest = after;
        } else if let Some(after) = character(rest) {
            code.push_str("''");
            rest = after;
        } else {
            // A word is taken whole, so that the r of `for"` never looks like the start of a raw string.
            let word = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            let taken = if word == 0 || raw_string(rest).is_some() { first.len_utf8() } else { word };
            code.push_str(&rest[..taken]);
            rest = &rest[taken..];
        }
    }
    (code, literals)
}

fn string(rest: &str) -> Option<(&str, &str)> {
    let body = rest.strip_prefix('"')?;
    let mut escaped = false;
    for (at, c) in body.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return Some((&body[..at], &body[at + 1..])),
            _ => {}
        }
    }
    None
}

fn raw_string(rest: &str) -> Option<(&str, &str)> {
    let rest = rest.strip_prefix('b').unwrap_or(rest).strip_prefix('r')?;
    let hashes = rest.find(|c| c != '#')?;
    let body = rest[hashes..].strip_prefix('"')?;
    let end = format!("\"{}", &rest[..hashes]);
    body.find(&end).map(|at| (&body[..at], &body[at + end.len()..]))
}

/// `'x'` or `'\n'`, but not a lifetime.
fn character(rest: &str) -> Option<&str> {
    let body = rest.strip_prefix('\'')?;
    let after = if let Some(escape) = body.strip_prefix('\\') {
        &escape[escape.chars().next()?.len_utf8()..]
    } else {
        &body[body.chars().next()?.len_utf8()..]
    };
    after
        .strip_prefix('\'')
        .or_else(|| body.starts_with("\\u").then(|| after.split_once('\'').map(|(_, rest)| rest))?)
}

#[test]
fn comments_and_literals_are_no_code() {
    let source = Source::new(
        "src/a.rs",
        "/// unwrap here\nfn a<'x>() { b(\"quote \\\" wire\", r#\"raw \"wire\"\"#, '\"', '\\''); wire() } // wire",
    );
    assert_eq!(source.code.matches("wire").count(), 1, "{}", source.code);
    assert_eq!(source.literals, ["quote \\\" wire", "raw \"wire\""]);
    assert!(source.says("wire") && !source.says("wir") && !source.says("unwrap"));
}

#[test]
fn test_modules_are_told_from_shipped_code() {
    let source = Source::new("src/a.rs", "fn a() {}\n#[cfg(test)]\nmod tests { fn b() {} }");
    assert!(source.says("a") && !source.says("b") && source.tests.contains("fn b"));
    assert!(Source::new("crates/rules/src/saving/tests.rs", "fn b() {}").code.is_empty());
    let lib = Source::new("crates/rules/src/lib.rs", "#[cfg(test)]\nmod sample;\npub mod saving;");
    assert!(lib.says("saving"));
    assert_eq!(modules_of_tests(&lib), ["crates/rules/src/sample.rs"]);
}
