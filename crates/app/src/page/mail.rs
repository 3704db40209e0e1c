//! The frame of a mail: what `mail/base.html` and `mail/base.txt` need to know. Plain data.

use kit::locale::Locale;

/// The frame of one mail. A mail's two templates carry it as the field `mail`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// The language of texts, numbers and dates: the customer's.
    pub l: Locale,
    /// The subject; also the title of the HTML.
    pub subject: String,
    /// The first line, which mail programs show beside the subject.
    pub first_line: String,
    /// The seller's name.
    pub business: String,
    /// The seller's postal address and how to reach it, one line each; below everything.
    pub sender: String,
}

impl Mail {
    /// The language tag of the texts.
    pub fn lang(&self) -> &'static str {
        self.l.lang().as_str()
    }

    /// The sender's lines, without empty ones.
    pub fn sender_lines(&self) -> Vec<&str> {
        self.sender
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use askama::Template;

    #[derive(Template)]
    #[template(
        source = r#"{%- extends "mail/base.html" -%}{%- import "mail/macros.html" as p -%}{%- block main -%}
{{ p::text(mail.first_line) }}{{ p::amount("$1,149.75") }}{{ p::quiet("Due") }}
{{ p::act("Pay $1,149.75", url) }}{{ p::table() }}{{ p::row("Net", "$1,000.00") }}{{ p::row("Total", "$1,149.75", strong=true) }}{{ p::table_end() }}
{%- endblock -%}"#,
        ext = "html"
    )]
    struct Html {
        mail: Mail,
        url: &'static str,
    }

    fn mail() -> Mail {
        Mail {
            l: Locale::FR_CA,
            subject: "Facture".into(),
            first_line: "Facture <2026-0042>".into(),
            business: "Studio <Nord>".into(),
            sender: "Studio Nord\n\n 5455 avenue De Gaspé \n".into(),
        }
    }

    #[test]
    fn web_07_a_mail_loads_nothing_writes_its_address_out_and_shows_markup_as_text() {
        let html = Html {
            mail: mail(),
            url: "https://pay.example/i/abc",
        }
        .render()
        .unwrap();
        assert!(!html.contains("<img") && !html.contains("src=") && !html.contains("url("));
        assert!(
            html.contains(">https://pay.example/i/abc</a>") && html.contains(">Pay $1,149.75</a>")
        );
        assert!(!html.contains("<Nord>") && !html.contains("<2026-0042>"));
        assert!(html.contains("<html lang=\"fr\">"));
    }

    #[test]
    fn the_sender_stands_below_without_empty_lines() {
        assert_eq!(
            mail().sender_lines(),
            ["Studio Nord", "5455 avenue De Gaspé"]
        );
    }
}
