//! The service against the stand-in, in one process: HTTP through the router, SQL in a file, no sockets.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on shall stop")]

mod api;
mod approvals;
mod autosave;
mod batches;
mod by_hand;
mod calendars;
mod coalescing;
mod conformance;
mod databases;
mod desk;
mod enrolment;
mod files;
mod keys;
mod leases;
mod links;
mod mapped;
mod newcomers;
mod notices;
mod pages;
mod people;
mod processes;
mod remedies;
mod rounds;
mod series;
mod series_down;
mod sessions;
mod settings;
mod shown;
mod standstill;
mod stopping;
