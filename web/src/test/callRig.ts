// A Call on fake connections, for its tests.

import type { ServerMessage, Source } from '../api/control.gen';
import { Call } from '../call/Call';
import type { DeviceChoice } from '../call/room';
import type { Prepared } from '../call/sources';
import { FakeRoom } from './fakeRoom';
import { FakeServer } from './fakeSocket';
import { VirtualClock } from './virtualClock';

/** A call with a server, rooms and a clock that the test moves: nobody has answered yet. */
export function setUp(prepared: Prepared = {}) {
  const clock = new VirtualClock();
  const server = new FakeServer();
  const rooms: FakeRoom[] = [];
  const choices: DeviceChoice[] = [];
  const next: Partial<FakeRoom> = {};
  let ids = 0;
  const box: { ticket: string | undefined } = { ticket: undefined };
  const call = new Call({
    link: 'link',
    entry: { name: 'Anna' },
    ticket: { get: () => box.ticket, keep: (ticket) => void (box.ticket = ticket), forget: () => void (box.ticket = undefined) },
    prepared: () => prepared,
    devices: { microphone: undefined, camera: undefined },
    mediaUrl: 'media',
    clock,
    openSocket: server.open,
    newRoom: (choice) => {
      choices.push(choice);
      const room = Object.assign(new FakeRoom(), next);
      rooms.push(room);
      return room.asRoom;
    },
    connectOptions: {},
    newId: () => `m${++ids}`,
    upload: async () => undefined,
    download: () => undefined,
  });
  call.start();
  const room = () => {
    const last = rooms.at(-1);
    if (!last) throw new Error('no room');
    return last;
  };
  /** Time goes on and the server answers pings. */
  const live = async (milliseconds: number) => {
    for (let passed = 0; passed < milliseconds; passed += 1000) {
      await clock.advance(Math.min(1000, milliseconds - passed));
      if (!server.last.closed) server.last.say({ type: 'pong' });
    }
    await clock.advance(0);
  };
  return { call, clock, server, rooms, choices, room, next, live, box };
}

/** The server receives these of this person now. */
export function received(...sources: readonly Source[]): ServerMessage {
  return { type: 'audience', sources: sources.map((source) => ({ device: 'me', source, received: true, count: 0, people: [] })) };
}

/** The same, let in, and the server receives whatever is sent. */
export async function setUpInside(prepared?: Prepared) {
  const all = setUp(prepared);
  all.server.welcome();
  all.server.last.say(received('microphone', 'camera', 'screen'));
  await all.clock.advance(0);
  return all;
}
