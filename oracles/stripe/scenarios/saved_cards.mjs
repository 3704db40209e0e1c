// Cards that are kept on a customer: by paying, by a setup, charged while their owner is away, taken off.

import assert from 'node:assert/strict';

import { control, fresh, refused } from '../lib/expect.mjs';
import { sdk } from '../lib/sdk.mjs';

export async function savedCards(report, { url, keys }) {
  const secret = sdk(keys.studio.test.secret, url);
  const pub = sdk(keys.studio.test.publishable, url);
  const back = 'https://example.com/return';
  const away = (customer, method) => secret.paymentIntents.create({ amount: 5000, currency: 'cad', customer, payment_method: method, off_session: true, confirm: true, automatic_payment_methods: { enabled: true, allow_redirects: 'never' } }, fresh());

  await report.attempt('Node: a card that paid is kept, charged while its owner is away, and taken off', async () => {
    const customer = await secret.customers.create({ name: 'P. Ayer', email: 'p@example.com' }, fresh());
    const paid = await secret.paymentIntents.create({ amount: 10000, currency: 'cad', customer: customer.id, setup_future_usage: 'off_session', payment_method: 'pm_card_visa', confirm: true, return_url: back }, fresh());
    const { data: [kept] } = await secret.customers.listPaymentMethods(customer.id, { limit: 3 });
    assert.deepEqual([kept.id, kept.customer, kept.card.last4], [paid.payment_method, customer.id, '4242']);
    assert.equal((await secret.paymentMethods.list({ customer: customer.id, type: 'card' })).data.length, 1);
    assert.equal((await away(customer.id, kept.id)).status, 'succeeded');
    const chosen = await secret.customers.update(customer.id, { invoice_settings: { default_payment_method: kept.id } }, fresh());
    assert.equal(chosen.invoice_settings.default_payment_method, kept.id);
    const changed = await secret.paymentMethods.update(kept.id, { card: { exp_month: 1, exp_year: 2041 }, metadata: { note: 'n' } }, fresh());
    assert.equal(changed.card.exp_year, 2041);
    await control(url, 'renew_card', { payment_method: kept.id, last4: '1111', exp_month: 2, exp_year: 2042 });
    assert.equal((await secret.events.list({ type: 'payment_method.automatically_updated' })).data[0].data.object.card.last4, '1111');
    assert.equal((await secret.paymentMethods.detach(kept.id, {}, fresh())).customer, null);
    await refused(() => away(customer.id, kept.id), { type: 'StripeInvalidRequestError', statusCode: 400 });
    await refused(() => secret.paymentMethods.detach(kept.id), { statusCode: 400 });
  });
  await report.attempt('Node: when the bank wants the owner, the intent stays and the owner pays it', async () => {
    const customer = await secret.customers.create({}, fresh());
    const kept = await secret.paymentMethods.attach('pm_card_authenticationRequired', { customer: customer.id }, fresh());
    const error = await refused(() => away(customer.id, kept.id), { type: 'StripeCardError', statusCode: 402, code: 'authentication_required' });
    assert.equal(error.payment_intent.status, 'requires_payment_method');
    const paid = await pub.paymentIntents.confirm(error.payment_intent.id, { client_secret: error.payment_intent.client_secret, payment_method: 'pm_card_visa', return_url: back });
    assert.equal(paid.status, 'succeeded');
  });
  await report.attempt("Node: a setup in the payer's browser keeps a card; after it, the bank asks no more", async () => {
    const customer = await secret.customers.create({}, fresh());
    const made = await secret.setupIntents.create({ customer: customer.id, usage: 'off_session', automatic_payment_methods: { enabled: true }, allowed_payment_method_types: ['card'] }, fresh());
    const asked = await pub.setupIntents.confirm(made.id, { client_secret: made.client_secret, payment_method: 'pm_card_authenticationRequiredOnSetup', return_url: back });
    assert.equal(asked.status, 'requires_action');
    await fetch(`${url}/rehearsal/challenge/finish`, { method: 'POST', body: JSON.stringify({ client_secret: made.client_secret, passed: true }) });
    const after = await secret.setupIntents.retrieve(made.id, { expand: ['payment_method'] });
    assert.deepEqual([after.status, after.payment_method.customer], ['succeeded', customer.id]);
    assert.equal((await away(customer.id, after.payment_method.id)).status, 'succeeded');
    const types = (await secret.events.list({ limit: 30 })).data.map((event) => event.type);
    for (const type of ['setup_intent.succeeded', 'payment_method.attached', 'setup_intent.requires_action']) assert.ok(types.includes(type), type);
  });
  await report.attempt('Node: a deleted customer has no card and can no longer be named', async () => {
    const customer = await secret.customers.create({}, fresh());
    const kept = await secret.paymentMethods.attach('pm_card_visa', { customer: customer.id }, fresh());
    assert.equal((await secret.customers.del(customer.id)).deleted, true);
    assert.equal((await secret.customers.retrieve(customer.id)).deleted, true);
    assert.equal((await secret.paymentMethods.retrieve(kept.id)).customer, null);
    await refused(() => secret.paymentIntents.create({ amount: 5000, currency: 'cad', customer: customer.id }), { code: 'resource_missing', param: 'customer' });
  });
}
