//! Runs any exchange of `wire` with the browser's fetch. The only file that fetches.
