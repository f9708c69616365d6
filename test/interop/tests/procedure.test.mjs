// Applications call procedures of a participant that uses LiveKit's client SDK for Node.js. The server SDK has no method
// for it, so the call is made as the API says.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { RpcError, dispose } from '@livekit/rtc-node';
import { AccessToken } from 'livekit-server-sdk';
import { Member } from '../lib/member.mjs';
import { key, secret, startServer } from '../lib/server.mjs';

let server, ada;

function token(grants) {
  const one = new AccessToken(key, secret, { identity: 'ada' });
  one.addGrant({ room: 'hall', ...grants });
  return one.toJwt();
}

before(async () => {
  server = await startServer();
  ada = await Member.enter(server.url, await token({ roomJoin: true }));
});

after(async () => {
  await ada.leave();
  await dispose();
  assert.equal(await server.stop(), 0, server.log);
});

async function call(method, more = {}) {
  const answer = await fetch(`${server.url}/twirp/livekit.RoomService/PerformRpc`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${await token({ roomAdmin: true })}` },
    body: JSON.stringify({ room: 'hall', destination_identity: 'ada', method, payload: 'hello', ...more }),
  });
  return { status: answer.status, ...(await answer.json()) };
}

test('a procedure is called, fails, or is not there', async () => {
  const { localParticipant } = ada.room;
  localParticipant.registerRpcMethod('greet', async ({ payload, responseTimeout }) => `${payload} within ${responseTimeout} ms`);
  localParticipant.registerRpcMethod('fail', async () => {
    throw new RpcError(7, 'closed', 'on Sundays');
  });
  localParticipant.registerRpcMethod('sleep', () => new Promise(() => {}));
  assert.deepEqual(await call('greet', { response_timeout_ms: 5000 }), { status: 200, payload: 'hello within 5000 ms' });
  assert.deepEqual(await call('fail'), { status: 500, code: 'internal', msg: 'RpcError 7: closed: on Sundays' });
  assert.deepEqual(await call('dance'), { status: 400, code: 'invalid_argument', msg: 'RpcError 1400: Method not supported at destination' });
  assert.deepEqual(await call('sleep', { response_timeout_ms: 500 }), { status: 408, code: 'canceled', msg: 'RpcError 1502: Response timeout' });
  assert.deepEqual(await call('greet', { destination_identity: 'eve' }), { status: 404, code: 'not_found', msg: 'RpcError 1401: Recipient not found' });
});
