// Payment on the page that Stripe hosts, on a phone: nothing of Stripe's is loaded by a page of ours.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { CARDS, charges, issueInvoice, press, seeReceipt, typeCardThere, waitForStanding } from '../kit/acts.mjs';
import { assertCalm, assertNoSidewaysScroll, picture } from '../kit/browser.mjs';
import { openShop } from '../kit/shop.mjs';

let shop;

before(async () => {
  shop = await openShop();
  await shop.seller.goto(`${shop.demo.url}/settings/billing/online-payment/live`);
  await shop.seller.getByLabel('On a page that Stripe hosts').check();
  await assertNoSidewaysScroll(shop.seller);
  await picture(shop.seller, 'hosted-settings');
  await press(shop.seller, 'Save');
  await shop.seller.goto(`${shop.demo.url}/settings/billing/scripts`);
  assert.ok(await shop.seller.getByText('Your customers pay on a page that Stripe hosts').isVisible());
  await picture(shop.seller, 'hosted-scripts');
  assertCalm(shop.seller);
});

after(async () => {
  if (shop) assert.equal(await shop.close(), 0);
});

/** Watches what our own pages ask Stripe for. */
function watch(page) {
  const asked = [];
  page.on('request', (request) => {
    const ours = request.frame().url().startsWith(shop.demo.url);
    const leaves = request.isNavigationRequest() && request.frame() === page.mainFrame();
    if (ours && !leaves && request.url().startsWith(shop.demo.stripe_url)) asked.push(request.url());
  });
  return asked;
}

async function loadsNothingOfStripe(page) {
  const found = await page.evaluate((stripe) => {
    const sources = [...document.querySelectorAll('script[src], iframe, img[src], link[href]')];
    return sources.map((one) => one.src || one.href || one.outerHTML).filter((source) => source.startsWith(stripe));
  }, shop.demo.stripe_url);
  assert.deepEqual(found, []);
  assert.equal(page.frames().length, 1, 'no frame stands in our page');
}

for (const [lang, button, away] of [
  ['en-CA', /^Pay \$61\.00/, 'You pay on a page of Stripe'],
  ['fr-CA', /^Payer 62,00/, 'Vous payez sur une page de Stripe'],
]) {
  test(`pay_18 on a phone in ${lang}: one press leads to Stripe's page, and back to the receipt`, async () => {
    const price = lang === 'en-CA' ? '61.00' : '62.00';
    const { link, number } = await issueInvoice(shop.seller, { price });
    const page = await shop.payer({ lang, theme: lang === 'en-CA' ? 'light' : 'dark' });
    const asked = watch(page);
    await page.goto(`${link}?lang=${lang.slice(0, 2)}`);
    assert.ok(await page.getByText(away).isVisible());
    await loadsNothingOfStripe(page);
    await assertNoSidewaysScroll(page);
    await picture(page, `hosted-invoice-${lang}-360`);
    await page.getByRole('button', { name: button }).click();
    await typeCardThere(shop.demo, page, CARDS.noFunds);
    await page.locator('#error:not(:empty)').waitFor();
    await page.goto(`${link}/return`);
    await loadsNothingOfStripe(page);
    await assertNoSidewaysScroll(page);
    await picture(page, `hosted-declined-${lang}-360`);
    assert.equal((await charges(shop.demo)).filter((c) => c.amount === Number(price) * 100).length, 0);
    await page.getByRole('button', { name: button }).click();
    await typeCardThere(shop.demo, page, CARDS.pays);
    await seeReceipt(page);
    await loadsNothingOfStripe(page);
    await picture(page, `hosted-receipt-${lang}-360`);
    assert.deepEqual(asked, [], 'our pages ask Stripe for nothing');
    assert.equal((await charges(shop.demo)).filter((c) => c.amount === Number(price) * 100).length, 1);
    await waitForStanding(shop.seller, shop.demo, number, 'Paid');
    await page.context().close();
  });
}

test('pay_18 without scripts the same press leads there', async () => {
  const { link } = await issueInvoice(shop.seller, { price: '63.00' });
  const page = await shop.payer({ javaScript: false });
  await page.goto(link);
  await page.getByRole('button', { name: /^Pay \$63\.00/ }).click();
  await page.waitForURL((url) => url.href.startsWith(`${shop.demo.stripe_url}/rehearsal/checkout`));
  await page.context().close();
});

test('a form that something holds back offers the page of Stripe, and it takes the payment once', async () => {
  await shop.seller.goto(`${shop.demo.url}/settings/billing/online-payment/live`);
  await shop.seller.getByLabel('On your payment page').check();
  await press(shop.seller, 'Save');
  const { link, number } = await issueInvoice(shop.seller, { price: '64.00' });
  const page = await shop.payer();
  // As an ad blocker does it.
  await page.route(/\/stripe\.js$/, (route) => route.abort());
  await page.goto(`${link}/pay`);
  const said = page.locator('#pay-says');
  await said.waitFor();
  assert.match(await said.innerText(), /could not be loaded/);
  await assertNoSidewaysScroll(page);
  await picture(page, 'hosted-instead-360');
  await page.getByRole('button', { name: 'Pay on Stripe’s page' }).click();
  await typeCardThere(shop.demo, page, CARDS.pays);
  await seeReceipt(page);
  assert.equal((await charges(shop.demo)).filter((c) => c.amount === 6400).length, 1);
  await waitForStanding(shop.seller, shop.demo, number, 'Paid');
  await page.context().close();
});
