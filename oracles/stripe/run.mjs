// Things we did not write judge our Stripe client and the rehearsal. See README.md.

import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { Report } from './lib/report.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, '../..');
const debug = resolve(root, 'target/debug');

const { values: flags } = parseArgs({
  options: {
    golden: { type: 'string', default: resolve(debug, 'examples/golden') },
    verdicts: { type: 'string', default: resolve(debug, 'examples/verdicts') },
    rehearsal: { type: 'string', default: resolve(debug, 'fake_stripe') },
    running: { type: 'string' },
    python: { type: 'string', default: 'python3' },
    only: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

const CHECKS = ['golden', 'webhooks', 'drive', 'types', 'page'];

if (flags.help) {
  console.log('node oracles/stripe/run.mjs [--golden PROGRAM] [--verdicts PROGRAM] [--rehearsal PROGRAM | --running JSON] [--python PROGRAM] [--only ' + CHECKS.join(',') + ']');
  process.exit(0);
}

const wanted = flags.only ? flags.only.split(',') : CHECKS;
const unknown = wanted.filter((name) => !CHECKS.includes(name));
if (unknown.length > 0) throw new Error(`no such check: ${unknown}; there are ${CHECKS}`);

const report = new Report();
const context = {
  root,
  here,
  goldenProgram: flags.golden,
  verdictsProgram: flags.verdicts,
  rehearsalProgram: flags.rehearsal,
  running: flags.running,
  python: flags.python,
  wanted,
};

for (const name of CHECKS.filter((name) => wanted.includes(name))) {
  console.log(`\n# ${name}`);
  // A check that breaks is a failure, never a silence.
  try {
    const module = await import(`./checks/${name}.mjs`);
    await module[name](report, context);
  } catch (error) {
    report.check(`the check "${name}" runs to its end`, false, error?.stack ?? error);
  }
}

console.log(`\n${report.passed} passed, ${report.failed} failed`);
process.exit(report.failed === 0 && report.passed > 0 ? 0 : 1);
