//! What stands behind a link, read in one snapshot: what was issued, what is owed now, and how it can be paid.

use billing::invoice::state::InvoiceState;
use billing::money::Money;
use billing::payment::spread::{PartRules, choose, parts_between};
use billing::standing::{Facts, Standing, standing};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use kit::db::{Error, Tx};
use kit::locale::{self, Locale};

use super::shown::{Credited, Day, Refunded, money};
use crate::app::App;
use crate::credit_notes::{self, NoteRow};
use crate::customers;
use crate::invoices::claim::Claim;
use crate::invoices::frozen::Frozen;
use crate::invoices::link;
use crate::online_payment::{self, Offer};
use crate::page::Page;
use crate::payments::{self, PaymentSummary};
use crate::refunds::{self, OnInvoice};
use crate::settings;
use crate::visit::Visit;

/// One invoice as whoever holds its link may know it.
pub(super) struct Behind {
    pub(super) claim: Claim,
    pub(super) frozen: Frozen,
    /// Whether it was opened before.
    pub(super) seen: bool,
    /// The seller's; days are counted in it.
    pub(super) zone: TimeZone,
    /// How it can be paid by card now. Why not is the seller's business, not the payer's.
    pub(super) offer: Option<Offer>,
    /// Oldest first.
    pub(super) payments: Vec<PaymentSummary>,
    /// What went back of them, oldest first.
    pub(super) refunds: Vec<OnInvoice>,
    /// What took of it back, oldest first.
    pub(super) notes: Vec<NoteRow>,
    /// What the seller lets a payer choose.
    pub(super) rules: PartRules,
    /// Whether a card may be kept here: only where its owner can take it away again, in the Customer Area, which is
    /// opened by a mail and shows live invoices.
    pub(super) may_keep: bool,
}

/// Reads it; nothing for an unknown, revoked or never-issued link.
///
/// # Errors
/// Of the database.
pub(super) async fn find(app: &App, token: &str) -> Result<Option<Behind>, Error> {
    let token = token.to_owned();
    app.db().read(move |tx| find_in(tx, &token)).await
}

fn find_in(tx: &mut Tx<'_>, token: &str) -> Result<Option<Behind>, Error> {
    let Some(public) = link::find_by_link_token(tx, token)? else {
        return Ok(None);
    };
    let (claim, frozen) = (public.claim, public.frozen);
    let takes = claim.state.takes_payment() && !claim.processing.is_positive();
    let offer = if takes {
        online_payment::offer(tx, &claim.scope, claim.amount_due())?.ok()
    } else {
        None
    };
    let business = settings::business(tx, &claim.scope.business_id)?;
    let zone = business.zone();
    let payments = payments::list_by_invoice(tx, &claim.invoice_id)?;
    let refunds = refunds::list_on_invoice(tx, &claim.invoice_id)?;
    let notes = credit_notes::list_by_invoice(tx, &claim.invoice_id)?;
    let rules = settings::money_rules(tx, &claim.scope.business_id)?.parts(claim.amount_due());
    let customer = customers::find(tx, &claim.scope.business_id, &claim.customer_id)?;
    let may_keep = claim.scope.mode.is_live() && customer.is_some_and(|c| !c.email.is_empty());
    Ok(Some(Behind {
        may_keep,
        claim,
        frozen,
        seen: public.seen,
        zone,
        offer,
        payments,
        refunds,
        notes,
        rules,
    }))
}

impl Behind {
    /// The frame: in the invoice's language unless the reader chose another.
    pub(super) fn page(&self, visit: &Visit) -> Page {
        let seller = &self.frozen.seller.name;
        visit.public(
            self.frozen.lang(),
            &self.frozen.buyer.country,
            seller,
            self.claim.scope.mode,
        )
    }

    /// What is asked for now. Nothing for an annulled invoice.
    pub(super) fn due(&self) -> Money {
        match self.claim.state {
            InvoiceState::Void => Money::zero(self.claim.total.currency()),
            _ => self.claim.amount_due(),
        }
    }

    /// Whether this much may be paid online: the whole always, a part where the seller allows it.
    pub(super) fn may_pay(&self, amount: Money) -> bool {
        choose(amount, self.due(), self.rules).is_ok()
    }

    /// The smallest and the largest part, where there is a choice.
    pub(super) fn parts(&self) -> Option<(Money, Money)> {
        self.offer.as_ref()?;
        parts_between(self.due(), self.rules)
    }

    /// Where it stands, for the payer. That the seller has given it up is the seller's own note.
    pub(super) fn standing(&self, today: Date) -> Standing {
        let state = match self.claim.state {
            InvoiceState::Uncollectible => InvoiceState::Open,
            state => state,
        };
        standing(&Facts {
            state,
            amount_due: self.due(),
            applied: self.paid(),
            // What a bank and the seller argue about is not the payer's page.
            disputed: false,
            ..self.claim.facts(today)
        })
    }

    /// What was settled, by whatever: the total less what is due. What the seller has given up is not settled.
    fn paid(&self) -> Money {
        let (applied, given_up) = (self.claim.applied, self.claim.written_off);
        applied.checked_sub(given_up).unwrap_or(applied)
    }

    /// The number that dominates the page: what is due, or what it came to once nothing is.
    pub(super) fn amount(&self, l: Locale) -> String {
        let due = self.due();
        money(l, if due.is_zero() { self.claim.total } else { due })
    }

    /// What was paid so far, when something is still owed; else empty.
    pub(super) fn paid_so_far(&self, l: Locale) -> String {
        // What credit notes took back was not paid.
        let credited = self.claim.credited;
        let paid = self.paid().checked_sub(credited).unwrap_or(self.paid());
        if paid.is_positive() && self.due().is_positive() {
            money(l, paid)
        } else {
            String::new()
        }
    }

    /// What credit notes took back so far, when something is still owed; else empty.
    pub(super) fn credited_so_far(&self, l: Locale) -> String {
        if self.claim.credited.is_positive() && self.due().is_positive() {
            money(l, -self.claim.credited)
        } else {
            String::new()
        }
    }

    /// What went back, line by line.
    pub(super) fn refunded(&self, l: Locale) -> Vec<Refunded> {
        let line = |refund: &OnInvoice| {
            let at = Timestamp::from_millisecond(refund.at).unwrap_or_default();
            let day = Day::new(l, at.to_zoned(self.zone.clone()).date());
            let key = if refund.arrived {
                locale::key("pay-refunded")
            } else {
                locale::key("pay-refund-on-its-way")
            };
            Refunded {
                words: l.t1(key, "date", day.text.as_str()).into_owned(),
                amount: money(l, refund.amount),
            }
        };
        self.refunds.iter().map(line).collect()
    }

    /// Whether credit notes took it back whole: then nobody paid it, and nobody has to.
    pub(super) fn is_credited(&self) -> bool {
        let (credited, total) = (self.claim.credited, self.claim.total);
        credited.is_positive() && credited.minor() >= total.minor()
    }

    /// Its credit notes, line by line.
    pub(super) fn credited(&self, l: Locale) -> Vec<Credited> {
        let line = |note: &NoteRow| Credited {
            words: note.frozen.title(l),
            day: l.date_long(note.frozen.issue_date),
            amount: money(l, note.total),
            path: format!("credit-notes/{}.pdf", note.id),
        };
        self.notes.iter().map(line).collect()
    }

    /// The sentence beside the chip.
    pub(super) fn when(&self, l: Locale, today: Date) -> String {
        let (due, issued) = (
            l.date_long(self.frozen.due_date),
            l.date_long(self.frozen.issue_date),
        );
        let text = match self.due().is_zero() {
            true => l.t1("pay-issued", "date", issued),
            false if self.frozen.due_date < today => l.t1("pay-was-due", "date", due),
            false => l.t1("pay-due", "date", due),
        };
        text.into_owned()
    }
}
