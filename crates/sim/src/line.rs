//! The line from a worker to the world: each request waits for its turn, is looked at by the watch, and answered by the
//! stand-in; an answer that the weather takes never arrives.

use std::sync::{Arc, Mutex};

use calbridge_standin::{Site, World, control::Dropped};
use calbridge_sync::{
    clock::Clock,
    transport::{Sending, Transport, from_http, into_http},
};
use calbridge_wire::{
    CallError,
    message::{Method, Reply, Request},
};

use crate::{
    locked,
    trace::{Trace, hash},
    turns::Turns,
    watch::Watch,
};

/// A worker's line.
pub struct Line {
    /// The world.
    pub world: Arc<Mutex<World>>,
    /// What time it is in truth.
    pub time: Clock,
    /// Where it asks for its turns.
    pub turns: Turns,
    /// Who looks at what is sent.
    pub watch: Arc<Mutex<Watch>>,
    /// What happened.
    pub trace: Trace,
    /// The worker's number; one that died and came back has another.
    pub worker: usize,
}

impl Transport for Line {
    fn send(&self, request: Request) -> Sending<'_> {
        Box::pin(async move {
            let mailboxes = locked(&self.watch).leaves(self.worker, &request, &self.time);
            if asks_for_a_turn(&request.url) {
                self.turns.ask().await;
            }
            let answer = self.answer(&request);
            locked(&self.watch).returns(self.worker, &mailboxes, answer.as_ref().ok(), &self.time);
            answer
        })
    }
}

impl Line {
    fn answer(&self, request: &Request) -> Result<Reply, CallError> {
        let mut world = locked(&self.world);
        let site =
            if request.url.starts_with(&world.setup.salesforce) { Site::Salesforce } else { Site::Graph };
        let mut watch = locked(&self.watch);
        watch.before(self.worker, &mut world, site, request, self.time.now().timestamp_millis());
        let line = format!("{} {}", self.worker, described(request));
        let answer = world.answer(self.time.now(), site, into_http(request.clone())?);
        let is_lost = answer.extensions().get::<Dropped>().is_some();
        let reply = from_http(answer);
        watch.after(&world, site, request);
        self.trace.add(format!("{line} -> {}", if is_lost { 0 } else { reply.status }));
        if is_lost { Err(CallError::Offline { side: site.name().to_owned() }) } else { Ok(reply) }
    }
}

/// A request in one line: its address without what repeats in each, and a number that stands for all it says.
fn described(request: &Request) -> String {
    let (path, query) = request.url.split_once('?').unwrap_or((&request.url, ""));
    let path = path.split("//").nth(1).and_then(|rest| rest.split_once('/')).map_or(path, |(_, path)| path);
    let sense = query.split_once("WHERE").map_or("", |(_, sense)| sense.get(..60).unwrap_or(sense));
    let sum = hash(&[request.url.clone(), String::from_utf8_lossy(&request.body).into_owned()]);
    // The secret of a subscription is new in each run.
    if path.starts_with("v1.0/subscriptions") {
        return format!("{} {path}", request.method.as_str());
    }
    let body = String::from_utf8_lossy(&request.body);
    let body = if request.method == Method::Get || path.contains("oauth2") {
        ""
    } else {
        body.get(..300).unwrap_or(&body)
    };
    format!("{} {path} {sense} {body} #{:08x}", request.method.as_str(), sum & 0xffff_ffff)
}

/// Tokens and describes are asked for under a lock of their process, which nobody may hold while others have their turns.
fn asks_for_a_turn(url: &str) -> bool {
    !(url.contains("/oauth2/") || url.contains("/describe"))
}
