//! calbridge-wire.
