//! The list of what waits: stoppages, what is held, invitations, clashes, issues, each with what can be done about it.

use calbridge_engine::ruling::{self, Ruling};
use calbridge_rules::event::EventField;

use super::{html::Html, visit::Visitor};
use crate::{
    amend::was_put_back,
    app::App,
    http::waits::{Waiting, record_page},
    store::{Clashed, Held, KeptIssue, Stoppage, WaitingInvitation, WhyStopped},
    words,
};

/// What a list is drawn with.
pub(super) struct Drawing<'a> {
    pub(super) app: &'a App,
    pub(super) visitor: &'a Visitor,
    /// The page to come back to.
    pub(super) back: &'static str,
    /// Whether it is of several mailboxes, so that each entry names its own.
    pub(super) names_mailboxes: bool,
}

/// Everything that waits.
pub(super) fn lists(drawing: &Drawing<'_>, waiting: &Waiting) -> Html {
    let Waiting { stoppages, issues, held, invitations, clashes } = waiting;
    let decided = held.is_empty() && invitations.is_empty() && clashes.is_empty();
    let nothing = stoppages.is_empty() && issues.is_empty() && decided;
    let html = Html::new();
    let html = if nothing { html.raw("<p class=\"notice good\">Nothing waits.</p>") } else { html };
    let html = section(html, "Sync stands still", stoppages, |html, one| drawing.stoppage(html, one));
    let html = section(html, "Waiting for approval", held, |html, one| drawing.held(html, one));
    let html = section(html, "Invitations to send", invitations, |html, one| drawing.invitation(html, one));
    let html = section(html, "Changed on both sides", clashes, |html, one| drawing.clash(html, one));
    section(html, "Issues", issues, |html, one| drawing.issue(html, one))
}

fn section<T>(html: Html, title: &'static str, things: &[T], piece: impl Fn(Html, &T) -> Html) -> Html {
    if things.is_empty() {
        return html;
    }
    html.raw("<section><h2>")
        .raw(title)
        .raw(" <span class=\"count\">")
        .text(&things.len().to_string())
        .raw("</span></h2><ul class=\"cards\">")
        .each(things, |html, one| piece(html.raw("<li>"), one).raw("</li>"))
        .raw("</ul></section>")
}

/// A button that does something, as a form of its own.
pub(super) struct Deed<'a> {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) fields: &'a [(&'static str, &'a str)],
}

impl Drawing<'_> {
    /// A button of a mailbox.
    pub(super) fn deed(&self, html: Html, mailbox: &str, deed: &Deed<'_>) -> Html {
        html.raw("<form method=\"post\" action=\"/deeds\">")
            .hidden("check", &self.visitor.check)
            .hidden("back", self.back)
            .hidden("mailbox", mailbox)
            .hidden("deed", deed.name)
            .each(deed.fields, |html, (name, value)| html.hidden(name, value))
            .raw("<button>")
            .raw(deed.label)
            .raw("</button></form>")
    }

    /// What an entry is about, and whose it is.
    pub(super) fn head(&self, html: Html, subject: Option<&str>, user_name: &str, mailbox: &str) -> Html {
        let html = html.raw("<h3>").text(subject.unwrap_or("An event")).raw("</h3>");
        if !self.names_mailboxes {
            return html;
        }
        html.raw("<p class=\"second\">").text(user_name).raw(" · ").text(mailbox).raw("</p>")
    }

    fn links(html: Html, mailbox: &str, item: &str, event: Option<String>) -> Html {
        let query =
            |text: &str| -> String {
                text.bytes()
                    .map(|b| {
                        if b.is_ascii_alphanumeric() {
                            char::from(b).to_string()
                        } else {
                            format!("%{b:02X}")
                        }
                    })
                    .collect()
            };
        let in_outlook = format!("/item?mailbox={}&item={}", query(mailbox), query(item));
        let html = html.raw("<p class=\"links\">").outside(&in_outlook, "Open in Outlook");
        let html = match event {
            Some(page) => html.raw(" ").outside(&page, "Open in Salesforce"),
            None => html,
        };
        html.raw("</p>")
    }

    fn stoppage(&self, html: Html, one: &Stoppage) -> Html {
        let said = words::stoppage(one);
        let label = match one.why {
            WhyStopped::Brake => "Delete them",
            WhyStopped::Authorization => "Resume sync",
            WhyStopped::Failing { .. } => "Try now",
        };
        let html = self.head(html, Some("Sync stands still"), &one.user_name, one.mailbox.as_str());
        let html = html
            .raw("<p>")
            .text(&said.reason)
            .raw("</p><p>")
            .text(&said.remedy)
            .raw(" <span class=\"code\">")
            .raw(one.why.code())
            .raw("</span></p><div class=\"row\">");
        let html = self.deed(html, one.mailbox.as_str(), &Deed { name: "resume", label, fields: &[] });
        let html = match one.why {
            WhyStopped::Brake => {
                let without = Deed { name: "resume_without", label: "Go on without deleting", fields: &[] };
                self.deed(html, one.mailbox.as_str(), &without)
            }
            WhyStopped::Authorization | WhyStopped::Failing { .. } => html,
        };
        html.raw("</div>")
    }

    fn held(&self, html: Html, one: &Held) -> Html {
        let (mailbox, item) = (one.mailbox.as_str(), one.item.as_str());
        let html = self.head(html, one.subject.as_deref(), &one.user_name, mailbox);
        let (html, label) = match &one.held {
            ruling::Held::Change(change) => {
                let says = "<p>Changed in Salesforce, and writing it to Outlook mails the attendees:</p><ul>";
                let lines = words::values(change);
                let html = html.raw(says).each(&lines, |html, line| html.raw("<li>").text(line).raw("</li>"));
                (html.raw("</ul>"), "Approve and send")
            }
            ruling::Held::Deletion => {
                let says = "<p>Deleted on one side. Deleting it on the other too waits for you: attendees of a meeting \
                            get a cancellation.</p>";
                (html.raw(says), "Approve and delete")
            }
        };
        let html = html.raw("<p class=\"second\">Since ").text(&words::time(one.since_ms)).raw("</p>");
        let html =
            Self::links(html, mailbox, item, one.event.as_ref().map(|event| record_page(self.app, event)));
        let fields = [("item", item)];
        let approve = Deed { name: "approve", label, fields: &fields };
        let discard = Deed { name: "discard", label: "Discard", fields: &fields };
        self.decision(html, mailbox, one.ruling, &[approve, discard])
    }

    fn invitation(&self, html: Html, one: &WaitingInvitation) -> Html {
        let subject = one.fields.get(&EventField::Subject).map(words::value);
        let html = self.head(html, subject.as_deref(), &one.user_name, one.mailbox.as_str());
        let html = html.raw("<p>Made in Salesforce. With its people, it invites:</p><ul>");
        let html = html.each(&one.guests, |html, guest| html.raw("<li>").text(guest.as_str()).raw("</li>"));
        let html = html.raw("</ul><ul>");
        let lines = words::values(&one.fields);
        let html = html.each(&lines, |html, line| html.raw("<li>").text(line).raw("</li>"));
        let html = html.raw("</ul><p class=\"second\">Since ").text(&words::time(one.since_ms));
        let html = html.raw("</p><p class=\"links\">");
        let html = html.outside(&record_page(self.app, &one.event), "Open in Salesforce").raw("</p>");
        let fields = [("event", one.event.as_str())];
        let invite = Deed { name: "invite", label: "Approve and invite", fields: &fields };
        let alone = Deed { name: "bring_alone", label: "Bring it down without inviting", fields: &fields };
        self.decision(html, one.mailbox.as_str(), one.ruling, &[invite, alone])
    }

    /// What was decided, or the buttons to decide with.
    fn decision(&self, html: Html, mailbox: &str, ruling: Option<Ruling>, deeds: &[Deed<'_>]) -> Html {
        match ruling {
            Some(Ruling::Approved) => html.raw("<p class=\"notice\">Approved; the next session does it.</p>"),
            Some(Ruling::Discarded) => {
                html.raw("<p class=\"notice\">Discarded; the next session settles it.</p>")
            }
            None => html
                .raw("<div class=\"row\">")
                .each(deeds, |html, deed| self.deed(html, mailbox, deed))
                .raw("</div>"),
        }
    }

    fn clash(&self, html: Html, one: &Clashed) -> Html {
        let (mailbox, item) = (one.mailbox.as_str(), one.item.as_str());
        let html = self.head(html, one.subject.as_deref(), &one.user_name, mailbox);
        let html = html
            .raw("<dl><dt>Field</dt><dd>")
            .text(&words::field(&one.clash.field))
            .raw("</dd><dt>Outlook, which stands</dt><dd>")
            .text(&words::value(&one.clash.outlook))
            .raw("</dd><dt>Salesforce</dt><dd>")
            .text(&words::value(&one.clash.salesforce))
            .raw("</dd></dl><p class=\"second\">")
            .text(&words::time(one.seen_ms))
            .raw("</p>");
        let html = Self::links(html, mailbox, item, Some(record_page(self.app, &one.event)));
        if was_put_back(one) {
            return html.raw("<p>Somebody else organizes this meeting; ask them to change it. <span class=\"code\">DWN-7</span></p>");
        }
        let field = String::from(one.clash.field.clone());
        let fields = [("item", item), ("field", field.as_str()), ("seen_ms", &one.seen_ms.to_string())];
        let flip = Deed { name: "flip", label: "Take Salesforce's", fields: &fields };
        self.deed(html.raw("<div class=\"row\">"), mailbox, &flip).raw("</div>")
    }

    fn issue(&self, html: Html, one: &KeptIssue) -> Html {
        let (mailbox, item, code) = (one.mailbox.as_str(), one.item.as_str(), one.issue.code.as_str());
        let way = match words::direction(code) {
            "down" => "From Salesforce to Outlook",
            _ => "From Outlook to Salesforce",
        };
        let html = self.head(html, one.about(), &one.user_name, mailbox);
        let html = html
            .raw("<p>")
            .text(&one.issue.reason)
            .raw("</p><p>")
            .text(&one.issue.remedy)
            .raw(" <span class=\"code\">")
            .text(code)
            .raw("</span></p><p class=\"second\">")
            .raw(way)
            .raw(" · first seen ")
            .text(&words::time(one.first_seen_ms))
            .raw(", last ")
            .text(&words::time(one.last_seen_ms))
            .raw("</p>");
        let page = one.event.as_ref().map(|event| record_page(self.app, event));
        let html = if one.is_of_calendar() { html } else { Self::links(html, mailbox, item, page) };
        let fields = [("item", item), ("code", code)];
        let retry = Deed { name: "retry", label: "Try again", fields: &fields };
        let other = if one.is_ignored {
            Deed { name: "attend", label: "Stop ignoring", fields: &fields }
        } else {
            Deed { name: "ignore", label: "Ignore", fields: &fields }
        };
        let html = self.deed(html.raw("<div class=\"row\">"), mailbox, &retry);
        self.deed(html, mailbox, &other).raw("</div>")
    }
}
