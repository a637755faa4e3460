//! Signing in: a window of Outlook's leads through the org's own pages and brings back a code, which only this pane
//! can redeem.

use std::fmt::Write;

use calbridge_wire::{
    CallError,
    salesforce::{
        authorize::{AuthorizeRequest, authorize_url},
        token,
    },
    service::{GetLogin, LoginCode},
    value::Value,
};
use wasm_bindgen::JsCast;

use super::{Session, pkce::challenge};
use crate::{
    clock, js, kept,
    outlook::{
        Failure,
        dialog::{Word, own_page},
    },
    send,
    trouble::{Party, Remedy, Trouble},
};

/// The page that leads to the org and receives its answer.
const PAGE: &str = "auth.html";
/// The longest that somebody may take to sign in, in milliseconds.
const SIGN_IN_LIMIT_MS: u32 = 600_000;
/// A window that is gone this soon after opening was not closed by a person: a page in the chain cut it off.
const CUT_OFF_WITHIN_MS: i64 = 5_000;
/// Milliseconds between two looks for a relayed code.
const RELAY_PAUSE_MS: u32 = 2_000;
/// Looks for a relayed code once the window was cut off: the two minutes for which the service keeps it.
const RELAY_LOOKS_CUT_OFF: u32 = 60;
/// Looks for a relayed code once the window was closed.
const RELAY_LOOKS_CLOSED: u32 = 2;

/// Office's words for windows.
const CLOSED: i32 = 12006;
const ALREADY_OPEN: i32 = 12007;
const DECLINED: i32 = 12009;
const BLOCKED: i32 = 12011;

/// What the page says.
struct Answer {
    code: String,
    state: String,
    error: String,
}

impl Answer {
    fn read(text: &str) -> Option<Self> {
        let tree = kept::tree(text)?;
        let member = |name: &str| tree.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        Some(Self { code: member("code"), state: member("state"), error: member("error") })
    }
}

impl Session {
    /// Signs somebody in. Opens a window, so it has to follow a click.
    ///
    /// # Errors
    /// Nobody is signed in; the words say why.
    pub(crate) async fn sign_in(&self) -> Result<(), Trouble> {
        let verifier = hex(&secret::<32>()?);
        let login = hex(&secret::<16>()?);
        let state = format!("{login}.{}", hex(&secret::<16>()?));
        let redirect_uri = own_page(PAGE).unwrap_or_default();
        let challenge = challenge(&verifier).await.ok_or_else(no_secrets)?;
        let client_id = self.config().client_id.clone();
        let request = AuthorizeRequest {
            client_id: &client_id,
            redirect_uri: &redirect_uri,
            state: &state,
            challenge: &challenge,
        };
        let authorize = authorize_url(&self.config().my_domain, &request);
        let start = format!("{redirect_uri}?authorize={}", js_sys::encode_uri_component(&authorize));
        let code = self.code(&start, &login, &state).await?;
        let exchange = token::ExchangeCode { client_id, code, verifier, redirect_uri };
        let salesforce = |error: CallError| Trouble::of(&error, Party::Salesforce);
        let grant = send::send(exchange, self.org(), String::new()).await.map_err(salesforce)?;
        self.begin(grant).await.map_err(salesforce)
    }

    /// Opens the window and waits for its code.
    async fn code(&self, start: &str, login: &str, state: &str) -> Result<String, Trouble> {
        let dialog = self.inner.outlook.open_dialog(start).await.map_err(|failure| not_opened(&failure))?;
        let opened = clock::now();
        match dialog.word(SIGN_IN_LIMIT_MS).await {
            Some(Word::Message(text)) => read(&text, state),
            Some(Word::Event(CLOSED)) => {
                let cut_off = (clock::now() - opened).num_milliseconds() < CUT_OFF_WITHIN_MS;
                let looks = if cut_off { RELAY_LOOKS_CUT_OFF } else { RELAY_LOOKS_CLOSED };
                // A window that a page cut off must stay open: the user is still signing in there.
                let code = self.relayed(login, state, looks).await;
                drop(dialog);
                code.ok_or_else(closed)
            }
            Some(Word::Event(code)) => Err(Trouble {
                headline: "The sign-in page could not be opened".to_owned(),
                advice: "Check your connection, then sign in again.".to_owned(),
                code: code.to_string(),
                remedy: Remedy::SignIn,
            }),
            None => Err(closed()),
        }
    }

    /// Looks for the code with the service, which the page tells it when the way back to the pane is cut off.
    async fn relayed(&self, login: &str, state: &str, looks: u32) -> Option<String> {
        for _ in 0..looks {
            let ask = GetLogin { id: login.to_owned() };
            match send::send(ask, self.sync(), String::new()).await {
                Ok(LoginCode { code, state: told }) if told == state => return Some(code),
                Ok(_) | Err(CallError::Gone) => clock::sleep(RELAY_PAUSE_MS).await,
                Err(_) => return None,
            }
        }
        None
    }
}

fn read(text: &str, state: &str) -> Result<String, Trouble> {
    match Answer::read(text) {
        Some(answer) if answer.state == state && !answer.code.is_empty() => Ok(answer.code),
        Some(answer) if answer.state == state => Err(Trouble {
            headline: "Salesforce did not sign you in".to_owned(),
            advice: "Sign in again and allow Calbridge, or ask your administrator for access.".to_owned(),
            code: answer.error,
            remedy: Remedy::SignIn,
        }),
        // Another sign-in's answer proves nothing of this one.
        Some(_) | None => Err(Trouble::new(
            "The sign-in was mixed up with another one",
            "Close other sign-in windows, then sign in again.",
            Remedy::SignIn,
        )),
    }
}

fn closed() -> Trouble {
    Trouble::new("The sign-in window was closed", "Sign in again to go on.", Remedy::SignIn)
}

fn not_opened(failure: &Failure) -> Trouble {
    let code = match failure {
        Failure::Failed { code, .. } => *code,
        Failure::ApiMissing { .. } | Failure::TimedOut { .. } => 0,
    };
    let (headline, advice) = match code {
        ALREADY_OPEN => {
            ("A sign-in window is open already", "Finish signing in there, or close it and sign in again.")
        }
        DECLINED => ("The sign-in window was not allowed", "Sign in again and choose Allow."),
        BLOCKED => (
            "Your browser blocked the sign-in window",
            "Allow pop-ups for Outlook in your browser, then sign in again.",
        ),
        _ => ("Outlook could not open the sign-in window", "Try again. If it stays, reopen the pane."),
    };
    let code = if code == 0 { String::new() } else { code.to_string() };
    Trouble { headline: headline.to_owned(), advice: advice.to_owned(), code, remedy: Remedy::SignIn }
}

/// Random bytes of the browser's; none where it has none to give.
pub(crate) fn random<const N: usize>() -> Option<[u8; N]> {
    let crypto: web_sys::Crypto = js::global("crypto")?.unchecked_into();
    let mut bytes = [0; N];
    crypto.get_random_values_with_u8_array(&mut bytes).ok()?;
    Some(bytes)
}

fn secret<const N: usize>() -> Result<[u8; N], Trouble> {
    random().ok_or_else(no_secrets)
}

fn no_secrets() -> Trouble {
    let advice = "Update your browser or Outlook, then sign in again.";
    Trouble::new("This browser cannot make secret keys", advice, Remedy::None)
}

/// Bytes as lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
