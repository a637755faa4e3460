//! The relay of sign-in codes.

use calbridge_sync::store::{LOGIN_LIMIT, LOGIN_TTL_MS};
use calbridge_wire::service::LoginCode;

use super::NOW;
use crate::databases::{Place, on_every_database};

on_every_database!(
    a_code_is_read_once_and_within_its_time,
    an_id_is_taken_until_its_code_is_read_or_ran_out,
    a_full_relay_takes_no_more_and_empties_by_itself,
    one_of_many_readers_gets_the_code,
);

fn code(text: &str) -> LoginCode {
    LoginCode { code: text.to_owned(), state: "s".to_owned() }
}

async fn a_code_is_read_once_and_within_its_time(place: Place) {
    let store = place.store().await;
    assert!(store.put_login("one", &code("c1"), NOW).await.unwrap());
    assert_eq!(store.take_login("other", NOW).await.unwrap(), None);
    assert_eq!(store.take_login("one", NOW + LOGIN_TTL_MS - 1).await.unwrap(), Some(code("c1")));
    assert_eq!(store.take_login("one", NOW).await.unwrap(), None);
    assert!(store.put_login("late", &code("c2"), NOW).await.unwrap());
    assert_eq!(store.take_login("late", NOW + LOGIN_TTL_MS).await.unwrap(), None);
}

async fn an_id_is_taken_until_its_code_is_read_or_ran_out(place: Place) {
    let store = place.store().await;
    assert!(store.put_login("one", &code("c1"), NOW).await.unwrap());
    assert!(!store.put_login("one", &code("c2"), NOW + 1).await.unwrap());
    assert!(store.put_login("one", &code("c3"), NOW + LOGIN_TTL_MS).await.unwrap());
    assert_eq!(store.take_login("one", NOW + LOGIN_TTL_MS).await.unwrap(), Some(code("c3")));
}

async fn a_full_relay_takes_no_more_and_empties_by_itself(place: Place) {
    let store = place.store().await;
    for n in 0..LOGIN_LIMIT {
        assert!(store.put_login(&format!("login{n}"), &code("c"), NOW).await.unwrap());
    }
    assert!(!store.put_login("one-more", &code("c"), NOW + 1).await.unwrap());
    assert!(store.put_login("one-more", &code("c"), NOW + LOGIN_TTL_MS).await.unwrap());
}

async fn one_of_many_readers_gets_the_code(place: Place) {
    let store = place.store().await;
    store.put_login("one", &code("c"), NOW).await.unwrap();
    let readers: Vec<_> = (0..8)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move { store.take_login("one", NOW).await.unwrap().is_some() })
        })
        .collect();
    let mut got = 0;
    for reader in readers {
        got += u32::from(reader.await.unwrap());
    }
    assert_eq!(got, 1);
}
