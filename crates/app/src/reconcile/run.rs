//! One reconciliation: ask Stripe for everything again, then compare. Its row stands before Stripe is asked.

use billing::Money;
use kit::db::{Error, Tx};

use super::finding::Finding;
use super::{compare, store};
use crate::app::App;
use crate::problem::Problem;
use crate::who::Scope;
use crate::{balance, online_payment, payouts};

/// How a reconciliation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Not yet.
    Running,
    /// Every side agrees.
    Agrees,
    /// Some do not.
    Differs,
    /// It did not come to its end: Stripe could not be asked, there are no keys to ask with, or something in its answer
    /// could not be booked.
    Unreachable,
}

impl Outcome {
    /// The stored word.
    pub fn as_str(self) -> &'static str {
        match self {
            Outcome::Running => "running",
            Outcome::Agrees => "agrees",
            Outcome::Differs => "differs",
            Outcome::Unreachable => "unreachable",
        }
    }

    /// Reads the stored word.
    pub fn parse(word: &str) -> Option<Outcome> {
        [
            Outcome::Running,
            Outcome::Agrees,
            Outcome::Differs,
            Outcome::Unreachable,
        ]
        .into_iter()
        .find(|each| each.as_str() == word)
    }
}

/// A reconciliation as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reconciliation {
    /// Its id.
    pub id: String,
    /// Unix milliseconds.
    pub began_at: i64,
    /// Unix milliseconds.
    pub ended_at: Option<i64>,
    /// Who asked: a person's name, `nightly`, `command`.
    pub asked_by: String,
    /// How it ended.
    pub outcome: Outcome,
    /// Lines and payouts that Stripe knew and we did not: they are booked now.
    pub mended: i64,
    /// What was compared.
    pub findings: Vec<Finding>,
}

/// How often the list is read again when something came in while the balance was asked for.
const TRIES: usize = 3;

/// Asks Stripe for everything since the books began, books what was missing, compares, and keeps what was found.
///
/// # Errors
/// Of the database, or when a stored key does not open.
pub async fn run(app: &App, scope: &Scope, asked_by: &str) -> Result<Reconciliation, Problem> {
    let mut kept = Reconciliation {
        id: app.new_id(),
        began_at: app.now_ms(),
        ended_at: None,
        asked_by: asked_by.to_owned(),
        outcome: Outcome::Running,
        mended: 0,
        findings: Vec::new(),
    };
    let (s, row) = (scope.clone(), kept.clone());
    app.db()
        .write(move |tx| store::insert(tx, &s, &row))
        .await?;
    // Whatever stops it, its row is ended: a comparison that runs for ever would hide that nothing is compared any more.
    let (asked, stopped) = match ask(app, scope, &mut kept).await {
        Ok(asked) => (asked, None),
        Err(problem) => (None, Some(problem)),
    };
    let (s, mut row, now) = (scope.clone(), kept, app.now_ms());
    row.ended_at = Some(now);
    let finish = move |tx: &mut Tx<'_>| {
        let mut row = row.clone();
        row.outcome = Outcome::Unreachable;
        if let Some((told, account_id)) = &asked {
            row.findings = compare::compare(tx, &s, told, account_id)?;
            row.outcome = if row.findings.iter().all(|finding| finding.agrees) {
                Outcome::Agrees
            } else {
                Outcome::Differs
            };
        }
        store::update_ended(tx, &row)?;
        Ok::<_, Error>(row)
    };
    let row = app.db().write(finish).await?;
    if let Some(problem) = stopped {
        return Err(problem);
    }
    if row.outcome == Outcome::Differs {
        let differing = row
            .findings
            .iter()
            .filter(|finding| !finding.agrees)
            .count();
        tracing::warn!(
            mode = scope.mode.as_str(),
            differing,
            "the books and Stripe differ; the page Books, Compare says where"
        );
    }
    Ok(row)
}

/// The balance at a moment at which we know every line of it, and whose it is; nothing when Stripe could not be asked.
async fn ask(
    app: &App,
    scope: &Scope,
    kept: &mut Reconciliation,
) -> Result<Option<(Vec<Money>, String)>, Problem> {
    let s = scope.clone();
    let drawers = app.db().read(online_payment::drawers_with_keys).await?;
    let Some(drawer) = drawers.into_iter().find(|drawer| drawer.scope == s) else {
        return Ok(None);
    };
    let client = online_payment::client(app, &drawer)?;
    let mut again = true;
    for _ in 0..TRIES {
        let news = payouts::pull(app, scope, again).await?;
        if !news.error.is_empty() {
            return Ok(None);
        }
        kept.mended += i64::try_from(news.lines + news.payouts).unwrap_or(0);
        let balance = match client.retrieve_balance().await {
            Ok(answer) => answer.object,
            Err(error) => {
                tracing::warn!(%error, "Stripe did not tell its balance");
                return Ok(None);
            }
        };
        let told = balance::by_currency(&balance)?;
        again = false;
        let after = payouts::pull(app, scope, again).await?;
        kept.mended += i64::try_from(after.lines + after.payouts).unwrap_or(0);
        if after.error.is_empty() && after.lines == 0 {
            return Ok(Some((told, drawer.account_id.clone())));
        }
    }
    Ok(None)
}
