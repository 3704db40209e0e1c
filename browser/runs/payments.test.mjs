// Payments that go another way than straight on, and whether each is booked once.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { CARDS, charges, control, issueInvoice, payWith, seeReceipt, typeCard, waitForStanding } from '../kit/acts.mjs';
import { assertNoSidewaysScroll, picture } from '../kit/browser.mjs';
import { openShop } from '../kit/shop.mjs';

let shop;

before(async () => {
  shop = await openShop();
});

after(async () => {
  if (shop) assert.equal(await shop.close(), 0);
});

/** Charges of this amount in minor units: every story has a price of its own, so that it can count its own. */
async function chargesOf(amount) {
  return (await charges(shop.demo)).filter((charge) => charge.amount === amount).length;
}

async function saysNoMoneyWasTaken(page) {
  const said = page.locator('#pay-says');
  await said.waitFor();
  assert.match(await said.innerText(), /No money was taken/);
}

test('pay_06 a card is declined, says what happened and that no money moved, and another card pays', async () => {
  const { link, number } = await issueInvoice(shop.seller, { price: '31.00' });
  const page = await shop.payer();
  await payWith(page, link, CARDS.noFunds);
  await saysNoMoneyWasTaken(page);
  assert.match(await page.locator('#pay-says').innerText(), /does not have enough funds/);
  await assertNoSidewaysScroll(page);
  await picture(page, 'declined-360');
  assert.equal(await chargesOf(3100), 0);
  await typeCard(page, CARDS.pays);
  await page.locator('#pay-button').click();
  await seeReceipt(page);
  assert.equal(await chargesOf(3100), 1);
  await waitForStanding(shop.seller, shop.demo, number, 'Paid');
  await page.context().close();
});

test('pay_06 3-D Secure failed charges nothing, passed it pays', async () => {
  const { link, number } = await issueInvoice(shop.seller, { price: '32.00' });
  const page = await shop.payer();
  await payWith(page, link, CARDS.asks3ds);
  const bank = page.frameLocator('iframe[name="__stripeJSChallengeFrame"]');
  await bank.getByRole('button', { name: 'Fail authentication' }).click();
  await saysNoMoneyWasTaken(page);
  assert.equal(await chargesOf(3200), 0);
  await typeCard(page, CARDS.asks3ds);
  await page.locator('#pay-button').click();
  await bank.getByRole('button', { name: 'Complete authentication' }).click();
  await seeReceipt(page);
  assert.equal(await chargesOf(3200), 1);
  await waitForStanding(shop.seller, shop.demo, number, 'Paid');
  await page.context().close();
});

test('pay_11 two tabs pay the same invoice, and one charge is made', async () => {
  const { link, number } = await issueInvoice(shop.seller, { price: '33.00' });
  const one = await shop.payer();
  const two = await one.context().newPage();
  for (const tab of [one, two]) {
    await tab.goto(`${link}/pay`);
    await typeCard(tab, CARDS.pays);
  }
  await Promise.all([one, two].map((tab) => tab.locator('#pay-button').click()));
  await Promise.all([one, two].map((tab) => seeReceipt(tab)));
  assert.equal(await chargesOf(3300), 1);
  await waitForStanding(shop.seller, shop.demo, number, 'Paid');
  await one.context().close();
});

const DELIVERIES = [
  ['delivered', {}],
  ['delivered twice', { twice: true }],
  ['delivered before Stripe answers', { before_answering: true }],
  ['delivered out of order', { reorder: 2 }],
  ['never delivered', { drop: true }],
];

for (const [index, [how, script]] of DELIVERIES.entries()) {
  test(`ac_20 the browser is closed right after pressing Pay, webhooks are ${how}: the invoice becomes paid`, async () => {
    const { link, number } = await issueInvoice(shop.seller, { price: `4${index}.00` });
    await control(shop.demo, 'delivery_script', script);
    const page = await shop.payer();
    // What was pressed reaches Stripe; the browser is gone before the answer reaches it.
    await page.route(/\/confirm$/, async (route) => {
      await route.fetch();
      await page.context().close();
    });
    await payWith(page, link, CARDS.pays).catch(() => {});
    try {
      await waitForStanding(shop.seller, shop.demo, number, 'Paid', 45);
    } finally {
      await control(shop.demo, 'delivery_script', {});
      await control(shop.demo, 'release_deliveries');
    }
    assert.equal(await chargesOf(4000 + index * 100), 1);
  });
}
