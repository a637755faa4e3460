//! The controls of the settings that name calendars: boxes to tick, and a choice (AUT-8).

use calbridge_rules::settings::{Row, Setting};
use calbridge_wire::graph::calendars::Calendar;

use super::html::Html;

/// How the boxes of a setting are named; what follows is the part of its value that a ticked box stands for.
pub(super) const TICK: &str = "tick.Calendars.";

/// Whether a setting names calendars.
pub(super) fn names_calendars(row: &Row) -> bool {
    row.setting == Setting::Calendars || row.setting == Setting::SaveCalendar
}

/// Boxes for all calendars but the default one. What was named otherwise keeps a box of its own, so that it is not lost.
pub(super) fn boxes(html: Html, calendars: &[Calendar], value: &str) -> Html {
    let named: Vec<&str> = value.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
    let is_named = |calendar: &Calendar| named.iter().any(|name| calendar.is_called(name));
    let html = html.raw("<fieldset aria-labelledby=\"label-Calendars\">");
    let html = html.each(calendars.iter().filter(|calendar| !calendar.is_default), |html, calendar| {
        tick(html, &calendar.id, &calendar.name, is_named(calendar))
    });
    let foreign = named.iter().filter(|name| !calendars.iter().any(|calendar| calendar.is_called(name)));
    html.each(foreign, |html, name| tick(html, name, name, true)).raw("</fieldset>")
}

/// A choice of one calendar, or none.
pub(super) fn choice(html: Html, calendars: &[Calendar], value: &str) -> Html {
    let option = |html: Html, value: &str, label: &str, is_chosen: bool| {
        let html = html.raw("<option value=\"").text(value).raw("\"");
        let html = if is_chosen { html.raw(" selected") } else { html };
        html.raw(">").text(label).raw("</option>")
    };
    let html = option(html, "", "off", value.is_empty() || value == "off");
    let html = html.each(calendars, |html, calendar| {
        option(html, &calendar.id, &calendar.name, calendar.is_called(value))
    });
    let is_foreign = !value.is_empty() && value != "off" && !calendars.iter().any(|one| one.is_called(value));
    let html = if is_foreign { option(html, value, value, true) } else { html };
    html.raw("</select>")
}

fn tick(html: Html, id: &str, name: &str, is_ticked: bool) -> Html {
    let html = html
        .raw("<label class=\"check\"><input type=\"checkbox\" value=\"on\" name=\"")
        .raw(TICK)
        .text(id)
        .raw("\"");
    let html = if is_ticked { html.raw(" checked") } else { html };
    html.raw("> ").text(name).raw("</label>")
}
