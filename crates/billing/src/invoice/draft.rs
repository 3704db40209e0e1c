//! Drafts, and the one way out of them: issuing.

use super::number::InvoiceNumber;
use super::state::InvoiceState;
use super::{Computation, Discount, Invoice, Line, Totals, TotalsError};
use crate::currency::Currency;
use crate::customer::{Customer, Language, Seller};
use crate::id::InvoiceId;
use crate::mode::Mode;
use crate::registration::RegistrationKind;
use crate::tax::{Pricing, TaxCategory, TaxRate};
use jiff::civil::Date;

/// An invoice that is not issued: free to change, without a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// Its id; the issued invoice keeps it.
    pub id: InvoiceId,
    /// Live or test.
    pub mode: Mode,
    /// Who will owe, when chosen.
    pub customer: Option<Customer>,
    /// Currency of every amount on it.
    pub currency: Currency,
    /// Language of the document.
    pub language: Language,
    /// Last day to pay, when chosen; the issue date otherwise.
    pub due_date: Option<Date>,
    /// With or without tax.
    pub pricing: Pricing,
    /// The lines.
    pub lines: Vec<Line>,
    /// The rates its lines may name.
    pub taxes: Vec<TaxRate>,
    /// The document's discount.
    pub discount: Option<Discount>,
    /// Notes printed below.
    pub notes: String,
}

/// Why a draft cannot be issued. Each names what to mend.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IssueRefusal {
    /// There is no line.
    #[error("there is no line")]
    NoLines,
    /// A line says nothing about what was supplied.
    #[error("line {} has no description", .line + 1)]
    NoDescription {
        /// Index of the line, from 0.
        line: usize,
    },
    /// No customer, or one without a name.
    #[error("the customer's name is missing")]
    NoCustomerName,
    /// The seller has no name.
    #[error("your business name is missing")]
    NoSellerName,
    /// The total is below zero: that is a credit note.
    #[error("the total is below zero; that would be a credit note")]
    NegativeTotal,
    /// The last day to pay lies before the issue date.
    #[error("the due date lies before the issue date")]
    DueBeforeIssue,
    /// A later invoice of the series is already issued (IL-05).
    #[error("a later invoice is already issued, on {last}")]
    DateGoesBack {
        /// Issue date of the last one.
        last: Date,
    },
    /// A tax is charged whose registration number is not known.
    #[error("a tax is charged but your registration number is missing")]
    MissingRegistration(
        /// Which.
        RegistrationKind,
    ),
    /// Reverse charge needs the VAT number of both sides.
    #[error("reverse charge needs the VAT number of both sides")]
    ReverseChargeNeedsVatNumbers,
    /// A tax rate is not in force yet on the issue date (TX-06).
    #[error("the rate of {name} is in force from {from} only")]
    TaxNotInForce {
        /// English name of the tax.
        name: String,
        /// Its first day.
        from: Date,
    },
    /// The number is of the other drawer.
    #[error("test numbers belong to test invoices, real ones to real invoices")]
    NumberOfOtherMode,
    /// The totals cannot be computed.
    #[error(transparent)]
    Totals(#[from] TotalsError),
}

/// What surrounds an issue.
#[derive(Clone, Copy, Debug)]
pub struct IssueContext<'a> {
    /// The seller as of now.
    pub seller: &'a Seller,
    /// The day of issue in the seller's time zone.
    pub issue_date: Date,
    /// Issue date of the last invoice of the series (IL-05).
    pub last_issue_date: Option<Date>,
}

impl Draft {
    /// What the draft comes to now.
    ///
    /// # Errors
    /// [`TotalsError`].
    pub fn totals(&self) -> Result<Totals, TotalsError> {
        Computation {
            currency: self.currency,
            pricing: self.pricing,
            lines: &self.lines,
            taxes: &self.taxes,
            discount: self.discount,
        }
        .totals()
    }

    /// Takes the number, freezes seller, customer and totals, becomes open; or paid at once when
    /// the total is zero. The draft is given back with the refusals: nothing is lost.
    ///
    /// # Errors
    /// Every [`IssueRefusal`] at once.
    pub fn issue(
        &self,
        context: IssueContext<'_>,
        number: InvoiceNumber,
    ) -> Result<Invoice, Vec<IssueRefusal>> {
        let totals = self.check(context)?;
        if number.is_test() == self.mode.is_live() {
            return Err(vec![IssueRefusal::NumberOfOtherMode]);
        }
        let Some(customer) = self.customer.clone() else {
            return Err(vec![IssueRefusal::NoCustomerName]);
        };
        let settled = totals.total.is_zero();
        Ok(Invoice {
            id: self.id.clone(),
            mode: self.mode,
            number,
            issue_date: context.issue_date,
            due_date: self.due_date.unwrap_or(context.issue_date),
            currency: self.currency,
            language: self.language,
            seller: context.seller.clone(),
            customer,
            pricing: self.pricing,
            lines: self.lines.clone(),
            discount: self.discount,
            totals,
            notes: self.notes.clone(),
            state: if settled {
                InvoiceState::Paid
            } else {
                InvoiceState::Open
            },
        })
    }

    /// Everything [`Draft::issue`] checks before a number is taken, for the check page.
    ///
    /// # Errors
    /// Every [`IssueRefusal`] at once.
    pub fn check(&self, context: IssueContext<'_>) -> Result<Totals, Vec<IssueRefusal>> {
        let mut refusals = Vec::new();
        self.check_parties(context, &mut refusals);
        self.check_dates(context, &mut refusals);
        self.check_lines(&mut refusals);
        self.check_taxes(context, &mut refusals);
        match self.totals() {
            Ok(totals) if totals.total.is_negative() => refusals.push(IssueRefusal::NegativeTotal),
            Ok(totals) if refusals.is_empty() => return Ok(totals),
            Ok(_) => {}
            Err(error) => refusals.push(error.into()),
        }
        Err(refusals)
    }

    fn check_parties(&self, context: IssueContext<'_>, refusals: &mut Vec<IssueRefusal>) {
        if context.seller.name.trim().is_empty() {
            refusals.push(IssueRefusal::NoSellerName);
        }
        if self
            .customer
            .as_ref()
            .is_none_or(|customer| customer.name.trim().is_empty())
        {
            refusals.push(IssueRefusal::NoCustomerName);
        }
    }

    fn check_dates(&self, context: IssueContext<'_>, refusals: &mut Vec<IssueRefusal>) {
        if self.due_date.is_some_and(|due| due < context.issue_date) {
            refusals.push(IssueRefusal::DueBeforeIssue);
        }
        if let Some(last) = context
            .last_issue_date
            .filter(|last| *last > context.issue_date)
        {
            refusals.push(IssueRefusal::DateGoesBack { last });
        }
    }

    fn check_lines(&self, refusals: &mut Vec<IssueRefusal>) {
        if self.lines.is_empty() {
            refusals.push(IssueRefusal::NoLines);
        }
        let silent = self
            .lines
            .iter()
            .enumerate()
            .filter(|(_, l)| l.description.trim().is_empty());
        refusals.extend(silent.map(|(line, _)| IssueRefusal::NoDescription { line }));
    }

    fn check_taxes(&self, context: IssueContext<'_>, refusals: &mut Vec<IssueRefusal>) {
        let used = |tax: &&TaxRate| self.lines.iter().any(|line| line.tax_ids.contains(&tax.id));
        for tax in self.taxes.iter().filter(used) {
            if tax.from > context.issue_date {
                let (name, from) = (tax.name.clone(), tax.from);
                refusals.push(IssueRefusal::TaxNotInForce { name, from });
            }
            let needed = tax.kind.registration().filter(|_| !tax.rate.is_zero());
            if let Some(kind) = needed.filter(|kind| !context.seller.is_registered(*kind)) {
                let refusal = IssueRefusal::MissingRegistration(kind);
                if !refusals.contains(&refusal) {
                    refusals.push(refusal);
                }
            }
            let reversed = tax.category == TaxCategory::ReverseCharge;
            if reversed && !self.both_have_vat_numbers(context.seller) {
                refusals.push(IssueRefusal::ReverseChargeNeedsVatNumbers);
            }
        }
    }

    fn both_have_vat_numbers(&self, seller: &Seller) -> bool {
        let vat = RegistrationKind::EuVat;
        let customer = self
            .customer
            .as_ref()
            .and_then(|customer| customer.registration.as_ref());
        seller.is_registered(vat) && customer.is_some_and(|number| number.kind() == vat)
    }
}
