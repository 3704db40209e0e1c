// Who is asking: accounts, keys, modes, permissions.

import assert from 'node:assert/strict';

import { refused } from '../lib/expect.mjs';
import { sdk } from '../lib/sdk.mjs';

export async function accountsAndKeys(report, { url, keys }) {
  const client = (key) => sdk(key, url);
  const test = client(keys.studio.test.secret);

  await report.attempt('Node: the account answers to its secret key, with a request id and our version', async () => {
    const account = await test.accounts.retrieveCurrent();
    assert.match(account.id, /^acct_/);
    assert.equal(account.charges_enabled, true);
    assert.match(account.lastResponse.requestId, /^req_/);
    assert.equal(account.lastResponse.apiVersion, '2026-10-28.endive');
  });
  await report.attempt('Node: both modes of one account give the same account id, another account another', async () => {
    const ids = await Promise.all([keys.studio.live.secret, keys.studio.test.secret, keys.other.live.secret].map(async (key) => (await client(key).accounts.retrieveCurrent()).id));
    assert.equal(ids[0], ids[1]);
    assert.notEqual(ids[0], ids[2]);
  });
  await report.attempt('Node: a key nobody has is an authentication error that does not repeat it', async () => {
    const key = 'sk_test_51NobodyHasThisKeyAtAll0000';
    const error = await refused(() => client(key).balance.retrieve(), { type: 'StripeAuthenticationError', statusCode: 401 });
    assert.ok(!error.message.includes(key), error.message);
  });
  await report.attempt('Node: a restricted key is genuine but may not read the account; the permission is named', async () => {
    const error = await refused(() => client(keys.studio.live.restricted).accounts.retrieveCurrent(), { type: 'StripePermissionError', statusCode: 403 });
    assert.match(error.message, /rak_\w+/);
  });
  await report.attempt('Node: the same restricted key may make a payment intent', async () => {
    const intent = await client(keys.studio.live.restricted).paymentIntents.create({ amount: 1999, currency: 'cad' });
    assert.equal(intent.livemode, true);
  });
  await report.attempt('Node: a publishable key may not do what a secret one may', async () => {
    const error = await refused(() => client(keys.studio.test.publishable).balance.retrieve(), { code: 'secret_key_required' });
    assert.ok([401, 403].includes(error.statusCode));
    assert.match(error.message, /publishable/);
  });
  await report.attempt('Node: an object of one mode is invisible to the other', async () => {
    const intent = await test.paymentIntents.create({ amount: 1999, currency: 'cad' });
    assert.equal(intent.livemode, false);
    await refused(() => client(keys.studio.live.secret).paymentIntents.retrieve(intent.id), { type: 'StripeInvalidRequestError', statusCode: 404, code: 'resource_missing' });
  });
  await report.attempt('Node: an object of one account is invisible to another', async () => {
    const intent = await test.paymentIntents.create({ amount: 1999, currency: 'cad' });
    await refused(() => client(keys.other.test.secret).paymentIntents.retrieve(intent.id), { statusCode: 404, code: 'resource_missing' });
  });
  await report.attempt('Node: an account that is not activated may not charge live, but in test mode', async () => {
    const account = await client(keys.not_ready.live.secret).accounts.retrieveCurrent();
    assert.equal(account.charges_enabled, false);
    await refused(() => client(keys.not_ready.live.secret).paymentIntents.create({ amount: 1999, currency: 'usd' }), { type: 'StripeInvalidRequestError' });
    await client(keys.not_ready.test.secret).paymentIntents.create({ amount: 1999, currency: 'usd' });
  });
  await report.attempt('Node: the country says which currencies may be charged', async () => {
    const spec = await test.countrySpecs.retrieve('CA');
    for (const currency of ['cad', 'eur', 'usd']) assert.ok(spec.supported_payment_currencies.includes(currency), currency);
    assert.equal(spec.default_currency, 'cad');
  });
  await report.attempt('Node: an unknown path and an unknown parameter are refused', async () => {
    await refused(() => test.rawRequest('GET', '/v1/nothing_here'), { statusCode: 404 });
    await refused(() => test.paymentIntents.list({ limt: 3 }), { code: 'parameter_unknown', param: 'limt' });
    await refused(() => test.paymentIntents.create({ amount: 1999, currency: 'cad', metdata: { a: 'b' } }), { code: 'parameter_unknown', statusCode: 400 });
  });
}
