"""The official Python SDK gives money back and looks for it in the account."""

import io

import stripe


def checks(check, secret, refused):
    def charge(method="pm_card_visa"):
        params = {"amount": 10000, "currency": "cad", "confirm": True, "payment_method": method}
        params |= {"return_url": "https://example.com/return", "expand": ["latest_charge"]}
        return secret.v1.payment_intents.create(params).latest_charge

    @check("a refund never exceeds the rest")
    def _():
        paid = charge()
        made = secret.v1.refunds.create({"charge": paid.id, "amount": 4000})
        assert made.status == "succeeded" and made.amount == 4000
        refused(stripe.InvalidRequestError, lambda: secret.v1.refunds.create({"charge": paid.id, "amount": 6001}))
        rest = secret.v1.refunds.create({"payment_intent": paid.payment_intent})
        assert rest.amount == 6000
        error = refused(stripe.InvalidRequestError, lambda: secret.v1.refunds.create({"charge": paid.id}))
        assert error.code == "charge_already_refunded", error
        listed = secret.v1.refunds.list({"charge": paid.id})
        assert sum(refund.amount for refund in listed.auto_paging_iter()) == 10000

    @check("a chargeback is answered with a file and winning words")
    def _():
        paid = charge("pm_card_createDispute")
        dispute = secret.v1.disputes.list({"charge": paid.id}).data[0]
        assert dispute.status == "needs_response", dispute
        content = io.BytesIO(b"\x89PNG\r\n\x1a\n\x00\xff")
        content.name = "proof.png"
        file = secret.v1.files.create({"purpose": "dispute_evidence", "file": content})
        assert file.size == 10 and file.type == "png", file
        evidence = {"uncategorized_file": file.id, "uncategorized_text": "winning_evidence"}
        sent = secret.v1.disputes.update(dispute.id, {"evidence": evidence, "submit": True})
        assert sent.status == "under_review" and sent.evidence.uncategorized_file == file.id, sent

    @check("a kept card is charged while its owner is away")
    def _():
        customer = secret.v1.customers.create({"name": "P. Ayer"})
        kept = secret.v1.payment_methods.attach("pm_card_visa", {"customer": customer.id})
        away = {"amount": 5000, "currency": "cad", "customer": customer.id, "off_session": True, "confirm": True}
        paid = secret.v1.payment_intents.create({**away, "payment_method": kept.id})
        assert paid.status == "succeeded", paid
        asks = secret.v1.payment_methods.attach("pm_card_authenticationRequired", {"customer": customer.id})
        charge_asking = lambda: secret.v1.payment_intents.create({**away, "payment_method": asks.id})
        error = refused(stripe.CardError, charge_asking)
        assert error.code == "authentication_required", error
        assert len(secret.v1.customers.payment_methods.list(customer.id).data) == 2

    @check("a hosted page is made and ended")
    def _():
        line = {"currency": "cad", "unit_amount": 2500, "product_data": {"name": "Invoice 7"}}
        asking = {"mode": "payment", "line_items": [{"price_data": line, "quantity": 1}]}
        asking |= {"success_url": "https://example.com/p?s={CHECKOUT_SESSION_ID}"}
        made = secret.v1.checkout.sessions.create(asking)
        assert made.status == "open" and made.amount_total == 2500 and made.url, made
        assert secret.v1.checkout.sessions.expire(made.id).status == "expired"

    @check("every line's net is its amount less its fee, and the balance is their sum")
    def _():
        lines = list(secret.v1.balance_transactions.list({"currency": "cad", "limit": 100}).auto_paging_iter())
        assert len(lines) > 10
        for line in lines:
            assert line.net == line.amount - line.fee, line
            assert line.fee == sum(part.amount for part in line.fee_details), line
        balance = secret.v1.balance.retrieve()
        sums = [part.amount for part in [*balance.available, *balance.pending] if part.currency == "cad"]
        assert sum(sums) == sum(line.net for line in lines), (sums, len(lines))
