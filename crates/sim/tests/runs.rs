//! Runs that must come out well, the same run twice, and runs that once did not.

use calbridge_sim::{
    Run,
    crash::scenarios,
    play, play_script, play_series, play_twisted,
    premises::Premises,
    script::{Act, Deed, Field, Script},
    twist::Twist,
    weather::Weather,
};
use serde_json::{Value, json};

/// Seeds that every build plays; `cargo xtask test` plays more.
const SEEDS: std::ops::RangeInclusive<u64> = 1..=16;
const LUNCH: Act =
    Act::Press { person: "mara", stem: "lunch", contact: "dana@acme.example", with_account: false };
const OFFER: Act =
    Act::Press { person: "mara", stem: "offer", contact: "dana@acme.example", with_account: true };

/// A script under single faults.
async fn played(acts: &[Act], faults: &[Value]) -> anyhow::Result<Run> {
    let premises = Premises::open(true)?;
    let script = Script::of(acts.to_vec());
    let mut weather = Weather::fair(1);
    weather.faults = faults.to_vec();
    play_script(&premises, 7, &script, weather, None).await
}

#[tokio::test]
async fn whatever_a_seed_does_ends_in_order() {
    let premises = Premises::open(true).unwrap();
    for seed in SEEDS {
        let run = play(&premises, seed).await.unwrap();
        assert_eq!(run.broken, [""; 0], "seed {seed}: {:#?}", run.trace);
    }
}

#[tokio::test]
async fn the_same_seed_gives_the_same_trace() {
    let premises = Premises::open(false).unwrap();
    for seed in [3, 11] {
        let once = play(&premises, seed).await.unwrap();
        let again = play(&premises, seed).await.unwrap();
        assert_eq!(once, again);
    }
}

#[tokio::test]
async fn different_seeds_do_different_things() {
    let premises = Premises::open(false).unwrap();
    let (one, other) = (play(&premises, 1).await.unwrap(), play(&premises, 2).await.unwrap());
    assert_ne!(one.trace, other.trace);
}

#[tokio::test]
async fn dup_3_the_answer_to_the_create_is_lost_and_the_retry_makes_no_second_event() {
    let lost = json!({ "site": "salesforce", "method": "PATCH", "count": 1, "kind": { "drop": "after" } });
    let run = played(&[LUNCH, Act::Run], &[lost]).await.unwrap();
    assert_eq!(run.broken, [""; 0], "{:#?}", run.trace);
    let is_lost = |line: &String| line.contains("PATCH") && line.ends_with("-> 0");
    assert!(run.trace.iter().any(is_lost), "{:#?}", run.trace);
}

/// Found by seed 51: nothing had changed at the first look, so the second began at its own time, however much later.
#[tokio::test]
async fn dwn_1_an_edit_between_a_first_look_that_found_nothing_and_a_late_second_one_comes_down() {
    let acts = [Act::Run, OFFER, Act::Run, Act::EditEvent("offer", Field::Subject), Act::Pass(600), Act::Run];
    let run = played(&acts, &[]).await.unwrap();
    assert_eq!(run.broken, [""; 0], "{:#?}", run.trace);
}

/// Found by seed 130: what was pressed overwrote the edit, and nobody could have known.
#[tokio::test]
async fn dwn_5_an_edit_in_salesforce_under_a_press_that_waits_is_in_the_list_of_conflicts() {
    let acts = [OFFER, Act::Run, OFFER, Act::EditEvent("offer", Field::Place), Act::Run];
    let run = played(&acts, &[]).await.unwrap();
    assert_eq!(run.broken, [""; 0], "{:#?}", run.trace);
}

/// Found by seed 1139: what is no pair's any more nobody looked at again, until an hour later.
#[tokio::test]
async fn cat_2_an_unsync_whose_marks_could_not_be_taken_away_is_finished_by_the_next_session() {
    let lost = json!({ "site": "graph", "method": "PATCH", "count": 2, "kind": { "status": 503 } });
    let acts = [Act::Run, Act::Categorize("mara", "offer", "Salesforce Unsync"), Act::Pass(700), Act::Run];
    let run = played(&acts, &[lost]).await.unwrap();
    assert_eq!(run.broken, [""; 0], "{:#?}", run.trace);
}

/// Seeds that once broke something, whole.
async fn end_in_order(seeds: &[u64]) -> anyhow::Result<()> {
    let premises = Premises::open(true)?;
    for &seed in seeds {
        let run = play(&premises, seed).await?;
        assert_eq!(run.broken, [""; 0], "seed {seed}: {:#?}", run.trace);
    }
    Ok(())
}

/// The org refused what was chosen for a saved item, once, and the next session forgot both the choice and its refusal.
#[tokio::test]
async fn sav_12_a_choice_for_a_saved_item_that_the_org_refuses_once_is_not_forgotten() {
    end_in_order(&[1250, 1423, 1499]).await.unwrap();
}

/// A setting refused what was chosen for a saved item, and when it was set back nobody knew of the choice.
#[tokio::test]
async fn sav_12_a_choice_for_a_saved_item_that_a_setting_refuses_is_not_forgotten() {
    end_in_order(&[1731]).await.unwrap();
}

/// A worker died over a create; what somebody wrote on the Event before the next session was overwritten unlisted.
#[tokio::test]
async fn dwn_5_an_edit_of_an_event_that_no_pair_knows_yet_is_in_the_list_of_conflicts() {
    end_in_order(&[1758]).await.unwrap();
}

/// What a session recorded without hearing of it was never marked, until items were looked for everywhere an hour later.
#[tokio::test]
async fn cat_2_marks_that_a_session_did_not_live_to_take_away_are_taken_away_by_the_next_one() {
    end_in_order(&[952, 1116, 1490]).await.unwrap();
}

/// An item that was moved after a press was told to be lost, whatever was known of it.
#[tokio::test]
async fn dup_1_an_item_that_moves_after_the_press_is_found_under_the_id_that_stays() {
    end_in_order(&[883]).await.unwrap();
}

/// Seeds that once broke something, with what comes upon them besides.
async fn end_in_order_twisted(seeds: &[u64]) -> anyhow::Result<()> {
    let premises = Premises::open(true)?;
    for &seed in seeds {
        let run = play_twisted(&premises, seed).await?;
        assert_eq!(run.broken, [""; 0], "seed {seed}: {:#?}", run.trace);
    }
    Ok(())
}

/// What the org refused for good was written again at each session, for ever.
#[tokio::test]
async fn iss_1_what_the_org_refuses_for_good_lets_sessions_come_to_rest() {
    end_in_order_twisted(&[395, 397, 701]).await.unwrap();
}

/// A mailbox whose zone could not be read yet was taken to live in UTC.
#[tokio::test]
async fn aut_2_a_mailbox_whose_zone_nobody_knows_yet_saves_nothing_a_day_early() {
    end_in_order_twisted(&[349, 418, 544]).await.unwrap();
}

/// What a session created and could not record was edited in Salesforce, and then found by its category alone.
#[tokio::test]
async fn dwn_1_an_edit_of_an_event_that_was_created_and_not_recorded_comes_down() {
    end_in_order_twisted(&[113]).await.unwrap();
}

/// An item was saved of itself and not marked yet when its Event was deleted: a category by hand meanwhile may count or not.
#[tokio::test]
async fn dwn_2_the_event_of_an_item_that_was_saved_of_itself_is_deleted_like_any_other() {
    end_in_order_twisted(&[795]).await.unwrap();
}

/// A script about series, in fair weather.
async fn of_series(acts: &[Act]) -> anyhow::Result<Run> {
    let premises = Premises::open(true)?;
    let twist = Twist { has_series: true, ..Twist::default() };
    let script = Script { twist, ..Script::of(acts.to_vec()) };
    play_script(&premises, 7, &script, Weather::fair(1), None).await
}

#[tokio::test]
async fn ser_2_whatever_a_seed_does_to_series_ends_in_order() {
    let premises = Premises::open(true).unwrap();
    for seed in SEEDS {
        let run = play_series(&premises, seed).await.unwrap();
        assert_eq!(run.broken, [""; 0], "seed {seed}: {:#?}", run.trace);
    }
}

/// What past dates said still was taken for an edit in Salesforce.
#[tokio::test]
async fn ser_4_a_session_that_wrote_a_series_and_did_not_live_to_keep_it_leaves_past_dates_alone() {
    let premises = Premises::open(true).unwrap();
    let run = play_series(&premises, 405).await.unwrap();
    assert_eq!(run.broken, [""; 0], "{:#?}", run.trace);
}

/// Another end came together with dates that were to be made by themselves, and nobody looked at it before the next hour.
#[tokio::test]
async fn ser_2_a_series_that_goes_on_while_single_dates_of_it_are_made_goes_on_in_the_next_session() {
    let premises = Premises::open(true).unwrap();
    for seed in [602, 781] {
        let run = play_series(&premises, seed).await.unwrap();
        assert_eq!(run.broken, [""; 0], "seed {seed}: {:#?}", run.trace);
    }
}

/// What the session had written of a date that differed was taken, once the date was over, for an edit in Salesforce.
#[tokio::test]
async fn ser_4_a_date_that_is_over_before_its_series_is_kept_waits_for_nobody() {
    let premises = Premises::open(true).unwrap();
    let run = play_series(&premises, 387).await.unwrap();
    assert_eq!(run.broken, [""; 0], "{:#?}", run.trace);
}

/// What single dates said was written over, and the session did not live to list it.
#[tokio::test]
async fn dwn_5_a_date_that_lost_to_its_item_is_listed_though_the_session_did_not_live_to_do_it() {
    let premises = Premises::open(true).unwrap();
    let run = play_series(&premises, 255).await.unwrap();
    assert_eq!(run.broken, [""; 0], "{:#?}", run.trace);
}

/// Two dates lost the same field to their series in one session, and one of them was listed.
#[tokio::test]
async fn dwn_5_each_date_that_loses_to_its_series_is_listed() {
    let premises = Premises::open(true).unwrap();
    let run = play_series(&premises, 634).await.unwrap();
    assert_eq!(run.broken, [""; 0], "{:#?}", run.trace);
}

/// Found by the simulation: each of these lost something.
#[tokio::test]
async fn ser_4_a_series_that_is_split_moved_and_changed_on_both_sides_ends_in_order() {
    let saved = [Act::Categorize("mara", "sprint", "Salesforce"), Act::Run, Act::Pass(660)];
    let deeds = [
        vec![
            Act::Series("sprint", Deed::Rezone),
            Act::Series("sprint", Deed::EditDateEvent(2, Field::Place)),
        ],
        vec![Act::Series("sprint", Deed::Split(3, true)), Act::EditEvent("sprint", Field::Subject)],
        vec![Act::EditItem("sprint", Field::Start), Act::Series("sprint", Deed::CancelDate(1))],
        vec![Act::Series("sprint", Deed::Repattern), Act::Series("sprint", Deed::DeleteDateEvent(0))],
        vec![Act::Series("sprint", Deed::End), Act::Series("sprint", Deed::EditDate(2, Field::Start))],
        vec![
            Act::Series("sprint", Deed::Stop),
            Act::Run,
            Act::Pass(660),
            Act::Series("sprint", Deed::Repeat),
        ],
    ];
    for deed in deeds {
        let acts = [&saved[..], &deed, &[Act::Run]].concat();
        let run = of_series(&acts).await.unwrap();
        assert_eq!(run.broken, [""; 0], "{deed:?}: {:#?}", run.trace);
    }
}

/// Found by series seed 160: a date that was edited meanwhile kept the series' wish for its removal as its own, and took the
/// series back once the calendar was read anew.
#[tokio::test]
async fn cat_2_a_press_overrules_the_wish_for_removal_that_a_date_has_from_its_series() {
    const PRESS: Act =
        Act::Press { person: "lena", stem: "rounds", contact: "dana@acme.example", with_account: false };
    let acts = [
        Act::Categorize("lena", "rounds", "Salesforce"),
        Act::Run,
        Act::Pass(660),
        Act::Categorize("lena", "rounds", "Salesforce Unsync"),
        Act::Series("rounds", Deed::EditDate(2, Field::Start)),
        PRESS,
        Act::Run,
        Act::Pass(660),
        PRESS,
        Act::Run,
        Act::Pass(660),
        Act::LoseTokens,
        Act::Run,
    ];
    let run = of_series(&acts).await.unwrap();
    assert_eq!(run.broken, [""; 0], "{:#?}", run.trace);
}

/// What is left on a date is no wish to save its series again.
#[tokio::test]
async fn uns_1_a_series_that_was_taken_back_stays_so_though_a_date_of_it_differs() {
    let acts = [
        Act::Categorize("lena", "rounds", "Salesforce"),
        Act::Run,
        Act::Pass(660),
        Act::Series("rounds", Deed::EditDate(2, Field::Start)),
        Act::Run,
        Act::Pass(660),
        Act::Categorize("lena", "rounds", "Salesforce Unsync"),
        Act::Run,
        Act::Pass(660),
        Act::LoseTokens,
        Act::Run,
    ];
    let run = of_series(&acts).await.unwrap();
    assert_eq!(run.broken, [""; 0], "{:#?}", run.trace);
    let made = run.trace.iter().filter(|line| line.contains("POST services/data/v67.0/sobjects/Event"));
    assert_eq!(made.count(), 1, "{:#?}", run.trace);
}

/// Every fortieth turn of each of the scenarios that `calbridge-sim --crash-points` kills at all of them.
#[tokio::test]
async fn a_worker_that_dies_before_a_turn_comes_back_to_the_same_end() {
    let premises = Premises::open(false).unwrap();
    let all = scenarios();
    assert!(all.len() >= 100, "{}", all.len());
    for scenario in all.iter().step_by(17) {
        let crashed = scenario.crash(&premises, 40).await.unwrap();
        assert!(crashed.runs > 0);
        assert_eq!(crashed.broken, [""; 0], "{}", scenario.name);
    }
}

/// Found by killing workers at every turn, of which each third is played here: the session that resumed found both sides
/// agreed, and told of nothing.
#[tokio::test]
async fn dwn_5_a_worker_that_dies_after_it_overwrote_a_value_has_told_of_the_conflict() {
    let premises = Premises::open(false).unwrap();
    let all = scenarios();
    let scenario = all.iter().find(|one| one.name == "offer, edited on both sides, in fair weather").unwrap();
    let crashed = scenario.crash(&premises, 3).await.unwrap();
    assert_eq!(crashed.broken, [""; 0], "in {} runs", crashed.runs);
}
