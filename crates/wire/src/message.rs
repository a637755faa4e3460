//! A request and an answer, as plain values: what the pane sends must not carry a whole HTTP library.

/// What is asked of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Adds, or asks at length.
    Post,
    /// Puts in place.
    Put,
    /// Changes.
    Patch,
    /// Removes.
    Delete,
}

impl Method {
    /// As the first line of a request has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// A request with its whole body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// What is asked.
    pub method: Method,
    /// The whole address.
    pub url: String,
    /// Names in small letters, and values without control characters.
    pub headers: Vec<(&'static str, String)>,
    /// The body; empty without one.
    pub body: Vec<u8>,
}

/// An answer with its whole body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// Names, however they are written, and values.
    pub headers: Vec<(String, String)>,
    /// The body; empty without one.
    pub body: Vec<u8>,
}

impl Reply {
    /// The first header of a name, however either is written.
    pub fn header(&self, name: &str) -> Option<&str> {
        let named = |(known, _): &&(String, String)| known.eq_ignore_ascii_case(name);
        self.headers.iter().find(named).map(|(_, value)| value.as_str())
    }

    /// Whether the request was met.
    pub const fn is_success(&self) -> bool {
        matches!(self.status, 200..300)
    }

    /// Whether the other side is at fault.
    pub const fn is_server_error(&self) -> bool {
        matches!(self.status, 500..600)
    }
}

/// Names of headers that exchanges write or read.
pub mod header {
    /// Which kinds of answers are understood.
    pub const ACCEPT: &str = "accept";
    /// Whose request it is.
    pub const AUTHORIZATION: &str = "authorization";
    /// What the body is.
    pub const CONTENT_TYPE: &str = "content-type";
    /// The version that a write is meant for.
    pub const IF_MATCH: &str = "if-match";
    /// The version that is known.
    pub const IF_MODIFIED_SINCE: &str = "if-modified-since";
    /// The instant after which a write is too late.
    pub const IF_UNMODIFIED_SINCE: &str = "if-unmodified-since";
    /// When it was last changed.
    pub const LAST_MODIFIED: &str = "last-modified";
    /// What Graph is asked to observe.
    pub const PREFER: &str = "prefer";
    /// How long to wait.
    pub const RETRY_AFTER: &str = "retry-after";
}

/// Statuses that mean something of their own.
pub mod status {
    /// Made.
    pub const CREATED: u16 = 201;
    /// Done, nothing to say.
    pub const NO_CONTENT: u16 = 204;
    /// Several fit.
    pub const MULTIPLE_CHOICES: u16 = 300;
    /// As it is known.
    pub const NOT_MODIFIED: u16 = 304;
    /// Not understood.
    pub const BAD_REQUEST: u16 = 400;
    /// Signed out.
    pub const UNAUTHORIZED: u16 = 401;
    /// Not allowed.
    pub const FORBIDDEN: u16 = 403;
    /// Not there.
    pub const NOT_FOUND: u16 = 404;
    /// In the way of another write.
    pub const CONFLICT: u16 = 409;
    /// Not there any more.
    pub const GONE: u16 = 410;
    /// It changed meanwhile.
    pub const PRECONDITION_FAILED: u16 = 412;
    /// Somebody holds it.
    pub const LOCKED: u16 = 423;
    /// Another request, which this one needs, failed.
    pub const FAILED_DEPENDENCY: u16 = 424;
    /// Too often.
    pub const TOO_MANY_REQUESTS: u16 = 429;
    /// Out of order for now.
    pub const SERVICE_UNAVAILABLE: u16 = 503;
}
