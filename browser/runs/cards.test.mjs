// Cards that are kept: while paying on a phone, in the Customer Area without a payment, paid with by one press, removed.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { axe } from '../kit/axe.mjs';
import { CARDS, areaLink, cardForm, charges, follow, issueInvoice, press, seeReceipt, typeCard } from '../kit/acts.mjs';
import { assertCalm, assertNoSidewaysScroll, picture } from '../kit/browser.mjs';
import { openShop } from '../kit/shop.mjs';

let shop;

before(async () => {
  shop = await openShop();
});

after(async () => {
  if (shop) assert.equal(await shop.close(), 0);
});

/** Looks at the page as it stands, at this width, in both themes, and keeps pictures. */
async function look(page, name) {
  await axe(page);
  await assertNoSidewaysScroll(page);
  await picture(page, name);
}

test('a card is kept while paying on a phone, then found, used by one press, added and removed in the Customer Area', async () => {
  const { seller, demo } = shop;
  const first = await issueInvoice(seller, { price: '51.00' });
  const phone = await shop.payer();
  await phone.goto(`${first.link}/pay`);
  await cardForm(phone);
  const [keep, autopay] = [phone.locator('#keep-card'), phone.locator('#autopay')];
  assert.equal(await keep.isChecked(), false);
  assert.equal(await autopay.isChecked(), false);
  // Whoever has it paid by itself has the card kept, and sees it.
  await autopay.check();
  assert.equal(await keep.isChecked(), true);
  await keep.uncheck();
  assert.equal(await autopay.isChecked(), false);
  await keep.check();
  await look(phone, 'cards-pay-360');
  await typeCard(phone, CARDS.pays);
  await phone.locator('#pay-button').click();
  await seeReceipt(phone);

  const second = await issueInvoice(seller, { price: '52.00' });
  await phone.goto(`${demo.url}/area`);
  await phone.getByLabel('Email address').fill('compta@nord.example');
  await press(phone, 'Send me the link');
  await phone.goto(await areaLink(shop));
  await press(phone, 'Open my invoices');
  await look(phone, 'cards-area-360');
  await follow(phone, 'Your cards and automatic payment');
  await phone.getByText('Visa •••• 4242').first().waitFor();
  await look(phone, 'cards-list-360');
  await follow(phone, /^Pay automatically/);
  await look(phone, 'cards-autopay-360');
  await press(phone, 'Start automatic payment');
  await phone.getByRole('heading', { name: 'There is a problem' }).waitFor();
  await phone.getByLabel(/^Pay Atelier Nord/).check();
  await press(phone, 'Start automatic payment');
  await phone.getByText('Pays invoices automatically on their due date').waitFor();
  await look(phone, 'cards-autopay-on-360');

  await follow(phone, 'Back to your invoices');
  await follow(phone, new RegExp(`^Pay ${second.number}`));
  await look(phone, 'cards-one-press-360');
  await press(phone, 'Pay $52.00 with Visa •••• 4242');
  await phone.getByText('Visa •••• 4242').first().waitFor();
  const made = await charges(demo);
  assert.equal(made.filter((charge) => charge.amount === 5200).length, 1);

  await phone.goto(`${demo.url}/area/cards`);
  await follow(phone, 'Add a card');
  await cardForm(phone);
  await look(phone, 'cards-add-360');
  await typeCard(phone, '5555555555554444');
  await phone.locator('#pay-button').click();
  await phone.waitForURL(/\/area\/cards$/);
  await phone.getByText('Mastercard •••• 4444').first().waitFor();
  await phone.getByRole('link', { name: 'Remove Visa •••• 4242' }).click();
  await look(phone, 'cards-remove-360');
  await press(phone, 'Remove Visa •••• 4242');
  await phone.getByText('Visa •••• 4242 has been removed').waitFor();
  assert.equal(await phone.getByText('Good until').count(), 1);
  // The browser itself notes the one form that was sent without its box; nothing else may be said.
  const refused = phone.complaints.findIndex((line) => line.includes('422'));
  assert.notEqual(refused, -1);
  phone.complaints.splice(refused, 1);
  assertCalm(phone);

  await seller.goto(`${demo.url}/customers`);
  await follow(seller, 'Atelier Nord');
  await follow(seller, 'Mastercard •••• 4444');
  await look(seller, 'cards-seller');
  for (const theme of ['light', 'dark']) {
    for (const language of ['en-CA', 'fr-CA']) {
      const cookies = await phone.context().cookies();
      const again = await shop.payer({ theme, lang: language });
      await again.context().addCookies(cookies.filter((cookie) => cookie.name === 'area'));
      await again.goto(`${demo.url}/area/cards?lang=${language.slice(0, 2)}`);
      await look(again, `cards-list-${theme}-${language}-360`);
      await again.goto(`${first.link}/pay?lang=${language.slice(0, 2)}`);
      await again.context().close();
    }
  }
  await phone.context().close();
});
