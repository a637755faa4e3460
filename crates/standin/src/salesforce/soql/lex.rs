//! Tokens of a statement, with the column each begins at.

use crate::salesforce::refusal::Refusal;

/// A quoted text; in `LIKE`, only characters marked wild stand for others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Text {
    pub plain: String,
    pub wild: Vec<bool>,
}

/// What a token is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Token {
    /// A name, keyword, number, date or instant, as written.
    Word(String),
    Quoted(Text),
    /// Punctuation and comparison signs.
    Sign(&'static str),
    End,
}

/// A token and its 0-based column.
#[derive(Clone, Debug)]
pub(crate) struct Placed {
    pub token: Token,
    pub column: usize,
}

const SIGNS: [&str; 11] = ["!=", "<>", "<=", ">=", "<", ">", "=", "(", ")", ",", "'"];

/// Splits a statement.
pub(crate) fn tokens(statement: &str) -> Result<Vec<Placed>, Refusal> {
    let mut placed = Vec::new();
    let mut rest = statement;
    loop {
        rest = rest.trim_start();
        let column = statement.len() - rest.len();
        if rest.is_empty() {
            placed.push(Placed { token: Token::End, column });
            return Ok(placed);
        }
        let word = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
        if word > 0 {
            placed.push(Placed { token: Token::Word(rest[..word].to_owned()), column });
            rest = &rest[word..];
            continue;
        }
        match SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
            Some(&"'") => {
                let (text, after) = quoted(&rest[1..]).ok_or_else(|| {
                    malformed(statement, column, "unterminated or badly escaped string literal")
                })?;
                placed.push(Placed { token: Token::Quoted(text), column });
                rest = after;
            }
            Some(sign) => {
                placed.push(Placed { token: Token::Sign(sign), column });
                rest = &rest[sign.len()..];
            }
            None => {
                let odd = rest.chars().next().unwrap_or_default();
                return Err(malformed(statement, column, &format!("unexpected token: '{odd}'")));
            }
        }
    }
}

/// Colons, signs and dots belong to instants, date literals and paths.
fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '.' | ':' | '-' | '+')
}

/// Reads up to the closing quote; the rest of the statement follows it.
fn quoted(after_quote: &str) -> Option<(Text, &str)> {
    let mut text = Text::default();
    let mut chars = after_quote.char_indices();
    while let Some((place, c)) = chars.next() {
        let (plain, wild) = match c {
            '\'' => return Some((text, &after_quote[place + 1..])),
            '\\' => (escape(&mut chars)?, false),
            _ => (c, matches!(c, '%' | '_')),
        };
        text.plain.push(plain);
        text.wild.push(wild);
    }
    None
}

fn escape(chars: &mut std::str::CharIndices<'_>) -> Option<char> {
    let (_, c) = chars.next()?;
    Some(match c {
        'n' | 'N' => '\n',
        'r' | 'R' => '\r',
        't' | 'T' => '\t',
        'b' | 'B' => '\u{8}',
        'f' | 'F' => '\u{c}',
        '"' | '\'' | '\\' | '_' | '%' => c,
        'u' => {
            let code: String = chars.by_ref().take(4).map(|(_, digit)| digit).collect();
            char::from_u32(u32::from_str_radix(&code, 16).ok()?)?
        }
        _ => return None,
    })
}

/// The refusal of a statement that cannot be read, with a caret under the place.
pub(crate) fn malformed(statement: &str, column: usize, why: &str) -> Refusal {
    at("MALFORMED_QUERY", statement, column, why)
}

/// A refusal that points into the statement.
pub(crate) fn at(code: &'static str, statement: &str, column: usize, why: &str) -> Refusal {
    let indent = " ".repeat(statement.get(..column).map_or(column, |before| before.chars().count()));
    let line = statement.replace('\n', " ");
    Refusal::new(400, code, format!("\n{line}\n{indent}^\nERROR at Row:1:Column:{}\n{why}", indent.len() + 1))
}
