// The pages outside the meeting as people use them: the first run, a list of accounts, signing in and out. On each page axe
// looks for barriers, and with SHOTS=folder it is photographed at the width of a phone and of a desktop, light and dark.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inChromium } from '../lib/browsers.mjs';
import { people } from '../lib/media.mjs';
import { startServer } from '../lib/server.mjs';
import { totp } from '../lib/totp.mjs';
import { click, join as joinMeeting, makeMeeting, type } from '../lib/visit.mjs';

const binary = join(dirname(fileURLToPath(import.meta.url)), '../../../bin/konklave');
const axe = readFileSync(new URL('../../../web/node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');
const at = (id) => `[data-testid="${id}"]`;
const shots = process.env.SHOTS;
const password = 'sieben lange Würfel';

let server, visitor, page, secret;
before(async () => {
  server = await startServer();
  visitor = await inChromium(people.anna, { devices: 'denied', lang: process.env.SHOTS_LANG ?? 'de-DE' });
  page = visitor.page;
});
after(async () => {
  if (shots) await page?.screenshot({ path: `${shots}/last.png` });
  await visitor?.close();
  await server?.stop();
});

/** Waits for a part of a page, has axe look at it, and photographs it. */
async function look(name, id) {
  await page.waitForSelector(at(id), { visible: true, timeout: 15_000 });
  await page.evaluate(axe);
  for (const scheme of ['dark', 'light']) {
    await dress(scheme);
    const found = await page.evaluate(async () => {
      const { violations } = await globalThis.axe.run();
      return violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(' ')).join(', ')}`);
    });
    assert.deepEqual(found, [], `axe on ${name}, ${scheme}`);
  }
  for (const width of [320, 1280]) {
    await page.setViewport({ width, height: 800 });
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))); // it is laid out anew
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.equal(overflow, 0, `${name} is wider than a window of ${width}`);
  }
  if (shots) await photograph(name);
}

async function photograph(name) {
  for (const [device, width, height] of [['phone', 360, 740], ['desktop', 1280, 800]]) {
    for (const scheme of ['light', 'dark']) {
      await page.setViewport({ width, height });
      await dress(scheme);
      await page.screenshot({ path: `${shots}/${name}-${device}-${scheme}.png`, fullPage: true });
    }
  }
  await page.setViewport({ width: 1280, height: 800 });
  await dress('light');
}

/** Light or dark, and at once: half of a transition has the contrast of neither. */
function dress(scheme) {
  return page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }, { name: 'prefers-reduced-motion', value: 'reduce' }]);
}

function admin(...words) {
  return execFileSync(binary, ['admin', ...words, '--data-dir', server.data], { encoding: 'utf8', env: { ...process.env, KONKLAVE_NETNS: '' } });
}

/** Follows a one-time link; gives the code in it. */
async function follow(text) {
  const code = /\/enter#(\S+)/.exec(text)[1];
  await page.goto('about:blank');
  await page.goto(`${server.url}/enter#${code}`);
}

test('the first administrator comes by the setup link, with a second factor', async () => {
  await page.goto(server.url);
  await look('start', 'start-title');
  await follow(admin('setup-link'));
  await page.waitForSelector(at('setup-name'), { visible: true });
  assert.equal(new URL(page.url()).hash, '', 'the secret is gone from the address bar');
  await look('setup', 'setup-name');
  await type(page, 'setup-name', 'Ada Lovelace');
  await type(page, 'setup-email', 'ada@example.org');
  await type(page, 'setup-password', 'kurz');
  await click(page, 'setup-submit');
  await page.waitForSelector(at('refused-password_weak'));
  await page.$eval(at('setup-password'), (input) => input.select());
  await type(page, 'setup-password', password);
  await click(page, 'setup-submit');
  await look('enrol', 'enrol-secret');
  secret = await page.$eval(at('enrol-secret'), (element) => element.textContent);
  await type(page, 'enrol-code', totp(secret));
  await click(page, 'enrol-submit');
  await look('recovery', 'recovery-codes');
  assert.ok((await page.$$(`${at('recovery-codes')} li`)).length >= 8);
  assert.equal(await page.$eval(at('codes-next'), (button) => button.disabled), true, 'first the codes are kept');
  await (await page.waitForSelector('.checkbox')).click();
  await click(page, 'codes-next');
  await look('open', 'admin-open');
  assert.equal(new URL(page.url()).pathname, '/admin/open');
});

test('the operator says who it is, and the legal notice says so', async () => {
  await page.goto(`${server.url}/admin/operator`);
  await look('operator', 'operator-organisation');
  await click(page, 'choice-school');
  for (const [field, text] of Object.entries({ organisation: 'Gymnasium am See', address: 'Seestr. 1\n12345 Musterstadt', email: 'info@example.org', dataProtectionContact: 'Frau Berg, dsb@example.org' })) {
    await type(page, `operator-${field}`, text);
  }
  await click(page, 'operator-save');
  await page.waitForSelector('.toast');
  for (const of of ['imprint', 'privacy', 'accessibility']) {
    await page.goto(`${server.url}/${of}`);
    await page.waitForFunction(() => !document.querySelector('.skeleton'));
    await look(of, `legal-${of}`);
  }
  await page.goto(`${server.url}/imprint`);
  await page.waitForFunction(() => document.body.textContent.includes('Gymnasium am See'));
});

test('hosts come by a list, its mistakes are named, and their slips let them in', async () => {
  await page.goto(`${server.url}/admin/accounts`);
  await page.waitForSelector(`${at('accounts')} [data-row]`);
  await click(page, 'account-import');
  await type(page, 'import-list', 'email,name,rolle\nnobody,Nemo,leitung\n');
  await click(page, 'import-submit');
  await look('import-faults', 'import-faults');
  assert.match(await page.$eval(at('import-faults'), (list) => list.textContent), /2/);
  await page.$eval(at('import-list'), (area) => area.select());
  await type(page, 'import-list', 'email,name,rolle\ngrace@example.org,Grace Hopper,leitung\nemmy@example.org,Emmy Noether,empfang\n');
  await click(page, 'import-submit');
  await look('slips', 'slips');
  const code = await page.$eval(`${at('slips')} .slip:first-child code`, (element) => element.textContent);
  await click(page, 'slips-close');
  await look('accounts', 'accounts');
  assert.equal((await page.$$(`${at('accounts')} [data-row]`)).length, 3);
  await page.goto(`${server.url}/admin/trail`);
  await page.waitForSelector('[data-row]');
  await click(page, 'trail-verify');
  await look('trail', 'trail-verdict');
  await page.goto(`${server.url}/admin/periods`);
  await page.waitForSelector('[data-row]');
  await look('periods', 'admin-periods');
  await click(page, 'who');
  await look('menu', 'menu-out');
  await click(page, 'menu-out');
  await page.waitForSelector(at('sign-in'));
  await page.goto(`${server.url}/enter`);
  await type(page, 'enter-code', code.toLowerCase());
  await page.keyboard.press('Enter');
  await look('first', 'new-password');
  await type(page, 'new-password', password);
  await click(page, 'enter-submit');
  await page.waitForSelector(at('who'));
  assert.match(await page.$eval(at('who'), (button) => button.textContent), /Grace Hopper/);
});

test('a host signs out and in again, and sees only what is theirs', async () => {
  await page.goto(`${server.url}/account`);
  await page.waitForSelector(`${at('logins')} [data-row]`);
  await look('account', 'account-page');
  await click(page, 'who');
  await click(page, 'menu-out');
  await page.waitForSelector(at('sign-in'));
  await click(page, 'sign-in');
  await type(page, 'sign-in-email', 'grace@example.org');
  await type(page, 'sign-in-password', 'falsch');
  await click(page, 'sign-in-submit');
  await look('sign-in-wrong', 'refused-credentials_wrong');
  await page.$eval(at('sign-in-password'), (input) => input.select());
  await type(page, 'sign-in-password', password);
  await click(page, 'sign-in-submit');
  await page.waitForSelector(at('who'));
  await look('home', 'home');
  await click(page, 'meet-now');
  await page.waitForSelector(at('join-submit'));
  await page.goto(server.url);
  await look('home-meetings', 'meeting-row');
  await page.goto(`${server.url}/admin/accounts`);
  await look('admin-forbidden', 'refused-forbidden');
  assert.equal(await page.evaluate(() => document.cookie + Object.keys(localStorage)), '');
});

test('an administrator gives the second factor, and a code works once', async () => {
  await click(page, 'who');
  await click(page, 'menu-out');
  await page.waitForSelector(at('sign-in'));
  await page.goto(`${server.url}/signin`);
  await type(page, 'sign-in-email', 'ada@example.org');
  await type(page, 'sign-in-password', password);
  await click(page, 'sign-in-submit');
  await look('factor', 'factor-code');
  await type(page, 'factor-code', '000000');
  await click(page, 'factor-submit');
  await page.waitForSelector(at('refused-code_wrong'));
  await page.$eval(at('factor-code'), (input) => input.select());
  await type(page, 'factor-code', totp(secret, { later: 1 }));
  await click(page, 'factor-submit');
  await page.waitForSelector(at('who'));
  await page.goto(`${server.url}/admin/meetings`);
  await page.waitForSelector('[data-row]');
  await look('admin-meetings', 'all-meetings');
  await click(page, 'meeting-give');
  await type(page, 'give-who', 'grace@example.org');
  await page.keyboard.press('Escape');
  await click(page, 'give-submit');
  await look('admin-give', 'refused-owner_invalid');
});

test('support sees how a connection is doing by a code that is read out, and the person knows', async () => {
  const context = await visitor.browser.createBrowserContext();
  const guest = await context.newPage();
  const link = await makeMeeting({ page: guest }, server.url, 'Elternabend');
  await joinMeeting({ page: guest, name: 'Béla' }, link, { camera: false, microphone: false });
  await click(guest, 'ctl-more');
  await click(guest, 'do-help');
  await click(guest, 'help-start');
  const code = await (await guest.waitForSelector(at('help-code'))).evaluate((element) => element.textContent);
  assert.match(code, /^\d{4} \d{4}$/);
  await guest.keyboard.press('Escape');
  await page.bringToFront();
  await page.goto(`${server.url}/admin/help`);
  await type(page, 'help-code', code.replace(/\d$/, (last) => String((Number(last) + 1) % 10)));
  await click(page, 'help-watch');
  await look('admin-help', 'help-help_unknown');
  await type(page, 'help-code', code);
  await click(page, 'help-watch');
  await look('admin-help-live', 'help-live');
  await guest.waitForSelector(`${at('help-note')}[data-watched=true]`);
  await guest.bringToFront();
  await click(guest, 'help-note-end');
  await page.bringToFront();
  await page.waitForSelector(at('help-help_unknown'));
  assert.equal(await guest.$(at('help-note')), null);
  await context.close();
});
