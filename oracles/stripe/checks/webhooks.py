"""The official Python SDK's verdict on deliveries: one JSON object a line in, one a line out."""

import json
import sys
import time

import stripe


def verdict(delivery):
    time.time = lambda: float(delivery["now"])
    body = bytes.fromhex(delivery["body"])
    for secret in delivery["secrets"]:
        try:
            stripe.WebhookSignature.verify_header(body, delivery["header"], secret, 300)
            return {"accepted": True}
        except (stripe.SignatureVerificationError, UnicodeDecodeError) as error:
            why = str(error)
    return {"accepted": False, "why": why if delivery["secrets"] else "no secret"}


for line in sys.stdin:
    print(json.dumps(verdict(json.loads(line))))
