//! A mail that tells one piece of news: a sentence, a number, a few facts, what to do, and one link.

use askama::Template;
use kit::locale::Locale;

use super::LINK_HERE;
use super::letters::{Letter, Sender};
use crate::page::mail::Mail;

/// What it says; all of it in the reader's language already.
#[derive(Clone, Debug)]
pub struct News {
    /// The reader's language and country.
    pub l: Locale,
    /// Who writes.
    pub sender: Sender,
    /// One line.
    pub subject: String,
    /// The sentence that says it all.
    pub first: String,
    /// The one number; may be empty.
    pub amount: String,
    /// Name and value of each fact.
    pub facts: Vec<(String, String)>,
    /// Sentences below.
    pub text: Vec<String>,
    /// What the button says.
    pub act: String,
}

#[derive(Template)]
#[template(path = "mail/news.html")]
struct Html<'a> {
    mail: &'a Mail,
    news: &'a News,
    link: &'static str,
}

#[derive(Template)]
#[template(path = "mail/news.txt", escape = "none")]
struct Text<'a> {
    mail: &'a Mail,
    news: &'a News,
    link: &'static str,
}

/// Writes it.
///
/// # Errors
/// When a template does not render, which the tests of the mails rule out.
pub fn write(news: &News) -> Result<Letter, askama::Error> {
    let mail = Mail {
        l: news.l,
        subject: news.subject.clone(),
        first_line: news.first.clone(),
        business: news.sender.name.clone(),
        sender: news.sender.lines.clone(),
    };
    let link = LINK_HERE;
    Ok(Letter {
        subject: news.subject.clone(),
        text: Text {
            mail: &mail,
            news,
            link,
        }
        .render()?,
        html: Html {
            mail: &mail,
            news,
            link,
        }
        .render()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_twins_say_the_same_and_markup_is_text() {
        let news = News {
            l: Locale::FR_CA,
            sender: Sender {
                name: "Studio <Nord>".into(),
                lines: "1 rue Notre-Dame\nMontréal".into(),
            },
            subject: "Remboursement".into(),
            first: "Nous vous avons remboursé.".into(),
            amount: "40,00 $".into(),
            facts: vec![("Facture".into(), "2026-0042".into())],
            text: vec!["Deux à dix jours.".into()],
            act: "Voir la facture".into(),
        };
        let letter = write(&news).unwrap();
        for part in [
            "Nous vous avons remboursé.",
            "40,00 $",
            "2026-0042",
            "Deux à dix jours.",
            "Voir la facture",
            LINK_HERE,
        ] {
            assert!(letter.text.contains(part), "{part}: {}", letter.text);
            assert!(letter.html.contains(part), "{part}: {}", letter.html);
        }
        assert!(!letter.html.contains("<Nord>") && !letter.html.contains("<img"));
    }
}
