//! Chooses one screen from session and open item.
