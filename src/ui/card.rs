//! What the status card says (CAT-5), and which button stands under it. Pure: a picture and the time in, words out.

use calbridge_rules::{
    saving::{EventKnown, Refusal, Route, SyncOff},
    status::Issue,
};

use crate::{
    letters,
    picture::{EventView, Face, Picture},
    trouble::{Remedy, Trouble},
    ui::{icons::Icon, times::When, words},
};

/// What the card says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Card {
    /// Its colour.
    pub(crate) tone: Tone,
    /// Its sign.
    pub(crate) icon: Icon,
    /// What is true.
    pub(crate) headline: String,
    /// What that means and what to do.
    pub(crate) text: String,
    /// The rule's id or the service's code, in small grey; may be empty.
    pub(crate) code: String,
    /// The small links below.
    pub(crate) links: Vec<CardLink>,
}

/// The colour of a card; never the only sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    /// Nothing yet, or nobody knows.
    Neutral,
    /// On its way.
    Info,
    /// Done.
    Good,
    /// Refused or failed.
    Bad,
    /// Waits for somebody.
    Warn,
}

/// A small link on the card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CardLink {
    /// Shows the rules that were asked.
    Why,
    /// Asks for a session now.
    SyncNow,
    /// Opens the dialog again.
    Change,
    /// Takes the request back.
    Withdraw,
    /// Turns sync on, in the words of the reason why it is off.
    TurnOnSync(SyncOff),
    /// Turns sync on, where the reason is not known.
    TurnOn,
    /// Looks again.
    Retry,
    /// Signs in.
    SignIn,
    /// Asks whether somebody else's Event is to become the user's (PPL-5).
    TakeOver,
}

/// The button under the card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MainButton {
    /// Nothing to press.
    None,
    /// Save, which opens the dialog.
    Save,
    /// Save, which would be refused.
    SaveDisabled,
    /// Open in Salesforce, with Edit beside it.
    OpenAndEdit,
    /// Save changes, with Open in Salesforce beside it.
    SaveChangesAndOpen,
}

impl CardLink {
    /// The words of the link.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Why => "Why?",
            Self::SyncNow => "Sync now",
            Self::Change => "Change",
            Self::Withdraw => "Withdraw",
            Self::TurnOnSync(why) => why.remedy(),
            Self::TurnOn => "Turn on sync",
            Self::Retry => "Try again",
            Self::SignIn => "Sign in",
            Self::TakeOver => "Take over",
        }
    }
}

impl Card {
    /// The card of a picture. `changes` are the fields that differ from the Event, in words.
    pub(crate) fn of(picture: &Picture, changes: &[&str], when: &When) -> Self {
        let plain = |tone, icon, headline: &str, text: String, links: &[CardLink]| Self {
            tone,
            icon,
            headline: headline.to_owned(),
            text,
            code: String::new(),
            links: links.to_vec(),
        };
        match &picture.face {
            Face::NotSaved => {
                let links = if picture.verdict.trace.is_empty() { &[][..] } else { &[CardLink::Why] };
                plain(Tone::Neutral, Icon::Circle, "Not in Salesforce", links_ahead(picture), links)
            }
            Face::WillBeSaved { at } => {
                let text = "Calbridge sync creates the event in Salesforce. You can close this.".to_owned();
                let headline = will_be_saved(*at, when);
                let links = [CardLink::SyncNow, CardLink::Change, CardLink::Withdraw];
                plain(Tone::Info, Icon::Clock, &headline, text, &links)
            }
            Face::Kept { categorized } => {
                let links = [CardLink::Retry, CardLink::Change, CardLink::Withdraw];
                plain(Tone::Warn, Icon::Device, "Kept on this device", kept(*categorized), &links)
            }
            Face::Saved => {
                let text = picture.view.as_ref().map(|view| saved(view, changes, when)).unwrap_or_default();
                let links = if picture.is_anothers() { &[CardLink::TakeOver][..] } else { &[] };
                plain(Tone::Good, Icon::Done, "Saved in Salesforce", text, links)
            }
            Face::Gone => {
                let text = "Its event was deleted there. Save makes a new one.".to_owned();
                plain(Tone::Warn, Icon::Deleted, "Deleted in Salesforce", text, &[])
            }
            Face::Issue(issue) => {
                let mut card = of_issue(issue, words::organizer(&picture.open.item));
                if !picture.decided.is_empty() {
                    card.links.push(CardLink::Why);
                }
                card
            }
            Face::CannotBeSaved => match refusal(picture) {
                Some(refusal) => of_refusal(refusal),
                None => plain(Tone::Bad, Icon::Error, "This event cannot be saved", String::new(), &[]),
            },
            Face::SyncOff => match refusal(picture) {
                Some(refusal) => of_refusal(refusal),
                None => of_refusal(&Refusal::SyncOff { why: SyncOff::NeverEnabled }),
            },
            Face::Unknown => {
                let text = unknown(picture).to_owned();
                plain(Tone::Neutral, Icon::Unknown, "Not known right now", text, &[CardLink::Retry])
            }
        }
    }

    /// The card of a failure.
    pub(crate) fn of_trouble(trouble: &Trouble) -> Self {
        let links = match trouble.remedy {
            Remedy::Retry => vec![CardLink::Retry],
            Remedy::SignIn => vec![CardLink::SignIn],
            Remedy::TurnOnSync => vec![CardLink::TurnOn],
            Remedy::None => Vec::new(),
        };
        Self {
            tone: Tone::Bad,
            icon: Icon::Error,
            headline: trouble.headline.clone(),
            text: trouble.advice.clone(),
            code: trouble.code.clone(),
            links,
        }
    }
}

impl MainButton {
    /// The button of a picture. `changed`: the item differs from its Event.
    pub(crate) fn of(picture: &Picture, changed: bool) -> Self {
        let refused = refusal(picture).is_some_and(|refusal| !settled_in_dialog(refusal));
        let save = if refused { Self::SaveDisabled } else { Self::Save };
        match &picture.face {
            Face::Saved if changed && !refused => Self::SaveChangesAndOpen,
            Face::Saved => Self::OpenAndEdit,
            Face::WillBeSaved { .. } | Face::Kept { .. } => Self::None,
            Face::Issue(issue) if waits(issue) => Self::None,
            Face::NotSaved | Face::Gone | Face::Issue(_) | Face::Unknown => save,
            Face::CannotBeSaved | Face::SyncOff => save,
        }
    }
}

/// What the rules say against saving, if anything.
fn refusal(picture: &Picture) -> Option<&Refusal> {
    match &picture.verdict.route {
        Route::Refuse(refusal) => Some(refusal),
        Route::Queue | Route::UpdateNow { .. } | Route::Keep => None,
    }
}

/// Whether what is refused can be put right in the dialog, by picking and filling in.
fn settled_in_dialog(refusal: &Refusal) -> bool {
    match refusal {
        Refusal::LeadWithRelated | Refusal::NobodyKnown | Refusal::RequiredMissing { .. } => true,
        Refusal::NotSavedInOutlook
        | Refusal::SyncOff { .. }
        | Refusal::ServiceUnreachable
        | Refusal::SeriesOff
        | Refusal::TooLong { .. }
        | Refusal::RecurringAllDay
        | Refusal::RecurringLong
        | Refusal::SeriesZone { .. }
        | Refusal::GroupTooLong
        | Refusal::DownOnly
        | Refusal::NoMultiday => false,
    }
}

/// The code of items that wait for their organizer (PPL-2); nothing is wrong with them.
const WAITS_FOR_ORGANIZER: &str = "ISE-013";
/// The code of items that wait until they are sent.
const WAITS_TO_BE_SENT: &str = "SAV-7";

fn waits(issue: &Issue) -> bool {
    issue.refusal.is_none() && (issue.code == WAITS_FOR_ORGANIZER || issue.code == WAITS_TO_BE_SENT)
}

fn of_issue(issue: &Issue, organizer: &str) -> Card {
    let headline = match &issue.refusal {
        Some(refusal) => refusal.headline().to_owned(),
        None if issue.code == WAITS_FOR_ORGANIZER && !organizer.is_empty() => {
            format!("Waiting for {organizer}")
        }
        None if waits(issue) => "Waiting".to_owned(),
        None => "This event was not saved".to_owned(),
    };
    let (tone, icon) = if waits(issue) { (Tone::Warn, Icon::Clock) } else { (Tone::Bad, Icon::Error) };
    Card {
        tone,
        icon,
        headline,
        text: sentences(&[&issue.reason, &issue.remedy]),
        code: issue.code.clone(),
        links: if waits(issue) { vec![CardLink::SyncNow, CardLink::Withdraw] } else { Vec::new() },
    }
}

/// The card of a refusal.
pub(crate) fn of_refusal(refusal: &Refusal) -> Card {
    let card = |tone, icon, text: String, links: &[CardLink]| Card {
        tone,
        icon,
        headline: refusal.headline().to_owned(),
        text,
        code: refusal.rule().to_owned(),
        links: links.to_vec(),
    };
    let words = sentences(&[&refusal.reason(), refusal.remedy()]);
    match refusal {
        Refusal::SyncOff { why } => {
            card(Tone::Warn, Icon::Power, refusal.reason(), &[CardLink::TurnOnSync(*why)])
        }
        Refusal::ServiceUnreachable => card(Tone::Neutral, Icon::Unknown, words, &[CardLink::Retry]),
        Refusal::NotSavedInOutlook => card(Tone::Neutral, Icon::Circle, words, &[CardLink::Retry]),
        Refusal::LeadWithRelated
        | Refusal::NobodyKnown
        | Refusal::RequiredMissing { .. }
        | Refusal::SeriesOff
        | Refusal::TooLong { .. }
        | Refusal::RecurringAllDay
        | Refusal::RecurringLong
        | Refusal::SeriesZone { .. }
        | Refusal::GroupTooLong
        | Refusal::DownOnly
        | Refusal::NoMultiday => card(Tone::Bad, Icon::Error, words, &[CardLink::Why]),
    }
}

/// Joins what is there to one text.
fn sentences(parts: &[&str]) -> String {
    parts.iter().copied().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

fn links_ahead(picture: &Picture) -> String {
    if picture.is_private() {
        return "Private, so it is saved without links. You can choose otherwise when you save.".to_owned();
    }
    let who = picture.links.who.as_ref().map(|who| who.name.as_str());
    let what = picture.links.what.as_ref().map(|what| what.name.as_str());
    match (who, what) {
        (Some(who), Some(what)) => format!("Will be linked to {who} and {what}."),
        (Some(one), None) | (None, Some(one)) => format!("Will be linked to {one}."),
        (None, None) => "No record is linked yet. Pick one when you save.".to_owned(),
    }
}

fn will_be_saved(at: chrono::DateTime<chrono::Utc>, when: &When) -> String {
    if at <= when.now {
        return "Will be saved in a moment".to_owned();
    }
    let ahead = when.ahead(at);
    let joint = if ahead.starts_with(|first: char| first.is_ascii_digit()) { " at" } else { "" };
    format!("Will be saved{joint} {ahead}")
}

fn kept(categorized: bool) -> String {
    let sent = "Sync cannot be reached; this is sent as soon as it answers.";
    if categorized {
        format!("{sent} Outlook has marked the event, so sync also finds it by itself.")
    } else {
        format!("{sent} Open Calbridge on this device again when you are online.")
    }
}

fn saved(view: &EventView, changes: &[&str], when: &When) -> String {
    let by = if view.changed_by.is_empty() { String::new() } else { format!("By {}, ", first_lower(view)) };
    let last = format!("{by}{}.", when.ago(view.changed_at));
    let last = upper_first(&last);
    if changes.is_empty() {
        return last.trim_end_matches('.').to_owned();
    }
    format!("{last} Changed in Outlook since: {}.", letters::lower(&changes.join(", ")))
}

fn first_lower(view: &EventView) -> &str {
    if view.changed_by == "You" { "you" } else { &view.changed_by }
}

fn upper_first(text: &str) -> String {
    let (first, rest) = text.split_at(text.chars().next().map_or(0, char::len_utf8));
    letters::upper(first) + rest
}

fn unknown(picture: &Picture) -> &'static str {
    match picture.event {
        EventKnown::Unknown => "Nobody could be asked whether this event is in Salesforce.",
        EventKnown::Absent | EventKnown::Exists { .. } => {
            "Sync cannot be reached, so what it has done is not known."
        }
    }
}

#[cfg(test)]
mod tests;
