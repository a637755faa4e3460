//! Walks over the tokens of a statement.

use chrono::{DateTime, Utc};

use super::lex::{Placed, Token, malformed, tokens};
use crate::salesforce::refusal::Refusal;

/// The statement and how far it is read.
pub(super) struct Reader<'a> {
    pub(super) statement: &'a str,
    pub(super) tokens: Vec<Placed>,
    pub(super) next: usize,
    pub(super) now: DateTime<Utc>,
    /// How many parentheses, NOTs and SELECTs are open.
    pub(super) depth: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(statement: &'a str, now: DateTime<Utc>) -> Result<Self, Refusal> {
        Ok(Self { statement, tokens: tokens(statement)?, next: 0, now, depth: 0 })
    }

    pub(super) fn peek(&self) -> &Placed {
        &self.tokens[self.next.min(self.tokens.len() - 1)]
    }

    pub(super) fn peek_word(&self, ahead: usize, word: &str) -> bool {
        let placed = self.tokens.get(self.next + ahead);
        placed.is_some_and(
            |placed| matches!(&placed.token, Token::Word(found) if found.eq_ignore_ascii_case(word)),
        )
    }

    pub(super) fn take_keyword(&mut self, word: &str) -> bool {
        self.take_keywords(&[word])
    }

    pub(super) fn take_keywords(&mut self, words: &[&str]) -> bool {
        let found = words.iter().enumerate().all(|(ahead, word)| self.peek_word(ahead, word));
        if found {
            self.next += words.len();
        }
        found
    }

    pub(super) fn take_sign(&mut self, sign: &str) -> bool {
        let found = matches!(self.peek().token, Token::Sign(found) if found == sign);
        if found {
            self.next += 1;
        }
        found
    }

    pub(super) fn keyword(&mut self, word: &str) -> Result<(), Refusal> {
        if self.take_keyword(word) { Ok(()) } else { Err(self.unexpected()) }
    }

    pub(super) fn sign(&mut self, sign: &str) -> Result<(), Refusal> {
        if self.take_sign(sign) { Ok(()) } else { Err(self.unexpected()) }
    }

    pub(super) fn word(&mut self) -> Result<(String, usize), Refusal> {
        let Placed { token, column } = self.peek().clone();
        match token {
            Token::Word(word) => {
                self.next += 1;
                Ok((word, column))
            }
            Token::Quoted(_) | Token::Sign(_) | Token::End => Err(self.unexpected()),
        }
    }

    pub(super) fn end(&self) -> Result<(), Refusal> {
        if self.peek().token == Token::End { Ok(()) } else { Err(self.unexpected()) }
    }

    pub(super) fn unexpected(&self) -> Refusal {
        let placed = self.peek();
        let found = match &placed.token {
            Token::Word(word) => word.as_str(),
            Token::Quoted(text) => text.plain.as_str(),
            Token::Sign(sign) => sign,
            Token::End => "<EOF>",
        };
        malformed(self.statement, placed.column, &format!("unexpected token: '{found}'"))
    }

    /// A refusal that points at the next token.
    pub(super) fn here(&self, why: &str) -> Refusal {
        malformed(self.statement, self.peek().column, why)
    }
}
