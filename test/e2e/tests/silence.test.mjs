// Signalling falls silent for ten seconds while the network for media goes on: who is not in control of a
// connection any more must not be sent on unawares.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { inChromium } from '../lib/browsers.mjs';
import { people } from '../lib/media.mjs';
import { startRelay } from '../lib/relay.mjs';
import { startServer } from '../lib/server.mjs';
import { packetsReceived, packetsSent, until } from '../lib/probe.mjs';
import { join, makeMeeting, meets } from '../lib/visit.mjs';

let server, relay, anna, bela;
before(async () => {
  server = await startServer();
  relay = await startRelay({ from: 7980, to: 7880 });
  [anna, bela] = await Promise.all([inChromium(people.anna), inChromium(people.bela)]);
});
after(async () => {
  await Promise.all([anna?.close(), bela?.close()]);
  await relay?.close();
  await server.stop();
});

test('the client stops sending within six seconds, says so, and resumes by itself', async () => {
  const link = await makeMeeting(anna, server.url, 'Sitzung');
  await join(anna, link.replace(server.url, relay.url));
  await join(bela, link);
  await meets(bela, anna);
  await meets(anna, bela);

  const begin = Date.now();
  relay.fallSilent();
  let before = await packetsSent(anna.page);
  const stopped = await until('Anna stops sending', async () => {
    await new Promise((done) => setTimeout(done, 500));
    const now = await packetsSent(anna.page);
    const still = now === before;
    before = now;
    return still && Date.now() - begin;
  }, 8_000);
  assert.ok(stopped <= 6_000 + 500, `sending stood still after ${stopped} ms`);
  const code = await until('the banner says so', () => anna.page.$eval('[data-testid=banner]', (b) => b.dataset.code));
  assert.ok(code, 'a banner is shown');

  const sent = await packetsSent(anna.page);
  const received = await packetsReceived(bela.page);
  await new Promise((done) => setTimeout(done, Math.max(1_500, begin + 10_000 - Date.now())));
  assert.equal(await packetsSent(anna.page), sent, 'nothing is sent until signalling is back');
  assert.ok((await packetsReceived(bela.page)) - received <= 5, 'Béla receives nothing of Anna');

  relay.speak();
  await meets(bela, anna, { limit: 30_000 });
  await meets(anna, bela, { limit: 30_000 });
  await until('the banner goes', async () => (await anna.page.$('[data-testid=banner]')) === null);
});
