// The stage as a query wishes it: people=5, host, waiting=3, kind=class|consultation|talk, crowd=23, hands, held, locked,
// asked=microphone, stopped=camera, ends, seen, screen, off, fault=noVideo, help=watched, weak, paused, hushed, companion, pass, trouble=stopped, device=device_busy.

import type { Hearing } from '../api';
import { faults, handsUp, type Playable, type Roster } from '../call';
import { failureCodes } from '../errors';
import { Stage } from '../features/stage';
import { FakeCall, fakeTile } from '../test/fakeCall';
import { conducts, info, settings } from '../test/meeting';

const nothing = () => undefined;

function pattern(hue: number): Playable {
  const canvas = document.createElement('canvas');
  canvas.width = 640;
  canvas.height = 360;
  const pen = canvas.getContext('2d');
  const draw = () => {
    if (!pen) return;
    const wash = pen.createLinearGradient(0, 0, 640, 360);
    wash.addColorStop(0, `hsl(${hue} 30% 45%)`);
    wash.addColorStop(1, `hsl(${hue + 40} 35% 25%)`);
    pen.fillStyle = wash;
    pen.fillRect(0, 0, 640, 360);
    pen.fillStyle = 'rgb(255 255 255 / 60%)';
    pen.beginPath();
    pen.arc(320, 150, 70, 0, 7);
    pen.ellipse(320, 360, 150, 130, 0, 0, 7);
    pen.fill();
  };
  setInterval(draw, 200);
  return {
    attach: (element) => {
      element.srcObject = canvas.captureStream(5);
      return nothing;
    },
  };
}

const kinds = ['discussion', 'class', 'consultation', 'talk', 'council'] as const;
const waitingNames = ['Eva Köhler', 'Mehmet Yıldız', 'Frau Dr. Sabine von und zu Hohenlohe-Langenburg', 'Olena'];

/** Who waits, who has a hand up, how the meeting is conducted. */
function conduct(call: FakeCall, wish: URLSearchParams): void {
  const kind = kinds.find((known) => known === wish.get('kind')) ?? 'discussion';
  const host = wish.has('host');
  const now = Date.now();
  const people = call.roster.get().people.map((person, index) => ({
    ...person,
    role: index === 0 && host ? ('owner' as const) : index === 1 && !host ? ('owner' as const) : index === 2 ? ('moderator' as const) : person.role,
    guest: index % 2 === 1,
    ...(wish.has('hands') && index % 2 === 1 ? { hand: 100 - index } : {}),
    ...(wish.has('floor') && index === 2 ? { floor: true } : {}),
  }));
  const waiting = Array.from({ length: Number(wish.get('waiting') ?? 0) }, (_, index) => ({
    id: `w${index}`, name: waitingNames[index % waitingNames.length] ?? '', since: now - index * 240_000, guest: index !== 1, why: 'lobby' as const,
    ...(kind === 'consultation' ? { slot: `s${index}`, slotAt: now - now % 3_600_000 + index * 1_200_000 } : {}),
  }));
  const names = new Map([...call.roster.get().names, ...waiting.map(({ id, name }) => [id, name] as const)]);
  const may: Roster['may'] = new Set(host ? [...conducts, ...(kind === 'consultation' ? (['call_in'] as const) : [])] : call.roster.get().may);
  const queue = wish.has('queue') ? { hands: 'queue' as const, speak: 'called' as const } : {};
  const ends = wish.has('ends') ? { endsAt: now + 300_000 } : {};
  const meeting = info({
    kind, settings: { ...settings, ...queue, ...(wish.has('open') ? { lobby: 'off' as const } : {}) }, locked: wish.has('locked') || wish.has('held'), held: wish.has('held'), ...ends,
  });
  call.know({ people, waiting, names, may, meeting, role: host ? 'owner' : 'participant', crowd: Number(wish.get('crowd') ?? 0) });
  call.tiles.set(call.tiles.get().map((tile) => ({ ...tile, hand: handsUp(people).findIndex((person) => person.id === tile.identity) + 1 })));
  const device = wish.get('asked');
  if (device === 'microphone' || device === 'camera' || device === 'screen') call.asked.set({ by: 'p1', device });
  const stopped = wish.get('stopped');
  if (stopped === 'microphone' || stopped === 'camera') call.stopped.set({ by: 'p1', device: stopped });
}

function talk(call: FakeCall): void {
  const texts = ['Guten Abend!', 'Hören Sie mich?', 'Ja, gut. Die Unterlagen liegen unter https://example.org/elternabend/7b/protokoll-2026-11-21.pdf', 'Danke.\nBis gleich.'];
  const chat = texts.map((text, index) => ({
    id: String(index), from: `p${index % 2}`, at: index * 170_000, text, state: index === 3 ? ('sending' as const) : ('said' as const), ...(index === 1 ? { to: 'p0', edited: true } : {}),
  }));
  call.know({ chat, files: [{ id: 'f', from: 'p1', at: 400_000, name: 'Protokoll <b>Elternabend</b> vom 21. November, Fassung mit allen Anmerkungen.pdf', size: 2_431_000 }] });
  call.transfers.set([{ id: 't', name: 'Klassenfoto.jpg', size: 812_000 }, { id: 'u', name: 'Video.mp4', size: 34_000_000, failed: 'file_too_large' }]);
}

const heard: readonly Hearing[] = [
  { device: 'p0', source: 'microphone', received: true, count: 5, people: ['p1', 'p2'] },
  { device: 'p0', source: 'camera', received: true, count: 0, people: [] },
];

export function stage(wish: URLSearchParams) {
  const call = new FakeCall(Number(wish.get('people') ?? 2));
  const tiles = call.tiles.get().map((tile, index) => ({
    ...tile,
    muted: index % 3 === 2,
    speaking: index === 1,
    video: index % 4 === 3 ? undefined : pattern(index * 47),
    weak: wish.has('weak') && index % 2 === 1,
    paused: wish.has('paused') && index > 0,
    reaction: wish.has('reaction') && index === 1 ? 'clap' : undefined,
  }));
  const screen = fakeTile('p1', 'Bülent Çelik', { source: 'screen', video: pattern(200), paused: wish.has('paused'), hushed: wish.has('hushed') });
  call.tiles.set(wish.has('screen') ? [...tiles, screen] : tiles);
  call.own.set(wish.has('off') ? { microphone: 'off', camera: 'off', screen: 'off' } : { microphone: 'on', camera: 'on', screen: 'off' });
  conduct(call, wish);
  talk(call);
  if (wish.has('companion')) {
    call.know({ self: 'c0' });
    call.own.set({ microphone: 'off', camera: 'on', screen: 'off' });
  }
  if (wish.has('seen')) call.audience.set(heard);
  if (wish.has('pass')) call.pass.set('AbCdEfGhIjKlMnOpQrStUv');
  const trouble = wish.get('trouble');
  if (trouble === 'stopped' || trouble === 'stopping' || trouble === 'control' || trouble === 'sound') {
    call.trouble.set(trouble);
    call.own.set({ microphone: 'paused', camera: 'paused', screen: 'off' });
  }
  if (wish.has('help')) call.help.set({ code: '12345678', watched: wish.get('help') === 'watched' });
  call.fault.set(faults.find((fault) => fault === wish.get('fault')));
  const device = failureCodes.find((code) => code === wish.get('device'));
  if (device) call.deviceFailure.set({ code: device, source: 'camera' });
  return <Stage call={call} link="AbCdEfGhIjKlMnOpQrStUv" />;
}
