// Makes the picture of the README again: `node browser/pictures.mjs` after `cargo build`.

import { mkdirSync } from 'node:fs';

import { cardForm, issueInvoice } from './kit/acts.mjs';
import { openShop } from './kit/shop.mjs';

const folder = 'docs/pictures';

mkdirSync(folder, { recursive: true });
const shop = await openShop();
const invoice = await issueInvoice(shop.seller, { price: '1250.00' });
const payer = await shop.payer();
await payer.goto(`${invoice.link}/pay`);
await cardForm(payer);
await payer.screenshot({ path: `${folder}/pay.png` });
await shop.close();
