// Codecs that not everybody decodes: livekit-client, unchanged, publishes a backup beside them when it is asked to.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { inChromium, inFirefox } from '../lib/browsers.mjs';
import { codecOf, enter, gets, sends, startApplication, until, weight } from '../lib/livekit.mjs';
import { people } from '../lib/media.mjs';
import { startServer } from '../lib/server.mjs';

const [one, two] = [{ singlePeerConnection: true }, { singlePeerConnection: false }];
const publishing = (videoCodec, backupCodecPolicy) => ({ publishDefaults: { videoCodec, backupCodecPolicy } });
const [simulcast] = [1];

let server, application, anna, bela, dora;
before(async () => {
  [server, application] = [await startServer(), await startApplication()];
  // This Firefox cannot decode VP9 either.
  const preferences = { 'media.peerconnection.video.vp9_enabled': false };
  [anna, bela, dora] = await Promise.all([inChromium(people.anna), inChromium(people.bela), inFirefox(people.dora, { preferences })]);
});
after(async () => {
  await Promise.all([anna, bela, dora].map((person) => person?.close()));
  application.stop();
  assert.equal(await server.stop(), 0, server.log);
});

/** Waits until somebody gets the pictures of another in a codec, and more of them. */
async function getsIn(person, other, codec) {
  await until(`${codec} of ${other.name} at ${person.name}`, async () => (await codecOf(person, other, 'video')) === codec, 30_000);
  await gets(person, other);
}

/** Waits until a browser sends pictures in these codecs only. */
async function sendsOnly(person, ...codecs) {
  const same = async () => (await sends(person)).join() === codecs.join();
  await until(`${person.name} to send ${codecs}`, async () => (await same()) && (await new Promise((done) => setTimeout(done, 1000)), await same()), 30_000);
}

test('everybody gets the backup while somebody needs it', async () => {
  await enter(anna, application, server, 'AV1', { ...one, ...publishing('av1') });
  await enter(bela, application, server, 'AV1', two);
  await getsIn(bela, anna, 'video/AV1');
  await enter(dora, application, server, 'AV1', one);
  await getsIn(dora, anna, 'video/VP8');
  await getsIn(bela, anna, 'video/VP8');
  await sendsOnly(anna, 'video/VP8');

  await dora.page.evaluate(() => window.call.room.disconnect());
  await getsIn(bela, anna, 'video/AV1');
  await sendsOnly(anna, 'video/AV1');
});

test('with simulcast of codecs everybody gets the best that it decodes', async () => {
  await enter(anna, application, server, 'VP9', { ...two, ...publishing('vp9', simulcast) });
  await enter(bela, application, server, 'VP9', one);
  await enter(dora, application, server, 'VP9', two);
  await getsIn(dora, anna, 'video/VP8');
  await getsIn(bela, anna, 'video/VP9');
  await sendsOnly(anna, 'video/VP8', 'video/VP9');
});

test('sound is sent with what was sent before, to those who can use it', async () => {
  await enter(anna, application, server, 'RED', one);
  await enter(bela, application, server, 'RED', two);
  await enter(dora, application, server, 'RED', one);
  for (const [person, other] of [[bela, anna], [dora, anna], [anna, dora], [bela, dora]]) await gets(person, other);
  // No browser tells of redundancy in its statistics, but each packet has everything twice.
  const [twice, once] = [await weight(bela, anna), await weight(dora, anna)];
  assert.ok(twice > 1.5 * once, `${twice} bytes in a packet of Anna's sound at Bela, ${once} at Dora`);
});
