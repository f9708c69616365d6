// Two people do, one after the other, what a recorder of traces is to see (test/trace/testdata/README.md).
import { RoomEvent, SimulateScenarioKind, dispose } from '@livekit/rtc-node';
import { AccessToken, RoomServiceClient } from 'livekit-server-sdk';
import { Member } from './lib/member.mjs';
import { key, secret } from './lib/server.mjs';

const url = process.env.KONKLAVE_TRACE_URL;
const pause = () => new Promise((done) => setTimeout(done, 700));

async function enter(identity) {
  const token = new AccessToken(key, secret, { identity });
  token.addGrant({ roomJoin: true, room: 'hall' });
  return Member.enter(url, await token.toJwt(), { single: process.env.KONKLAVE_TRACE_MODE === 'single' });
}

async function breaks(member, other, scenario, event) {
  member.events.length = 0;
  await member.room.simulateScenario(scenario);
  await member.told(event);
  await other.gets('ada audio');
  await pause();
}

const ada = await enter('ada');
await ada.publish({ between: pause });
await pause();
const bob = await enter('bob');
await bob.gets('ada audio');
await bob.gets('ada video');
await pause();
ada.mute(true);
await pause();
ada.mute(false);
await bob.gets('ada audio');
await pause();
await breaks(ada, bob, SimulateScenarioKind.SIMULATE_SIGNAL_RECONNECT, RoomEvent.Reconnected);
await breaks(bob, bob, SimulateScenarioKind.SIMULATE_SIGNAL_RECONNECT, RoomEvent.Reconnected);
await breaks(bob, bob, SimulateScenarioKind.SIMULATE_FULL_RECONNECT, RoomEvent.Reconnected);
await new RoomServiceClient(url, key, secret).removeParticipant('hall', 'ada');
await ada.told(RoomEvent.Disconnected);
await pause();
await bob.leave();
await ada.leave(); // for its timers
await pause();
await dispose();
process.exit(0);
