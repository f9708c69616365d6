import { beforeEach, expect, test, vi } from 'vitest';
import { installServer } from '../test/browser';
import { FakeCall } from '../test/fakeCall';
import { Visit } from './visit';

const link = 'AbCdEfGhIjKlMnOpQrStUv';

beforeEach(() => installServer({ [`GET /api/links/${link}`]: { status: 200, body: { title: 'Elternabend', running: true, people: 3 } } }));

/** Somebody who is in before the stage has loaded, which the rest of a test says. */
async function joined() {
  const call = new FakeCall(2);
  call.phase.set({ kind: 'connecting' });
  let come = (): void => undefined;
  let fail = (): void => undefined;
  const stage = new Promise<void>((resolve, reject) => {
    come = resolve;
    fail = () => reject(new Error('a chunk that does not load'));
  });
  const visit = new Visit(link, undefined, async () => ({ joinCall: () => call, stage }));
  await visit.open();
  await visit.join('Anna', '');
  call.phase.set({ kind: 'in' });
  expect(visit.state.get()).toMatchObject({ kind: 'join', joining: true });
  return { call, stage, come, fail, visit };
}

test('a stage that comes later than the person is shown when it is there', async () => {
  const { come, visit } = await joined();
  come();
  await vi.waitFor(() => expect(visit.state.get().kind).toBe('call'));
});

test('a stage that comes after the meeting has ended is not shown', async () => {
  const { call, stage, come, visit } = await joined();
  call.phase.set({ kind: 'failed', code: 'server_gone' });
  come();
  await stage;
  await Promise.resolve();
  expect(visit.state.get().kind).toBe('failed');
});

test('who gets no stage is told, and is not in the meeting either', async () => {
  const { call, fail, visit } = await joined();
  fail();
  await vi.waitFor(() => expect(visit.state.get()).toEqual({ kind: 'failed', code: 'server_gone' }));
  expect(call.orders).toContain('leave');
});
