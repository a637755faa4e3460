//! The service against the stand-in, in one process: HTTP through the router, SQL in a file, no sockets.

mod api;
mod desk;
mod leases;
mod sessions;
