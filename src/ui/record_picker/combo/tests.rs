use super::*;

fn open_at(active: Option<usize>) -> Combo {
    Combo { open: true, active, typed: Some("mor".to_owned()) }
}

#[track_caller]
fn check(mut combo: Combo, press: Press, rows: usize, outcome: Outcome, after: &Combo) {
    assert_eq!(combo.press(press, rows), outcome);
    assert_eq!(combo, *after);
}

#[test]
fn pic_2_arrow_down_opens_a_closed_list_on_its_first_row() {
    let after = Combo { open: true, active: Some(0), typed: None };
    check(Combo::default(), Press::Down, 3, Outcome::Moved, &after);
}

#[test]
fn pic_2_arrow_up_opens_a_closed_list_on_its_last_row() {
    let after = Combo { open: true, active: Some(2), typed: None };
    check(Combo::default(), Press::Up, 3, Outcome::Moved, &after);
}

#[test]
fn the_arrow_keys_go_round() {
    check(open_at(Some(2)), Press::Down, 3, Outcome::Moved, &open_at(Some(0)));
    check(open_at(Some(0)), Press::Up, 3, Outcome::Moved, &open_at(Some(2)));
    check(open_at(None), Press::Down, 3, Outcome::Moved, &open_at(Some(0)));
    check(open_at(None), Press::Up, 3, Outcome::Moved, &open_at(Some(2)));
}

#[test]
fn home_and_end_reach_the_first_and_the_last_row_of_an_open_list() {
    check(open_at(Some(1)), Press::Home, 3, Outcome::Moved, &open_at(Some(0)));
    check(open_at(Some(1)), Press::End, 3, Outcome::Moved, &open_at(Some(2)));
    check(Combo::default(), Press::Home, 3, Outcome::Passed, &Combo::default());
}

#[test]
fn enter_picks_the_row_the_keys_are_on_and_nothing_else() {
    check(open_at(Some(1)), Press::Enter, 3, Outcome::Picked(1), &open_at(Some(1)));
    check(open_at(None), Press::Enter, 3, Outcome::Moved, &open_at(None));
    check(Combo::default(), Press::Enter, 3, Outcome::Passed, &Combo::default());
}

#[test]
fn a_row_that_went_away_with_newer_results_is_not_picked() {
    check(open_at(Some(7)), Press::Enter, 3, Outcome::Moved, &open_at(Some(7)));
    check(open_at(Some(7)), Press::Down, 3, Outcome::Moved, &open_at(Some(0)));
}

#[test]
fn an_empty_list_has_no_row_to_be_on() {
    for press in [Press::Down, Press::Up, Press::Home, Press::End] {
        check(open_at(None), press, 0, Outcome::Moved, &open_at(None));
    }
}

#[test]
fn escape_closes_the_list_then_takes_back_what_was_typed_then_belongs_to_the_dialog() {
    let mut combo = open_at(Some(1));
    assert_eq!(combo.press(Press::Escape, 3), Outcome::Moved);
    assert_eq!((combo.open, combo.text()), (false, "mor"));
    assert_eq!(combo.press(Press::Escape, 3), Outcome::Moved);
    assert_eq!(combo, Combo::default());
    assert_eq!(combo.press(Press::Escape, 3), Outcome::Passed);
}

#[test]
fn tab_picks_nothing_and_moves_on() {
    let after = Combo { open: false, active: None, typed: Some("mor".to_owned()) };
    check(open_at(Some(1)), Press::Tab, 3, Outcome::Passed, &after);
}

#[test]
fn typing_opens_the_list_with_no_row_chosen() {
    let mut combo = open_at(Some(2));
    combo.type_in(" mora ".to_owned());
    assert_eq!((combo.open, combo.active, combo.text()), (true, None, "mora"));
}

#[test]
fn other_keys_stay_with_the_field() {
    assert_eq!(Press::of("a"), None);
    assert_eq!(Press::of("ArrowDown"), Some(Press::Down));
}
