//! Scripted misbehaviour of answers.

use serde::{Deserialize, Serialize};

/// What goes wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Trouble {
    /// Nothing is done; after `hold_ms` of silence the connection is cut.
    TimeOutBefore {
        /// Milliseconds of silence.
        #[serde(default)]
        hold_ms: u64,
    },
    /// Everything is done; after `hold_ms` of silence the connection is cut without an answer.
    TimeOutAfter {
        /// Milliseconds of silence.
        #[serde(default)]
        hold_ms: u64,
    },
    /// Nothing is done and the answer is this error, which an idempotency key then keeps.
    ErrorBefore {
        /// HTTP status, 429 or 5xx.
        status: u16,
    },
    /// Everything is done but the answer is this error, which an idempotency key then keeps.
    ErrorAfter {
        /// HTTP status, 5xx.
        status: u16,
    },
    /// The answer comes late.
    Delay {
        /// Milliseconds.
        ms: u64,
    },
    /// The request waits, before anything is done, until the control releases requests (60 s at most).
    Hold,
    /// Everything is done; the answer waits until the control releases requests (60 s at most).
    HoldAnswer,
}

/// A trouble and the requests it waits for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// What goes wrong.
    #[serde(flatten)]
    pub trouble: Trouble,
    /// `GET`, `POST`, `DELETE`; any when absent.
    #[serde(default)]
    pub method: Option<String>,
    /// The path, where `*` stands for one segment; any under `/v1` when absent.
    #[serde(default)]
    pub path: Option<String>,
    /// For how many requests; 1 when absent.
    #[serde(default = "once")]
    pub times: u32,
}

fn once() -> u32 {
    1
}

impl Fault {
    /// Once, for any request.
    pub fn new(trouble: Trouble) -> Self {
        Self {
            trouble,
            method: None,
            path: None,
            times: 1,
        }
    }

    /// Only for this method and path (`*` stands for one segment).
    pub fn on(mut self, method: &str, path: &str) -> Self {
        self.method = Some(method.to_owned());
        self.path = Some(path.to_owned());
        self
    }

    /// For that many requests.
    pub fn times(mut self, times: u32) -> Self {
        self.times = times;
        self
    }

    fn meets(&self, method: &str, path: &str) -> bool {
        self.method
            .as_deref()
            .is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
            && self
                .path
                .as_deref()
                .is_none_or(|pattern| matches(pattern, path))
    }
}

/// Takes the first fault that waits for this request.
pub(crate) fn take(faults: &mut Vec<Fault>, method: &str, path: &str) -> Option<Trouble> {
    let at = faults
        .iter()
        .position(|fault| fault.times > 0 && fault.meets(method, path))?;
    faults[at].times -= 1;
    let trouble = faults[at].trouble.clone();
    faults.retain(|fault| fault.times > 0);
    Some(trouble)
}

/// Whether a path has the shape of a pattern.
pub(crate) fn matches(pattern: &str, path: &str) -> bool {
    let (mut wanted, mut given) = (pattern.split('/'), path.split('/'));
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return true,
            (Some(wanted), Some(given))
                if wanted == given || (wanted == "*" && !given.is_empty()) => {}
            _ => return false,
        }
    }
}
