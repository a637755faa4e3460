//! What is said to Graph, and how its answers are understood: the exchanges that need no file of tests of their own.

use calbridge_rules::id::{Address, ItemId};

use super::{
    categories::{AddCategory, Category, Color, ListCategories},
    patch::{MarkItem, Marked},
    token::ClientCredentials,
    translate::TranslateIds,
};
use crate::{
    call::{CallError, Endpoint},
    service::IdFormat,
    testing::{fixture, reply, shown},
};

const BASE: &str = "https://graph.example/v1.0";

fn mara() -> Address {
    Address::parse("mara@brightwater.example").unwrap()
}

fn sign_in() -> ClientCredentials {
    ClientCredentials {
        tenant: "brightwater".to_owned(),
        client_id: "calbridge-service".to_owned(),
        client_secret: "s&cret".to_owned(),
    }
}

#[test]
fn the_service_signs_in_with_its_own_secret() {
    insta::assert_snapshot!(shown(&sign_in().request("https://login.example")), @r"
    POST https://login.example/brightwater/oauth2/v2.0/token
    content-type: application/x-www-form-urlencoded

    grant_type=client_credentials&client_id=calbridge-service&client_secret=s%26cret&scope=https%3A%2F%2Fgraph.microsoft.com%2F.default
    ");
    let grant = sign_in().read(&reply(200, fixture!("graph/token.json"))).unwrap();
    assert_eq!((grant.access_token.as_str(), grant.expires_in_ms), ("eyJ0.app.token", 3_599_000));
    assert!(!format!("{grant:?} {:?}", sign_in()).contains("cret"));
}

#[test]
fn a_wrong_secret_is_a_matter_for_an_admin() {
    let refused = sign_in().read(&reply(401, fixture!("graph/token_refused.json")));
    assert!(matches!(refused, Err(CallError::ConsentLost { .. })), "{refused:?}");
    let busy = sign_in().read(&reply(503, "{\"error\":\"temporarily_unavailable\"}"));
    assert_eq!(busy, Err(CallError::Unavailable { status: 503, retry_after_ms: None }));
}

#[test]
fn a_mark_never_overtakes_another_change() {
    let mark = MarkItem {
        mailbox: mara(),
        id: ItemId::parse("AAkItem1=").unwrap(),
        etag: Some("W/\"v1\"".to_owned()),
        categories: vec!["Blue category".to_owned(), "Salesforce".to_owned()],
        addin_id: "7C1E2F64-9B1D-4E57-8D2C-3A5F0E6B9D41".to_owned(),
        property_text: Some("{\"theirKey\":\"kept\"}".to_owned()),
    };
    insta::assert_snapshot!(shown(&mark.request(BASE)), @r#"
    PATCH https://graph.example/v1.0/users/mara%40brightwater.example/events/AAkItem1%3D
    content-type: application/json
    prefer: IdType="ImmutableId", outlook.timezone="UTC", outlook.body-content-type="text"
    if-match: W/"v1"

    {"categories":["Blue category","Salesforce"],"singleValueExtendedProperties":[{"id":"String {00020329-0000-0000-C000-000000000046} Name cecp-7c1e2f64-9b1d-4e57-8d2c-3a5f0e6b9d41","value":"{\"theirKey\":\"kept\"}"}]}
    "#);
    let marked = mark.read(&reply(200, fixture!("graph/event.json")));
    assert_eq!(marked, Ok(Marked { etag: Some("W/\"DwAAABYAAAB8Example==\"".to_owned()) }));
    let lost = "{\"error\":{\"code\":\"ErrorIrresolvableConflict\",\"message\":\"changed\"}}";
    assert_eq!(mark.read(&reply(412, lost)), Err(CallError::Stale));
}

#[test]
fn cat_4_the_mailboxs_categories_are_read_with_their_colours() {
    let list = ListCategories { mailbox: mara() };
    assert_eq!(
        shown(&list.request(BASE)),
        "GET https://graph.example/v1.0/users/mara%40brightwater.example/outlook/masterCategories"
    );
    let told = |name: &str, color| Category { name: name.to_owned(), color };
    assert_eq!(
        list.read(&reply(200, fixture!("graph/categories.json"))).unwrap(),
        [told("Salesforce", Color::Blue), told("Plain", Color::None), told("Grey", Color::Preset(12))]
    );
}

#[test]
fn cat_1_our_categories_have_their_colours() {
    let add = |color| AddCategory { mailbox: mara(), name: "Salesforce".to_owned(), color };
    insta::assert_snapshot!(shown(&add(Color::Blue).request(BASE)), @r#"
    POST https://graph.example/v1.0/users/mara%40brightwater.example/outlook/masterCategories
    content-type: application/json

    {"color":"preset7","displayName":"Salesforce"}
    "#);
    for (color, preset) in [(Color::Red, "preset0"), (Color::None, "none"), (Color::Preset(12), "preset12")] {
        assert!(shown(&add(color).request(BASE)).contains(&format!("\"color\":\"{preset}\"")), "{preset}");
    }
    let taken = "{\"error\":{\"code\":\"ErrorCategoryAlreadyExists\",\"message\":\"there\"}}";
    assert!(matches!(add(Color::Blue).read(&reply(409, taken)), Err(CallError::Contended(_))));
}

#[test]
fn ids_are_translated_byte_for_byte_and_matched_by_name() {
    let ids = ["AAMk/Known+1=", "AAMkUnknown=", "AAMk/KNOWN+1="].map(|id| ItemId::parse(id).unwrap());
    let translate = TranslateIds { mailbox: mara(), ids: ids.to_vec(), format: IdFormat::Ews };
    insta::assert_snapshot!(shown(&translate.request(BASE)), @r#"
    POST https://graph.example/v1.0/users/mara%40brightwater.example/translateExchangeIds
    content-type: application/json

    {"inputIds":["AAMk/Known+1=","AAMkUnknown=","AAMk/KNOWN+1="],"sourceIdType":"ewsId","targetIdType":"restImmutableEntryId"}
    "#);
    let known = Some(ItemId::parse("AAkALgKnown_-1=").unwrap());
    assert_eq!(translate.read(&reply(200, fixture!("graph/translated.json"))), Ok(vec![known, None, None]));
}
