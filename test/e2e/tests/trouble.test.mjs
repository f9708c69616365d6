// What goes wrong is said: a page or a banner for each failure, never silence.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { inChromium } from '../lib/browsers.mjs';
import { people } from '../lib/media.mjs';
import { drain, startServer } from '../lib/server.mjs';
import { until } from '../lib/probe.mjs';
import { click, join, makeMeeting, meets, type } from '../lib/visit.mjs';

const code = (page) => page.waitForSelector('[data-testid=error-page]', { timeout: 60_000 }).then((e) => e.evaluate((p) => p.dataset.code));

let server, link;
const open = [];
const person = async (who, options) => {
  const visitor = await inChromium(who, options);
  open.push(visitor);
  return visitor;
};
before(async () => {
  server = await startServer();
  const anna = await person(people.anna);
  link = await makeMeeting(anna, server.url, 'Sprechstunde');
});
after(async () => {
  await Promise.all(open.map((visitor) => visitor.close()));
  await server.stop();
});

test('a link that does not exist', async () => {
  const { page } = open[0];
  await page.goto(`${server.url}/m/AAAAAAAAAAAAAAAAAAAAAA`);
  assert.equal(await code(page), 'link_unknown');
});

test('camera and microphone are forbidden', async () => {
  const bela = await person(people.bela, { devices: 'denied', lang: 'en-US' });
  await bela.page.goto(link);
  await click(bela.page, 'join-cam');
  assert.equal(await code(bela.page), 'permission_denied');
  assert.equal(await bela.page.evaluate(() => document.documentElement.lang), 'en');
  await type(bela.page, 'join-name', bela.name); // one may come in all the same
  await click(bela.page, 'join-submit');
  await bela.page.waitForSelector('[data-testid=stage]');
  await bela.close();
});

test('there is no camera', async () => {
  const cora = await person(people.cora, { devices: 'none' });
  await cora.page.goto(link);
  await click(cora.page, 'join-cam');
  assert.equal(await code(cora.page), 'no_device');
});

test('media cannot pass', async () => {
  // The server announces an address that nobody has: neither UDP nor TCP gets through.
  const walled = await startServer({ port: 7890, metrics: 7899, flags: ['--rtc-udp-port', '7892', '--rtc-tcp-port', '7891', '--metrics-bind', '127.0.0.1:7899', '--rtc-ip', '10.77.0.99'] });
  const dora = await person(people.dora);
  const walledLink = await makeMeeting(dora, walled.url, 'Hinter der Mauer');
  await dora.page.goto(walledLink);
  await type(dora.page, 'join-name', dora.name);
  await click(dora.page, 'join-submit');
  assert.equal(await code(dora.page), 'media_blocked');
  await walled.stop();
});

test('the server is killed and comes back: so do the people, with link and name, and nobody clicks', async () => {
  const [anna] = open;
  const bela = await person(people.bela);
  await anna.page.goto(link);
  await join(anna, link);
  await join(bela, link);
  await meets(anna, bela);
  await server.stop({ signal: 'SIGKILL', keep: true });
  await until('a banner says so', () => anna.page.$('[data-testid=banner]'), 10_000);
  server = await startServer({ data: server.data });
  const began = Date.now();
  await meets(anna, bela);
  assert.ok(Date.now() - began < 10_000, `back after ${Date.now() - began} ms`);
  assert.equal(anna.page.url(), link);
});

test('maintenance: who is in is told and goes on, others may join, nothing new begins, and it is taken back', async () => {
  const [anna] = open;
  const another = await makeMeeting(anna, server.url, 'Vor der Wartung');
  await join(anna, link);
  await drain(server, '--within', '2h');
  const note = await anna.page.waitForSelector('[data-testid=maintenance]', { timeout: 10_000 });
  assert.match(await note.evaluate((shown) => shown.textContent), /Wartung.*\d+:\d\d.*gilt auch danach/);
  const dora = await person(people.dora, { lang: 'en-US' });
  await join(dora, link, { camera: false });
  await meets(dora, anna);
  await dora.page.waitForSelector('[data-testid=maintenance]', { timeout: 10_000 });
  const cora = await person(people.cora, { lang: 'en-US' });
  await cora.page.goto(another);
  await type(cora.page, 'join-name', cora.name);
  await click(cora.page, 'join-submit');
  assert.equal(await code(cora.page), 'maintenance');
  assert.match(await cora.page.$eval('[data-testid=error-page]', (page) => page.textContent), /about to be stopped for maintenance.*K-34/);
  await drain(server, '--cancel');
  await until('the note goes', async () => (await anna.page.$('[data-testid=maintenance]')) === null, 10_000);
  await click(cora.page, 'error-retry');
  await click(cora.page, 'join-submit');
  await cora.page.waitForSelector('[data-testid=stage]', { timeout: 30_000 });
  await Promise.all([dora.close(), cora.close()]);
});

test('the server is stopped in order', async () => {
  const [anna] = open;
  const another = await makeMeeting(anna, server.url, 'Noch eine');
  await join(anna, another);
  assert.equal(await server.stop({ keep: true }), 0);
  await until('the banner says that the server was stopped', async () => {
    const shown = await anna.page.$eval('[data-testid=banner]', (banner) => banner.dataset.code);
    return shown === 'server';
  }, 10_000);
  server = await startServer({ data: server.data });
  await until('the banner goes', async () => (await anna.page.$('[data-testid=banner]')) === null, 10_000);
  assert.equal(anna.page.url(), another);
});
