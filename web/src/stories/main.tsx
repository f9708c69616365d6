// The stage in states that are hard to reach by hand: /stories.html?people=5&chat&trouble=stopped&screen, in the
// dev server only (the build does not know this page).

import { createRoot } from 'react-dom/client';
import type { Catalogue, Past } from '../ampel';
import catalogue from '../ampel/testdata/catalogue.json';
import history from '../ampel/testdata/history.json';
import type { Playable } from '../call';
import { Ampel } from '../features/ampel';
import type { CheckState, CheckView } from '../features/check/run';
import { Check } from '../features/check';
import { verdictCodes } from '../features/check/verdict';
import { failureCodes, type FailureCode } from '../errors';
import { Left } from '../features/left';
import { Stage } from '../features/stage';
import { language } from '../i18n';
import { FakeCall, fakeTile } from '../test/fakeCall';
import { FailureView, Page } from '../ui';
import { Cell } from '../value';
import '../ui/base.css';

document.documentElement.lang = language;
const wish = new URLSearchParams(window.location.search);
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

function stage() {
  const people = Number(wish.get('people') ?? 2);
  const call = new FakeCall(people);
  const tiles = call.tiles.get().map((tile, index) => ({
    ...tile,
    muted: index % 3 === 2,
    speaking: index === 1,
    video: index % 4 === 3 ? undefined : pattern(index * 47),
  }));
  const screen = fakeTile('p1', 'Bülent Çelik', { source: 'screen', video: pattern(200) });
  call.tiles.set(wish.has('screen') ? [...tiles, screen] : tiles);
  call.own.set({ microphone: 'on', camera: 'on', screen: 'off' });
  if (wish.has('off')) call.own.set({ microphone: 'off', camera: 'off', screen: 'off' });
  const trouble = wish.get('trouble');
  if (trouble === 'stopped' || trouble === 'stopping' || trouble === 'control' || trouble === 'sound') {
    call.trouble.set(trouble);
    call.own.set({ microphone: 'paused', camera: 'paused', screen: 'off' });
  }
  const device = failureCodes.find((code) => code === wish.get('device'));
  if (device) call.deviceFailure.set(device);
  const texts = ['Guten Abend!', 'Hören Sie mich?', 'Ja, gut. Die Unterlagen liegen unter https://example.org/elternabend/7b/protokoll-2026-11-21.pdf', 'Danke.\nBis gleich.'];
  call.roster.set({ ...call.roster.get(), chat: texts.map((text, index) => ({ id: String(index), from: `p${index % 2}`, at: index * 70_000, text, state: index === 3 ? 'sending' : 'said' })) });
  return <Stage call={call} link="AbCdEfGhIjKlMnOpQrStUv" />;
}

/** ?check=udp_blocked, with what was measured, or ?check=running. */
function check(wanted: string): CheckView {
  const steps: CheckState['steps'] = {
    signalling: { state: 'done', line: { roundTrip: 12 } },
    udp: { state: 'failed' },
    tcp: { state: 'done', line: { roundTrip: 24 } },
    turn_tls: { state: 'absent' },
    loss: { state: 'done', line: { roundTrip: 26, loss: 0.075 } },
    down: { state: wanted === 'running' ? 'running' : 'skipped' },
    up: wanted === 'running' ? { state: 'waiting' } : { state: 'done', line: { up: 640 } },
  };
  const code = verdictCodes.find((known) => known === wanted);
  const over: CheckState = code ? { phase: 'over', steps, verdict: { code, also: ['slow_up'] } } : { phase: 'running', steps };
  return { state: new Cell(over), start: nothing, stop: nothing };
}

const loadAmpel = async () => ({ catalogue: catalogue as unknown as Catalogue, history: history as readonly Past[] });

function story() {
  const wanted = wish.get('check');
  if (wanted !== null) return <Check onHome={nothing} view={check(wanted)} />;
  if (wish.has('ampel')) return <Ampel onHome={nothing} load={loadAmpel} />;
  if (wish.has('left')) return <Left title="Elternabend 7b" onRejoin={nothing} onHome={nothing} />;
  const failure = wish.get('failure') as FailureCode | null;
  if (failure) return <Page><FailureView code={failure} /></Page>;
  return stage();
}

const root = document.getElementById('root');
if (root) createRoot(root).render(story());
