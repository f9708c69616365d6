// How long Chromium itself takes to join with livekit-client: from the call of connect() to the first picture of somebody
// who is there. Prints the median and the 95th percentile; run it by "make join" on a quiet machine.
import { inChromium } from './lib/browsers.mjs';
import { startApplication, ticket } from './lib/livekit.mjs';
import { people } from './lib/media.mjs';
import { startServer } from './lib/server.mjs';

const joins = 20;

const [server, application] = [await startServer(), await startApplication()];
const [anna, bela] = await Promise.all([inChromium(people.anna), inChromium(people.bela)]);
const url = server.url.replace('http', 'ws');
try {
  await anna.page.goto(application.url);
  await anna.page.evaluate(async (url, token) => {
    window.room = new window.LivekitClient.Room();
    await window.room.connect(url, token);
    await window.room.localParticipant.setCameraEnabled(true);
  }, url, ticket(server, 'join', 'anna'));
  await bela.page.goto(application.url);
  const took = { connected: [], picture: [] };
  for (let n = 0; n < joins; n++) {
    const one = await bela.page.evaluate(async (url, token) => {
      const { Room, RoomEvent } = window.LivekitClient;
      const room = new Room();
      const begun = performance.now();
      const picture = new Promise((done, fail) => {
        setTimeout(() => fail(new Error('no picture came')), 10_000);
        room.on(RoomEvent.TrackSubscribed, (track) => {
          const element = track.attach();
          document.body.append(element);
          element.requestVideoFrameCallback(() => done(performance.now() - begun));
        });
      });
      await room.connect(url, token);
      const connected = performance.now() - begun;
      const result = { connected, picture: await picture };
      await room.disconnect();
      document.body.replaceChildren();
      return result;
    }, url, ticket(server, 'join', `bela-${n}`));
    for (const what of Object.keys(took)) took[what].push(one[what]);
  }
  for (const [what, values] of Object.entries(took)) {
    values.sort((a, b) => a - b);
    console.log(`${what}: ${Math.round(values[joins / 2])} ms, p95 ${Math.round(values[Math.floor(joins * 0.95)])} ms, ${joins} joins one after the other`);
  }
} finally {
  await Promise.all([anna.close(), bela.close()]);
  application.stop();
  await server.stop();
}
