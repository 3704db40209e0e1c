//! The next step for one invoice, under its lock: what is known, what the rule says, and everything of it that needs
//! nobody else: mails, plan, history.

use billing::money::Money;
use billing::payment::autopay::{self, Card, Facts, Notice, Step, Try, Why};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use kit::db::{Error, Tx};

use super::letters;
use crate::app::App;
use crate::cards::plan::{self, Plan, State};
use crate::cards::{self, Consent, SavedCard, consent};
use crate::invoices::claim::{self, Claim};
use crate::mail;
use crate::online_payment::{self, Drawer};
use crate::payments;
use crate::settings::{self, Business};
use crate::who::Scope;

/// Charges are made in the morning of the seller's day: banks and people are awake.
const HOUR: i8 = 8;
const MINUTE_MS: i64 = 60_000;
/// A payer who opened several invoices together has so long to pay them before one of them is charged by itself.
const BUSY_MS: i64 = 30 * MINUTE_MS;

/// What is left to do outside.
pub(super) enum Decided {
    /// Nothing.
    Nothing,
    /// Charge this card.
    Charge(Box<Charge>),
}

/// A charge that the rule allows.
#[derive(Clone)]
pub(super) struct Charge {
    pub(super) card: SavedCard,
    pub(super) consent_id: String,
}

/// Everything that is known of one invoice.
pub(super) struct Known {
    pub(super) claim: Claim,
    pub(super) due_date: Date,
    pub(super) business: Business,
    pub(super) today: Date,
    pub(super) consent: Option<Consent>,
    pub(super) card: Option<SavedCard>,
    pub(super) plan: Option<Plan>,
    pub(super) notice: Notice,
    pub(super) tries: Vec<Try>,
    pub(super) offered: bool,
    pub(super) refused: bool,
    pub(super) told_of_end: bool,
}

impl Known {
    pub(super) fn read(
        tx: &mut Tx<'_>,
        app: &App,
        scope: &Scope,
        invoice_id: &str,
    ) -> Result<Known, Error> {
        let claim = claim::lock(tx, scope, invoice_id)?;
        let business = settings::business(tx, &scope.business_id)?;
        let consent = consent::autopay_of(tx, scope, &claim.customer_id)?;
        let saved = consent.as_ref().and_then(|c| c.saved_id.clone());
        let card = match &saved {
            Some(id) => cards::find(tx, scope, id)?,
            None => None,
        };
        let kept = plan::find_kept(tx, invoice_id)?;
        // A plan of another consent is of the past: what that one told nobody has agreed to here.
        let plan = kept.filter(|p| consent.as_ref().is_some_and(|c| c.id == p.consent_id));
        let tries = match &consent {
            Some(c) => plan::list_declined(tx, invoice_id, &c.id)?,
            None => Vec::new(),
        };
        let drawer = online_payment::drawer(tx, scope)?;
        let offered = online_payment::offer(tx, scope, claim.amount_due())?.is_ok()
            && same_account(drawer.as_ref(), card.as_ref());
        Ok(Known {
            due_date: claim.due_date.unwrap_or_default(),
            today: app.clock().today_in(&business.zone()),
            notice: notice(tx, app, &business, &claim, plan.as_ref())?,
            refused: match &card {
                Some(card) => cards::is_refused(tx, &card.id)?,
                None => false,
            },
            told_of_end: match &card {
                Some(card) => cards::was_told_of_end(tx, card)?,
                None => false,
            },
            business,
            claim,
            consent,
            card,
            plan,
            tries,
            offered,
        })
    }

    fn zone(&self) -> TimeZone {
        self.business.zone()
    }

    pub(super) fn step(&self) -> Step {
        let agreed_on = self
            .consent
            .as_ref()
            .filter(|_| self.card.is_some())
            .map(|c| {
                let at = Timestamp::from_millisecond(c.given_at).unwrap_or_default();
                at.to_zoned(self.zone()).date()
            });
        let claim = &self.claim;
        autopay::next(&Facts {
            state: claim.state,
            due: claim.amount_due(),
            processing: claim.processing.is_positive(),
            disputed: claim.disputed.is_positive(),
            returned: claim.refunded.is_positive()
                || claim.received.minor() > claim.applied.minor(),
            due_date: self.due_date,
            agreed_on,
            card: self.card_state(),
            offered: self.offered,
            notice: self.notice,
            tries: &self.tries,
            today: self.today,
        })
    }

    fn card_state(&self) -> Card {
        let on = self.due_date.max(self.today);
        match &self.card {
            _ if self.refused => Card::Refused,
            Some(card) if card.is_over(on) => Card::Over {
                told: self.told_of_end,
            },
            _ => Card::Good,
        }
    }
}

/// A card is of no use at another account than the one it is kept at.
fn same_account(drawer: Option<&Drawer>, card: Option<&SavedCard>) -> bool {
    match (drawer, card) {
        (Some(drawer), Some(card)) => drawer.account_id == card.account_id,
        _ => false,
    }
}

fn notice(
    tx: &mut Tx<'_>,
    app: &App,
    business: &Business,
    claim: &Claim,
    plan: Option<&Plan>,
) -> Result<Notice, Error> {
    let Some(plan) = plan.filter(|p| !p.notice_mail.is_empty()) else {
        return Ok(Notice::None);
    };
    let Some(mail) = mail::find_standing(tx, &plan.notice_mail)? else {
        return Ok(Notice::None);
    };
    let amount = Money::from_minor(plan.notice_minor, claim.total.currency())
        .map_err(|e| Error::Shape(e.to_string()))?;
    let on = |at: i64| {
        let at = Timestamp::from_millisecond(at).unwrap_or_default();
        at.to_zoned(business.zone()).date()
    };
    Ok(match (mail.state, mail.sent_at) {
        (mail::State::Sent, Some(sent_at)) => Notice::Given {
            on: on(sent_at),
            amount,
        },
        // Nothing leaves a demonstration; there it counts when it is written.
        (mail::State::Kept, _) if app.is_demo() => Notice::Given {
            on: on(mail.created_at),
            amount,
        },
        (mail::State::Failed | mail::State::Kept, _) => Notice::Failed,
        _ => Notice::Waiting,
    })
}

/// Decides, and does what is done by rows alone.
pub(super) fn decide(
    tx: &mut Tx<'_>,
    app: &App,
    scope: &Scope,
    invoice_id: &str,
) -> Result<Decided, Error> {
    let known = Known::read(tx, app, scope, invoice_id)?;
    let busy = payments::is_busy(tx, invoice_id, app.now_ms() - BUSY_MS)?;
    carry_out(tx, app, &known, busy)
}

/// Takes the step the rule names for what is known.
pub(super) fn carry_out(
    tx: &mut Tx<'_>,
    app: &App,
    known: &Known,
    busy: bool,
) -> Result<Decided, Error> {
    let Some(consent) = &known.consent else {
        return over(tx, app, known, Why::NoConsent).map(|()| Decided::Nothing);
    };
    let blank = Plan {
        invoice_id: known.claim.invoice_id.clone(),
        consent_id: consent.id.clone(),
        state: State::Planned,
        why: None,
        charge_on: None,
        notice_mail: String::new(),
        notice_minor: 0,
        next_at: 0,
    };
    let before = known.plan.clone();
    let plan = before.clone().unwrap_or(blank);
    let soon = app.now_ms() + 10 * MINUTE_MS;
    let hour = app.now_ms() + 60 * MINUTE_MS;
    let was = before.map(|p| p.state);
    let next = match known.step() {
        Step::Charge if busy => Plan {
            state: State::Planned,
            why: None,
            next_at: app.now_ms() + BUSY_MS,
            ..plan
        },
        Step::Charge => {
            let Some(card) = known.card.clone() else {
                return Ok(Decided::Nothing);
            };
            return Ok(Decided::Charge(Box::new(Charge {
                card,
                consent_id: consent.id.clone(),
            })));
        }
        Step::Leave(why) => return over(tx, app, known, why).map(|()| Decided::Nothing),
        Step::Wait { look_on, charge_on } => Plan {
            state: State::Planned,
            why: None,
            charge_on: Some(charge_on),
            next_at: morning(known, look_on),
            ..plan
        },
        Step::Hold(why) => Plan {
            state: State::Held,
            why: Some(why),
            next_at: if why == Why::NotTold { soon } else { hour },
            ..plan
        },
        Step::Notify { charge_on } => {
            let told = letters::notice(tx, app, known, charge_on)?;
            let due = known.claim.amount_due();
            match told {
                Some(mail_id) => Plan {
                    state: State::Planned,
                    why: None,
                    charge_on: Some(charge_on),
                    notice_mail: mail_id,
                    notice_minor: due.minor(),
                    next_at: soon,
                    ..plan
                },
                // Nobody to tell: no address, or no link.
                None => given_up(tx, app, known, plan, was, Why::NotTold)?,
            }
        }
        Step::AskForCard { charge_on } => {
            letters::card_ends(tx, app, known, charge_on)?;
            Plan {
                state: State::Planned,
                why: None,
                charge_on: Some(charge_on),
                next_at: soon,
                ..plan
            }
        }
        Step::AwaitPayer { until } => {
            if was != Some(State::AwaitsPayer) {
                letters::asks_payer(tx, app, known)?;
            }
            Plan {
                state: State::AwaitsPayer,
                why: None,
                charge_on: None,
                next_at: morning(known, until),
                ..plan
            }
        }
        Step::GiveUp(why) => given_up(tx, app, known, plan, was, why)?,
    };
    let (scope, customer) = (&known.claim.scope, &known.claim.customer_id);
    plan::upsert_plan(tx, scope, customer, &next, app.now_ms())?;
    Ok(Decided::Nothing)
}

/// The seller is told once; the payer too, unless they were asked to come before.
fn given_up(
    tx: &mut Tx<'_>,
    app: &App,
    known: &Known,
    plan: Plan,
    was: Option<State>,
    why: Why,
) -> Result<Plan, Error> {
    if was != Some(State::GaveUp) {
        if matches!(why, Why::Declined | Why::CardRefused | Why::CardOver) {
            letters::pay_yourself(tx, app, known)?;
        }
        letters::tell_seller(tx, app, known, why)?;
        let act = "autopay-gave-up";
        claim::note(tx, app, &plan.invoice_id, act, "", why.as_str())?;
    }
    Ok(Plan {
        state: State::GaveUp,
        why: Some(why),
        charge_on: None,
        // Looked at once a day: a new card or a new consent begins a new plan by itself.
        next_at: app.now_ms() + 24 * 60 * MINUTE_MS,
        ..plan
    })
}

/// Nothing is planned any more, if anything was.
fn over(tx: &mut Tx<'_>, app: &App, known: &Known, why: Why) -> Result<(), Error> {
    let kept = plan::find_kept(tx, &known.claim.invoice_id)?;
    let (consent_id, plan) = match (&known.consent, kept) {
        (Some(consent), Some(plan)) => (consent.id.clone(), plan),
        (None, Some(plan)) => (plan.consent_id.clone(), plan),
        (Some(consent), None) => (
            consent.id.clone(),
            Plan {
                invoice_id: known.claim.invoice_id.clone(),
                consent_id: String::new(),
                state: State::Over,
                why: None,
                charge_on: None,
                notice_mail: String::new(),
                notice_minor: 0,
                next_at: 0,
            },
        ),
        (None, None) => return Ok(()),
    };
    let plan = Plan {
        consent_id,
        state: State::Over,
        why: Some(why),
        charge_on: None,
        next_at: app.now_ms() + 60 * MINUTE_MS,
        ..plan
    };
    let (scope, customer) = (&known.claim.scope, &known.claim.customer_id);
    plan::upsert_plan(tx, scope, customer, &plan, app.now_ms())
}

/// The morning of a seller's day, Unix milliseconds.
fn morning(known: &Known, day: Date) -> i64 {
    day.at(HOUR, 0, 0, 0)
        .to_zoned(known.zone())
        .map_or(0, |at| at.timestamp().as_millisecond())
}
