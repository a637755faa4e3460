//! Which files of an item are saved with its Event (ATT-1), and why others are not.

use serde::{Deserialize, Serialize};

use crate::{item::Item, saving::Check, settings::Files};

/// The largest file, in bytes.
pub const FILE_LIMIT: u64 = 25 * 1024 * 1024;

/// Endings of files that do something when they are opened.
pub const BLOCKED_ENDINGS: [&str; 37] = [
    "acgi", "ade", "adp", "app", "bat", "cmd", "com", "cpl", "dll", "exe", "hta", "htm", "html", "htt",
    "htx", "ins", "isp", "jar", "js", "jse", "lnk", "mhtm", "mhtml", "msc", "msi", "msp", "pif", "ps1",
    "reg", "scr", "shtm", "shtml", "svg", "vbe", "vbs", "wsf", "wsh",
];

/// A file of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its name.
    pub name: String,
    /// Its size, in bytes.
    pub size: u64,
    /// Where it is.
    pub place: FilePlace,
}

/// Where a file of an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FilePlace {
    /// Attached.
    Attached,
    /// A picture inside the body.
    Inline,
    /// A link to a cloud drive.
    Cloud,
    /// Another item.
    Item,
}

/// Why a file is not saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileRefusal {
    /// Files are not saved here.
    Off,
    /// Items of a group's calendar have none.
    InGroup,
    /// It is a picture inside the body.
    Inline,
    /// It is only a link.
    Cloud,
    /// It is an item and no file.
    Item,
    /// It is too large.
    TooLarge,
    /// Files of this kind are blocked.
    Blocked,
    /// It has nothing in it.
    Empty,
}

impl FileRefusal {
    /// Why, in a sentence for the user.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Off => "Files are not saved here; an admin can turn on Attachments.",
            Self::InGroup => "Events of a group's calendar have no files.",
            Self::Inline => "It is a picture inside the text.",
            Self::Cloud => "It is a link to a cloud drive and not a file.",
            Self::Item => "It is another Outlook item and not a file.",
            Self::TooLarge => "It is larger than 25 MB.",
            Self::Blocked => "Files of this kind are blocked.",
            Self::Empty => "It is empty.",
        }
    }
}

impl File {
    /// Why it is left out, by name, in a sentence for the user.
    pub fn left_out(&self, why: &str) -> String {
        format!("“{}”: {why}", self.name)
    }
}

/// How it was decided about a file.
pub fn check(answer: Result<(), FileRefusal>) -> Check {
    let says = answer.map_or_else(FileRefusal::reason, |()| "It is a file like others");
    Check { rule: "ATT-1", says: says.to_owned(), passed: answer.is_ok() }
}

/// Whether a file may be saved with an item's Event.
///
/// # Errors
/// Why it may not.
pub fn may_save(file: &File, item: &Item, settings: &Files) -> Result<(), FileRefusal> {
    if !settings.is_on {
        return Err(FileRefusal::Off);
    }
    if item.in_group_calendar {
        return Err(FileRefusal::InGroup);
    }
    match file.place {
        FilePlace::Attached => {}
        FilePlace::Inline => return Err(FileRefusal::Inline),
        FilePlace::Cloud => return Err(FileRefusal::Cloud),
        FilePlace::Item => return Err(FileRefusal::Item),
    }
    if is_blocked(&file.name) {
        return Err(FileRefusal::Blocked);
    }
    match file.size {
        0 => Err(FileRefusal::Empty),
        1..=FILE_LIMIT => Ok(()),
        _ => Err(FileRefusal::TooLarge),
    }
}

/// Windows drops blanks and dots at the end of a name, so they hide no ending.
fn is_blocked(name: &str) -> bool {
    let name = name.trim_end_matches(|c: char| c == '.' || c.is_whitespace());
    let Some((_, ending)) = name.rsplit_once('.') else { return false };
    BLOCKED_ENDINGS.iter().any(|blocked| ending.eq_ignore_ascii_case(blocked))
}

/// Which files of an item go along: those that the user chose in the dialog, by name; without a dialog all (ATT-1). Each
/// with why not, where it may not.
pub fn files_to_save<'a>(
    files: &'a [File],
    chosen: Option<&[String]>,
    item: &Item,
    settings: &Files,
) -> Vec<(&'a File, Result<(), FileRefusal>)> {
    let is_chosen = |file: &&File| chosen.is_none_or(|names| names.contains(&file.name));
    files.iter().filter(is_chosen).map(|file| (file, may_save(file, item, settings))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::meeting;

    const ON: Files = Files { is_on: true, save_as: crate::settings::AttachAs::Attachment };

    fn file(name: &str) -> File {
        File { name: name.to_owned(), size: 10, place: FilePlace::Attached }
    }

    #[track_caller]
    fn refused(file: &File, why: FileRefusal) {
        assert_eq!(may_save(file, &meeting(), &ON), Err(why));
        let told = check(Err(why));
        assert_eq!((told.rule, told.says.as_str(), told.passed), ("ATT-1", why.reason(), false));
    }

    #[test]
    fn att_1_files_are_saved_only_where_the_setting_says() {
        assert_eq!(may_save(&file("plan.pdf"), &meeting(), &ON), Ok(()));
        assert!(check(Ok(())).passed);
        assert_eq!(may_save(&file("plan.pdf"), &meeting(), &Files::default()), Err(FileRefusal::Off));
    }

    #[test]
    fn att_1_25_mb_are_the_most() {
        assert_eq!(may_save(&File { size: FILE_LIMIT, ..file("a.pdf") }, &meeting(), &ON), Ok(()));
        refused(&File { size: FILE_LIMIT + 1, ..file("a.pdf") }, FileRefusal::TooLarge);
        refused(&File { size: 0, ..file("a.pdf") }, FileRefusal::Empty);
    }

    #[test]
    fn att_1_files_that_do_something_are_blocked_however_they_are_written() {
        for name in ["setup.exe", "Setup.EXE", "note.pdf.js", "page.html", "a.svg", "setup.exe. ", "x.VBS"] {
            refused(&file(name), FileRefusal::Blocked);
        }
        for name in ["exe", "report.docx", "html.txt", "no ending"] {
            assert_eq!(may_save(&file(name), &meeting(), &ON), Ok(()), "{name}");
        }
    }

    #[test]
    fn att_1_pictures_of_the_text_links_and_items_are_no_files() {
        for (place, why) in [
            (FilePlace::Inline, FileRefusal::Inline),
            (FilePlace::Cloud, FileRefusal::Cloud),
            (FilePlace::Item, FileRefusal::Item),
        ] {
            refused(&File { place, ..file("a.png") }, why);
        }
    }

    #[test]
    fn att_1_items_of_a_groups_calendar_have_none() {
        let item = Item { in_group_calendar: true, ..meeting() };
        assert_eq!(may_save(&file("a.pdf"), &item, &ON), Err(FileRefusal::InGroup));
    }

    #[test]
    fn att_1_the_dialog_chooses_and_without_one_all_that_pass_go() {
        let files = [file("a.pdf"), file("b.exe"), file("c.pdf")];
        let all = files_to_save(&files, None, &meeting(), &ON);
        let passed: Vec<&str> =
            all.iter().filter(|(_, answer)| answer.is_ok()).map(|(file, _)| file.name.as_str()).collect();
        assert_eq!((all.len(), passed), (3, vec!["a.pdf", "c.pdf"]));
        let chosen = files_to_save(&files, Some(&["c.pdf".to_owned()]), &meeting(), &ON);
        assert_eq!(chosen, [(&files[2], Ok(()))]);
        assert!(files_to_save(&files, Some(&[]), &meeting(), &ON).is_empty());
    }
}
