// All of LiveKit's SDKs in one room: livekit-client in Chromium and in Firefox, the SDK for Go and the one for Node.js,
// with one PeerConnection and with two. Each sees, hears and reads each other, whatever happens.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { inChromium, inFirefox } from '../lib/browsers.mjs';
import { inviteGuest } from '../lib/guests.mjs';
import { enterWith, forget, look, say, startApplication, ticket } from '../lib/livekit.mjs';
import { people } from '../lib/media.mjs';
import { meet, soon, told } from '../lib/meet.mjs';
import { startRelay } from '../lib/relay.mjs';
import { startServer } from '../lib/server.mjs';

/** How soon everybody is back after the server was killed and started again. */
const backWithin = 20_000; // 10 s on a machine that does nothing else
const room = 'everybody';
const flags = ['--limits-room-voices', '0']; // all of them are heard, not only the loudest

let server, application, relay;
const all = [];

const browser = async (opening, options) => {
  const person = await opening;
  await enterWith(person, application, relay.url, ticket(server, room, person.name), options);
  all.push({ name: person.name, look: () => look(person), say: (...what) => say(person, ...what), forget: () => forget(person), close: () => person.close() });
};
const guest = async (name, sdk, mode) => {
  all.push(await inviteGuest(name, sdk, mode, relay.url.replace('http', 'ws'), ticket(server, room, name)));
};

before(async () => {
  [server, application] = [await startServer({ flags }), await startApplication()];
  relay = await startRelay({ from: 7980, to: 7880 });
  await browser(inChromium(people.anna), { singlePeerConnection: true });
  await browser(inFirefox(people.dora), { singlePeerConnection: false });
  await guest('gina', 'go', 'single');
  await guest('gerd', 'go', 'dual');
  await guest('nora', 'node', 'dual');
  await guest('nils', 'node', 'single');
});
after(async () => {
  await Promise.all(all.map((person) => person.close()));
  await relay.close();
  application.stop();
  assert.equal(await server.stop(), 0, server.log);
});

const sids = async () => (await Promise.all(all.map((person) => person.look()))).map(({ sid }) => sid);

/** Has something happen, after which everybody says to be back by the limit. */
async function goesOn(happens, limit) {
  await Promise.all(all.map((person) => person.forget()));
  await happens();
  await Promise.all(all.map((person) => told(person, /^reconnected/, limit())));
}

test('each sees, hears and reads each other', async () => {
  await meet(all, 'hello', soon());
});

test('they resume after their signalling was cut', async () => {
  const before = await sids();
  await goesOn(() => relay.cut(), soon);
  await meet(all, 'after the cut', soon());
  assert.deepEqual(await sids(), before, 'that was no resume');
});

test('they go on after no media passed for a while', async () => {
  await goesOn(async () => {
    media('add');
    await Promise.all(all.map((person) => told(person, /reconnecting/i, Date.now() + 60_000)));
    media('del');
  }, () => Date.now() + 30_000);
  await meet(all, 'media again', soon());
});

test('all are back after the server was killed and started again', async (t) => {
  const begin = Date.now();
  const limit = () => begin + backWithin;
  await goesOn(async () => {
    await server.stop({ signal: 'SIGKILL', keep: true });
    server = await startServer({ flags, data: server.data });
  }, limit);
  await meet(all, 'back', limit());
  t.diagnostic(`all back after ${Date.now() - begin} ms`);
});

/** Lets no packet of media reach the server, directly or by its relay, or lets them again: rules of routing in this test's own network. */
function media(change) {
  for (const [protocol, port] of [['tcp', 7881], ['udp', 7882], ['tcp', 3478], ['udp', 3478]]) {
    execFileSync('ip', ['rule', change, 'pref', '10', 'ipproto', protocol, 'dport', String(port), 'unreachable']);
  }
}
