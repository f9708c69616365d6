// A member in a room for tests elsewhere: node member.mjs URL TOKEN single|dual. It takes orders on standard input, one
// JSON object in a line, and answers each on standard output likewise, as test/interop-go/guest does. It leaves when
// its standard input ends.
import { createInterface } from 'node:readline';
import { dispose } from '@livekit/rtc-node';
import { Member } from '../lib/member.mjs';

const [url, token, mode] = process.argv.slice(2);
const member = await Member.enter(url, token, { single: mode === 'single' });
await member.publish({ width: 640, height: 360 });

const look = (error) => {
  const { got, widths, data, events } = member;
  console.log(JSON.stringify({ got, widths, data, events, sid: member.room.localParticipant.sid, error }));
};
const orders = {
  look() {},
  say: ({ text, reliable }) => member.say(text, reliable),
  choose: ({ identity, quality }) => member.choose(identity, quality),
  mute: ({ muted }) => member.mute(muted),
  forget() { member.events.length = 0; },
};

look();
for await (const line of createInterface(process.stdin)) {
  const order = JSON.parse(line);
  try {
    await orders[order.do](order);
    look();
  } catch (error) {
    look(String(error));
  }
}
await member.leave();
await dispose();
