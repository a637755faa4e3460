//! A refusal of the service keeps its words.
