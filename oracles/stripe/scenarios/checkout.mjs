// One payment on a hosted page: made, paid, expired, and paid by a bank that takes days.

import assert from 'node:assert/strict';

import { control, fresh, refused } from '../lib/expect.mjs';
import { sdk } from '../lib/sdk.mjs';

export async function checkout(report, { url, keys }) {
  const secret = sdk(keys.studio.test.secret, url);
  const asking = (currency, more) => ({
    mode: 'payment',
    line_items: [{ price_data: { currency, unit_amount: 2500, product_data: { name: 'Facture nº 7', description: '« Le reste »' } }, quantity: 4 }],
    client_reference_id: 'att_1',
    metadata: { invoice_id: 'inv_1' },
    payment_intent_data: { metadata: { invoice_id: 'inv_1' }, description: 'Facture nº 7' },
    success_url: 'https://example.com/p/t?session={CHECKOUT_SESSION_ID}',
    cancel_url: 'https://example.com/p/t',
    ...more,
  });

  await report.attempt('Node: a session is paid on its page, once; session, intent and charge agree', async () => {
    const customer = await secret.customers.create({}, fresh());
    const made = await secret.checkout.sessions.create(asking('cad', { customer: customer.id, locale: 'fr-CA' }), fresh());
    assert.deepEqual([made.status, made.payment_status, made.amount_total, made.payment_intent], ['open', 'unpaid', 10000, null]);
    const looked = await (await fetch(`${url}/rehearsal/checkout/look`, { method: 'POST', body: JSON.stringify({ session: made.id }) })).json();
    assert.equal(looked.lines[0].name, 'Facture nº 7');
    await control(url, 'pay_checkout', { session: made.id, method: 'pm_card_visa' });
    const paid = await secret.checkout.sessions.retrieve(made.id, { expand: ['payment_intent.latest_charge.balance_transaction'] });
    assert.deepEqual([paid.status, paid.payment_status, paid.url], ['complete', 'paid', null]);
    assert.deepEqual([paid.payment_intent.status, paid.payment_intent.customer, paid.payment_intent.metadata.invoice_id], ['succeeded', customer.id, 'inv_1']);
    assert.equal(paid.payment_intent.latest_charge.balance_transaction.amount, 10000);
    const found = await secret.checkout.sessions.list({ payment_intent: paid.payment_intent.id });
    assert.deepEqual(found.data.map((session) => session.id), [made.id]);
    const events = await secret.events.list({ type: 'checkout.session.completed', limit: 1 });
    assert.equal(events.data[0].data.object.client_reference_id, 'att_1');
    await refused(() => secret.checkout.sessions.expire(made.id), { statusCode: 400 });
  });
  await report.attempt('Node: a session that expired is not paid', async () => {
    const made = await secret.checkout.sessions.create(asking('cad'), fresh());
    const ended = await secret.checkout.sessions.expire(made.id, {}, fresh());
    assert.deepEqual([ended.status, ended.url], ['expired', null]);
    const pressed = await fetch(`${url}/_control/pay_checkout`, { method: 'POST', body: JSON.stringify({ session: made.id }) });
    assert.equal(pressed.status, 422);
    const soon = Math.floor(Date.now() / 1000) + 60;
    await refused(() => secret.checkout.sessions.create(asking('cad', { expires_at: soon })), { param: 'expires_at' });
    await refused(() => secret.checkout.sessions.create(asking('cad', { success_url: 'nowhere' })), { param: 'success_url' });
  });
  await report.attempt('Node: a bank debit completes a session unpaid, and the bank says yes or no days later', async () => {
    const other = sdk(keys.other.test.secret, url);
    const good = await other.checkout.sessions.create(asking('eur'), fresh());
    await control(url, 'pay_checkout', { session: good.id, method: 'sepa_debit' });
    const bad = await other.checkout.sessions.create(asking('eur'), fresh());
    await control(url, 'decline_next', { code: 'insufficient_funds' });
    await control(url, 'pay_checkout', { session: bad.id, method: 'sepa_debit' });
    assert.deepEqual(await standing(other, good), ['complete', 'unpaid']);
    await control(url, 'advance', { seconds: 3 * 86400 + 1 });
    assert.deepEqual([await standing(other, good), await standing(other, bad)], [['complete', 'paid'], ['complete', 'unpaid']]);
    const events = await other.events.list({ types: ['checkout.session.async_payment_succeeded', 'checkout.session.async_payment_failed'] });
    assert.deepEqual(events.data.map((event) => event.data.object.id).sort(), [good.id, bad.id].sort());
  });
}

async function standing(secret, { id }) {
  const session = await secret.checkout.sessions.retrieve(id);
  return [session.status, session.payment_status];
}
