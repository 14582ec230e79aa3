// Debian's Chromium, driven by the keyboard, with what every page must stand: no finding of axe, no error in the console.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext, type Page } from 'playwright-core';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const LOOKS = [
  { name: 'light', width: 1280, height: 860, colorScheme: 'light' },
  { name: 'dark', width: 1280, height: 860, colorScheme: 'dark' },
  { name: 'phone', width: 390, height: 844, colorScheme: 'light' },
  { name: 'phone-dark', width: 390, height: 844, colorScheme: 'dark' },
] as const;
const SHOTS = process.env['MAINSPRING_SHOTS'];

interface Violation {
  id: string;
  nodes: { target: string[] }[];
}
declare global {
  interface Window {
    axe: { run: (context: Document, options: object) => Promise<{ violations: Violation[] }> };
  }
}

export interface Browser {
  page: Page;
  /** What the console complained about since the last call. */
  complaints: () => string[];
  close: () => Promise<void>;
}

export async function startBrowser(): Promise<Browser> {
  const profile = await mkdtemp(join(tmpdir(), 'mainspring-chromium-'));
  const context: BrowserContext = await chromium.launchPersistentContext(profile, {
    executablePath: '/usr/bin/chromium',
    headless: true,
    args: FLAGS,
    locale: 'en-GB',
    timezoneId: 'Europe/London',
    viewport: { width: 1280, height: 860 },
  });
  const page = context.pages()[0] ?? (await context.newPage());
  page.setDefaultTimeout(30_000);
  const heard: string[] = [];
  page.on('pageerror', (error) => heard.push(error.message));
  page.on('console', (message) => {
    // The browser itself reports every reply of 4xx; the pages show those that matter.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) heard.push(message.text());
  });
  const close = async () => {
    await context.close();
    await rm(profile, { recursive: true, force: true });
  };
  return { page, complaints: () => heard.splice(0), close };
}

/** Until what is asked for is shown: nothing waits any more. */
export async function settled(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle');
  await page.waitForFunction(() => document.querySelector('[data-loading]') === null);
}

async function findings(page: Page): Promise<string[]> {
  const source = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  await page.evaluate(source);
  return page.evaluate(async (tags) => {
    const { violations } = await window.axe.run(document, { runOnly: tags });
    return violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.target.join(' ')).join(', ')}`);
  }, WCAG);
}

/** No WCAG A or AA finding, no sideways scrolling, no complaint; light and dark, desk and phone. */
export async function standsEverywhere({ page, complaints }: Browser, name: string): Promise<void> {
  await settled(page);
  for (const look of LOOKS) {
    await page.setViewportSize({ width: look.width, height: look.height });
    await page.emulateMedia({ colorScheme: look.colorScheme, reducedMotion: 'reduce' });
    await settled(page);
    if (SHOTS !== undefined) await page.screenshot({ path: join(SHOTS, `${name}-${look.name}.png`), fullPage: true });
    assert.deepEqual(await findings(page), [], `${name}, ${look.name}`);
    const wider = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    assert.ok(wider <= 0, `${name}, ${look.name}: the page is ${wider} pixels too wide`);
  }
  await page.setViewportSize({ width: 1280, height: 860 });
  await page.emulateMedia({ colorScheme: 'light' });
  assert.deepEqual(complaints(), [], name);
}

/** Types and presses keys as a person would, and counts them. */
export class Keyboard {
  strokes = 0;
  private readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async press(...keys: string[]): Promise<void> {
    for (const key of keys) {
      await this.page.keyboard.press(key);
      this.strokes += 1;
    }
  }

  async type(text: string): Promise<void> {
    await this.page.keyboard.type(text);
    this.strokes += text.length;
  }
}

/** Signs whoever was signed in out of the way, and this one in. */
export async function signIn(page: Page, url: string, user: string, password: string): Promise<void> {
  await page.context().clearCookies();
  await page.goto(`${url}/sign-in`);
  await page.getByLabel('User').fill(user);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.keyboard.press('Enter');
  // The address changes before the page does: keys count once the frame and the first page in it are there.
  await page.getByRole('navigation').first().waitFor();
  await page.getByRole('main').getByRole('heading', { level: 1 }).waitFor();
  await settled(page);
}
