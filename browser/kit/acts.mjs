// What a seller and a payer do, as sentences: by the labels they read, never by the names of fields.

import assert from 'node:assert/strict';

/** Stripe's published numbers, by what becomes of them. */
export const CARDS = {
  pays: '4242424242424242',
  declined: '4000000000000002',
  noFunds: '4000000000009995',
  asks3ds: '4000000000003220',
};

export const OWNER = { name: 'Line Tremblay', email: 'line@studio.example', password: 'une phrase de passe assez longue' };

/** Sends the form that holds this button, and waits for the page that answers. */
export async function press(page, name) {
  const before = page.url();
  await Promise.all([page.waitForEvent('domcontentloaded'), page.getByRole('button', { name, exact: true }).click()]);
  return before;
}

/** Follows a link of the page's main part, or of its menu. */
export async function follow(page, name) {
  await Promise.all([
    page.waitForEvent('domcontentloaded'),
    page.getByRole('link', { name, exact: typeof name === 'string' }).filter({ visible: true }).first().click(),
  ]);
}

/** The four short pages of the first run, in English: online payment is left for later. */
export async function setUp(page, demo) {
  await page.goto(demo.setup_url);
  await page.getByLabel('Your name').fill(OWNER.name);
  await page.getByLabel('Email').fill(OWNER.email);
  await page.getByLabel('Password').fill(OWNER.password);
  await page.getByLabel('Language').selectOption('en');
  await press(page, 'Create your account');
  await page.getByLabel('Business name').fill('Studio Érable');
  await page.getByLabel('Street address').fill('1 rue Saint-Paul');
  await page.getByLabel('City').fill('Montréal');
  await page.getByLabel('Province or state').fill('QC');
  await page.getByLabel('Postal code').fill('H2Y 1G7');
  await page.getByLabel('Email for customers').fill('bonjour@studio.example');
  await press(page, 'Save and continue');
  await page.getByLabel('Taxes you charge').selectOption('small');
  await press(page, 'Save and continue');
  await follow(page, 'Do this later');
}

/** Settings → Billing Settings → section Online Payment → Edit Stripe settings. */
export async function openStripeSettings(page) {
  await follow(page, 'Settings');
  await follow(page, 'Billing Settings');
  assert.ok(await page.getByRole('heading', { name: 'Online Payment', exact: true }).isVisible());
  await follow(page, 'Edit Stripe settings');
}

/** Fills the form as the guide says and presses Save. */
export async function saveKeys(page, publicKey, secretKey, { currency = 'CAD', enabled = true, password = '' } = {}) {
  await page.getByLabel('Online payment enabled').setChecked(enabled);
  await page.getByLabel('Public Key').fill(publicKey);
  await page.getByLabel('Secret Key', { exact: true }).fill(secretKey);
  await page.getByLabel('Payment currency').selectOption(currency);
  if (password) await page.getByLabel('Your password').fill(password);
  await press(page, 'Save');
}

/** Writes a customer down. Answers nothing; the page is the customer's afterwards. */
export async function addCustomer(page, { name = 'Atelier Nord', email = 'compta@nord.example', language = 'en' } = {}) {
  await follow(page, 'Customers');
  await follow(page, 'New customer');
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.locator('#email').fill(email);
  await page.locator('#province').fill('QC');
  await page.locator('#language').selectOption(language);
  await press(page, 'Save customer');
}

/** Writes an invoice for the only customer and issues it. Answers the payment link and the number. */
export async function issueInvoice(page, { what = 'Design work', price = '249.50' } = {}) {
  await follow(page, 'Invoices');
  await follow(page, 'New invoice');
  await page.locator('#customer').selectOption({ index: 1 });
  await page.locator('#line-1-description').fill(what);
  await page.locator('#line-1-quantity').fill('1');
  await page.locator('#line-1-price').fill(price);
  await press(page, 'Review and issue');
  await press(page, 'Issue invoice');
  const link = await page.getByRole('link', { name: 'Open as your customer sees it' }).getAttribute('href');
  const number = /Invoice (\S+)/.exec(await page.locator('h1').innerText())?.[1];
  assert.ok(link && number, 'an issued invoice has a link and a number');
  return { link, number };
}

/** The frame that is Stripe's, with the card fields in it, ready to be typed into. */
export async function cardForm(page) {
  await page.locator('#pay-form[data-ready]').waitFor();
  return page.frameLocator('iframe[name^="__privateStripeFrame"]').first();
}

/** Types a card into Stripe's fields, in whichever language they stand. */
export async function typeCard(page, number) {
  const form = await cardForm(page);
  await form.locator('#number').fill(number);
  await form.locator('#expiry').fill('12 / 40');
  await form.locator('#cvc').fill('123');
}

/** Opens the invoice's link, goes to the card form, and pays with this card; does not wait for the end. */
export async function payWith(page, link, number) {
  await page.goto(link);
  await page.locator('.pay a.button').click();
  await typeCard(page, number);
  await page.locator('#pay-button').click();
}

/** Types a card on the page that Stripe hosts, and pays there. */
export async function typeCardThere(demo, page, number) {
  await page.waitForURL((url) => url.href.startsWith(`${demo.stripe_url}/rehearsal/checkout`));
  await page.locator('#form').waitFor();
  await page.locator('#email').fill('payer@example.test');
  await page.locator('#number').fill(number);
  await page.locator('#expiry').fill('12 / 34');
  await page.locator('#cvc').fill('123');
  await page.locator('#holder').fill('P. Ayer');
  await page.locator('#pay').click();
}

/** The address that the letter of the Customer Area leads to, as the seller reads it in the outbox. */
export async function areaLink({ seller, demo }) {
  for (let tries = 0; tries < 40; tries += 1) {
    await seller.goto(`${demo.url}/outbox`);
    const door = seller.getByRole('link', { name: /^Your invoices from/ }).first();
    if (await door.count()) {
      await Promise.all([seller.waitForEvent('domcontentloaded'), door.click()]);
      return seller.locator('a[href*="/area/"]').first().getAttribute('href');
    }
    await seller.waitForTimeout(300);
  }
  throw new Error('no letter with a link to the Customer Area');
}

/** Waits for the receipt. */
export async function seeReceipt(page) {
  await page.waitForURL(/\/receipt$/);
  assert.ok(await page.locator('.receipt').isVisible());
}

/** Waits until the seller's list says this of the invoice. */
export async function waitForStanding(page, demo, number, word, seconds = 30) {
  const until = Date.now() + seconds * 1000;
  for (;;) {
    await page.goto(`${demo.url}/invoices`);
    const row = page.locator('tr', { hasText: number });
    const said = await row.locator('.chip').innerText();
    if (said.trim() === word) return;
    if (Date.now() > until) throw new Error(`after ${seconds} s the list says “${said}” of ${number}, not “${word}”`);
    await page.waitForTimeout(300);
  }
}

/** Tells the rehearsal to do something; answers what it answers. */
export async function control(demo, verb, body) {
  const answer = await fetch(`${demo.stripe_url}/_control/${verb}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const said = await answer.text();
  assert.ok(answer.ok, `${verb}: ${answer.status} ${said}`);
  return said ? JSON.parse(said) : null;
}

/** Every charge that succeeded at the rehearsal. */
export async function charges(demo) {
  const said = await (await fetch(`${demo.stripe_url}/_control/charges`)).json();
  return Array.isArray(said) ? said : said.charges;
}
