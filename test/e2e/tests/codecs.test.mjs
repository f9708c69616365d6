// Codecs that not everybody decodes: livekit-client, unchanged, publishes a backup beside them when it is asked to.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { inChromium, inFirefox } from '../lib/browsers.mjs';
import { codecOf, enter, gets, leave, sees, senses, sends, startApplication, until, weight } from '../lib/livekit.mjs';
import { people } from '../lib/media.mjs';
import { endPlainly, sendPlainly } from '../lib/plain.mjs';
import { alike } from '../lib/probe.mjs';
import { startServer } from '../lib/server.mjs';

const [one, two] = [{ singlePeerConnection: true }, { singlePeerConnection: false }];
const publishing = (videoCodec, backupCodecPolicy) => ({ publishDefaults: { videoCodec, backupCodecPolicy } });
const [simulcast] = [1];

let server, application, anna, bela, dora;
before(async () => {
  [server, application] = [await startServer(), await startApplication()];
  [anna, bela, dora] = await Promise.all([inChromium(people.anna), inChromium(people.bela), inFirefox(people.dora)]);
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

/** Waits until somebody sees the colour and, unless it is silent, hears the tone of another. */
async function perceives(person, other, silent = false) {
  await until(`${other.name}'s colour and tone at ${person.name}`, async () => {
    const { colour, tone } = await senses(person, other);
    if (alike(colour, other.colour) && (silent || Math.abs(tone - other.tone) < 20)) return true;
    throw new Error(`${colour}, ${tone} Hz`);
  }, 30_000);
}

/** Waits until a browser sends pictures in these codecs only. */
async function sendsOnly(person, ...codecs) {
  const same = async () => (await sends(person)).join() === codecs.join();
  await until(`${person.name} to send ${codecs}`, async () => (await same()) && (await new Promise((done) => setTimeout(done, 1000)), await same()), 30_000);
}

test('everybody gets the backup while somebody needs it, and of AV1 the layer that is watched', async () => {
  await enter(anna, application, server, 'AV1', { ...one, ...publishing('av1') });
  await enter(bela, application, server, 'AV1', two);
  await getsIn(bela, anna, 'video/AV1');
  await enter(dora, application, server, 'AV1', one);
  await getsIn(dora, anna, 'video/VP8');
  await getsIn(bela, anna, 'video/VP8');
  await sendsOnly(anna, 'video/VP8');
  await perceives(dora, anna);
  await getsIn(bela, dora, 'video/VP8');
  await perceives(bela, dora);

  await leave(dora);
  await getsIn(bela, anna, 'video/AV1');
  await sendsOnly(anna, 'video/AV1');
  await sees(bela, anna, 'LOW', 320);
  await perceives(bela, anna);
  await sees(bela, anna, 'HIGH', 640);
  await perceives(bela, anna);
});

test('with simulcast of codecs everybody gets the best that it decodes', async () => {
  await enter(anna, application, server, 'both', { ...two, ...publishing('av1', simulcast) });
  await enter(bela, application, server, 'both', one);
  await enter(dora, application, server, 'both', two);
  await getsIn(dora, anna, 'video/VP8');
  await getsIn(bela, anna, 'video/AV1');
  await sendsOnly(anna, 'video/AV1', 'video/VP8');
});

test('of the layers inside a stream of VP9 both browsers get those that they watch', async () => {
  await enter(anna, application, server, 'VP9', { ...one, ...publishing('vp9') });
  await Promise.all([enter(bela, application, server, 'VP9', one), enter(dora, application, server, 'VP9', two)]);
  await Promise.all([bela, dora].map((person) => getsIn(person, anna, 'video/VP9')));
  await Promise.all([sees(bela, anna, 'LOW', 320), sees(dora, anna, 'HIGH', 640)]);
  await Promise.all([bela, dora].map((person) => perceives(person, anna)));
  await Promise.all([sees(bela, anna, 'HIGH', 640), sees(dora, anna, 'LOW', 320)]);
  await Promise.all([bela, dora].map((person) => perceives(person, anna)));
  await sendsOnly(anna, 'video/VP9');
});

test('who has H264 gets it, and Firefox, which has none here, the backup', async () => {
  await enter(anna, application, server, 'H264', { ...two, ...publishing('h264', simulcast) });
  await enter(bela, application, server, 'H264', one);
  await getsIn(bela, anna, 'video/H264');
  await perceives(bela, anna);
  await enter(dora, application, server, 'H264', one);
  await getsIn(dora, anna, 'video/VP8');
  await perceives(dora, anna);
  await getsIn(bela, anna, 'video/H264');
});

test('a page without a client library sends VP9 and AV1 from Firefox', async () => {
  await enter(bela, application, server, 'plain', one);
  for (const codec of ['VP9', 'AV1']) {
    await sendPlainly(dora, application, server, 'plain', codec.toLowerCase());
    await until(`${codec} of Dora at Béla`, async () => (await codecOf(bela, dora, 'video')) === `video/${codec}`, 30_000);
    await perceives(bela, dora, true);
    await endPlainly(dora);
  }
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
