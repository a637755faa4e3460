use calbridge_rules::{
    conflict::Conflict,
    event::FieldValue,
    files::{FilePlace, FileRefusal},
    id::Address,
    item::{Item, Kind, Sensitivity, Span},
    linking::{Links, Related},
    saving::{Route, SyncKnown, Verdict},
    settings::Settings,
};

use super::*;
use crate::{lookup::Hit, outlook::Mode, trouble::Remedy};

fn open(id: &str) -> OpenItem {
    let address = || Address::parse("mara@brightwater.example").expect("an address");
    let start = "2026-11-24T13:00:00Z".parse().expect("an instant");
    let end = "2026-11-24T14:00:00Z".parse().expect("an instant");
    OpenItem {
        item: Item {
            id: ItemId::parse(id).ok(),
            kind: Kind::Single,
            subject: "Renewal".to_owned(),
            body: None,
            location: String::new(),
            span: Span::Timed { start, end },
            zone: None,
            show_as: None,
            reminder: None,
            sensitivity: None,
            organizer: None,
            attendees: Vec::new(),
            categories: Vec::new(),
            is_draft: None,
            in_group_calendar: false,
        },
        mode: Mode::Compose,
        user: address(),
        mailbox: address(),
        zone: "Europe/Berlin".to_owned(),
        pointer: None,
        rest_ids: false,
    }
}

fn picture(id: &str) -> Picture {
    Picture {
        open: open(id),
        face: Face::NotSaved,
        event: EventKnown::Absent,
        view: None,
        sync: SyncKnown::Active { next_session: None },
        settings: Settings::default(),
        people: Vec::new(),
        related: Related::default(),
        links: Links::default(),
        required: Vec::new(),
        chosen: None,
        picked: Vec::new(),
        decided: Vec::new(),
        verdict: Verdict { route: Route::Queue, trace: Vec::new(), may_change: Vec::new() },
    }
}

fn trouble() -> Trouble {
    Trouble {
        headline: "No connection".to_owned(),
        advice: String::new(),
        code: String::new(),
        remedy: Remedy::Retry,
    }
}

fn at() -> chrono::DateTime<chrono::Utc> {
    "2026-11-20T13:32:00Z".parse().expect("an instant")
}

fn does(state: &mut State, msg: Msg) -> Vec<Command> {
    update(state, msg, &|| "a-key".to_owned())
}

fn opens(state: &mut State, id: &str) -> Vec<Command> {
    does(state, Msg::Opened(Box::new(Ok(Opened::Item(Box::new(open(id)))))))
}

fn gathers(state: &mut State, id: &str) -> Vec<Command> {
    does(state, Msg::Gathered(ItemId::parse(id).ok(), Box::new(Ok(picture(id)))))
}

/// Somebody signed in looks at item `A`.
fn looking() -> State {
    let mut state = State::new(SignedIn::As { name: "Mara".to_owned() });
    opens(&mut state, "A");
    gathers(&mut state, "A");
    state
}

/// The save dialog is open over it, and Save was pressed.
fn sending() -> (State, SaveDraft) {
    let mut state = looking();
    does(&mut state, Msg::OpenSave);
    let commands = does(&mut state, Msg::PressSave);
    let [Command::Send(sent)] = commands.as_slice() else { panic!("{commands:?}") };
    (state, sent.0.clone())
}

#[test]
fn prv_2_a_private_item_is_saved_private_and_unlinked_unless_the_user_chooses_links() {
    let mut state = looking();
    if let Some(picture) = state.item.as_mut().and_then(|item| item.picture.as_mut()) {
        picture.open.item.sensitivity = Some(Sensitivity::Personal);
    }
    does(&mut state, Msg::OpenSave);
    assert_eq!(state.form().map(|form| form.draft.is_private), Some(Some(true)));
    does(&mut state, Msg::Private(false));
    let commands = does(&mut state, Msg::PressSave);
    let [Command::Send(sent)] = commands.as_slice() else { panic!("{commands:?}") };
    assert_eq!(sent.0.is_private, Some(false));
}

#[test]
fn prv_2_nothing_is_asked_of_an_item_that_is_not_private() {
    let mut state = looking();
    does(&mut state, Msg::OpenSave);
    assert_eq!(state.form().map(|form| form.draft.is_private), Some(None));
}

fn answers(state: &mut State, draft: SaveDraft, result: Result<Saved, NotSaved>) -> Vec<Command> {
    does(state, Msg::Sent(ItemId::parse("A").ok(), Box::new((draft, result))))
}

fn face_of(state: &State) -> Option<&Face> {
    state.picture().map(|picture| &picture.face)
}

#[test]
fn an_item_is_gathered_once_it_is_read_and_somebody_is_signed_in() {
    let mut state = State::new(SignedIn::Starting);
    assert!(opens(&mut state, "A").is_empty());
    does(&mut state, Msg::Turned(SignedIn::As { name: "Mara".to_owned() }));
    assert!(matches!(opens(&mut state, "A").as_slice(), [Command::Gather(_)]));
}

#[test]
fn turns_while_gathering_gather_once_more_afterwards() {
    let mut state = looking();
    assert_eq!(opens(&mut state, "A").len(), 1);
    assert!(opens(&mut state, "A").is_empty());
    assert!(opens(&mut state, "A").is_empty());
    assert!(matches!(gathers(&mut state, "A").as_slice(), [Command::Refocus, Command::Gather(_)]));
    assert!(matches!(gathers(&mut state, "A").as_slice(), [Command::Refocus]));
}

#[test]
fn another_item_leaves_nothing_of_the_last() {
    let mut state = looking();
    does(&mut state, Msg::OpenSave);
    opens(&mut state, "B");
    assert!(state.picture().is_none());
    assert!(matches!(state.cover, Cover::None));
    assert!(gathers(&mut state, "A").is_empty());
    assert!(state.picture().is_none());
}

#[test]
fn an_open_dialog_stays_while_outlook_cannot_be_read() {
    let mut state = looking();
    does(&mut state, Msg::OpenSave);
    does(&mut state, Msg::Opened(Box::new(Err(trouble()))));
    assert!(state.form().is_some());
    assert!(state.picture().is_some());
}

#[test]
fn sav_12_save_is_sent_once_however_often_it_is_pressed() {
    let (mut state, _) = sending();
    assert!(does(&mut state, Msg::PressSave).is_empty());
}

#[test]
fn a_saved_item_shows_so_at_once_and_until_something_newer_was_gathered() {
    let (mut state, draft) = sending();
    opens(&mut state, "A");
    let commands = answers(&mut state, draft, Ok(Saved::Queued { at: at() }));
    assert!(matches!(commands.as_slice(), [Command::Leave, Command::Read]));
    assert_eq!(face_of(&state), Some(&Face::WillBeSaved { at: at() }));
    // This picture was begun before the save.
    gathers(&mut state, "A");
    assert_eq!(face_of(&state), Some(&Face::WillBeSaved { at: at() }));
    gathers(&mut state, "A");
    assert_eq!(face_of(&state), Some(&Face::NotSaved));
}

#[test]
fn a_failed_save_keeps_the_draft() {
    let (mut state, draft) = sending();
    answers(&mut state, draft.clone(), Err(NotSaved::Trouble(trouble())));
    let form = state.form().expect("the dialog");
    assert_eq!((&form.draft, form.is_sending), (&draft, false));
    assert!(matches!(does(&mut state, Msg::PressSave).as_slice(), [Command::Send(_)]));
}

#[test]
fn sav_13_conflicts_that_nobody_decided_keep_what_the_user_wants() {
    let (mut state, draft) = sending();
    let conflict = |field| Conflict { field, mine: FieldValue::Empty, theirs: FieldValue::Flag(true) };
    let conflicts = vec![conflict(EventField::Subject), conflict(EventField::Location)];
    let changed = NotSaved::Changed { by: String::new(), at: at(), conflicts, theirs: Vec::new() };
    answers(&mut state, draft, Err(changed));
    does(&mut state, Msg::Settle(EventField::Location, Whose::Theirs));
    let commands = does(&mut state, Msg::PressSave);
    let [Command::Send(sent)] = commands.as_slice() else { panic!("{commands:?}") };
    let settled: Vec<_> =
        sent.0.settled.iter().map(|(field, settled)| (field.clone(), settled.whose)).collect();
    assert!(settled.contains(&(EventField::Subject, Whose::Mine)));
    assert!(settled.contains(&(EventField::Location, Whose::Theirs)));
}

#[test]
fn sav_13_saving_a_deleted_event_again_makes_a_new_one() {
    let (mut state, draft) = sending();
    answers(&mut state, draft, Err(NotSaved::Gone));
    let commands = does(&mut state, Msg::PressSave);
    let [Command::Send(sent)] = commands.as_slice() else { panic!("{commands:?}") };
    assert_eq!((&sent.1.event, &sent.1.view), (&EventKnown::Absent, &None));
}

#[test]
fn closing_the_dialog_brings_the_focus_back() {
    let mut state = looking();
    assert!(matches!(does(&mut state, Msg::OpenSave).as_slice(), [Command::Enter]));
    assert!(matches!(does(&mut state, Msg::Close).as_slice(), [Command::Leave, Command::Read]));
}

#[test]
fn one_deed_runs_at_a_time_and_its_trouble_is_told() {
    let mut state = looking();
    assert!(matches!(does(&mut state, Msg::Do(Deed::SyncNow)).as_slice(), [Command::Do(Deed::SyncNow)]));
    assert!(does(&mut state, Msg::Do(Deed::PauseSync)).is_empty());
    does(&mut state, Msg::Did(Some(trouble())));
    assert_eq!((state.deed, state.deed_trouble.as_ref()), (None, Some(&trouble())));
    does(&mut state, Msg::LookAgain);
    assert_eq!(state.deed_trouble, None);
}

#[test]
fn signing_out_hides_what_was_gathered() {
    let mut state = looking();
    does(&mut state, Msg::Turned(SignedIn::Out { ended: false }));
    opens(&mut state, "A");
    assert!(state.picture().is_none());
}

#[test]
fn uns_1_taking_back_asks_first_and_closes_when_it_is_done() {
    let mut state = looking();
    assert!(matches!(does(&mut state, Msg::Ask(Question::Unsync)).as_slice(), [Command::Enter]));
    assert!(matches!(state.cover, Cover::Ask(Question::Unsync)));
    let commands = does(&mut state, Msg::Do(Deed::Unsync));
    assert!(matches!(commands.as_slice(), [Command::Do(Deed::Unsync)]), "{commands:?}");
    let commands = does(&mut state, Msg::Did(None));
    assert!(matches!(commands.as_slice(), [Command::Leave, Command::Read]), "{commands:?}");
    assert!(matches!(state.cover, Cover::None));
}

#[test]
fn uns_1_what_went_wrong_is_told_in_the_dialog_and_a_request_is_withdrawn_without_one() {
    let mut state = looking();
    does(&mut state, Msg::Ask(Question::Unsync));
    does(&mut state, Msg::Do(Deed::Unsync));
    does(&mut state, Msg::Did(Some(trouble())));
    assert!(matches!(state.cover, Cover::Ask(Question::Unsync)) && state.deed_trouble.is_some());
    does(&mut state, Msg::Close);
    does(&mut state, Msg::Do(Deed::Unsync));
    let commands = does(&mut state, Msg::Did(None));
    assert!(matches!(commands.as_slice(), [Command::Read]), "{commands:?}");
}

#[test]
fn ppl_5_taking_over_asks_first_and_closes_when_it_is_done() {
    let mut state = looking();
    does(&mut state, Msg::Ask(Question::TakeOver));
    assert!(matches!(does(&mut state, Msg::Do(Deed::TakeOver)).as_slice(), [Command::Do(Deed::TakeOver)]));
    does(&mut state, Msg::Did(Some(trouble())));
    assert!(
        matches!(state.cover, Cover::Ask(Question::TakeOver)),
        "what went wrong is told where it was asked"
    );
    does(&mut state, Msg::Do(Deed::TakeOver));
    does(&mut state, Msg::Did(None));
    assert!(matches!(state.cover, Cover::None));
}

#[test]
fn pic_3_what_is_picked_in_the_further_field_joins_a_list_and_can_be_left_out() {
    let mut state = looking();
    does(&mut state, Msg::OpenSave);
    let hit = |name: &str, id: &str| Hit {
        record: RecordId::parse(id).expect("an id"),
        object: crate::lookup::Object::Business(ApiName::parse("Project__c").expect("a name")),
        name: name.to_owned(),
        detail: String::new(),
    };
    let (hydra, polar) = (hit("Hydra", "a00D00000000001"), hit("Polar", "a00D00000000002"));
    let form = state.form().expect("a form");
    form.choose(Field::RelatedTo, Some(hydra.clone()));
    for one in [hydra, polar.clone(), polar.clone()] {
        form.choose(Field::Further, Some(one));
    }
    assert_eq!(form.draft.further, std::slice::from_ref(&polar), "each once");
    does(&mut state, Msg::LeaveOut(polar.record));
    assert!(state.form().expect("a form").draft.further.is_empty());
}

#[test]
fn att_1_an_opened_dialog_lists_the_files_and_tells_why_some_stay() {
    let mut state = looking();
    let is_listing = |commands: &[Command]| commands.iter().any(|one| matches!(one, Command::ListFiles(_)));
    assert!(!is_listing(&does(&mut state, Msg::OpenSave)), "the org saves none");
    does(&mut state, Msg::Close);
    state.item.as_mut().expect("an item").picture.as_mut().expect("a picture").settings.saves_files = true;
    assert!(is_listing(&does(&mut state, Msg::OpenSave)));
    let file = |name: &str, place| File { name: name.to_owned(), size: 1, place };
    let all = [
        file("Offer.pdf", FilePlace::Attached),
        file("run.js", FilePlace::Attached),
        file("logo.png", FilePlace::Inline),
    ];
    does(&mut state, Msg::Listed("another dialog".to_owned(), all.to_vec()));
    assert!(state.form().expect("a form").draft.files.is_empty());
    let key = state.form().expect("a form").draft.key.clone();
    does(&mut state, Msg::Listed(key, all.to_vec()));
    does(&mut state, Msg::TickFile(0));
    let form = state.form().expect("a form");
    assert_eq!(form.draft.files, [(all[0].clone(), false)]);
    assert_eq!(
        form.left_out,
        [("run.js".to_owned(), FileRefusal::Blocked)],
        "nobody misses a picture of the text"
    );
}

#[test]
fn sav_11_change_opens_with_what_was_sent_and_leaves_out_the_same_files() {
    let hit = |letter: char| Hit {
        record: RecordId::parse(&format!("00{letter}D00000000001")).expect("an id"),
        object: crate::lookup::Object::Business(ApiName::parse("Project__c").expect("a name")),
        name: format!("Project {letter}"),
        detail: String::new(),
    };
    let file = |name: &str| File { name: name.to_owned(), size: 1, place: FilePlace::Attached };
    let mut state = looking();
    does(&mut state, Msg::OpenSave);
    let form = state.form().expect("a form");
    form.choose(Field::RelatedTo, Some(hit('1')));
    form.choose(Field::Further, Some(hit('2')));
    form.list_files(vec![file("Offer.pdf"), file("Notes.txt")]);
    form.draft.tick_file(1);
    let commands = does(&mut state, Msg::PressSave);
    let [Command::Send(sent)] = commands.as_slice() else { panic!("{commands:?}") };
    let sent = sent.0.clone();
    answers(&mut state, sent.clone(), Ok(Saved::Queued { at: at() }));
    // A picture that was begun before changes nothing of it.
    does(&mut state, Msg::Opened(Box::new(Ok(Opened::Item(Box::new(open("A")))))));
    does(&mut state, Msg::OpenSave);
    let form = state.form().expect("a form");
    assert_eq!((&form.draft.what, &form.draft.further), (&sent.what, &sent.further));
    form.list_files(vec![file("Offer.pdf"), file("Notes.txt"), file("New.pdf")]);
    let goes: Vec<bool> = form.draft.files.iter().map(|(_, goes)| *goes).collect();
    assert_eq!(goes, [true, false, false], "only those that were chosen");
}
