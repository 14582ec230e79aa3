// Every page stands: no finding of axe, no sideways scrolling, nothing in the console; light and dark, desk and phone,
// in English, Chinese, and read from right to left.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { signIn, startBrowser, standsEverywhere, settled, type Browser } from './browser.ts';
import { PASSWORD, UTILITY, startMainspring, type Mainspring } from './mainspring.ts';

const account = (code: string, tab: string) => `/u/${UTILITY}/accounts/${code}?tab=${tab}`;
const PAGES: readonly (readonly [name: string, address: string])[] = [
  ['customers', `/u/${UTILITY}/accounts`],
  ['overview', account('SVA-DUAL', 'overview')],
  ['held-back', account('SVA-HIGH', 'overview')],
  ['meters', account('SVA-DUAL', 'meters')],
  ['intervals', `${account('SVA-CLOCK', 'meters')}&from=2026-03-25&to=2026-04-05`],
  ['bills', account('SVA-DUAL', 'bills')],
  ['money', account('SVA-DUAL', 'money')],
  ['notes', account('SVA-DUAL', 'notes')],
  ['timeline', account('SVA-DUAL', 'timeline')],
  ['cashier', `/u/${UTILITY}/cashier?account=SVA-DUAL`],
  ['day-list', `/u/${UTILITY}/payments`],
  ['settings', '/settings'],
  ['not-found', '/u/nowhere/else/at/all'],
];

let mainspring: Mainspring;
let browser: Browser;
before(
  async () => {
    mainspring = await startMainspring();
    browser = await startBrowser();
  },
  { timeout: 600_000 },
);
after(async () => {
  await browser.close();
  await mainspring.stop();
});

describe('every page', () => {
  it('of sign-in and set-up stands', async () => {
    await browser.page.goto(`${mainspring.url}/sign-in`);
    await standsEverywhere(browser, 'sign-in');
    await browser.page.goto(`${mainspring.url}/setup/token`);
    await standsEverywhere(browser, 'set-up');
    await browser.page.goto(`${mainspring.url}/setup#token`);
    await standsEverywhere(browser, 'choose-password');
  });

  it('of the inside stands', async () => {
    await signIn(browser.page, mainspring.url, 'sue', PASSWORD);
    for (const [name, address] of PAGES) {
      await browser.page.goto(`${mainspring.url}${address}`);
      await standsEverywhere(browser, name);
    }
  });

  it('is at most 250 KB on the wire when it is seen for the first time', async () => {
    const { page } = browser;
    const session = await page.context().newCDPSession(page);
    await session.send('Network.clearBrowserCache');
    await page.goto(`${mainspring.url}${account('SVA-DUAL', 'overview')}`);
    await settled(page);
    const bytes = await page.evaluate(() =>
      [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
        .map((entry) => (entry as PerformanceResourceTiming).encodedBodySize)
        .reduce((sum, each) => sum + each, 0),
    );
    assert.ok(bytes > 50_000 && bytes < 250_000, `${bytes} bytes`);
  });

  it('stands in Chinese and from right to left', async () => {
    const { page } = browser;
    for (const code of ['zh', 'en-rtl']) {
      await page.evaluate((chosen) => localStorage.setItem('mainspring.language', chosen), code);
      for (const tab of ['overview', 'money']) {
        await page.goto(`${mainspring.url}${account('SVA-DUAL', tab)}`);
        await standsEverywhere(browser, `${tab}-${code}`);
      }
    }
    assert.equal(await page.evaluate(() => document.documentElement.dir), 'rtl');
    await page.evaluate(() => localStorage.removeItem('mainspring.language'));
  });

  it('of a bill stands, with everything opened', async () => {
    const { page } = browser;
    await page.goto(`${mainspring.url}${account('SVA-DUAL', 'bills')}`);
    await page.getByRole('row').nth(1).getByRole('link').click();
    await settled(page);
    const bill = page.url();
    for (const tab of ['paper', 'why', 'posting']) {
      await page.goto(`${bill}?tab=${tab}`);
      await settled(page);
      for (const summary of await page.locator('summary').all()) await summary.click();
      await standsEverywhere(browser, `bill-${tab}`);
    }
  });
});
