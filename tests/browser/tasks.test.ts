// The tasks of a day, done with the keyboard alone; each within so many strokes and pages.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
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
    assert.equal(await page.getByRole('button', { name: 'Take it back' }).count(), 0);
  });
});

describe('anybody', () => {
  before(() => signIn(browser.page, mainspring.url, 'audit', PASSWORD));

  it('chooses language and colours, and signs out', async () => {
    const { page } = browser;
    await page.getByRole('button', { name: /Menu of/ }).click();
    await page.getByRole('menuitem', { name: '中文' }).click();
    await page.getByRole('heading', { level: 2, name: '下级单位' }).waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.lang), 'zh-CN');
    await page.getByRole('button', { name: '的菜单' }).click();
    await page.getByRole('menuitem', { name: 'English', exact: true }).click();
    await page.getByRole('button', { name: /Menu of/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    await page.goto(`${mainspring.url}/u/${UTILITY}/accounts/SVA-DUAL`);
    await page.waitForURL(
      (at) => at.pathname === '/sign-in' && at.searchParams.get('next') === `/u/${UTILITY}/accounts/SVA-DUAL`,
    );
  });

  it('is told when user or password is wrong, without a word which', async () => {
    const { page } = browser;
    await page.goto(`${mainspring.url}/sign-in`);
    await page.getByLabel('User').fill('audit');
    await page.getByLabel('Password', { exact: true }).fill('something else entirely');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').filter({ hasText: 'The user, the password or the code is wrong.' }).waitFor();
  });
});

describe('somebody at the counter', () => {
  before(() => signIn(browser.page, mainspring.url, 'sue', PASSWORD));

  it('takes a payment back, saying why', async () => {
    const { page } = browser;
    await page.goto(`${mainspring.url}/u/${UTILITY}/payments`);
    await settled(page);
    await page.getByRole('row').nth(1).getByRole('link').click();
    await page.getByRole('button', { name: 'Take it back' }).click();
    const dialog = page.getByRole('dialog');
    assert.ok(await dialog.getByRole('button', { name: 'Take it back' }).isDisabled());
    await dialog.getByLabel('Reason').fill('typed twice');
    await page.keyboard.press('Tab');
    await dialog.getByRole('button', { name: 'Take it back' }).click();
    await page.getByText('Taken back', { exact: true }).waitFor();
    await dialog.waitFor({ state: 'detached' });
  });

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
    await page.getByText('The note is written down').waitFor();
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

  it('sees what a rebilling changed, line by line', async () => {
    const { page } = browser;
    await mainspring.program('bill', 'rebill', '23', '--utility', UTILITY, '--reason', 'as the test wants it');
    await page.goto(`${mainspring.url}/u/${UTILITY}/accounts/SVA-DUAL?tab=bills`);
    await settled(page);
    await page.getByRole('row').nth(1).getByRole('link').click();
    await page.getByText('Replaces', { exact: false }).first().waitFor();
    await page.getByRole('tab', { name: 'What changed' }).click();
    await page.getByRole('row', { name: /Total/ }).waitFor();
    assert.match(await page.getByRole('row', { name: /Total/ }).innerText(), /£147\.01\s+£147\.01/);
    await page
      .getByRole('link', { name: /^(SV)?[0-9]+$/ })
      .first()
      .click();
    await page.getByText('Cancelled', { exact: true }).waitFor();
  });
});

/** The code of the moment (RFC 6238: SHA-1, six digits, thirty seconds). */
function codeOf(secret: string, at: Date): string {
  const bits = Array.from(secret, (letter) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'),
  );
  const bytes = bits.join('').match(/.{8}/g) ?? [];
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at.getTime() / 30_000)));
  const hash = createHmac('sha1', Buffer.from(bytes.map((each) => Number.parseInt(each, 2))))
    .update(counter)
    .digest();
  const offset = (hash.at(-1) ?? 0) & 15;
  return String((hash.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

describe('somebody new', () => {
  it('chooses a password by the link, and switches a second factor on, which is asked for then', async () => {
    const { page } = browser;
    await mainspring.program('user', 'add', 'new', '--name', 'Newt');
    await mainspring.program('user', 'assign', 'new', '--role', 'auditor');
    const { token } = JSON.parse(await mainspring.program('--json', 'user', 'link', 'new')) as { token: string };
    await page.context().clearCookies();
    await page.goto(`${mainspring.url}/setup#${token}`);
    await page.getByLabel('New password', { exact: true }).fill(PASSWORD);
    await page.getByLabel('New password again').fill(PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Menu of Newt' }).waitFor();

    await page.goto(`${mainspring.url}/settings`);
    await page.getByRole('button', { name: 'Set up a second factor' }).click();
    await page.getByRole('img', { name: 'QR code for the authenticator' }).waitFor();
    const told = await page.getByText(/Or type this secret in:/).innerText();
    const secret = /[A-Z2-7]{16,}/.exec(told)?.[0] ?? '';
    await page.getByLabel('Code of the second factor').fill(codeOf(secret, new Date()));
    await page.keyboard.press('Enter');
    await page.getByText('Recovery codes: write them down now').waitFor();
    const recovery = await page.getByRole('alert').locator('li').first().innerText();
    await page.getByRole('button', { name: 'I have written them down' }).click();

    await page.context().clearCookies();
    await page.goto(`${mainspring.url}/sign-in`);
    await page.getByLabel('User').fill('new');
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByLabel('Code of the second factor').fill(recovery);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Menu of Newt' }).waitFor();
  });
});
