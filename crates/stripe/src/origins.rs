//! Where Stripe is. Stripe's own addresses are written here and nowhere else.

use crate::{SCRIPT_PATH, SCRIPT_URL};

/// The addresses our server calls and the payer's browser may load from.
///
/// There are only two ways to get one: [`Origins::stripe`], and [`Origins::rehearsal`] for a server on
/// this very machine. It is never made from what a person typed into a form, so a key can never be sent
/// to a stranger's host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origins {
    api: String,
    files: String,
    script: String,
    scripts: Vec<String>,
    frames: Vec<String>,
    connect: Vec<String>,
    images: Vec<String>,
    hosted: Vec<String>,
    rehearsal: bool,
}

/// Why an address cannot be a rehearsal: it must be `http`, on a loopback host, with nothing after the port.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "a rehearsal Stripe must be at http://127.0.0.1:PORT, http://[::1]:PORT or http://localhost:PORT; got {0}"
)]
pub struct NotLoopback(pub String);

impl Origins {
    /// Stripe itself, as its integration security guide lists it (with Link, which the Payment Element offers).
    pub fn stripe() -> Self {
        let own = |list: &[&str]| list.iter().map(|origin| (*origin).to_owned()).collect();
        Self {
            api: "https://api.stripe.com".to_owned(),
            files: "https://files.stripe.com".to_owned(),
            script: SCRIPT_URL.to_owned(),
            scripts: own(&["https://js.stripe.com", "https://*.js.stripe.com"]),
            frames: own(&[
                "https://js.stripe.com",
                "https://*.js.stripe.com",
                "https://hooks.stripe.com",
                "https://link.com",
                "https://*.link.com",
            ]),
            connect: own(&[
                "https://api.stripe.com",
                "https://link.com",
                "https://*.link.com",
            ]),
            images: own(&["https://*.stripe.com", "https://*.link.com"]),
            hosted: own(&["https://checkout.stripe.com"]),
            rehearsal: false,
        }
    }

    /// A rehearsal on this machine, for `quittance demo` and tests.
    ///
    /// # Errors
    /// [`NotLoopback`] when the address is not plain `http` on a loopback host.
    pub fn rehearsal(base_url: &str) -> Result<Self, NotLoopback> {
        let base = loopback_origin(base_url).ok_or_else(|| NotLoopback(base_url.to_owned()))?;
        let only = vec![base.clone()];
        Ok(Self {
            script: format!("{base}{SCRIPT_PATH}"),
            scripts: only.clone(),
            frames: only.clone(),
            connect: only.clone(),
            images: only.clone(),
            hosted: only,
            files: base.clone(),
            api: base,
            rehearsal: true,
        })
    }

    /// The API, without a path and without a slash at the end.
    pub fn api(&self) -> &str {
        &self.api
    }

    /// Where files are uploaded to, without a path and without a slash at the end.
    pub fn files(&self) -> &str {
        &self.files
    }

    /// The whole address of Stripe.js.
    pub fn script(&self) -> &str {
        &self.script
    }

    /// For `script-src` of the pay page.
    pub fn scripts(&self) -> &[String] {
        &self.scripts
    }

    /// For `frame-src` of the pay page.
    pub fn frames(&self) -> &[String] {
        &self.frames
    }

    /// For `connect-src` of the pay page.
    pub fn connect(&self) -> &[String] {
        &self.connect
    }

    /// For `img-src` of the pay page.
    pub fn images(&self) -> &[String] {
        &self.images
    }

    /// Where the pages that Stripe hosts are, unless the seller has given them an address of the seller's own.
    pub fn hosted(&self) -> &[String] {
        &self.hosted
    }

    /// Whether no money can move because this is not Stripe.
    pub fn is_rehearsal(&self) -> bool {
        self.rehearsal
    }
}

/// The origin, rebuilt from its parts so that no user, path or query survives.
fn loopback_origin(base_url: &str) -> Option<String> {
    let url = reqwest::Url::parse(base_url).ok()?;
    let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    let anonymous = url.username().is_empty() && url.password().is_none();
    if url.scheme() != "http" || !bare || !anonymous {
        return None;
    }
    let host = url.host_str()?;
    let address = host
        .trim_start_matches('[')
        .trim_end_matches(']')
        .parse::<std::net::IpAddr>();
    let loopback = host == "localhost" || address.is_ok_and(|address| address.is_loopback());
    let port = url.port_or_known_default()?;
    loopback.then(|| format!("http://{host}:{port}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rehearsal_is_only_ever_on_this_machine() {
        for good in [
            "http://127.0.0.1:12111",
            "http://localhost:1/",
            "http://[::1]:80",
            "http://127.8.8.8:9",
        ] {
            assert!(
                Origins::rehearsal(good).is_ok_and(|origins| origins.is_rehearsal()),
                "{good}"
            );
        }
        for bad in [
            "https://127.0.0.1:1",
            "http://example.com",
            "http://127.0.0.1.example.com",
            "http://localhost.example.com:1",
            "http://user@127.0.0.1:1",
            "http://127.0.0.1@example.com:1",
            "http://127.0.0.1:1/path",
            "http://127.0.0.1:1/?q",
            "http://10.0.0.1",
            "http://0.0.0.0:1",
            "http://[::ffff:8.8.8.8]:1",
            "file:///etc",
            "",
        ] {
            assert!(Origins::rehearsal(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn pay_03_the_script_comes_from_stripe_and_belongs_to_the_pinned_version() {
        let train = crate::API_VERSION
            .split('.')
            .nth(1)
            .expect("a version has a train");
        assert_eq!(
            Origins::stripe().script(),
            format!("https://js.stripe.com/{train}/stripe.js")
        );
        assert_eq!(SCRIPT_URL, format!("https://js.stripe.com{SCRIPT_PATH}"));
        assert!(!Origins::stripe().is_rehearsal());
    }
}
