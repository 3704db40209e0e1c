// (a) Golden requests: what the official Node SDK sends for each of our calls is what our client sends.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { pairs } from '../lib/form.mjs';
import { isUpload, parts } from '../lib/multipart.mjs';
import { run } from '../lib/process.mjs';
import { recorder } from '../lib/recorder.mjs';
import { sdk } from '../lib/sdk.mjs';
import { later } from './golden_later.mjs';

const EVENTS = ['payment_intent.succeeded', 'payment_intent.payment_failed', 'charge.succeeded'];
const DESCRIPTION = "Facture nº 7 — 50 % & « plus » (a=b) [c] 'd' *e*!~ ✓\n";

/** The same calls as crates/stripe/examples/golden, in the same order, by the official SDK. */
function calls(secret, pub) {
  const dynamic = { automatic_payment_methods: { enabled: true } };
  const since = { types: EVENTS, created: { gte: 1790000000 }, limit: 100 };
  const key = (idempotencyKey) => ({ idempotencyKey });
  return [
    ['retrieve_account', () => secret.accounts.retrieveCurrent()],
    ['retrieve_country_spec', () => secret.countrySpecs.retrieve('CA')],
    ['retrieve_balance', () => secret.balance.retrieve()],
    ['retrieve_balance_transaction', () => secret.balanceTransactions.retrieve('txn_1')],
    ['retrieve_charge', () => secret.charges.retrieve('ch_1', { expand: ['balance_transaction'] })],
    ['create_setup_intent', () => secret.setupIntents.create({ ...dynamic, metadata: { purpose: 'key_check' } }, key('golden-1'))],
    ['retrieve_setup_intent', () => secret.setupIntents.retrieve('seti_1')],
    ['retrieve_setup_intent', () => pub.setupIntents.retrieve('seti_1', { client_secret: 'seti_1_secret_x' })],
    ['cancel_setup_intent', () => secret.setupIntents.cancel('seti_1', {}, key('golden-2'))],
    ['create_payment_intent', () => secret.paymentIntents.create({ amount: 1999, currency: 'cad', ...dynamic, metadata: { invoice_id: 'inv_1' } }, key('golden-3'))],
    ['create_payment_intent', () => secret.paymentIntents.create({ amount: 1999, currency: 'cad', ...dynamic, description: DESCRIPTION, metadata: { attempt: 'a+b c', invoice_id: 'é/ü?#' } }, key('golden-4'))],
    ['retrieve_payment_intent', () => secret.paymentIntents.retrieve('pi_1', { expand: ['latest_charge.balance_transaction'] })],
    ['retrieve_payment_intent', () => pub.paymentIntents.retrieve('pi_1', { client_secret: 'pi_1_secret_x' })],
    ['update_payment_intent', () => secret.paymentIntents.update('pi_1', { amount: 2500, currency: 'cad' }, key('golden-5'))],
    ['cancel_payment_intent', () => secret.paymentIntents.cancel('pi_1', { cancellation_reason: 'abandoned' }, key('golden-6'))],
    ['list_payment_intents', () => secret.paymentIntents.list({ limit: 100 })],
    ['list_payment_intents', () => secret.paymentIntents.list({ created: { gte: 1790000000, lte: 1790086400 }, starting_after: 'pi_1', limit: 100 })],
    ['list_events', () => secret.events.list(since)],
    ['list_events', () => secret.events.list({ ...since, starting_after: 'evt_1' })],
    ['list_events', () => secret.events.list({ ...since, ending_before: 'evt_1' })],
    ['retrieve_event', () => secret.events.retrieve('evt_1')],
    ['create_webhook_endpoint', () => secret.webhookEndpoints.create({ url: 'https://example.com/stripe/events?x=1', enabled_events: ['payment_intent.succeeded', 'charge.refunded'], api_version: '2026-10-28.endive', description: 'Quittance', metadata: { made_by: 'quittance' } }, key('golden-7'))],
    ['list_webhook_endpoints', () => secret.webhookEndpoints.list({ starting_after: 'we_1', limit: 100 })],
    ['update_webhook_endpoint', () => secret.webhookEndpoints.update('we_1', { url: 'https://example.com/new', enabled_events: ['charge.succeeded'], disabled: false }, key('golden-8'))],
    ['delete_webhook_endpoint', () => secret.webhookEndpoints.del('we_1')],
    ...later(secret, key),
  ];
}

/** Enough of each object for our client to read it. */
function answer({ method, path }) {
  const [, , noun, id] = path.split('/');
  const money = { amount: 1999, currency: 'cad', livemode: false, created: 1 };
  const one = {
    account: { id: 'acct_1' },
    country_specs: { id: 'CA', default_currency: 'cad', supported_payment_currencies: ['cad'] },
    balance: { livemode: false },
    balance_transactions: { ...money, id: 'txn_1', fee: 1, net: 1998, type: 'charge', status: 'pending', available_on: 1 },
    charges: { ...money, id: 'ch_1', status: 'succeeded' },
    setup_intents: { ...money, id: 'seti_1', status: 'requires_payment_method' },
    payment_intents: { ...money, id: 'pi_1', status: 'requires_payment_method' },
    events: { id: 'evt_1', type: 'charge.succeeded' },
    webhook_endpoints: { id: 'we_1', url: 'https://example.com', livemode: false, deleted: true },
    refunds: { ...money, id: 're_1', status: 'pending' },
    disputes: { ...money, id: 'du_1', status: 'needs_response', reason: 'general' },
    files: { id: 'file_1', purpose: 'dispute_evidence', size: 262, created: 1 },
    payouts: { ...money, id: 'po_1', status: 'paid', arrival_date: 1 },
    checkout: { ...money, id: 'cs_test_1' },
    customers: { id: 'cus_1', deleted: method === 'DELETE' },
    payment_methods: { ...money, id: 'pm_1', type: 'card' },
  }[noun];
  const alone = ['account', 'balance'].includes(noun);
  const isList = method === 'GET' && !alone && (id === undefined || path === '/v1/checkout/sessions' || path.endsWith('/payment_methods'));
  const body = isList ? { object: 'list', data: [], has_more: false, url: path } : one;
  return { status: 200, body: JSON.stringify(body) };
}

export async function golden(report, context) {
  const { goldenProgram, root } = context;
  const theirs = await recorder(answer);
  const ours = await recorder(answer);
  const wanted = calls(sdk('sk_test_golden', theirs.url), sdk('pk_test_golden', theirs.url));
  for (const [, call] of wanted) await call();
  const made = (await run(goldenProgram, [ours.url])).trim().split('\n');
  await Promise.all([theirs.close(), ours.close()]);
  context.ourRequests = ours.requests;

  const names = wanted.map(([name]) => name);
  report.check('our client makes the same calls as the list says, one request each', same(made, names) && ours.requests.length === made.length, `${made}\n${names}\n${ours.requests.length} requests`);
  const missing = publicCalls(root).filter((name) => !made.includes(name));
  report.check(`every public call of crates/stripe is among them`, missing.length === 0, missing);
  for (const [index, golden] of theirs.requests.entries()) await compare(report, names[index], golden, ours.requests[index]);
  const wrong = [...await Promise.all(spoilt(ours.requests.find(isUpload)).map(shape))];
  const right = await shape(theirs.requests.find(isUpload));
  report.check('the comparison of files sees another byte, name, type and purpose', wrong.length === 4 && wrong.every((one) => !same(one, right)));
}

/** Our upload with one thing wrong in each: a comparison that cannot fail would be worth nothing. */
function spoilt(upload) {
  const text = upload.raw.toString('latin1');
  const change = (from, to) => ({ ...upload, raw: Buffer.from(text.replace(from, to), 'latin1') });
  return [change('\x00\x01\x02', '\x00\x01\x03'), change('what-we-have.pdf', 'what-we-had.pdf'), change('application/pdf', 'application/pdg'), change('dispute_evidence', 'identity_document')];
}

async function compare(report, name, golden, our) {
  const where = `${golden.method} ${golden.path}`;
  try {
    assert.deepEqual(await shape(our), await shape(golden));
    assert.equal(golden.headers['stripe-version'], '2026-10-28.endive');
    report.check(`${name} is sent as the official SDK sends it (${where})`, true);
  } catch (error) {
    report.check(`${name} is sent as the official SDK sends it (${where})`, false, error.message);
  }
}

/** What must be equal: everything that means something to Stripe, in any order. */
async function shape(request) {
  const { method, path, query, body, headers } = request;
  const upload = isUpload(request);
  return {
    method,
    path,
    query: pairs(query),
    body: upload ? await parts(request) : pairs(body),
    version: headers['stripe-version'],
    idempotencyKey: headers['idempotency-key'] ?? null,
    authorization: headers.authorization,
    // The boundary between parts is anybody's choice.
    contentType: upload ? 'multipart/form-data' : method === 'POST' ? headers['content-type'] : null,
  };
}

function same(a, b) {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** The names of all async public functions of the crate, so that a new call cannot be forgotten here. */
function publicCalls(root) {
  const folder = join(root, 'crates/stripe/src');
  const text = readdirSync(folder).filter((file) => file.endsWith('.rs')).map((file) => readFileSync(join(folder, file), 'utf8')).join('\n');
  // next_page asks by list_events; its order is tested in the crate.
  return [...text.matchAll(/pub async fn (\w+)/g)].map(([, name]) => name).filter((name) => name !== 'next_page');
}
