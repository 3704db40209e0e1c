//! Which invoices want a step. The rows of plans and tries are [`crate::cards::plan`]'s.

use billing::currency::Currency;
use billing::money::Money;
use billing::payment::autopay::Why;
use kit::db::{Error, Tx};
use kit::{args, sql};

use crate::who::Scope;

/// Open invoices whose payer has agreed, unless their plan wants to be left alone until later; and whatever charge has
/// an outcome that is not known yet, whoever agreed to what meanwhile.
pub(super) fn list_wanting(
    tx: &mut Tx<'_>,
    scope: &Scope,
    now_ms: i64,
) -> Result<Vec<String>, Error> {
    let (business, mode) = (scope.business_id.as_str(), scope.mode.as_str());
    let mut ids = tx.list(
        sql!("select i.id from invoices i join consents c on c.customer_id = i.customer_id and c.mode = i.mode and c.purpose = 'autopay' and c.state = 'given' left join autopay_plans p on p.invoice_id = i.id where i.business_id = $1 and i.mode = $2 and i.state = 'open' and (p.invoice_id is null or p.next_at <= $3 or p.consent_id <> c.id) order by i.due_date, i.id limit 200"),
        args![business, mode, now_ms],
        |r| r.text(0),
    )?;
    let unknown = tx.list(
        sql!("select invoice_id from autopay_tries where business_id = $1 and mode = $2 and outcome = 'started' order by started_at limit 200"),
        args![business, mode],
        |r| r.text(0),
    )?;
    ids.extend(unknown);
    ids.sort();
    ids.dedup();
    Ok(ids)
}

/// An invoice on which autopay gave up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Needing {
    /// The invoice.
    pub invoice_id: String,
    /// As printed.
    pub number: String,
    /// Who owes.
    pub customer: String,
    /// What is due.
    pub due: Money,
    /// Why.
    pub why: Option<Why>,
}

pub(super) fn list_needing(tx: &mut Tx<'_>, scope: &Scope) -> Result<Vec<Needing>, Error> {
    tx.list(
        sql!("select i.id, i.number, k.name, i.total_minor - i.applied_minor, i.currency, p.why from autopay_plans p join invoices i on i.id = p.invoice_id join customers k on k.id = i.customer_id where p.business_id = $1 and p.mode = $2 and p.state = 'gave_up' and i.state = 'open' and i.processing_minor = 0 order by p.updated_at, i.id limit 20"),
        args![scope.business_id.as_str(), scope.mode.as_str()],
        |r| {
            let currency = Currency::parse(&r.text(4)?)
                .map_err(|_| Error::Shape("an invoice without a currency".into()))?;
            Ok(Needing {
                invoice_id: r.text(0)?,
                number: r.text(1)?,
                customer: r.text(2)?,
                due: Money::from_minor(r.int(3)?, currency)
                    .map_err(|_| Error::Shape("a bad amount due".into()))?,
                why: Why::parse(&r.text(5)?),
            })
        },
    )
}
