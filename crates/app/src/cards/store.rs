//! Rows of `stripe_customers`, `saved_cards`, `consents` and `setups`.

use billing::payment::saved_card::Expiry;
use billing::{Mode, id::BusinessId};
use kit::db::{Error, Row, Tx};
use kit::{args, sql};

use super::consent::{Consent, Giver, Purpose, Source};
use super::customer::Kept;
use super::keep::Face;
use super::setup::SetupRow;
use super::{BY_ANOTHER, SavedCard};
use crate::online_payment::Drawer;
use crate::who::Scope;

fn scope(business: String, mode: &str) -> Result<Scope, Error> {
    Ok(Scope {
        business_id: BusinessId::parse(business)
            .map_err(|_| Error::Shape("a card without a business".into()))?,
        mode: Mode::parse(mode).map_err(|_| Error::Shape("a card without a drawer".into()))?,
    })
}

macro_rules! select_card {
    ($rest:literal) => {
        sql!(concat!(
            "select id, business_id, mode, customer_id, account_id, stripe_customer, payment_method, brand, last4, exp_month, exp_year, kept_at from saved_cards ",
            $rest
        ))
    };
}

fn read_card(r: &Row) -> Result<SavedCard, Error> {
    Ok(SavedCard {
        id: r.text(0)?,
        scope: scope(r.text(1)?, &r.text(2)?)?,
        customer_id: r.text(3)?,
        account_id: r.text(4)?,
        stripe_customer: r.text(5)?,
        payment_method: r.text(6)?,
        brand: r.text(7)?,
        last4: r.text(8)?,
        expiry: Expiry::new(r.int(9)?, r.int(10)?),
        kept_at: r.int(11)?,
    })
}

pub(super) fn list_kept(
    tx: &mut Tx<'_>,
    scope: &Scope,
    customer_id: &str,
) -> Result<Vec<SavedCard>, Error> {
    tx.list(
        select_card!("where business_id = $1 and mode = $2 and customer_id = $3 and state = 'kept' order by kept_at desc, id desc"),
        args![scope.business_id.as_str(), scope.mode.as_str(), customer_id],
        read_card,
    )
}

pub(super) fn find_kept(
    tx: &mut Tx<'_>,
    scope: &Scope,
    id: &str,
) -> Result<Option<SavedCard>, Error> {
    tx.find(
        select_card!("where business_id = $1 and mode = $2 and id = $3 and state = 'kept'"),
        args![scope.business_id.as_str(), scope.mode.as_str(), id],
        read_card,
    )
}

pub(super) fn find_by_method(
    tx: &mut Tx<'_>,
    scope: &Scope,
    method_id: &str,
) -> Result<Option<SavedCard>, Error> {
    tx.find(
        select_card!(
            "where business_id = $1 and mode = $2 and payment_method = $3 and state = 'kept'"
        ),
        args![scope.business_id.as_str(), scope.mode.as_str(), method_id],
        read_card,
    )
}

/// A card to be written down.
pub(super) struct NewCard<'a> {
    pub(super) id: &'a str,
    pub(super) scope: &'a Scope,
    pub(super) customer_id: &'a str,
    pub(super) account_id: &'a str,
    pub(super) stripe_customer: &'a str,
    pub(super) payment_method: &'a str,
    pub(super) face: &'a Face,
}

pub(super) fn insert_card(tx: &mut Tx<'_>, c: &NewCard<'_>, now_ms: i64) -> Result<(), Error> {
    tx.execute(
        sql!("insert into saved_cards (id, business_id, mode, customer_id, account_id, stripe_customer, payment_method, brand, last4, exp_month, exp_year, state, removed_by, kept_at, updated_at, expiry_told) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'kept', '', $12, $12, '') on conflict (payment_method) do nothing"),
        args![
            c.id, c.scope.business_id.as_str(), c.scope.mode.as_str(), c.customer_id, c.account_id,
            c.stripe_customer, c.payment_method, &c.face.brand, &c.face.last4, c.face.exp_month,
            c.face.exp_year, now_ms
        ],
    )
    .map(drop)
}

pub(super) fn update_face(
    tx: &mut Tx<'_>,
    id: &str,
    face: &Face,
    now_ms: i64,
) -> Result<(), Error> {
    tx.execute(
        sql!("update saved_cards set brand = $2, last4 = $3, exp_month = $4, exp_year = $5, updated_at = $6 where id = $1 and state = 'kept'"),
        args![id, &face.brand, &face.last4, face.exp_month, face.exp_year, now_ms],
    )
    .map(drop)
}

pub(super) fn update_removed(
    tx: &mut Tx<'_>,
    id: &str,
    by: &str,
    now_ms: i64,
) -> Result<(), Error> {
    tx.execute(
        sql!("update saved_cards set state = 'removed', removed_by = $2, removed_at = $3, updated_at = $3 where id = $1 and state = 'kept'"),
        args![id, by, now_ms],
    )
    .map(drop)
}

/// The word of the bank that wants never to be asked again; empty when none said so.
pub(super) fn find_refused(tx: &mut Tx<'_>, id: &str) -> Result<String, Error> {
    tx.get(
        sql!("select refused from saved_cards where id = $1"),
        args![id],
        |r| r.text(0),
    )
}

pub(super) fn update_refused(tx: &mut Tx<'_>, id: &str, code: &str) -> Result<(), Error> {
    tx.execute(
        sql!("update saved_cards set refused = $2 where id = $1"),
        args![id, code],
    )
    .map(drop)
}

/// The expiry its owner was told of last; empty for none.
pub(super) fn find_expiry_told(tx: &mut Tx<'_>, id: &str) -> Result<String, Error> {
    tx.get(
        sql!("select expiry_told from saved_cards where id = $1"),
        args![id],
        |r| r.text(0),
    )
}

pub(super) fn update_expiry_told(tx: &mut Tx<'_>, id: &str, told: &str) -> Result<(), Error> {
    tx.execute(
        sql!("update saved_cards set expiry_told = $2 where id = $1"),
        args![id, told],
    )
    .map(drop)
}

macro_rules! select_consent {
    ($rest:literal) => {
        sql!(concat!(
            "select id, customer_id, purpose, saved_id, words, language, given_via, given_by, given_from, given_at, state, ended_by, ended_at from consents ",
            $rest
        ))
    };
}

fn read_consent(r: &Row) -> Result<Consent, Error> {
    Ok(Consent {
        id: r.text(0)?,
        customer_id: r.text(1)?,
        purpose: Purpose::parse(&r.text(2)?)
            .ok_or_else(|| Error::Shape("a consent without a purpose".into()))?,
        saved_id: r.opt_text(3)?,
        words: r.text(4)?,
        language: r.text(5)?,
        given_via: r.text(6)?,
        given_by: r.text(7)?,
        given_from: r.text(8)?,
        given_at: r.int(9)?,
        state: r.text(10)?,
        ended_by: r.text(11)?,
        ended_at: r.opt_int(12)?,
    })
}

/// A consent to be written down.
pub(super) struct NewConsent<'a> {
    pub(super) id: &'a str,
    pub(super) scope: &'a Scope,
    pub(super) customer_id: &'a str,
    pub(super) purpose: Purpose,
    pub(super) source: Source<'a>,
    pub(super) saved_id: Option<&'a str>,
    pub(super) words: &'a str,
    pub(super) giver: &'a Giver,
}

pub(super) fn insert_consent(
    tx: &mut Tx<'_>,
    c: &NewConsent<'_>,
    state: &str,
    now_ms: i64,
) -> Result<(), Error> {
    let (source_kind, source_id) = c.source.parts();
    tx.execute(
        sql!("insert into consents (id, business_id, mode, customer_id, purpose, source_kind, source_id, saved_id, words, words_version, language, given_via, given_by, given_from, given_at, state, ended_by) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, '')"),
        args![
            c.id, c.scope.business_id.as_str(), c.scope.mode.as_str(), c.customer_id, c.purpose.as_str(),
            source_kind, source_id, c.saved_id, c.words, super::consent::WORDS_VERSION,
            c.giver.l.lang().as_str(), c.giver.via, &c.giver.by, &c.giver.from, now_ms, state
        ],
    )
    .map(drop)
}

/// What a try has asked for and not got yet; the rows taken.
pub(super) fn list_asked(tx: &mut Tx<'_>, source: Source<'_>) -> Result<Vec<Consent>, Error> {
    let (kind, id) = source.parts();
    tx.list(
        select_consent!(
            "where source_kind = $1 and source_id = $2 and state = 'asked' order by id for update"
        ),
        args![kind, id],
        read_consent,
    )
}

pub(super) fn update_lapsed(tx: &mut Tx<'_>, id: &str, now_ms: i64) -> Result<(), Error> {
    tx.execute(
        sql!("update consents set state = 'lapsed', ended_by = 'payer', ended_at = $2 where id = $1 and state = 'asked'"),
        args![id, now_ms],
    )
    .map(drop)
}

pub(super) fn update_given(tx: &mut Tx<'_>, id: &str, saved_id: &str) -> Result<(), Error> {
    tx.execute(
        sql!(
            "update consents set state = 'given', saved_id = $2 where id = $1 and state = 'asked'"
        ),
        args![id, saved_id],
    )
    .map(drop)
}

pub(super) fn end_autopay(
    tx: &mut Tx<'_>,
    scope: &Scope,
    customer_id: &str,
    by: &str,
    now_ms: i64,
) -> Result<bool, Error> {
    tx.execute(
        sql!("update consents set state = 'withdrawn', ended_by = $4, ended_at = $5 where business_id = $1 and mode = $2 and customer_id = $3 and purpose = 'autopay' and state = 'given'"),
        args![scope.business_id.as_str(), scope.mode.as_str(), customer_id, by, now_ms],
    )
    .map(|touched| touched > 0)
}

pub(super) fn end_consents_on(
    tx: &mut Tx<'_>,
    saved_id: &str,
    by: &str,
    now_ms: i64,
) -> Result<(), Error> {
    tx.execute(
        sql!("update consents set state = 'withdrawn', ended_by = $2, ended_at = $3 where saved_id = $1 and state = 'given'"),
        args![saved_id, by, now_ms],
    )
    .map(drop)
}

pub(super) fn find_autopay(
    tx: &mut Tx<'_>,
    scope: &Scope,
    customer_id: &str,
) -> Result<Option<Consent>, Error> {
    tx.find(
        select_consent!("where business_id = $1 and mode = $2 and customer_id = $3 and purpose = 'autopay' and state = 'given'"),
        args![scope.business_id.as_str(), scope.mode.as_str(), customer_id],
        read_consent,
    )
}

pub(super) fn list_consents(
    tx: &mut Tx<'_>,
    scope: &Scope,
    customer_id: &str,
) -> Result<Vec<Consent>, Error> {
    tx.list(
        select_consent!("where business_id = $1 and mode = $2 and customer_id = $3 and state <> 'lapsed' and state <> 'asked' order by given_at desc, id desc limit 50"),
        args![scope.business_id.as_str(), scope.mode.as_str(), customer_id],
        read_consent,
    )
}

macro_rules! select_customer {
    ($rest:literal) => {
        sql!(concat!(
            "select id, customer_id, account_id, idempotency_key, stripe_id, created_at from stripe_customers ",
            $rest
        ))
    };
}

fn read_customer(r: &Row) -> Result<Kept, Error> {
    Ok(Kept {
        id: r.text(0)?,
        customer_id: r.text(1)?,
        account_id: r.text(2)?,
        idempotency_key: r.text(3)?,
        stripe_id: r.opt_text(4)?,
        created_at: r.int(5)?,
    })
}

pub(super) fn insert_customer(
    tx: &mut Tx<'_>,
    id: &str,
    drawer: &Drawer,
    customer_id: &str,
    key: &str,
    now_ms: i64,
) -> Result<(), Error> {
    let s = &drawer.scope;
    tx.execute(
        sql!("insert into stripe_customers (id, business_id, mode, customer_id, account_id, idempotency_key, created_at) values ($1, $2, $3, $4, $5, $6, $7) on conflict (customer_id, mode, account_id) do nothing"),
        args![id, s.business_id.as_str(), s.mode.as_str(), customer_id, &drawer.account_id, key, now_ms],
    )
    .map(drop)
}

pub(super) fn get_customer(
    tx: &mut Tx<'_>,
    drawer: &Drawer,
    customer_id: &str,
) -> Result<Kept, Error> {
    tx.get(
        select_customer!(
            "where customer_id = $1 and mode = $2 and account_id = $3 and business_id = $4"
        ),
        args![
            customer_id,
            drawer.scope.mode.as_str(),
            &drawer.account_id,
            drawer.scope.business_id.as_str()
        ],
        read_customer,
    )
}

pub(super) fn find_customer_by_stripe_id(
    tx: &mut Tx<'_>,
    scope: &Scope,
    stripe_id: &str,
) -> Result<Option<Kept>, Error> {
    tx.find(
        select_customer!("where business_id = $1 and mode = $2 and stripe_id = $3"),
        args![scope.business_id.as_str(), scope.mode.as_str(), stripe_id],
        read_customer,
    )
}

pub(super) fn update_customer_key(
    tx: &mut Tx<'_>,
    id: &str,
    key: &str,
    now_ms: i64,
) -> Result<(), Error> {
    tx.execute(
        sql!("update stripe_customers set idempotency_key = $2, created_at = $3 where id = $1 and stripe_id is null"),
        args![id, key, now_ms],
    )
    .map(drop)
}

/// The id that counts: the first that was written down.
pub(super) fn update_customer_made(
    tx: &mut Tx<'_>,
    id: &str,
    stripe_id: &str,
) -> Result<String, Error> {
    tx.execute(
        sql!("update stripe_customers set stripe_id = $2 where id = $1 and stripe_id is null"),
        args![id, stripe_id],
    )?;
    tx.get(
        sql!("select stripe_id from stripe_customers where id = $1"),
        args![id],
        |r| r.text(0),
    )
}

pub(super) fn update_customer_forgotten(
    tx: &mut Tx<'_>,
    stripe_id: &str,
    key: &str,
    now_ms: i64,
) -> Result<(), Error> {
    tx.execute(
        sql!("update stripe_customers set stripe_id = null, idempotency_key = $2, created_at = $3 where stripe_id = $1"),
        args![stripe_id, key, now_ms],
    )
    .map(drop)
}

macro_rules! select_setup {
    ($rest:literal) => {
        sql!(concat!(
            "select id, business_id, mode, customer_id, account_id, idempotency_key, setup_intent, created_at from setups ",
            $rest
        ))
    };
}

fn read_setup(r: &Row) -> Result<SetupRow, Error> {
    Ok(SetupRow {
        id: r.text(0)?,
        scope: scope(r.text(1)?, &r.text(2)?)?,
        customer_id: r.text(3)?,
        account_id: r.text(4)?,
        idempotency_key: r.text(5)?,
        setup_intent: r.opt_text(6)?,
        created_at: r.int(7)?,
    })
}

pub(super) fn insert_setup(tx: &mut Tx<'_>, setup: &SetupRow) -> Result<(), Error> {
    let s = &setup.scope;
    tx.execute(
        sql!("insert into setups (id, business_id, mode, customer_id, account_id, idempotency_key, state, failure_code, created_at, updated_at) values ($1, $2, $3, $4, $5, $6, 'open', '', $7, $7)"),
        args![&setup.id, s.business_id.as_str(), s.mode.as_str(), &setup.customer_id, &setup.account_id, &setup.idempotency_key, setup.created_at],
    )
    .map(drop)
}

/// The open setup of a customer that is young enough to go on with.
pub(super) fn find_open_setup(
    tx: &mut Tx<'_>,
    drawer: &Drawer,
    customer_id: &str,
    since_ms: i64,
) -> Result<Option<SetupRow>, Error> {
    tx.find(
        select_setup!("where customer_id = $1 and mode = $2 and account_id = $3 and state = 'open' and created_at > $4 order by created_at desc, id desc limit 1"),
        args![customer_id, drawer.scope.mode.as_str(), &drawer.account_id, since_ms],
        read_setup,
    )
}

pub(super) fn find_setup_by_intent(
    tx: &mut Tx<'_>,
    scope: &Scope,
    intent_id: &str,
) -> Result<Option<SetupRow>, Error> {
    tx.find(
        select_setup!("where setup_intent = $1 and business_id = $2 and mode = $3"),
        args![intent_id, scope.business_id.as_str(), scope.mode.as_str()],
        read_setup,
    )
}

pub(super) fn list_open_setups(
    tx: &mut Tx<'_>,
    scope: &Scope,
    asked_before: i64,
) -> Result<Vec<SetupRow>, Error> {
    tx.list(
        select_setup!("where business_id = $1 and mode = $2 and state = 'open' and (asked_at is null or asked_at < $3) order by created_at limit 100"),
        args![scope.business_id.as_str(), scope.mode.as_str(), asked_before],
        read_setup,
    )
}

pub(super) fn list_open_setups_of(
    tx: &mut Tx<'_>,
    scope: &Scope,
    customer_id: &str,
) -> Result<Vec<SetupRow>, Error> {
    tx.list(
        select_setup!("where business_id = $1 and mode = $2 and customer_id = $3 and state = 'open' order by created_at desc limit 20"),
        args![scope.business_id.as_str(), scope.mode.as_str(), customer_id],
        read_setup,
    )
}

/// Whether the intent is the setup's now; false when it has another.
pub(super) fn update_setup_intent(
    tx: &mut Tx<'_>,
    id: &str,
    intent_id: &str,
) -> Result<bool, Error> {
    tx.execute(
        sql!("update setups set setup_intent = $2 where id = $1 and (setup_intent is null or setup_intent = $2)"),
        args![id, intent_id],
    )
    .map(|touched| touched == 1)
}

pub(super) fn update_setup_asked(
    tx: &mut Tx<'_>,
    id: &str,
    failure_code: &str,
    now_ms: i64,
) -> Result<(), Error> {
    tx.execute(
        sql!("update setups set asked_at = $3, failure_code = $2, updated_at = $3 where id = $1"),
        args![id, failure_code, now_ms],
    )
    .map(drop)
}

/// Answers whether it was open until now.
pub(super) fn update_setup_ended(
    tx: &mut Tx<'_>,
    id: &str,
    state: &str,
    now_ms: i64,
) -> Result<bool, Error> {
    tx.execute(
        sql!("update setups set state = $2, updated_at = $3, asked_at = $3 where id = $1 and state = 'open'"),
        args![id, state, now_ms],
    )
    .map(|touched| touched == 1)
}

/// What a setup that led to nothing had asked for.
pub(super) fn lapse_asked(tx: &mut Tx<'_>, source: Source<'_>, now_ms: i64) -> Result<(), Error> {
    let (kind, id) = source.parts();
    tx.execute(
        sql!("update consents set state = 'lapsed', ended_by = $4, ended_at = $3 where source_kind = $1 and source_id = $2 and state = 'asked'"),
        args![kind, id, now_ms, BY_ANOTHER],
    )
    .map(drop)
}
