// A seller who has followed the guide, with one customer: where most stories of payments begin.

import { addCustomer, openStripeSettings, saveKeys, setUp } from './acts.mjs';
import { assertCalm, launch, pageAt } from './browser.mjs';
import { startDemo } from './demo.mjs';

/**
 * Starts an empty installation and brings it to where it takes payments.
 *
 * @param {{args?: string[], language?: 'en' | 'fr'}} how `language` is the customer's
 * @returns `demo`, `browser`, `seller` (a page that is signed in), `payer(how)` (a fresh page of somebody else, phone-sized) and
 *   `close()`, which answers the exit code
 */
export async function openShop({ args = [], language = 'en' } = {}) {
  const demo = await startDemo(['--empty', ...args]);
  const browser = await launch();
  const seller = await pageAt(browser);
  await setUp(seller, demo);
  await addCustomer(seller, { language });
  await openStripeSettings(seller);
  await saveKeys(seller, demo.public_key, demo.secret_key);
  assertCalm(seller);
  const payer = (how = {}) => pageAt(browser, { width: 360, ...how });
  const close = async () => {
    await browser.close();
    return demo.stop();
  };
  return { demo, browser, seller, payer, close };
}
