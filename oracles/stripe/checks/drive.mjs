// (d) The official Node and Python SDKs drive the rehearsal, through a recorder that keeps both sides for
// `types`. Deliveries of its webhooks are verified by both.

import http from 'node:http';
import { join } from 'node:path';

import { run, serve } from '../lib/process.mjs';
import { passing } from '../lib/recorder.mjs';
import { accountsAndKeys } from '../scenarios/accounts_and_keys.mjs';
import { checkout } from '../scenarios/checkout.mjs';
import { disputes } from '../scenarios/disputes.mjs';
import { eventsAndEndpoints } from '../scenarios/events_and_endpoints.mjs';
import { paymentIntents } from '../scenarios/payment_intents.mjs';
import { payouts } from '../scenarios/payouts.mjs';
import { refunds } from '../scenarios/refunds.mjs';
import { savedCards } from '../scenarios/saved_cards.mjs';
import { setupIntents } from '../scenarios/setup_intents.mjs';

export async function drive(report, context) {
  const server = await rehearsal(context);
  const recorded = await passing(server.url);
  const sink = await deliveries();
  try {
    const stage = { url: recorded.url, sink, keys: byRole(server.keys) };
    for (const scenario of [accountsAndKeys, setupIntents, paymentIntents, eventsAndEndpoints, refunds, disputes, savedCards, payouts, checkout]) {
      await scenario(report, stage);
    }
    await byPython(report, context, stage);
  } finally {
    await Promise.all([recorded.close(), sink.close()]);
    await server.stop();
  }
  context.recordings = recorded.requests.filter((request) => request.answer && request.path.startsWith('/v1/'));
}

/** Ours, on a free port; or one that is running already, whose JSON line was given by --running. */
async function rehearsal({ running, rehearsalProgram }) {
  if (running) return { ...JSON.parse(running), stop: async () => {} };
  return serve(rehearsalProgram, ['--listen', '127.0.0.1:0', '--json']);
}

/** The keys of the rehearsal's three usual accounts: ready, another one with bank debits, not yet activated. */
function byRole([studio, other, not_ready]) {
  return { studio, other, not_ready };
}

/** A loopback server that takes webhook deliveries and keeps the raw bytes. */
async function deliveries() {
  const taken = [];
  const server = http.createServer(async (incoming, outgoing) => {
    const chunks = [];
    for await (const chunk of incoming) chunks.push(chunk);
    taken.push({ header: incoming.headers['stripe-signature'] ?? '', body: Buffer.concat(chunks), headers: incoming.headers });
    outgoing.writeHead(200).end();
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  const url = `http://127.0.0.1:${server.address().port}/stripe/events`;
  /** Waits until a delivery fits; gives it, or nothing after five seconds. */
  const wait = async (fits) => {
    for (let tries = 0; tries < 100; tries += 1) {
      const found = taken.find(fits);
      if (found) return found;
      await new Promise((later) => setTimeout(later, 50));
    }
    return undefined;
  };
  return { url, taken, wait, close: () => new Promise((done) => { server.close(done); server.closeAllConnections(); }) };
}

async function byPython(report, context, stage) {
  const input = JSON.stringify({ url: stage.url, keys: stage.keys, secret: stage.signingSecret ?? '', deliveries: stage.sink.taken.map(({ header, body }) => ({ header, body: body.toString('hex') })) });
  const said = await run(context.python, [join(context.here, 'scenarios/drive.py')], input);
  for (const line of said.trim().split('\n')) {
    const { sentence, held, detail } = JSON.parse(line);
    report.check(`Python: ${sentence}`, held, detail);
  }
}
