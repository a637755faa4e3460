//! Forms that do something about what waits. What somebody else changed meanwhile is shown, and asked about, before it is
//! overwritten (SAV-13).

use std::collections::HashMap;

use axum::{
    Form,
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use calbridge_rules::{
    conflict::Conflict,
    event::{EventField, EventFields},
    id::{Address, ItemId, RecordId},
};

use super::{
    NoPage,
    html::{Html, page},
    visit::Visitor,
};
use crate::{
    amend::NotAmended,
    http::{
        Refusal, Service,
        deeds::{Deed, carry_out},
    },
    words,
};

/// Pages that a form may lead back to.
const BACK: [&str; 4] = ["/me", "/me/journal", "/admin", "/admin/journal"];

type Fields = HashMap<String, String>;

/// `POST /deeds`
pub(super) async fn deed(
    State(app): Service,
    visitor: Visitor,
    Form(fields): Form<Fields>,
) -> Result<Response, NoPage> {
    visitor.checks(fields.get("check"))?;
    let back = BACK.into_iter().find(|path| fields.get("back").is_some_and(|back| back == path));
    let back = back.unwrap_or("/me");
    let mailbox = Address::parse(named(&fields, "mailbox")?).map_err(unreadable)?;
    let deed = read(&fields)?;
    match carry_out(&app, &visitor.mailbox, Some(&mailbox), &deed).await {
        Ok(()) => Ok(Redirect::to(back).into_response()),
        Err(Refusal::NotAmended(NotAmended::Changed(conflicts))) => {
            Ok(page(&visitor, back, "Changed meanwhile", &ask(&fields, &conflicts)?).into_response())
        }
        Err(refusal) => Err(refusal.into()),
    }
}

fn read(fields: &Fields) -> Result<Deed, Refusal> {
    let item = || ItemId::parse(named(fields, "item")?).map_err(unreadable);
    let event = || RecordId::parse(named(fields, "event")?).map_err(unreadable);
    let code = || named(fields, "code").map(str::to_owned);
    let number = |name| named(fields, name)?.parse::<i64>().map_err(unreadable);
    let over = || match fields.get("over") {
        Some(text) => serde_json::from_str::<EventFields>(text).map_err(unreadable),
        None => Ok(EventFields::new()),
    };
    Ok(match named(fields, "deed")? {
        "retry" => Deed::Retry { item: item()? },
        "ignore" => Deed::Ignore { item: item()?, code: code()? },
        "attend" => Deed::Attend { item: item()?, code: code()? },
        "approve" => Deed::Approve { item: item()? },
        "discard" => Deed::Discard { item: item()? },
        "invite" => Deed::Invite { event: event()? },
        "bring_alone" => Deed::BringAlone { event: event()? },
        "flip" => Deed::Flip {
            item: item()?,
            field: EventField::try_from(named(fields, "field")?.to_owned()).map_err(unreadable)?,
            seen_ms: number("seen_ms")?,
            over: over()?,
        },
        "undo" => Deed::Undo { event: event()?, number: number("number")?, over: over()? },
        "resume" => Deed::Resume,
        "resume_without" => Deed::ResumeWithout,
        other => return Err(Refusal::BadRequest(format!("There is no deed {other:?}."))),
    })
}

fn named<'f>(fields: &'f Fields, name: &str) -> Result<&'f str, Refusal> {
    let missing = || Refusal::BadRequest(format!("The form lacks {name}."));
    fields.get(name).map(String::as_str).ok_or_else(missing)
}

fn unreadable(bad: impl std::fmt::Display) -> Refusal {
    Refusal::BadRequest(bad.to_string())
}

/// Both values of each field, and the same form again with what was shown.
fn ask(fields: &Fields, conflicts: &[Conflict]) -> Result<Html, Refusal> {
    let over: EventFields = conflicts.iter().map(|one| (one.field.clone(), one.theirs.clone())).collect();
    let over = serde_json::to_string(&over).map_err(unreadable)?;
    let html = Html::new().raw(
        "<p role=\"alert\" class=\"notice warn\">Somebody changed the event since. Nothing was written.</p><table><thead><tr>\
         <th scope=\"col\">Field</th><th scope=\"col\">Says now</th><th scope=\"col\">Would say</th></tr></thead><tbody>",
    );
    let html = html.each(conflicts, |html, one| {
        html.raw("<tr><th scope=\"row\">")
            .text(&words::field(&one.field))
            .raw("</th><td>")
            .text(&words::value(&one.theirs))
            .raw("</td><td>")
            .text(&words::value(&one.mine))
            .raw("</td></tr>")
    });
    let html = html.raw("</tbody></table><div class=\"row\"><form method=\"post\" action=\"/deeds\">");
    let kept = ["check", "back", "mailbox", "deed", "item", "field", "seen_ms", "event", "number"];
    let html = html.each(kept, |html, name| match fields.get(name) {
        Some(value) => html.hidden(name, value),
        None => html,
    });
    Ok(html.hidden("over", &over).raw("<button>Overwrite it</button></form></div>"))
}
