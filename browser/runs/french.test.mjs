// Le guide et le paiement, en français du premier au dernier mot: what the product says is read for English.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { CARDS, cardForm, follow, OWNER, press, seeReceipt } from '../kit/acts.mjs';
import { axe } from '../kit/axe.mjs';
import { assertCalm, assertNoSidewaysScroll, launch, pageAt, picture } from '../kit/browser.mjs';
import { startDemo } from '../kit/demo.mjs';

// Words of our own pages that French does not have. What people typed stands beside them and is French here.
const ENGLISH = /(?<!\p{L})(the|your|you|and|with|this|Save|Invoice|Customers?|Settings|Sign (in|out)|Pay|Due|Paid|Password|Receipt|Back|New|Amount)(?!\p{L})/u;
const NBSP = '[\u00a0\u202f ]';

let demo;
let browser;
let seller;

before(async () => {
  demo = await startDemo(['--empty']);
  browser = await launch();
  seller = await pageAt(browser, { lang: 'fr-CA' });
});

after(async () => {
  await browser?.close();
  if (demo) assert.equal(await demo.stop(), 0);
});

/** The page stands in French and reads so. Names of time zones are nobody's language; those of a key's rights are Stripe's. */
async function isFrench(page) {
  assert.match(await page.locator('html').getAttribute('lang'), /^fr/);
  const said = await page.locator('main').evaluate((main) => {
    const zones = [...main.querySelectorAll('#time_zone option')].map((option) => option.textContent);
    const rights = [...main.querySelectorAll('dl.stacked dt')].map((name) => name.innerText);
    const ours = (line) => !zones.includes(line) && !rights.includes(line);
    return main.innerText.split('\n').filter(ours).join('\n');
  });
  const foreign = said.split('\n').filter((line) => ENGLISH.test(line));
  assert.deepEqual(foreign, [], `${page.url()} speaks English`);
}

test('ac_05 ac_19 la mise en route, le guide, une facture, le paiement et le reçu, tout en français', async () => {
  await seller.goto(demo.setup_url);
  await isFrench(seller);
  await seller.getByLabel('Votre nom').fill(OWNER.name);
  await seller.getByLabel('Courriel').fill(OWNER.email);
  await seller.getByLabel('Mot de passe').fill(OWNER.password);
  await press(seller, 'Créer votre compte');
  await isFrench(seller);
  for (const [label, text] of [
    ['Nom de l’entreprise', 'Studio Érable'], ['Adresse', '1 rue Saint-Paul'], ['Ville', 'Montréal'],
    ['Province', 'Québec'], ['Code postal', 'H2Y 1G7'], ['Courriel', 'bonjour@studio.example'],
  ]) await seller.getByLabel(new RegExp(`^${label}`)).first().fill(text);
  await press(seller, 'Enregistrer et continuer');
  await isFrench(seller);
  await seller.locator('#preset').selectOption('small');
  await press(seller, 'Enregistrer et continuer');
  await isFrench(seller);
  await follow(seller, 'Configurer le paiement en ligne');
  await isFrench(seller);
  await seller.getByLabel('Paiement en ligne activé').check();
  await seller.getByLabel('Clé publique').fill(demo.public_key);
  await seller.getByLabel('Clé secrète', { exact: true }).fill(demo.secret_key);
  await seller.getByLabel('Devise de paiement').selectOption('CAD');
  await press(seller, 'Enregistrer');
  assert.match(await seller.locator('main').innerText(), /Actif\. Les clients peuvent payer par carte/);
  await isFrench(seller);
  await axe(seller);

  await follow(seller, 'Clients');
  await isFrench(seller);
  await follow(seller, 'Nouveau client');
  await seller.locator('#name').fill('Café Zoé');
  await seller.locator('#email').fill('zoe@cafe.example');
  await seller.locator('#province').fill('QC');
  await press(seller, 'Enregistrer le client');
  await isFrench(seller);
  await follow(seller, 'Factures');
  await isFrench(seller);
  await follow(seller, 'Nouvelle facture');
  await isFrench(seller);
  await seller.locator('#customer').selectOption({ index: 1 });
  await seller.locator('#line-1-description').fill('Conception d’une affiche');
  await seller.locator('#line-1-quantity').fill('1,5');
  await seller.locator('#line-1-price').fill('1 234,56');
  await press(seller, 'Vérifier et émettre');
  await isFrench(seller);
  await press(seller, 'Émettre la facture');
  await isFrench(seller);
  const link = await seller.getByRole('link', { name: 'Ouvrir comme votre client la voit' }).getAttribute('href');

  const phone = await pageAt(browser, { width: 360, lang: 'fr-CA' });
  await phone.goto(link);
  await isFrench(phone);
  const pays = new RegExp(`^Payer 1${NBSP}851,84${NBSP}\\$`);
  await phone.getByRole('link', { name: pays }).click();
  const form = await cardForm(phone);
  await isFrench(phone);
  await picture(phone, 'payer-360-fr');
  await form.getByLabel('Numéro de carte').fill(CARDS.noFunds);
  await form.locator('#expiry').fill('12 / 40');
  await form.locator('#cvc').fill('123');
  await phone.getByRole('button', { name: pays }).click();
  await phone.locator('#pay-says').waitFor();
  assert.match(await phone.locator('#pay-says').innerText(), /Aucun montant n’a été prélevé/);
  await isFrench(phone);
  await form.getByLabel('Numéro de carte').fill(CARDS.pays);
  await phone.getByRole('button', { name: pays }).click();
  await seeReceipt(phone);
  await isFrench(phone);
  await axe(phone);
  await assertNoSidewaysScroll(phone);
  // The browser itself notes the one card that was declined; nothing else may be said.
  const declined = phone.complaints.findIndex((line) => line.includes('402'));
  assert.notEqual(declined, -1);
  phone.complaints.splice(declined, 1);
  assertCalm(phone);
  await phone.context().close();

  await seller.goto(`${demo.url}/outbox`);
  await seller.getByText(/^Reçu pour la facture/).first().waitFor();
  await isFrench(seller);
  await seller.goto(demo.url);
  await isFrench(seller);
  assertCalm(seller);
});
