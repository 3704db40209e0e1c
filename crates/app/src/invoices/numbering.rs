//! `GET` and `POST /settings/numbers`: how numbers look, where they begin, and whether one is missing. A series of invoices and
//! one of credit notes a drawer; the numbers that were taken are told by whoever keeps the documents.
//!
//! A number itself is not shown here: it is only known when it is taken (IL-07).

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use billing::invoice::number::{
    COUNT_MAX, NumberError, NumberPattern, RenumberRefusal, Run, TEST_PREFIX, renumber, runs,
};
use jiff::civil::Date;
use kit::db::{Error, Tx};
use kit::locale::Locale;

use super::series::{self, Kind};
use super::store;
use crate::app::App;
use crate::audit;
use crate::fields::Fields;
use crate::page::{Errors, Page, Section};
use crate::problem::Problem;
use crate::visit::{Visit, see_other_saying};
use crate::who::{Scope, Who};

#[derive(Template)]
#[template(path = "invoices/numbering.html")]
struct Numbering {
    page: Page,
    errors: Errors,
    pattern: String,
    next: String,
    /// The series has printed numbers: the next one follows from them.
    has_begun: bool,
    /// Where the form goes.
    action: &'static str,
    /// Which tab is shown.
    notes: bool,
    /// What was taken, and what is missing, in sentences.
    report: Vec<String>,
}

/// A series as this page needs it.
#[derive(Clone, Copy)]
pub struct Numbered {
    /// What it numbers.
    pub kind: Kind,
    /// Where the page is.
    pub path: &'static str,
    /// Every number of the drawer that was taken.
    pub taken: fn(&mut Tx<'_>, &Scope) -> Result<Vec<String>, Error>,
}

const INVOICES: Numbered = Numbered {
    kind: Kind::Invoice,
    path: "/settings/numbers",
    taken: store::list_numbers,
};

/// How the series stands.
struct Standing {
    pattern: NumberPattern,
    next: u64,
    has_begun: bool,
}

pub(super) async fn get(
    State(app): State<App>,
    who: Who,
    visit: Visit,
) -> Result<Response, Problem> {
    show(&app, &who, &visit, INVOICES).await
}

pub(super) async fn post(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    fields: Fields,
) -> Result<Response, Problem> {
    change(&app, &who, &visit, &fields, INVOICES).await
}

/// The page of a series.
///
/// # Errors
/// [`Problem::Forbidden`] for others than owners; else of the database.
pub async fn show(
    app: &App,
    who: &Who,
    visit: &Visit,
    numbered: Numbered,
) -> Result<Response, Problem> {
    owner(who)?;
    let (now, report) = load(app, who, numbered).await?;
    let page = page(visit, who, numbered.kind);
    let view = Numbering {
        errors: Errors::new(),
        pattern: now.pattern.to_string(),
        next: now.next.to_string(),
        has_begun: now.has_begun,
        action: numbered.path,
        notes: numbered.kind == Kind::CreditNote,
        report: report_words(page.l, &report),
        page,
    };
    Ok(view.page.ok(&view))
}

/// How it stands, and what was taken of its look.
async fn load(app: &App, who: &Who, numbered: Numbered) -> Result<(Standing, Vec<Run>), Problem> {
    let (scope, today) = (who.scope.clone(), app.clock().today_in(&who.zone()));
    let read = move |tx: &mut Tx<'_>| {
        let series = store::find_series(tx, &scope, numbered.kind)?;
        let now = series.map_or_else(
            || Standing::first(numbered.kind),
            |s| Standing::of(&s, today),
        )?;
        let taken = (numbered.taken)(tx, &scope)?;
        let counts = taken.iter().filter_map(|number| {
            let number = number.strip_prefix(TEST_PREFIX).unwrap_or(number);
            now.pattern.read(number)
        });
        let report = runs(counts);
        Ok::<_, Error>((now, report))
    };
    Ok(app.db().read(read).await?)
}

fn report_words(l: Locale, report: &[Run]) -> Vec<String> {
    let words = |run: &Run| {
        let year = run
            .year
            .map(|year| l.t1("numbers-report-year", "year", year.to_string()));
        let args = [
            ("first", run.first.to_string().into()),
            ("last", run.last.to_string().into()),
        ];
        let sentence = if run.missing.is_empty() {
            l.ta("numbers-report-whole", &args).into_owned()
        } else {
            let missing: Vec<String> = run.missing.iter().map(u64::to_string).collect();
            let args = [
                ("first", run.first.to_string().into()),
                ("last", run.last.to_string().into()),
                ("missing", missing.join(", ").into()),
            ];
            l.ta("numbers-report-missing", &args).into_owned()
        };
        match year {
            Some(year) => format!("{year} {sentence}"),
            None => sentence,
        }
    };
    report.iter().map(words).collect()
}

/// Keeps what the page of a series says.
///
/// # Errors
/// As [`show`].
pub async fn change(
    app: &App,
    who: &Who,
    visit: &Visit,
    fields: &Fields,
    numbered: Numbered,
) -> Result<Response, Problem> {
    owner(who)?;
    let page = page(visit, who, numbered.kind);
    let l = page.l;
    let (pattern, next) = (fields.get("pattern"), fields.get("next"));
    let mut errors = Errors::new();
    let look = NumberPattern::parse(&pattern)
        .map_err(|refusal| errors.add("pattern", look_words(l, refusal)));
    let count = next
        .parse::<u64>()
        .map_err(|_| errors.add("next", range_words(l)));
    if let (Ok(look), Ok(count)) = (look, count) {
        match keep(app, who, visit, look, count, numbered).await? {
            Ok(()) => {
                let said = l.t("settings-saved");
                return Ok(see_other_saying(app, numbered.path, "positive", said));
            }
            Err(refusal) => errors.add("next", next_words(l, refusal)),
        }
    }
    let (now, report) = load(app, who, numbered).await?;
    let view = Numbering {
        page: page.with_errors(&errors),
        errors,
        pattern,
        next,
        has_begun: now.has_begun,
        action: numbered.path,
        notes: numbered.kind == Kind::CreditNote,
        report: report_words(l, &report),
    };
    Ok(view.page.unprocessable(&view))
}

/// Decides under the lock of the series, so that nobody takes a number meanwhile.
async fn keep(
    app: &App,
    who: &Who,
    visit: &Visit,
    look: NumberPattern,
    count: u64,
    numbered: Numbered,
) -> Result<Result<(), RenumberRefusal>, Problem> {
    let kind = numbered.kind;
    let (hands, me, address) = (app.clone(), who.clone(), visit.address.clone());
    let today = app.clock().today_in(&who.zone());
    let write = move |tx: &mut Tx<'_>| {
        let scope = &me.scope;
        let now = Standing::of(&store::lock_series(tx, scope, kind)?, today)?;
        let highest = highest(&(numbered.taken)(tx, scope)?, &look, today);
        let same = (&now.pattern, now.next, now.has_begun);
        if let Err(refusal) = renumber(same, (&look, count), highest) {
            return Ok(Err(refusal));
        }
        let next = i64::try_from(count).map_err(|_| Error::Shape("a count is too large".into()))?;
        let text = look.to_string();
        let counter = series::counter_of(&text, today)?;
        store::update_numbering(tx, scope, kind, &text, next, counter)?;
        let entry = audit::Entry::by(
            &me,
            "numbering.changed",
            format!("{} {}", scope.mode, kind.as_str()),
            format!("{look} {count}"),
            address.clone(),
        );
        audit::record(tx, &hands, &entry)?;
        Ok::<_, Error>(Ok(()))
    };
    Ok(app.db().write(write).await?)
}

/// The highest count among the numbers of this look; of a look that names the year, from this year on.
fn highest(numbers: &[String], look: &NumberPattern, today: Date) -> Option<u64> {
    let counts = numbers.iter().filter_map(|number| {
        let number = number.strip_prefix(TEST_PREFIX).unwrap_or(number);
        let (count, year) = look.read(number)?;
        year.is_none_or(|year| year >= today.year())
            .then_some(count)
    });
    counts.max()
}

impl Standing {
    fn first(kind: Kind) -> Result<Standing, Error> {
        let pattern = NumberPattern::parse(kind.pattern());
        Ok(Standing {
            pattern: pattern.map_err(|e| Error::Shape(e.to_string()))?,
            next: 1,
            has_begun: false,
        })
    }

    fn of(series: &store::Series, today: Date) -> Result<Standing, Error> {
        let next = series::next_in(series, today)?;
        Ok(Standing {
            next: u64::try_from(next).map_err(|_| Error::Shape("a count below zero".into()))?,
            pattern: NumberPattern::parse(&series.pattern)
                .map_err(|e| Error::Shape(e.to_string()))?,
            has_begun: series.last_issue_date.is_some(),
        })
    }
}

fn look_words(l: Locale, refusal: NumberError) -> String {
    match refusal {
        NumberError::NumberOnce => l.t("numbers-error-once"),
        NumberError::UnknownField => l.t("numbers-error-field"),
        NumberError::YearNeeded | NumberError::FieldsTouch => l.t("numbers-error-touch"),
        NumberError::TestPrefix => l.t("numbers-error-test"),
        NumberError::Characters => l.t("numbers-error-characters"),
    }
    .into_owned()
}

fn next_words(l: Locale, refusal: RenumberRefusal) -> String {
    let of = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    match refusal {
        RenumberRefusal::OutOfRange => range_words(l),
        RenumberRefusal::HasBegun { next } => l
            .t1("numbers-error-begun", "next", of(next).to_string())
            .into_owned(),
        RenumberRefusal::Taken { highest } => l
            .t1("numbers-error-taken", "highest", of(highest).to_string())
            .into_owned(),
    }
}

fn range_words(l: Locale) -> String {
    l.t1("numbers-error-range", "most", COUNT_MAX.to_string())
        .into_owned()
}

fn page(visit: &Visit, who: &Who, kind: Kind) -> Page {
    let page = visit.page(who).within(Section::Settings);
    let title = match kind {
        Kind::Invoice => page.l.t("settings-numbers"),
        Kind::CreditNote => page.l.t("numbers-title-notes"),
    };
    page.titled(title)
}

fn owner(who: &Who) -> Result<(), Problem> {
    if who.is_owner() {
        Ok(())
    } else {
        Err(Problem::Forbidden)
    }
}
