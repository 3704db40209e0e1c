// A real Chromium, its pages by width, theme and language, and nothing but loopback within its reach.

import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { chromium } from 'playwright-core';

import { target } from './demo.mjs';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A phone, and a laptop. */
export const WIDTHS = [360, 1280];
export const THEMES = ['light', 'dark'];
export const LANGUAGES = ['en-CA', 'fr-CA'];

/** Launches the browser: `QUITTANCE_CHROMIUM`, else where Debian, Ubuntu and Google put it. */
export async function launch() {
  const executablePath = process.env.QUITTANCE_CHROMIUM ?? PLACES.find((path) => existsSync(path));
  if (!executablePath) throw new Error('no Chromium: run `sudo apt-get install chromium`, or set QUITTANCE_CHROMIUM');
  return chromium.launch({ executablePath, args: ARGUMENTS });
}

/**
 * A fresh page with cookies of its own.
 *
 * `page.strangers` lists requests that left the machine (they are refused), `page.complaints` what the page
 * wrote to its console as an error and what it threw; a run ends with `assertCalm(page)`.
 *
 * @param {import('playwright-core').Browser} browser
 * @param {{width?: number, theme?: 'light' | 'dark', lang?: string, javaScript?: boolean}} how
 */
export async function pageAt(browser, { width = 1280, theme = 'light', lang = 'en-CA', javaScript = true } = {}) {
  const phone = width < 600;
  const context = await browser.newContext({
    viewport: { width, height: phone ? 740 : 900 },
    deviceScaleFactor: phone ? 2 : 1,
    hasTouch: phone,
    isMobile: phone,
    colorScheme: theme,
    reducedMotion: 'reduce',
    locale: lang,
    javaScriptEnabled: javaScript,
  });
  const page = await context.newPage();
  page.strangers = [];
  page.complaints = [];
  await context.route((url) => !isLoopback(url.hostname), (route) => {
    page.strangers.push(route.request().url());
    return route.abort();
  });
  page.on('pageerror', (error) => page.complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') page.complaints.push(message.text());
  });
  page.setDefaultTimeout(15_000);
  return page;
}

function isLoopback(host) {
  return host === 'localhost' || host === '127.0.0.1' || host === '[::1]' || host.endsWith('.localhost');
}

/** Fails when the page asked anybody outside for anything, broke, or wrote an error to its console. */
export function assertCalm(page) {
  const trouble = [...page.strangers.map((url) => `it asked ${url}`), ...page.complaints];
  if (trouble.length > 0) throw new Error(`the page is not calm:\n${trouble.join('\n')}`);
}

/** Keeps a picture in `target/screens/NAME.png`. */
export async function picture(page, name) {
  const folder = join(target, 'screens');
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}

/** Fails when the page is wider than its window: on a phone that means scrolling sideways, or letters too small. */
export async function assertNoSidewaysScroll(page) {
  const { width } = page.viewportSize();
  const wide = await page.evaluate(() => Math.max(document.documentElement.scrollWidth, innerWidth));
  if (wide > width) throw new Error(`the page is ${wide} px wide in a window of ${width} px`);
}
