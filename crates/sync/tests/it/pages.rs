//! The service's pages, as a browser opens them: who gets in, what is shown, and that forms do what they say.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use calbridge_rules::{id::ItemId, settings::Setting};
use calbridge_standin::world::definition;
use calbridge_sync::{http::routes, records, store::KEY_TTL_MS};
use chrono::TimeDelta;
use http::{Request, Response, StatusCode, header};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::{
    desk::{Desk, INES, MARA},
    keys::without_a_field,
};

/// A browser with a visit.
struct Browser<'d> {
    desk: &'d Desk,
    cookie: String,
}

/// An answer as a person sees it.
struct Seen {
    status: StatusCode,
    location: String,
    text: String,
}

async fn send(desk: &Desk, request: Request<Body>) -> Response<Body> {
    routes(Arc::clone(&desk.app)).oneshot(request).await.unwrap()
}

async fn seen(answer: Response<Body>) -> Seen {
    let location = answer.headers().get(header::LOCATION).map(|value| value.to_str().unwrap().to_owned());
    let status = answer.status();
    let bytes = to_bytes(answer.into_body(), 1 << 22).await.unwrap();
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    Seen { status, location: location.unwrap_or_default(), text }
}

fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |text, byte| text + &format!("%{byte:02X}"))
}

impl<'d> Browser<'d> {
    /// Comes from the pane.
    async fn of(desk: &'d Desk, user: &str) -> Self {
        let token = desk.sign_in(user).await;
        let (status, key) = desk.call(&token, "POST", "/v1/pages", Value::Null).await;
        assert_eq!(status, StatusCode::OK, "{key}");
        let opening = Request::get(key["path"].as_str().unwrap()).body(Body::empty()).unwrap();
        let answer = send(desk, opening).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        assert_eq!(answer.headers()[header::LOCATION], "/me");
        let set = answer.headers()[header::SET_COOKIE].to_str().unwrap().to_owned();
        for guard in ["__Host-", "Secure", "HttpOnly", "SameSite=Lax", "Path=/"] {
            assert!(set.contains(guard), "{set}");
        }
        Self { desk, cookie: set.split(';').next().unwrap().to_owned() }
    }

    async fn get(&self, path: &str) -> Seen {
        let request = Request::get(path).header(header::COOKIE, &self.cookie).body(Body::empty()).unwrap();
        seen(send(self.desk, request).await).await
    }

    /// Sends a form with the page's own check, as its button does.
    async fn send(&self, path: &str, fields: &[(&str, &str)]) -> Seen {
        let page = self.get("/me/settings").await.text;
        let check = page.split("name=\"check\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        let mut body = format!("check={check}");
        for (name, value) in fields {
            body = format!("{body}&{}={}", encoded(name), encoded(value));
        }
        self.post(path, body).await
    }

    async fn post(&self, path: &str, body: String) -> Seen {
        let request = Request::post(path)
            .header(header::COOKIE, &self.cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(body))
            .unwrap();
        seen(send(self.desk, request).await).await
    }
}

/// What the pressed form of a list carries.
fn field(page: &str, name: &str) -> String {
    let value = page.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap().split('"').next().unwrap();
    value.replace("&#39;", "'").replace("&quot;", "\"").replace("&amp;", "&")
}

#[tokio::test]
async fn a_page_opens_to_whoever_comes_from_the_pane_and_to_nobody_else() {
    let desk = Desk::open().await;
    let strangers = Browser { desk: &desk, cookie: "__Host-calbridge=made-up".to_owned() };
    for path in
        ["/me", "/me/journal", "/me/settings", "/admin", "/admin/issues.csv", "/item?mailbox=a&item=b"]
    {
        let seen = strangers.get(path).await;
        assert_eq!(seen.status, StatusCode::UNAUTHORIZED, "{path}");
        assert!(seen.text.contains("Open this page from the pane"), "{}", seen.text);
    }
    let mara = Browser::of(&desk, MARA).await;
    let page = mara.get("/me").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("Mara Lindqvist") && page.text.contains("Nothing waits."), "{}", page.text);
    desk.advance(TimeDelta::minutes(31));
    assert_eq!(mara.get("/me").await.status, StatusCode::UNAUTHORIZED, "a visit ends");
}

#[tokio::test]
async fn a_page_key_is_good_once_and_for_a_minute() {
    let desk = Desk::open().await;
    let token = desk.sign_in(MARA).await;
    let key = async || {
        let (_, key) = desk.call(&token, "POST", "/v1/pages", Value::Null).await;
        key["path"].as_str().unwrap().to_owned()
    };
    let open = async |path: &str| send(&desk, Request::get(path).body(Body::empty()).unwrap()).await.status();
    let first = key().await;
    assert_eq!(open(&first).await, StatusCode::SEE_OTHER);
    assert_eq!(open(&first).await, StatusCode::UNAUTHORIZED, "once");
    let late = key().await;
    desk.advance(TimeDelta::milliseconds(KEY_TTL_MS));
    assert_eq!(open(&late).await, StatusCode::UNAUTHORIZED, "late");
    assert_eq!(desk.call("", "POST", "/v1/pages", Value::Null).await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn pages_are_framed_by_nobody_and_load_nothing_of_others() {
    let desk = Desk::open().await;
    let mara = Browser::of(&desk, MARA).await;
    let request = Request::get("/me").header(header::COOKIE, &mara.cookie).body(Body::empty()).unwrap();
    let answer = send(&desk, request).await;
    let policy = answer.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(policy.contains("frame-ancestors 'none'") && policy.contains("default-src 'none'"), "{policy}");
    assert_eq!(answer.headers()[header::REFERRER_POLICY], "no-referrer");
    let style = seen(send(&desk, Request::get("/pages.css").body(Body::empty()).unwrap()).await).await;
    assert!(style.text.contains("prefers-color-scheme: dark"));
}

#[tokio::test]
async fn dup_2_admins_see_where_keys_are_kept_beside_what_waits_and_not_among_settings() {
    let desk = Desk::of(&without_a_field()).await;
    desk.set_org(Setting::DownObjects, "Trip__c=Day__c").await;
    desk.minutes_later(1).await;
    records::look(&desk.app, "watch").await.unwrap();
    let ines = Browser::of(&desk, INES).await;
    let page = ines.get("/admin").await.text;
    let notices: Vec<&str> = page.split("class=\"notice warn\">").skip(1).collect();
    assert_eq!(notices.len(), 2, "{page}");
    assert!(notices[0].contains("ISE-410") && notices[1].contains("ISE-412"), "{page}");
    assert!(
        notices[1].contains("Calbridge_Sync_Key__c") && notices[1].contains("sf project deploy"),
        "{page}"
    );
    let settings = ines.get("/admin/settings").await.text;
    assert!(settings.contains("ISE-410") && !settings.contains("ISE-412"), "{settings}");
    assert!(!ines.get("/me").await.text.contains("ISE-41"), "it is for admins");
}

#[tokio::test]
async fn a_form_of_another_site_does_nothing() {
    let desk = Desk::open().await;
    let mara = Browser::of(&desk, MARA).await;
    for body in ["set.Direction=up", "check=guessed&set.Direction=up"] {
        assert_eq!(mara.post("/me/settings", body.to_owned()).await.status, StatusCode::BAD_REQUEST);
    }
    let token = desk.sign_in(MARA).await;
    let (_, settings) = desk.call(&token, "GET", "/v1/settings", Value::Null).await;
    assert!(!settings.to_string().contains("\"up\""), "{settings}");
}

#[tokio::test]
async fn iss_3_a_user_sees_and_settles_what_waits_for_them() {
    let desk = Desk::open().await;
    let token = desk.sign_in(MARA).await;
    desk.save(&token, MARA, "allday-15", &desk.with_dana()).await;
    desk.run().await;
    let mara = Browser::of(&desk, MARA).await;
    let page = mara.get("/me").await.text;
    for says in ["XCP-1", "Split it in Outlook", "Try again", "Ignore", "Open in Outlook"] {
        assert!(page.contains(says), "{says}: {page}");
    }
    let link = page.split("href=\"/item?").nth(1).unwrap().split('"').next().unwrap();
    let opened = mara.get(&format!("/item?{}", link.replace("&amp;", "&"))).await;
    assert_eq!(opened.status, StatusCode::SEE_OTHER, "{}", opened.text);
    assert!(opened.location.starts_with("https://"), "{}", opened.location);

    let item = field(&page, "item");
    let fields = [("back", "/me"), ("mailbox", MARA), ("deed", "ignore"), ("item", &item), ("code", "XCP-1")];
    let done = mara.send("/deeds", &fields).await;
    assert_eq!((done.status, done.location.as_str()), (StatusCode::SEE_OTHER, "/me"));
    assert!(mara.get("/me").await.text.contains("Stop ignoring"));
    let elsewhere = mara.send("/deeds", &[("mailbox", INES), ("deed", "resume")]).await;
    assert_eq!(elsewhere.status, StatusCode::FORBIDDEN);
    let nowhere = mara.send("/deeds", &[("mailbox", MARA), ("deed", "explode")]).await;
    assert_eq!(nowhere.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn dwn_6_ppl_8_a_user_decides_about_deletions_on_their_page() {
    let desk = Desk::open().await;
    let token = desk.sign_in(MARA).await;
    desk.save(&token, MARA, "lunch", &desk.with_dana()).await;
    desk.run().await;
    desk.advance(TimeDelta::minutes(11));
    let leases = desk.app.store.claim("one", 10, desk.app.now_ms(), 60_000).await.unwrap();
    let lease = leases.into_iter().find(|lease| lease.mailbox.as_str() == MARA).unwrap();
    let item = ItemId::parse(desk.stored(MARA, "lunch")["id"].as_str().unwrap()).unwrap();
    desk.app.store.brake(&lease, "DWN-6: 12 of 30 events", &[item], desk.app.now_ms()).await.unwrap();
    let mara = Browser::of(&desk, MARA).await;
    let page = mara.get("/me").await.text;
    for says in ["Delete them", "Go on without deleting", "Approve and delete", "Discard", "Lunch with Dana"]
    {
        assert!(page.contains(says), "{says}: {page}");
    }
    let item = field(&page, "item");
    let fields = [("back", "/me"), ("mailbox", MARA), ("deed", "discard"), ("item", &item)];
    assert_eq!(mara.send("/deeds", &fields).await.status, StatusCode::SEE_OTHER);
    assert!(mara.get("/me").await.text.contains("Discarded; the next session settles it."));
    let fields = [("back", "/me"), ("mailbox", MARA), ("deed", "resume_without")];
    assert_eq!(mara.send("/deeds", &fields).await.status, StatusCode::SEE_OTHER);
    desk.run().await;
    assert!(mara.get("/me").await.text.contains("Nothing waits."), "the lunch is there after all");
}

#[tokio::test]
async fn iss_3_an_admin_sees_everybodys_issues_filters_and_exports_them() {
    let desk = Desk::open().await;
    let token = desk.sign_in(MARA).await;
    desk.save(&token, MARA, "allday-15", &desk.with_dana()).await;
    desk.run().await;
    let ines = Browser::of(&desk, INES).await;
    let page = ines.get("/admin").await.text;
    assert!(page.contains("Mara Lindqvist") && page.contains("XCP-1"), "{page}");
    assert!(!ines.get("/admin?code=SAV-8").await.text.contains("XCP-1"));
    assert!(!ines.get(&format!("/admin?mailbox={INES}&code=")).await.text.contains("XCP-1"));
    let csv = ines.get("/admin/issues.csv?code=XCP-1").await;
    let mut rows = csv.text.lines();
    assert!(rows.next().unwrap().starts_with("mailbox,user,code"), "{}", csv.text);
    assert!(rows.next().unwrap().starts_with(&format!("\"{MARA}\",\"Mara Lindqvist\",\"XCP-1\",\"up\"")));
    assert_eq!(rows.next(), None);
    let mara = Browser::of(&desk, MARA).await;
    for path in ["/admin", "/admin/issues.csv", "/admin/journal", "/admin/settings", "/admin/settings.json"] {
        assert_eq!(mara.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    assert!(!mara.get("/me").await.text.contains("/admin"));
}

#[tokio::test]
async fn uns_2_the_journal_is_shown_and_undone() {
    let desk = Desk::open().await;
    let token = desk.sign_in(MARA).await;
    desk.save(&token, MARA, "lunch", &desk.with_dana()).await;
    desk.run().await;
    let unsync = json!({ "idempotency_key": desk.key(), "item": desk.item(MARA, "lunch") });
    desk.call(&token, "POST", "/v1/unsyncs", unsync).await;
    desk.run().await;
    let mara = Browser::of(&desk, MARA).await;
    let page = mara.get("/me/journal").await.text;
    assert!(page.contains("Lunch with Dana") && page.contains("Deleted"), "{page}");
    let (event, number) = (field(&page, "event"), field(&page, "number"));
    let undo = [
        ("back", "/me/journal"),
        ("mailbox", MARA),
        ("deed", "undo"),
        ("event", &event),
        ("number", &number),
    ];
    assert_eq!(mara.send("/deeds", &undo).await.location, "/me/journal");
    assert!(mara.get("/me/journal").await.text.contains("Undone."));
    let again = mara.send("/deeds", &undo).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert!(again.text.contains("UNS-2"), "{}", again.text);
}

#[tokio::test]
async fn set_settings_are_shown_changed_and_locked() {
    let desk = Desk::open().await;
    let (mara, ines) = (Browser::of(&desk, MARA).await, Browser::of(&desk, INES).await);
    assert_eq!(
        mara.send("/me/settings", &[("set.Direction", "up"), ("set.SafeDescription", "")]).await.status,
        StatusCode::SEE_OTHER
    );
    let page = mara.get("/me/settings").await.text;
    assert!(page.contains("<option value=\"up\" selected>"), "{page}");
    let wrong = mara.send("/me/settings", &[("set.Blocklist", "*.acme.example")]).await;
    assert!(
        wrong.text.contains("wildcard") && wrong.text.contains("*.acme.example</textarea>"),
        "{}",
        wrong.text
    );
    assert!(
        mara.get("/me/settings").await.text.contains("<option value=\"up\" selected>"),
        "nothing changed"
    );

    let preview = mara.send("/me/settings", &[("set.Direction", "down"), ("act", "preview")]).await;
    assert!(preview.text.contains("delete 0, mail 0") && preview.text.contains("value=\"down\" selected"));
    assert!(mara.get("/me/settings").await.text.contains("<option value=\"up\" selected>"), "not kept");
    let preview = ines.send("/admin/settings", &[("set.RecurringSync", "on"), ("act", "preview")]).await;
    assert!(preview.text.contains("In 2 mailboxes"), "{}", preview.text);

    let force = [("set.Direction", "down"), ("force.Direction", "on"), ("set.SessionMinutes", "5")];
    assert_eq!(ines.send("/admin/settings", &force).await.location, "/admin/settings");
    assert!(mara.get("/me/settings").await.text.contains("set by your admin"));
    let exported = ines.get("/admin/settings.json").await.text;
    let settings: Value = serde_json::from_str(&exported).unwrap();
    assert_eq!(settings["settings"]["Direction"], json!({ "value": "down", "forced": true }));
    let none = [("json", "{ \"settings\": {} }")];
    assert_eq!(ines.send("/admin/settings.json", &none).await.status, StatusCode::SEE_OTHER);
    assert!(!mara.get("/me/settings").await.text.contains("set by your admin"));
    ines.send("/admin/settings.json", &[("json", &exported)]).await;
    assert_eq!(ines.get("/admin/settings.json").await.text, exported);
    assert_eq!(mara.send("/admin/settings", &force).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn aut_8_the_settings_page_offers_the_mailboxs_calendars_to_tick() {
    let mut company = definition("demo").unwrap();
    let people = company["mailboxes"]["people"].as_array_mut().unwrap();
    people.iter_mut().find(|person| person["user"] == "mara").unwrap()["calendars"] =
        json!(["Projects, old"]);
    let desk = Desk::of(&company).await;
    let token = desk.sign_in(MARA).await;
    let (_, answer) = desk.call(&token, "GET", "/v1/calendars", Value::Null).await;
    let calendars = answer["calendars"].as_array().unwrap();
    let projects = calendars.iter().find(|calendar| calendar["default"] == false).unwrap();
    let id = projects["id"].as_str().unwrap();
    let mara = Browser::of(&desk, MARA).await;
    let box_of = format!("name=\"tick.Calendars.{id}\"");
    let page = mara.get("/me/settings").await.text;
    assert!(page.contains(&format!("{box_of}> Projects, old</label>")), "{page}");
    assert!(!page.contains("> Calendar</label>"), "the default one is always in sync");

    let ticked = [(format!("tick.Calendars.{id}"), "on"), ("set.SaveCalendar".to_owned(), id)];
    let fields: Vec<(&str, &str)> = ticked.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    let kept = mara.send("/me/settings", &fields).await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.text);
    let page = mara.get("/me/settings").await.text;
    assert!(page.contains(&format!("{box_of} checked> Projects, old</label>")), "{page}");
    assert!(page.contains(&format!("<option value=\"{id}\" selected>Projects, old</option>")), "{page}");
}
