//! A Graph event becomes the item of the rules.

use calbridge_rules::item::{Kind, Reminder, Response, Role, Sensitivity, ShowAs, Span};

use super::*;
use crate::{
    pointer::PointerStatus,
    testing::{fixture, reply, shown},
};

const ADDIN: &str = "7c1e2f64-9b1d-4e57-8d2c-3a5f0e6b9d41";

fn endpoint() -> ReadItem {
    ReadItem {
        mailbox: Address::parse("mara@brightwater.example").unwrap(),
        id: ItemId::parse("AAk/Item+1=").unwrap(),
        addin_id: ADDIN.to_owned(),
    }
}

fn read(body: &str) -> GraphItem {
    endpoint().read(&reply(200, body)).unwrap()
}

#[test]
fn an_item_is_read_with_the_add_ins_properties() {
    let request = shown(&endpoint().request("https://graph.example/v1.0"));
    assert!(
        request.starts_with(
            "GET https://graph.example/v1.0/users/mara%40brightwater.example/events/AAk%2FItem%2B1%3D?"
        ),
        "{request}"
    );
    let plain = percent_encoding::percent_decode_str(&request).decode_utf8_lossy().into_owned();
    let (_, expand) = plain.split_once("&$expand=").unwrap();
    insta::assert_snapshot!(expand, @r#"
    singleValueExtendedProperties($filter=id eq 'String {00020329-0000-0000-C000-000000000046} Name cecp-7c1e2f64-9b1d-4e57-8d2c-3a5f0e6b9d41')
    prefer: IdType="ImmutableId", outlook.timezone="UTC", outlook.body-content-type="text"
    "#);
}

#[test]
fn a_meeting_is_read_as_the_rules_see_it() {
    let GraphItem { item, .. } = read(fixture!("graph/event.json"));
    assert_eq!(item.subject, "Renewal 2027: pricing review");
    assert_eq!(item.kind, Kind::Single);
    assert_eq!(item.body.as_deref(), Some("Prices for 2027.\r\n"));
    assert_eq!(item.location, "Microsoft Teams");
    let [start, end] = ["2026-11-24T13:00:00Z", "2026-11-24T14:00:00Z"].map(|text| text.parse().unwrap());
    assert_eq!(item.span, Span::Timed { start, end });
    assert_eq!(item.zone.as_deref(), Some("W. Europe Standard Time"));
    assert_eq!((item.show_as, item.sensitivity), (Some(ShowAs::Busy), Some(Sensitivity::Normal)));
    assert_eq!(item.reminder, Some(Reminder::MinutesBefore(15)));
    assert_eq!(item.categories, ["Blue category", "Salesforce"]);
    assert_eq!(item.is_draft, Some(false));
}

#[test]
fn people_without_an_address_are_kept_by_name() {
    let GraphItem { item, .. } = read(fixture!("graph/event.json"));
    let told: Vec<String> = item
        .attendees
        .iter()
        .map(|a| {
            format!(
                "{:?} {} <{}>",
                a.role,
                a.person.name,
                a.person.address.as_ref().map_or("", Address::as_str)
            )
        })
        .collect();
    insta::assert_snapshot!(told.join("\n"), @r"
    Required Dana Okafor <dana@acme.example>
    Optional Luis Moreno <luis@moreno.example>
    Resource Room 1 <room1@brightwater.example>
    Required No Address <>
    ");
    assert_eq!(item.attendees[0].response, Some(Response::Accepted));
    assert_eq!(item.attendees[1].response, Some(Response::Tentative));
    assert_eq!(item.organizer.unwrap().address, Some(endpoint().mailbox));
}

#[test]
fn what_a_session_left_on_the_item_is_found() {
    let item = read(fixture!("graph/event.json"));
    let pointer = item.pointer.unwrap();
    assert_eq!(pointer.status, PointerStatus::Saved);
    assert_eq!(pointer.event.unwrap().as_str(), "00U5e00000AbCdEEAV");
    assert!(item.property_text.unwrap().contains("\"theirKey\":\"kept\""));
    let bare = read(fixture!("graph/event_all_day.json"));
    assert_eq!((bare.pointer, bare.property_text), (None, None));
}

#[test]
fn dup_1_what_identity_is_made_of_is_kept() {
    let item = read(fixture!("graph/event.json"));
    assert!(item.i_cal_uid.starts_with("040000008200E00074C5B7101A82E008"));
    assert_eq!((item.kind, item.original_start, item.is_organizer), (GraphKind::SingleInstance, None, true));
    assert_eq!(item.etag, "W/\"DwAAABYAAAB8Example==\"");
    assert_eq!(item.id.as_str(), "AAkALgAAAAAAHYQDEapmEc2byACqAC-EWg0AExample_-Item1=");
}

#[test]
fn tzn_2_an_all_day_item_is_made_of_dates() {
    let GraphItem { item, .. } = read(fixture!("graph/event_all_day.json"));
    let [first, end_exclusive] = ["2026-12-24", "2026-12-27"].map(|text| text.parse().unwrap());
    assert_eq!(item.span, Span::AllDay { first, end_exclusive });
    assert_eq!(item.reminder, Some(Reminder::Off));
}

#[test]
fn words_that_graph_adds_later_fail_no_item_and_hide_nothing_private() {
    let item = read(fixture!("graph/event_new_words.json"));
    assert_eq!(item.item.show_as, Some(ShowAs::Busy));
    assert_eq!(item.item.sensitivity, Some(Sensitivity::Private));
    assert_eq!((item.kind, item.response), (GraphKind::SingleInstance, Some(Response::None)));
    assert_eq!(item.item.attendees[0].role, Role::Required);
}

#[test]
fn a_time_in_a_zone_we_did_not_ask_for_is_not_guessed_at() {
    let text = fixture!("graph/event.json")
        .replace("\"timeZone\": \"UTC\"", "\"timeZone\": \"Romance Standard Time\"");
    let error = endpoint().read(&reply(200, &text)).unwrap_err();
    assert!(matches!(error, CallError::Malformed { .. }), "{error}");
}

#[test]
fn an_occurrence_knows_its_series() {
    let text = fixture!("graph/event.json")
        .replace("\"seriesMasterId\": null", "\"seriesMasterId\": \"AAkMaster1=\"")
        .replace("singleInstance", "occurrence");
    let series = ItemId::parse("AAkMaster1=").unwrap();
    let item = read(&text);
    assert_eq!(item.kind, GraphKind::Occurrence);
    assert_eq!(item.item.kind, Kind::Occurrence { series });
    let lost = fixture!("graph/event.json").replace("singleInstance", "occurrence");
    assert!(endpoint().read(&reply(200, &lost)).is_err());
}
