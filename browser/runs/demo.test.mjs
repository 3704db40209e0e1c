// The demo stands up: every page that a newcomer meets first, at both widths, in both themes and languages.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { axe } from '../kit/axe.mjs';
import { assertCalm, assertNoSidewaysScroll, LANGUAGES, launch, pageAt, picture, THEMES, WIDTHS } from '../kit/browser.mjs';
import { startDemo } from '../kit/demo.mjs';

let demo;
let browser;

before(async () => {
  demo = await startDemo();
  browser = await launch();
});

after(async () => {
  await browser?.close();
  // Ctrl-C and SIGTERM drain and stop: a code other than 0 would be an accident on the way out.
  if (demo) assert.equal(await demo.stop(), 0);
});

test('the demo says all that is needed to go on', () => {
  for (const field of ['url', 'email', 'password', 'pay_url', 'public_key', 'secret_key', 'stripe_url']) {
    assert.ok(demo[field], `the JSON line lacks ${field}`);
  }
});

for (const width of WIDTHS) {
  for (const theme of THEMES) {
    for (const lang of LANGUAGES) {
      test(`the sign-in page and an invoice's public page, ${width} px, ${theme}, ${lang}`, async () => {
        const page = await pageAt(browser, { width, theme, lang });
        for (const [name, url] of [['sign-in', demo.url], ['invoice', demo.pay_url]]) {
          await page.goto(url);
          await axe(page);
          await assertNoSidewaysScroll(page);
          await picture(page, `${name}-${width}-${theme}-${lang}`);
        }
        assertCalm(page);
        await page.context().close();
      });
    }
  }
}

test('signing in leads to a page that says it is a demo', async () => {
  const page = await pageAt(browser);
  await page.goto(demo.url);
  await page.fill('input[type=email]', demo.email);
  await page.fill('input[type=password]', demo.password);
  await page.locator('form:has(input[type=password]) button[type=submit]').click();
  await page.waitForSelector('h1');
  assert.match(await page.innerText('body'), /demo/i);
  assert.equal(await page.locator('input[type=password]').count(), 0);
  await axe(page);
  await picture(page, 'dashboard');
  await page.context().close();
});
