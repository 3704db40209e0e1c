// After paying in every way, card numbers and keys are looked for in everything the program has left behind.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { CARDS, issueInvoice, payWith, seeReceipt, typeCard } from '../kit/acts.mjs';
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
}

function secretsOf(shop) {
  return [shop.demo.secret_key, ...Object.values(CARDS).flatMap(cardShapes)];
}
