// What is available leaves for the bank, and its lines say what was in it.

import assert from 'node:assert/strict';

import { control, fresh, refused } from '../lib/expect.mjs';
import { sdk } from '../lib/sdk.mjs';

export async function payouts(report, { url, keys }) {
  const secret = sdk(keys.studio.test.secret, url);
  const account = keys.studio.account;

  await report.attempt('Node: an automatic payout empties the balance; its lines add up to nothing', async () => {
    await secret.paymentIntents.create({ amount: 10000, currency: 'cad', confirm: true, payment_method: 'pm_card_bypassPending', return_url: 'https://example.com/return' }, fresh());
    // Refunds leave the available balance at once, charges enter it two days later.
    await control(url, 'advance', { seconds: 2 * 86400 + 1 });
    const before = (await secret.balance.retrieve()).available.find((sum) => sum.currency === 'cad').amount;
    const { payouts: [made] } = await control(url, 'run_payouts', { account, mode: 'test' });
    assert.equal(made.amount, before);
    const payout = await secret.payouts.retrieve(made.id, { expand: ['balance_transaction'] });
    assert.deepEqual([payout.status, payout.automatic, payout.reconciliation_status], ['in_transit', true, 'completed']);
    assert.equal(payout.balance_transaction.net, -payout.amount);
    let sum = 0;
    for await (const line of secret.balanceTransactions.list({ payout: made.id, limit: 3 })) sum += line.net;
    assert.equal(sum, 0);
    assert.equal((await secret.balance.retrieve()).available.find((sum) => sum.currency === 'cad').amount, 0);
    await control(url, 'advance', { seconds: 3 * 86400 });
    assert.equal((await secret.payouts.retrieve(made.id)).status, 'paid');
    await control(url, 'fail_payout', { payout: made.id, code: 'account_closed' });
    const failed = await secret.payouts.retrieve(made.id, { expand: ['failure_balance_transaction'] });
    assert.deepEqual([failed.status, failed.failure_code], ['failed', 'account_closed']);
    assert.equal(failed.failure_balance_transaction.type, 'payout_failure');
    const events = await secret.events.list({ types: ['payout.created', 'payout.reconciliation_completed', 'payout.paid', 'payout.failed'] });
    assert.equal(events.data.filter((event) => event.data.object.id === made.id).length, 4);
  });
  await report.attempt('Node: a payout by hand is bounded by what is available, and is canceled before it leaves', async () => {
    await refused(() => secret.payouts.create({ amount: 99999999, currency: 'cad' }), { code: 'balance_insufficient' });
    const made = await secret.payouts.create({ amount: 100, currency: 'cad', description: 'by hand', metadata: { note: 'n' } }, fresh());
    assert.deepEqual([made.status, made.automatic, made.reconciliation_status], ['pending', false, 'not_applicable']);
    await refused(() => secret.balanceTransactions.list({ payout: made.id }), { param: 'payout' });
    assert.equal((await secret.payouts.cancel(made.id, {}, fresh())).status, 'canceled');
    const listed = await secret.payouts.list({ status: 'canceled', created: { gte: made.created }, limit: 5 });
    assert.equal(listed.data[0].id, made.id);
  });
  await report.attempt('Node: lines are found by type, source, currency and time', async () => {
    const [line] = (await secret.balanceTransactions.list({ type: 'payout', currency: 'cad', limit: 1 })).data;
    const found = await secret.balanceTransactions.list({ source: line.source, created: { gte: line.created, lt: line.created + 1 } });
    assert.ok(found.data.some((other) => other.id === line.id));
    assert.equal((await secret.balanceTransactions.retrieve(line.id, { expand: ['source'] })).source.object, 'payout');
  });
  await report.attempt('Node: money of another currency is converted, and tax on the fee is a part of the fee', async () => {
    await control(url, 'rate', { account, currency: 'usd', rate_ppm: 1370000 });
    await control(url, 'fee_tax', { account, rate_ppm: 149750, name: 'GST + QST' });
    const paid = await secret.paymentIntents.create({ amount: 10000, currency: 'usd', confirm: true, payment_method: 'pm_card_visa', return_url: 'https://example.com/return', expand: ['latest_charge.balance_transaction'] }, fresh());
    const line = paid.latest_charge.balance_transaction;
    assert.deepEqual([line.amount, line.currency, line.exchange_rate], [13700, 'cad', 1.37]);
    assert.equal(line.fee, line.fee_details.reduce((sum, part) => sum + part.amount, 0));
    assert.deepEqual(line.fee_details.map((part) => part.type), ['stripe_fee', 'tax']);
    await control(url, 'rate', { account, currency: 'usd', rate_ppm: null });
    await control(url, 'fee_tax', { account, rate_ppm: null });
  });
}
