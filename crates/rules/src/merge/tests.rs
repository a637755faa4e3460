use chrono::TimeDelta;
use proptest::prelude::*;

use super::*;
use crate::{
    item::{Item, Reminder, Sensitivity, ShowAs, Span},
    mapping::back,
    sample::{api, at, dana, date, days, meeting, record, settings},
    saving::Choice,
    settings::{Direction, Down, FieldSource, OutlookValue, Settings},
};

/// The item as its Event would have it, without links.
fn up(item: &Item, settings: &Settings) -> EventFields {
    let mut fields = mapping::follow(item, &Choice::default(), settings).fields;
    fields.retain(|field, _| !matches!(field, EventField::Who | EventField::What));
    fields
}

fn text(text: &str) -> FieldValue {
    FieldValue::Text(text.to_owned())
}

fn both(fields: EventFields) -> Agreed {
    Agreed { item: fields.clone(), event: fields }
}

struct Pair {
    agreed: Agreed,
    outlook: EventFields,
    salesforce: EventFields,
    seat: ItemSeat,
    settings: Effective,
}

impl Pair {
    fn new() -> Self {
        Self::of(&Settings { safe_description: false, ..settings() })
    }

    fn of(settings: &Settings) -> Self {
        let agreed = up(&meeting(), settings);
        Self::between(agreed.clone(), agreed.clone(), agreed, settings)
    }

    fn between(
        agreed: EventFields,
        outlook: EventFields,
        salesforce: EventFields,
        shared: &Settings,
    ) -> Self {
        let settings = Effective { shared: shared.clone(), ..Effective::default() };
        Self { agreed: both(agreed), outlook, salesforce, seat: ItemSeat::Own, settings }
    }

    fn going(mut self, down: Down) -> Self {
        self.settings.down = down;
        self
    }

    fn attendees(mut self) -> Self {
        self.seat = ItemSeat::Attendee;
        self
    }

    fn outlook(mut self, field: EventField, value: FieldValue) -> Self {
        self.outlook.insert(field, value);
        self
    }

    fn salesforce(mut self, field: EventField, value: FieldValue) -> Self {
        self.salesforce.insert(field, value);
        self
    }

    fn item(mut self, item: &Item) -> Self {
        self.outlook = up(item, &self.settings.shared);
        self
    }

    fn merge(&self) -> Merge {
        let Self { agreed, outlook, salesforce, seat, settings } = self;
        merge(Sides { agreed, outlook, salesforce }, *seat, settings)
    }

    #[track_caller]
    fn merged(&self) -> Merged {
        match self.merge() {
            Merge::Fields(merged) => *merged,
            Merge::Stopped(cause) => panic!("{cause:?}"),
        }
    }
}

#[track_caller]
fn check(pair: &Pair, up: &[(EventField, FieldValue)], down: &[(EventField, FieldValue)]) -> Merged {
    let merged = pair.merged();
    assert_eq!(merged.to_salesforce, up.iter().cloned().collect(), "up");
    assert_eq!(merged.to_outlook, down.iter().cloned().collect(), "down");
    merged
}

#[test]
fn dwn_5_nothing_travels_while_both_sides_agree() {
    let pair = Pair::new();
    let merged = check(&pair, &[], &[]);
    assert_eq!(merged.agreed, pair.agreed);
    assert!(merged.trace.is_empty() && merged.conflicts.is_empty());
}

#[test]
fn dwn_5_each_side_gets_what_the_other_changed() {
    let pair = Pair::new()
        .outlook(EventField::Subject, text("New subject"))
        .salesforce(EventField::Location, text("Room 4"));
    let merged = check(
        &pair,
        &[(EventField::Subject, text("New subject"))],
        &[(EventField::Location, text("Room 4"))],
    );
    assert!(merged.conflicts.is_empty());
    assert_eq!(merged.agreed.event[&EventField::Subject], text("New subject"));
    assert_eq!(merged.agreed.event[&EventField::Location], text("Room 4"));
    let says: Vec<&str> = merged.trace.iter().map(|check| check.says.as_str()).collect();
    assert_eq!(says, ["Subject changed in Outlook", "Location changed in Salesforce"]);
}

#[test]
fn dwn_5_of_a_field_that_both_changed_outlook_wins_and_the_conflict_keeps_all_three() {
    let pair = Pair::new()
        .outlook(EventField::Subject, text("Mine"))
        .salesforce(EventField::Subject, text("Theirs"));
    let merged = check(&pair, &[(EventField::Subject, text("Mine"))], &[]);
    let conflict = MergeConflict {
        field: EventField::Subject,
        agreed: text("Renewal 2027: pricing review"),
        outlook: text("Mine"),
        salesforce: text("Theirs"),
    };
    assert_eq!(conflict.flipped(), (EventField::Subject, text("Theirs")));
    assert_eq!(merged.conflicts, [conflict]);
}

#[test]
fn dwn_5_both_changed_to_the_same_is_no_conflict() {
    let pair =
        Pair::new().outlook(EventField::Subject, text("Same")).salesforce(EventField::Subject, text("Same "));
    let merged = check(&pair, &[], &[]);
    assert_eq!((merged.conflicts.len(), &merged.agreed.item[&EventField::Subject]), (0, &text("Same")));
}

#[test]
fn fld_start_and_end_are_decided_and_travel_together() {
    let moved = FieldValue::Instant(at("2026-11-24T15:00:00Z"));
    let pair = Pair::new().salesforce(EventField::End, moved.clone());
    let merged = pair.merged();
    let sent: Vec<&EventField> = merged.to_outlook.keys().collect();
    assert_eq!(sent, [&EventField::Start, &EventField::End, &EventField::IsAllDay]);

    let start = at("2026-11-24T12:00:00Z");
    let item = Item { span: Span::Timed { start, end: start + TimeDelta::hours(1) }, ..meeting() };
    let merged = Pair::new().salesforce(EventField::End, moved).item(&item).merged();
    let clashed: Vec<&EventField> = merged.conflicts.iter().map(|conflict| &conflict.field).collect();
    assert_eq!(clashed, [&EventField::Start, &EventField::End], "only what differs is a conflict");
    assert!(merged.to_outlook.is_empty());
    assert_eq!(merged.to_salesforce[&EventField::IsAllDay], FieldValue::Flag(false));
}

#[test]
fn tzn_2_a_meeting_that_became_all_day_goes_up_as_dates() {
    let pair = Pair::new().item(&Item { span: days(2), ..meeting() });
    let merged = pair.merged();
    assert_eq!(merged.to_salesforce[&EventField::Start], FieldValue::Date(date("2026-11-24")));
    assert_eq!(merged.to_salesforce[&EventField::End], FieldValue::Date(date("2026-11-25")));
    assert!(merged.to_outlook.is_empty());
}

#[test]
fn fld_a_finer_free_busy_state_of_outlook_is_no_change_and_survives() {
    let tentative = Item { show_as: Some(ShowAs::Tentative), ..meeting() };
    let pair = Pair::new().item(&tentative).salesforce(EventField::Subject, text("New"));
    let merged = check(&pair, &[], &[(EventField::Subject, text("New"))]);
    assert_eq!(back(&merged.to_outlook, &tentative).show_as, None, "it is not written at all");

    let pair = Pair::new().item(&tentative).salesforce(EventField::ShowAs, text("Free"));
    let merged = check(&pair, &[], &[(EventField::ShowAs, text("Free"))]);
    assert_eq!(back(&merged.to_outlook, &tentative).show_as, Some(ShowAs::Free));
}

#[test]
fn fld_a_reminder_follows_a_start_that_moved_in_salesforce() {
    let start = at("2026-11-25T13:00:00Z");
    let pair = Pair::new()
        .salesforce(EventField::Start, FieldValue::Instant(start))
        .salesforce(EventField::End, FieldValue::Instant(start + TimeDelta::hours(1)));
    let merged = pair.merged();
    let rings = FieldValue::Instant(start - TimeDelta::minutes(15));
    assert_eq!(merged.to_salesforce, EventFields::from([(EventField::ReminderAt, rings.clone())]));
    assert_eq!(merged.agreed.event[&EventField::ReminderAt], rings);
}

#[test]
fn fld_a_reminder_stays_on_the_item_with_a_start_that_could_not_be_moved() {
    let start = at("2026-11-25T13:00:00Z");
    let pair = Pair::new()
        .salesforce(EventField::Start, FieldValue::Instant(start))
        .salesforce(EventField::End, FieldValue::Instant(start + TimeDelta::hours(1)));
    let (merged, before) = (pair.merged(), pair.agreed.clone());
    let held = merged.agreed_after(&before, true, false);
    assert_eq!(held.item, before.item, "neither moved");
    assert_eq!(held.event[&EventField::ReminderAt], FieldValue::Instant(start - TimeDelta::minutes(15)));
    assert_eq!(merged.agreed_after(&before, true, true), merged.agreed);
}

#[test]
fn fld_a_reminder_turned_off_comes_down_without_a_time() {
    let pair = Pair::new().salesforce(EventField::IsReminderSet, FieldValue::Flag(false));
    let merged = pair.merged();
    assert_eq!(back(&merged.to_outlook, &meeting()).reminder, Some(Reminder::Off));
    let off = Item { reminder: Some(Reminder::Off), ..meeting() };
    let merged = Pair::new().item(&off).merged();
    assert_eq!(
        merged.to_salesforce,
        EventFields::from([(EventField::IsReminderSet, FieldValue::Flag(false))])
    );
}

#[test]
fn des_1_bodies_travel_in_neither_direction() {
    let pair = Pair::of(&settings())
        .outlook(EventField::Description, text("Mine"))
        .salesforce(EventField::Description, text("Theirs"));
    check(&pair, &[], &[]);
}

#[test]
fn des_3_bodies_travel_both_ways_without_safe_description() {
    let mine = Item { body: Some("Mine".to_owned()), ..meeting() };
    let merged = Pair::new().item(&mine).merged();
    let FieldValue::Text(sent) = &merged.to_salesforce[&EventField::Description] else { panic!("text") };
    assert!(sent.starts_with("From: Mara") && sent.ends_with("\n\nMine"), "{sent}");

    let pair = Pair::new().salesforce(EventField::Description, text("Theirs"));
    check(&pair, &[], &[(EventField::Description, text("Theirs"))]);
}

#[test]
fn des_4_head_lines_are_never_compared() {
    let pair = Pair::new().salesforce(EventField::Description, text("Bring the figures."));
    check(&pair, &[], &[]);
}

#[test]
fn des_3_a_body_that_was_cut_stays_and_is_told() {
    let long = Item { body: Some("a".repeat(40_000)), ..meeting() };
    let mut pair = Pair::new().item(&long);
    pair.agreed = both(pair.outlook.clone());
    pair.salesforce = pair.outlook.clone();
    let pair = pair.salesforce(EventField::Description, text("Theirs"));
    let merged = check(&pair, &[], &[]);
    assert!(merged.trace[0].says.contains("too long"), "{:?}", merged.trace);
}

#[test]
fn des_2_another_subject_does_not_drag_the_description_along() {
    let pair = Pair::new()
        .item(&Item { subject: "New".to_owned(), ..meeting() })
        .salesforce(EventField::Description, text("Trimmed by a process"));
    let merged = pair.merged();
    assert_eq!(merged.to_salesforce, EventFields::from([(EventField::Subject, text("New"))]));
}

#[test]
fn prv_4_a_linked_pair_that_turns_private_stops() {
    let private = Item { sensitivity: Some(Sensitivity::Private), ..meeting() };
    let linked = |record| Pair::new().item(&private).salesforce(EventField::Who, record);
    assert_eq!(linked(FieldValue::Record(dana().record)).merge(), Merge::Stopped(Cause::TurnedPrivate));
    let merged = linked(FieldValue::Empty).merged();
    assert_eq!(merged.to_salesforce, EventFields::from([(EventField::IsPrivate, FieldValue::Flag(true))]));
}

#[test]
fn prv_4_a_pair_that_was_saved_private_and_linked_by_hand_goes_on() {
    let private = Item { sensitivity: Some(Sensitivity::Private), ..meeting() };
    let mut pair = Pair::new().item(&private);
    pair.agreed.item.insert(EventField::IsPrivate, FieldValue::Flag(true));
    let what = FieldValue::Record(record("006", 1));
    let pair = pair.salesforce(EventField::What, what).outlook(EventField::Subject, text("New"));
    assert_eq!(pair.merged().to_salesforce[&EventField::Subject], text("New"));
}

#[test]
fn fld_3_a_mapped_field_goes_up_and_never_down() {
    let name = api("Outlook_Categories__c");
    let source = FieldSource { value: OutlookValue::Categories, limit: 255 };
    let mut mapped = settings();
    mapped.field_map.insert(name.clone(), source);
    let field = EventField::Custom(name);
    let red = Item { categories: vec!["Red".to_owned()], ..meeting() };

    let merged = Pair::of(&mapped).item(&red).merged();
    assert_eq!(merged.to_salesforce, EventFields::from([(field.clone(), text("Red"))]));
    check(&Pair::of(&mapped).salesforce(field, text("By hand")), &[], &[]);
}

#[test]
fn dwn_5_a_field_that_a_side_cannot_tell_is_left_alone() {
    let mut pair = Pair::new().outlook(EventField::Subject, text("New"));
    pair.salesforce.remove(&EventField::Subject);
    pair.outlook.remove(&EventField::ShowAs);
    let pair = pair.salesforce(EventField::ShowAs, text("Free"));
    check(&pair, &[], &[]);
}

#[test]
fn what_a_user_typed_in_the_dialog_is_no_change_of_either_side() {
    let mut pair = Pair::new();
    pair.agreed.event.insert(EventField::Subject, text("Typed"));
    let merged = check(&pair.salesforce(EventField::Subject, text("Typed")), &[], &[]);
    assert!(merged.conflicts.is_empty());
    assert_eq!(merged.agreed.event[&EventField::Subject], text("Typed"));
}

/// A meeting whose subject changed in Outlook and whose place changed in Salesforce.
fn one_edit_on_each_side() -> Pair {
    Pair::of(&settings())
        .outlook(EventField::Subject, text("Mine"))
        .salesforce(EventField::Location, text("Theirs"))
}

fn going(direction: Direction) -> Down {
    Down { direction, ..Down::default() }
}

#[test]
fn one_1_where_sync_goes_up_an_edit_in_salesforce_is_put_back_and_told() {
    let pair = one_edit_on_each_side().going(going(Direction::Up));
    let wanted = [(EventField::Subject, text("Mine")), (EventField::Location, text("Microsoft Teams"))];
    let merged = check(&pair, &wanted, &[]);
    assert_eq!(merged.told, [Cause::Reverted { side: Side::Salesforce }]);
    assert_eq!(merged.conflicts.len(), 1, "the value that was put back is kept");
}

#[test]
fn one_1_where_sync_goes_down_an_edit_in_outlook_is_put_back_by_sync_and_told() {
    let pair = one_edit_on_each_side().going(going(Direction::Down));
    let subject = text("Renewal 2027: pricing review");
    let wanted = [(EventField::Subject, subject), (EventField::Location, text("Theirs"))];
    let merged = check(&pair, &[], &wanted);
    assert_eq!(merged.told, [Cause::Reverted { side: Side::Outlook }]);
    assert_eq!(merged.wanted(), Wanted::ByProduct, "PPL-8");
}

#[test]
fn one_1_both_ways_puts_nothing_back() {
    let merged = one_edit_on_each_side().merged();
    assert_eq!((merged.reverted, merged.wanted()), (None, Wanted::ByPerson));
    assert!(merged.told.is_empty());
}

#[test]
fn dwn_1_with_down_sync_off_an_edit_stays_in_salesforce_and_is_no_news_again() {
    let off = Down { is_on: false, ..Down::default() };
    let mut pair = one_edit_on_each_side().going(off);
    let merged = check(&pair, &[(EventField::Subject, text("Mine"))], &[]);
    pair.agreed = merged.agreed;
    pair.salesforce.insert(EventField::Subject, text("Mine"));
    let again = check(&pair, &[], &[]);
    assert!(again.trace.is_empty() && !is_news(&again.agreed, &pair.salesforce));
}

#[test]
fn dwn_7_edits_of_somebody_elses_meeting_are_put_back_and_told_but_not_what_is_everybodys_own() {
    let pair = Pair::new()
        .salesforce(EventField::Subject, text("Theirs"))
        .salesforce(EventField::ShowAs, text("Free"))
        .attendees();
    let subject = text("Renewal 2027: pricing review");
    let merged = check(&pair, &[(EventField::Subject, subject)], &[(EventField::ShowAs, text("Free"))]);
    assert_eq!(merged.told, [Cause::PutBack { fields: vec!["subject".to_owned()] }]);
    assert_eq!(merged.conflicts.len(), 1);
}

#[test]
fn dwn_7_a_description_somebody_wrote_in_salesforce_stays_there_alone() {
    let mut pair = Pair::new().salesforce(EventField::Description, text("Notes")).attendees();
    let merged = check(&pair, &[], &[]);
    assert!(merged.told.is_empty());
    pair.agreed = merged.agreed;
    assert!(check(&pair, &[], &[]).trace.is_empty(), "and is no change the next time");
}

#[test]
fn dwn_5_what_was_not_written_is_agreed_as_before() {
    let pair = Pair::new()
        .outlook(EventField::Subject, text("Mine"))
        .salesforce(EventField::Location, text("Theirs"));
    let merged = pair.merged();
    let neither = merged.agreed_after(&pair.agreed, false, false);
    assert_eq!(neither, pair.agreed);
    let up = merged.agreed_after(&pair.agreed, true, false);
    assert_eq!(
        (&up.event[&EventField::Subject], &up.event[&EventField::Location]),
        (&text("Mine"), &pair.agreed.event[&EventField::Location],)
    );
}

/// Fields with one of three values each.
fn readings() -> impl Strategy<Value = EventFields> {
    let start = |hour: u8| FieldValue::Instant(at("2026-11-24T08:00:00Z") + TimeDelta::hours(hour.into()));
    (0_u8..3, 0_u8..3, 0_u8..3, 0_u8..3, any::<bool>()).prop_map(
        move |(subject, place, begin, body, private)| {
            EventFields::from([
                (EventField::Subject, text(&subject.to_string())),
                (EventField::Location, text(&place.to_string())),
                (EventField::Start, start(begin)),
                (EventField::End, start(begin + 1)),
                (EventField::IsAllDay, FieldValue::Flag(false)),
                (EventField::Description, text(&body.to_string())),
                (EventField::IsPrivate, FieldValue::Flag(private)),
            ])
        },
    )
}

proptest! {
    #[test]
    fn dwn_5_after_a_merge_both_sides_agree_and_a_second_one_does_nothing(
        agreed in readings(), outlook in readings(), salesforce in readings(), safe in any::<bool>(),
    ) {
        let settings = Settings { safe_description: safe, ..settings() };
        let mut pair = Pair::between(agreed, outlook, salesforce, &settings);
        let first = pair.merged();
        pair.outlook.extend(first.to_outlook.clone());
        pair.salesforce.extend(first.to_salesforce.clone());
        pair.agreed = first.agreed;
        let second = pair.merged();
        prop_assert!(second.to_outlook.is_empty() && second.to_salesforce.is_empty(), "{second:?}");
        prop_assert!(second.conflicts.is_empty());
        if safe {
            pair.outlook.remove(&EventField::Description);
            pair.salesforce.remove(&EventField::Description);
        }
        prop_assert_eq!(pair.outlook, pair.salesforce);
    }

    #[test]
    fn dwn_5_no_edit_is_lost_unless_a_conflict_tells_it(
        agreed in readings(), outlook in readings(), salesforce in readings(),
    ) {
        let settings = Settings { safe_description: false, ..settings() };
        let pair = Pair::between(agreed, outlook, salesforce, &settings);
        let merged = pair.merged();
        for (field, value) in &pair.salesforce {
            if *value == pair.agreed.event[field] {
                continue;
            }
            let arrived = merged.agreed.event[field] == *value;
            let told = merged.conflicts.iter().any(|conflict| conflict.field == *field && conflict.salesforce == *value);
            prop_assert!(arrived || told, "{field:?} is lost");
        }
        for (field, value) in &pair.outlook {
            if *value != pair.agreed.item[field] {
                prop_assert_eq!(&merged.agreed.item[field], value);
            }
        }
    }
}
