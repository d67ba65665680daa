// Looks at the pages as a person does: in a browser, by clicking. Prints a line a check; exits non-zero on a failure.
const { chromium } = require('playwright-core');

const base = process.argv[2];
let failed = false;
function check(what, holds, was) {
  if (holds) { console.log(`ok    ${what}`); return; }
  failed = true;
  console.log(`FAIL  ${what}${was === undefined ? '' : `\n      was: ${JSON.stringify(was).slice(0, 600)}`}`);
}

async function description(page, asked, complaints) {
  await page.goto(base + '/');
  check('/ leads to the description', page.url() === base + '/docs', page.url());
  await page.waitForSelector('.opblock-tag');
  check('it says what it is', (await page.textContent('.info .title')).includes('Catraca admin API'));
  check('it has the groups of operations', (await page.locator('.opblock-tag').count()) >= 14);

  await page.click('.auth-wrapper .authorize');
  await page.fill('.auth-container input', 'demo-noc');
  await page.click('.auth-btn-wrapper .authorize');
  await page.click('.auth-btn-wrapper .btn-done');
  check('a token can be given by "Authorize"', (await page.locator('.auth-wrapper .authorize.locked').count()) === 1);

  await page.click('#operations-tag-Access');
  const access = page.locator('#operations-Access-access-ofLogin');
  await access.locator('.opblock-summary-control').click();
  await access.locator('.try-out__btn').click();
  await access.locator('input[placeholder="login"]').fill('paused');
  await access.locator('.execute').click();
  await access.locator('.live-responses-table .response-col_status').first().waitFor();
  const shown = await access.locator('.live-responses-table').innerText();
  check('"Try it out" asks why paused is offline', /\b200\b/.test(shown) && shown.includes('"rule": "pause"'), shown);

  await page.click('#operations-tag-Releases');
  const release = page.locator('#operations-Releases-release-grant');
  await release.locator('.opblock-summary-control').click();
  await release.locator('.try-out__btn').click();
  check('a body comes with an example', (await release.locator('textarea').inputValue()).includes('trust-unlock'));
  await release.locator('input[placeholder="contractId"]').fill('999999');
  await release.locator('.execute').click();
  await release.locator('.live-responses-table .response-col_status').first().waitFor();
  const refused = await release.locator('.live-responses-table').innerText();
  check('a refusal is shown as a problem document', refused.includes('urn:catraca:problem:not-found'), refused);

  await page.click('#operations-tag-Contracts');
  const list = page.locator('#operations-Contracts-contract-list');
  await list.locator('.opblock-summary-control').click();
  await list.locator('.try-out__btn').click();
  await list.locator('.execute').click();
  await list.locator('.live-responses-table .response-col_status').first().waitFor();
  const listed = await list.locator('.live-responses-table').innerText();
  check('a list that is asked for as it stands is not empty', listed.includes('"customerId"'), listed);

  check('no other host was asked', asked.every(url => url.startsWith(base) || url.startsWith('data:')), asked);
  check('the browser complained of nothing', complaints.length === 0, complaints);
}

(async () => {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync'],
  });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 1000 } });
    page.setDefaultTimeout(20000);
    const asked = [];
    const complaints = [];
    page.on('request', request => asked.push(request.url()));
    page.on('pageerror', error => complaints.push(error.message));
    // The refusal that is asked for on purpose is a line of the console, too.
    page.on('console', line => line.type() === 'error' && !/status of 404/.test(line.text()) && complaints.push(line.text()));
    await description(page, asked, complaints);
    if (process.env.SCREENSHOT) await page.screenshot({ path: process.env.SCREENSHOT, fullPage: true });
  } catch (error) {
    check('the page does as it is told', false, error.message);
  } finally {
    await browser.close();
  }
  process.exit(failed ? 1 : 0);
})();
