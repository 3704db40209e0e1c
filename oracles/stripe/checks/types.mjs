// (c) Types: what was recorded between the SDKs and the rehearsal, and what our own client sent, fits the
// official SDK's types: by JSON Schema (closed lists, from 21.0.1) and by the compiler (23.1.0).

import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Ajv } from 'ajv';
import { createGenerator } from 'ts-json-schema-generator';

import { nested } from '../lib/form.mjs';
import { isUpload } from '../lib/multipart.mjs';
import { run } from '../lib/process.mjs';

const API_VERSION = '2026-10-28.endive';

/** The compiler's name of each object of the current version. */
const TYPES = {
  account: 'Account',
  balance: 'Balance',
  balance_transaction: 'BalanceTransaction',
  charge: 'Charge',
  'checkout.session': 'Checkout.Session',
  country_spec: 'CountrySpec',
  customer: 'Customer',
  dispute: 'Dispute',
  event: 'EventBase',
  file: 'File',
  payment_intent: 'PaymentIntent',
  payment_method: 'PaymentMethod',
  payout: 'Payout',
  refund: 'Refund',
  setup_intent: 'SetupIntent',
  webhook_endpoint: 'WebhookEndpoint',
};

const PARAMS = {
  'GET /v1/balance_transactions': 'BalanceTransactionListParams',
  'POST /v1/checkout/sessions': 'Checkout.SessionCreateParams',
  'POST /v1/customers': 'CustomerCreateParams',
  'POST /v1/customers/*': 'CustomerUpdateParams',
  'POST /v1/disputes/*': 'DisputeUpdateParams',
  'GET /v1/events': 'EventListParams',
  'POST /v1/payment_intents': 'PaymentIntentCreateParams',
  'GET /v1/payment_intents': 'PaymentIntentListParams',
  'POST /v1/payment_intents/*': 'PaymentIntentUpdateParams',
  'POST /v1/payment_intents/*/cancel': 'PaymentIntentCancelParams',
  'POST /v1/payment_intents/*/confirm': 'PaymentIntentConfirmParams',
  'POST /v1/payment_methods/*/attach': 'PaymentMethodAttachParams',
  'GET /v1/payouts': 'PayoutListParams',
  'POST /v1/payouts': 'PayoutCreateParams',
  'GET /v1/refunds': 'RefundListParams',
  'POST /v1/refunds': 'RefundCreateParams',
  'POST /v1/setup_intents': 'SetupIntentCreateParams',
  'POST /v1/setup_intents/*/cancel': 'SetupIntentCancelParams',
  'POST /v1/webhook_endpoints': 'WebhookEndpointCreateParams',
  'POST /v1/webhook_endpoints/*': 'WebhookEndpointUpdateParams',
};

export async function types(report, context) {
  const recordings = context.recordings ?? [];
  const ours = context.ourRequests ?? [];
  report.check('there is something to validate: requests of our client, and a recorded rehearsal', ours.length > 20 && recordings.length > 30, `${ours.length} requests of ours, ${recordings.length} recorded; run together with "golden" and "drive"`);

  const judge = new Judge(context.here);
  selfTest(report, judge);
  const literals = new Literals();
  const requests = [...ours, ...recordings.filter((recording) => recording.answer.status < 400)];
  validate(report, 'request', requests, (recording) => judge.request(recording, literals));
  validate(report, 'answer', recordings, (recording) => judge.answer(recording, literals));
  await literals.check(report, context.here);
}

/** One sentence for each method and path. */
function validate(report, word, recordings, judge) {
  const groups = new Map();
  for (const recording of recordings) {
    const route = routeOf(recording);
    const group = groups.get(route) ?? { count: 0, faults: new Set() };
    groups.set(route, group);
    group.count += 1;
    for (const fault of judge(recording)) group.faults.add(fault);
  }
  for (const [route, { count, faults }] of [...groups].sort()) {
    report.check(`each ${word} of ${route} (${count}) fits the types of 2026-03-25.dahlia`, faults.size === 0, [...faults].slice(0, 12).join('\n'));
  }
}

/** `GET /v1/payment_intents/*` */
function routeOf({ method, path }) {
  const parts = path.split('/');
  const id = parts[2] === 'checkout' ? 4 : 3;
  if (parts.length > id) parts[id] = '*';
  return `${method} ${parts.join('/')}`;
}

/** Whether a publishable key was used, as a payer's browser does. */
function isPublic({ headers }) {
  return String(headers.authorization).includes('pk_');
}

class Judge {
  constructor(here) {
    const options = { path: join(here, 'types/v21.ts'), tsconfig: join(here, 'types/tsconfig.json'), skipTypeCheck: true };
    const schema = (type, additionalProperties) => createGenerator({ ...options, type, additionalProperties }).createSchema(type);
    // Requests are closed: a misspelt parameter is a fault. Answers may have what a later version added.
    this.requests = new Ajv({ strict: false, allErrors: true, coerceTypes: true }).addSchema(schema('Requests', false), 'Requests');
    this.answers = new Ajv({ strict: false, allErrors: true });
    for (const type of ['Answers', 'Deleted', 'Words']) this.answers.addSchema(schema(type, true), type);
    this.cache = new Map();
  }

  validator(ajv, type, name) {
    const pointer = name.replace(/~/g, '~0').replace(/\//g, '~1');
    const key = `${type}#/definitions/${type}/properties/${encodeURIComponent(pointer)}`;
    if (!this.cache.has(key)) {
      try {
        this.cache.set(key, ajv.compile({ $ref: key }));
      } catch (error) {
        if (!String(error).includes("can't resolve")) throw error;
        this.cache.set(key, null);
      }
    }
    return this.cache.get(key);
  }

  faults(ajv, type, name, value, where) {
    const validate = this.validator(ajv, type, name);
    if (!validate) return [`${where}: the table in types/v21.ts does not know ${type} "${name}"`];
    return validate(value) ? [] : explain(validate.errors, value).map((fault) => `${where}${fault}`);
  }

  request(recording, literals) {
    // A file is judged by the golden comparison, part by part; there is no schema of its bytes.
    if (isUpload(recording)) return [];
    const route = routeOf(recording);
    const value = nested(recording.method === 'POST' ? recording.body : recording.query);
    // The server's types do not list what only a browser sends: the client secret beside a publishable key.
    if (recording.method === 'POST' && isPublic(recording)) delete value.client_secret;
    // The older types cannot know what is later; the compiler judges it against the current ones.
    const later = {};
    for (const name of ['api_version', 'allowed_payment_method_types']) {
      if (value[name] === undefined || (name === 'api_version' && value[name] !== API_VERSION)) continue;
      later[name] = value[name];
      delete value[name];
    }
    const faults = this.faults(this.requests, 'Requests', route, value, '');
    if (PARAMS[route]) literals.add(PARAMS[route], { ...value, ...later }, route);
    return faults;
  }

  answer(recording, literals) {
    const { status, body } = recording.answer;
    if (status >= 500 && !body.startsWith('{')) return [];
    const value = JSON.parse(body);
    if (status >= 400) return this.refusal(value);
    const partial = isPublic(recording);
    return this.object(value, '', partial ? null : literals, partial);
  }

  refusal({ error }) {
    const faults = this.faults(this.answers, 'Words', 'error_type', error?.type, 'error.type');
    if (error?.code) faults.push(...this.faults(this.answers, 'Words', 'error_code', error.code, 'error.code '));
    if (typeof error?.message !== 'string' || error.message === '') faults.push('error.message is missing');
    for (const name of ['payment_intent', 'setup_intent']) {
      if (error?.[name]) faults.push(...this.object(error[name], `error.${name}`, null, false));
    }
    return faults;
  }

  object(value, where, literals, partial) {
    if (value?.object === 'list') {
      const faults = value.data.flatMap((item) => this.object(item, `${where}data[] `, literals, partial));
      if (typeof value.has_more !== 'boolean' || typeof value.url !== 'string') faults.push(`${where} is a list without has_more or url`);
      return faults;
    }
    if (value?.deleted) return this.faults(this.answers, 'Deleted', value.object, value, where);
    const faults = this.faults(this.answers, 'Answers', value?.object, value, where);
    if (value?.object === 'event') faults.push(...this.event(value, where, literals));
    literals?.add(TYPES[value.object], value, value.object);
    // With a publishable key "only a subset of properties will be returned": what is there must fit.
    return partial ? faults.filter((fault) => !fault.includes('required property')) : faults;
  }

  event(event, where, literals) {
    const faults = this.faults(this.answers, 'Words', 'event', event.type, `${where}type ${event.type}`);
    return faults.concat(this.object(event.data.object, `${where}data.object of ${event.type} `, literals, false));
  }
}

/** Only the deepest complaints: a failed union otherwise complains once for each branch. */
function explain(errors, value) {
  const said = errors.filter((error) => error.keyword !== 'anyOf' && error.keyword !== 'const');
  const deepest = Math.max(0, ...said.map((error) => error.instancePath.split('/').length));
  const chosen = said.filter((error) => error.keyword === 'required' || error.keyword === 'additionalProperties' || error.instancePath.split('/').length >= deepest);
  return (chosen.length ? chosen : errors).map((error) => {
    const found = error.instancePath.split('/').slice(1).reduce((place, name) => place?.[name.replace(/~1/g, '/')], value);
    const more = error.params?.additionalProperty ?? error.params?.allowedValues?.slice(0, 6).join('|') ?? '';
    return `${error.instancePath} ${error.message} ${more} (found ${JSON.stringify(found)?.slice(0, 80)})`;
  });
}

/** A judge that refuses nothing would be worth nothing. */
function selfTest(report, judge) {
  const literals = { add() {} };
  const request = (body) => judge.request({ method: 'POST', path: '/v1/payment_intents', headers: {}, body, query: '' }, literals).length;
  report.check('the judge of requests accepts a right one', request('amount=1999&currency=cad&metadata[a]=b&automatic_payment_methods[enabled]=true') === 0);
  const wrong = ['currency=cad', 'amount=x&currency=cad', 'amount=1&currency=cad&metdata[a]=b', 'amount=1&currency=cad&automatic_payment_methods[enabled]=true&automatic_payment_methods[alow]=x', 'amount=1&currency=cad&confirm=yes', 'amount=1&currency=cad&setup_future_usage=sometimes'];
  report.check('the judge of requests refuses misspelt, missing and mistyped parameters', wrong.every((body) => request(body) > 0));
  const answer = (object) => judge.answer({ headers: {}, answer: { status: 200, body: JSON.stringify(object) } }, null).length;
  report.check('the judge of answers refuses objects with missing fields, wrong types and unknown kinds', answer({ object: 'payment_intent', id: 'pi_1' }) > 0 && answer({ object: 'balance', available: {} }) > 0 && answer({ object: 'moon' }) > 0);
}

/** Recorded values written as TypeScript literals, judged by the compiler against the current SDK. */
class Literals {
  groups = new Map();

  add(type, value, label) {
    const group = this.groups.get(type) ?? { label, texts: new Set() };
    this.groups.set(type, group);
    // Enough of each: the interesting differences are between states, not between ids.
    if (group.texts.size < 40) group.texts.add(JSON.stringify(value, null, 1));
  }

  async check(report, here) {
    const folder = await mkdtemp(join(tmpdir(), 'stripe-literals-'));
    try {
      const errors = await this.compile(folder, here);
      report.check('the compiler is awake: a misspelt field in a literal is an error', errors.some((error) => error.includes('canary.ts')));
      for (const [type, { texts }] of [...this.groups].sort()) {
        const mine = errors.filter((error) => error.startsWith(`${type}.ts`));
        report.check(`${texts.size} recorded literal(s) compile as Stripe.${type} of 2026-10-28.endive`, mine.length === 0, mine.slice(0, 8).join('\n'));
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  async compile(folder, here) {
    await symlink(join(here, 'node_modules'), join(folder, 'node_modules'));
    const files = ['canary.ts'];
    await writeFile(join(folder, 'canary.ts'), "import Stripe from 'stripe';\nexport const c: Stripe.PaymentIntentCancelParams = { cancelation_reason: 'abandoned' };\n");
    for (const [type, { texts }] of this.groups) {
      const literals = [...texts].map((text, index) => `export const r${index}: Stripe.${type} = ${text};`);
      await writeFile(join(folder, `${type}.ts`), `import Stripe from 'stripe';\n${literals.join('\n')}\n`);
      files.push(`${type}.ts`);
    }
    const config = JSON.parse(await readFile(join(here, 'types/tsconfig.json'), 'utf8'));
    delete config.compilerOptions.paths;
    await writeFile(join(folder, 'package.json'), '{"type":"module"}');
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ ...config, files }));
    const compiler = join(here, 'node_modules/typescript/bin/tsc');
    try {
      await run(process.execPath, [compiler, '-p', folder, '--pretty', 'false'], '', { cwd: folder });
      return [];
    } catch (error) {
      return String(error.message).split('\n').filter((line) => line.includes('error TS') || line.startsWith('  '));
    }
  }
}
