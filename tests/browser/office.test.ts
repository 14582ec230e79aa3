// The back office: a run from its start to its release by a second person, the ledger down to a payment, figures of units.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { settled, signIn, standsEverywhere, startBrowser, type Browser } from './browser.ts';
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

const open = async (path: string) => {
  await browser.page.goto(`${mainspring.url}/u/${UTILITY}${path}`);
  await settled(browser.page);
};
const main = () => browser.page.getByRole('main');

/** Presses a button of the page, then the same in the dialog that asks. */
async function confirm(name: string): Promise<void> {
  const { page } = browser;
  await page.getByRole('main').getByRole('button', { name, exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name, exact: true }).click();
}

describe('bill runs', () => {
  before(() => signIn(browser.page, mainspring.url, 'admin', PASSWORD));
  let run = '';

  it('are started for the period that follows the latest', async () => {
    const { page } = browser;
    await open('/runs');
    await page.getByRole('button', { name: 'Start a run' }).click();
    const dialog = page.getByRole('dialog');
    assert.equal(await dialog.getByLabel('From').inputValue(), '2026-05-01');
    assert.equal(await dialog.getByLabel('To (not included)').inputValue(), '2026-06-01');
    await dialog.getByLabel('Issued on').fill('2026-06-08');
    await dialog.getByLabel('Due on').fill('2026-06-29');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/runs\/\d+$/);
    await main().getByText('Checked', { exact: true }).waitFor();
    run = new URL(page.url()).pathname.replace(/.*\//, '');
    await open('/runs');
    await standsEverywhere(browser, 'runs');
  });

  it('show what is held back, and let a cause pass', async () => {
    const { page } = browser;
    await open(`/runs/${run}`);
    const accept = page.getByRole('button', { name: /^Accept all: / }).first();
    await page.getByRole('row').filter({ has: accept }).getByRole('link').click();
    await page.getByRole('row').getByRole('link', { name: /^SVA-/ }).first().waitFor();
    await standsEverywhere(browser, 'run');
    await accept.click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Reason').fill('read again, and right');
    await dialog.getByRole('button', { name: 'Accept all' }).click();
    await page.getByText(/\d+ accounts? accepted/).waitFor();
  });

  it('are not released by who started them', async () => {
    const { page } = browser;
    await open(`/runs/${run}`);
    await confirm('Release');
    await page.getByRole('alert').filter({ hasText: 'four eyes look at them' }).waitFor();
    await standsEverywhere(browser, 'run-second-person');
  });

  it('are released by a second person, and done to the end', async () => {
    const { page } = browser;
    await signIn(page, mainspring.url, 'sue', PASSWORD);
    await open(`/runs/${run}`);
    assert.equal(await main().getByRole('button', { name: 'Cancel the run' }).count(), 0);
    await confirm('Release');
    await main().getByText('Issued', { exact: true }).waitFor();
    assert.equal(await main().getByRole('button', { name: 'Release' }).count(), 0);
  });
});

describe('a run that nobody wants', () => {
  before(() => signIn(browser.page, mainspring.url, 'admin', PASSWORD));

  it('is cancelled, and its period proposed again', async () => {
    const { page } = browser;
    await open('/runs');
    await confirm('Start a run');
    await main().getByText('Checked', { exact: true }).waitFor();
    await confirm('Cancel the run');
    await main().getByText('Cancelled', { exact: true }).waitFor();
    await open('/runs');
    await page.getByRole('button', { name: 'Start a run' }).click();
    assert.equal(await page.getByRole('dialog').getByLabel('From').inputValue(), '2026-06-01');
  });
});

describe('a bill', () => {
  before(() => signIn(browser.page, mainspring.url, 'admin', PASSWORD));

  it('is taken back and billed again, with old and new side by side', async () => {
    const { page } = browser;
    await open('/accounts/SVA-DUAL?tab=bills');
    await page.getByRole('row').nth(1).getByRole('link').click();
    await main().getByRole('button', { name: 'Bill again' }).click();
    const dialog = page.getByRole('dialog');
    assert.ok(await dialog.getByRole('button', { name: 'Bill again' }).isDisabled());
    await dialog.getByLabel('Reason').fill('tariff looked at again');
    await dialog.getByRole('button', { name: 'Bill again' }).click();
    await page.getByRole('dialog', { name: 'What became of it' }).waitFor();
    await standsEverywhere(browser, 'rebilled');
    await page.getByRole('dialog').getByRole('row').nth(1).getByRole('link').last().click();
    await page.getByText('Total', { exact: true }).first().waitFor();
    await page.waitForURL(/tab=difference/);
  });
});

describe('the ledger', () => {
  before(() => signIn(browser.page, mainspring.url, 'audit', PASSWORD));

  it('leads from the trial balance to what was posted, and to its bill', async () => {
    const { page } = browser;
    await open('/ledger'); // of today: everything of this test is posted today
    await page.getByText('Balanced', { exact: true }).waitFor();
    await standsEverywhere(browser, 'trial-balance');
    await page.getByRole('row').nth(1).getByRole('link').click();
    await page.waitForURL(/ledger_account=\d+/);
    await settled(page);
    await standsEverywhere(browser, 'journal');
    await page.getByRole('row').nth(1).getByRole('link').first().click();
    await page.waitForURL(/\/entries\//);
    await settled(page);
    await standsEverywhere(browser, 'entry');
    await main()
      .getByRole('link', { name: /^Bill / })
      .click();
    await page.getByRole('heading', { level: 1, name: /^Bill / }).waitFor();
  });
});

describe('the dashboard', () => {
  before(() => signIn(browser.page, mainspring.url, 'audit', PASSWORD));

  it('is where staff begin, and shows a month of a unit and what is below it', async () => {
    const { page } = browser;
    await page.waitForURL(/\/dashboard$/);
    await page.getByLabel('Month', { exact: true }).fill('2026-04');
    await page.getByText('Billed in April 2026').waitFor();
    await standsEverywhere(browser, 'dashboard');
    await page.getByRole('region', { name: 'The units below' }).getByRole('link').first().click();
    await page.waitForURL(/unit=/);
    await page.getByRole('link', { name: 'To the unit above' }).click();
    await page.getByRole('region', { name: 'The units below' }).waitFor();
    assert.match(page.url(), /month=2026-04/);
  });

  it('lets a unit be chosen when the one that was asked for is not there', async () => {
    const { page } = browser;
    await open('/dashboard?unit=nowhere');
    await standsEverywhere(browser, 'choose-unit');
    await main().getByRole('link', { name: 'North office' }).click();
    await page.getByRole('heading', { level: 1, name: 'North office' }).waitFor();
  });

  it('stands in Chinese and from right to left', async () => {
    const { page } = browser;
    for (const code of ['zh', 'en-rtl']) {
      await page.evaluate((chosen) => localStorage.setItem('mainspring.language', chosen), code);
      await open('/dashboard?month=2026-04');
      await standsEverywhere(browser, `dashboard-${code}`);
      await open('/runs/4');
      await standsEverywhere(browser, `run-${code}`);
    }
    await page.evaluate(() => localStorage.removeItem('mainspring.language'));
  });
});
