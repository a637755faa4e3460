//! How the picker answers keys: a list-autocomplete combobox, after the WAI-ARIA pattern. Pure.

/// What the user is doing in the field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Combo {
    /// Whether the list is open.
    pub(crate) open: bool,
    /// The row that the arrow keys are on.
    pub(crate) active: Option<usize>,
    /// What is being typed; nothing while the field shows what was chosen.
    pub(crate) typed: Option<String>,
}

/// A key that the picker knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Press {
    /// Arrow down.
    Down,
    /// Arrow up.
    Up,
    /// First row.
    Home,
    /// Last row.
    End,
    /// Picks.
    Enter,
    /// Closes the list, and only the list.
    Escape,
    /// Moves on and picks nothing.
    Tab,
}

/// What a key did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Nothing: the key belongs to whoever is around the picker.
    Passed,
    /// The picker moved.
    Moved,
    /// This row was picked.
    Picked(usize),
}

impl Press {
    /// Reads a key's name.
    pub(crate) fn of(key: &str) -> Option<Self> {
        match key {
            "ArrowDown" => Some(Self::Down),
            "ArrowUp" => Some(Self::Up),
            "Home" => Some(Self::Home),
            "End" => Some(Self::End),
            "Enter" => Some(Self::Enter),
            "Escape" => Some(Self::Escape),
            "Tab" => Some(Self::Tab),
            _ => None,
        }
    }
}

impl Combo {
    /// Answers a key over a list of so many rows.
    pub(crate) fn press(&mut self, press: Press, rows: usize) -> Outcome {
        let last = rows.checked_sub(1);
        let active = self.active.filter(|active| *active < rows);
        match press {
            Press::Down if !self.open => self.open_at((rows > 0).then_some(0)),
            Press::Up if !self.open => self.open_at(last),
            Press::Down => self.open_at(active.map_or((rows > 0).then_some(0), |at| Some((at + 1) % rows))),
            Press::Up => self.open_at(active.and_then(|at| at.checked_sub(1)).or(last)),
            Press::Home if self.open => self.open_at((rows > 0).then_some(0)),
            Press::End if self.open => self.open_at(last),
            Press::Enter if self.open => active.map_or(Outcome::Moved, Outcome::Picked),
            Press::Escape if self.open => {
                self.close();
                Outcome::Moved
            }
            Press::Escape if self.typed.is_some() => {
                *self = Self::default();
                Outcome::Moved
            }
            Press::Tab => {
                self.close();
                Outcome::Passed
            }
            Press::Home | Press::End | Press::Enter | Press::Escape => Outcome::Passed,
        }
    }

    /// Takes what was typed and opens the list.
    pub(crate) fn type_in(&mut self, text: String) {
        *self = Self { open: true, active: None, typed: Some(text) };
    }

    /// Closes the list and keeps what was typed.
    pub(crate) fn close(&mut self) {
        self.open = false;
        self.active = None;
    }

    /// What is searched for.
    pub(crate) fn text(&self) -> &str {
        self.typed.as_deref().unwrap_or_default().trim()
    }

    fn open_at(&mut self, active: Option<usize>) -> Outcome {
        self.open = true;
        self.active = active;
        Outcome::Moved
    }
}

#[cfg(test)]
mod tests;
