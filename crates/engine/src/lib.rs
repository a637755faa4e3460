//! Two-way sync: what a session does with the items of one mailbox.
//!
//! Observe, decide, perform, record. Deciding is pure; the outside world is three ports, and time is an argument. Nothing
//! here knows HTTP, SQL or a vendor's names.

mod attach;
pub mod decide;
mod fields;
mod introduce;
mod invite;
mod marks;
mod mutant;
pub mod observe;
pub mod pair;
mod perform;
pub mod ports;
mod preview;
mod relate;
pub mod report;
pub mod ruling;
pub mod series;
mod session;
pub mod shown;
mod window;

pub use decide::{Decided, Step, decide, values_of};
pub use observe::{EventSeen, Observation, Wish};
pub use preview::{Forecast, preview};
pub use relate::{Answers, Kept, Missing};
pub use report::{Entry, Outcome, Report, SessionError};
pub use session::{Scope, ZoneOffsets, session};
