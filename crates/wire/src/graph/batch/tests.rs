//! Graph is heard as it speaks.
