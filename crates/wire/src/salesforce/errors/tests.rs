//! Every documented refusal becomes what a caller can act on.
