//! Types of the rules.

use calbridge_rules::{
    event::{EventField, EventFields, FieldValue},
    id::ApiName,
    map::SmallMap,
    people::PersonObject,
    saving::{Choice, ChosenPerson, Refusal, Scope, SyncOff},
    settings::{FieldSource, Multiday, OutlookValue, Settings},
    status::{Issue, RuleAsked, Status},
};

use super::{Tree, by_word, member, member_or, object, word};
use crate::moment;
use crate::value::{Map, Value};

const SYNC_OFF: [(SyncOff, &str); 3] = [
    (SyncOff::NeverEnabled, "never_enabled"),
    (SyncOff::Paused, "paused"),
    (SyncOff::AuthorizationExpired, "authorization_expired"),
];
const MULTIDAY: [(Multiday, &str); 3] =
    [(Multiday::Unknown, "unknown"), (Multiday::On, "on"), (Multiday::Off, "off")];
const PEOPLE: [(PersonObject, &str); 2] = [(PersonObject::Contact, "contact"), (PersonObject::Lead, "lead")];
const SCOPES: [(Scope, &str); 2] = [(Scope::Single, "single"), (Scope::Series, "series")];

pub(super) const OUTLOOK: [(OutlookValue, &str); 9] = [
    (OutlookValue::Categories, "categories"),
    (OutlookValue::Organizer, "organizer"),
    (OutlookValue::OrganizerAddress, "organizer_address"),
    (OutlookValue::RequiredAttendees, "required_attendees"),
    (OutlookValue::OptionalAttendees, "optional_attendees"),
    (OutlookValue::Resources, "resources"),
    (OutlookValue::ShowAs, "show_as"),
    (OutlookValue::Sensitivity, "sensitivity"),
    (OutlookValue::Zone, "zone"),
];

macro_rules! words {
    ($($type:ty: $words:ident),+) => {
        $(impl Tree for $type {
            fn write(&self) -> Value {
                word(&$words, self)
            }

            fn read(tree: &Value) -> Option<Self> {
                by_word(&$words, tree)
            }
        })+
    };
}

words!(SyncOff: SYNC_OFF, Multiday: MULTIDAY, PersonObject: PEOPLE, Scope: SCOPES, OutlookValue: OUTLOOK);

impl Tree for FieldValue {
    fn write(&self) -> Value {
        let (is, value) = match self {
            Self::Empty => return object([("is", Value::from("empty"))]),
            Self::Text(text) => ("text", Value::from(text.as_str())),
            Self::Flag(flag) => ("flag", Value::Bool(*flag)),
            Self::Number(number) => ("number", Value::from(number.as_str())),
            Self::Instant(instant) => ("instant", instant.write()),
            Self::Date(date) => ("date", Value::from(date.to_string())),
            Self::Record(record) => ("record", record.write()),
        };
        object([("is", Value::from(is)), ("value", value)])
    }

    fn read(tree: &Value) -> Option<Self> {
        match tree.get("is")?.as_str()? {
            "empty" => Some(Self::Empty),
            "text" => member(tree, "value").map(Self::Text),
            "flag" => member(tree, "value").map(Self::Flag),
            "number" => member(tree, "value").map(Self::Number),
            "instant" => member(tree, "value").map(Self::Instant),
            "date" => moment::date(tree.get("value")?.as_str()?).map(Self::Date),
            "record" => member(tree, "value").map(Self::Record),
            _ => None,
        }
    }
}

impl Tree for EventFields {
    fn write(&self) -> Value {
        let mut map = Map::new();
        for (field, value) in self {
            map.insert(&String::from(field.clone()), value.write());
        }
        Value::Object(map)
    }

    fn read(tree: &Value) -> Option<Self> {
        let mut fields = Self::new();
        for (name, value) in tree.as_object()?.iter() {
            fields.insert(EventField::try_from(name.clone()).ok()?, FieldValue::read(value)?);
        }
        Some(fields)
    }
}

impl Tree for ChosenPerson {
    fn write(&self) -> Value {
        object([("record", self.record.write()), ("object", self.object.write())])
    }

    fn read(tree: &Value) -> Option<Self> {
        Some(Self { record: member(tree, "record")?, object: member(tree, "object")? })
    }
}

impl Tree for Choice {
    fn write(&self) -> Value {
        object([
            ("who", self.who.write()),
            ("what", self.what.write()),
            ("also_who", self.also_who.write()),
            ("also_what", self.also_what.write()),
            ("files", self.files.write()),
            ("fields", self.fields.write()),
            ("scope", self.scope.write()),
        ])
    }

    fn read(tree: &Value) -> Option<Self> {
        Some(Self {
            who: member(tree, "who")?,
            what: member(tree, "what")?,
            also_who: member(tree, "also_who")?,
            also_what: member_or(tree, "also_what", Vec::new())?,
            files: member(tree, "files")?,
            fields: member_or(tree, "fields", EventFields::new())?,
            scope: member_or(tree, "scope", Scope::default())?,
        })
    }
}

impl Tree for FieldSource {
    fn write(&self) -> Value {
        object([("value", self.value.write()), ("limit", Value::from(self.limit))])
    }

    fn read(tree: &Value) -> Option<Self> {
        let limit = tree.get("limit").and_then(Value::as_u64)?;
        Some(Self { value: member(tree, "value")?, limit: u32::try_from(limit).ok()? })
    }
}

impl Tree for Settings {
    fn write(&self) -> Value {
        let mut defaults = Map::new();
        for (name, value) in &self.field_defaults {
            defaults.insert(name.as_str(), value.write());
        }
        let mut mapped = Map::new();
        for (name, source) in &self.field_map {
            mapped.insert(name.as_str(), source.write());
        }
        object([
            ("company_domains", self.company_domains.write()),
            ("blocklist", self.blocklist.write()),
            ("free_mail_domains", self.free_mail_domains.write()),
            ("multiday_events", self.multiday_events.write()),
            ("recurring_sync", self.recurring_sync.write()),
            ("safe_description", self.safe_description.write()),
            ("link_opportunities", self.link_opportunities.write()),
            ("multi_link", self.multi_link.write()),
            ("saves_files", self.saves_files.write()),
            ("is_down_only", self.is_down_only.write()),
            ("field_defaults", Value::Object(defaults)),
            ("field_map", Value::Object(mapped)),
        ])
    }

    fn read(tree: &Value) -> Option<Self> {
        let standard = Self::default();
        let mut field_defaults = SmallMap::new();
        for (name, value) in
            tree.get("field_defaults").and_then(Value::as_object).into_iter().flat_map(Map::iter)
        {
            field_defaults.insert(ApiName::parse(name).ok()?, String::read(value)?);
        }
        let mut field_map = SmallMap::new();
        for (name, source) in tree.get("field_map").and_then(Value::as_object).into_iter().flat_map(Map::iter)
        {
            // A value that a later version knows is the service's to write.
            if let Some(source) = FieldSource::read(source) {
                field_map.insert(ApiName::parse(name).ok()?, source);
            }
        }
        Some(Self {
            company_domains: member_or(tree, "company_domains", standard.company_domains)?,
            blocklist: member_or(tree, "blocklist", standard.blocklist)?,
            free_mail_domains: member_or(tree, "free_mail_domains", standard.free_mail_domains)?,
            multiday_events: member_or(tree, "multiday_events", standard.multiday_events)?,
            recurring_sync: member_or(tree, "recurring_sync", standard.recurring_sync)?,
            safe_description: member_or(tree, "safe_description", standard.safe_description)?,
            link_opportunities: member_or(tree, "link_opportunities", standard.link_opportunities)?,
            multi_link: member_or(tree, "multi_link", standard.multi_link)?,
            saves_files: member_or(tree, "saves_files", standard.saves_files)?,
            is_down_only: member_or(tree, "is_down_only", standard.is_down_only)?,
            field_defaults,
            field_map,
        })
    }
}

impl Tree for Refusal {
    fn write(&self) -> Value {
        let tagged = |tag: &str| Value::from(tag);
        match self {
            Self::NotSavedInOutlook => object([("refusal", tagged("not_saved_in_outlook"))]),
            Self::SyncOff { why } => object([("refusal", tagged("sync_off")), ("why", why.write())]),
            Self::DownOnly => object([("refusal", tagged("down_only"))]),
            Self::ServiceUnreachable => object([("refusal", tagged("service_unreachable"))]),
            Self::LeadWithRelated => object([("refusal", tagged("lead_with_related"))]),
            Self::NobodyKnown => object([("refusal", tagged("nobody_known"))]),
            Self::RequiredMissing { labels } => {
                object([("refusal", tagged("required_missing")), ("labels", labels.write())])
            }
            Self::SeriesOff => object([("refusal", tagged("series_off"))]),
            Self::TooLong { days } => object([("refusal", tagged("too_long")), ("days", Value::from(*days))]),
            Self::RecurringAllDay => object([("refusal", tagged("recurring_all_day"))]),
            Self::RecurringLong => object([("refusal", tagged("recurring_long"))]),
            Self::SeriesZone { zone } => object([("refusal", tagged("series_zone")), ("zone", zone.write())]),
            Self::GroupTooLong => object([("refusal", tagged("group_too_long"))]),
            Self::NoMultiday => object([("refusal", tagged("no_multiday"))]),
        }
    }

    fn read(tree: &Value) -> Option<Self> {
        match tree.get("refusal")?.as_str()? {
            "not_saved_in_outlook" => Some(Self::NotSavedInOutlook),
            "sync_off" => Some(Self::SyncOff { why: member(tree, "why")? }),
            "down_only" => Some(Self::DownOnly),
            "service_unreachable" => Some(Self::ServiceUnreachable),
            "lead_with_related" => Some(Self::LeadWithRelated),
            "nobody_known" => Some(Self::NobodyKnown),
            "required_missing" => Some(Self::RequiredMissing { labels: member(tree, "labels")? }),
            "series_off" => Some(Self::SeriesOff),
            "too_long" => Some(Self::TooLong { days: tree.get("days")?.as_i64()? }),
            "recurring_all_day" => Some(Self::RecurringAllDay),
            "recurring_long" => Some(Self::RecurringLong),
            "series_zone" => Some(Self::SeriesZone { zone: member(tree, "zone")? }),
            "group_too_long" => Some(Self::GroupTooLong),
            "no_multiday" => Some(Self::NoMultiday),
            _ => None,
        }
    }
}

impl Tree for RuleAsked {
    fn write(&self) -> Value {
        object([("rule", self.rule.write()), ("says", self.says.write()), ("passed", self.passed.write())])
    }

    fn read(tree: &Value) -> Option<Self> {
        Some(Self {
            rule: member(tree, "rule")?,
            says: member(tree, "says")?,
            passed: member(tree, "passed")?,
        })
    }
}

impl Tree for Status {
    fn write(&self) -> Value {
        match self {
            Self::NotSaved => object([("status", Value::from("not_saved"))]),
            Self::WillBeSaved { at } => {
                object([("status", Value::from("will_be_saved")), ("at", at.write())])
            }
            Self::Saved { event } => object([("status", Value::from("saved")), ("event", event.write())]),
            Self::Issue(issue) => object([
                ("status", Value::from("issue")),
                ("code", issue.code.write()),
                ("reason", issue.reason.write()),
                ("remedy", issue.remedy.write()),
                ("refusal", issue.refusal.write()),
            ]),
        }
    }

    fn read(tree: &Value) -> Option<Self> {
        match tree.get("status")?.as_str()? {
            "not_saved" => Some(Self::NotSaved),
            "will_be_saved" => Some(Self::WillBeSaved { at: member(tree, "at")? }),
            "saved" => Some(Self::Saved { event: member(tree, "event")? }),
            "issue" => Some(Self::Issue(Issue {
                code: member(tree, "code")?,
                reason: member(tree, "reason")?,
                remedy: member(tree, "remedy")?,
                // A refusal of a later version still has its reason in words.
                refusal: member(tree, "refusal").flatten(),
            })),
            _ => None,
        }
    }
}
