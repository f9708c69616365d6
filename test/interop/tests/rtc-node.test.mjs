// LiveKit's client SDK for Node.js, unchanged, meets others in rooms, with two PeerConnections and with one.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { RoomEvent, TrackSource, dispose } from '@livekit/rtc-node';
import { AccessToken, RoomServiceClient } from 'livekit-server-sdk';
import { startRelay } from '../../e2e/lib/relay.mjs';
import { Member, soon } from '../lib/member.mjs';
import { enter, key, secret, startServer, until } from '../lib/server.mjs';

/** How soon everybody is back after the server was killed and started again. */
const backWithin = 10_000;

let server, rooms;
const members = [];

before(async () => {
  server = await startServer();
  rooms = new RoomServiceClient(server.url, key, secret);
});

afterEach(async () => {
  for (const member of members.splice(0)) await member.leave();
});

after(async () => {
  await dispose();
  assert.equal(await server.stop(), 0, server.log);
});

function ticket(room, identity) {
  const token = new AccessToken(key, secret, { identity });
  token.addGrant({ roomJoin: true, room, canUpdateOwnMetadata: true });
  return token.toJwt();
}

/** Two people in a room who publish. */
async function two(room, options, url = server.url) {
  const both = [];
  for (const identity of ['ada', 'bob']) {
    const member = await Member.enter(url, await ticket(room, identity), options);
    members.push(member);
    both.push(member);
    await member.publish();
  }
  return both;
}

/** Both see, hear and write to each other. */
async function meet([ada, bob], text, limit = soon()) {
  await ada.gets(['bob audio', 'bob video'], limit);
  await bob.gets(['ada audio', 'ada video'], limit);
  await ada.say(text, true);
  await bob.hears(`ada ${text}`, limit);
  await bob.say(text, true);
  await ada.hears(`bob ${text}`, limit);
}

for (const [mode, options] of [['two PeerConnections', {}], ['one PeerConnection', { single: true }]]) {
  test(`${mode}: two see, hear and write to each other, mute, call and leave`, async () => {
    const [ada, bob] = await two(`hall ${mode}`, options);
    await meet([ada, bob], 'reliable');
    await bob.say('lossy', false);
    await ada.hears('bob lossy');

    ada.room.localParticipant.registerRpcMethod('greet', async ({ callerIdentity, payload }) => `${callerIdentity}: ${payload}`);
    const answer = await bob.room.localParticipant.performRpc({ destinationIdentity: 'ada', method: 'greet', payload: 'hello' });
    assert.equal(answer, 'bob: hello');

    const long = 'x'.repeat(100_000);
    const read = new Promise((done) => ada.room.registerTextStreamHandler('letter', (reader) => done(reader.readAll())));
    await bob.room.localParticipant.sendText(long, { topic: 'letter' });
    assert.equal(await read, long);

    const microphone = () => bob.of('ada', TrackSource.SOURCE_MICROPHONE);
    ada.mute(true);
    await until('the news that ada is muted', () => microphone().muted);
    ada.mute(false);
    await until('the news that ada is not muted', () => !microphone().muted);
    await bob.gets('ada audio');

    await bob.leave();
    await until('bob to be gone', () => !ada.room.remoteParticipants.has('bob'));
  });

  test(`${mode}: three layers arrive and can be switched`, async () => {
    const [ada, bob] = await two(`layers ${mode}`, options);
    await bob.sees('ada', 'HIGH', 1280);
    await bob.sees('ada', 'LOW', 320);
    await bob.sees('ada', 'MEDIUM', 640);
    await ada.sees('bob', 'LOW', 320);
    await ada.sees('bob', 'HIGH', 1280);
  });

  test(`${mode}: signalling is cut, twice`, async () => {
    const relay = await startRelay({ from: 0, to: server.port });
    const both = await two(`cut ${mode}`, options, relay.url);
    await meet(both, 'before');
    const sids = both.map((one) => one.room.localParticipant.sid);
    for (const text of ['after one cut', 'after two']) {
      for (const one of both) one.events.length = 0;
      relay.cut();
      for (const one of both) await one.told(RoomEvent.Reconnected);
      await meet(both, text);
    }
    assert.deepEqual(both.map((one) => one.room.localParticipant.sid), sids, 'they resumed');
    for (const one of members.splice(0)) await one.leave();
    await relay.close();
  });

  test(`${mode}: the server is killed and started again`, async () => {
    const both = await two(`killed ${mode}`, options);
    await meet(both, 'before');
    const limit = Date.now() + backWithin;
    await server.kill();
    for (const one of both) await one.told(RoomEvent.Reconnected, limit);
    await meet(both, 'after', limit);
  });

  test(`${mode}: the right to publish is taken and given back`, async () => {
    const room = `rights ${mode}`;
    const [ada, bob] = await two(room, options);
    await bob.gets(['ada audio', 'ada video']);
    const allow = (canPublish) => rooms.updateParticipant(room, 'ada', { permission: { canPublish, canSubscribe: true, canPublishData: true } });
    await allow(false);
    await until("ada's tracks to go", () => bob.room.remoteParticipants.get('ada').trackPublications.size === 0);
    await allow(true);
    await ada.publish();
    await bob.gets(['ada audio', 'ada video']);
  });

  test(`${mode}: who is removed does not come back`, async () => {
    const room = `door ${mode}`;
    const [ada, bob] = await two(room, options);
    await until('ada', () => bob.room.remoteParticipants.has('ada'));
    const old = await ticket(room, 'ada');
    await rooms.removeParticipant(room, 'ada');
    await ada.told('disconnected: PARTICIPANT_REMOVED');
    await until('ada to be gone', () => !bob.room.remoteParticipants.has('ada'));
    await assert.rejects(Member.enter(server.url, old, options));
    assert.equal((await fetch(`${server.url}/rtc/validate?access_token=${old}`)).status, 401);
  });
}

test('somebody of another making is met', async () => {
  const cid = await Member.enter(server.url, await ticket('hall', 'cid'));
  members.push(cid);
  await cid.publish();
  const guest = await enter(server.url, await ticket('hall', 'guest'));
  await until('the guest', () => cid.room.remoteParticipants.get('guest')?.trackPublications.size === 1);
  await guest.leave();
  await until('the guest to be gone', () => !cid.room.remoteParticipants.has('guest'));
});
