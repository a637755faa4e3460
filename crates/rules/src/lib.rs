//! calbridge-rules.
