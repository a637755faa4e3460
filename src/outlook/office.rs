//! Raw Office.js bindings.
