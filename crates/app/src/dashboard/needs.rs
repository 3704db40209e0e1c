//! What waits for a person; nothing of it settles by itself.

use kit::locale::Locale;

use super::show::Facts;

/// One thing: its sentence, what it means, its door.
pub(super) struct Need {
    pub(super) name: String,
    pub(super) about: String,
    pub(super) href: String,
}

/// The most urgent first; empty on a good day.
pub(super) fn needs(facts: &Facts, l: Locale) -> Vec<Need> {
    let mut needs = Vec::new();
    if facts.cannot_hear {
        needs.push(Need {
            name: l.t("needs-events").into_owned(),
            about: l.t("needs-events-about").into_owned(),
            href: "/settings/billing/online-payment".to_owned(),
        });
    }
    if facts.failed_mails > 0 {
        needs.push(Need {
            name: l.t1("needs-mail", "count", facts.failed_mails).into_owned(),
            about: l.t("needs-mail-about").into_owned(),
            href: "/outbox?state=failed".to_owned(),
        });
    }
    needs
}
