//! What a restricted key must be allowed (AC-08), once for the guide and for the doctor: the form it is asked for in, and
//! the proof by doing.
//!
//! A right is proved without making anything: what does not exist is to be changed, or a list is read. Who may not is
//! refused before anybody looks for the thing.

use kit::locale::{self, Locale};
use stripe::{BalanceTransactionQuery, Client, CustomerFields, Error, IdempotencyKey, PayoutQuery};

use super::doctor::{Check, Report, State};

/// When a right is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Needed {
    Always,
    /// Where customers pay on the page that Stripe hosts.
    Hosted,
    /// Without it, news is asked for instead.
    IfYouLike,
}

/// One line of the list that Stripe shows where a restricted key is made.
struct Right {
    /// The word by which a report names it, and under which its name and its reason stand in the locales.
    word: &'static str,
    name: &'static str,
    why: &'static str,
    writes: bool,
    needed: Needed,
}

const RIGHTS: [Right; 13] = [
    Right {
        word: "payment-intents",
        name: locale::key("right-payment-intents"),
        why: locale::key("right-why-payment-intents"),
        writes: true,
        needed: Needed::Always,
    },
    Right {
        word: "setup-intents",
        name: locale::key("right-setup-intents"),
        why: locale::key("right-why-setup-intents"),
        writes: true,
        needed: Needed::Always,
    },
    Right {
        word: "customers",
        name: locale::key("right-customers"),
        why: locale::key("right-why-customers"),
        writes: true,
        needed: Needed::Always,
    },
    Right {
        word: "payment-methods",
        name: locale::key("right-payment-methods"),
        why: locale::key("right-why-payment-methods"),
        writes: true,
        needed: Needed::Always,
    },
    Right {
        word: "charges",
        name: locale::key("right-charges"),
        why: locale::key("right-why-charges"),
        writes: true,
        needed: Needed::Always,
    },
    Right {
        word: "disputes",
        name: locale::key("right-disputes"),
        why: locale::key("right-why-disputes"),
        writes: true,
        needed: Needed::Always,
    },
    Right {
        word: "files",
        name: locale::key("right-files"),
        why: locale::key("right-why-files"),
        writes: true,
        needed: Needed::Always,
    },
    Right {
        word: "events",
        name: locale::key("right-events"),
        why: locale::key("right-why-events"),
        writes: false,
        needed: Needed::Always,
    },
    Right {
        word: "balance",
        name: locale::key("right-balance"),
        why: locale::key("right-why-balance"),
        writes: false,
        needed: Needed::Always,
    },
    Right {
        word: "balance-transactions",
        name: locale::key("right-balance-transactions"),
        why: locale::key("right-why-balance-transactions"),
        writes: false,
        needed: Needed::Always,
    },
    Right {
        word: "payouts",
        name: locale::key("right-payouts"),
        why: locale::key("right-why-payouts"),
        writes: false,
        needed: Needed::Always,
    },
    Right {
        word: "checkout-sessions",
        name: locale::key("right-checkout-sessions"),
        why: locale::key("right-why-checkout-sessions"),
        writes: true,
        needed: Needed::Hosted,
    },
    Right {
        word: "webhook-endpoints",
        name: locale::key("right-webhook-endpoints"),
        why: locale::key("right-why-webhook-endpoints"),
        writes: true,
        needed: Needed::IfYouLike,
    },
];

/// A right as the guide shows it: its name and how much of it, and what it is for.
pub(super) struct Shown {
    pub(super) name: String,
    pub(super) why: String,
    /// When it is needed, if not always; may be empty.
    pub(super) when: String,
}

/// Every right, those without which nothing works first.
pub(super) fn shown(l: Locale) -> Vec<Shown> {
    RIGHTS
        .iter()
        .map(|right| Shown {
            name: in_words(l, right),
            why: l.t(right.why).into_owned(),
            when: match right.needed {
                Needed::Always => String::new(),
                Needed::Hosted => l.t("right-only-hosted").into_owned(),
                Needed::IfYouLike => l.t("right-if-you-like").into_owned(),
            },
        })
        .collect()
}

fn in_words(l: Locale, right: &Right) -> String {
    let key = if right.writes {
        locale::key("right-writes")
    } else {
        locale::key("right-reads")
    };
    l.t1(key, "name", l.t(right.name).as_ref()).into_owned()
}

/// The words of a report, in the reader's language.
pub(super) fn named(l: Locale, words: &str) -> String {
    let names: Vec<String> = words
        .split(' ')
        .filter_map(|word| RIGHTS.iter().find(|right| right.word == word))
        .map(|right| in_words(l, right))
        .collect();
    names.join(", ")
}

/// A right that was found missing, or that nobody could say.
enum Found {
    May,
    MayNot,
    Silent,
}

fn found<T>(answer: &Result<T, Error>) -> Found {
    match answer {
        Err(Error::Permission { .. }) => Found::MayNot,
        Err(error) if error.is_passing() || error.outcome_unknown() => Found::Silent,
        // It does not exist, or is no such thing: whoever is told that may ask.
        _ => Found::May,
    }
}

/// Proves the rights that nothing else in the examination proves, and names those that are missing.
pub(super) async fn ask(client: &Client, keys: impl Fn() -> IdempotencyKey, report: &mut Report) {
    if !report.is_good() {
        return;
    }
    let name = "quittance_key_check";
    let (nobody, k) = (CustomerFields::default(), [keys(), keys(), keys(), keys()]);
    let (payouts, lines) = (PayoutQuery::default(), BalanceTransactionQuery::default());
    let (customer, method) = (format!("cus_{name}"), format!("pm_{name}"));
    let (refund, dispute) = (format!("re_{name}"), format!("du_{name}"));
    let answers = tokio::join!(
        client.update_customer(&customer, &nobody, &k[0]),
        client.detach_payment_method(&method, &k[1]),
        client.cancel_refund(&refund, &k[2]),
        client.close_dispute(&dispute, &k[3]),
        client.retrieve_balance(),
        client.list_balance_transactions(&lines),
        client.list_payouts(&payouts),
    );
    let all = [
        ("customers", found(&answers.0)),
        ("payment-methods", found(&answers.1)),
        ("charges", found(&answers.2)),
        ("disputes", found(&answers.3)),
        ("balance", found(&answers.4)),
        ("balance-transactions", found(&answers.5)),
        ("payouts", found(&answers.6)),
    ];
    if all.iter().any(|(_, found)| matches!(found, Found::Silent)) {
        report.unreachable = true;
        report.replace(Check::Rights, State::Failed, "unreachable", "");
        return;
    }
    let missing: Vec<&str> = all
        .iter()
        .filter(|(_, found)| matches!(found, Found::MayNot))
        .map(|(word, _)| *word)
        .collect();
    if missing.is_empty() {
        report.replace(Check::Rights, State::Ok, "rights-ok", "");
    } else {
        report.replace(
            Check::Rights,
            State::Failed,
            "rights-missing",
            missing.join(" "),
        );
    }
}
