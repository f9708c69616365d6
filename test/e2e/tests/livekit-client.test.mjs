// livekit-client, unchanged, in Chromium and Firefox, with one PeerConnection and with two.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { inChromium, inFirefox } from '../lib/browsers.mjs';
import { enterWith, forget, leave, look, say, sees, startApplication, ticket } from '../lib/livekit.mjs';
import { people } from '../lib/media.mjs';
import { meet, soon, told } from '../lib/meet.mjs';
import { until } from '../lib/probe.mjs';
import { startRelay } from '../lib/relay.mjs';
import { call, startServer } from '../lib/server.mjs';

const camera = { width: 1280, height: 720, fps: 10, frames: 10 }; // enough for three layers
/** How soon everybody is back after the server was killed and started again. */
const backWithin = 10_000;

let server, application, relay, anna, dora;
before(async () => {
  [server, application] = [await startServer(), await startApplication()];
  relay = await startRelay({ from: 7980, to: 7880 });
  [anna, dora] = await Promise.all([inChromium({ ...people.anna, camera }), inFirefox({ ...people.dora, camera })]);
  for (const one of [anna, dora]) Object.assign(one, { look: () => look(one), say: (...what) => say(one, ...what) });
});
after(async () => {
  await Promise.all([anna, dora].map((person) => person?.close()));
  await relay.close();
  application.stop();
  assert.equal(await server.stop(), 0, server.log);
});

const [one, two] = [{ singlePeerConnection: true }, { singlePeerConnection: false }];

for (const [pair, here, there] of [['Chromium with two, Firefox with one', two, one], ['Chromium with one, Firefox with two', one, two]]) {
  const room = pair;
  const both = () => [anna, dora];
  const muted = (person, other) => person.page.evaluate((identity) =>
    window.call.room.remoteParticipants.get(identity)?.getTrackPublication('microphone')?.isMuted, other.name);

  test(`${pair}: they see, hear and write to each other`, async () => {
    await enterWith(anna, application, relay.url, ticket(server, room, anna.name), here);
    await enterWith(dora, application, relay.url, ticket(server, room, dora.name), there);
    await meet(both(), 'reliable', soon());
    for (const [person, other] of [[anna, dora], [dora, anna]]) {
      await person.say('lossy', false);
      await until('lossy', async () => (await other.look()).data.includes(`${person.name} lossy`));
    }
  });

  test(`${pair}: calls and streams pass`, async () => {
    for (const [person, other] of [[anna, dora], [dora, anna]]) {
      await person.page.evaluate(() => {
        window.call.room.registerRpcMethod('greet', async ({ callerIdentity, payload }) => `${callerIdentity}: ${payload}`);
        window.call.letter = new Promise((done) => window.call.room.registerTextStreamHandler('letter', (reader) => done(reader.readAll())));
      });
      const answer = await other.page.evaluate((identity) =>
        window.call.room.localParticipant.performRpc({ destinationIdentity: identity, method: 'greet', payload: 'hello' }), person.name);
      assert.equal(answer, `${other.name}: hello`);
      await other.page.evaluate(() => window.call.room.localParticipant.sendText('x'.repeat(100_000), { topic: 'letter' }));
      assert.equal(await person.page.evaluate(async () => (await window.call.letter).length), 100_000);
    }
  });

  test(`${pair}: three layers arrive and can be switched`, async () => {
    for (const [person, other] of [[anna, dora], [dora, anna]]) {
      await sees(person, other, 'LOW', 320);
      await sees(person, other, 'HIGH', 1280);
      await sees(person, other, 'MEDIUM', 640);
    }
  });

  test(`${pair}: they mute`, async () => {
    for (const [person, other] of [[anna, dora], [dora, anna]]) {
      for (const on of [false, true]) {
        await other.page.evaluate((on) => window.call.room.localParticipant.setMicrophoneEnabled(on), on);
        await until(`${person.name} is told`, async () => (await muted(person, other)) === !on);
      }
    }
    await meet(both(), 'not muted', soon());
  });

  test(`${pair}: they resume after their signalling was cut`, async () => {
    const sids = (await Promise.all(both().map(look))).map((seen) => seen.sid);
    for (const text of ['after one cut', 'after two']) {
      for (const person of both()) await forget(person);
      relay.cut();
      for (const person of both()) await told(person, /^reconnected/);
      await meet(both(), text, soon());
    }
    assert.deepEqual((await Promise.all(both().map(look))).map((seen) => seen.sid), sids, 'that was no resume');
  });

  test(`${pair}: they are back after the server was killed and started again`, async () => {
    for (const person of both()) await forget(person);
    const limit = Date.now() + backWithin;
    await server.stop({ signal: 'SIGKILL', keep: true });
    server = await startServer({ data: server.data });
    for (const person of both()) await told(person, /^reconnected/, limit);
    await meet(both(), 'back', limit);
  });

  test(`${pair}: the right to publish is taken and given back`, async () => {
    const allow = (canPublish) => call(server, 'UpdateParticipant', {
      room, identity: anna.name, permission: { canPublish, canSubscribe: true, canPublishData: true },
    });
    const tracks = () => dora.page.evaluate((identity) => window.call.room.remoteParticipants.get(identity)?.trackPublications.size, anna.name);
    const publish = () => anna.page.evaluate(() => window.call.room.localParticipant.enableCameraAndMicrophone().then(() => '', String));
    await allow(false);
    await until('her tracks to go', async () => (await tracks()) === 0);
    assert.match(await publish(), /permission/i, 'publishing without the right');
    await allow(true);
    await until('her right', () => anna.page.evaluate(() => window.call.room.localParticipant.permissions?.canPublish));
    assert.equal(await publish(), '');
    await meet(both(), 'allowed again', soon());
  });

  test(`${pair}: who is removed is told and does not come back`, async () => {
    const old = ticket(server, room, anna.name);
    await call(server, 'RemoveParticipant', { room, identity: anna.name });
    await told(anna, /disconnected: PARTICIPANT_REMOVED/);
    await until('she is gone', async () => !(await dora.page.evaluate((identity) => window.call.room.remoteParticipants.has(identity), anna.name)));
    await assert.rejects(enterWith(anna, application, relay.url, old, here));
    assert.equal((await fetch(`${server.url}/rtc/validate?access_token=${old}`)).status, 401);
    await leave(dora);
  });
}
