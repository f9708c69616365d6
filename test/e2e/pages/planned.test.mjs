// Meetings that are planned, as a host uses them on the demonstration server: in by one click, a meeting at once, one of a
// class with a list, changed and deleted. On each page axe looks for barriers, and with SHOTS=folder it is photographed.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { faults } from '../lib/axe.mjs';
import { inChromium } from '../lib/browsers.mjs';
import { people } from '../lib/media.mjs';
import { until } from '../lib/probe.mjs';
import { startServer } from '../lib/server.mjs';
import { click, type } from '../lib/visit.mjs';

const at = (id) => `[data-testid="${id}"]`;
const shots = process.env.SHOTS;

let server, visitor, page;
before(async () => {
  server = await startServer({ flags: ['--demo', '--bind', '127.0.0.1', '--open-hosting=false'] });
  visitor = await inChromium(people.anna, { devices: 'denied', lang: process.env.SHOTS_LANG ?? 'de-DE' });
  page = visitor.page;
});
after(async () => {
  if (shots) await page?.screenshot({ path: `${shots}/last.png` });
  await visitor?.close();
  await server?.stop();
});

/** Colours on their way from one to another are nobody's colours. */
async function settled() {
  await page.evaluate(() => Promise.all(document.getAnimations().map(({ finished }) => finished.catch(() => undefined))));
}

/** Waits for a part of a page, has axe look at it, sees that it fits, and photographs it. */
async function look(name, id) {
  await page.waitForSelector(at(id), { visible: true, timeout: 15_000 });
  await page.waitForFunction(() => !document.querySelector('.skeleton'));
  await page.mouse.move(0, 0);
  await settled();
  assert.deepEqual(await faults(page), [], `axe on ${name}`);
  const sizes = [['phone', 320, 740], ['desktop', 1280, 800]];
  for (const [device, width, height] of sizes) {
    await page.setViewport({ width, height });
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 0, `${name} is wider than the window of a ${device}`);
    for (const scheme of shots ? ['light', 'dark'] : []) {
      await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
      await settled();
      await page.screenshot({ path: `${shots}/${name}-${device}-${scheme}.png`, fullPage: true });
    }
  }
  await page.emulateMediaFeatures([]);
}

test('who has no account is offered what works: enter by a link, sign in', async () => {
  await page.goto(server.url);
  await look('start', 'start-link');
  assert.equal(await page.$(at('start-title')), null);
});

test('a newcomer is on the page of a meeting by two clicks: as the demonstration host, and to begin at once', async () => {
  await page.goto(/http\S+\/enter#\S+/.exec(server.log)[0]);
  await click(page, 'demo-submit');
  await look('home-empty', 'meet-now');
  await click(page, 'meet-now');
  await page.waitForSelector(at('join-submit'), { visible: true });
});

test('makes a class of one date, within what its level allows', async () => {
  await page.goto(server.url);
  await click(page, 'kind-class');
  await page.waitForSelector(at('meeting-title'));
  await click(page, 'meeting-submit');
  assert.equal(await page.$eval(at('meeting-title'), (input) => input.getAttribute('aria-invalid')), 'true', 'a title is missing');
  await type(page, 'meeting-title', 'Mathematik 7b');
  await click(page, 'choice-once');
  assert.equal(await page.$eval(at('choice-confidential'), (card) => card.querySelector('input')?.disabled ?? card.hasAttribute('data-disabled')), true);
  await click(page, 'settings-open');
  await look('make', 'terms');
  await click(page, 'meeting-submit');
  await look('meeting', 'as-guest');
  assert.match(await page.$eval(at('as-guest'), (part) => part.textContent), /Mathematik 7b/);
  const file = await page.evaluate(async (a) => (await fetch(document.querySelector(a).href)).text(), at('calendar'));
  assert.match(file, /BEGIN:VCALENDAR/);
});

test('tries it out alone', async () => {
  const made = page.url();
  await click(page, 'trial');
  await look('trial', 'join-trial');
  assert.match(await page.title(), /^(Probelauf|Trial run): Mathematik 7b/);
  const seen = await page.evaluate(async (path) => (await fetch(path, { credentials: 'omit' })).status, `/api/links/${page.url().split('/').at(-1)}`);
  assert.equal(seen, 404, 'nobody else learns of it');
  await page.goto(made);
});

test('each pupil of a pasted list has a link', async () => {
  await click(page, 'tab-people');
  await type(page, 'people-list', 'Mia Kurz\nBo Lang\n');
  await click(page, 'people-make');
  await page.waitForSelector(`${at('people')} [data-row]`);
  await look('people', 'people');
  assert.match(await page.$eval(at('people'), (table) => table.textContent), /Mia K\./);
  assert.equal(await page.$eval('.one-link > span', (link) => link.getClientRects().length), 1, 'a link is one line');
  await click(page, 'people-print');
  await look('print', 'print-slips');
  const pages = Buffer.from(await page.pdf()).toString('latin1').match(/\/Type\s*\/Page\b/g);
  assert.equal(pages?.length, 1, 'slips for two fit on one page');
  await page.goBack();
  await click(page, 'tab-hosts');
  await type(page, 'host-who', 'Nie');
  await page.waitForSelector('.search-none');
  await type(page, 'host-who', 'mand@example.org');
  await page.keyboard.press('Escape');
  await click(page, 'host-submit');
  await look('hosts', 'refused-owner_invalid');
});

test('makes a series of it, leaves one date out and moves one, and deletes the meeting', async () => {
  await click(page, 'tab-settings');
  await type(page, 'meeting-title', ', Gruppe A');
  await click(page, 'choice-series');
  await click(page, (await page.$(`${at('toggle-mo')}[data-selected]`)) ? 'toggle-we' : 'toggle-mo');
  await look('series', 'when-until');
  await click(page, 'meeting-submit');
  await until('the title is changed', async () => (await page.$eval('h1', (heading) => heading.textContent)) === 'Mathematik 7b, Gruppe A');
  await click(page, 'tab-dates');
  await page.waitForSelector(`${at('dates')} [data-row]`);
  await click(page, 'date-more');
  await click(page, 'menu-out');
  await page.waitForSelector(`${at('dates')} del`);
  await page.evaluate((a) => document.querySelectorAll(a)[1].click(), at('date-more'));
  await click(page, 'menu-move');
  await page.$eval(at('move-time'), (field) => field.showPicker === undefined || field.focus());
  await look('move', 'move-submit');
  await page.keyboard.type('0715');
  await click(page, 'move-submit');
  await until('the date is moved', () => page.$eval(`${at('dates')} tr:nth-child(2)`, (row) => /verschoben von|moved from/.test(row.textContent)));
  await look('dates', 'dates');
  await page.goto(server.url);
  await page.waitForSelector(`${at('meetings-today')}, ${at('meetings-upcoming')}`);
  await look('home', 'my-meetings');
  await click(page, 'meeting-more');
  await click(page, 'menu-invitation');
  await look('invitation', 'invitation-copy');
  await page.keyboard.press('Escape');
  await page.waitForFunction((a) => !document.querySelector(a), {}, at('invitation'));
  const before = (await page.$$(at('meeting-row'))).length;
  await click(page, 'meeting-more');
  await click(page, 'menu-delete');
  await look('delete', 'delete-confirm');
  await click(page, 'delete-confirm');
  await until('it is gone', async () => (await page.$$(at('meeting-row'))).length === before - 1);
});
