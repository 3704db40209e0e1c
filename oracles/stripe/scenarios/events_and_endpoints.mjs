// What happened: the list of events, and their signed delivery.

import assert from 'node:assert/strict';

import { fresh, refused } from '../lib/expect.mjs';
import { sdk } from '../lib/sdk.mjs';

export async function eventsAndEndpoints(report, stage) {
  const { url, keys, sink } = stage;
  const secret = sdk(keys.studio.test.secret, url);
  const pay = (amount) => secret.paymentIntents.create({ amount, currency: 'cad', automatic_payment_methods: { enabled: true }, confirm: true, payment_method: 'pm_card_visa', return_url: 'https://example.com/return' }, fresh());
  const all = async (query) => {
    const events = [];
    for await (const event of secret.events.list(query)) events.push(event);
    return events;
  };

  await report.attempt('Node: events page to their end, newest first, each once', async () => {
    const events = await all({ limit: 4 });
    assert.ok(events.length > 20, `${events.length}`);
    assert.equal(new Set(events.map((event) => event.id)).size, events.length);
    assert.ok(events.every((event, index) => index === 0 || events[index - 1].created >= event.created));
  });
  await report.attempt('Node: events since a cursor are exactly those that came after it', async () => {
    const [newest] = (await secret.events.list({ limit: 1 })).data;
    const paid = await pay(3100);
    const since = await all({ ending_before: newest.id, limit: 1 });
    assert.ok(since.length >= 3 && !since.some((event) => event.id === newest.id));
    const succeeded = since.find((event) => event.type === 'payment_intent.succeeded');
    assert.equal(succeeded.data.object.id, paid.id);
    assert.equal(succeeded.livemode, false);
    assert.equal((await secret.events.retrieve(succeeded.id)).type, 'payment_intent.succeeded');
  });
  await report.attempt('Node: events are filtered by type and time', async () => {
    const types = ['payment_intent.succeeded', 'payment_intent.payment_failed'];
    const some = await all({ types, limit: 100 });
    assert.ok(types.every((type) => some.some((event) => event.type === type)));
    assert.ok(some.every((event) => types.includes(event.type)));
    assert.equal((await all({ created: { gte: Math.floor(Date.now() / 1000) + 86400 } })).length, 0);
  });
  await report.attempt('Node: an unknown cursor and more than a hundred a page are refused', async () => {
    await refused(() => secret.events.list({ ending_before: 'evt_unknown' }), { code: 'resource_missing' });
    await refused(() => secret.events.list({ limit: 101 }), { param: 'limit' });
  });
  await report.attempt('Node: the other mode has events of its own', async () => {
    const live = await sdk(keys.studio.live.secret, url).events.list({ limit: 100 });
    assert.ok(live.data.every((event) => event.livemode === true));
  });

  const endpoint = await report.attempt('Node: an endpoint is made, gives its secret once, and can be changed', async () => {
    const made = await secret.webhookEndpoints.create({ url: sink.url, enabled_events: ['payment_intent.succeeded'], api_version: '2026-10-28.endive', metadata: { made_by: 'quittance' } }, fresh());
    assert.match(made.secret, /^whsec_/);
    assert.equal(made.api_version, '2026-10-28.endive');
    const { data } = await secret.webhookEndpoints.list({ limit: 100 });
    const listed = data.find((one) => one.id === made.id);
    assert.equal(listed.secret, undefined);
    assert.deepEqual(listed.metadata, { made_by: 'quittance' });
    const changed = await secret.webhookEndpoints.update(made.id, { enabled_events: ['payment_intent.succeeded', 'charge.succeeded'] }, fresh());
    assert.equal(changed.enabled_events.length, 2);
    return made;
  });
  if (!endpoint) return;
  stage.signingSecret = endpoint.secret;

  await report.attempt('Node: what is delivered carries a signature the SDK accepts, and only the kinds asked for', async () => {
    const paid = await pay(3200);
    const about = (type) => (delivery) => {
      const event = JSON.parse(delivery.body);
      return event.type === type && (event.data.object.id === paid.id || event.data.object.payment_intent === paid.id);
    };
    for (const type of ['payment_intent.succeeded', 'charge.succeeded']) {
      const delivery = await sink.wait(about(type));
      assert.ok(delivery, `${type} was delivered`);
      const event = secret.webhooks.constructEvent(delivery.body, delivery.header, endpoint.secret);
      assert.equal(event.type, type);
      assert.equal(event.api_version, '2026-10-28.endive');
    }
    const kinds = new Set(sink.taken.map((delivery) => JSON.parse(delivery.body).type));
    assert.deepEqual([...kinds].sort(), ['charge.succeeded', 'payment_intent.succeeded']);
  });
  await report.attempt('Node: a delivery altered by one space, or judged with another secret, is refused', async () => {
    const [{ body, header }] = sink.taken;
    assert.throws(() => secret.webhooks.constructEvent(`${body} `, header, endpoint.secret), /signature/i);
    assert.throws(() => secret.webhooks.constructEvent(body, header, 'whsec_other'), /signature/i);
  });
  await report.attempt('Node: a deleted endpoint is gone and gets nothing more', async () => {
    const deleted = await secret.webhookEndpoints.del(endpoint.id);
    assert.equal(deleted.deleted, true);
    await refused(() => secret.webhookEndpoints.retrieve(endpoint.id), { statusCode: 404, code: 'resource_missing' });
    const before = sink.taken.length;
    await pay(3300);
    await new Promise((later) => setTimeout(later, 500));
    assert.equal(sink.taken.length, before);
  });
  await report.attempt('Node: in live mode an endpoint must be HTTPS', async () => {
    await refused(() => sdk(keys.studio.live.secret, url).webhookEndpoints.create({ url: 'http://example.com/hook', enabled_events: ['charge.succeeded'] }), { type: 'StripeInvalidRequestError', param: 'url' });
  });
}
