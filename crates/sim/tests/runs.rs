//! Runs that must come out well, the same run twice, and defects that must be found.

use calbridge_sim::{Sabotage, play, play_script, script::Script};

/// Seeds that every build plays; the nightly run plays more.
const SEEDS: std::ops::RangeInclusive<u64> = 1..=25;

#[tokio::test]
async fn dup_3_the_answer_to_the_create_is_lost_and_the_retry_makes_no_second_event() {
    let run = play_script(7, &Script::lost_answer(), Sabotage::None).await.unwrap();
    assert_eq!(run.broken, [""; 0], "{:#?}", run.trace);
    assert!(
        run.trace.iter().any(|line| line.starts_with("PATCH") && line.ends_with("504")),
        "{:#?}",
        run.trace
    );
}

#[tokio::test]
async fn a_process_that_dies_after_any_request_comes_back_to_one_event() {
    for after in 1..=24 {
        let run = play_script(7, &Script::crash_before_record(after), Sabotage::None).await.unwrap();
        assert_eq!(run.broken, [""; 0], "dies after {after}: {:#?}", run.trace);
    }
}

#[tokio::test]
async fn whatever_a_seed_does_ends_in_order() {
    for seed in SEEDS {
        let run = play(seed, Sabotage::None).await.unwrap();
        assert_eq!(run.broken, [""; 0], "seed {seed}: {:#?}", run.trace);
    }
}

#[tokio::test]
async fn the_same_seed_gives_the_same_trace() {
    for seed in [3, 11] {
        let once = play(seed, Sabotage::None).await.unwrap();
        let again = play(seed, Sabotage::None).await.unwrap();
        assert_eq!(once, again);
    }
}

#[tokio::test]
async fn different_seeds_do_different_things() {
    let (one, other) = (play(1, Sabotage::None).await.unwrap(), play(2, Sabotage::None).await.unwrap());
    assert_ne!(one.trace, other.trace);
}

#[tokio::test]
async fn a_crm_that_creates_under_a_fresh_key_each_time_is_found_out() {
    let run = play_script(7, &Script::lost_answer(), Sabotage::FreshKeys).await.unwrap();
    assert!(run.broken.iter().any(|what| what.contains("Events")), "{:?}", run.broken);
}

#[tokio::test]
async fn marks_that_never_arrive_are_found_out() {
    let run = play_script(7, &Script::lost_answer(), Sabotage::LostMarks).await.unwrap();
    assert!(run.broken.iter().any(|what| what.contains("does not point")), "{:?}", run.broken);
}
