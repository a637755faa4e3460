//! The forms in which settings are changed: a control for each, by what it takes.

use std::collections::{BTreeMap, HashMap};

use calbridge_rules::settings::{
    Hold, Kind, NotChanged, OrgLayer, Row, SetBy, Setting, TABLE, UserLayer, holds, may_change,
};

use calbridge_wire::graph::calendars::Calendar;

use super::{
    calendars::{TICK, boxes, choice, names_calendars},
    html::Html,
    visit::Visitor,
};
use crate::{
    http::{
        org_settings::{OrgSetting, OrgSettings},
        settings::Effect,
    },
    settings::Layers,
};

/// What stands in a form.
#[derive(Clone, Debug, Default)]
pub(super) struct Entered {
    values: BTreeMap<String, OrgSetting>,
    /// Why it was not kept.
    trouble: Option<String>,
    /// What it would do.
    effect: Option<Effect>,
}

/// How a control of a setting is named, and the box that forces it.
const SET: &str = "set.";
const FORCE: &str = "force.";

impl Entered {
    /// What a user set.
    pub(super) fn of_user(layer: &UserLayer) -> Self {
        let one = |(name, value): (&str, &str)| {
            (name.to_owned(), OrgSetting { value: value.to_owned(), forced: false })
        };
        Self { values: layer.entries().map(one).collect(), ..Self::default() }
    }

    /// What holds for the org.
    pub(super) fn of_org(layer: &OrgLayer) -> Self {
        let one = |(name, value, hold): (&str, &str, Hold)| {
            (name.to_owned(), OrgSetting { value: value.to_owned(), forced: hold == Hold::Forced })
        };
        Self { values: layer.entries().map(one).collect(), ..Self::default() }
    }

    /// What was sent. An empty control leaves its setting to whatever holds without it.
    pub(super) fn read(fields: &HashMap<String, String>) -> Self {
        let one = |(field, value): (&String, &String)| {
            let name = field.strip_prefix(SET).filter(|_| !value.trim().is_empty())?;
            let forced = fields.contains_key(&format!("{FORCE}{name}"));
            Some((name.to_owned(), OrgSetting { value: value.clone(), forced }))
        };
        let mut values: BTreeMap<String, OrgSetting> = fields.iter().filter_map(one).collect();
        let mut ticked: Vec<&str> = fields.keys().filter_map(|field| field.strip_prefix(TICK)).collect();
        if !ticked.is_empty() {
            ticked.sort_unstable();
            let name = Setting::Calendars.row().name.to_owned();
            values.insert(name, OrgSetting { value: ticked.join(", "), forced: false });
        }
        Self { values, ..Self::default() }
    }

    /// The same, with why it was not kept.
    pub(super) fn troubled(mut self, why: &NotChanged) -> Self {
        self.trouble = Some(why.to_string());
        self
    }

    /// The same, with what it would do.
    pub(super) fn previewed(mut self, effect: Effect) -> Self {
        self.effect = Some(effect);
        self
    }

    /// As a user's settings.
    pub(super) fn values(&self) -> BTreeMap<String, String> {
        self.values.iter().map(|(name, set)| (name.clone(), set.value.clone())).collect()
    }

    /// As the org's settings.
    pub(super) fn org_settings(&self) -> OrgSettings {
        OrgSettings { settings: self.values.clone() }
    }

    fn value(&self, row: &Row) -> &str {
        self.values.get(row.name).map_or("", |set| set.value.as_str())
    }
}

/// The form of a user. What an admin forces is shown and cannot be changed.
pub(super) fn own_form(
    visitor: &Visitor,
    layers: &Layers,
    entered: &Entered,
    calendars: &[Calendar],
) -> Html {
    let nobody = UserLayer::default();
    let html = trouble(Html::new(), entered);
    let html = begin(html, visitor, "<form method=\"post\" action=\"/me/settings\" class=\"settings\">");
    let html = html.each(TABLE.iter().filter(|row| row.scope.has_users()), |html, row| {
        let without = holds(row.setting, &layers.org, &nobody);
        match may_change(row.setting, &layers.org) {
            Ok(()) => {
                control(html.raw(CARD), row, entered.value(row), &instead(row, without), calendars).raw(END)
            }
            Err(_) => locked(html, row, without.0),
        }
    });
    html.raw(BUTTONS)
}

/// The form of the org.
pub(super) fn org_form(visitor: &Visitor, entered: &Entered) -> Html {
    let html = trouble(Html::new(), entered);
    let html = begin(html, visitor, "<form method=\"post\" action=\"/admin/settings\" class=\"settings\">");
    let html = html.each(TABLE, |html, row| {
        let without = instead(row, (row.default, SetBy::Default));
        let html = control(html.raw(CARD), row, entered.value(row), &without, &[]);
        let html = if row.scope.has_users() { force(html, row, entered) } else { html };
        html.raw(END)
    });
    let html = html.raw(BUTTONS).raw(
        "<section><h2>Export and import</h2><p>\
         <a href=\"/admin/settings.json\">Export as JSON</a></p>",
    );
    let html = begin(html, visitor, "<form method=\"post\" action=\"/admin/settings.json\">");
    html.raw(
        "<label for=\"json\">Import: paste what was exported. It replaces everything above.</label>\
         <textarea id=\"json\" name=\"json\" rows=\"4\" required></textarea>\
         <div class=\"row\"><button>Import</button></div></form></section>",
    )
}

fn trouble(html: Html, entered: &Entered) -> Html {
    let html = match &entered.effect {
        Some(effect) => foreseen(html, effect),
        None => html,
    };
    match &entered.trouble {
        Some(why) => html
            .raw("<p role=\"alert\" class=\"notice bad\">")
            .text(why)
            .raw(". Nothing was changed. <span class=\"code\">SET</span></p>"),
        None => html,
    }
}

/// What saving would do, in a sentence. Nothing is kept yet.
fn foreseen(html: Html, effect: &Effect) -> Html {
    let Effect { mailboxes, saves, updates, deletes, brings, held, mails, people, shows, hides } = effect;
    let whose = if *mailboxes == 1 { "In one mailbox" } else { &*format!("In {mailboxes} mailboxes") };
    let says = format!(
        "{whose} the next session would save {saves}, update {updates}, delete {deletes}, mail {mails}; bring {brings} \
         down from Salesforce, make records for {people} people, and hold {held} for approval. It would show {shows} tasks \
         and other records, and take {hides} away that it shows now. Nothing is changed yet."
    );
    html.raw("<p role=\"status\" class=\"notice\">").text(&says).raw("</p>")
}

/// What stands around all that belongs to one setting.
const CARD: &str = "<div class=\"setting\">";
const END: &str = "</div>";

/// The buttons under a form.
const BUTTONS: &str = "<div class=\"row\"><button class=\"primary\" name=\"act\" value=\"save\">Save</button>\
     <button name=\"act\" value=\"preview\">Preview</button></div></form>";

fn begin(html: Html, visitor: &Visitor, form: &'static str) -> Html {
    html.raw(form).hidden("check", &visitor.check)
}

/// What holds while a control is left empty.
fn instead(row: &Row, (value, set_by): (&str, SetBy)) -> String {
    let value = if value.is_empty() { "none" } else { value };
    match set_by {
        SetBy::Admin | SetBy::Forced => format!("As your admin set it: {value}"),
        SetBy::Default | SetBy::User => {
            format!("Default: {}", if row.default.is_empty() { "none" } else { value })
        }
    }
}

/// A control for a setting; calendars are named only where they are not known.
fn control(html: Html, row: &Row, value: &str, instead: &str, calendars: &[Calendar]) -> Html {
    let html = html
        .raw("<label id=\"label-")
        .raw(row.name)
        .raw("\" for=\"")
        .raw(row.name)
        .raw("\">")
        .raw(row.name)
        .raw("</label><p class=\"second\" id=\"says-")
        .raw(row.name)
        .raw("\">")
        .text(row.says)
        .raw(" ")
        .text(instead)
        .raw(".</p>");
    let named = |html: Html, tag: &'static str| {
        html.raw(tag)
            .raw(" id=\"")
            .raw(row.name)
            .raw("\" name=\"set.")
            .raw(row.name)
            .raw("\" aria-describedby=\"says-")
            .raw(row.name)
            .raw("\"")
    };
    let html = match row.kind {
        Kind::Names if names_calendars(row) && !calendars.is_empty() => boxes(html, calendars, value),
        Kind::Name if names_calendars(row) && !calendars.is_empty() => {
            choice(named(html, "<select").raw(">"), calendars, value)
        }
        Kind::Switch => choices(named(html, "<select").raw(">"), &["on", "off"], value, instead),
        Kind::Word(words) => choices(named(html, "<select").raw(">"), words, value, instead),
        Kind::Number { least, most } => named(html, "<input type=\"number\"")
            .raw(" min=\"")
            .text(&least.to_string())
            .raw("\" max=\"")
            .text(&most.to_string())
            .raw("\" value=\"")
            .text(value)
            .raw("\">"),
        Kind::Name | Kind::Mark => named(html, "<input").raw(" value=\"").text(value).raw("\">"),
        Kind::Names
        | Kind::Domains
        | Kind::Blocklist
        | Kind::Fields
        | Kind::Objects
        | Kind::PublicCalendars => {
            named(html, "<textarea rows=\"2\"").raw(">").text(value).raw("</textarea>")
        }
    };
    html.raw("<p class=\"second\">").text(&row.kind.words()).raw("</p>")
}

fn choices(html: Html, words: &[&'static str], value: &str, instead: &str) -> Html {
    let html = html.raw("<option value=\"\">").text(instead).raw("</option>");
    let html = html.each(words, |html, word| {
        let html = html.raw("<option value=\"").raw(word).raw("\"");
        let html = if *word == value { html.raw(" selected") } else { html };
        html.raw(">").raw(word).raw("</option>")
    });
    html.raw("</select>")
}

fn force(html: Html, row: &Row, entered: &Entered) -> Html {
    let forced = entered.values.get(row.name).is_some_and(|set| set.forced);
    let html = html
        .raw("<label class=\"check\"><input type=\"checkbox\" name=\"force.")
        .raw(row.name)
        .raw("\" value=\"on\"");
    let html = if forced { html.raw(" checked") } else { html };
    html.raw("> Force ").raw(row.name).raw(" for everybody</label>")
}

fn locked(html: Html, row: &Row, value: &str) -> Html {
    html.raw("<div class=\"setting locked\"><p class=\"label\">")
        .raw(row.name)
        .raw("</p><p class=\"second\">")
        .text(row.says)
        .raw("</p><p>")
        .text(if value.is_empty() { "none" } else { value })
        .raw(" <span class=\"code\">set by your admin</span></p></div>")
}
