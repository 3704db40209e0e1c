//! What lines may be: `billing` compares them with what is open, and other lines that want the same are doubts.

use std::collections::HashMap;

use billing::money::Money;
use billing::statement::{
    Confidence, InvoiceSide, PayoutSide, Reason, Sides, Suggestion, Target, doubt_contested,
};
use jiff::civil::Date;
use kit::db::{Error, Tx};

use super::line::Kept;
use super::store;
use crate::invoices::claim::{self, Owing};
use crate::payouts;
use crate::who::Scope;

/// What is open on both sides, with what pages say of it.
pub(super) struct Open {
    payouts: Vec<PayoutSide>,
    invoices: Vec<InvoiceSide>,
    pub(super) owing: HashMap<String, Owing>,
    pub(super) arrivals: HashMap<String, Date>,
}

/// A suggestion, and what of the amount would be left as the customer's credit.
#[derive(Clone, Debug)]
pub(super) struct Proposal {
    pub(super) suggestion: Suggestion,
    pub(super) rest: Option<Money>,
}

impl Proposal {
    pub(super) fn is_certain(&self) -> bool {
        self.suggestion.confidence == Confidence::Certain
    }
}

/// Reads what is open.
pub(super) fn open(tx: &mut Tx<'_>, scope: &Scope) -> Result<Open, Error> {
    let payouts = payouts::list_unfound(tx, scope)?;
    let owing = claim::list_owing(tx, scope)?;
    let invoices = owing.iter().map(|o| InvoiceSide {
        id: o.invoice_id.clone(),
        number: o.number.clone(),
        customer_id: o.customer_id.clone(),
        customer: o.customer.clone(),
        due: o.due,
        issued: o.issued,
        under_way: o.processing,
    });
    Ok(Open {
        invoices: invoices.collect(),
        arrivals: payouts.iter().map(|p| (p.id.clone(), p.arrival)).collect(),
        payouts: payouts
            .into_iter()
            .map(|p| PayoutSide {
                id: p.id,
                amount: p.amount,
                arrival: p.arrival,
                descriptor: p.descriptor,
            })
            .collect(),
        owing: owing
            .into_iter()
            .map(|o| (o.invoice_id.clone(), o))
            .collect(),
    })
}

impl Open {
    /// What each of the lines may be, the surest first.
    pub(super) fn proposals(
        &self,
        tx: &mut Tx<'_>,
        scope: &Scope,
        lines: &[Kept],
    ) -> Result<Vec<Vec<Proposal>>, Error> {
        let sides = Sides::new(&self.payouts, &self.invoices);
        let certain = |found: &[Suggestion]| -> Option<Target> {
            let first = found.first()?;
            (first.confidence == Confidence::Certain).then(|| first.target.clone())
        };
        let mut all = Vec::with_capacity(lines.len());
        for kept in lines {
            let mut found = sides.suggest(&kept.line);
            if certain(&found).is_some() {
                let rivals = store::list_rivals(tx, scope, kept)?;
                let wanted = rivals
                    .iter()
                    .filter_map(|r| certain(&sides.suggest(&r.line)));
                doubt_contested(&mut found, &wanted.collect::<Vec<_>>());
            }
            let proposals = found.into_iter().map(|suggestion| Proposal {
                rest: self.rest(kept.line.amount, &suggestion),
                suggestion,
            });
            all.push(proposals.collect());
        }
        Ok(all)
    }

    /// Whether a line that goes out is anything of Stripe's: it collects what the balance lacks.
    pub(super) fn collects(&self, amount: Money) -> bool {
        self.payouts.iter().any(|p| p.amount == amount)
    }

    fn rest(&self, amount: Money, suggestion: &Suggestion) -> Option<Money> {
        if !suggestion.reasons.contains(&Reason::MoreThanDue) {
            return None;
        }
        self.rest_after(amount, &suggestion.target)
    }

    /// What of an amount is more than is due on all of these; nothing when nothing is.
    pub(super) fn rest_after(&self, amount: Money, target: &Target) -> Option<Money> {
        let due = target
            .invoices()
            .iter()
            .map(|id| self.owing.get(id).map(|o| o.due));
        let due: Vec<Money> = due.collect::<Option<_>>()?;
        let due = Money::sum(amount.currency(), due).ok()?;
        let rest = amount.checked_sub(due).ok()?;
        rest.is_positive().then_some(rest)
    }
}

/// A target as a form carries it.
pub(super) fn written(target: &Target) -> String {
    match target {
        Target::Payout(id) => format!("payout:{id}"),
        Target::Invoice(id) => format!("invoice:{id}"),
        Target::Invoices(ids) => format!("invoices:{}", ids.join(",")),
    }
}

/// Reads [`written`].
pub(super) fn read(text: &str) -> Option<Target> {
    let (kind, ids) = text.split_once(':')?;
    if ids.is_empty() {
        return None;
    }
    match kind {
        "payout" => Some(Target::Payout(ids.to_owned())),
        "invoice" => Some(Target::Invoice(ids.to_owned())),
        "invoices" => Some(Target::Invoices(
            ids.split(',').map(str::to_owned).collect(),
        )),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_survives_a_form() {
        for target in [
            Target::Payout("po_1".into()),
            Target::Invoice("i".into()),
            Target::Invoices(vec!["a".into(), "b".into()]),
        ] {
            assert_eq!(read(&written(&target)), Some(target));
        }
        for nonsense in ["", "payout", "payout:", "cat:1"] {
            assert_eq!(read(nonsense), None, "{nonsense}");
        }
    }
}
