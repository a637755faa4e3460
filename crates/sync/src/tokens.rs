//! One access token for many calls: kept until its time is up or the other side refuses it.

use tokio::sync::Mutex;

/// How long before its end a token is no longer used, in milliseconds.
const EARLY_MS: i64 = 60_000;

/// An access token and its end.
#[derive(Clone)]
pub struct Token {
    /// The token.
    pub text: String,
    /// When it ends, in milliseconds.
    pub until_ms: i64,
}

/// The token of one client.
#[derive(Default)]
pub struct Tokens(Mutex<Option<Token>>);

impl Tokens {
    /// The token, bought anew where there is none. Callers that come meanwhile wait for the same purchase.
    ///
    /// # Errors
    /// Whatever the purchase says.
    pub async fn get<E>(
        &self,
        now_ms: i64,
        buy: impl Future<Output = Result<Token, E>>,
    ) -> Result<String, E> {
        let mut kept = self.0.lock().await;
        if let Some(token) = kept.as_ref().filter(|token| token.until_ms - EARLY_MS > now_ms) {
            return Ok(token.text.clone());
        }
        let token = buy.await?;
        let text = token.text.clone();
        *kept = Some(token);
        Ok(text)
    }

    /// Forgets a token that was refused, unless a newer one took its place.
    pub async fn forget(&self, refused: &str) {
        let mut kept = self.0.lock().await;
        if kept.as_ref().is_some_and(|token| token.text == refused) {
            *kept = None;
        }
    }
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tokens(…)")
    }
}
