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

  it('are rejected with a reason, where the account shows them', async () => {
    const { page } = browser;
    await goTo('/accounts/SVA-ZERO?tab=meters');
    await page
      .getByRole('button', { name: /Decide about the read/ })
      .first()
      .click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Reject', { exact: true }).first().click();
    assert.ok(await dialog.getByRole('button', { name: 'Reject' }).isDisabled(), 'no reason yet');
    await dialog.getByLabel('Why').fill('misread');
    await standsEverywhere(browser, 'read-decision');
    await dialog.getByRole('button', { name: 'Reject' }).click();
    await page.getByRole('region', { name: 'Register reads' }).getByText('Rejected').waitFor();
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
