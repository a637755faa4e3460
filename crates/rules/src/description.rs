//! Descriptions on their way between both sides: head lines, the online-meeting block, the length (DES-1 to DES-4).

use crate::{
    item::Item,
    mapping::{DESCRIPTION_LIMIT, head_lines, strip_head},
    settings::Settings,
    text::cut,
};

/// Whether body changes travel, after the first save (DES-1, DES-3).
pub fn travels(settings: &Settings) -> bool {
    !settings.safe_description
}

/// The body that comes down: without our head lines, and with the online-meeting block of the body that stands, should
/// somebody have lost it in Salesforce. Nothing, where the body that stands is longer than Salesforce holds: what was cut
/// off on its way up would be lost.
pub fn body_down(description: &str, standing: &str) -> Option<String> {
    let up = standing.trim();
    if cut(up, DESCRIPTION_LIMIT).len() < up.len() {
        return None;
    }
    let body = strip_head(description).trim();
    Some(match online_block(standing) {
        Some(block) if !has_same_link(body, block) => format!("{body}\n\n{block}").trim_start().to_owned(),
        Some(_) | None => body.to_owned(),
    })
}

/// The description with head lines as they are by now, above the body that stands in Salesforce (DES-4); nothing where
/// they stand already or are not refreshed (`ContinuousAttendees`).
pub fn refreshed_head(standing: &str, item: &Item, continuous_attendees: bool) -> Option<String> {
    if !continuous_attendees {
        return None;
    }
    let text = format!("{}{}", head_lines(item), strip_head(standing).trim());
    let text = cut(&text, DESCRIPTION_LIMIT).trim_end();
    (text != standing.trim_end()).then(|| text.to_owned())
}

/// The shortest line that sets an online-meeting block off.
const RULE_LENGTH: usize = 20;

/// The block that an online meeting writes into its body: from a line of underscores to the next one or the end, with a
/// link in it.
fn online_block(body: &str) -> Option<&str> {
    let mut rules = rules(body);
    let (begin, after) = rules.next()?;
    let end = rules.next().map_or(body.len(), |(_, after)| after);
    let block = body.get(begin..end)?;
    let is_online = link(body.get(after..end)?).is_some();
    is_online.then(|| block.trim_end())
}

/// Where lines of underscores begin and end.
fn rules(body: &str) -> impl Iterator<Item = (usize, usize)> {
    let mut place = 0;
    body.split_inclusive('\n').filter_map(move |line| {
        let begin = place;
        place += line.len();
        let plain = line.trim();
        let is_rule = plain.len() >= RULE_LENGTH && plain.bytes().all(|byte| byte == b'_');
        is_rule.then_some((begin, place))
    })
}

fn link(text: &str) -> Option<&str> {
    let from = text.get(text.find("https://")?..)?;
    from.split(|c: char| c.is_whitespace() || matches!(c, '>' | '<' | '"')).next()
}

fn has_same_link(body: &str, block: &str) -> bool {
    link(block).is_some_and(|link| body.contains(link))
}

#[cfg(test)]
mod tests;
