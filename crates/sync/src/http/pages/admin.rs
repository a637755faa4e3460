//! An admin's pages: what waits for anybody, as a list and as CSV, everybody's journal, the org's settings.

use std::collections::HashMap;

use axum::{
    Form,
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use http::{StatusCode, header};

use super::{
    NoPage, Page,
    html::{Html, page},
    journal,
    settings::{Entered, org_form},
    visit::Visitor,
    waits::{Drawing, lists},
};
use crate::{
    app::App,
    budget::Standstill,
    http::{
        Refusal, Service,
        org_settings::{OrgSettings, effect, keep},
        waits::{Asked, LIST_LIMIT, Waiting},
    },
    store::{KeptIssue, Lack, LackOf},
    words,
};

/// Issues of one export at most.
const EXPORT_LIMIT: i64 = 50_000;

/// `GET /admin`
pub(super) async fn waits(
    State(app): Service,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Page, NoPage> {
    visitor.admins_only()?;
    let mailbox = asked.address()?;
    let waiting = Waiting::of(&app, &asked.filter(mailbox.as_ref())).await?;
    let drawing = Drawing { app: &app, visitor: &visitor, back: "/admin", names_mailboxes: true };
    let html = standstill(Html::new(), app.standstill().await?)
        .put(&lacking(&app, |_| true).await?)
        .put(&filters(&asked))
        .put(&lists(&drawing, &waiting));
    Ok(page(&visitor, "/admin", "What waits for anybody", &html))
}

/// What holds up everybody's background work.
fn standstill(html: Html, still: Option<Standstill>) -> Html {
    match still {
        Some(still) => {
            html.raw("<p role=\"status\" class=\"notice warn\">").text(&still.reason()).raw("</p>")
        }
        None => html,
    }
}

/// What the org does not have, as far as it is shown here (OBJ-1, GRP-2, DUP-1, DUP-2).
async fn lacking(app: &App, is_shown: fn(LackOf) -> bool) -> Result<Html, NoPage> {
    let mut lacking = app.store.lacking().await?;
    lacking.retain(|lack| is_shown(lack.of));
    if lacking.is_empty() {
        return Ok(Html::new());
    }
    Ok(Html::new().raw("<div class=\"notices\">").each(&lacking, notice).raw("</div>"))
}

/// What is lacking, and under it what to do.
fn notice(html: Html, lack: &Lack) -> Html {
    let said = words::lack(lack);
    let html = match lack.of {
        // Nothing is to be done about it.
        LackOf::OwnKeyField => html.raw("<div role=\"status\" class=\"notice\"><p>"),
        LackOf::Object
        | LackOf::Calendar
        | LackOf::KeyField
        | LackOf::KeyFieldOfLinked
        | LackOf::KeyFieldGone => html.raw("<div role=\"status\" class=\"notice warn\"><p>"),
    };
    html.text(&said.reason)
        .raw("</p><p>")
        .text(&said.remedy)
        .raw(" <span class=\"code\">")
        .raw(lack.of.code())
        .raw("</span></p></div>")
}

fn filters(asked: &Asked) -> Html {
    let checked = if asked.ignored { " checked" } else { "" };
    Html::new()
        .raw("<form class=\"filters\" method=\"get\" action=\"/admin\"><label>Mailbox <input type=\"email\" name=\"mailbox\" value=\"")
        .text(&asked.mailbox)
        .raw("\"></label><label>Code <input name=\"code\" value=\"")
        .text(&asked.code)
        .raw("\"></label><label class=\"check\"><input type=\"checkbox\" name=\"ignored\" value=\"true\"")
        .raw(checked)
        .raw("> Ignored ones too</label><button>Filter</button> <button formaction=\"/admin/issues.csv\">Export issues as CSV</button></form>")
}

/// `GET /admin/issues.csv`
pub(super) async fn csv(
    State(app): Service,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<impl IntoResponse, NoPage> {
    visitor.admins_only()?;
    let mailbox = asked.address()?;
    let issues = app.store.issues(&asked.filter(mailbox.as_ref()), EXPORT_LIMIT).await?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"calbridge-issues.csv\""),
    ];
    Ok((headers, table(&issues)))
}

fn table(issues: &[KeptIssue]) -> String {
    let mut text = String::from(
        "mailbox,user,code,direction,subject,reason,remedy,first_seen,last_seen,ignored,event,item\r\n",
    );
    for one in issues {
        let cells = [
            one.mailbox.to_string(),
            one.user_name.clone(),
            one.issue.code.clone(),
            words::direction(&one.issue.code).to_owned(),
            one.about().unwrap_or_default().to_owned(),
            one.issue.reason.clone(),
            one.issue.remedy.clone(),
            crate::clock::instant(one.first_seen_ms).to_rfc3339(),
            crate::clock::instant(one.last_seen_ms).to_rfc3339(),
            one.is_ignored.to_string(),
            one.event.as_ref().map(ToString::to_string).unwrap_or_default(),
            one.item.to_string(),
        ];
        let cells: Vec<String> = cells.iter().map(|text| cell(text)).collect();
        text.push_str(&cells.join(","));
        text.push_str("\r\n");
    }
    text
}

/// A cell that no spreadsheet takes for a formula.
fn cell(text: &str) -> String {
    let guard = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

/// `GET /admin/journal`
pub(super) async fn journal(State(app): Service, visitor: Visitor) -> Result<Page, NoPage> {
    visitor.admins_only()?;
    let entries = app.store.journal(None, LIST_LIMIT).await?;
    let made = app.store.made(None, LIST_LIMIT).await?;
    let drawing = Drawing { app: &app, visitor: &visitor, back: "/admin/journal", names_mailboxes: true };
    Ok(page(&visitor, "/admin/journal", "Everybody's journal", &journal::lists(&drawing, &entries, &made)))
}

/// `GET /admin/settings`
pub(super) async fn settings(State(app): Service, visitor: Visitor) -> Result<Page, NoPage> {
    visitor.admins_only()?;
    let html = lacking(&app, |of| !of.is_of_keys())
        .await?
        .put(&org_form(&visitor, &Entered::of_org(&app.org_layer().await?)));
    Ok(whole(&visitor, &html))
}

fn shown(visitor: &Visitor, entered: &Entered) -> Page {
    whole(visitor, &org_form(visitor, entered))
}

fn whole(visitor: &Visitor, html: &Html) -> Page {
    page(visitor, "/admin/settings", "Settings of the organization", html)
}

/// `POST /admin/settings`
pub(super) async fn set_settings(
    State(app): Service,
    visitor: Visitor,
    Form(fields): Form<HashMap<String, String>>,
) -> Result<Response, NoPage> {
    visitor.admins_only()?;
    visitor.checks(fields.get("check"))?;
    let entered = Entered::read(&fields);
    if fields.get("act").is_some_and(|act| act == "preview") {
        let entered = match effect(&app, &entered.org_settings()).await {
            Ok(effect) => entered.previewed(effect),
            Err(Refusal::Setting(why)) => entered.troubled(&why),
            Err(refusal) => return Err(refusal.into()),
        };
        return Ok(shown(&visitor, &entered).into_response());
    }
    kept(&app, &visitor, &entered.org_settings(), &entered).await
}

/// `GET /admin/settings.json`
pub(super) async fn export(State(app): Service, visitor: Visitor) -> Result<Response, NoPage> {
    visitor.admins_only()?;
    let settings = OrgSettings::of(&app.org_layer().await?);
    let text = serde_json::to_string_pretty(&settings).map_err(|bad| Refusal::BadRequest(bad.to_string()))?;
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"calbridge-settings.json\""),
    ];
    Ok((StatusCode::OK, headers, text).into_response())
}

/// `POST /admin/settings.json`
pub(super) async fn import(
    State(app): Service,
    visitor: Visitor,
    Form(fields): Form<HashMap<String, String>>,
) -> Result<Response, NoPage> {
    visitor.admins_only()?;
    visitor.checks(fields.get("check"))?;
    let text = fields.get("json").map(String::as_str).unwrap_or_default();
    let wanted: OrgSettings =
        serde_json::from_str(text).map_err(|bad| Refusal::BadRequest(format!("No settings: {bad}.")))?;
    let entered = Entered::of_org(&app.org_layer().await?);
    kept(&app, &visitor, &wanted, &entered).await
}

async fn kept(
    app: &App,
    visitor: &Visitor,
    wanted: &OrgSettings,
    entered: &Entered,
) -> Result<Response, NoPage> {
    match keep(app, &visitor.mailbox, wanted).await {
        Ok(()) => Ok(Redirect::to("/admin/settings").into_response()),
        Err(Refusal::Setting(why)) => Ok(shown(visitor, &entered.clone().troubled(&why)).into_response()),
        Err(refusal) => Err(refusal.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn iss_3_no_cell_is_a_formula_and_none_breaks_out() {
        assert_eq!(cell("Lunch, \"late\""), "\"Lunch, \"\"late\"\"\"");
        assert_eq!(cell("=HYPERLINK(1)"), "\"'=HYPERLINK(1)\"");
        assert_eq!(cell("-1"), "\"'-1\"");
    }
}
