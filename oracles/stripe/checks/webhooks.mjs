// (b) Webhooks: on a table of headers, our verifier agrees with the official Node and Python SDKs;
// and both SDKs accept what the rehearsal signs (checked in `drive`, where deliveries are made).

import { createHmac } from 'node:crypto';
import { join } from 'node:path';

import { run } from '../lib/process.mjs';
import { Stripe } from '../lib/sdk.mjs';

const NOW = 1790000000;
const BODY = '{"id":"evt_1","object":"event","type":"charge.succeeded","note":"é ✓"}';
const SECRET = 'whsec_table';
const stripe = new Stripe('sk_test_x', { telemetry: false });

function mac(timestamp, body = BODY, secret = SECRET) {
  return createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest('hex');
}

/** The boundaries somebody has thought of. */
function writtenRows() {
  const good = mac(NOW);
  const wrong = '0'.repeat(64);
  const rows = [];
  const row = (name, header, more = {}) => rows.push({ name, header, body: BODY, secrets: [SECRET], now: NOW, ...more });

  for (const age of [0, 1, 59, 298, 299, 300, 301, 302, 600, 3600, 86400, -1, -299, -300, -301, -3600, -86400]) {
    row(`${age} s old`, `t=${NOW - age},v1=${mac(NOW - age)}`);
  }
  const v1 = (list) => list.map((signature) => `v1=${signature}`).join(',');
  row('two v1, good first', `t=${NOW},${v1([good, wrong])}`);
  row('two v1, good last', `t=${NOW},${v1([wrong, good])}`);
  row('good among nine wrong', `t=${NOW},${v1([...Array(5).fill(wrong), good, ...Array(4).fill(wrong)])}`);
  row('only wrong ones', `t=${NOW},${v1([wrong, wrong])}`);
  row('v1 before t', `v1=${good},t=${NOW}`);
  row('v0 beside v1', `t=${NOW},v1=${good},v0=${wrong}`);
  row('only v0', `t=${NOW},v0=${good}`);
  row('only v2', `t=${NOW},v2=${good}`);
  row('V1', `t=${NOW},V1=${good}`);
  row('T', `T=${NOW},v1=${good}`);
  row('no t', `v1=${good}`);
  row('no v1', `t=${NOW}`);
  row('empty', '');
  row('commas only', ',,,');
  row('a word', 'hello');
  row('space after the comma', `t=${NOW}, v1=${good}`);
  row('space before the comma', `t=${NOW} ,v1=${good}`);
  row('space around t', `t= ${NOW},v1=${good}`);
  row('tab before t', `t=\t${NOW},v1=${good}`);
  row('space in the name', `t =${NOW},v1=${good}`);
  row('leading space', ` t=${NOW},v1=${good}`);
  row('trailing space', `t=${NOW},v1=${good} `);
  row('trailing comma', `t=${NOW},v1=${good},`);
  row('semicolon', `t=${NOW};v1=${good}`);
  row('upper-case hex', `t=${NOW},v1=${good.toUpperCase()}`);
  row('one letter upper case', `t=${NOW},v1=${good.replace(/[a-f]/, (c) => c.toUpperCase())}`);
  row('one digit short', `t=${NOW},v1=${good.slice(0, 63)}`);
  row('one digit long', `t=${NOW},v1=${good}0`);
  row('0x', `t=${NOW},v1=0x${good}`);
  row('base64', `t=${NOW},v1=${Buffer.from(good, 'hex').toString('base64')}`);
  row('empty v1', `t=${NOW},v1=`);
  row('empty v1 and a good one', `t=${NOW},v1=,v1=${good}`);
  row('v1 without =', `t=${NOW},v1`);
  row('v1 without = after a good one', `t=${NOW},v1=${good},v1`);
  row('two =', `t=${NOW},v1=${good}=`);
  row('two = and more', `t=${NOW},v1=${good}=x=y`);
  row('t with two =', `t=${NOW}=7,v1=${good}`);
  row('v1 and = and =', `t=${NOW},v1==${good}`);
  row('t without =', `t,v1=${good}`);
  row('empty t', `t=,v1=${good}`);
  row('t of letters', `t=now,v1=${mac('NaN')}`);
  row('t of letters, signed so', `t=now,v1=${mac('now')}`);
  row('t with letters after', `t=${NOW}x,v1=${good}`);
  row('t with a fraction', `t=${NOW}.5,v1=${good}`);
  row('t with an exponent', `t=179e7,v1=${good}`);
  row('t in hex', `t=0x${NOW.toString(16)},v1=${good}`);
  row('t with +', `t=+${NOW},v1=${good}`);
  row('t with a zero before', `t=0${NOW},v1=${good}`);
  row('t with _', `t=1_790_000_000,v1=${good}`);
  row('t signed with a zero before', `t=0${NOW},v1=${mac(`0${NOW}`)}`);
  row('t in milliseconds', `t=${NOW}000,v1=${mac(`${NOW}000`)}`);
  row('t = 0', `t=0,v1=${mac(0)}`);
  row('t = -1', `t=-1,v1=${mac(-1)}`);
  row('t = -2', `t=-2,v1=${mac(-2)}`);
  row('t beyond 64 bits', `t=99999999999999999999999,v1=${good}`);
  row('the same t twice', `t=${NOW},t=${NOW},v1=${good}`);
  row('two t, first signed', `t=${NOW},t=${NOW - 1},v1=${good}`);
  row('two t, last signed', `t=${NOW - 1},t=${NOW},v1=${good}`);
  row('an old t first, a good one last', `t=${NOW - 9999},t=${NOW},v1=${good}`);
  row('a good t first, an old one last', `t=${NOW},t=${NOW - 9999},v1=${mac(NOW - 9999)}`);
  row('a t that is not a number after a good one', `t=${NOW},t=x,v1=${good}`);

  const valid = `t=${NOW},v1=${good}`;
  row('a space more in the body', valid, { body: BODY.replace(',', ', ') });
  row('a line break at the end of the body', valid, { body: `${BODY}\n` });
  row('another body', valid, { body: '{}' });
  row('empty body', `t=${NOW},v1=${mac(NOW, '')}`, { body: '' });
  row('a body that is not JSON', `t=${NOW},v1=${mac(NOW, 'hello')}`, { body: 'hello' });
  row('a body with a byte order mark', `t=${NOW},v1=${mac(NOW, `\uFEFF${BODY}`)}`, { body: `\uFEFF${BODY}` });
  const bytes = Buffer.from([0x7b, 0xff, 0xfe, 0x7d]);
  row('a body that is not UTF-8', `t=${NOW},v1=${mac(NOW, bytes)}`, { body: bytes });
  row('a body that is not UTF-8, signed as Node reads it', `t=${NOW},v1=${mac(NOW, '{\uFFFD\uFFFD}')}`, { body: bytes });
  row('a body with a zero byte', `t=${NOW},v1=${mac(NOW, '{"a":"\0"}')}`, { body: '{"a":"\0"}' });
  const long = JSON.stringify({ id: 'evt_1', text: 'x'.repeat(300000) });
  row('a body of 300 kB', `t=${NOW},v1=${mac(NOW, long)}`, { body: long });

  row('another secret', valid, { secrets: ['whsec_other'] });
  row('a line break after the secret', valid, { secrets: [`${SECRET}\n`] });
  row('a space after the secret', valid, { secrets: [`${SECRET} `] });
  row('the secret without its prefix', valid, { secrets: [SECRET.slice('whsec_'.length)] });
  row('signed without the prefix', `t=${NOW},v1=${mac(NOW, BODY, SECRET.slice('whsec_'.length))}`);
  row('a blank secret', `t=${NOW},v1=${mac(NOW, BODY, '')}`, { secrets: [''] });
  row('a secret of spaces', `t=${NOW},v1=${mac(NOW, BODY, '  ')}`, { secrets: ['  '] });
  row('no secret', valid, { secrets: [] });
  row('the second of two secrets', valid, { secrets: ['whsec_old', SECRET] });
  row('the first of two secrets', valid, { secrets: [SECRET, 'whsec_new'] });
  row('neither of two secrets', valid, { secrets: ['whsec_old', 'whsec_new'] });
  const rolled = `t=${NOW},v1=${mac(NOW, BODY, 'whsec_old')},v1=${good}`;
  row('signed with two, we know the old', rolled, { secrets: ['whsec_old'] });
  row('signed with two, we know the new', rolled, { secrets: [SECRET] });
  row('signed with two, we know both', rolled, { secrets: [SECRET, 'whsec_old'] });
  row('signed with two, too old', rolled, { secrets: [SECRET, 'whsec_old'], now: NOW + 301 });
  row('a secret with letters beyond ASCII', `t=${NOW},v1=${mac(NOW, BODY, 'whsec_é✓')}`, { secrets: ['whsec_é✓'] });
  return rows;
}

/** A fixed stream of chance, so that a failure can be repeated. */
function chance(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Headers put together from pieces good and bad, so that half of them are accepted. */
function generatedRows(count) {
  const any = chance(20261028);
  const pick = (list) => list[any(list.length)];
  const rows = [];
  for (let number = 0; number < count; number += 1) {
    const timestamp = NOW - pick([0, 0, 5, 299, 300, 301, 1000, -60]);
    const good = mac(timestamp);
    const noise = ['v0=abc', 'v2=', 'x', '', 'v1=', `v1=${'a'.repeat(64)}`, `v1=${good.toUpperCase()}`, `v1=${mac(timestamp - 1)}`, `v1=${mac(timestamp, BODY, 'whsec_other')}`, 'scheme=v1', 'V1=abc'];
    const elements = [
      pick([`t=${timestamp}`, `t=${timestamp}`, `t=${timestamp}`, `t=${timestamp}=`, `t= ${timestamp}`, `t=${timestamp + 1}`, `T=${timestamp}`]),
      ...Array.from({ length: any(4) }, () => pick(noise)),
      ...(any(5) > 0 ? [`v1=${good}`] : []),
      ...(any(12) === 0 ? [`t=${timestamp}`] : []),
    ];
    for (let at = elements.length - 1; at > 0; at -= 1) {
      const other = any(at + 1);
      [elements[at], elements[other]] = [elements[other], elements[at]];
    }
    const header = elements.join(pick([',', ',', ',', ',', ',', ',', ', ', ',,', ';']));
    const secrets = pick([[SECRET], [SECRET], [SECRET], ['whsec_other', SECRET], ['whsec_unknown']]);
    rows.push({ name: `generated ${number}`, header, body: BODY, secrets, now: NOW });
  }
  return rows;
}

function nodeVerdict({ header, body, secrets, now }) {
  return secrets.some((secret) => {
    try {
      return stripe.webhooks.signature.verifyHeader(Buffer.from(body), header, secret, 300, undefined, now * 1000);
    } catch (error) {
      // Anything thrown is a refusal, as it is for somebody who uses the SDK.
      return false;
    }
  });
}

const line = (row) => JSON.stringify({ ...row, body: Buffer.from(row.body).toString('hex') });
const verdicts = (text) => text.trim().split('\n').map((answer) => JSON.parse(answer));

export async function webhooks(report, { verdictsProgram, python, here }) {
  const rows = [...writtenRows(), ...generatedRows(600)];
  const input = `${rows.map(line).join('\n')}\n`;
  const ours = verdicts(await run(verdictsProgram, [], input));
  const pythons = verdicts(await run(python, [join(here, 'checks/webhooks.py')], input));
  report.check('all three verifiers answer every row', ours.length === rows.length && pythons.length === rows.length);

  const wrong = [];
  const count = { accepted: 0, refused: 0, disputed: 0 };
  rows.forEach((row, index) => {
    const node = nodeVerdict(row);
    const py = pythons[index].accepted;
    // Where the official SDKs disagree, only a refusal is safe.
    const expected = node && py;
    count[node !== py ? 'disputed' : expected ? 'accepted' : 'refused'] += 1;
    if (ours[index].accepted !== expected) {
      wrong.push(`${row.name}: ours ${JSON.stringify(ours[index])}, Node ${node}, Python ${JSON.stringify(pythons[index])}\n  ${row.header.slice(0, 200)}`);
    }
  });
  report.check(
    `our verifier agrees with the official Node and Python SDKs on ${rows.length} deliveries (${count.accepted} accepted, ${count.refused} refused, ${count.disputed} where the SDKs differ and we refuse)`,
    wrong.length === 0,
    wrong.slice(0, 20).join('\n'),
  );
  report.check('the table is worth something: more than 150 accepted and 150 refused', count.accepted > 150 && count.refused > 150);
}
