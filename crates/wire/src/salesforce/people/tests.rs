//! People are found by every address they have.
