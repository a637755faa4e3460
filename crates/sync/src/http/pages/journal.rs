//! The journal as a list, each entry with a button that undoes it (UNS-2).

use super::{
    html::Html,
    waits::{Deed, Drawing},
};
use crate::{
    http::waits::record_page,
    store::{JournalEntry, MadeRecord},
    words,
};

/// What was overwritten or deleted, and what was made for people.
pub(super) fn lists(drawing: &Drawing<'_>, entries: &[JournalEntry], made: &[MadeRecord]) -> Html {
    let html = list(drawing, entries);
    if made.is_empty() {
        return html;
    }
    html.raw("<section><h2>Made for people</h2><p>Records that sync made in Salesforce because people were in none.</p><ul class=\"cards\">")
        .each(made, |html, one| record(drawing, html.raw("<li>"), one).raw("</li>"))
        .raw("</ul></section>")
}

fn record(drawing: &Drawing<'_>, html: Html, one: &MadeRecord) -> Html {
    let html = html.raw("<p>").text(&one.made_for);
    let html = if drawing.names_mailboxes { html.raw(" · ").text(one.mailbox.as_str()) } else { html };
    let html =
        html.raw("</p><p class=\"second\">").text(&words::time(one.made_ms)).raw("</p><p class=\"links\">");
    html.outside(&record_page(drawing.app, &one.record), "Open in Salesforce").raw("</p>")
}

/// All entries.
fn list(drawing: &Drawing<'_>, entries: &[JournalEntry]) -> Html {
    let html = Html::new().raw(
        "<p>What sync overwrote or deleted in the last 30 days. Undoing writes the old values back to Salesforce, unless \
         somebody changed them since; Outlook follows with the next session. A deleted item comes back without its people, \
         who are not mailed.</p>",
    );
    if entries.is_empty() {
        return html.raw("<p class=\"notice good\">Nothing was overwritten or deleted.</p>");
    }
    html.raw("<ul class=\"cards\">")
        .each(entries, |html, one| entry(drawing, html.raw("<li>"), one).raw("</li>"))
        .raw("</ul>")
}

fn entry(drawing: &Drawing<'_>, html: Html, one: &JournalEntry) -> Html {
    let subject = one
        .before
        .iter()
        .chain(one.after.iter())
        .chain(one.item_values.iter().flat_map(|(before, _)| before.iter()))
        .find(|(field, _)| **field == calbridge_rules::event::EventField::Subject)
        .map(|(_, value)| words::value(value));
    let what = if one.is_deletion() || one.is_item_deletion() { "Deleted" } else { "Overwritten" };
    let who = if one.by.is_some() { "by hand" } else { "by sync" };
    let lines = |html: Html, fields| {
        html.raw("<dd><ul>")
            .each(words::values(fields), |html, line| html.raw("<li>").text(&line).raw("</li>"))
            .raw("</ul></dd>")
    };
    let html = drawing.head(html, subject.as_deref(), &one.user_name, one.mailbox.as_str());
    let html = html
        .raw("<p class=\"second\">")
        .raw(what)
        .raw(" ")
        .raw(who)
        .raw(", ")
        .text(&words::time(one.written_ms))
        .raw("</p><dl><dt>Before</dt>");
    let html = lines(html, &one.before);
    let html = if one.is_deletion() { html } else { lines(html.raw("<dt>After</dt>"), &one.after) };
    let html = match &one.ties {
        Some((before, _)) => html
            .raw("<dt>Related before</dt><dd><ul>")
            .each(words::ties(before), |html, line| html.raw("<li>").text(&line).raw("</li>"))
            .raw("</ul></dd>"),
        None => html,
    };
    let html = match &one.item_values {
        Some((before, _)) => lines(html.raw("<dt>In Outlook before</dt>"), before),
        None => html,
    };
    let html = html.raw("</dl><p class=\"links\">");
    let html = html.outside(&record_page(drawing.app, &one.event), "Open in Salesforce").raw("</p>");
    if one.is_undone {
        return html.raw("<p class=\"notice\">Undone.</p>");
    }
    let number = one.number.to_string();
    let fields = [("event", one.event.as_str()), ("number", number.as_str())];
    let undo = Deed { name: "undo", label: "Undo", fields: &fields };
    drawing.deed(html.raw("<div class=\"row\">"), one.mailbox.as_str(), &undo).raw("</div>")
}
