//! The text between the braces: words, phrases, AND, OR, AND NOT, parentheses.

use crate::salesforce::refusal::Refusal;

/// The longest search, in characters; a longer one finds nothing.
const TEXT_LIMIT: usize = 10_000;
/// The longest search whose operators count; in a longer one any word will do.
const OPERATOR_LIMIT: usize = 4_000;
/// The shortest search, in characters.
const SHORTEST: usize = 2;
/// The most parentheses within one another.
const NESTING_LIMIT: usize = 50;

/// What a record's text must hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Find {
    /// Words that follow one another.
    Phrase(Vec<Word>),
    All(Vec<Find>),
    Any(Vec<Find>),
    Not(Box<Find>),
}

/// One word, maybe with wildcards.
pub(crate) type Word = Vec<Glyph>;

/// A character of a word, in lower case, or a wildcard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Glyph {
    Plain(char),
    /// `?`
    One,
    /// `*`
    Many,
}

/// A token of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Phrase(Vec<Word>),
    And,
    Or,
    Not,
    Open,
    Close,
}

impl Find {
    /// Reads `FIND {…}` and says at which byte what follows begins.
    pub(crate) fn read(text: &str) -> Result<(Self, usize), Refusal> {
        let none =
            || malformed("No search term found. The search term must be enclosed in braces.".to_owned());
        let trimmed = text.trim_start();
        let keyword = trimmed.get(..4).filter(|word| word.eq_ignore_ascii_case("FIND"));
        let rest = keyword.and_then(|_| trimmed.get(4..)).map(str::trim_start);
        let inside = rest.and_then(|rest| rest.strip_prefix('{')).ok_or_else(none)?;
        let end = closing(inside).ok_or_else(none)?;
        let after = text.len() - inside.len() + end + 1;
        Ok((Self::of(&inside[..end])?, after))
    }

    fn of(written: &str) -> Result<Self, Refusal> {
        let tokens = tokens(written)?;
        let phrases = || {
            tokens.iter().filter_map(|token| match token {
                Token::Phrase(words) => Some(words),
                Token::And | Token::Or | Token::Not | Token::Open | Token::Close => None,
            })
        };
        let letters = phrases().flatten().flatten().filter(|glyph| matches!(glyph, Glyph::Plain(_))).count();
        if letters < SHORTEST {
            return Err(malformed(format!("search term must be longer than one character: {written}")));
        }
        let length = written.chars().count();
        if length > TEXT_LIMIT {
            return Ok(Self::Any(Vec::new()));
        }
        if length > OPERATOR_LIMIT {
            return Ok(Self::Any(phrases().cloned().map(Self::Phrase).collect()));
        }
        let mut reader = Reader { tokens: &tokens, depth: 0 };
        let find = reader.any()?;
        if reader.tokens.is_empty() { Ok(find) } else { Err(unexpected(reader.tokens)) }
    }

    /// Whether texts, split into words, hold it.
    pub(super) fn holds(&self, texts: &[Vec<String>]) -> bool {
        match self {
            Self::All(all) => all.iter().all(|one| one.holds(texts)),
            Self::Any(any) => any.iter().any(|one| one.holds(texts)),
            Self::Not(inside) => !inside.holds(texts),
            Self::Phrase(phrase) => texts.iter().any(|text| {
                text.windows(phrase.len())
                    .any(|words| words.iter().zip(phrase).all(|(word, pattern)| fits(word, pattern)))
            }),
        }
    }
}

/// The place of the brace that closes the text.
fn closing(inside: &str) -> Option<usize> {
    let mut escaped = false;
    for (place, c) in inside.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '}' => return Some(place),
            _ => {}
        }
    }
    None
}

fn malformed(why: String) -> Refusal {
    Refusal::new(400, "MALFORMED_SEARCH", why)
}

fn unexpected(rest: &[Token]) -> Refusal {
    let found = match rest.first() {
        Some(Token::And) => "AND",
        Some(Token::Or) => "OR",
        Some(Token::Not) => "NOT",
        Some(Token::Open) => "(",
        Some(Token::Close) => ")",
        Some(Token::Phrase(_)) => "text",
        None => "<EOF>",
    };
    malformed(format!("unexpected token: '{found}'"))
}

fn tokens(written: &str) -> Result<Vec<Token>, Refusal> {
    let mut tokens = Vec::new();
    let mut phrase: Vec<Word> = Vec::new();
    let mut word: Word = Vec::new();
    let mut quoted = false;
    let mut chars = written.chars();
    while let Some(c) = chars.next() {
        let glyph = match c {
            '\\' => {
                chars.next().map(Glyph::Plain).ok_or_else(|| malformed("unfinished escape".to_owned()))?
            }
            '*' => Glyph::Many,
            '?' => Glyph::One,
            '"' | '(' | ')' => {
                finish(&mut phrase, &mut word);
                flush(&mut tokens, &mut phrase, quoted);
                match c {
                    '(' if !quoted => tokens.push(Token::Open),
                    ')' if !quoted => tokens.push(Token::Close),
                    '"' => quoted = !quoted,
                    _ => {}
                }
                continue;
            }
            _ => Glyph::Plain(c),
        };
        match glyph {
            Glyph::Plain(c) if c.is_alphanumeric() => word.extend(c.to_lowercase().map(Glyph::Plain)),
            // A wildcard needs a letter before it.
            Glyph::One | Glyph::Many if word.is_empty() => {}
            Glyph::One | Glyph::Many => word.push(glyph),
            Glyph::Plain(c) => {
                finish(&mut phrase, &mut word);
                // Words joined by a sign stay together, as in an address.
                if c.is_whitespace() && !quoted {
                    flush(&mut tokens, &mut phrase, quoted);
                }
            }
        }
    }
    if quoted {
        return Err(malformed("unterminated phrase".to_owned()));
    }
    finish(&mut phrase, &mut word);
    flush(&mut tokens, &mut phrase, quoted);
    Ok(tokens)
}

fn finish(phrase: &mut Vec<Word>, word: &mut Word) {
    if !word.is_empty() {
        phrase.push(std::mem::take(word));
    }
}

fn flush(tokens: &mut Vec<Token>, phrase: &mut Vec<Word>, quoted: bool) {
    let phrase = std::mem::take(phrase);
    let text: String = match phrase.as_slice() {
        [] => return,
        [word] => word
            .iter()
            .filter_map(|glyph| if let Glyph::Plain(c) = glyph { Some(*c) } else { None })
            .collect(),
        _ => String::new(),
    };
    tokens.push(match text.as_str() {
        "and" if !quoted => Token::And,
        "or" if !quoted => Token::Or,
        "not" if !quoted => Token::Not,
        _ => Token::Phrase(phrase),
    });
}

struct Reader<'a> {
    tokens: &'a [Token],
    depth: usize,
}

impl Reader<'_> {
    fn take(&mut self, token: &Token) -> bool {
        let found = self.tokens.first() == Some(token);
        if found {
            self.tokens = &self.tokens[1..];
        }
        found
    }

    fn any(&mut self) -> Result<Find, Refusal> {
        let mut any = vec![self.all()?];
        while self.take(&Token::Or) {
            any.push(self.all()?);
        }
        Ok(if any.len() == 1 { any.remove(0) } else { Find::Any(any) })
    }

    /// Words next to one another must all be there.
    fn all(&mut self) -> Result<Find, Refusal> {
        let mut all = vec![self.one()?];
        loop {
            if self.take(&Token::And) {
                let negated = self.take(&Token::Not);
                let one = self.one()?;
                all.push(if negated { Find::Not(Box::new(one)) } else { one });
            } else if matches!(self.tokens.first(), Some(Token::Phrase(_) | Token::Open)) {
                all.push(self.one()?);
            } else {
                return Ok(if all.len() == 1 { all.remove(0) } else { Find::All(all) });
            }
        }
    }

    fn one(&mut self) -> Result<Find, Refusal> {
        match self.tokens.first() {
            Some(Token::Phrase(words)) => {
                let find = Find::Phrase(words.clone());
                self.tokens = &self.tokens[1..];
                Ok(find)
            }
            Some(Token::Open) if self.depth < NESTING_LIMIT => {
                self.tokens = &self.tokens[1..];
                self.depth += 1;
                let inside = self.any()?;
                self.depth -= 1;
                if self.take(&Token::Close) { Ok(inside) } else { Err(unexpected(self.tokens)) }
            }
            Some(Token::Open | Token::Close | Token::And | Token::Or | Token::Not) | None => {
                Err(unexpected(self.tokens))
            }
        }
    }
}

/// The words of a text in lower case.
pub(super) fn words(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

/// Whether a word is what a pattern says.
fn fits(word: &str, pattern: &[Glyph]) -> bool {
    let word: Vec<char> = word.chars().collect();
    // Row by row over the pattern: which prefixes of the word it matches so far.
    let mut reached = vec![false; word.len() + 1];
    reached[0] = true;
    for glyph in pattern {
        let mut next = vec![false; word.len() + 1];
        for place in 0..=word.len() {
            next[place] = match glyph {
                Glyph::Many => reached[place] || (place > 0 && next[place - 1]),
                Glyph::One => place > 0 && reached[place - 1],
                Glyph::Plain(c) => place > 0 && reached[place - 1] && word[place - 1] == *c,
            };
        }
        reached = next;
    }
    reached[word.len()]
}
