// The heart: somebody with two keys follows the guide on an empty installation, and a phone pays.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import {
  addCustomer, CARDS, charges, control, issueInvoice, openStripeSettings, OWNER, payWith, saveKeys, seeReceipt, setUp, waitForStanding,
} from '../kit/acts.mjs';
import { axe } from '../kit/axe.mjs';
import { assertCalm, assertNoSidewaysScroll, launch, pageAt, picture } from '../kit/browser.mjs';
import { startDemo } from '../kit/demo.mjs';

let demo;
let browser;
let seller;
let first;

before(async () => {
  demo = await startDemo(['--empty']);
  browser = await launch();
  seller = await pageAt(browser);
});

after(async () => {
  await browser?.close();
  if (demo) assert.equal(await demo.stop(), 0);
});

test('ac_01 ac_02 ac_03 ac_05 ac_10 ac_11 the activation guide word for word on an empty installation', async () => {
  await setUp(seller, demo);
  await addCustomer(seller);
  first = await issueInvoice(seller);
  const waiting = await pageAt(browser, { width: 360 });
  await waiting.goto(first.link);
  assert.equal(await waiting.locator('.pay a.button').count(), 0, 'nothing can be paid before the keys are saved');

  await openStripeSettings(seller);
  assert.match(await seller.locator('main').innerText(), /No banking information about your customers is stored/);
  await saveKeys(seller, demo.public_key, demo.secret_key);
  assert.match(await seller.locator('main').innerText(), /Active\. Customers can pay by card/);
  await waiting.reload();
  assert.ok(await waiting.getByRole('link', { name: /^Pay \$249\.50/ }).isVisible(), 'one reload later the button is there');
  assertCalm(seller);
  assertCalm(waiting);
  await waiting.context().close();
});

test('ac_17 ac_19 ac_20 a phone pays, sees the receipt, and the list of the seller says Paid', async () => {
  const phone = await pageAt(browser, { width: 360 });
  await phone.setViewportSize({ width: 360, height: 640 });
  await payWith(phone, first.link, CARDS.pays);
  await seeReceipt(phone);
  await axe(phone);
  await assertNoSidewaysScroll(phone);
  assert.match(await phone.locator('.receipt').innerText(), /\$249\.50[^]*4242/);
  await waitForStanding(seller, demo, first.number, 'Paid');
  const made = await charges(demo);
  assert.deepEqual(made.map((charge) => charge.amount), [24950]);
  assertCalm(phone);
  await phone.context().close();
});
