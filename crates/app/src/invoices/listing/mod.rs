//! Which invoices a list shows, and what they add up to. A number on the dashboard and the list it leads to are told by
//! the same conditions (`store`), so that they agree.

pub(super) mod store;

use billing::ageing::Age;
use billing::currency::Currency;
use jiff::civil::Date;
use kit::db::{Error, Tx};

use crate::fields::Fields;
use crate::paging::query;
use crate::who::Scope;

/// The views of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// Every invoice and draft that was not taken back.
    All,
    /// Not issued.
    Draft,
    /// Something is owed.
    Open,
    /// Past the due date, and no payment is under way.
    Overdue,
    /// Due today or later, and no payment is under way. Reached from the dashboard.
    Expected,
    /// A bank is still working on a payment. Reached from the dashboard.
    Processing,
    /// Nothing is owed.
    Paid,
    /// Annulled, or taken back whole by credit notes: out of sight elsewhere, unless it is searched for.
    Cancelled,
}

impl View {
    /// The views in the order of their counts.
    pub(super) const ALL: [View; 8] = [
        View::All,
        View::Draft,
        View::Open,
        View::Overdue,
        View::Expected,
        View::Processing,
        View::Paid,
        View::Cancelled,
    ];

    /// As it stands in an address.
    pub fn as_str(self) -> &'static str {
        match self {
            View::All => "all",
            View::Draft => "draft",
            View::Open => "open",
            View::Overdue => "overdue",
            View::Expected => "expected",
            View::Processing => "processing",
            View::Paid => "paid",
            View::Cancelled => "cancelled",
        }
    }

    /// Anything unknown is the whole list.
    pub(super) fn parse(text: &str) -> View {
        View::ALL
            .into_iter()
            .find(|view| view.as_str() == text)
            .unwrap_or(View::All)
    }

    /// Whether it is offered above every list; the others only where they are shown, or once there is something in them.
    pub(super) fn is_offered(self, count: i64) -> bool {
        match self {
            View::Expected | View::Processing => false,
            View::Cancelled => count > 0,
            _ => true,
        }
    }

    /// Whether everything in it is owed, so that its sum means something.
    pub(super) fn is_owed(self) -> bool {
        matches!(
            self,
            View::Open | View::Overdue | View::Expected | View::Processing
        )
    }
}

/// What a list was asked for; all of it stands in the address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The view.
    pub view: View,
    /// Words to look for, empty for everything.
    pub search: String,
    /// Due on this day or later.
    pub due_from: Option<Date>,
    /// Due on this day or earlier.
    pub due_to: Option<Date>,
    /// Only in this currency.
    pub currency: Option<Currency>,
}

impl Asked {
    /// A view, without anything else.
    pub fn of(view: View) -> Asked {
        Asked {
            view,
            search: String::new(),
            due_from: None,
            due_to: None,
            currency: None,
        }
    }

    /// From an address. What cannot be read is left out: the list is longer, never wrong.
    pub(super) fn read(fields: &Fields) -> Asked {
        Asked {
            view: View::parse(&fields.get("view")),
            search: fields.get("q"),
            due_from: fields.get("due_from").parse().ok(),
            due_to: fields.get("due_to").parse().ok(),
            currency: Currency::parse(&fields.get("currency")).ok(),
        }
    }

    /// Whether something beside view and search narrows the list.
    pub(super) fn is_narrow(&self) -> bool {
        self.due_from.is_some() || self.due_to.is_some() || self.currency.is_some()
    }

    /// The same view and words, nothing narrowed further.
    pub(super) fn wide(&self) -> Asked {
        Asked {
            search: self.search.clone(),
            ..Asked::of(self.view)
        }
    }

    /// The address of this list, ready for one more pair: ends in `?` or `&`.
    pub(super) fn base(&self) -> String {
        let view = if self.view == View::All {
            ""
        } else {
            self.view.as_str()
        };
        let day = |day: Option<Date>| day.map(|d| d.to_string()).unwrap_or_default();
        let currency = self.currency.map(|c| c.code().to_owned());
        query(
            "/invoices",
            &[
                ("view", view),
                ("q", &self.search),
                ("due_from", &day(self.due_from)),
                ("due_to", &day(self.due_to)),
                ("currency", &currency.unwrap_or_default()),
            ],
        )
    }

    /// The address of this list.
    pub fn href(&self) -> String {
        self.base().trim_end_matches(['?', '&']).to_owned()
    }
}

/// What some invoices add up to: amount due in minor units (ISO 4217) of one currency, and how many they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Due {
    /// Minor units.
    pub minor: i64,
    /// How many.
    pub count: i64,
}

/// What customers owe in one currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owed {
    /// Never added to another.
    pub currency: Currency,
    /// The view `overdue`.
    pub overdue: Due,
    /// The oldest due date among the overdue.
    pub oldest_due: Option<Date>,
    /// Of the view `expected`, what is due until the end of this week.
    pub this_week: Due,
    /// Of the view `expected`, the rest.
    pub later: Due,
    /// The view `processing`.
    pub processing: Due,
    /// The overdue by age: 1 to 30 days, 31 to 60, 61 to 90, more.
    pub ages: [Due; 4],
}

impl Owed {
    /// The view `expected`.
    pub fn expected(&self) -> Due {
        Due {
            minor: self.this_week.minor + self.later.minor,
            count: self.this_week.count + self.later.count,
        }
    }

    /// What is owed of an age.
    pub fn of_age(&self, age: Age) -> Due {
        match age {
            Age::NotYetDue => self.expected(),
            Age::To30 => self.ages[0],
            Age::To60 => self.ages[1],
            Age::To90 => self.ages[2],
            Age::Over90 => self.ages[3],
        }
    }
}

/// What is owed today, a line a currency, largest first; nothing when no invoice is open.
///
/// # Errors
/// Of the database.
pub fn owed(
    tx: &mut Tx<'_>,
    scope: &Scope,
    today: Date,
    week_end: Date,
) -> Result<Vec<Owed>, Error> {
    store::list_owed(tx, scope, today, week_end)
}

/// The invoices paid last, at most `most`: the day of issue, and the instant (Unix milliseconds) when nothing was owed
/// any more.
///
/// # Errors
/// Of the database.
pub fn list_paid_last(
    tx: &mut Tx<'_>,
    scope: &Scope,
    most: i64,
) -> Result<Vec<(Date, i64)>, Error> {
    store::list_paid_last(tx, scope, most)
}
