// What is read of the browser's statistics.

import { expect, test } from 'vitest';
import { FigureMeter, type Stat } from './figures';

const sent = (packetsSent: number, more: Partial<Stat> = {}): Stat => ({ id: 'out', type: 'outbound-rtp', kind: 'audio', packetsSent, ...more });
const lost = (packetsLost: number, more: Partial<Stat> = {}): Stat => ({ id: 'remote', type: 'remote-inbound-rtp', packetsLost, ...more });
const got = (packetsReceived: number, packetsLost: number): Stat => ({ id: 'in', type: 'inbound-rtp', packetsReceived, packetsLost });

function read(...looks: readonly (readonly Stat[])[]) {
  const meter = new FigureMeter();
  return looks.map((stats, index) => meter.read(stats, index * 2000)).at(-1);
}

test('loss is of what was sent and came since, not of all time', () => {
  expect(read([sent(1000), lost(500), got(5000, 900)], [sent(1100), lost(510), got(5080, 920)])).toMatchObject({ lossUp: 0.1, lossDown: 0.2 });
});

test('of a few packets nothing is said', () => {
  expect(read([sent(1000), lost(0)], [sent(1010), lost(2)])).not.toHaveProperty('lossUp');
});

test('a track that ends or begins, and counters that go back, are no loss', () => {
  expect(read([got(5000, 10)], [got(5100, 4)])).toMatchObject({ lossDown: 0 });
  expect(read([got(5000, 10)], [{ ...got(9000, 800), id: 'other' }])).not.toHaveProperty('lossDown');
});

test('what was lost is forgotten bit by bit', () => {
  const looks = [0, 100, 200, 300, 400, 500, 600, 700, 800].map((packets) => [sent(packets), lost(packets === 0 ? 0 : 50)]);
  expect(read(...looks.slice(0, 2))?.lossUp).toBe(0.5);
  expect(read(...looks)?.lossUp).toBeLessThan(0.02);
});

test('the round trip is that of the way in use, else of reports', () => {
  const pair: Stat = { id: 'p', type: 'candidate-pair', nominated: true, state: 'succeeded', currentRoundTripTime: 0.04 };
  expect(read([lost(0, { roundTripTime: 0.3 }), { ...pair, id: 'q', nominated: false }, pair])?.roundTrip).toBe(40);
  expect(read([lost(0, { roundTripTime: 0.3 })])?.roundTrip).toBe(300);
  expect(read([])).not.toHaveProperty('roundTrip');
});

const layer = (id: string, frameHeight: number, more: Partial<Stat> = {}): Stat => ({
  id, type: 'outbound-rtp', kind: 'video', mediaSourceId: 'cam', frameHeight, framesPerSecond: 25, active: true, qualityLimitationReason: 'bandwidth', ...more,
});
const camera: Stat = { id: 'cam', type: 'media-source', height: 720 };

test.each([
  ['the large layer is missing', [layer('q', 180), layer('h', 360)], 'bandwidth'],
  ['the computer is too slow', [layer('q', 180, { qualityLimitationReason: 'cpu' }), layer('h', 540, { qualityLimitationReason: 'cpu' })], 'cpu'],
  ['the large layer goes all the same', [layer('q', 180), layer('f', 720)], 'none'],
  ['nobody watches it large', [layer('q', 180, { qualityLimitationReason: 'none' }), layer('f', 720, { active: false })], 'none'],
  ['nothing is sent', [layer('q', 180, { framesPerSecond: 0 })], 'none'],
] as const)('%s', (_, layers, limit) => {
  const all = [camera, ...layers];
  expect(read(all, all, all, all, all, all)?.limit).toBe(limit);
});

test('while the browser learns what it can send nothing is said', () => {
  expect(read([camera, layer('q', 180)], [camera, layer('q', 180)])?.limit).toBe('none');
});
