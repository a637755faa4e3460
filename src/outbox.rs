//! Save requests that could not be sent yet (SAV-4).
