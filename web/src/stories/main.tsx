// States that are hard to reach by hand: /stories.html?people=5&panel=chat&trouble=stopped&screen, in the dev server only
// (the build does not know this page). stage.tsx has the wishes for the stage.

import { createRoot } from 'react-dom/client';
import type { Catalogue, Past } from '../ampel';
import catalogue from '../ampel/testdata/catalogue.json';
import history from '../ampel/testdata/history.json';
import { Ampel } from '../features/ampel';
import type { CheckState, CheckView } from '../features/check/run';
import { Check } from '../features/check';
import { verdictCodes } from '../features/check/verdict';
import { failureCodes } from '../errors';
import { Join } from '../features/join';
import { Admin } from '../features/admin';
import { LiveView } from '../features/admin/help/Live';
import { Left } from '../features/left';
import { Waiting } from '../features/lobby';
import { language, learn, speak } from '../i18n';
import { Preview } from '../media';
import { FakeCall } from '../test/fakeCall';
import { info } from '../test/meeting';
import { FailureView, Page } from '../ui';
import { Cell } from '../value';
import { stage } from './stage';
import { administrator, lineOver } from './support';
import '../ui/base.css';

document.documentElement.lang = language;
await learn();
const wish = new URLSearchParams(window.location.search);
const nothing = () => undefined;

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

/** ?lobby=start, with kind=consultation and told */
function lobby(why: string) {
  const call = new FakeCall(1);
  const told = [{ at: Date.now(), text: 'Wir beginnen <b>fünf</b> Minuten später: das Labor ruft noch zurück.' }];
  call.lobby.set({
    title: wish.get('kind') === 'consultation' ? '' : 'Elternabend 7b',
    host: 'Dr. Meier',
    kind: wish.get('kind') === 'consultation' ? 'consultation' : 'discussion',
    level: 'internal',
    address: 'sie',
    why: why === 'start' || why === 'held' || why === 'back' ? why : 'lobby',
    name: 'Bülent Çelik',
    told: wish.has('told') ? told : [],
    asked: wish.has('told') ? [{ at: Date.now(), text: 'Ich bin die Neue aus der 7b.' }] : [],
    mayAsk: why !== 'held',
  });
  return <Waiting call={call} preview={new Preview()} />;
}

/** ?join, with code, name=fixed, kind=consultation, refused=code */
function join() {
  const consultation = wish.get('kind') === 'consultation';
  const name = wish.get('name');
  return (
    <Join
      link="AbCdEfGhIjKlMnOpQrStUv"
      summary={{
        title: consultation ? '' : 'Elternabend 7b', running: true, people: 0, host: 'Dr. Anna Meier', kind: consultation ? 'consultation' : 'discussion', level: 'internal',
        code: wish.has('code'), ...(name === null ? {} : { name }),
      }}
      preview={new Preview()}
      name=""
      created={false}
      companion={wish.has('companion')}
      joining={false}
      refused={wish.get('refused') === 'code' ? 'code' : undefined}
      onJoin={nothing}
      onHome={nothing}
    />
  );
}

function left(how: string) {
  const call = new FakeCall(how === 'left' ? 3 : 1);
  call.know({ meeting: info({ keptUntil: Date.now() + 30 * 86_400_000 }), ...(wish.has('device') ? { self: 'c0' } : {}) });
  const ending = (['ended', 'deleted', 'removed', 'refused', 'companion'] as const).find((known) => known === how) ?? 'left';
  return <Left how={ending} title="Elternabend 7b" call={call} onRejoin={nothing} onHome={nothing} />;
}

function story() {
  const wanted = (name: string) => wish.get(name);
  const verdict = wanted('check');
  if (verdict !== null) return <Check onHome={nothing} view={check(verdict)} />;
  if (wish.has('ampel')) return <Ampel load={loadAmpel} />;
  if (wish.has('support')) return wish.get('support') === 'live' ? <Page top><div className="wide"><section className="card stack"><LiveView history={lineOver(120)} gone={wish.has('gone')} onStop={nothing} /></section></div></Page> : <Admin me={administrator} page="help" />;
  const how = wanted('left');
  if (how !== null) return left(how);
  const why = wanted('lobby');
  if (why !== null) return lobby(why);
  if (wish.has('join')) return join();
  const failure = failureCodes.find((code) => code === wanted('failure'));
  if (failure) return <Page><FailureView code={failure} /></Page>;
  return stage(wish);
}

// ?du, with any other wish: everybody is spoken to with du.
if (wish.has('du')) await speak('du');
const root = document.getElementById('root');
if (root) createRoot(root).render(story());
