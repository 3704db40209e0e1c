//! What documents and payments do to claims: the first of the two steps (see [`super`]).
//!
//! Amounts are given above nothing; the direction is the function's. `through` is where the money itself is booked:
//! [`Account::StripeClearing`] for everything online, [`Account::Bank`] or [`Account::Cash`] for what a person
//! records.

use super::entry::positive;
use super::{Account, Entry, LedgerError, Posting, exchange};
use crate::credit_note::Note;
use crate::id::{InvoiceId, TaxRateId};
use crate::invoice::Totals;
use crate::money::{Money, MoneyError};

/// The part of an amount that belongs to one invoice's claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimPart {
    /// The invoice.
    pub invoice_id: InvoiceId,
    /// Above nothing.
    pub amount: Money,
}

/// How an amount divides over claims and customer credit. The whole is its parts, always.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Division {
    claims: Vec<ClaimPart>,
    credit: Money,
    whole: Money,
    /// Where what no claim uses stands: customer credit, or suspense while nobody knows whose it is.
    rest: Account,
}

impl Division {
    /// `whole` divided over `claims`; what they leave is customer credit.
    ///
    /// # Errors
    /// `PartsDoNotAddUp` when a part is not above nothing or the parts exceed the whole; `NotPositive` for a whole of
    /// nothing or less; `Money` for another currency.
    pub fn new(whole: Money, claims: Vec<ClaimPart>) -> Result<Division, LedgerError> {
        positive(whole)?;
        let claimed = Money::sum(whole.currency(), claims.iter().map(|part| part.amount))?;
        let credit = whole.checked_sub(claimed)?;
        if credit.is_negative() || claims.iter().any(|part| !part.amount.is_positive()) {
            return Err(LedgerError::PartsDoNotAddUp);
        }
        Ok(Division {
            claims,
            credit,
            whole,
            rest: Account::CustomerCredit,
        })
    }

    /// It belongs to no claim and no customer yet: shown as suspense, never dropped (`led_05`).
    ///
    /// # Errors
    /// `NotPositive`.
    pub fn of_nobody(whole: Money) -> Result<Division, LedgerError> {
        Ok(Division {
            rest: Account::Suspense,
            ..Division::new(whole, Vec::new())?
        })
    }

    /// All of it belongs to one invoice.
    ///
    /// # Errors
    /// `NotPositive`.
    pub fn of_one(invoice_id: InvoiceId, amount: Money) -> Result<Division, LedgerError> {
        Division::new(amount, vec![ClaimPart { invoice_id, amount }])
    }

    /// The whole amount.
    pub fn whole(&self) -> Money {
        self.whole
    }

    /// What no invoice uses.
    pub fn credit(&self) -> Money {
        self.credit
    }

    /// The parts of invoices.
    pub fn claims(&self) -> &[ClaimPart] {
        &self.claims
    }

    /// Credits that settle the claims and keep the rest for the customer.
    fn settling(&self) -> Vec<Posting> {
        let claims = self.claims.iter().map(|part| {
            Posting::credit(Account::Receivable, part.amount).of_invoice(part.invoice_id.clone())
        });
        let rest = Posting::credit(self.rest.clone(), self.credit);
        claims.chain([rest]).collect()
    }

    /// Debits that open the claims again and take from the customer's credit.
    fn opening(&self) -> Vec<Posting> {
        let reversed = |posting: Posting| Posting {
            amount: -posting.amount,
            ..posting
        };
        self.settling().into_iter().map(reversed).collect()
    }
}

/// One tax of a document, by its rate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaxPart {
    /// The seller's rate.
    pub tax_id: TaxRateId,
    /// The tax.
    pub amount: Money,
}

/// The taxes of computed totals, as the ledger books them.
pub fn tax_parts(totals: &Totals) -> Vec<TaxPart> {
    let part = |line: &crate::tax::TaxLine| TaxPart {
        tax_id: line.tax.id.clone(),
        amount: line.amount,
    };
    totals.taxes.iter().map(part).collect()
}

/// P01: an invoice is issued. None for one that comes to nothing at all. The claim takes its invoice from the entry.
///
/// # Errors
/// [`LedgerError`].
pub fn invoice_issued(totals: &Totals) -> Result<Option<Entry>, LedgerError> {
    let mut postings = vec![
        Posting::debit(Account::Receivable, totals.total),
        Posting::credit(Account::Income, totals.net),
    ];
    for part in tax_parts(totals) {
        postings.push(Posting::credit(
            Account::TaxPayable(part.tax_id),
            part.amount,
        ));
    }
    Entry::unless_empty(postings)
}

/// P14: an invoice in another currency than the books: the claim stays in its own, income and taxes are booked in
/// `home`'s currency at the day's rate. `home` is the net and the taxes in the currency of the books.
///
/// # Errors
/// `NotAnExchange` when both are of one currency, [`LedgerError`].
pub fn invoice_issued_abroad(
    total: Money,
    home_net: Money,
    home_taxes: &[TaxPart],
) -> Result<Entry, LedgerError> {
    let taxes = home_taxes.iter().map(|part| part.amount);
    let home_total = home_net.checked_add(Money::sum(home_net.currency(), taxes)?)?;
    let mut postings = vec![
        Posting::debit(Account::Receivable, total),
        Posting::credit(Account::Income, home_net),
    ];
    postings.extend(credits_of_taxes(home_taxes));
    postings.extend(exchange::conversion(total, home_total)?);
    Entry::new(postings)
}

/// P03: a credit note is issued: P01 backwards, for what is credited. Where the customer had already paid the claim, what
/// exceeds it is kept by [`credit_kept`].
///
/// # Errors
/// [`LedgerError`].
pub fn credit_note_issued(note: &Note) -> Result<Entry, LedgerError> {
    let mut postings = vec![
        Posting::credit(Account::Receivable, positive(note.total)?),
        Posting::debit(Account::Income, note.net),
    ];
    let taxes = note.taxes.iter();
    postings.extend(
        taxes.map(|line| Posting::debit(Account::TaxPayable(line.tax.id.clone()), line.amount)),
    );
    Entry::new(postings)
}

/// A claim below nothing (a credit note on what was paid) becomes customer credit.
///
/// # Errors
/// `NotPositive`.
pub fn credit_kept(part: ClaimPart) -> Result<Entry, LedgerError> {
    let amount = positive(part.amount)?;
    Entry::new(vec![
        Posting::debit(Account::Receivable, amount).of_invoice(part.invoice_id),
        Posting::credit(Account::CustomerCredit, amount),
    ])
}

/// P02, P18: money from a customer settles claims; the rest is customer credit, or waits in suspense
/// ([`Division::of_nobody`]). Once it is known where it belongs, this takes it there from [`Account::Suspense`].
///
/// # Errors
/// [`LedgerError`].
pub fn payment_received(through: Account, division: &Division) -> Result<Entry, LedgerError> {
    let mut postings = vec![Posting::debit(through, division.whole)];
    postings.extend(division.settling());
    Entry::new(postings)
}

/// A payment is taken back: a cheque bounced, a debit failed after it was booked, a record was wrong.
///
/// # Errors
/// [`LedgerError`].
pub fn payment_reversed(through: Account, division: &Division) -> Result<Entry, LedgerError> {
    Ok(payment_received(through, division)?.reversed())
}

/// P04: money goes back to the customer: what it had settled is open again (and is closed by a credit note, where
/// there is one); what was credit is credit no more. The fee of the payment is not returned: no posting for it.
///
/// # Errors
/// [`LedgerError`].
pub fn refund_made(through: Account, division: &Division) -> Result<Entry, LedgerError> {
    payment_reversed(through, division)
}

/// P05: a refund did not arrive: the money is here again, and belongs to the customer (`division` has no claims: what
/// was opened stays open).
///
/// # Errors
/// [`LedgerError`].
pub fn refund_failed(through: Account, division: &Division) -> Result<Entry, LedgerError> {
    payment_received(through, division)
}

/// Customer credit settles claims.
///
/// # Errors
/// `PartsDoNotAddUp` for a part of nothing or less, `Empty` for none.
pub fn credit_applied(parts: &[ClaimPart]) -> Result<Entry, LedgerError> {
    applied(Account::CustomerCredit, parts)
}

/// What was settled with credit is open again, and the credit is back.
///
/// # Errors
/// As [`credit_applied`].
pub fn credit_taken_back(parts: &[ClaimPart]) -> Result<Entry, LedgerError> {
    Ok(credit_applied(parts)?.reversed())
}

/// P16, P16e: money before any invoice. `taxes` is empty where tax is due with the invoice (Canada); where it is due
/// on receipt (EU) they are the taxes inside the amount.
///
/// # Errors
/// `PartsDoNotAddUp` when the taxes exceed the deposit.
pub fn deposit_received(
    through: Account,
    amount: Money,
    taxes: &[TaxPart],
) -> Result<Entry, LedgerError> {
    let amount = positive(amount)?;
    let tax = Money::sum(amount.currency(), taxes.iter().map(|part| part.amount))?;
    let net = amount.checked_sub(tax)?;
    if net.is_negative() || taxes.iter().any(|part| part.amount.is_negative()) {
        return Err(LedgerError::PartsDoNotAddUp);
    }
    let mut postings = vec![
        Posting::debit(through, amount),
        Posting::credit(Account::Deposits, net),
    ];
    postings.extend(credits_of_taxes(taxes));
    Entry::new(postings)
}

/// P17: a deposit settles claims.
///
/// # Errors
/// As [`credit_applied`].
pub fn deposit_applied(parts: &[ClaimPart]) -> Result<Entry, LedgerError> {
    applied(Account::Deposits, parts)
}

/// P09: a dispute is lost: the claims are open again; nothing is expensed silently. `held` is what
/// [`Account::DisputedFunds`] has of it, in the currency of the balance; `carried`, where that is another currency than
/// the payment's, what the same money had come in at: the difference is gain or loss.
///
/// # Errors
/// `PartsDoNotAddUp` when both are of one currency and differ.
pub fn dispute_lost(
    held: Money,
    carried: Option<Money>,
    division: &Division,
) -> Result<Entry, LedgerError> {
    let held = positive(held)?;
    let mut postings = division.opening();
    postings.push(Posting::credit(Account::DisputedFunds, held));
    if held.currency() != division.whole.currency() {
        postings.extend(exchange::conversion(division.whole, held)?);
        if let Some(carried) = carried {
            postings.extend(exchange::realised(-held, -carried)?);
        }
    } else if held != division.whole {
        return Err(LedgerError::PartsDoNotAddUp);
    }
    Entry::new(postings)
}

/// P10: a claim is given up, with the tax that may be taken back (none where the law gives none).
///
/// # Errors
/// `PartsDoNotAddUp` when the taxes exceed the claim or are negative.
pub fn written_off(claim: ClaimPart, taxes: &[TaxPart]) -> Result<Entry, LedgerError> {
    let amount = positive(claim.amount)?;
    let tax = Money::sum(amount.currency(), taxes.iter().map(|part| part.amount))?;
    let lost = amount.checked_sub(tax)?;
    if lost.is_negative() || taxes.iter().any(|part| part.amount.is_negative()) {
        return Err(LedgerError::PartsDoNotAddUp);
    }
    let mut postings = vec![Posting::debit(Account::BadDebt, lost)];
    let back = |part: &TaxPart| {
        Posting::debit(Account::TaxPayable(part.tax_id.clone()), part.amount)
            .of_invoice(claim.invoice_id.clone())
    };
    postings.extend(taxes.iter().map(back));
    postings
        .push(Posting::credit(Account::Receivable, amount).of_invoice(claim.invoice_id.clone()));
    Entry::new(postings)
}

/// P13: a payout was found on the bank's statement.
///
/// # Errors
/// `NotPositive`.
pub fn payout_found(amount: Money) -> Result<Entry, LedgerError> {
    let amount = positive(amount)?;
    Entry::new(vec![
        Posting::debit(Account::Bank, amount),
        Posting::credit(Account::InTransit, amount),
    ])
}

fn applied(from: Account, parts: &[ClaimPart]) -> Result<Entry, LedgerError> {
    if parts.iter().any(|part| !part.amount.is_positive()) {
        return Err(LedgerError::PartsDoNotAddUp);
    }
    let lines = parts.iter().flat_map(|part| {
        [
            Posting::debit(from.clone(), part.amount),
            Posting::credit(Account::Receivable, part.amount).of_invoice(part.invoice_id.clone()),
        ]
    });
    Entry::new(lines.collect())
}

fn credits_of_taxes(taxes: &[TaxPart]) -> impl Iterator<Item = Posting> {
    taxes
        .iter()
        .map(|part| Posting::credit(Account::TaxPayable(part.tax_id.clone()), part.amount))
}

/// A payment of one invoice, which its entry names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PaymentParts {
    /// What the customer paid.
    pub gross: Money,
    /// The part applied to the invoice.
    pub applied: Money,
    /// The part no invoice could use: customer credit.
    pub credited: Money,
}

impl PaymentParts {
    fn credits(self) -> Result<[Posting; 2], LedgerError> {
        let adds_up = self.applied.checked_add(self.credited)? == self.gross;
        if !adds_up || self.applied.is_negative() || self.credited.is_negative() {
            return Err(LedgerError::PartsDoNotAddUp);
        }
        Ok([
            Posting::credit(Account::Receivable, self.applied),
            Posting::credit(Account::CustomerCredit, self.credited),
        ])
    }
}

/// Both steps of P02 and P18 in one entry: with the fee of the balance transaction the net goes to the provider's
/// balance; while that is not known yet (`fee` none) the gross waits in clearing, until [`card_payment_settled`].
///
/// # Errors
/// [`LedgerError`].
pub fn card_payment(parts: PaymentParts, fee: Option<Money>) -> Result<Entry, LedgerError> {
    let mut postings = match fee {
        Some(fee) => at_provider(parts.gross, fee)?,
        None => vec![Posting::debit(Account::StripeClearing, parts.gross)],
    };
    postings.extend(parts.credits()?);
    Entry::new(postings)
}

/// The balance transaction of an earlier payment became known: clearing becomes balance and fee.
///
/// # Errors
/// [`LedgerError`].
pub fn card_payment_settled(gross: Money, fee: Money) -> Result<Entry, LedgerError> {
    let mut postings = at_provider(gross, fee)?;
    postings.push(Posting::credit(Account::StripeClearing, gross));
    Entry::new(postings)
}

/// A person recorded a payment of one invoice (bank transfer, cheque, cash).
///
/// # Errors
/// [`LedgerError`].
pub fn recorded_payment(parts: PaymentParts) -> Result<Entry, LedgerError> {
    let mut postings = vec![Posting::debit(Account::Bank, parts.gross)];
    postings.extend(parts.credits()?);
    Entry::new(postings)
}

fn at_provider(gross: Money, fee: Money) -> Result<Vec<Posting>, MoneyError> {
    let net = gross.checked_sub(fee)?;
    Ok(vec![
        Posting::debit(Account::StripeBalance, net),
        Posting::debit(Account::StripeFees, fee),
    ])
}
