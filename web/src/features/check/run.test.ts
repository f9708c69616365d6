import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { CheckRefused, type CheckPath, type PathName } from '../../api';
import { CheckRun, type Means } from './run';
import type { Link } from './link';

/** A network as a check meets it. Numbers are milliseconds until something stands; never: it does not. */
class FakeNetwork {
  ways: Partial<Record<PathName | 'socket', number>> = { socket: 50, udp: 100, tcp: 120 };
  offered: readonly PathName[] = ['udp', 'tcp'];
  refusal: CheckRefused | undefined;
  able = true;
  up: number | undefined = 5000;
  /** tokens in use, and links that stand */
  readonly open = new Set<string>();
  readonly measured: string[] = [];

  readonly means: Means = {
    able: () => this.able,
    begin: async () => {
      await after(10);
      if (this.refusal) throw this.refusal;
      this.open.add('token');
      return { token: 'token', paths: this.offered.map((name): CheckPath => ({ name, relay: name.startsWith('turn') ? [{ urls: 'turn:x' }] : [] })) };
    },
    end: (token) => this.open.delete(token),
    trySocket: () => after(this.ways.socket, 15),
    open: async (_, { name }) => {
      await after(this.ways[name]);
      this.open.add(name);
      return { name, send: () => undefined, listen: () => () => undefined, close: () => this.open.delete(name) } as Link;
    },
    echo: () => after(20, 20),
    loss: async (link) => {
      this.measured.push((link as unknown as { name: string }).name);
      return { loss: 0, roundTrip: 20 };
    },
    down: () => after(1000, 9000),
    up: () => after(1000, this.up),
  };
}

function after<T>(milliseconds: number | undefined, value?: T): Promise<T> {
  return new Promise((done) => milliseconds === undefined || setTimeout(() => done(value as T), milliseconds));
}

let network: FakeNetwork;
let check: CheckRun;
beforeEach(() => {
  vi.useFakeTimers();
  network = new FakeNetwork();
  check = new CheckRun(network.means);
});
afterEach(() => void vi.useRealTimers());

const codes = () => check.state.get().verdict;
const states = () => Object.fromEntries(Object.entries(check.state.get().steps).map(([name, step]) => [name, step.state]));

test('shows the steps as they run, then the verdict, and leaves nothing behind', async () => {
  check.start();
  await vi.advanceTimersByTimeAsync(20);
  expect(check.state.get().phase).toBe('running');
  expect(states()).toEqual({ signalling: 'running', udp: 'running', tcp: 'running', turn_tls: 'absent', loss: 'waiting', down: 'waiting', up: 'waiting' });
  await vi.advanceTimersByTimeAsync(115);
  expect(states()).toMatchObject({ signalling: 'done', udp: 'done', tcp: 'running' });
  await vi.advanceTimersByTimeAsync(1000);
  expect(states()).toMatchObject({ tcp: 'done', loss: 'done', down: 'running' });
  await vi.advanceTimersByTimeAsync(2000);
  expect(check.state.get().phase).toBe('over');
  expect(codes()).toEqual({ code: 'ok', also: [] });
  expect(network.measured).toEqual(['udp']);
  expect([...network.open]).toEqual([]);
});

test('what does not stand is given up soon once another way stands', async () => {
  network.ways = { socket: 50, tcp: 120 };
  check.start();
  await vi.advanceTimersByTimeAsync(3200);
  expect(states()).toMatchObject({ udp: 'failed', tcp: 'done' });
  await vi.advanceTimersByTimeAsync(3000);
  expect(codes()?.code).toBe('udp_blocked');
  expect(network.measured).toEqual(['tcp']);
});

test('a slow network gets more time', async () => {
  network.ways = { socket: 800, tcp: 2000, udp: 5000 };
  check.start();
  await vi.advanceTimersByTimeAsync(12_000);
  expect(codes()?.code).toBe('ok');
});

test('relays are tried where the server has them', async () => {
  network.offered = ['udp', 'turn_udp', 'tcp', 'turn_tcp', 'turn_tls'];
  network.ways = { socket: 50, turn_tls: 300 };
  check.start();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(codes()?.code).toBe('only_tls_443');
  expect(network.measured).toEqual(['turn_tls']);
});

test('no way at all: it ends after seven seconds and measures nothing', async () => {
  network.ways = { socket: 50 };
  check.start();
  await vi.advanceTimersByTimeAsync(7100);
  expect(codes()?.code).toBe('nothing');
  expect(states()).toMatchObject({ loss: 'skipped', down: 'skipped', up: 'skipped' });
  expect([...network.open]).toEqual([]);
});

test('a socket that does not open, and a speed that was not measured', async () => {
  network.ways = { udp: 100, tcp: 100 };
  network.up = undefined;
  check.start();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(codes()?.code).toBe('websocket_blocked');
  expect(states()).toMatchObject({ signalling: 'failed', up: 'skipped' });
});

test.each(['busy', 'overloaded', 'rate_limited', 'unreachable'] as const)('the server refuses: %s', async (code) => {
  network.refusal = new CheckRefused(code);
  check.start();
  await vi.advanceTimersByTimeAsync(100);
  expect(check.state.get()).toEqual({ phase: 'over', steps: {}, verdict: { code, also: [] } });
});

test('a browser without WebRTC asks the server for nothing', async () => {
  network.able = false;
  network.refusal = new CheckRefused('busy');
  check.start();
  await vi.advanceTimersByTimeAsync(100);
  expect(codes()?.code).toBe('no_webrtc');
});

test.each([5, 60, 1500])('stopped after %i ms it gives everything back and says no more', async (milliseconds) => {
  check.start();
  await vi.advanceTimersByTimeAsync(milliseconds);
  check.stop();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(check.state.get()).toEqual({ phase: 'idle', steps: {} });
  expect([...network.open]).toEqual([]);
});
