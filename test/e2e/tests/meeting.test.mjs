// Three people in Chromium: they see and hear each other, share a screen, chat, leave, crash and come back.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { inChromium } from '../lib/browsers.mjs';
import { people, screen } from '../lib/media.mjs';
import { startServer } from '../lib/server.mjs';
import { watch } from '../lib/inject.mjs';
import { alike, packetsReceived, tiles, tone, until } from '../lib/probe.mjs';
import { attribute, click, join, makeMeeting, meets, misses, type } from '../lib/visit.mjs';

let server, anna, bela, cora, link;
before(async () => {
  server = await startServer();
  [anna, bela, cora] = await Promise.all([people.anna, people.bela, people.cora].map((who) => inChromium(who)));
});
after(async () => {
  await Promise.all([anna, bela, cora].map((visitor) => visitor?.close()));
  assert.equal(await server.stop(), 0, 'the server ends in order');
});

test('devices are off until they are switched on', async () => {
  link = await makeMeeting(anna, server.url, 'Elternabend 7b');
  assert.equal(await attribute(anna, 'join-cam', 'data-state'), 'off');
  assert.equal(await attribute(anna, 'join-mic', 'data-state'), 'off');
  const live = await anna.page.evaluate(() => [...document.querySelectorAll('video')].some((v) => v.srcObject?.active));
  assert.equal(live, false, 'no preview plays');
});

test('three people see and hear each other', async () => {
  await join(anna, link);
  await join(bela, link);
  await anna.page.waitForSelector(`[data-testid=news] p`);
  assert.ok((await anna.page.$eval('[data-testid=news] p', (said) => said.clientHeight)) < 60, 'who came is told in a line, not over the pictures');
  await join(cora, link);
  const everyone = [anna, bela, cora];
  for (const one of everyone) for (const other of everyone) if (one !== other) await meets(one, other);
});

test('the icons say what the server receives, and who gets it is told', async () => {
  for (const id of ['ctl-mic', 'ctl-cam']) await until(`${id} is on`, async () => (await attribute(anna, id, 'data-state')) === 'on');
  await click(anna.page, 'ctl-seen');
  await until('two hear her', async () => (await attribute(anna, 'seen-microphone', 'data-count')) === '2');
  await anna.page.keyboard.press('Escape');
});

test('a further device of the same person sees, and neither sends nor plays sound: no echo', async () => {
  await click(bela.page, 'ctl-more');
  await click(bela.page, 'do-device');
  const address = await bela.page.waitForSelector('[data-testid=device-dialog] [data-testid=meeting-link]', { visible: true });
  const page = await bela.browser.newPage();
  await page.evaluateOnNewDocument(watch);
  await page.goto(await address.evaluate((field) => field.value), { waitUntil: 'load' });
  await page.waitForSelector('[data-testid=join-submit]', { visible: true });
  assert.equal(await page.evaluate(() => location.hash), '', 'the secret is out of the address');
  await click(page, 'join-submit');
  const tablet = { ...people.bela, page, name: 'the further device' };
  await meets(tablet, anna, { sound: false });
  await meets(tablet, cora, { sound: false });
  assert.equal(await page.$('[data-testid=dev-mic]'), null, 'there is no microphone to choose');
  await click(page, 'ctl-mic'); // it says why that does nothing
  await until('its sound would have flowed', async () => (await packetsReceived(page)) > 100);
  const sound = await page.evaluate(async () => {
    const reports = [];
    for (const connection of window.testConnections) reports.push(...(await connection.getStats()).values());
    const flows = (type) => reports.some((r) => r.type === type && r.kind === 'audio' && (r.packetsSent ?? r.packetsReceived) > 0);
    return { sent: flows('outbound-rtp'), received: flows('inbound-rtp'), played: [...document.querySelectorAll('audio')].some((e) => e.srcObject?.active) };
  });
  assert.deepEqual(sound, { sent: false, received: false, played: false });
  await meets(anna, bela, { picture: false });
  assert.equal(new Set((await tiles(anna.page)).map((tile) => tile.name)).size, 3, 'nobody has come');
  await click(page, 'ctl-leave');
  await page.waitForSelector('[data-testid=left-page]');
  await page.close();
  await bela.page.keyboard.press('Escape'); // out of the dialogue
});

test('muting is seen and heard, and taken back', async () => {
  await click(bela.page, 'ctl-mic');
  await until('Anna sees that Béla is muted', async () => (await tiles(anna.page)).find((t) => t.name === bela.name)?.muted === 'true');
  await until('Anna does not hear Béla', async () => (await tone(anna.page, bela.name)) === 0);
  await click(bela.page, 'ctl-mic');
  await meets(anna, bela, { picture: false });
});

test('the camera goes off and on', async () => {
  await click(bela.page, 'ctl-cam');
  await until('Anna sees no picture of Béla', async () => {
    const tile = (await tiles(anna.page)).find((t) => t.name === bela.name && t.source === 'camera');
    return tile && tile.colour === null;
  });
  await click(bela.page, 'ctl-cam');
  await meets(anna, bela, { sound: false });
});

test('a shared screen is seen and heard', async () => {
  await click(anna.page, 'ctl-share'); // whoever made it: in a public meeting others may not
  for (const one of [bela, cora]) {
    await until(`${one.name} sees the screen`, async () => {
      const tile = (await tiles(one.page)).find((t) => t.name === anna.name && t.source === 'screen');
      return tile && alike(tile.colour, screen.colour);
    });
    await until(`${one.name} hears the screen`, async () => Math.abs((await tone(one.page, anna.name, 'screen')) - screen.tone) <= 20);
  }
  await click(anna.page, 'ctl-share');
  await until('the screen is gone', async () => !(await tiles(bela.page)).some((t) => t.source === 'screen'));
});

test('chat reaches everybody, as text', async () => {
  const said = 'Grüße! <b>nicht fett</b> 🙂';
  await click(anna.page, 'ctl-chat');
  await type(anna.page, 'chat-input', said);
  await click(anna.page, 'chat-send');
  for (const one of [bela, cora]) {
    await click(one.page, 'ctl-chat');
    await until(`${one.name} reads it`, () => one.page.evaluate((said) =>
      [...document.querySelectorAll('[data-testid=chat-message]')].some((m) => m.textContent.includes(said)), said));
  }
  assert.equal(await bela.page.$('[data-testid=chat-message] b'), null);
});

test('who leaves is gone at once', async () => {
  await click(cora.page, 'ctl-leave');
  await cora.page.waitForSelector('[data-testid=left-page]');
  await misses(anna, cora.name, 5_000);
  await misses(bela, cora.name, 5_000);
});

test('who crashes comes back by the link', async () => {
  await bela.kill();
  bela = await inChromium(people.bela);
  await join(bela, link);
  await meets(anna, bela);
  await meets(bela, anna);
});

test('no page spoke with another host, or threw', () => {
  for (const { requests, failures, name } of [anna, bela, cora]) {
    const foreign = requests.filter((url) => /^(https?|wss?):/.test(url) && new URL(url).host !== new URL(server.url).host);
    assert.deepEqual(foreign, [], name);
    assert.deepEqual(failures, [], name);
  }
});
