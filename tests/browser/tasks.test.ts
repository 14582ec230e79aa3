// The tasks of a day, done with the keyboard alone; each within so many strokes and pages.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Keyboard, settled, signIn, startBrowser, type Browser } from './browser.ts';
import { PASSWORD, UTILITY, startMainspring, type Mainspring } from './mainspring.ts';

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

/** Does a task and says what it cost. */
async function costOf(task: (keys: Keyboard) => Promise<void>): Promise<{ strokes: number; pages: number }> {
  const keys = new Keyboard(browser.page);
  const seen: string[] = [];
  const onMove = () => {
    const at = new URL(browser.page.url()).pathname;
    if (seen.at(-1) !== at) seen.push(at);
  };
  browser.page.on('framenavigated', onMove);
  await task(keys);
  browser.page.off('framenavigated', onMove);
  return { strokes: keys.strokes, pages: seen.length };
}

describe('a cashier', () => {
  before(() => signIn(browser.page, mainspring.url, 'cash', PASSWORD));

  it('takes what is owed: page, account, amount as proposed, receipt', async () => {
    const { page } = browser;
    const cost = await costOf(async (keys) => {
      await keys.press('g', 'p');
      await page.getByLabel('Account').waitFor();
      await keys.type('SVA-DUAL');
      await keys.press('Enter');
      const amount = page.getByLabel('Amount in GBP');
      await amount.waitFor();
      await keys.press('Enter');
      await page.getByRole('article', { name: 'Receipt' }).waitFor();
    });
    assert.match(await page.getByRole('article', { name: 'Receipt' }).innerText(), /Owed now\s+£0\.00/);
    assert.deepEqual(cost, { strokes: 12, pages: 1 });
    await page.keyboard.press('Enter');
    await page.getByLabel('Account').waitFor();
  });

  it('is told of an amount that is none, and nothing is taken', async () => {
    const { page } = browser;
    await page.keyboard.type('SVA-ZERO');
    await page.keyboard.press('Enter');
    await page.getByLabel('Amount in GBP').waitFor();
    await page.keyboard.press('Control+A');
    await page.keyboard.type('1.005');
    await page.keyboard.press('Enter');
    await page.getByText('More decimal places than the currency has').waitFor();
    await page.keyboard.press('F2');
    await page.getByLabel('Account').waitFor();
  });

  it('finds the payment in the list of the day, and its receipt is a copy', async () => {
    const { page } = browser;
    await page.keyboard.press('Escape');
    await page.goto(`${mainspring.url}/u/${UTILITY}/payments`);
    await settled(page);
    assert.match(await page.getByRole('main').innerText(), /Cash\s+£[\d.]+ · 1/);
    await page.getByRole('row').nth(1).getByRole('link').click();
    await page.getByText('COPY', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Take it back' }).click();
    await page.getByLabel('Reason').fill('typed twice');
    await page.keyboard.press('Tab');
    await page.getByRole('dialog').getByRole('button', { name: 'Take it back' }).click();
    await page.getByText('Taken back', { exact: true }).waitFor();
  });
});

describe('somebody at the counter', () => {
  before(() => signIn(browser.page, mainspring.url, 'sue', PASSWORD));

  it('finds a customer by a part of the name, from anywhere', async () => {
    const { page } = browser;
    const cost = await costOf(async (keys) => {
      await keys.press('Control+K');
      await keys.type('rhys');
      await page.getByRole('option').first().waitFor();
      await page.getByRole('status').filter({ hasText: /hit/ }).waitFor({ state: 'attached' });
      await keys.press('Enter');
      await page.getByRole('heading', { level: 1, name: 'Rhys Davies' }).waitFor();
    });
    assert.deepEqual(cost, { strokes: 6, pages: 1 });
  });

  it('writes a note down', async () => {
    const { page } = browser;
    await page.goto(`${mainspring.url}/u/${UTILITY}/accounts/SVA-MOVEOUT?tab=notes`);
    await page.getByLabel('New note').fill('Left the keys with us.');
    await page.getByRole('button', { name: 'Write down' }).click();
    await page.getByRole('article').filter({ hasText: 'Left the keys with us.' }).waitFor();
    assert.equal(await page.getByLabel('New note').inputValue(), '');
  });

  it('explains a bill to the last rounding', async () => {
    const { page } = browser;
    await page.goto(`${mainspring.url}/u/${UTILITY}/accounts/SVA-DUAL?tab=bills`);
    await page.getByRole('row').nth(1).getByRole('link').click();
    await page.getByRole('tab', { name: 'Why' }).click();
    await page.locator('summary').first().waitFor();
    for (const summary of await page.locator('summary').all()) await summary.click();
    const told = await page.getByRole('main').innerText();
    for (const part of [
      /Rounded half up to £0\.01/,
      /Clause standing/,
      /Closing read of the bill before/,
      /SHA-256 of the proof: [0-9a-f]{64}/,
    ]) {
      assert.match(told, part);
    }
  });
});
