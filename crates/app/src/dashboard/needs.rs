//! What waits for a person; nothing of it settles by itself.

use billing::refund::RefundStatus;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use kit::locale::{self, Locale};

use super::show::Facts;
use crate::cards::plan;
use crate::disputes;
use crate::refunds;

/// One thing: its sentence, what it means, its door.
pub(super) struct Need {
    pub(super) name: String,
    pub(super) about: String,
    pub(super) href: String,
}

/// The most urgent first; empty on a good day.
pub(super) fn needs(facts: &Facts, now: Timestamp, zone: &TimeZone, l: Locale) -> Vec<Need> {
    let mut needs = Vec::new();
    for dispute in &facts.disputes {
        let currency = dispute.amount.currency();
        let amount = l.money(dispute.amount.minor(), currency.code(), currency.exponent());
        needs.push(Need {
            name: l
                .t1("needs-dispute", "amount", amount.as_str())
                .into_owned(),
            about: disputes::deadline(l, dispute, now, zone),
            href: format!("/disputes/{}", dispute.id),
        });
    }
    if facts.cannot_hear {
        needs.push(Need {
            name: l.t("needs-events").into_owned(),
            about: l.t("needs-events-about").into_owned(),
            href: "/settings/billing/online-payment".to_owned(),
        });
    }
    for refund in &facts.refunds {
        let currency = refund.amount.currency();
        let amount = l.money(refund.amount.minor(), currency.code(), currency.exponent());
        let key = match refund.status {
            RefundStatus::Asked => locale::key("needs-refund-unknown"),
            _ => locale::key("needs-refund"),
        };
        needs.push(Need {
            name: l.t1(key, "amount", amount.as_str()).into_owned(),
            about: refunds::meaning(l, refund.status),
            href: format!("/refunds/{}", refund.id),
        });
    }
    for one in &facts.autopay {
        let currency = one.due.currency();
        let amount = l.money(one.due.minor(), currency.code(), currency.exponent());
        let why = one
            .why
            .map(|why| plan::why_words(l, why))
            .unwrap_or_default();
        let args: &[(&str, locale::Value<'_>)] = &[
            ("customer", one.customer.as_str().into()),
            ("amount", amount.as_str().into()),
            ("why", why.as_str().into()),
        ];
        needs.push(Need {
            name: l
                .t1("needs-autopay", "number", one.number.as_str())
                .into_owned(),
            about: l.ta("needs-autopay-about", args).into_owned(),
            href: format!("/invoices/{}", one.invoice_id),
        });
    }
    for payout in &facts.failed_payouts {
        let currency = payout.amount.currency();
        let amount = l.money(payout.amount.minor(), currency.code(), currency.exponent());
        needs.push(Need {
            name: l.t1("needs-payout", "amount", amount).into_owned(),
            about: l.t("needs-payout-about").into_owned(),
            href: format!("/payouts/{}", payout.id),
        });
    }
    if facts.unallocated > 0 {
        needs.push(Need {
            name: l
                .t1("needs-unallocated", "count", facts.unallocated)
                .into_owned(),
            about: l.t("needs-unallocated-about").into_owned(),
            href: "/payments/unallocated".to_owned(),
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
