// The work behind the counter: reads typed and judged, files brought in, people and their rights, prices.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Keyboard, settled, signIn, standsEverywhere, startBrowser, type Browser } from './browser.ts';
import { PASSWORD, UTILITY, startMainspring, type Mainspring } from './mainspring.ts';

const INSIDE = `/u/${UTILITY}`;
let mainspring: Mainspring;
let browser: Browser;
before(
  async () => {
    mainspring = await startMainspring();
    browser = await startBrowser();
    await signIn(browser.page, mainspring.url, 'admin', PASSWORD);
  },
  { timeout: 600_000 },
);
after(async () => {
  await browser.close();
  await mainspring.stop();
});

const goTo = async (address: string) => {
  await browser.page.goto(`${mainspring.url}${INSIDE}${address}`);
  await settled(browser.page);
};

describe('reads', () => {
  it('are typed without a mouse: point, value, and the next point; what is doubtful is asked about', async () => {
    const { page } = browser;
    await goTo('/accounts');
    const keys = new Keyboard(page);
    await keys.press('g', 'm');
    await page.getByLabel('Service point or meter').waitFor();
    await keys.type('SVS-ZERO');
    await keys.press('Enter');
    await page.getByLabel('Register 1 in kWh').waitFor();
    await standsEverywhere(browser, 'read-entry');
    await keys.type('1');
    await page.locator('[data-doubt]').waitFor();
    await keys.press('Enter');
    // Not stored: the meter would have run backward.
    await page.getByText('Look again').waitFor();
    await standsEverywhere(browser, 'read-implausible');
    await keys.press('F9');
    await page.getByRole('region', { name: 'Entered just now' }).waitFor();
    await page.getByLabel('Service point or meter').waitFor();
    assert.equal(keys.strokes, 2 + 8 + 1 + 1 + 1 + 1);
    assert.match(
      await page.getByRole('region', { name: 'Entered just now' }).innerText(),
      /SVS-ZERO.*\s1\s+Confirmed/s,
    );
  });

  it('are found by the number of the meter', async () => {
    const { page } = browser;
    await page.keyboard.type('SVM-DUAL-G');
    await page.keyboard.press('Enter');
    await page.getByText('SVS-DUAL-G', { exact: true }).waitFor();
  });

  it('are corrected and rejected with a reason, where the account shows them', async () => {
    const { page } = browser;
    await goTo('/accounts/SVA-ZERO?tab=meters');
    const list = page.getByRole('region', { name: 'Register reads' });
    const decide = page.getByRole('button', { name: /Decide about the read/ }).first();
    const dialog = page.getByRole('dialog');
    await decide.click();
    await dialog.getByText('Correct', { exact: true }).first().click();
    await dialog.getByLabel('Register 1 in kWh').fill('3340.5');
    await dialog.getByLabel('Why').fill('two digits were missed');
    await page.keyboard.press('Enter');
    await list.getByText('3,340.5').waitFor();
    await decide.click();
    await dialog.getByText('Reject', { exact: true }).first().click();
    assert.ok(await dialog.getByRole('button', { name: 'Reject' }).isDisabled(), 'no reason yet');
    await dialog.getByLabel('Why').fill('misread');
    await standsEverywhere(browser, 'read-decision');
    await dialog.getByRole('button', { name: 'Reject' }).click();
    await list.getByText('Rejected').waitFor();
  });
});

describe('a file', () => {
  const reads =
    'service_point,serial,register,read_at,value,quality,reason\nSVS-NONE,X,1,2026-06-01 10:00,5,A,billing\n';

  it('is tried first, and its report names the bad line', async () => {
    const { page } = browser;
    await goTo('/jobs');
    await standsEverywhere(browser, 'jobs-empty');
    await page.getByRole('link', { name: 'Bring a file in' }).click();
    await page.getByText('Format', { exact: true }).waitFor();
    await standsEverywhere(browser, 'import');
    await page.getByRole('button', { name: 'Try' }).click();
    await page.getByText('Choose a file').waitFor();
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: 'june.csv', mimeType: 'text/csv', buffer: Buffer.from(reads) });
    await page.getByRole('button', { name: 'Try' }).click();
    await page.getByRole('heading', { level: 1, name: 'june.csv' }).waitFor();
    await page.getByText('Done', { exact: true }).waitFor();
    await page.getByRole('heading', { name: 'Outcome' }).waitFor();
    await standsEverywhere(browser, 'job');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Download report.csv' }).click(),
    ]);
    assert.match(download.suggestedFilename(), /report\.csv$/);
    await goTo('/jobs');
    await page.getByRole('link', { name: 'june.csv' }).waitFor();
  });
});

describe('an administrator', () => {
  it('adds a user, passes the link on once, and may not give duties that are kept apart', async () => {
    const { page } = browser;
    await goTo('/users');
    await standsEverywhere(browser, 'users');
    await page.getByRole('button', { name: 'Add a user' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('User', { exact: true }).fill('rita');
    await dialog.getByLabel('Name').fill('Rita Reader');
    await dialog.getByRole('button', { name: 'Add a user' }).click();
    await page.getByRole('button', { name: 'Manage rita' }).click();
    await dialog.getByRole('button', { name: 'Make a password link' }).click();
    assert.match(await dialog.getByText(/\/setup#/).innerText(), /\/setup#.{20,}/);
    await dialog.getByRole('button', { name: 'I have passed it on' }).click();
    await dialog.getByText(/\/setup#/).waitFor({ state: 'detached' });
    await dialog.getByLabel('Role', { exact: true }).selectOption('meter_data');
    await dialog.getByRole('button', { name: 'Give a role' }).click();
    await dialog.getByRole('button', { name: /^End / }).waitFor();
    await dialog.getByLabel('Role', { exact: true }).selectOption('cashier');
    await dialog.getByRole('button', { name: 'Give a role' }).click();
    await dialog.getByText('Kept apart').waitFor();
    await standsEverywhere(browser, 'user-kept-apart');
  });

  it('adds a unit and moves it from a day on', async () => {
    const { page } = browser;
    await goTo('/units');
    for (const [unit, name] of [
      ['moor', 'Moor'],
      ['hill', 'Hill'],
    ] as const) {
      await page.getByRole('button', { name: 'Add a unit' }).click();
      await page.getByRole('dialog').getByLabel('Code').fill(unit);
      await page.getByRole('dialog').getByLabel('Name').fill(name);
      await page.getByRole('dialog').getByRole('button', { name: 'Add a unit' }).click();
      await page.getByRole('cell', { name, exact: true }).waitFor();
    }
    await page.getByRole('button', { name: 'Move Hill' }).click();
    await page.getByRole('dialog').getByLabel('Below').selectOption('moor');
    await page.getByRole('dialog').getByRole('button', { name: 'Move', exact: true }).click();
    await page.getByRole('row').filter({ hasText: 'hill' }).getByText('moor').waitFor();
    await standsEverywhere(browser, 'units');
  });

  it('finds in the audit what was done', async () => {
    const { page } = browser;
    await goTo('/audit');
    await page.getByLabel('Action', { exact: true }).fill('org.');
    await page.keyboard.press('Enter');
    await page.waitForURL(/action=org\./);
    await page
      .getByRole('cell', { name: /^org\./ })
      .first()
      .waitFor();
    await standsEverywhere(browser, 'audit');
    for (const name of ['roles', 'approvals']) {
      await goTo(`/${name}`);
      await standsEverywhere(browser, name);
    }
  });
});

describe('a tariff', () => {
  it('is written with its errors at the line, kept as a draft, and left to a second person', async () => {
    const { page } = browser;
    await goTo('/tariffs');
    await standsEverywhere(browser, 'tariffs');
    await page.getByRole('link', { name: 'gb-severn-gas' }).click();
    await page.getByRole('region', { name: 'The text' }).waitFor();
    await standsEverywhere(browser, 'tariff-version');
    await page.getByRole('link', { name: 'Write the next version' }).click();
    const text = page.getByRole('textbox', { name: 'The text' });
    await text.waitFor();
    await page.getByText('Could be put in force').waitFor();
    const before = await text.inputValue();
    await text.fill(before.replace('price: "0.0593"', 'price: "cheap"'));
    await page.getByText('1 error').waitFor();
    await page.getByRole('button', { name: /^Line 2\d, column/ }).waitFor();
    await standsEverywhere(browser, 'tariff-error');
    const next = before
      .replace('version: "2026"', 'version: "2027"')
      .replace('effective: 2026-01-01', 'effective: 2027-01-01')
      // Too little to change a bill.
      .replace('price: "0.3512"', 'price: "0.35121"');
    await text.fill(next.replace('price: "0.0593"', 'price: "0.0600"'));
    await page.getByText('Differs').waitFor();
    await standsEverywhere(browser, 'tariff-differs');
    await text.fill(next);
    await page.getByText('Could be put in force').waitFor();
    await page.getByRole('button', { name: 'Keep as a draft' }).click();
    await page.getByText('Draft', { exact: true }).waitFor();
    await page.getByLabel('Compare with').selectOption('2026');
    await page.getByRole('region', { name: 'Standing charge' }).waitFor();
    await standsEverywhere(browser, 'tariff-difference');
    await page.getByRole('button', { name: 'Put in force' }).click();
    await page.getByRole('dialog').getByText('A second person puts it in force').waitFor();
    await standsEverywhere(browser, 'tariff-second-person');
    await page.getByRole('dialog').getByRole('button', { name: 'Put in force' }).click();
    await page.getByRole('alert').getByText('A second person puts it in force').waitFor();
    assert.ok(await page.getByRole('dialog').getByRole('button', { name: 'Put in force' }).isDisabled());
  });

  it('is tried on all customers', async () => {
    const { page } = browser;
    await goTo('/what-if?tariff=gb-severn-gas&version=2026');
    await page.getByLabel('From').fill('2026-03-01');
    await page.getByLabel('Before').fill('2026-04-01');
    await standsEverywhere(browser, 'what-if');
    await page.getByRole('button', { name: 'Compare' }).click();
    await page.getByText('Done', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'Download what-if.xlsx' }).waitFor();
    await standsEverywhere(browser, 'what-if-done');
  });
});

describe('the same in Chinese', () => {
  it('stands', async () => {
    const { page } = browser;
    await page.evaluate(() => localStorage.setItem('mainspring.language', 'zh'));
    for (const name of ['read-entry?point=SVS-DUAL-E', 'import', 'users', 'audit', 'tariff-editor', 'what-if']) {
      await goTo(`/${name}`);
      await standsEverywhere(browser, `${name.replace(/\?.*/, '')}-zh`);
    }
    await page.evaluate(() => localStorage.removeItem('mainspring.language'));
  });
});
