//! Reads JSON (RFC 8259), all of it or nothing.

use std::borrow::Cow;

use super::{Map, Value};

/// Lists and objects within each other at most.
const DEPTH_LIMIT: u32 = 128;

/// The tree of a text; nothing where it is not JSON from its first to its last byte.
pub fn parse(text: &[u8]) -> Option<Value> {
    let mut reader = Reader::of(text)?;
    let value = reader.value(DEPTH_LIMIT)?;
    reader.blank();
    (reader.at == reader.text.len()).then_some(value)
}

/// The objects of a list that is a member of the whole, each with one of its own members as it is written, if it has it: what
/// another reader will read. Nothing where the text is not JSON from its first to its last byte.
pub fn parse_parts<'t>(text: &'t [u8], list: &str, kept: &str) -> Option<Vec<(Map, Option<&'t str>)>> {
    let mut reader = Reader::of(text)?;
    let mut parts = Vec::new();
    reader.blank();
    reader.opens(b'{')?;
    reader.members(|reader, name| {
        reader.blank();
        if name != list || reader.next() != Some(b'[') {
            return reader.written(DEPTH_LIMIT).map(drop);
        }
        reader.elements(|reader| {
            parts.push(reader.part(kept)?);
            Some(())
        })
    })?;
    reader.blank();
    (reader.at == reader.text.len()).then_some(parts)
}

/// A member of the object that a text is, if it has it; of several, the last. Nothing where the text is no object from its first
/// to its last byte.
pub fn parse_member(text: &[u8], name: &str) -> Option<Option<Value>> {
    let mut reader = Reader::of(text)?;
    let mut found = None;
    reader.blank();
    reader.opens(b'{')?;
    reader.members(|reader, member| {
        if member == name {
            found = Some(reader.value(DEPTH_LIMIT)?);
            return Some(());
        }
        reader.written(DEPTH_LIMIT).map(drop)
    })?;
    reader.blank();
    (reader.at == reader.text.len()).then_some(found)
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    /// What lists and objects that are not at their end hold so far: each is made once, as long as it is.
    values: Vec<Value>,
    named: Vec<(String, Value)>,
}

impl<'t> Reader<'t> {
    fn of(text: &'t [u8]) -> Option<Self> {
        Some(Self { text: str::from_utf8(text).ok()?, at: 0, values: Vec::new(), named: Vec::new() })
    }

    fn next(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn blank(&mut self) {
        self.skip(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
    }

    /// Passes over bytes of one kind, and tells how many there were.
    fn skip(&mut self, fits: impl Fn(u8) -> bool) -> usize {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let count = rest.iter().position(|byte| !fits(*byte)).unwrap_or(rest.len());
        self.at += count;
        count
    }

    fn opens(&self, byte: u8) -> Option<()> {
        (self.next() == Some(byte)).then_some(())
    }

    fn comes(&mut self, byte: u8) -> bool {
        let comes = self.next() == Some(byte);
        self.at += usize::from(comes);
        comes
    }

    fn value(&mut self, depth: u32) -> Option<Value> {
        self.blank();
        match self.next()? {
            b'n' => self.word("null", Value::Null),
            b't' => self.word("true", Value::Bool(true)),
            b'f' => self.word("false", Value::Bool(false)),
            b'"' => self.string().map(|text| Value::String(text.into_owned())),
            b'[' => self.array(depth.checked_sub(1)?),
            b'{' => self.object(depth.checked_sub(1)?),
            _ => self.number(),
        }
    }

    fn word(&mut self, word: &str, value: Value) -> Option<Value> {
        self.text.get(self.at..)?.starts_with(word).then(|| {
            self.at += word.len();
            value
        })
    }

    fn array(&mut self, depth: u32) -> Option<Value> {
        let start = self.values.len();
        self.elements(|reader| {
            let value = reader.value(depth)?;
            reader.values.push(value);
            Some(())
        })?;
        Some(Value::Array(self.values.split_off(start)))
    }

    fn object(&mut self, depth: u32) -> Option<Value> {
        let start = self.named.len();
        self.members(|reader, name| {
            let value = reader.value(depth)?;
            reader.named.push((name.into_owned(), value));
            Some(())
        })?;
        Some(Value::Object(Map(self.named.split_off(start))))
    }

    /// Has each element of a list read.
    fn elements(&mut self, mut each: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.at += 1;
        self.blank();
        if self.comes(b']') {
            return Some(());
        }
        loop {
            each(self)?;
            self.blank();
            if !self.comes(b',') {
                return self.comes(b']').then_some(());
            }
        }
    }

    /// Has the value of each member of an object read.
    fn members(&mut self, mut each: impl FnMut(&mut Self, Cow<'t, str>) -> Option<()>) -> Option<()> {
        self.at += 1;
        self.blank();
        if self.comes(b'}') {
            return Some(());
        }
        loop {
            self.blank();
            let name = self.string()?;
            self.blank();
            if !self.comes(b':') {
                return None;
            }
            each(self, name)?;
            self.blank();
            if !self.comes(b',') {
                return self.comes(b'}').then_some(());
            }
        }
    }

    /// An object, with one member as it is written.
    fn part(&mut self, kept: &str) -> Option<(Map, Option<&'t str>)> {
        let (mut members, mut as_written) = (Map::new(), None);
        self.blank();
        self.opens(b'{')?;
        self.members(|reader, name| {
            if name == kept {
                as_written = Some(reader.written(DEPTH_LIMIT)?);
            } else {
                members.0.push((name.into_owned(), reader.value(DEPTH_LIMIT)?));
            }
            Some(())
        })?;
        Some((members, as_written))
    }

    /// Passes over a value, and gives it as it is written.
    fn written(&mut self, depth: u32) -> Option<&'t str> {
        self.blank();
        let start = self.at;
        match self.next()? {
            b'[' => {
                let depth = depth.checked_sub(1)?;
                self.elements(|reader| reader.written(depth).map(drop))?;
            }
            b'{' => {
                let depth = depth.checked_sub(1)?;
                self.members(|reader, _| reader.written(depth).map(drop))?;
            }
            b'"' => drop(self.string()?),
            _ => drop(self.value(depth)?),
        }
        self.text.get(start..self.at)
    }

    fn number(&mut self) -> Option<Value> {
        let start = self.at;
        self.comes(b'-');
        // No digit follows a leading zero.
        if !self.comes(b'0') && self.digits() == 0 {
            return None;
        }
        if self.comes(b'.') && self.digits() == 0 {
            return None;
        }
        if self.comes(b'e') || self.comes(b'E') {
            if !self.comes(b'+') {
                self.comes(b'-');
            }
            if self.digits() == 0 {
                return None;
            }
        }
        Some(Value::Number(self.text.get(start..self.at)?.to_owned()))
    }

    fn digits(&mut self) -> usize {
        self.skip(|byte| byte.is_ascii_digit())
    }

    fn string(&mut self) -> Option<Cow<'t, str>> {
        if !self.comes(b'"') {
            return None;
        }
        let mut read = Cow::Borrowed("");
        loop {
            let start = self.at;
            self.skip(|byte| byte >= b' ' && byte != b'"' && byte != b'\\');
            // Text without escapes is not copied.
            read += self.text.get(start..self.at)?;
            if self.comes(b'"') {
                return Some(read);
            }
            if !self.comes(b'\\') {
                return None;
            }
            let letter = self.escaped()?;
            read.to_mut().push(letter);
        }
    }

    fn escaped(&mut self) -> Option<char> {
        let letter = self.next()?;
        self.at += 1;
        match letter {
            b'"' | b'\\' | b'/' => Some(char::from(letter)),
            b'b' => Some('\u{8}'),
            b'f' => Some('\u{c}'),
            b'n' => Some('\n'),
            b'r' => Some('\r'),
            b't' => Some('\t'),
            b'u' => self.unit().and_then(|unit| self.coded(unit)),
            _ => None,
        }
    }

    /// The character of a UTF-16 unit, and of the one after it where two make one.
    fn coded(&mut self, unit: u32) -> Option<char> {
        if !(0xd800..0xdc00).contains(&unit) {
            return char::from_u32(unit);
        }
        if !(self.comes(b'\\') && self.comes(b'u')) {
            return None;
        }
        let low = self.unit()?;
        if !(0xdc00..0xe000).contains(&low) {
            return None;
        }
        char::from_u32(0x1_0000 + ((unit - 0xd800) << 10) + (low - 0xdc00))
    }

    fn unit(&mut self) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + 4)?;
        self.at += 4;
        // A sign would be read as part of a number.
        if digits.starts_with('+') { None } else { u32::from_str_radix(digits, 16).ok() }
    }
}
