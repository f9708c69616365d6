// Meetings of somebody with an account, in Chromium: an access code and the lobby; a consultation with three who wait and do not
// know of each other.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { faults } from '../lib/axe.mjs';
import { inChromium } from '../lib/browsers.mjs';
import { signInHost } from '../lib/host.mjs';
import { people } from '../lib/media.mjs';
import { until } from '../lib/probe.mjs';
import { startServer } from '../lib/server.mjs';
import { click, type } from '../lib/visit.mjs';

const at = (id) => `[data-testid=${id}]`;
const shows = (page, id) => page.waitForSelector(at(id), { visible: true, timeout: 20_000 });
let server, host, anna, guests;

before(async () => {
  server = await startServer();
  [anna, guests] = await Promise.all([inChromium(people.anna), inChromium(people.bela)]);
  host = await signInHost(server, 'Dr. Anna Meier');
  await host.enter(anna);
});
after(async () => {
  await Promise.all([anna?.close(), guests?.close()]);
  await server.stop();
});

/** Somebody else's browser window, at a link. */
async function visit(link) {
  const context = await guests.browser.createBrowserContext();
  const page = await context.newPage();
  await page.goto(link, { waitUntil: 'load' });
  return page;
}

/** The host opens a link; its name is that of the account. */
async function conduct(link) {
  await anna.page.goto(link, { waitUntil: 'load' });
  await shows(anna.page, 'join-submit');
  await click(anna.page, 'join-submit');
  await shows(anna.page, 'stage');
}

/** A name that would be an image if it were taken for HTML. */
const gast = 'Gast <img src=x onerror="window.testMarkup=1">';

/** One gives a file, the other keeps it: the same bytes are on the disk. */
async function giveFile(from, to) {
  const folder = mkdtempSync(join(tmpdir(), 'konklave-files-'));
  try {
    const bytes = randomBytes(300_000);
    writeFileSync(join(folder, 'Plan.bin'), bytes);
    await click(from, 'ctl-chat');
    const input = await from.waitForSelector(at('file-input'));
    await input.uploadFile(join(folder, 'Plan.bin'));
    await click(to, 'ctl-chat');
    const browser = await to.createCDPSession();
    await browser.send('Browser.setDownloadBehavior', { behavior: 'allow', downloadPath: join(folder, 'kept') });
    await shows(to, 'file');
    await click(to, 'file-get');
    const kept = join(folder, 'kept', 'Plan.bin');
    await until('the file is kept', () => existsSync(kept) && statSync(kept).size === bytes.length);
    assert.ok(readFileSync(kept).equals(bytes), 'other bytes came than were given');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test('a guest sees who invites, gives the code, waits, and is let in', async () => {
  const { kinds } = await host.api('GET', '/api/kinds');
  const { settings } = kinds.find(({ kind }) => kind === 'discussion').levels.find(({ level }) => level === 'internal');
  const { meeting } = await host.api('POST', '/api/meetings', { title: 'Dienstbesprechung', settings: { ...settings, code: true } });
  const link = `${server.url}/m/${meeting.link}`;
  await conduct(link);
  const guest = await visit(link);
  const inviting = await shows(guest, 'join-inviting');
  assert.match(await inviting.evaluate((line) => line.textContent), /Dr\. Anna Meier lädt ein.*Intern/);
  await type(guest, 'join-name', gast);
  await type(guest, 'join-code', '000-000');
  await click(guest, 'join-submit');
  await until('the wrong code is told', () => guest.$(`${at('join-code')}[aria-invalid=true]`));
  assert.deepEqual(await faults(guest), []);
  await type(guest, 'join-code', meeting.code);
  await click(guest, 'join-submit');
  await shows(guest, 'lobby');
  const knock = await shows(anna.page, 'knock-admit');
  assert.equal(await anna.page.$('[data-testid=stage] img, [data-testid=knock] img, h1 b'), null, 'names are text');
  await knock.click();
  await shows(guest, 'stage');
  await until('the name is shown as text', () => anna.page.$$eval(at('tile'), (all, name) => all.some((tile) => tile.textContent.includes(name)), gast));
  assert.equal(await anna.page.evaluate(() => window.testMarkup), undefined, 'nothing of the name ran');
  await giveFile(guest, anna.page);
  await guest.close();
  await anna.page.goto('about:blank');
});

test('a consultation: three wait, none knows of another, one after another is called in', async () => {
  const { meeting } = await host.api('POST', '/api/meetings', { title: 'Sprechstunde', kind: 'consultation', level: 'internal' });
  const now = new Date(Date.now() - 60_000).toISOString();
  const times = { date: now.slice(0, 10), time: now.slice(11, 16), minutes: 5, count: 3, zone: 'UTC' };
  const { people: slots } = await host.api('POST', `/api/meetings/${meeting.id}/appointments`, times);
  await conduct(`${server.url}/m/${meeting.link}`);
  const names = ['Frau Erste', 'Herr Zweiter', 'Frau Dritte'];
  const patients = [];
  for (const [index, name] of names.entries()) {
    const page = await visit(`${server.url}/m/${slots[index].link}`);
    await type(page, 'join-name', name);
    await click(page, 'join-submit');
    await shows(page, 'lobby');
    patients.push(page);
  }
  for (const [index, page] of patients.entries()) {
    const text = await page.evaluate(() => document.body.textContent);
    for (const other of names.filter((_, one) => one !== index)) assert.doesNotMatch(text, new RegExp(other));
    assert.match(text, /112/);
  }
  await click(anna.page, 'ctl-people');
  await until('three wait', async () => (await anna.page.$$(at('waiting-person'))).length === 3);
  assert.deepEqual(await faults(anna.page), []);
  await (await anna.page.$$(at('call-in')))[0].click();
  await shows(patients[0], 'stage');
  await (await anna.page.$$(at('call-in')))[0].click(); // somebody is in: nobody else comes
  await shows(anna.page, 'declined');
  await shows(patients[1], 'lobby');
  await click(patients[0], 'ctl-leave');
  await shows(patients[0], 'left-page');
  await until('it is the next one\u2019s turn', async () => {
    const [next] = await anna.page.$$(at('call-in'));
    await next?.click();
    return patients[1].$(at('stage'));
  });
  assert.equal(await patients[1].$(`${at('tile')}[data-name="Frau Erste"]`), null);
  await shows(patients[2], 'lobby');
});
