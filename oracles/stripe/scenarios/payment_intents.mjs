// One amount due on its way: success, declines, challenge, delay, change, cancel, repetition.

import assert from 'node:assert/strict';

import { fresh, refusal, refused } from '../lib/expect.mjs';
import { sdk } from '../lib/sdk.mjs';

const DECLINES = [
  ['pm_card_visa_chargeDeclined', 'card_declined', 'generic_decline'],
  ['pm_card_visa_chargeDeclinedInsufficientFunds', 'card_declined', 'insufficient_funds'],
  ['pm_card_visa_chargeDeclinedLostCard', 'card_declined', 'lost_card'],
  ['pm_card_visa_chargeDeclinedStolenCard', 'card_declined', 'stolen_card'],
  ['pm_card_chargeDeclinedExpiredCard', 'expired_card', undefined],
  ['pm_card_chargeDeclinedIncorrectCvc', 'incorrect_cvc', undefined],
  ['pm_card_chargeDeclinedProcessingError', 'processing_error', undefined],
];

export async function paymentIntents(report, { url, keys }) {
  const secret = sdk(keys.studio.test.secret, url);
  const pub = sdk(keys.studio.test.publishable, url);
  const due = { amount: 1999, currency: 'cad', automatic_payment_methods: { enabled: true }, metadata: { invoice_id: 'inv_1' } };
  const now = { confirm: true, return_url: 'https://example.com/return' };

  await report.attempt('Node: a card pays; charge, card and fee add up', async () => {
    const made = await secret.paymentIntents.create({ ...due, ...now, payment_method: 'pm_card_visa' }, fresh());
    assert.equal(made.status, 'succeeded');
    const paid = await secret.paymentIntents.retrieve(made.id, { expand: ['latest_charge.balance_transaction'] });
    assert.equal(paid.amount_received, 1999);
    assert.deepEqual(paid.metadata, { invoice_id: 'inv_1' });
    const charge = paid.latest_charge;
    assert.equal(charge.payment_method_details.card.brand, 'visa');
    assert.equal(charge.payment_method_details.card.last4, '4242');
    const line = charge.balance_transaction;
    assert.equal(line.amount, 1999);
    assert.equal(line.net, line.amount - line.fee);
    assert.equal(line.fee, line.fee_details.reduce((sum, part) => sum + part.amount, 0));
    const again = await secret.charges.retrieve(charge.id, { expand: ['balance_transaction'] });
    assert.equal(again.balance_transaction.id, line.id);
    assert.equal((await secret.balanceTransactions.retrieve(line.id)).source, charge.id);
    await refused(() => secret.paymentIntents.cancel(made.id), { code: 'payment_intent_unexpected_state' });
    await refused(() => secret.paymentIntents.update(made.id, { amount: 2500 }), { code: 'payment_intent_unexpected_state' });
  });
  for (const [method, code, declineCode] of DECLINES) {
    await report.attempt(`Node: ${method} is declined as ${code}${declineCode ? `, ${declineCode}` : ''}, and the intent asks for another card`, async () => {
      const made = await secret.paymentIntents.create(due, fresh());
      const error = await refused(() => secret.paymentIntents.confirm(made.id, { payment_method: method, return_url: now.return_url }, fresh()), { type: 'StripeCardError', statusCode: 402, code });
      if (declineCode) assert.equal(error.decline_code, declineCode);
      assert.equal(error.payment_intent.id, made.id);
      const after = await secret.paymentIntents.retrieve(made.id);
      assert.equal(after.status, 'requires_payment_method');
      assert.equal(after.last_payment_error.code, code);
      assert.equal(after.amount_received, 0);
    });
  }
  await report.attempt('Node: after a decline the same intent is paid by another card', async () => {
    const made = await secret.paymentIntents.create(due, fresh());
    await refusal(() => secret.paymentIntents.confirm(made.id, { payment_method: 'pm_card_visa_chargeDeclined', return_url: now.return_url }, fresh()));
    const paid = await secret.paymentIntents.confirm(made.id, { payment_method: 'pm_card_mastercard', return_url: now.return_url }, fresh());
    assert.equal(paid.status, 'succeeded');
    assert.equal(paid.last_payment_error, null);
  });
  await report.attempt('Node: 3-D Secure asks the payer to act, and can still be canceled', async () => {
    const made = await secret.paymentIntents.create({ ...due, ...now, payment_method: 'pm_card_threeDSecure2Required' }, fresh());
    assert.equal(made.status, 'requires_action');
    assert.equal(made.next_action.type, 'redirect_to_url');
    const canceled = await secret.paymentIntents.cancel(made.id, { cancellation_reason: 'abandoned' }, fresh());
    assert.equal(canceled.status, 'canceled');
    assert.equal(canceled.cancellation_reason, 'abandoned');
  });
  await report.attempt('Node: a bank debit is under way for days, which is not paid', async () => {
    const other = sdk(keys.other.test.secret, url);
    const made = await other.paymentIntents.create({ amount: 1999, currency: 'eur', automatic_payment_methods: { enabled: true } }, fresh());
    assert.ok(made.payment_method_types.includes('sepa_debit'), String(made.payment_method_types));
    const payer = sdk(keys.other.test.publishable, url);
    const confirmed = await payer.rawRequest('POST', `/v1/payment_intents/${made.id}/confirm`, {
      client_secret: made.client_secret,
      return_url: now.return_url,
      payment_method_data: { type: 'sepa_debit', sepa_debit: { iban: 'DE89370400440532013000' }, billing_details: { name: 'P. Ayer', email: 'p@example.com' } },
    });
    assert.equal(confirmed.status, 'processing');
    const after = await other.paymentIntents.retrieve(made.id);
    assert.equal(after.status, 'processing');
    assert.equal(after.amount_received, 0);
  });
  await report.attempt("Node: the payer's browser confirms with publishable key and client secret", async () => {
    const made = await secret.paymentIntents.create(due, fresh());
    const read = await pub.paymentIntents.retrieve(made.id, { client_secret: made.client_secret });
    assert.equal(read.amount, 1999);
    assert.equal(read.metadata, undefined, 'a payer does not see our words');
    const paid = await pub.paymentIntents.confirm(made.id, { client_secret: made.client_secret, payment_method: 'pm_card_visa', return_url: now.return_url });
    assert.equal(paid.status, 'succeeded');
    await refusal(() => pub.paymentIntents.retrieve(made.id, { client_secret: 'wrong' }));
  });
  await report.attempt('Node: the amount follows what is due, and a canceled intent stays canceled', async () => {
    const made = await secret.paymentIntents.create(due, fresh());
    const changed = await secret.paymentIntents.update(made.id, { amount: 2500, currency: 'cad' }, fresh());
    assert.equal(changed.amount, 2500);
    await secret.paymentIntents.cancel(made.id, { cancellation_reason: 'abandoned' }, fresh());
    await refused(() => secret.paymentIntents.cancel(made.id), { code: 'payment_intent_unexpected_state' });
    await refused(() => secret.paymentIntents.confirm(made.id, { payment_method: 'pm_card_visa', return_url: now.return_url }), { code: 'payment_intent_unexpected_state' });
  });
  await report.attempt('Node: amounts and currencies are bounded', async () => {
    const with_ = (more) => () => secret.paymentIntents.create({ ...due, ...more });
    await refused(with_({ amount: 49 }), { code: 'amount_too_small', param: 'amount' });
    await refused(with_({ amount: 100000000 }), { code: 'amount_too_large', param: 'amount' });
    await refused(with_({ amount: 19.5 }), { code: 'parameter_invalid_integer', param: 'amount' });
    await refused(with_({ currency: 'zzz' }), { type: 'StripeInvalidRequestError', param: 'currency' });
    await refused(() => secret.paymentIntents.create({ currency: 'cad' }), { code: 'parameter_missing', param: 'amount' });
  });
  await report.attempt('Node: the same idempotency key gives the same intent, and says that it is a replay', async () => {
    const key = fresh();
    const first = await secret.paymentIntents.create(due, key);
    const second = await secret.paymentIntents.create(due, key);
    assert.equal(second.id, first.id);
    assert.equal(first.lastResponse.headers['idempotent-replayed'], undefined);
    assert.equal(second.lastResponse.headers['idempotent-replayed'], 'true');
  });
  await report.attempt('Node: the same idempotency key with other parameters is a conflict', async () => {
    const key = fresh();
    await secret.paymentIntents.create(due, key);
    await refused(() => secret.paymentIntents.create({ ...due, amount: 2000 }, key), { type: 'StripeIdempotencyError', statusCode: 400 });
  });
  await report.attempt('Node: a declined confirmation is replayed, not tried again', async () => {
    const made = await secret.paymentIntents.create(due, fresh());
    const key = fresh();
    const confirm = () => secret.paymentIntents.confirm(made.id, { payment_method: 'pm_card_visa_chargeDeclined', return_url: now.return_url }, key);
    const first = await refused(confirm, { code: 'card_declined' });
    const second = await refused(confirm, { code: 'card_declined' });
    assert.equal(second.payment_intent.latest_charge, first.payment_intent.latest_charge);
  });
  await report.attempt('Node: a refusal before anything was done frees the idempotency key', async () => {
    const key = fresh();
    await refused(() => secret.paymentIntents.create({ ...due, amount: 19.5 }, key), { param: 'amount' });
    assert.equal((await secret.paymentIntents.create(due, key)).amount, 1999);
  });
  await report.attempt('Node: when the answer is lost after charging, the SDK asks again with the same key, and there is one charge', async () => {
    const patient = sdk(keys.studio.test.secret, url, { maxNetworkRetries: 2 });
    const made = await secret.paymentIntents.create(due, fresh());
    const script = await fetch(`${url}/_control/time_out_after_charging`, { method: 'POST', body: '{"hold_ms":10}' });
    assert.equal(script.status, 200);
    const paid = await patient.paymentIntents.confirm(made.id, { payment_method: 'pm_card_visa', return_url: now.return_url }, fresh());
    assert.equal(paid.status, 'succeeded');
    const charges = await (await fetch(`${url}/_control/charges`)).json();
    assert.equal(charges.filter((charge) => charge.payment_intent === made.id).length, 1);
  });
  await report.attempt('Node: a 500 is replayed to its idempotency key, and a new key is a new request', async () => {
    await fetch(`${url}/_control/answer_500`, { method: 'POST' });
    const key = fresh();
    const first = await refusal(() => secret.paymentIntents.create(due, key));
    const second = await refusal(() => secret.paymentIntents.create(due, key));
    assert.deepEqual([first.type, first.statusCode, second.statusCode], ['StripeAPIError', 500, 500]);
    assert.equal((await secret.paymentIntents.create(due, fresh())).status, 'requires_payment_method');
  });
  await report.attempt('Node: the list is newest first, bounded by time, and pages to its end', async () => {
    const since = Math.floor(Date.now() / 1000) - 86400;
    const all = [];
    for await (const intent of secret.paymentIntents.list({ limit: 3, created: { gte: since } })) all.push(intent.id);
    assert.ok(all.length > 10 && new Set(all).size === all.length, `${all.length}`);
    assert.deepEqual((await secret.paymentIntents.list({ created: { gte: since + 2 * 86400 } })).data, []);
  });
}
