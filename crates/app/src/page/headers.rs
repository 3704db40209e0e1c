//! The headers that keep a page safe (`WEB-01` to `WEB-04`, `WEB-14`, `LNK-04`).

use http::{HeaderMap, HeaderName, HeaderValue, header};

/// Who may see a page, and what it may load.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// For signed-in people, and the way in.
    #[default]
    Admin,
    /// For whoever holds the link: an invoice, a receipt.
    Public,
    /// Public, and a button on it leads to a page that the provider hosts, at one of these addresses: nothing of the
    /// provider's is loaded here (PAY-18), a browser is only allowed to follow the answer of our own form there.
    Hosted(Vec<String>),
    /// Public, and the card form of the provider stands in it.
    Pay(PayOrigins),
}

/// The provider's addresses for the pay page's policy, each a CSP source such as `https://js.stripe.com`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PayOrigins {
    /// Where its script comes from.
    pub script: Vec<String>,
    /// What it may show in frames.
    pub frame: Vec<String>,
    /// Whom its script may ask.
    pub connect: Vec<String>,
    /// Where its pictures come from.
    pub img: Vec<String>,
    /// Where the answer to a form of ours may lead, for whoever cannot use the card form.
    pub form: Vec<String>,
}

impl PayOrigins {
    /// As the provider's addresses are.
    pub fn of(origins: &stripe::Origins) -> PayOrigins {
        PayOrigins {
            script: origins.scripts().to_vec(),
            frame: origins.frames().to_vec(),
            connect: origins.connect().to_vec(),
            img: origins.images().to_vec(),
            form: origins.hosted().to_vec(),
        }
    }
}

/// Puts the headers of this kind of page into `map`. `https`: the public address is served over TLS.
pub fn protect(map: &mut HeaderMap, kind: &Kind, https: bool) {
    let mut set =
        |name: HeaderName, value: &'static str| map.insert(name, HeaderValue::from_static(value));
    set(header::CACHE_CONTROL, "no-store");
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::X_FRAME_OPTIONS, "DENY");
    // On pages behind a sign-in our own forms must carry a true Origin, which `no-referrer` would turn into
    // `null`; on pages whose address is itself the key nothing may leave, not even to ourselves.
    set(
        header::REFERRER_POLICY,
        if *kind == Kind::Admin {
            "same-origin"
        } else {
            "no-referrer"
        },
    );
    if *kind != Kind::Admin {
        set(HeaderName::from_static("x-robots-tag"), "noindex, nofollow");
    }
    // The provider opens windows for the bank's confirmation; cut off from their opener they would hang.
    if !matches!(kind, Kind::Pay(_)) {
        set(
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        );
    }
    if https {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=63072000");
    }
    let policy = HeaderValue::from_str(&policy(kind))
        .unwrap_or(HeaderValue::from_static("default-src 'none'"));
    map.insert(header::CONTENT_SECURITY_POLICY, policy);
}

/// The content security policy of this kind of page.
pub fn policy(kind: &Kind) -> String {
    let plain = match kind {
        Kind::Hosted(form) => PayOrigins {
            form: form.clone(),
            ..PayOrigins::default()
        },
        _ => PayOrigins::default(),
    };
    let origins = match kind {
        Kind::Pay(origins) => origins,
        _ => &plain,
    };
    let and = |own: &str, more: &[String]| {
        more.iter()
            .fold(own.to_owned(), |all, one| format!("{all} {one}"))
    };
    let mut parts = vec![
        "default-src 'none'".to_owned(),
        and("script-src 'self'", &origins.script),
        "style-src 'self'".to_owned(),
        and("img-src 'self' data:", &origins.img),
        "font-src 'self'".to_owned(),
        and("connect-src 'self'", &origins.connect),
    ];
    if !origins.frame.is_empty() {
        parts.push(format!("frame-src {}", origins.frame.join(" ")));
    }
    parts.extend([
        "object-src 'none'".to_owned(),
        and("form-action 'self'", &origins.form),
        "base-uri 'none'".to_owned(),
        "frame-ancestors 'none'".to_owned(),
    ]);
    if matches!(kind, Kind::Pay(_)) {
        parts.push("report-uri /csp-report".to_owned());
    }
    parts.join("; ")
}
