// axe-core judges what can be judged by machine: contrast, names, labels, landmarks, order of headings.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/**
 * Fails when axe finds a violation on the page as it stands, naming rule, element and remedy.
 *
 * Evaluated through the debugger and not as a script element, so that the page's own strict
 * Content-Security-Policy stays on while it is judged.
 *
 * @param {import('playwright-core').Page} page
 */
export async function axe(page) {
  await page.evaluate(source);
  const { violations } = await page.evaluate(() => {
    // A frame that went away while axe waits for it would let the whole run wait for ever.
    const late = new Promise((_, refuse) => setTimeout(() => refuse(new Error('axe did not answer within 30 s')), 30_000));
    return Promise.race([window.axe.run(document, { resultTypes: ['violations'] }), late]);
  });
  if (violations.length === 0) return;
  const told = violations.flatMap((violation) =>
    violation.nodes.map((node) => `${violation.id}: ${node.target.join(' ')}: ${violation.help}\n    ${node.html}`),
  );
  throw new Error(`axe: ${told.length} violations on ${page.url()}\n${told.join('\n')}`);
}
