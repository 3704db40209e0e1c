//! The table of endpoints: method, path, permission, verb.

use crate::call::Call;
use crate::error::Answer;
use crate::fault::matches;
use crate::{
    attempt, balance, capture, charge, checkout, country_spec, customer, dispute, event, file,
    payment_intent, payment_method, payout, refund, saved, setup_intent, webhook_endpoint,
};

/// One endpoint. `permission` is what a restricted key needs; `None` means every genuine key may.
pub(crate) struct Route {
    method: &'static str,
    pattern: &'static str,
    pub permission: Option<&'static str>,
    /// Whether a publishable key may call it.
    pub publishable: bool,
    pub verb: fn(&mut Call, &str) -> Answer,
}

const fn route(
    method: &'static str,
    pattern: &'static str,
    permission: &'static str,
    verb: fn(&mut Call, &str) -> Answer,
) -> Route {
    Route {
        method,
        pattern,
        permission: Some(permission),
        publishable: false,
        verb,
    }
}

const fn public(
    method: &'static str,
    pattern: &'static str,
    permission: &'static str,
    verb: fn(&mut Call, &str) -> Answer,
) -> Route {
    Route {
        method,
        pattern,
        permission: Some(permission),
        publishable: true,
        verb,
    }
}

const ROUTES: &[Route] = &[
    route("GET", "/v1/account", "rak_accounts_kyc_basic_read", account),
    Route {
        method: "GET",
        pattern: "/v1/country_specs/*",
        permission: None,
        publishable: false,
        verb: country_spec::retrieve,
    },
    route(
        "POST",
        "/v1/setup_intents",
        "rak_setup_intent_write",
        |call, _| setup_intent::create(call),
    ),
    public(
        "GET",
        "/v1/setup_intents/*",
        "rak_setup_intent_read",
        setup_intent::retrieve,
    ),
    public(
        "POST",
        "/v1/setup_intents/*/confirm",
        "rak_setup_intent_write",
        setup_intent::confirm,
    ),
    route(
        "POST",
        "/v1/setup_intents/*/cancel",
        "rak_setup_intent_write",
        setup_intent::cancel,
    ),
    route(
        "POST",
        "/v1/payment_intents",
        "rak_payment_intent_write",
        |call, _| payment_intent::create(call),
    ),
    route(
        "GET",
        "/v1/payment_intents",
        "rak_payment_intent_read",
        |call, _| payment_intent::list(call),
    ),
    public(
        "GET",
        "/v1/payment_intents/*",
        "rak_payment_intent_read",
        payment_intent::retrieve,
    ),
    route(
        "POST",
        "/v1/payment_intents/*",
        "rak_payment_intent_write",
        payment_intent::update,
    ),
    public(
        "POST",
        "/v1/payment_intents/*/confirm",
        "rak_payment_intent_write",
        attempt::confirm_verb,
    ),
    route(
        "POST",
        "/v1/payment_intents/*/cancel",
        "rak_payment_intent_write",
        payment_intent::cancel,
    ),
    route(
        "POST",
        "/v1/payment_intents/*/capture",
        "rak_payment_intent_write",
        capture::capture,
    ),
    public(
        "POST",
        "/v1/payment_methods",
        "rak_payment_method_write",
        |call, _| payment_method::create(call),
    ),
    route(
        "GET",
        "/v1/payment_methods/*",
        "rak_payment_method_read",
        payment_method::retrieve,
    ),
    route(
        "GET",
        "/v1/payment_methods",
        "rak_payment_method_read",
        |call, _| saved::list(call),
    ),
    route(
        "POST",
        "/v1/payment_methods/*",
        "rak_payment_method_write",
        saved::update,
    ),
    route(
        "POST",
        "/v1/payment_methods/*/attach",
        "rak_payment_method_write",
        saved::attach_verb,
    ),
    route(
        "POST",
        "/v1/payment_methods/*/detach",
        "rak_payment_method_write",
        saved::detach_verb,
    ),
    route(
        "GET",
        "/v1/customers/*/payment_methods",
        "rak_payment_method_read",
        saved::list_of_customer,
    ),
    route(
        "DELETE",
        "/v1/customers/*",
        "rak_customer_write",
        customer::delete,
    ),
    route("POST", "/v1/customers", "rak_customer_write", |call, _| {
        customer::create(call)
    }),
    route("GET", "/v1/customers", "rak_customer_read", |call, _| {
        customer::list(call)
    }),
    route(
        "GET",
        "/v1/customers/*",
        "rak_customer_read",
        customer::retrieve,
    ),
    route(
        "POST",
        "/v1/customers/*",
        "rak_customer_write",
        customer::update,
    ),
    route("GET", "/v1/charges", "rak_charge_read", |call, _| {
        charge::list(call)
    }),
    route("GET", "/v1/charges/*", "rak_charge_read", charge::retrieve),
    route("POST", "/v1/refunds", "rak_charge_write", |call, _| {
        refund::create(call)
    }),
    route("GET", "/v1/refunds", "rak_charge_read", |call, _| {
        refund::list(call)
    }),
    route("GET", "/v1/refunds/*", "rak_charge_read", refund::retrieve),
    route("POST", "/v1/refunds/*", "rak_charge_write", refund::update),
    route(
        "POST",
        "/v1/refunds/*/cancel",
        "rak_charge_write",
        refund::cancel,
    ),
    route("GET", "/v1/disputes", "rak_dispute_read", |call, _| {
        dispute::list(call)
    }),
    route(
        "GET",
        "/v1/disputes/*",
        "rak_dispute_read",
        dispute::retrieve,
    ),
    route(
        "POST",
        "/v1/disputes/*",
        "rak_dispute_write",
        dispute::update,
    ),
    route(
        "POST",
        "/v1/disputes/*/close",
        "rak_dispute_write",
        dispute::close,
    ),
    route("POST", "/v1/files", "rak_file_write", |call, _| {
        file::create(call)
    }),
    route("GET", "/v1/files", "rak_file_read", |call, _| {
        file::list(call)
    }),
    route("GET", "/v1/files/*", "rak_file_read", file::retrieve),
    route(
        "POST",
        "/v1/checkout/sessions",
        "rak_checkout_session_write",
        |call, _| checkout::create(call),
    ),
    route(
        "GET",
        "/v1/checkout/sessions",
        "rak_checkout_session_read",
        |call, _| checkout::list(call),
    ),
    route(
        "GET",
        "/v1/checkout/sessions/*",
        "rak_checkout_session_read",
        checkout::retrieve,
    ),
    route(
        "POST",
        "/v1/checkout/sessions/*/expire",
        "rak_checkout_session_write",
        checkout::expire,
    ),
    route("POST", "/v1/payouts", "rak_payout_write", |call, _| {
        payout::create(call)
    }),
    route("GET", "/v1/payouts", "rak_payout_read", |call, _| {
        payout::list(call)
    }),
    route("GET", "/v1/payouts/*", "rak_payout_read", payout::retrieve),
    route("POST", "/v1/payouts/*", "rak_payout_write", payout::update),
    route(
        "POST",
        "/v1/payouts/*/cancel",
        "rak_payout_write",
        payout::cancel,
    ),
    route("GET", "/v1/balance", "rak_balance_read", |call, _| {
        balance::retrieve(call)
    }),
    route(
        "GET",
        "/v1/balance_transactions",
        "rak_balance_transaction_read",
        |call, _| balance::list_transactions(call),
    ),
    route(
        "GET",
        "/v1/balance_transactions/*",
        "rak_balance_transaction_read",
        balance::retrieve_transaction,
    ),
    route("GET", "/v1/events", "rak_event_read", |call, _| {
        event::list(call)
    }),
    route("GET", "/v1/events/*", "rak_event_read", event::retrieve),
    route(
        "POST",
        "/v1/webhook_endpoints",
        "rak_webhook_write",
        |call, _| webhook_endpoint::create(call),
    ),
    route(
        "GET",
        "/v1/webhook_endpoints",
        "rak_webhook_read",
        |call, _| webhook_endpoint::list(call),
    ),
    route(
        "GET",
        "/v1/webhook_endpoints/*",
        "rak_webhook_read",
        webhook_endpoint::retrieve,
    ),
    route(
        "POST",
        "/v1/webhook_endpoints/*",
        "rak_webhook_write",
        webhook_endpoint::update,
    ),
    route(
        "DELETE",
        "/v1/webhook_endpoints/*",
        "rak_webhook_write",
        webhook_endpoint::delete,
    ),
];

/// The endpoint of a request and the id in its path (empty when there is none).
pub(crate) fn find<'a>(method: &str, path: &'a str) -> Option<(&'static Route, &'a str)> {
    let route = ROUTES
        .iter()
        .find(|route| route.method == method && matches(route.pattern, path))?;
    let at = route.pattern.split('/').position(|segment| segment == "*");
    let id = at
        .and_then(|at| path.split('/').nth(at))
        .unwrap_or_default();
    Some((route, id))
}

fn account(call: &mut Call, _: &str) -> Answer {
    call.params(&[crate::page::EXPAND])?;
    Ok(call.world.account(call.place).object())
}
