// A person without a mouse: Tab, Shift+Tab, Enter, Space, and what the keys write.

import assert from 'node:assert/strict';

/**
 * What has the focus, in whichever frame: its role's tag, its name as a screen reader says it, its id, and whether
 * it can be seen that it has it.
 *
 * @param {import('playwright-core').Page} page
 */
export async function focused(page) {
  for (const frame of page.frames()) {
    const found = await frame.evaluate(() => {
      const element = document.activeElement;
      if (!document.hasFocus() || !element || element === document.body || element.tagName === 'IFRAME') return null;
      const label = element.labels?.[0]?.innerText;
      const look = getComputedStyle(element);
      return {
        tag: element.tagName.toLowerCase(),
        id: element.id,
        name: (element.getAttribute('aria-label') ?? label ?? element.innerText ?? '').trim().replace(/\s+/g, ' '),
        isSeen: look.outlineStyle !== 'none' || look.boxShadow !== 'none',
      };
    }).catch(() => null);
    if (found) return found;
  }
  return null;
}

/** Presses Tab until what has the focus bears this name or id; fails when it never comes, or comes unseen. */
export async function tabTo(page, wanted, presses = 90) {
  const passed = [];
  for (let n = 0; n < presses; n += 1) {
    await page.keyboard.press('Tab');
    const now = await focused(page);
    if (!now) continue;
    if (now.id === wanted || now.name === wanted || (wanted instanceof RegExp && wanted.test(now.name))) {
      assert.ok(now.isSeen, `${now.tag} “${now.name}” has the focus, and nobody can see it`);
      return now;
    }
    passed.push(now.name || now.id);
  }
  throw new Error(`Tab never reached “${wanted}”; it passed ${passed.join(' · ')}`);
}

/** Tabs to a field and writes into it, over what stands there. */
export async function type(page, field, text) {
  await tabTo(page, field);
  await page.keyboard.press('Control+A');
  await page.keyboard.type(text);
}

/** Tabs to a button or link and presses Enter on it; waits for the page that answers. */
export async function enter(page, name) {
  await tabTo(page, name);
  await Promise.all([page.waitForEvent('domcontentloaded'), page.keyboard.press('Enter')]);
}
