//! calbridge-sync.
