// Money given back: in part, never above the rest, later, and back again.

import assert from 'node:assert/strict';

import { control, fresh, refused } from '../lib/expect.mjs';
import { sdk } from '../lib/sdk.mjs';

export async function refunds(report, { url, keys }) {
  const secret = sdk(keys.studio.test.secret, url);
  const charged = async (method) => {
    const paid = await secret.paymentIntents.create({ amount: 10000, currency: 'cad', confirm: true, payment_method: method, return_url: 'https://example.com/return', expand: ['latest_charge'] }, fresh());
    return paid.latest_charge;
  };

  await report.attempt('Node: a part is refunded; the charge, the line and the events say so, and the fee stays', async () => {
    const charge = await charged('pm_card_visa');
    const made = await secret.refunds.create({ charge: charge.id, amount: 2500, reason: 'requested_by_customer', metadata: { refund_id: 'r1' }, expand: ['balance_transaction'] }, fresh());
    assert.equal(made.status, 'succeeded');
    assert.equal(made.balance_transaction.net, -2500);
    assert.equal(made.balance_transaction.fee, 0);
    assert.equal(made.balance_transaction.reporting_category, 'refund');
    assert.equal(made.payment_intent, charge.payment_intent);
    const after = await secret.charges.retrieve(charge.id);
    assert.deepEqual([after.amount_refunded, after.refunded], [2500, false]);
    const read = await secret.refunds.retrieve(made.id, { expand: ['charge', 'payment_intent', 'balance_transaction'] });
    assert.equal(read.charge.id, charge.id);
    await secret.refunds.update(made.id, { metadata: { note: 'n' } });
    assert.deepEqual((await secret.refunds.retrieve(made.id)).metadata, { refund_id: 'r1', note: 'n' });
    const events = await secret.events.list({ types: ['refund.created', 'refund.updated', 'charge.refunded'], limit: 10 });
    assert.deepEqual([...new Set(events.data.map((event) => event.type))].sort(), ['charge.refunded', 'refund.created', 'refund.updated']);
  });
  await report.attempt('Node: never more than the rest, and what is empty is empty', async () => {
    const charge = await charged('pm_card_visa');
    await refused(() => secret.refunds.create({ charge: charge.id, amount: 10001 }), { type: 'StripeInvalidRequestError', statusCode: 400, param: 'amount' });
    await secret.refunds.create({ payment_intent: charge.payment_intent, amount: 4000 }, fresh());
    await refused(() => secret.refunds.create({ charge: charge.id, amount: 6001 }), { param: 'amount' });
    assert.equal((await secret.refunds.create({ charge: charge.id }, fresh())).amount, 6000);
    await refused(() => secret.refunds.create({ charge: charge.id }), { code: 'charge_already_refunded' });
    assert.equal((await secret.charges.retrieve(charge.id)).refunded, true);
    const listed = [];
    for await (const refund of secret.refunds.list({ payment_intent: charge.payment_intent, limit: 1 })) listed.push(refund.amount);
    assert.deepEqual(listed, [6000, 4000]);
  });
  await report.attempt('Node: the card that refunds later, and the one whose refund comes back', async () => {
    const later = await secret.refunds.create({ charge: (await charged('pm_card_pendingRefund')).id }, fresh());
    const back = await secret.refunds.create({ charge: (await charged('pm_card_refundFail')).id }, fresh());
    assert.deepEqual([later.status, back.status], ['pending', 'succeeded']);
    await control(url, 'advance', { seconds: 61 });
    assert.equal((await secret.refunds.retrieve(later.id)).status, 'succeeded');
    const failed = await secret.refunds.retrieve(back.id, { expand: ['failure_balance_transaction'] });
    assert.equal(failed.status, 'failed');
    assert.equal(failed.failure_balance_transaction.net, 10000);
    assert.equal(failed.failure_balance_transaction.type, 'refund_failure');
    assert.equal((await secret.charges.retrieve(failed.charge)).amount_refunded, 0);
    const events = await secret.events.list({ type: 'refund.failed', limit: 1 });
    assert.equal(events.data[0].data.object.id, back.id);
  });
  await report.attempt('Node: only a refund that waits for the payer is canceled', async () => {
    const charge = await charged('pm_card_visa');
    await control(url, 'ask_payer_of_next_refund');
    const waiting = await secret.refunds.create({ charge: charge.id, amount: 100 }, fresh());
    assert.equal(waiting.status, 'requires_action');
    assert.equal((await secret.refunds.cancel(waiting.id, {}, fresh())).status, 'canceled');
    const made = await secret.refunds.create({ charge: charge.id, amount: 100 }, fresh());
    await refused(() => secret.refunds.cancel(made.id), { statusCode: 400 });
  });
}
