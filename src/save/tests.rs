use calbridge_rules::{
    files::FilePlace,
    id::{Address, ItemId, RecordId},
    item::{Kind, Sensitivity},
    linking::{BusinessRecord, Links, Related},
    people::{PersonMatch, PersonObject, Seat},
    saving::RequiredField,
};

use super::*;
use crate::{
    outlook::{Mode, OpenItem},
    picture::{Control, EventView, Face},
};

const DANA: &str = "003D00000000001";
const LUIS: &str = "00QD00000000001";
const ACME: &str = "001D00000000001";

fn id(text: &str) -> RecordId {
    RecordId::parse(text).unwrap()
}

fn at(hour: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000 + hour * 3600, 0).unwrap()
}

fn name(text: &str) -> ApiName {
    ApiName::parse(text).unwrap()
}

fn item() -> Item {
    Item {
        id: Some(ItemId::parse("AAA").unwrap()),
        kind: Kind::Single,
        subject: "Pricing review".to_owned(),
        body: None,
        location: "Teams".to_owned(),
        span: Span::Timed { start: at(0), end: at(1) },
        zone: None,
        show_as: None,
        reminder: None,
        sensitivity: None,
        organizer: None,
        attendees: Vec::new(),
        categories: Vec::new(),
        is_draft: None,
        in_group_calendar: false,
    }
}

fn contact() -> PersonMatch {
    PersonMatch {
        record: id(DANA),
        object: PersonObject::Contact,
        name: "Dana Okafor".to_owned(),
        company: "Acme Industrial".to_owned(),
        account: Some(id(ACME)),
        address: Address::parse("dana@acme.example").unwrap(),
    }
}

fn lead() -> Hit {
    Hit {
        record: id(LUIS),
        object: Object::Person(PersonObject::Lead),
        name: "Luis Moreno".to_owned(),
        detail: String::new(),
    }
}

/// A picture of a meeting with a known Contact, in an org that demands a purpose and takes a number.
pub(crate) fn picture() -> Picture {
    let user = Address::parse("mara@brightwater.example").unwrap();
    let who = contact();
    let account = BusinessRecord {
        record: id(ACME),
        object: name("Account"),
        name: "Acme Industrial".to_owned(),
        detail: String::new(),
    };
    let participant = Participant {
        person: calbridge_rules::item::Person { name: who.name.clone(), address: Some(who.address.clone()) },
        seat: Seat::Required,
        is_user: false,
        standing: Standing::Known(vec![who.clone()]),
    };
    Picture {
        open: OpenItem {
            item: item(),
            mode: Mode::Read,
            user: user.clone(),
            mailbox: user,
            zone: "Europe/Berlin".to_owned(),
            pointer: None,
            rest_ids: false,
        },
        face: Face::NotSaved,
        event: EventKnown::Absent,
        view: None,
        sync: SyncKnown::Active { next_session: None },
        settings: Settings::default(),
        people: vec![participant],
        related: Related::default(),
        links: Links { who: Some(who), what: Some(account) },
        required: Vec::new(),
        verdict: Verdict { route: Route::Queue, trace: Vec::new(), may_change: Vec::new() },
        chosen: None,
        picked: Vec::new(),
        decided: Vec::new(),
    }
}

fn demanding(control: Control) -> Picture {
    let field = RequiredField { name: name("Purpose__c"), label: "Purpose".to_owned() };
    Picture { required: vec![FieldToFill { field, control }], ..picture() }
}

/// The picture of an item whose Event exists.
pub(crate) fn saved(mut picture: Picture) -> Picture {
    picture.event = EventKnown::Exists { id: id("00UD00000000001") };
    picture.view = Some(EventView {
        id: id("00UD00000000001"),
        shown: EventFields::from([
            (EventField::Who, FieldValue::Record(id(LUIS))),
            (EventField::Custom(name("Purpose__c")), FieldValue::Text("Renewal".to_owned())),
        ]),
        modstamp: at(0),
        who: Some(lead()),
        what: None,
        owner: "You".to_owned(),
        changed_by: "Mara Lindqvist".to_owned(),
        changed_at: at(0),
        link: String::new(),
    });
    picture
}

fn suggested(picture: &Picture) -> SaveDraft {
    SaveDraft::suggested(picture, "key".to_owned())
}

fn names(draft: &SaveDraft) -> [Option<&str>; 2] {
    [draft.who.as_ref(), draft.what.as_ref()].map(|hit| hit.map(|hit| hit.name.as_str()))
}

#[test]
fn sav_5_the_dialog_is_filled_with_the_links_that_sync_would_choose() {
    assert_eq!(names(&suggested(&picture())), [Some("Dana Okafor"), Some("Acme Industrial")]);
}

#[test]
fn sav_11_an_event_that_exists_shows_its_own_links_and_fields() {
    let draft = suggested(&saved(demanding(Control::Text { limit: 80 })));
    assert_eq!(names(&draft), [Some("Luis Moreno"), None]);
    assert_eq!(draft.fields[&name("Purpose__c")], "Renewal");
}

#[test]
fn sav_6_a_lead_in_name_empties_related_to_and_refuses_it() {
    let mut draft = suggested(&picture());
    draft.pick_who(Some(lead()));
    assert_eq!(names(&draft), [Some("Luis Moreno"), None]);
    assert!(draft.related_is_refused());
    draft.pick_who(Some(Hit::from(contact())));
    assert!(!draft.related_is_refused());
}

#[test]
fn sav_6_a_lead_beside_a_record_is_refused_even_if_the_dialog_let_it_pass() {
    let mut draft = suggested(&picture());
    draft.who = Some(lead());
    assert_eq!(draft.verdict(&picture()).route, Route::Refuse(Refusal::LeadWithRelated));
}

#[test]
fn sav_9_a_missing_field_is_named_by_its_label_until_it_is_filled() {
    let picture = demanding(Control::Text { limit: 80 });
    let mut draft = suggested(&picture);
    let missing = Refusal::RequiredMissing { labels: vec!["Purpose".to_owned()] };
    assert_eq!(draft.verdict(&picture).route, Route::Refuse(missing));
    draft.fields.insert(name("Purpose__c"), "Renewal".to_owned());
    assert_eq!(draft.verdict(&picture).route, Route::Queue);
}

#[test]
fn fld_1_a_default_of_the_org_stands_in_the_dialog() {
    let mut picture = demanding(Control::Text { limit: 80 });
    picture.settings.field_defaults.insert(name("Purpose__c"), "Visit".to_owned());
    assert_eq!(suggested(&picture).fields[&name("Purpose__c")], "Visit");
}

#[track_caller]
fn check_typed(control: Control, text: &str, wanted: Result<FieldValue, &str>) {
    let picture = demanding(control);
    let mut draft = suggested(&picture);
    draft.fields.insert(name("Purpose__c"), text.to_owned());
    match wanted {
        Ok(value) => {
            assert!(draft.invalid(&picture).is_empty());
            let choice = draft.choice(&picture.required);
            assert_eq!(choice.fields[&EventField::Custom(name("Purpose__c"))], value);
        }
        Err(words) => assert_eq!(draft.invalid(&picture)[&name("Purpose__c")], words),
    }
}

#[test]
fn sav_9_lengths_and_formats_are_checked_before_sending() {
    let limit = Control::Text { limit: 5 };
    check_typed(limit.clone(), " visit ", Ok(FieldValue::Text("visit".to_owned())));
    check_typed(limit, "visits", Err("At most 5 characters; these are 6."));
    check_typed(Control::Number, "-12.5", Ok(FieldValue::Number("-12.5".to_owned())));
    check_typed(Control::Number, "a dozen", Err("Enter a number."));
    check_typed(Control::Number, "inf", Err("Enter a number."));
    let date = chrono::NaiveDate::from_ymd_opt(2027, 1, 31).unwrap();
    check_typed(Control::Date, "2027-01-31", Ok(FieldValue::Date(date)));
    check_typed(Control::Date, "2027-02-30", Err("Enter a date."));
    let pick = Control::Pick(vec![("visit".to_owned(), "Visit".to_owned())]);
    check_typed(pick.clone(), "visit", Ok(FieldValue::Text("visit".to_owned())));
    check_typed(pick, "Visit", Err("Choose one from the list."));
    check_typed(Control::Flag, "true", Ok(FieldValue::Flag(true)));
}

#[test]
fn fld_a_subject_that_is_cut_is_told() {
    let mut picture = picture();
    assert!(suggested(&picture).told(&picture).is_empty());
    picture.open.item.subject = "x".repeat(300);
    assert_eq!(suggested(&picture).told(&picture), ["The subject is cut to 255 characters."]);
}

#[test]
fn sav_2_an_event_that_exists_is_changed_at_once_even_with_sync_out_of_reach() {
    let mut picture = saved(picture());
    picture.sync = SyncKnown::Never;
    let route = suggested(&picture).verdict(&picture).route;
    assert_eq!(route, Route::UpdateNow { event: id("00UD00000000001") });
}

#[test]
fn prv_2_a_private_item_is_saved_private_and_without_links_unless_the_user_chooses_links() {
    let mut picture = picture();
    let ordinary = suggested(&picture);
    assert_eq!(ordinary.is_private, None);
    picture.open.item.sensitivity = Some(Sensitivity::Personal);
    let mut draft = suggested(&picture);
    assert_eq!(draft.is_private, Some(true));
    let fields = |draft: &SaveDraft| {
        let choice = draft.choice(&picture.required);
        mapping::follow(&picture.open.item, &choice, &picture.settings).fields
    };
    let private = fields(&draft);
    assert_eq!(private[&EventField::IsPrivate], FieldValue::Flag(true));
    assert_eq!(
        (&private[&EventField::Who], &private[&EventField::What]),
        (&FieldValue::Empty, &FieldValue::Empty)
    );
    draft.is_private = Some(false);
    let linked = fields(&draft);
    assert_eq!(linked[&EventField::IsPrivate], FieldValue::Flag(false));
    assert_eq!(linked[&EventField::Who], FieldValue::Record(id(DANA)));
}

fn project(number: u8) -> Hit {
    Hit {
        record: id(&format!("a00D0000000000{number}")),
        object: Object::Business(name("Project__c")),
        name: format!("Project {number}"),
        detail: String::new(),
    }
}

#[test]
fn pic_3_further_records_are_offered_where_the_org_holds_them_and_sync_writes_them() {
    let mut picture = picture();
    assert!(!suggested(&picture).takes_further(&picture), "the org has no place for them");
    picture.settings.multi_link = true;
    let mut draft = suggested(&picture);
    assert!(draft.takes_further(&picture));
    draft.further = (1..=9).map(project).collect();
    assert!(draft.takes_further(&picture));
    draft.further.push(lead());
    assert!(!draft.takes_further(&picture), "ten are the most");
    draft.further.clear();
    draft.pick_what(None);
    assert!(!draft.takes_further(&picture), "there is no first one");
    assert!(
        !suggested(&saved(picture.clone())).takes_further(&saved(picture)),
        "the pane changes an Event by itself"
    );
}

#[test]
fn pic_3_further_records_are_sent_beside_the_first_and_each_once() {
    let picture = picture();
    let mut draft = suggested(&picture);
    draft.further = vec![project(1), project(2)];
    let sent = |draft: &SaveDraft| draft.choice(&[]).also_what;
    assert_eq!(sent(&draft), [project(1).record, project(2).record]);
    draft.pick_what(Some(project(1)));
    assert_eq!(sent(&draft), [project(2).record]);
    draft.pick_who(Some(lead()));
    assert!(sent(&draft).is_empty(), "SAV-6");
}

#[test]
fn att_1_files_are_asked_about_where_they_are_saved_and_those_left_out_do_not_go() {
    let mut picture = picture();
    assert!(!suggested(&picture).takes_files(&picture), "the org saves none");
    picture.settings.saves_files = true;
    let mut draft = suggested(&picture);
    assert!(draft.takes_files(&picture));
    draft.scope = Scope::Series;
    assert!(!draft.takes_files(&picture), "a series has none");
    assert!(!suggested(&saved(picture.clone())).takes_files(&saved(picture)), "they go with the first save");

    let file = |name: &str| File { name: name.to_owned(), size: 1, place: FilePlace::Attached };
    draft.files = vec![(file("Offer.pdf"), true), (file("Notes.txt"), true)];
    assert_eq!(draft.choice(&[]).files, None, "all that may");
    draft.tick_file(1);
    assert_eq!(draft.choice(&[]).files, Some(vec!["Offer.pdf".to_owned()]));
    draft.tick_file(0);
    assert_eq!(draft.choice(&[]).files, Some(Vec::new()), "none");
    draft.tick_file(1);
    assert_eq!(draft.choice(&[]).files, Some(vec!["Notes.txt".to_owned()]));
}

#[test]
fn sav_11_what_was_chosen_in_a_save_that_waits_is_what_the_dialog_opens_with() {
    let first = demanding(Control::Text { limit: 80 });
    let mut draft = suggested(&first);
    draft.pick_who(Some(contact().into()));
    draft.pick_what(Some(project(1)));
    draft.further = vec![project(2), project(3)];
    draft.fields.insert(name("Purpose__c"), "Renewal".to_owned());
    draft.scope = Scope::Series;
    let mut picture = Picture { chosen: Some(draft.choice(&first.required)), ..first };
    picture.picked = draft.records();
    assert_eq!(suggested(&picture), draft, "by name where this pane sent it");

    // Sent by another device: nothing is lost, though not everything has a name here.
    picture.picked.clear();
    let elsewhere = suggested(&picture);
    assert_eq!(elsewhere.choice(&picture.required), draft.choice(&picture.required));
    let unnamed = format!("Another record ({})", project(1).record);
    assert_eq!(names(&elsewhere), [Some("Dana Okafor"), Some(unnamed.as_str())]);
}

#[test]
fn sav_11_links_that_were_taken_out_of_a_save_that_waits_stay_out() {
    let picture = Picture { chosen: Some(Choice::default()), ..picture() };
    assert_eq!(names(&suggested(&picture)), [None, None]);
}

#[test]
fn sav_11_an_event_says_what_it_is_linked_to_before_a_choice_does() {
    let chosen = Choice { what: Some(id(ACME)), ..Choice::default() };
    let picture = Picture { chosen: Some(chosen), ..saved(picture()) };
    assert_eq!(names(&suggested(&picture)), [Some("Luis Moreno"), None]);
}

#[test]
fn prv_2_what_was_chosen_for_a_private_item_is_kept() {
    let mut private = picture();
    private.open.item.sensitivity = Some(Sensitivity::Private);
    let mut draft = suggested(&private);
    draft.is_private = Some(false);
    private.chosen = Some(draft.choice(&[]));
    assert_eq!(suggested(&private).is_private, Some(false));
}
