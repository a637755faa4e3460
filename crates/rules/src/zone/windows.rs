//! Windows zones with their IANA names (CLDR 48, territory 001) and Salesforce's ids for them, one a line: an id that is
//! the IANA name is left out, and is empty where Salesforce has none. Sorted by the Windows name.

/// A zone by its Windows name, its IANA name and its Salesforce id.
pub(super) type Row = (&'static str, &'static str, &'static str);

const ROWS: &str = include_str!("windows.txt");

/// All of them.
pub(super) fn rows() -> impl Iterator<Item = Row> {
    ROWS.lines().filter_map(|line| {
        let (windows, rest) = line.split_once('|')?;
        let (iana, id) = rest.split_once('|').unwrap_or((rest, rest));
        Some((windows, iana, id))
    })
}
