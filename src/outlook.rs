//! The open item as [`calbridge_rules::item::Item`], its categories, and the word when it changes.

pub(crate) mod dialog;
pub(crate) mod events;
mod files;
mod office;
mod read;

use calbridge_rules::{category, files::File, id::Address, item::Item};
use js_sys::Array;
use wasm_bindgen::JsValue;

pub use self::office::Failure;
use self::{dialog::Dialog, events::Listening, office::Office};
use crate::js;

/// The longest that a call to Outlook may take, in milliseconds.
pub const CALL_LIMIT_MS: u32 = 10_000;
/// How long a start waits for Outlook before it says that it is not in one, in milliseconds.
pub const READY_LIMIT_MS: u32 = 5_000;

/// Outlook, as far as it is open around the pane.
#[derive(Clone, Debug)]
pub struct Outlook {
    office: Office,
}

impl Outlook {
    /// Outlook, each call of which may take so many milliseconds.
    pub fn with_limit(limit_ms: u32) -> Self {
        Self { office: Office::new(limit_ms) }
    }

    /// Waits for Outlook; false where the page is open elsewhere, or nothing was heard for so long.
    pub async fn ready(&self, limit_ms: u32) -> bool {
        self.office.ready(limit_ms).await.as_deref() == Some("Outlook")
    }

    /// Reads what is open.
    ///
    /// # Errors
    /// Outlook did not answer, or refused to say what every item has.
    pub async fn opened(&self) -> Result<Opened, Failure> {
        read::opened(&self.office).await
    }

    /// The files of the open item.
    ///
    /// # Errors
    /// Outlook did not answer, or cannot say.
    pub async fn files(&self) -> Result<Vec<File>, Failure> {
        files::files(&self.office).await
    }

    /// Puts `Salesforce` on the open item; whether Outlook confirmed it (CAT-7). Some clients refuse.
    pub async fn add_category(&self) -> bool {
        self.categorize("addAsync").await
    }

    /// Takes `Salesforce` off the open item; whether Outlook confirmed it.
    pub async fn remove_category(&self) -> bool {
        self.categorize("removeAsync").await
    }

    async fn categorize(&self, name: &str) -> bool {
        let Some(categories) = office::item().and_then(|item| js::member(&item, "categories")) else {
            return false;
        };
        let names = Array::of1(&category::SALESFORCE.into());
        self.office.call(&categories, name, &[names.into()]).await.is_ok()
    }

    /// What the browser keeps apart for pages of different hosts; part of every key on this device.
    pub fn partition_key(&self) -> String {
        let context = office::global().and_then(|global| js::member(&global, "context"));
        context.and_then(|context| js::text(&context, "partitionKey")).unwrap_or_default()
    }

    /// Whether Outlook is dark, where it says so.
    pub fn is_dark(&self) -> Option<bool> {
        let colour = js::path(&office::global()?, &["context", "officeTheme", "bodyBackgroundColor"])?;
        luminance(&colour.as_string()?).map(|light| light < 0.5)
    }

    /// Opens a page outside the pane.
    pub(crate) fn open_page(url: &str) {
        let ui = office::global().and_then(|global| js::path(&global, &["context", "ui"]));
        let opened = match ui {
            Some(ui) if Self::has("OpenBrowserWindowApi", "1.1") => {
                office::apply(&ui, "openBrowserWindow", &Array::of1(&url.into()))
            }
            Some(_) | None => {
                // Not with `noopener`: no window comes back then, and office.js has its host open a second one.
                let window = Array::of2(&url.into(), &"_blank".into());
                office::apply(&js_sys::global(), "open", &window).inspect(forget_opener)
            }
        };
        // A blocked window leaves the link to the user.
        drop(opened);
    }

    /// Whether this client has a set of functions.
    fn has(set: &str, version: &str) -> bool {
        let requirements = office::global().and_then(|it| js::path(&it, &["context", "requirements"]));
        let asked = requirements
            .map(|all| office::apply(&all, "isSetSupported", &Array::of2(&set.into(), &version.into())));
        asked.and_then(Result::ok).is_some_and(|answer| answer.is_truthy())
    }

    /// Opens a window of Outlook's.
    pub(crate) async fn open_dialog(&self, url: &str) -> Result<Dialog, Failure> {
        Dialog::open(&self.office, url).await
    }

    /// Listens for another item, and for changes that Outlook tells of.
    pub(crate) fn listen(on_change: impl FnMut() + 'static) -> Listening {
        Listening::start(on_change)
    }
}

/// Keeps a page that was opened from reaching back to the pane.
fn forget_opener(window: &JsValue) {
    if window.is_object() {
        // The window is empty yet and so of the pane's own origin; where it is not, the browser keeps them apart.
        let _ = js_sys::Reflect::set(window, &"opener".into(), &JsValue::NULL);
    }
}

/// How light a colour such as `#1f1f1f` is, from 0 to 1.
fn luminance(colour: &str) -> Option<f64> {
    let digits = colour.strip_prefix('#').filter(|digits| digits.len() == 6)?;
    let part = |from: usize| u8::from_str_radix(digits.get(from..from + 2)?, 16).ok().map(f64::from);
    Some((0.2126 * part(0)? + 0.7152 * part(2)? + 0.0722 * part(4)?) / 255.0)
}

/// What Outlook has open.
#[derive(Clone, Debug, PartialEq)]
pub enum Opened {
    /// Nothing, or nothing that the pane may see.
    Nothing,
    /// A mail or another item that is no calendar item.
    NotCalendar,
    /// A calendar item.
    Item(Box<OpenItem>),
}

/// A calendar item that is open.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenItem {
    /// The item.
    pub item: Item,
    /// Read or compose.
    pub mode: Mode,
    /// The signed-in user's address.
    pub user: Address,
    /// The calendar owner's mailbox: another's in a shared calendar.
    pub mailbox: Address,
    /// The mailbox's zone, by its IANA name (TZN-4).
    pub zone: String,
    /// What the service left on the item.
    pub pointer: Option<Pointer>,
    /// Whether ids come as phones write them.
    pub rest_ids: bool,
}

/// How the item is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Attendee, or opened to read.
    Read,
    /// Organizer.
    Compose,
}

/// What the service left on the item: where its Event is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pointer {
    /// The Event.
    pub event: Option<calbridge_rules::id::RecordId>,
    /// The rule that decided, where it could not be saved.
    pub code: String,
}
