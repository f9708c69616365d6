import { expect, test } from 'vitest';
import type { PathName } from '../../api';
import { adminText } from './words';
import { words as de } from './words.de';
import { words as en } from './words.en';
import { levelOf, measuredCodes, verdictCodes, verdictOf, type Line, type Measurements } from './verdict';

const fast: Line = { roundTrip: 20, loss: 0, up: 5000, down: 5000 };

/** What a network lets through: "ws" and names of paths; the others are tried in vain. */
function measured(through: string, line: Line = fast, tried = 'udp turn_udp tcp turn_tcp turn_tls'): Measurements {
  const passes = (name: string) => (through.split(' ').includes(name) ? { ok: true as const, roundTrip: 20 } : { ok: false as const });
  const paths = Object.fromEntries(tried.split(' ').map((name) => [name as PathName, passes(name)]));
  return { webrtc: true, signalling: passes('ws'), paths, line };
}

test.each<[string, string, Measurements, string?]>([
  ['everything', 'ok', measured('ws udp turn_udp tcp turn_tcp turn_tls')],
  ['a server without relays', 'ok', measured('ws udp tcp', fast, 'udp tcp')],
  ['UDP only', 'ok', measured('ws udp')],
  ['UDP by the relay only', 'relay_udp', measured('ws turn_udp turn_tls')],
  ['a server that forces relays', 'ok', measured('ws turn_udp', fast, 'turn_udp turn_tcp turn_tls')],
  ['no UDP', 'udp_blocked', measured('ws tcp turn_tcp turn_tls')],
  ['no UDP, no relays', 'udp_blocked', measured('ws tcp', fast, 'udp tcp')],
  ['no UDP, TCP by the relay only', 'udp_blocked', measured('ws turn_tcp turn_tls')],
  ['only TLS', 'only_tls_443', measured('ws turn_tls')],
  ['no way for media', 'nothing', measured('ws')],
  ['no way for media, no relays', 'nothing', measured('ws', {}, 'udp tcp')],
  ['nothing at all', 'nothing', measured('', {}), 'websocket_blocked'],
  ['no WebSocket', 'websocket_blocked', measured('udp tcp')],
  ['neither WebSocket nor UDP', 'websocket_blocked', measured('tcp'), 'udp_blocked'],
  ['a browser without WebRTC', 'no_webrtc', { ...measured('', {}), webrtc: false }],
  ['slow at sending', 'slow_up', measured('ws udp', { ...fast, up: 999 })],
  ['just fast enough', 'ok', measured('ws udp', { roundTrip: 399, loss: 0.049, up: 1000, down: 1500 })],
  ['slow at receiving', 'slow_down', measured('ws udp', { ...fast, down: 1499 })],
  ['slow both ways', 'slow_up', measured('ws udp', { ...fast, up: 100, down: 100 }), 'slow_down'],
  ['lossy', 'lossy', measured('ws udp', { ...fast, loss: 0.05 })],
  ['all is lost', 'lossy', measured('ws udp', { loss: 1 })],
  ['lossy and therefore slow', 'lossy', measured('ws udp', { ...fast, loss: 0.1, up: 300 }), 'slow_up'],
  ['far', 'far', measured('ws udp', { ...fast, roundTrip: 400 })],
  ['so far that speed cannot be measured', 'far', measured('ws udp', { ...fast, roundTrip: 700, up: 300, down: 300 })],
  ['not measured', 'ok', measured('ws udp', {})],
  ['no UDP and slow', 'udp_blocked', measured('ws tcp', { ...fast, up: 10 }), 'slow_up'],
])('%s: %s', (_, code, measurements, also = '') => {
  expect(verdictOf(measurements)).toEqual({ code, also: also === '' ? [] : [also] });
});

test('every code has its words in both languages, and a level', () => {
  for (const code of verdictCodes) {
    const parts = ['title', 'meeting', 'you', ...(adminText(code) === undefined ? [] : ['admin'])];
    for (const part of parts) {
      const key = `verdict.${code}.${part}` as keyof typeof de;
      for (const words of [de, en]) expect(words[key], key).toBeTruthy();
    }
    expect(levelOf(code) === 'unknown').toBe(!(measuredCodes as readonly string[]).includes(code));
  }
});
