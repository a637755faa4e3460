//! Markup under construction. Tags are literals of the code; every text from elsewhere is escaped, in attributes too.

use http::StatusCode;

use super::{Page, visit::Visitor};
use crate::http::Refusal;

/// A piece of markup.
#[derive(Clone, Debug, Default)]
pub(super) struct Html(String);

impl Html {
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// Markup as the code has it.
    pub(super) fn raw(mut self, markup: &'static str) -> Self {
        self.0.push_str(markup);
        self
    }

    /// A text, whatever it says.
    pub(super) fn text(mut self, text: &str) -> Self {
        for c in text.chars() {
            match c {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                c => self.0.push(c),
            }
        }
        self
    }

    /// Another piece.
    pub(super) fn put(mut self, other: &Self) -> Self {
        self.0.push_str(&other.0);
        self
    }

    /// A piece for each of several things.
    pub(super) fn each<T>(
        self,
        things: impl IntoIterator<Item = T>,
        piece: impl Fn(Self, T) -> Self,
    ) -> Self {
        things.into_iter().fold(self, piece)
    }

    /// A link to a page of another site, which opens beside this one.
    pub(super) fn outside(self, address: &str, label: &str) -> Self {
        self.raw("<a target=\"_blank\" rel=\"noopener noreferrer\" href=\"")
            .text(address)
            .raw("\">")
            .text(label)
            .raw("</a>")
    }

    /// A field of a form that nobody sees.
    pub(super) fn hidden(self, name: &'static str, value: &str) -> Self {
        self.raw("<input type=\"hidden\" name=\"").raw(name).raw("\" value=\"").text(value).raw("\">")
    }
}

/// Pages of a user, and those of an admin.
const OWN: [(&str, &str); 3] = [("/me", "Waiting"), ("/me/journal", "Journal"), ("/me/settings", "Settings")];
const ADMINS: [(&str, &str); 3] = [
    ("/admin", "Everybody: waiting"),
    ("/admin/journal", "Everybody: journal"),
    ("/admin/settings", "Organization"),
];

/// A page for a visitor.
pub(super) fn page(visitor: &Visitor, here: &'static str, title: &'static str, main: &Html) -> Page {
    let link = |html: Html, (path, label): &(&'static str, &'static str)| {
        let html = html.raw("<li><a href=\"").raw(path).raw("\"");
        let html = if *path == here { html.raw(" aria-current=\"page\"") } else { html };
        html.raw(">").raw(label).raw("</a></li>")
    };
    let admins = if visitor.is_admin { ADMINS.as_slice() } else { &[] };
    let nav = Html::new()
        .raw("<header><p class=\"brand\">Calbridge</p><nav aria-label=\"Pages\"><ul>")
        .each(OWN.iter().chain(admins), link)
        .raw("</ul></nav><p class=\"who\">")
        .text(&visitor.mailbox.user_name)
        .raw("</p></header>");
    whole(StatusCode::OK, title, &nav, main)
}

/// A refusal as a page.
pub(super) fn refused(refusal: &Refusal) -> Page {
    let problem = refusal.problem();
    let signed_out = matches!(refusal, Refusal::SignedOut);
    let remedy = if signed_out {
        "Open this page from the pane in Outlook: Settings, then “Issues, journal and settings”."
    } else {
        problem.remedy.as_str()
    };
    let message =
        if signed_out { "This page is open to whoever comes from the pane." } else { &problem.message };
    let main = Html::new()
        .raw("<p role=\"alert\" class=\"notice bad\">")
        .text(message)
        .raw("</p><p>")
        .text(remedy)
        .raw(" <span class=\"code\">")
        .text(&problem.code)
        .raw("</span></p>");
    whole(refusal.status(), "This cannot be shown", &Html::new(), &main)
}

fn whole(status: StatusCode, title: &'static str, nav: &Html, main: &Html) -> Page {
    let html = Html::new()
        .raw("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">")
        .raw("<title>")
        .raw(title)
        .raw(" · Calbridge</title><link rel=\"stylesheet\" href=\"/pages.css\"></head><body>")
        .raw("<a class=\"skip\" href=\"#main\">Skip to content</a>")
        .put(nav)
        .raw("<main id=\"main\"><h1>")
        .raw(title)
        .raw("</h1>")
        .put(main)
        .raw("</main></body></html>");
    Page { status, html: html.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_a_text_wherever_it_stands() {
        let html = Html::new().outside("https://a.example/?q=\"><script>", "<b>'&'</b>");
        assert_eq!(
            html.0,
            "<a target=\"_blank\" rel=\"noopener noreferrer\" href=\"https://a.example/?q=&quot;&gt;&lt;script&gt;\">\
             &lt;b&gt;&#39;&amp;&#39;&lt;/b&gt;</a>"
        );
    }
}
