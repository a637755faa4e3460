//! An Event is shown with the names of its links.
