//! What is left on an item is found again.
