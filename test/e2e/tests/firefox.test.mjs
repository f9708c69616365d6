// Chromium and Firefox meet, both ways.
import { after, before, test } from 'node:test';
import { inChromium, inFirefox } from '../lib/browsers.mjs';
import { people } from '../lib/media.mjs';
import { startServer } from '../lib/server.mjs';
import { click, join, makeMeeting, meets, misses } from '../lib/visit.mjs';

let server, anna, dora;
before(async () => {
  server = await startServer();
  [anna, dora] = await Promise.all([inChromium(people.anna), inFirefox(people.dora)]);
});
after(async () => {
  await Promise.all([anna?.close(), dora?.close()]);
  await server.stop();
});

test('Firefox makes a meeting, Chromium comes, both see and hear', async () => {
  const link = await makeMeeting(dora, server.url, 'Sprechstunde');
  await join(dora, link);
  await join(anna, link);
  await meets(anna, dora);
  await meets(dora, anna);
});

test('Firefox leaves and comes again', async () => {
  const link = dora.page.url();
  await click(dora.page, 'ctl-leave');
  await click(dora.page, 'leave-only'); // it made the meeting, so that it could end it too
  await misses(anna, dora.name, 5_000);
  await dora.page.goto('about:blank');
  await join(dora, link);
  await meets(anna, dora);
  await meets(dora, anna);
});
