// LiveKit's own server SDK, unchanged, manages rooms and reads webhooks.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  AccessToken, AgentDispatchClient, DataPacket_Kind, EgressClient, IngressClient, RoomServiceClient, SipClient, WebhookReceiver,
} from 'livekit-server-sdk';
import { enter, key, secret, startReceiver, startServer, until } from '../lib/server.mjs';

let server, hooks, rooms;

before(async () => {
  const receiver = new WebhookReceiver(key, secret);
  hooks = await startReceiver((body, authorization) => receiver.receive(body, authorization));
  server = await startServer(hooks.url);
  rooms = new RoomServiceClient(server.url, key, secret);
});

after(async () => {
  assert.equal(await server.stop(), 0, server.log);
  await until('the last webhook', () => hooks.events.at(-1)?.event === 'room_finished');
  assert.deepEqual(hooks.faults, []);
  hooks.stop();
});

/** A token with which somebody joins a room. */
function ticket(room, identity, grants = {}) {
  const token = new AccessToken(key, secret, { identity, name: identity.toUpperCase() });
  token.addGrant({ roomJoin: true, room, ...grants });
  return token.toJwt();
}

/** Expects a call to fail with a code of Twirp. */
const fails = (call, code, status) => assert.rejects(call, (fault) => {
  assert.equal(fault.code, code, `${fault}`);
  assert.equal(fault.status, status);
  return true;
});

const about = (room) => hooks.events.filter((event) => event.room?.name === room);

test('rooms are made, listed, described and deleted', async () => {
  const made = await rooms.createRoom({ name: 'made', emptyTimeout: 300, departureTimeout: 20, maxParticipants: 3, metadata: 'm' });
  assert.equal(made.emptyTimeout, 300);
  assert.equal(made.departureTimeout, 20);
  assert.equal(made.maxParticipants, 3);
  assert.match(made.sid, /^RM_/);
  assert.equal((await rooms.createRoom({ name: 'made' })).sid, made.sid);
  assert.deepEqual((await rooms.listRooms(['made'])).map((room) => room.name), ['made']);
  assert.deepEqual(await rooms.listRooms(['nowhere']), []);
  assert.equal((await rooms.updateRoomMetadata('made', 'new')).metadata, 'new');
  await rooms.deleteRoom('made');
  assert.deepEqual(await rooms.listRooms(), []);
  await fails(rooms.deleteRoom('made'), 'not_found', 404);
  await until('webhooks', () => about('made').length === 2);
  assert.deepEqual(about('made').map((event) => event.event), ['room_started', 'room_finished']);
});

test('a participant is seen, changed, muted, spoken to, removed', async () => {
  const token = await ticket('hall', 'ada', { canUpdateOwnMetadata: true });
  const ada = await enter(server.url, token);
  assert.deepEqual((await rooms.listParticipants('hall')).map((one) => one.identity), ['ada']);
  const seen = await rooms.getParticipant('hall', 'ada');
  assert.equal(seen.sid, ada.sid);
  assert.equal(seen.name, 'ADA');
  assert.equal(seen.tracks[0].sid, ada.track);
  await fails(rooms.getParticipant('hall', 'bob'), 'not_found', 404);
  await fails(rooms.getParticipant('nowhere', 'bob'), 'not_found', 404);

  const changed = await rooms.updateParticipant('hall', 'ada', { name: 'Ada', metadata: 'x', attributes: { hand: 'up' } });
  assert.equal(changed.name, 'Ada');
  assert.deepEqual(changed.attributes, { hand: 'up' });

  const track = await rooms.mutePublishedTrack('hall', 'ada', ada.track, true);
  assert.equal(track.muted, true);
  await fails(rooms.mutePublishedTrack('hall', 'ada', ada.track, false), 'failed_precondition', 412);
  await rooms.updateSubscriptions('hall', 'ada', [ada.track], false);

  await rooms.sendData('hall', new TextEncoder().encode('hello'), DataPacket_Kind.RELIABLE, { destinationIdentities: ['ada'], topic: 'greeting' });
  const data = await ada.told('data');
  assert.equal(data.payload, 'hello');
  assert.equal(data.topic, 'greeting');
  await rooms.sendData('hall', new TextEncoder().encode('not for you'), DataPacket_Kind.LOSSY, { destinationIdentities: ['bob'] });
  await rooms.sendData('hall', new TextEncoder().encode('all'), DataPacket_Kind.LOSSY, {});
  await ada.told('data', (one) => one.payload === 'all');
  assert.ok(!ada.said.some((one) => one.payload === 'not for you'));

  const limited = await rooms.updateParticipant('hall', 'ada', { permission: { canPublish: false, canSubscribe: true, canPublishData: true } });
  assert.equal(limited.permission.canPublish, false);
  assert.deepEqual(limited.tracks, []);

  const refreshed = ada.said.findLast((one) => one.event === 'token').token;
  await rooms.removeParticipant('hall', 'ada');
  assert.equal((await ada.told('left')).reason, 'PARTICIPANT_REMOVED');
  await fails(rooms.removeParticipant('hall', 'ada'), 'not_found', 404);
  for (const old of [token, refreshed]) {
    const answer = await fetch(`${server.url}/rtc/v1/validate?access_token=${old}`);
    assert.equal(answer.status, 401, 'a token from before the removal');
  }
  await ada.leave();
  await until('webhooks', () => about('hall').some((event) => event.event === 'participant_left'));
  assert.deepEqual(about('hall').map((event) => event.event), [
    'room_started', 'participant_joined', 'track_published', 'track_unpublished', 'participant_left',
  ]);
  const left = about('hall').at(-1);
  assert.equal(left.participant.identity, 'ada');
  assert.equal(left.participant.disconnectReason, 4);
});

test('a deleted room sends everyone out', async () => {
  const bob = await enter(server.url, await ticket('cellar', 'bob'));
  await rooms.deleteRoom('cellar');
  assert.equal((await bob.told('left')).reason, 'ROOM_DELETED');
  const finished = await until('room_finished', () => about('cellar').find((event) => event.event === 'room_finished'));
  assert.equal(finished.roomEndReason, 1);
});

test('meetings are out of reach', async () => {
  const made = await fetch(`${server.url}/api/meetings`, { method: 'POST', body: '{"title":"secret"}', headers: { 'Content-Type': 'application/json' } });
  assert.equal(made.status, 201);
  await fails(rooms.createRoom({ name: 'konklave:x' }), 'not_found', 404);
  await fails(rooms.listParticipants('konklave:x'), 'not_found', 404);
  assert.deepEqual((await rooms.listRooms()).filter((room) => room.name.startsWith('konklave:')), []);
  assert.ok(!hooks.events.some((event) => event.room?.name.startsWith('konklave:')));
});

test('wrong keys and foreign grants are refused', async () => {
  await fails(new RoomServiceClient(server.url, key, 'guess').listRooms(), 'unauthenticated', 401);
  await fails(new RoomServiceClient(server.url, 'other', secret).listRooms(), 'unauthenticated', 401);
});

test('what does not exist here says so', async () => {
  const at = [server.url, key, secret];
  await fails(rooms.forwardParticipant('hall', 'ada', 'cellar'), 'unimplemented', 501);
  await fails(rooms.moveParticipant('hall', 'ada', 'cellar'), 'unimplemented', 501);
  await fails(new EgressClient(...at).listEgress(), 'unimplemented', 501);
  await fails(new IngressClient(...at).listIngress(), 'unimplemented', 501);
  await fails(new SipClient(...at).listSipInboundTrunk(), 'unimplemented', 501);
  await fails(new AgentDispatchClient(...at).listDispatch('hall'), 'unimplemented', 501);
});
