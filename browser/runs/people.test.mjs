// People who go another way: without a mouse, in French, from a bank account instead of a card.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { CARDS, cardForm, charges, control, issueInvoice, OWNER, press, seeReceipt, waitForStanding } from '../kit/acts.mjs';
import { axe } from '../kit/axe.mjs';
import { assertCalm, assertNoSidewaysScroll, pageAt, picture } from '../kit/browser.mjs';
import { enter, focused, tabTo, type } from '../kit/keyboard.mjs';
import { openShop } from '../kit/shop.mjs';

const DAYS = 86_400;

let shop;

before(async () => {
  shop = await openShop();
});

after(async () => {
  if (shop) assert.equal(await shop.close(), 0);
});

async function chargesOf(amount) {
  return (await charges(shop.demo)).filter((charge) => charge.amount === amount).length;
}

test('ac_19 with the keyboard alone an invoice is written, issued, opened, paid by card, and its receipt read', async () => {
  const seller = await pageAt(shop.browser);
  await seller.goto(`${shop.demo.url}/invoices/new`);
  await type(seller, 'Email', OWNER.email);
  await type(seller, 'Password', OWNER.password);
  await enter(seller, 'Sign in');
  assert.match(seller.url(), /\/invoices\/new$/);
  await seller.keyboard.press('Tab');
  assert.equal((await focused(seller)).name, 'Skip to content', 'the first Tab offers the way past the menu');
  await seller.keyboard.press('Enter');
  await tabTo(seller, 'customer');
  await seller.keyboard.press('ArrowDown');
  await type(seller, 'line-1-description', 'Design work');
  await type(seller, 'line-1-quantity', '2');
  await type(seller, 'line-1-price', '10.50');
  await enter(seller, 'Review and issue');
  await enter(seller, 'Issue invoice');
  const number = /Invoice (\S+)/.exec(await seller.locator('h1').innerText())?.[1];
  await enter(seller, 'Open as your customer sees it');
  const link = seller.url();
  assertCalm(seller);

  const payer = await shop.payer();
  await payer.goto(link);
  await enter(payer, /^Pay \$21\.00/);
  await cardForm(payer);
  for (const [field, text] of [['number', CARDS.pays], ['expiry', '12 / 40'], ['cvc', '123']]) await type(payer, field, text);
  await tabTo(payer, /^Pay \$21\.00/);
  await payer.keyboard.press('Enter');
  await seeReceipt(payer);
  await enter(payer, /invoice/i);
  assert.equal(await chargesOf(2100), 1);
  await waitForStanding(shop.seller, shop.demo, number, 'Paid');
  assertCalm(payer);
  await payer.context().close();
  await seller.context().close();
});

/** Chooses the bank debit in Stripe's frame and presses Pay. */
async function payFromBank(page, link, account) {
  await page.goto(`${link}/pay`);
  const form = await cardForm(page);
  await form.locator('input[name=method][value=debit]').check();
  await form.locator('#account').fill(account);
  await page.locator('#pay-button').click();
}

/** The seller presses "Ask Stripe now" until the list says this. */
async function askUntil(number, word) {
  for (let n = 0; n < 20; n += 1) {
    await shop.seller.goto(`${shop.demo.url}/settings/billing`);
    await press(shop.seller, 'Ask Stripe now');
    const late = await waitForStanding(shop.seller, shop.demo, number, word, 3).then(() => false, () => true);
    if (!late) return;
  }
  throw new Error(`${number} never became ${word}`);
}

test('pay_16 ac_20 a bank debit is processing for days, is not asked for twice, and then is paid, or open again', async () => {
  const { keys } = await (await fetch(`${shop.demo.stripe_url}/_control/keys`)).json();
  const ours = keys.find((account) => account.live.secret === shop.demo.secret_key);
  await control(shop.demo, 'bank_debits', { account: ours.account, enabled: true });
  const good = await issueInvoice(shop.seller, { price: '61.00' });
  const bad = await issueInvoice(shop.seller, { price: '62.00' });
  for (const [invoice, account] of [[good, '000123456789'], [bad, '000111111113']]) {
    const page = await shop.payer();
    await payFromBank(page, invoice.link, account);
    await page.getByText('Your bank is still working on it').first().waitFor();
    await axe(page);
    await assertNoSidewaysScroll(page);
    await picture(page, 'processing-360');
    await page.goto(invoice.link);
    assert.equal(await page.locator('.pay a.button').count(), 0, 'what is under way is not asked for again');
    await waitForStanding(shop.seller, shop.demo, invoice.number, 'Processing');
    assertCalm(page);
    await page.context().close();
  }
  assert.equal(await chargesOf(6100), 0);
  await control(shop.demo, 'advance', { seconds: 4 * DAYS });
  await askUntil(good.number, 'Paid');
  await askUntil(bad.number, 'Open');
  assert.deepEqual([await chargesOf(6100), await chargesOf(6200)], [1, 0]);
  const again = await shop.payer();
  await again.goto(bad.link);
  assert.equal(await again.locator('.pay a.button').count(), 1, 'it can be paid another way');
  await again.context().close();
});
