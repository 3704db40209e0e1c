"""The official Python SDK drives the rehearsal. Prints one JSON line for each check."""

import json
import sys
import traceback

import stripe

import drive_money

STAGE = json.load(sys.stdin)
DUE = {"amount": 1999, "currency": "cad", "automatic_payment_methods": {"enabled": True}}
NOW = {"confirm": True, "return_url": "https://example.com/return"}
CHECKS = []


def client(key):
    return stripe.StripeClient(key, base_addresses={"api": STAGE["url"], "files": STAGE["url"]}, max_network_retries=0)


SECRET = client(STAGE["keys"]["studio"]["test"]["secret"])
PUBLIC = client(STAGE["keys"]["studio"]["test"]["publishable"])


def check(sentence):
    def keep(act):
        CHECKS.append((sentence, act))
        return act

    return keep


def refused(kind, act):
    try:
        result = act()
    except kind as error:
        return error
    raise AssertionError(f"should have been refused, gave {result}")


@check("the account answers")
def _():
    assert SECRET.v1.accounts.retrieve_current().id.startswith("acct_")


@check("a setup intent round trip proves both keys")
def _():
    made = SECRET.v1.setup_intents.create({"automatic_payment_methods": {"enabled": True}})
    read = PUBLIC.v1.setup_intents.retrieve(made.id, {"client_secret": made.client_secret})
    assert read.id == made.id
    assert SECRET.v1.setup_intents.cancel(made.id).status == "canceled"


@check("a card pays, and the fee is in the balance transaction")
def _():
    params = {**DUE, **NOW, "payment_method": "pm_card_visa", "expand": ["latest_charge.balance_transaction"]}
    paid = SECRET.v1.payment_intents.create(params)
    assert paid.status == "succeeded" and paid.amount_received == 1999
    line = paid.latest_charge.balance_transaction
    assert line.amount - line.fee == line.net


@check("a declined card is a CardError with its decline code")
def _():
    params = {**DUE, **NOW, "payment_method": "pm_card_visa_chargeDeclinedInsufficientFunds"}
    error = refused(stripe.CardError, lambda: SECRET.v1.payment_intents.create(params))
    assert error.code == "card_declined" and error.error.decline_code == "insufficient_funds", error


@check("errors are of the right class")
def _():
    refused(stripe.AuthenticationError, lambda: client("sk_test_51Nobody0000").v1.balance.retrieve())
    restricted = client(STAGE["keys"]["studio"]["live"]["restricted"])
    refused(stripe.PermissionError, lambda: restricted.v1.accounts.retrieve_current())
    error = refused(stripe.InvalidRequestError, lambda: SECRET.v1.payment_intents.retrieve("pi_nobody"))
    assert error.http_status == 404 and error.code == "resource_missing", error
    error = refused(stripe.InvalidRequestError, lambda: SECRET.v1.payment_intents.create({**DUE, "amount": 1}))
    assert error.code == "amount_too_small" and error.param == "amount", error
    assert error.request_id.startswith("req_")


@check("an idempotency key replays, and refuses other parameters")
def _():
    options = {"idempotency_key": "python-1"}
    first = SECRET.v1.payment_intents.create(DUE, options)
    assert SECRET.v1.payment_intents.create(DUE, options).id == first.id
    other = {**DUE, "amount": 2000}
    refused(stripe.IdempotencyError, lambda: SECRET.v1.payment_intents.create(other, options))


drive_money.checks(check, SECRET, refused)


@check("events page to their end, each once")
def _():
    ids = [event.id for event in SECRET.v1.events.list({"limit": 5}).auto_paging_iter()]
    assert len(ids) > 20 and len(set(ids)) == len(ids)


@check("every delivery of the rehearsal verifies")
def _():
    assert len(STAGE["deliveries"]) >= 2, "nothing was delivered"
    for delivery in STAGE["deliveries"]:
        body = bytes.fromhex(delivery["body"])
        event = stripe.Webhook.construct_event(body, delivery["header"], STAGE["secret"])
        assert event.id.startswith("evt_")
        refused(
            stripe.SignatureVerificationError,
            lambda: stripe.Webhook.construct_event(body + b" ", delivery["header"], STAGE["secret"]),
        )


for sentence, act in CHECKS:
    try:
        act()
        print(json.dumps({"sentence": sentence, "held": True}))
    except Exception:
        print(json.dumps({"sentence": sentence, "held": False, "detail": traceback.format_exc()}))
