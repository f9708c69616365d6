// How a meeting is conducted, in Chromium: locked, held, people put out and let in again, handed over, settings changed, a further
// device, and the server killed: everybody is back with the same role.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { faults } from '../lib/axe.mjs';
import { inChromium } from '../lib/browsers.mjs';
import { people } from '../lib/media.mjs';
import { until } from '../lib/probe.mjs';
import { startServer } from '../lib/server.mjs';
import { attribute, click, join, makeMeeting, type } from '../lib/visit.mjs';

const at = (id) => `[data-testid=${id}]`;
const silent = { camera: false, microphone: false };
let server, anna, bela, link;

const shows = ({ page }, id) => page.waitForSelector(at(id), { visible: true, timeout: 20_000 });
const role = (visitor, wanted) => until(`${visitor.name} is ${wanted}`, async () => (await attribute(visitor, 'stage', 'data-role')) === wanted);

/** Opens the link and asks to come in, whatever comes of it. */
async function knock({ page, name }) {
  await page.goto(link, { waitUntil: 'load' });
  await type(page, 'join-name', name);
  await click(page, 'join-submit');
}

/** Chooses from a menu. */
async function choose({ page }, menu, entry) {
  await click(page, menu);
  await click(page, `do-${entry}`);
}

/** Chooses from the menu of a person, whose list is open. */
async function about({ page }, name, entry) {
  const opener = await page.waitForSelector(`${at('person')}[data-name="${name}"] ${at('person-menu')}`, { timeout: 20_000 });
  await opener.click();
  await click(page, `do-${entry}`);
}

/** What a screen reader says of one's own tile. */
const ownTile = ({ page }) => page.$eval(`${at('tile')}[data-self=true]`, (tile) => tile.getAttribute('aria-label'));

async function readable({ page, name }, what) {
  assert.deepEqual(await faults(page), [], `${what} of ${name}`);
}

before(async () => {
  server = await startServer();
  [anna, bela] = await Promise.all([inChromium(people.anna), inChromium(people.bela)]);
  link = await makeMeeting(anna, server.url, 'Sitzung <b>7b</b>');
  await anna.page.reload({ waitUntil: 'load' }); // its maker stays its owner
  await join(anna, link, silent);
});
after(async () => {
  await Promise.all([anna?.close(), bela?.close()]);
  await server.stop();
});

test('who made the meeting conducts it; the badge and the title are words', async () => {
  await role(anna, 'owner');
  assert.match(await anna.page.$eval(at('level'), (badge) => badge.textContent), /Transportverschlüsselt: der Betreiber könnte technisch mithören/);
  assert.equal(await anna.page.$('h1 b'), null);
});

test('locked, nobody comes in; unlocked, they do', async () => {
  await choose(anna, 'ctl-more', 'lock');
  await shows(anna, 'locked');
  await knock(bela);
  await shows(bela, 'error-page');
  assert.equal(await attribute(bela, 'error-page', 'data-code'), 'locked');
  await choose(anna, 'ctl-more', 'lock');
  await until('unlocked', async () => (await anna.page.$(at('locked'))) === null);
  await knock(bela);
  await role(bela, 'participant');
});

test('put out and refused, one waits and writes to the host, who answers and lets in', async () => {
  await click(anna.page, 'ctl-people');
  await about(anna, bela.name, 'remove');
  await click(anna.page, 'remove-refuse');
  await shows(bela, 'left-page');
  assert.equal(await attribute(bela, 'left-page', 'data-how'), 'removed');
  await knock(bela);
  await shows(bela, 'lobby');
  await shows(anna, 'waiting-person');
  await type(bela.page, 'ask-text', 'Bin <b>neu</b> hier');
  await click(bela.page, 'ask-send');
  assert.match(await (await shows(anna, 'waiting-asked')).evaluate((line) => line.textContent), /Bin <b>neu<\/b> hier/);
  await readable(bela, 'the lobby');
  await readable(anna, 'the list of people');
  await click(anna.page, 'tell-waiting');
  await type(anna.page, 'tell-text', 'Einen <i>Moment</i> noch');
  await click(anna.page, 'tell-send');
  const told = await shows(bela, 'lobby-told');
  assert.match(await told.evaluate((line) => line.textContent), /Einen <i>Moment<\/i> noch/);
  await click(anna.page, 'admit');
  await role(bela, 'participant');
});

test('a page that is loaded anew needs no lobby: its ticket is good', async () => {
  await bela.page.reload({ waitUntil: 'load' });
  await type(bela.page, 'join-name', bela.name);
  await click(bela.page, 'join-submit');
  await role(bela, 'participant');
});

test('the chat: what was said is deleted by who conducts the meeting', async () => {
  await click(bela.page, 'ctl-chat');
  await type(bela.page, 'chat-input', 'Guten Abend');
  await click(bela.page, 'chat-send');
  await click(anna.page, 'ctl-chat');
  const said = await shows(anna, 'chat-message');
  assert.match(await said.evaluate((line) => line.textContent), /Guten Abend/);
  await readable(anna, 'the chat');
  await said.hover();
  await choose(anna, 'chat-menu', 'delete');
  await until('it is gone', async () => (await bela.page.$(at('chat-message'))) === null);
});

test('everything held: everybody else waits, and comes back', async () => {
  await anna.page.keyboard.press('Escape'); // out of the chat
  await anna.page.keyboard.press('x');
  await shows(anna, 'held');
  await shows(bela, 'lobby');
  assert.equal(await attribute(bela, 'lobby', 'data-why'), 'held');
  await readable(anna, 'what is held');
  await click(anna.page, 'held-go-on');
  await until('who waits reads that it goes on', async () => (await attribute(bela, 'lobby', 'data-why')) === 'back');
  await click(anna.page, 'knock-admit');
  await role(bela, 'participant');
});

test('handed over, the other conducts', async () => {
  await click(anna.page, 'ctl-people');
  await about(anna, bela.name, 'hand_over');
  await click(anna.page, 'handover-do');
  await role(bela, 'owner');
  await role(anna, 'moderator');
});

/** Who is on the stage, by identity; a place that is given anew has a new one. */
const identities = ({ page }) => page.$$eval(at('tile'), (tiles) => tiles.map((tile) => tile.dataset.identity));

test('the server killed: everybody is back within 10 s with the same role, without the lobby', async () => {
  const before = new Set(await identities(anna));
  const { data } = server;
  await server.stop({ signal: 'SIGKILL', keep: true });
  server = await startServer({ data });
  const limit = Date.now() + 10_000;
  for (const [visitor, wanted] of [[anna, 'moderator'], [bela, 'owner']]) {
    await until(`${visitor.name} is back`, async () => {
      const now = await identities(visitor);
      return now.length === 2 && !now.some((identity) => before.has(identity));
    }, limit - Date.now());
    assert.equal(await attribute(visitor, 'stage', 'data-role'), wanted, visitor.name);
  }
});

test('asked to switch on, the person decides; hands stand in their order', async () => {
  await click(bela.page, 'ctl-people');
  await about(bela, anna.name, 'ask_mic');
  const asked = await shows(anna, 'asked');
  assert.match(await asked.evaluate((banner) => banner.textContent), /Béla bittet Sie, Ihr Mikrofon einzuschalten/);
  await click(anna.page, 'asked-no');
  assert.equal(await attribute(anna, 'ctl-mic', 'data-state'), 'off');
  await click(anna.page, 'ctl-hand');
  await until('the hand is seen', () => bela.page.$(`${at('tile')}[data-name="${anna.name}"][data-hand="1"]`));
});

test('a host changes settings while it runs: they hold at once, and everybody is spoken to as they say', async () => {
  await choose(bela, 'ctl-more', 'settings');
  await shows(bela, 'settings');
  await readable(bela, 'the settings');
  await bela.page.select(at('set-address'), 'du');
  await click(bela.page, 'settings-apply');
  await until('du', async () => (await ownTile(anna)).includes('(du)'));
  await bela.page.keyboard.press('Escape');
});

test('a further device says that it is one, has no sound, and its camera stands beside the first one\u2019s', async () => {
  await click(anna.page, 'ctl-cam');
  await choose(anna, 'ctl-more', 'device');
  const way = await anna.page.waitForSelector(`${at('device-dialog')} ${at('meeting-link')}`, { visible: true, timeout: 20_000 });
  const address = await way.evaluate((field) => field.value);
  await anna.page.keyboard.press('Escape');
  const context = await anna.browser.createBrowserContext();
  const page = await context.newPage();
  const device = { page, name: 'a further device' };
  await page.goto(address, { waitUntil: 'load' });
  await shows(device, 'join-companion');
  assert.equal(await page.$(at('join-mic')), null, 'it has no microphone');
  await click(page, 'join-cam');
  await until('its camera is on', async () => (await attribute(device, 'join-cam', 'data-state')) === 'on');
  await click(page, 'join-submit');
  await shows(device, 'companion');
  await readable(device, 'the stage');
  await until('both cameras are seen', () => bela.page.$(`${at('tile')}[data-source=second][data-picture=true][data-name="${anna.name}"]`));
  assert.equal((await page.$$('audio')).length, 0, 'nothing sounds');
  await click(page, 'ctl-leave');
  const left = await shows(device, 'left-page');
  assert.match(await left.evaluate((text) => text.textContent), /auf deinem ersten Gerät/i);
  await context.close();
  await until('one camera is left', async () => (await bela.page.$(`${at('tile')}[data-source=second]`)) === null);
});

test('ended for all: what stays stored is said', async () => {
  await click(bela.page, 'ctl-leave');
  await click(bela.page, 'end-all');
  for (const visitor of [anna, bela]) {
    await shows(visitor, 'left-page');
    assert.equal(await attribute(visitor, 'left-page', 'data-how'), 'ended');
    await readable(visitor, 'the end');
  }
});

test('nothing stays in the browser, no page spoke with another host, or threw', async () => {
  for (const { page, requests, failures, name } of [anna, bela]) {
    assert.deepEqual(await page.evaluate(() => [...Object.keys(localStorage), ...Object.keys(sessionStorage)]), [], name);
    const foreign = requests.filter((url) => /^(https?|wss?):/.test(url) && new URL(url).host !== new URL(server.url).host);
    assert.deepEqual(foreign, [], name);
    assert.deepEqual(failures, [], name);
  }
});
