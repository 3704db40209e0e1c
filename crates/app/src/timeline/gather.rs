//! Reads the record of one invoice from every feature that knows something of it, in one snapshot.

use billing::allocation::SourceKind;
use kit::db::{Error, Tx};

use crate::cards::plan::{self, State};
use crate::disputes;
use crate::invoices::claim::{self, Claim};
use crate::invoices::history::{self, Past};
use crate::invoices::link;
use crate::mail::{self, Mailed};
use crate::online_payment::{self, Drawer, NoOffer};
use crate::payments::trace::{self, Attempted};
use crate::payments::{self, AttemptRow, back};
use crate::recorder::{self, Recorded};
use crate::refunds;
use crate::stripe_events::{self, Kept};
use crate::who::Scope;

/// Everything that is known.
pub(super) struct Gathered {
    pub(super) claim: Claim,
    pub(super) history: Vec<Past>,
    pub(super) mails: Vec<Mailed>,
    pub(super) attempts: Vec<Attempted>,
    pub(super) latest: Option<AttemptRow>,
    pub(super) calls: Vec<Recorded>,
    pub(super) events: Vec<Kept>,
    pub(super) drawer: Option<Drawer>,
    pub(super) offer: Result<(), NoOffer>,
    pub(super) has_mail_server: bool,
    pub(super) has_link: bool,
    /// A bank has taken money of it back for good.
    pub(super) lost_to_bank: bool,
    /// It will be charged to a kept card on its day.
    pub(super) planned: bool,
}

pub(super) fn gather(tx: &mut Tx<'_>, scope: &Scope, invoice_id: &str) -> Result<Gathered, Error> {
    let claim = claim::get(tx, scope, invoice_id)?;
    let mut ids = trace::provider_ids(tx, invoice_id)?;
    for payment in payments::list_by_invoice(tx, invoice_id)? {
        ids.extend(refunds::stripe_ids_of_payment(tx, &payment.id)?);
        ids.extend(disputes::stripe_ids_of_payment(tx, &payment.id)?);
    }
    let offer = online_payment::offer(tx, scope, claim.amount_due())?;
    Ok(Gathered {
        history: history::list(tx, invoice_id)?,
        mails: mail::list_by_invoice(tx, scope, invoice_id)?,
        attempts: trace::list_attempts(tx, invoice_id)?,
        latest: payments::latest_attempt(tx, invoice_id)?,
        calls: recorder::list_by_objects(tx, scope, &ids)?,
        events: stripe_events::list_about(tx, scope, &ids)?,
        drawer: online_payment::drawer(tx, scope)?,
        offer: offer.map(drop),
        has_link: link::is_live(tx, invoice_id)?,
        has_mail_server: mail::has_server(tx, &scope.business_id)?,
        planned: plan::find_kept(tx, invoice_id)?.is_some_and(|kept| kept.state == State::Planned),
        lost_to_bank: !back::list_on_invoice(tx, SourceKind::Dispute, invoice_id)?.is_empty(),
        claim,
    })
}
