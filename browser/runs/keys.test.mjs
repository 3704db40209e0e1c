// Keys pasted wrong: what was pasted is named, nothing changes, and one press puts right what can be put right.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { addCustomer, control, issueInvoice, openStripeSettings, OWNER, press, saveKeys, setUp } from '../kit/acts.mjs';
import { axe } from '../kit/axe.mjs';
import { assertCalm, launch, pageAt, picture } from '../kit/browser.mjs';
import { startDemo } from '../kit/demo.mjs';

let demo;
let browser;
let seller;

before(async () => {
  demo = await startDemo(['--empty']);
  browser = await launch();
  seller = await pageAt(browser);
  await setUp(seller, demo);
  await addCustomer(seller);
});

after(async () => {
  await browser?.close();
  if (demo) assert.equal(await demo.stop(), 0);
});

/** The live keys of another account of the rehearsal. */
async function otherAccount() {
  const told = await (await fetch(`${demo.stripe_url}/_control/keys`)).json();
  const live = (told.keys ?? told).map((account) => account.live);
  return live.find((pair) => pair.secret !== demo.secret_key);
}

async function said() {
  return seller.locator('main').innerText();
}

test('ac_07 ac_08 what was pasted is named at once, before anything is sent', async () => {
  await openStripeSettings(seller);
  await seller.getByLabel('Public Key').fill(' whsec_abc\n');
  assert.match(await seller.locator('[data-named=public_key]').innerText(), /webhook secret/);
  await seller.getByLabel('Secret Key', { exact: true }).fill('sk_test_abc');
  assert.match(await seller.locator('[data-named=secret_key]').innerText(), /no real payment would arrive/);
});

test('ac_09 keys in each other’s field are recognised, and one press swaps them', async () => {
  await openStripeSettings(seller);
  await seller.getByLabel('Public Key').fill(demo.secret_key);
  await seller.getByLabel('Secret Key', { exact: true }).fill(demo.public_key);
  await seller.getByRole('button', { name: 'Swap the two keys' }).click();
  assert.equal(await seller.getByLabel('Public Key').inputValue(), demo.public_key);
  assert.equal(await seller.getByLabel('Secret Key', { exact: true }).inputValue(), demo.secret_key);
});

test('ac_09 ac_18 without the script the server recognises it too: pressing Save again is the one press', async () => {
  await openStripeSettings(seller);
  await saveKeys(seller, demo.secret_key, demo.public_key);
  assert.match(await said(), /They are swapped now: press Save/);
  assert.ok(!(await seller.content()).includes(demo.secret_key), 'the secret key is never in a page');
  await picture(seller, 'keys-swapped');
  await press(seller, 'Save');
  assert.match(await said(), /Active\. Customers can pay by card/);
});

const WRONG = [
  ['ac_07 a public test key is refused', (k) => [k.public.replace('_live_', '_test_'), k.secret], /This is a test key\. The Public Key for real payments starts with pk_live_/],
  ['ac_08 a secret test key is refused with its own warning', (k) => [k.public, k.secret.replace('_live_', '_test_')], /This is a test key: no real payment would arrive/],
  ['ac_10 a secret key that Stripe does not know is refused', (k) => [k.public, 'sk_live_51NobodyKnowsThisKey0000000000'], /Stripe does not know this key/],
];

for (const [sentence, pair, words] of WRONG) {
  test(`${sentence}, and ac_12 the previous configuration keeps working`, async () => {
    await openStripeSettings(seller);
    const [publicKey, secretKey] = pair({ public: demo.public_key, secret: demo.secret_key });
    await saveKeys(seller, publicKey, secretKey, { password: OWNER.password });
    assert.match(await said(), words);
    assert.equal(await seller.getByLabel('Public Key').inputValue(), publicKey, 'what was typed is still there');
    assert.equal(await seller.getByLabel('Secret Key', { exact: true }).inputValue(), '', 'but for the secret');
    await axe(seller);
    await seller.goto(`${demo.url}/settings/billing`);
    assert.match(await said(), /Active\. Customers can pay by card/);
  });
}

test('ac_10 keys of two accounts are told apart', async () => {
  const other = await otherAccount();
  await openStripeSettings(seller);
  await saveKeys(seller, other.publishable, demo.secret_key, { password: OWNER.password });
  assert.match(await said(), /The Public Key belongs to another account than the Secret Key/);
  await picture(seller, 'keys-two-accounts');
});

test('ac_13 unticking removes the Pay button at once and keeps the keys', async () => {
  const { link } = await issueInvoice(seller, { price: '12.00' });
  const payer = await pageAt(browser, { width: 360 });
  await payer.goto(link);
  assert.equal(await payer.locator('.pay a.button').count(), 1);
  await openStripeSettings(seller);
  await saveKeys(seller, demo.public_key, '', { enabled: false });
  assert.match(await said(), /Switched off/);
  await payer.reload();
  assert.equal(await payer.locator('.pay a.button').count(), 0);
  await openStripeSettings(seller);
  await saveKeys(seller, demo.public_key, '');
  await payer.reload();
  assert.equal(await payer.locator('.pay a.button').count(), 1);
  assertCalm(payer);
  await payer.context().close();
});

test('ac_10 a revoked key is told when it is saved again, and the payer is told that nothing was charged', async () => {
  const { link } = await issueInvoice(seller, { price: '13.00' });
  await control(demo, 'revoke_key', { key: demo.secret_key });
  const payer = await pageAt(browser, { width: 360 });
  await payer.goto(`${link}/pay`);
  await payer.locator('#pay-says').waitFor();
  assert.match(await payer.locator('#pay-says').innerText(), /not been charged|Nothing has been charged/);
  await payer.context().close();
  await openStripeSettings(seller);
  await saveKeys(seller, demo.public_key, demo.secret_key, { password: OWNER.password });
  assert.match(await said(), /expired or was revoked/);
});
