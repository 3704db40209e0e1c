// (e) The page script and the Stripe.js double against the official types of Stripe.js, by `tsc --checkJs`.

import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

import { run } from '../lib/process.mjs';

const SCRIPTS = [
  ['the page script', 'crates/app/assets/js/pay.js'],
  ['the Stripe.js double', 'crates/fake_stripe/assets/stripe.js'],
];

const CONFIG = {
  compilerOptions: {
    allowJs: true,
    checkJs: true,
    strict: true,
    noEmit: true,
    target: 'es2022',
    lib: ['es2022', 'dom', 'dom.iterable'],
    module: 'esnext',
    moduleResolution: 'bundler',
    skipLibCheck: true,
    types: ['@stripe/stripe-js'],
  },
};

export async function page(report, { root, here }) {
  for (const [name, path] of SCRIPTS) {
    const file = join(root, path);
    await report.attempt(`${name} (${path}) is there`, () => readFile(file));
    const text = await readFile(file, 'utf8').catch(() => null);
    if (text === null) continue;
    const errors = await compile(here, basename(path), text);
    report.check(`${name} fits the types of @stripe/stripe-js 10.2.1`, errors.length === 0, errors.slice(0, 20).join('\n'));
    // If misspelling what matters most is not noticed, the types do not reach that place.
    const misspelt = text.replaceAll('confirmPayment', 'confirmPaymnt');
    const noticed = misspelt !== text && (await compile(here, basename(path), misspelt)).length > 0;
    report.check(`misspelling confirmPayment in ${name} would be noticed`, noticed);
  }
}

async function compile(here, name, text) {
  const folder = await mkdtemp(join(tmpdir(), 'stripe-page-'));
  try {
    await symlink(join(here, 'node_modules'), join(folder, 'node_modules'));
    await writeFile(join(folder, name), text);
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ ...CONFIG, files: [name] }));
    await run(process.execPath, [join(here, 'node_modules/typescript/bin/tsc'), '-p', folder, '--pretty', 'false'], '', { cwd: folder });
    return [];
  } catch (error) {
    return String(error.message).split('\n').filter((line) => /error TS|^ {2}/.test(line));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
