//! The Calbridge task pane.
