// The rehearsal's own pages: the hosted payment page, and a card kept by `confirmSetup` without a payment.

import assert from 'node:assert/strict';
import http from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { axe } from '../kit/axe.mjs';
import { assertNoSidewaysScroll, LANGUAGES, launch, pageAt, picture, THEMES } from '../kit/browser.mjs';
import { start, target } from '../kit/demo.mjs';

const program = process.env.REHEARSAL_BIN ?? join(target, 'debug/fake_stripe');
let browser;
let rehearsal;
let seller;

before(async () => {
  browser = await launch();
  rehearsal = await start(program, ['--listen', '127.0.0.1:0', '--json']);
  seller = await site(rehearsal);
});

after(async () => {
  await browser?.close();
  await seller?.close();
  await rehearsal?.stop();
});

test('a hosted page says no to a declined card, takes a good one, leads back, and is paid once', async () => {
  const { id, url } = await session();
  const page = await pageAt(browser, { width: 360 });
  await page.goto(url);
  await fill(page, '4000000000000002');
  await page.getByText('Your card was declined.').waitFor();
  await fill(page, '4242424242424242');
  await page.waitForURL(`${seller.url}/done?s=${id}`);
  await page.goto(url);
  await page.getByText('This payment page is done.').waitFor();
  assert.equal(await page.getByRole('button', { name: 'Pay' }).count(), 0);
  const after = await ask('GET', `/v1/checkout/sessions/${id}`);
  assert.deepEqual([after.status, after.payment_status, after.customer_details.email], ['complete', 'paid', 'p@example.test']);
  await page.context().close();
});

test('a hosted page leads through the bank and back, and says when the bank said no', async () => {
  const page = await pageAt(browser);
  for (const [answer, said] of [['Fail authentication', 'requires_payment_method'], ['Complete authentication', 'succeeded']]) {
    const { id, url } = await session();
    await page.goto(url);
    await fill(page, '4000000000003220');
    await page.getByRole('button', { name: answer }).click();
    if (said === 'succeeded') await page.waitForURL(`${seller.url}/done?s=${id}`);
    else await page.getByText('We are unable to authenticate your payment method.').waitFor();
    const after = await ask('GET', `/v1/checkout/sessions/${id}?expand[]=payment_intent`);
    assert.equal(after.payment_intent.status, said);
  }
  await page.context().close();
});

test('the hosted page is readable by everybody, on a phone, in both themes and both languages', async () => {
  const { url } = await session();
  for (const theme of THEMES) {
    for (const lang of LANGUAGES) {
      const page = await pageAt(browser, { width: 360, theme, lang });
      await page.goto(url);
      await page.locator('#pay').waitFor();
      await axe(page);
      await assertNoSidewaysScroll(page);
      await picture(page, `rehearsal-hosted-${theme}-${lang}`);
      await page.context().close();
    }
  }
});

test('a card is kept without a payment, after the bank was asked where it wants to be', async () => {
  const customer = await ask('POST', '/v1/customers', { name: 'P. Ayer' });
  const page = await pageAt(browser);
  for (const number of ['4242424242424242', '4000002500003155']) {
    const setup = await ask('POST', '/v1/setup_intents', { customer: customer.id, usage: 'off_session', 'automatic_payment_methods[enabled]': true });
    await page.goto(`${seller.url}/setup?s=${encodeURIComponent(setup.client_secret)}`);
    const form = page.frameLocator('iframe[name^="__privateStripeFrame"]').first();
    await form.getByLabel('Card number').fill(number);
    await form.getByLabel('Expiration date').fill('12 / 34');
    await form.getByLabel('Security code').fill('123');
    await page.getByRole('button', { name: 'Keep' }).click();
    if (number.endsWith('3155')) {
      await page.frameLocator('iframe[name="__stripeJSChallengeFrame"]').getByRole('button', { name: 'Complete authentication' }).click();
    }
    await page.getByText('succeeded, and read again: succeeded').waitFor();
  }
  const kept = await ask('GET', `/v1/customers/${customer.id}/payment_methods`);
  assert.deepEqual(kept.data.map((method) => method.card.last4), ['3155', '4242']);
  await page.context().close();
});

async function fill(page, number) {
  await page.getByLabel('Email').fill('p@example.test');
  await page.getByLabel('Card number').fill(number);
  await page.getByLabel('Expiration date').fill('12 / 34');
  await page.getByLabel('Security code').fill('123');
  await page.getByLabel('Cardholder name').fill('P. Ayer');
  await page.getByRole('button', { name: 'Pay' }).click();
}

function session() {
  return ask('POST', '/v1/checkout/sessions', {
    mode: 'payment',
    'line_items[0][price_data][currency]': 'cad',
    'line_items[0][price_data][unit_amount]': 24950,
    'line_items[0][price_data][product_data][name]': 'Facture nº 7',
    'line_items[0][quantity]': 1,
    success_url: `${seller.url}/done?s={CHECKOUT_SESSION_ID}`,
    cancel_url: `${seller.url}/back`,
  });
}

async function ask(method, path, form) {
  const answer = await fetch(rehearsal.url + path, {
    method,
    headers: { authorization: `Bearer ${rehearsal.keys[0].test.secret}`, 'content-type': 'application/x-www-form-urlencoded' },
    body: form && new URLSearchParams(Object.entries(form).map(([name, value]) => [name, String(value)])),
  });
  return answer.json();
}

/** A seller's pages: one that keeps a card, and everything else says where it is. */
async function site({ url, keys }) {
  const setup = `<!doctype html><title>Keep a card</title><div id="form"></div><button id="keep">Keep</button><p id="said"></p>
    <script src="${url}/endive/stripe.js"></script><script>
    const secret = new URLSearchParams(location.search).get('s');
    const stripe = Stripe('${keys[0].test.publishable}');
    const elements = stripe.elements({ clientSecret: secret });
    elements.create('payment').mount('#form');
    keep.onclick = async () => {
      const { error, setupIntent } = await stripe.confirmSetup({ elements, redirect: 'if_required', confirmParams: { return_url: location.origin } });
      const again = await stripe.retrieveSetupIntent(secret);
      said.textContent = (error?.code ?? setupIntent.status) + ', and read again: ' + again.setupIntent.status;
    };</script>`;
  const server = http.createServer((asked, answer) => {
    answer.setHeader('content-type', 'text/html; charset=utf-8');
    answer.end(asked.url.startsWith('/setup') ? setup : '<!doctype html><title>Seller</title>');
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  const close = () => new Promise((done) => { server.close(done); server.closeAllConnections(); });
  return { url: `http://127.0.0.1:${server.address().port}`, close };
}
