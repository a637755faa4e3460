//! Whatever is typed stays inside its literal.
