// After paying in every way, card numbers and keys are looked for in everything the program has left behind.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import {
  CARDS, areaLink, cardForm, follow, issueInvoice, payWith, press, seeReceipt, typeCard, typeCardThere,
} from '../kit/acts.mjs';
import { cardShapes, noSecretsIn } from '../kit/secrets.mjs';
import { openShop } from '../kit/shop.mjs';

test('ac_15 ac_18 pay_01 pay_14 no card number and no secret key stands in the data directory or in the log', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'quittance-secrets-'));
  const data = join(folder, 'data');
  try {
    const shop = await openShop({ args: ['--data-dir', data] });
    await payInEveryWay(shop);
    const whileItRuns = noSecretsIn(data, secretsOf(shop));
    assert.equal(await shop.close(), 0);
    const afterwards = noSecretsIn(data, secretsOf(shop));
    assert.ok(whileItRuns > 1 && afterwards > 1, 'there was something to search');
    assert.ok(statSync(shop.demo.log).size > 0, 'the log was written');
    const log = readFileSync(shop.demo.log, 'utf8');
    for (const secret of secretsOf(shop)) assert.ok(!log.includes(secret), `the log holds ${secret.slice(0, 8)}…`);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

async function payInEveryWay(shop) {
  const { link } = await issueInvoice(shop.seller, { price: '51.00' });
  const page = await shop.payer();
  await payWith(page, link, CARDS.declined);
  await page.locator('#pay-says').waitFor();
  await typeCard(page, CARDS.asks3ds);
  await page.locator('#pay-button').click();
  const bank = page.frameLocator('iframe[name="__stripeJSChallengeFrame"]');
  await bank.getByRole('button', { name: 'Complete authentication' }).click();
  await seeReceipt(page);
  const second = await issueInvoice(shop.seller, { price: '52.00' });
  await payWith(page, second.link, CARDS.pays);
  await seeReceipt(page);
  await page.context().close();
  await keepACardAndPayWithIt(shop);
  await payOnStripesPage(shop);
}

/** The card stays with Stripe: here are its brand, its last four figures and its month. */
async function keepACardAndPayWithIt(shop) {
  const { seller, demo } = shop;
  const first = await issueInvoice(seller, { price: '53.00' });
  const page = await shop.payer();
  await page.goto(`${first.link}/pay`);
  await cardForm(page);
  await page.locator('#autopay').check();
  await typeCard(page, CARDS.pays);
  await page.locator('#pay-button').click();
  await seeReceipt(page);
  const { number } = await issueInvoice(seller, { price: '54.00' });
  await page.goto(`${demo.url}/area`);
  await page.getByLabel('Email address').fill('compta@nord.example');
  await press(page, 'Send me the link');
  await page.goto(await areaLink(shop));
  await press(page, 'Open my invoices');
  await follow(page, 'Your cards and automatic payment');
  await page.getByText('Visa •••• 4242').first().waitFor();
  await page.goto(`${demo.url}/area`);
  await follow(page, new RegExp(`^Pay ${number}`));
  await press(page, 'Pay $54.00 with Visa •••• 4242');
  await page.getByText('Visa •••• 4242').first().waitFor();
  await page.context().close();
}

async function payOnStripesPage(shop) {
  const { seller, demo } = shop;
  await seller.goto(`${demo.url}/settings/billing/online-payment/live`);
  await seller.getByLabel('On a page that Stripe hosts').check();
  await press(seller, 'Save');
  await seller.goto(`${demo.url}/`);
  const { link } = await issueInvoice(seller, { price: '55.00' });
  const page = await shop.payer();
  await page.goto(link);
  await page.getByRole('button', { name: /^Pay \$55\.00/ }).click();
  await typeCardThere(demo, page, CARDS.pays);
  await seeReceipt(page);
  await page.context().close();
}

function secretsOf(shop) {
  return [shop.demo.secret_key, ...Object.values(CARDS).flatMap(cardShapes)];
}
