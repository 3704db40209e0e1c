// Every page that can be reached, at both widths, in both themes and languages: judged by axe, no scrolling sideways,
// nothing asked of a stranger, nothing English on a French page.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { openStripeSettings, press, saveKeys } from '../kit/acts.mjs';
import { axe } from '../kit/axe.mjs';
import { assertCalm, assertNoSidewaysScroll, LANGUAGES, launch, pageAt, picture, THEMES, WIDTHS } from '../kit/browser.mjs';
import { startDemo } from '../kit/demo.mjs';

// Looked for in what the product itself says (headings, labels, buttons, chips): customers and lines are in the seller's words.
const ENGLISH = /\b(Invoices?|Customers|Settings|Due|Paid|Overdue|Draft|Amount due|Save|Cancel|Sign in|Password|Payment link|Issued|Search|Language|Discount|Quantity|Receipt|Back to)\b/;
const FOLLOWED = 40;

let demo;
let browser;

before(async () => {
  demo = await startDemo();
  browser = await launch();
  const seller = await signedIn({});
  await openStripeSettings(seller);
  await saveKeys(seller, demo.public_key, demo.secret_key);
  await seller.context().close();
});

after(async () => {
  await browser?.close();
  if (demo) assert.equal(await demo.stop(), 0);
});

async function signedIn(how) {
  const page = await pageAt(browser, how);
  await page.goto(`${demo.url}/sign-in?lang=en`);
  await page.locator('#email').fill(demo.email);
  await page.locator('#password').fill(demo.password);
  await press(page, 'Sign in');
  return page;
}

/** A path with its ids blanked: one page of a kind is enough. */
function kind(path) {
  return path.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '*').replace(/^\/i\/[^/]+/, '/i/*');
}

/** Every page that links lead to from here, one of each kind. */
async function reachable(page) {
  const waiting = ['/'];
  const seen = new Map();
  while (waiting.length > 0 && seen.size < FOLLOWED) {
    const path = waiting.shift();
    if (seen.has(kind(path))) continue;
    const answer = await page.goto(demo.url + path);
    assert.equal(answer.status(), 200, `${path} is linked to`);
    seen.set(kind(path), path);
    const links = await page.locator('a[href]').evaluateAll((all) => all.map((a) => a.href));
    for (const link of links.filter((link) => link.startsWith(`${demo.url}/`))) {
      const { pathname } = new URL(link);
      // A paper is no page: it has its own judges.
      const isPaper = /[/.]pdf$/.test(pathname);
      if (!seen.has(kind(pathname)) && !pathname.startsWith('/assets/') && !isPaper) waiting.push(pathname);
    }
  }
  // What a payer sees is judged below, once the card form has come: a frame that loads while axe looks is never done.
  // A mail is shown in a sandbox without scripts, where axe cannot run either.
  return [...seen.values()].filter((path) => !path.startsWith('/i/') && !path.endsWith('/html'));
}

async function judge(page, name) {
  await axe(page);
  await assertNoSidewaysScroll(page);
  await picture(page, name);
  if ((await page.locator('html').getAttribute('lang')).startsWith('fr')) {
    // A mail's subject is in its reader's language: the first cell of its row, and the heading of its page.
    const heading = new URL(page.url()).pathname.startsWith('/outbox/') ? 'h2' : 'h1, h2';
    const words = await page.locator(`${heading}, h3, label, th[scope=col], button, dt, nav, .chip, .hint, .empty, .notice`).allInnerTexts();
    const foreign = words.filter((text) => ENGLISH.test(text));
    assert.deepEqual(foreign, [], `${page.url()} speaks English on a French page`);
  }
}

let paths;

test('no link of the signed-in pages leads nowhere', async () => {
  const page = await signedIn({});
  paths = await reachable(page);
  assert.ok(paths.length >= 12, `only ${paths.length} kinds of pages were found: ${paths}`);
  assertCalm(page);
  await page.context().close();
});

for (const width of WIDTHS) {
  for (const theme of THEMES) {
    const lang = theme === 'light' ? 'en-CA' : 'fr-CA';
    test(`every signed-in page, ${width} px, ${theme}, ${lang}`, { timeout: 120_000 }, async () => {
      const page = await signedIn({ width, theme, lang });
      const wrong = [];
      for (const path of paths) {
        await page.goto(`${demo.url}${path}?lang=${lang.slice(0, 2)}`);
        const name = `admin${kind(path).replaceAll('/', '-').replaceAll('*', 'one')}-${width}-${theme}`;
        await judge(page, name).catch((error) => wrong.push(error.message));
      }
      assert.deepEqual(wrong, []);
      assertCalm(page);
      await page.context().close();
    });
    for (const tongue of LANGUAGES) {
      test(`every page of a payer and the sign-in page, ${width} px, ${theme}, ${tongue}`, { timeout: 60_000 }, async () => {
        const page = await pageAt(browser, { width, theme, lang: tongue });
        for (const [name, url] of [['sign-in', `${demo.url}/sign-in`], ['invoice', demo.pay_url], ['pay', `${demo.pay_url}/pay`]]) {
          await page.goto(`${url}?lang=${tongue.slice(0, 2)}`);
          if (name === 'pay') await page.locator('#pay-form[data-ready]').waitFor();
          await judge(page, `${name}-${width}-${theme}-${tongue}`);
        }
        assertCalm(page);
        await page.context().close();
      });
    }
  }
}
