// The proof of two keys: made with the secret one, read with the public one, canceled.

import assert from 'node:assert/strict';

import { fresh, refusal, refused } from '../lib/expect.mjs';
import { sdk } from '../lib/sdk.mjs';

export async function setupIntents(report, { url, keys }) {
  const secret = sdk(keys.studio.live.secret, url);
  const pub = sdk(keys.studio.live.publishable, url);
  const create = () => secret.setupIntents.create({ automatic_payment_methods: { enabled: true }, metadata: { purpose: 'key_check' } }, fresh());

  await report.attempt('Node: a setup intent made with the secret key is read with the publishable key and its client secret, then canceled', async () => {
    const made = await create();
    assert.equal(made.status, 'requires_payment_method');
    assert.equal(made.livemode, true);
    const read = await pub.setupIntents.retrieve(made.id, { client_secret: made.client_secret });
    assert.equal(read.id, made.id);
    assert.equal(read.metadata, undefined, 'a payer does not see our words');
    const canceled = await secret.setupIntents.cancel(made.id, {}, fresh());
    assert.equal(canceled.status, 'canceled');
  });
  await report.attempt('Node: a publishable key of another account or mode cannot read it, nor without or with a wrong client secret', async () => {
    const made = await create();
    const given = { client_secret: made.client_secret };
    for (const key of [keys.other.live.publishable, keys.studio.test.publishable]) {
      const error = await refusal(() => sdk(key, url).setupIntents.retrieve(made.id, given));
      assert.equal(error.type, 'StripeInvalidRequestError', error.message);
    }
    await refusal(() => pub.setupIntents.retrieve(made.id));
    await refusal(() => pub.setupIntents.retrieve(made.id, { client_secret: `${made.id}_secret_wrong` }));
    await refused(() => sdk('pk_live_51NobodyHasThisKeyAtAll0000', url).setupIntents.retrieve(made.id, given), { type: 'StripeAuthenticationError' });
  });
  await report.attempt('Node: canceling twice is refused by its state', async () => {
    const made = await create();
    await secret.setupIntents.cancel(made.id);
    await refused(() => secret.setupIntents.cancel(made.id), { code: 'setup_intent_unexpected_state', statusCode: 400 });
  });
}
