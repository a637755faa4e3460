//! What a session does, one picture per rule: a mailbox, an org and a ledger in memory, with faults on demand.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on shall stop")]

mod approvals;
mod autosave;
mod desk;
mod directions;
mod faults;
mod files;
mod journal;
mod natural;
mod newcomers;
mod people;
mod refused;
mod refused_parts;
mod rules;
mod series;
mod series_down;
mod series_kept;
mod series_singles;
mod series_unkept;
mod shown;
mod two_way;
