// LiveKit's client SDK for Node.js, unchanged, meets others in rooms.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { RoomEvent, SimulateScenarioKind, dispose } from '@livekit/rtc-node';
import { AccessToken } from 'livekit-server-sdk';
import { Member } from '../lib/member.mjs';
import { enter, key, secret, startServer, until } from '../lib/server.mjs';

let server;
const members = [];

before(async () => {
  server = await startServer();
});

after(async () => {
  for (const member of members) await member.leave();
  await dispose();
  assert.equal(await server.stop(), 0, server.log);
});

function ticket(identity) {
  const token = new AccessToken(key, secret, { identity });
  token.addGrant({ roomJoin: true, room: 'hall', canUpdateOwnMetadata: true });
  return token.toJwt();
}

async function join(identity) {
  const member = await Member.enter(server.url, await ticket(identity));
  members.push(member);
  return member;
}

test('two see, hear and write to each other, and go on after a resume', async () => {
  const [ada, bob] = [await join('ada'), await join('bob')];
  await ada.publish();
  await bob.publish();
  const meet = async () => {
    for (const kind of ['audio', 'video']) {
      await ada.gets(`bob ${kind}`);
      await bob.gets(`ada ${kind}`);
    }
  };
  await meet();
  await ada.say('reliable', true);
  await bob.hears('ada reliable');
  await bob.say('lossy', false);
  await ada.hears('bob lossy');

  ada.room.localParticipant.registerRpcMethod('greet', async ({ callerIdentity, payload }) => `${callerIdentity}: ${payload}`);
  const answer = await bob.room.localParticipant.performRpc({ destinationIdentity: 'ada', method: 'greet', payload: 'hello' });
  assert.equal(answer, 'bob: hello');

  const long = 'x'.repeat(100_000);
  const read = new Promise((done) => ada.room.registerTextStreamHandler('letter', (reader) => done(reader.readAll())));
  await bob.room.localParticipant.sendText(long, { topic: 'letter' });
  assert.equal(await read, long);

  const sid = bob.room.localParticipant.sid;
  await bob.room.simulateScenario(SimulateScenarioKind.SIMULATE_SIGNAL_RECONNECT);
  await bob.told(RoomEvent.Reconnected);
  await meet();
  await bob.say('back', true);
  await ada.hears('bob back');
  assert.equal(bob.room.localParticipant.sid, sid);
});

test('somebody with one PeerConnection is met', async () => {
  const cid = await join('cid');
  await cid.publish();
  const guest = await enter(server.url, await ticket('guest'));
  await until('the guest', () => cid.room.remoteParticipants.get('guest')?.trackPublications.size === 1);
  await cid.gets('ada audio');
  await cid.gets('ada video');
  await guest.leave();
  await until('the guest to be gone', () => !cid.room.remoteParticipants.has('guest'));
});
