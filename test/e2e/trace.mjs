// Two people in Chromium do, one after the other, what a recorder of traces is to see (test/trace/testdata/README.md).
import { createHmac } from 'node:crypto';
import { inChromium } from './lib/browsers.mjs';
import { gets, resume, startApplication } from './lib/livekit.mjs';
import { people } from './lib/media.mjs';

const url = process.env.KONKLAVE_TRACE_URL;
const pause = () => new Promise((done) => setTimeout(done, 700));

/** An access token of development mode. */
function token(identity, video) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  const text = `${part({ alg: 'HS256' })}.${part({ iss: 'devkey', sub: identity, iat: now, exp: now + 3600, video })}`;
  return `${text}.${createHmac('sha256', 'secret').update(text).digest('base64url')}`;
}

async function enter(person, application) {
  await person.page.goto(application.url);
  await person.page.evaluate(async (url, token, singlePeerConnection) => {
    const { Room, RoomEvent } = window.LivekitClient;
    const room = new Room({ dynacast: true, singlePeerConnection });
    window.call = { room, events: [], data: [] };
    for (const event of [RoomEvent.Reconnected, RoomEvent.Disconnected]) room.on(event, () => window.call.events.push(event));
    room.on(RoomEvent.TrackSubscribed, (track) => document.body.append(track.attach()));
    await room.connect(url, token);
  }, url.replace('http', 'ws'), token(person.name, { roomJoin: true, room: 'hall' }), process.env.KONKLAVE_TRACE_MODE === 'single');
}

const does = (person, act) => person.page.evaluate(act).then(pause);

const application = await startApplication(7901);
const ada = await inChromium({ ...people.anna, name: 'ada' });
const bob = await inChromium({ ...people.bela, name: 'bob' });
try {
  await enter(ada, application);
  await pause();
  await does(ada, () => window.call.room.localParticipant.setMicrophoneEnabled(true));
  await does(ada, () => window.call.room.localParticipant.setCameraEnabled(true));
  await enter(bob, application);
  await gets(bob, ada);
  await pause();
  await does(ada, () => window.call.room.localParticipant.setMicrophoneEnabled(false));
  await does(ada, () => window.call.room.localParticipant.setMicrophoneEnabled(true));
  await resume(ada);
  await gets(bob, ada);
  await resume(bob);
  await gets(bob, ada);
  await does(bob, () => {
    const { room, events } = window.call;
    events.length = 0;
    return new Promise((done) => {
      room.on('reconnected', done);
      void room.simulateScenario('leave-full-reconnect');
    });
  });
  await gets(bob, ada);
  await pause();
  await fetch(`${url}/twirp/livekit.RoomService/RemoveParticipant`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token('', { roomAdmin: true, room: 'hall' })}` },
    body: JSON.stringify({ room: 'hall', identity: 'ada' }),
  });
  await pause();
  await does(bob, () => window.call.room.disconnect());
} finally {
  await Promise.all([ada.close(), bob.close()]);
  application.stop();
}
