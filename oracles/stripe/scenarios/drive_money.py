"""The official Python SDK gives money back and looks for it in the account."""

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
