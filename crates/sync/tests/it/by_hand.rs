//! What somebody does in their own Outlook.

use calbridge_wire::{
    CallError, Endpoint, Reply, Request,
    message::{Method, header},
};
use serde_json::Value;

use crate::desk::MARA;

/// A request of somebody's own Outlook.
#[derive(Clone)]
pub(crate) struct ByHand {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) body: Value,
}

impl Endpoint for ByHand {
    type Answer = Value;

    fn request(&self, base: &str) -> Request {
        let headers = vec![
            (header::CONTENT_TYPE, "application/json".to_owned()),
            (header::PREFER, "IdType=\"ImmutableId\", outlook.timezone=\"UTC\"".to_owned()),
        ];
        let body = if self.body.is_null() { Vec::new() } else { self.body.to_string().into_bytes() };
        Request { method: self.method, url: format!("{base}/users/{MARA}/{}", self.path), headers, body }
    }

    fn read(&self, reply: &Reply) -> Result<Value, CallError> {
        assert!(reply.status < 300, "{}: {}", self.path, String::from_utf8_lossy(&reply.body));
        Ok(serde_json::from_slice(&reply.body).unwrap_or(Value::Null))
    }
}
