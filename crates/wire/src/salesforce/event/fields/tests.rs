//! Fields travel both ways without changing their meaning.
