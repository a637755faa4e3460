//! What the org offers is read from describe.
