// The helpers themselves: a judge that never says no proves nothing.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { axe } from './axe.mjs';
import { assertCalm, assertNoSidewaysScroll, launch, pageAt } from './browser.mjs';
import { start } from './demo.mjs';
import { cardShapes, noSecretsIn } from './secrets.mjs';

const GOOD = '<!doctype html><html lang="en"><title>Good</title><meta name="viewport" content="width=device-width"><main><h1>Good</h1><p>Words.</p></main></html>';
const PAGES = {
  '/good': GOOD,
  '/mute': GOOD.replace('Words.', '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">'),
  '/pale': GOOD.replace('<p>', '<p style="color:#ccc;background:#fff">'),
  '/wide': GOOD.replace('<p>', '<p style="width:900px">'),
  '/desktop': GOOD.replace(/<meta[^>]*>/, ''),
  '/stranger': GOOD.replace('Words.', '<img alt="" src="https://example.com/pixel.gif">'),
  '/broken': GOOD.replace('Words.', '<script>missing()</script>'),
};

let browser;
let server;
let origin;

before(async () => {
  server = createServer((request, answer) => {
    answer.setHeader('content-type', 'text/html; charset=utf-8');
    answer.setHeader('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src * data:");
    answer.end(PAGES[request.url] ?? GOOD);
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  origin = `http://127.0.0.1:${server.address().port}`;
  browser = await launch();
});

after(async () => {
  await browser?.close();
  server?.close();
});

async function at(path, how) {
  const page = await pageAt(browser, how);
  await page.goto(origin + path);
  return page;
}

test('axe accepts a good page and refuses an image without words and pale text', async () => {
  await axe(await at('/good'));
  await assert.rejects(axe(await at('/mute')), /image-alt/);
  await assert.rejects(axe(await at('/pale')), /color-contrast/);
});

test('a page that asks a stranger, or breaks, is not calm', async () => {
  assertCalm(await at('/good'));
  const stranger = await at('/stranger');
  assert.throws(() => assertCalm(stranger), /example\.com/);
  const broken = await at('/broken');
  assert.throws(() => assertCalm(broken), /missing/);
});

test('a page wider than a phone is noticed', async () => {
  await assertNoSidewaysScroll(await at('/good', { width: 360 }));
  await assert.rejects(assertNoSidewaysScroll(await at('/wide', { width: 360 })), /px wide/);
  await assert.rejects(assertNoSidewaysScroll(await at('/desktop', { width: 360 })), /px wide/);
});

test('a page has the width, theme and language that were asked for', async () => {
  const page = await at('/good', { width: 360, theme: 'dark', lang: 'fr-CA' });
  const seen = await page.evaluate(() => [innerWidth, matchMedia('(prefers-color-scheme: dark)').matches, navigator.language]);
  assert.deepEqual(seen, [360, true, 'fr-CA']);
});

test('a secret is found in any file, however it is written', () => {
  const folder = mkdtempSync(join(tmpdir(), 'quittance-secrets-'));
  try {
    const secret = 'sk_live_abc/DEF+123';
    writeFileSync(join(folder, 'clean'), 'sk_live_… ends in 123');
    assert.equal(noSecretsIn(folder, [secret]), 1);
    const forms = [
      secret,
      encodeURIComponent(secret),
      Buffer.from(secret).toString('base64'),
      Buffer.from(`x${secret}y`).toString('base64'),
      Buffer.from(`xx${secret}`).toString('base64'),
      Buffer.from(secret, 'utf16le'),
    ];
    for (const form of forms) {
      writeFileSync(join(folder, 'log'), Buffer.concat([Buffer.from([0, 255]), Buffer.from(form)]));
      assert.throws(() => noSecretsIn(folder, [secret]), /secrets where none may be/, String(form));
    }
    writeFileSync(join(folder, 'log'), 'paid with 4242-4242-4242-4242');
    assert.throws(() => noSecretsIn(folder, cardShapes('4242424242424242')));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a program is started by its JSON line, and one that ends early is told apart', async () => {
  const serve = 'process.on("SIGTERM", () => process.exit(0)); console.log("words first"); console.log(JSON.stringify({ url: "here" })); setInterval(() => {}, 1000)';
  const running = await start(process.execPath, ['-e', serve]);
  assert.equal(running.url, 'here');
  assert.equal(await running.stop(), 0);
  await assert.rejects(start(process.execPath, ['-e', 'process.exit(3)']), /ended \(3\)/);
  await assert.rejects(start(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { seconds: 1 }), /no JSON line/);
});
