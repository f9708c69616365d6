// livekit-client, unchanged, in Chromium and Firefox, with one PeerConnection and with two.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { inChromium, inFirefox } from '../lib/browsers.mjs';
import { enter, gets, resume, startApplication, writes } from '../lib/livekit.mjs';
import { people } from '../lib/media.mjs';
import { startServer } from '../lib/server.mjs';

const [one, two] = [{ singlePeerConnection: true }, { singlePeerConnection: false }];

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

const everybody = () => [[anna, bela], [anna, dora], [bela, anna], [bela, dora], [dora, anna], [dora, bela]];

test('people with one and with two PeerConnections see, hear and write to each other', async () => {
  await enter(anna, application, server, 'hall', two);
  await enter(bela, application, server, 'hall', one);
  await enter(dora, application, server, 'hall', two);
  for (const [person, other] of everybody()) await gets(person, other);
  for (const [person, other] of everybody()) await writes(person, `to ${other.name}`, other, other !== dora);
});

test('those with two go on after their signalling was cut', async () => {
  for (const person of [anna, dora]) {
    await resume(person);
    for (const [here, there] of everybody()) await gets(here, there);
    await writes(person, 'back', bela);
  }
});
