//! A seller's browser, as far as the measurements need one: makes the owner of a new installation, or signs in, and
//! saves the keys. Through the product's own forms, so that what is measured is what a person would have.

use std::net::SocketAddr;

use anyhow::{Context, Result, bail};

use crate::http::Connection;

const PASSWORD: &str = "correct horse battery";

/// A browser that somebody is signed in with.
pub struct Seller {
    address: SocketAddr,
    cookies: Vec<(String, String)>,
    password: String,
}

/// What came back.
struct Answer {
    status: u16,
    body: String,
}

impl Seller {
    /// Follows the set-up link of a new installation as far as taxes: an owner and a business.
    pub async fn set_up(address: SocketAddr, token: &str) -> Result<Seller> {
        let mut seller = Seller {
            address,
            cookies: Vec::new(),
            password: PASSWORD.to_owned(),
        };
        let you = [
            ("name", "Ana Roy"),
            ("email", "ana@example.org"),
            ("password", PASSWORD),
            ("language", "en"),
        ];
        seller.saved(&format!("/setup/{token}"), &you).await?;
        let business = [
            ("name", "Studio Nord"),
            ("street", "1 rue Notre-Dame"),
            ("city", "Montréal"),
            ("province", "Québec"),
            ("postal_code", "H2Y 1B6"),
            ("country", "CA"),
            ("email", "bonjour@studionord.example"),
        ];
        seller.saved("/setup/business", &business).await?;
        seller
            .saved("/setup/taxes", &[("currency", "CAD"), ("preset", "none")])
            .await?;
        Ok(seller)
    }

    /// Signs in.
    pub async fn sign_in(address: SocketAddr, email: &str, password: &str) -> Result<Seller> {
        let mut seller = Seller {
            address,
            cookies: Vec::new(),
            password: password.to_owned(),
        };
        seller
            .saved("/sign-in", &[("email", email), ("password", password)])
            .await?;
        Ok(seller)
    }

    /// Pastes the two live keys and switches online payment on.
    pub async fn save_keys(&mut self, public: &str, secret: &str) -> Result<()> {
        let path = "/settings/billing/online-payment/live";
        let form = self.ask("GET", path, "").await?;
        let version = value_of(&form.body, "version").unwrap_or_default();
        let password = self.password.clone();
        let fields = [
            ("version", version),
            ("enabled", "on"),
            ("public_key", public),
            ("secret_key", secret),
            ("password", &password),
            ("currency", "CAD"),
        ];
        self.saved(path, &fields).await
    }

    /// Sends a form; anything but "saved, look there" ends the measurement.
    async fn saved(&mut self, path: &str, fields: &[(&str, &str)]) -> Result<()> {
        let answer = self.ask("POST", path, &encode(fields)).await?;
        if answer.status != 303 {
            // Without the path's last part, which may be a link that works once.
            let form = path.rsplit_once('/').map_or(path, |(form, _)| form);
            bail!("a form below {form}/ was not taken: {}", answer.status);
        }
        Ok(())
    }

    async fn ask(&mut self, method: &str, path: &str, body: &str) -> Result<Answer> {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: {address}\r\norigin: http://{address}\r\nsec-fetch-site: same-origin\r\n\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\ncookie: {}\r\n\r\n{body}",
            body.len(),
            cookies.join("; "),
            address = self.address,
        );
        let mut connection = Connection::open(self.address).await?;
        let (status, head, length) = connection.ask(request.as_bytes()).await?;
        let answer = connection.answer();
        self.keep_cookies(std::str::from_utf8(&answer[..head])?);
        let body = String::from_utf8(answer[head..head + length].to_vec())
            .context("a page that is not text")?;
        Ok(Answer { status, body })
    }

    fn keep_cookies(&mut self, head: &str) {
        for line in head.lines() {
            let Some((field, cookie)) = line.split_once(": ") else {
                continue;
            };
            let Some((name, value)) = cookie
                .split(';')
                .next()
                .and_then(|pair| pair.split_once('='))
            else {
                continue;
            };
            if field.eq_ignore_ascii_case("set-cookie") {
                self.cookies.retain(|(known, _)| known != name);
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
    }
}

/// The value of an input by its name.
fn value_of<'h>(html: &'h str, name: &str) -> Option<&'h str> {
    let (_, rest) = html.split_once(&format!("name=\"{name}\""))?;
    let tag = rest.split('>').next()?;
    tag.split_once("value=\"")?.1.split('"').next()
}

fn encode(fields: &[(&str, &str)]) -> String {
    let one = |text: &str| -> String {
        text.bytes()
            .map(|b| {
                if b.is_ascii_alphanumeric() {
                    char::from(b).to_string()
                } else {
                    format!("%{b:02X}")
                }
            })
            .collect()
    };
    let pairs: Vec<String> = fields
        .iter()
        .map(|(name, value)| format!("{}={}", one(name), one(value)))
        .collect();
    pairs.join("&")
}

#[cfg(test)]
mod tests {
    use super::{encode, value_of};

    #[test]
    fn a_form_travels_in_bytes_that_need_no_guessing() {
        assert_eq!(
            encode(&[("city", "Montréal"), ("a b", "1&2")]),
            "city=Montr%C3%A9al&a%20b=1%262"
        );
    }

    #[test]
    fn a_hidden_field_is_read_from_its_own_tag() {
        let html = r#"<input name="other" value="1"><input type="hidden" name="version" value="7"><input name="empty">"#;
        assert_eq!(value_of(html, "version"), Some("7"));
        assert_eq!(value_of(html, "empty"), None);
    }
}
