import { act, cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LobbyView } from '../../call';
import { Preview } from '../../media';
import { installDevices } from '../../test/browser';
import { FakeCall } from '../../test/fakeCall';
import { Waiting } from '.';

const lobby: LobbyView = { title: 'Elternabend', host: 'Ben', kind: 'discussion', level: 'internal', address: 'sie', why: 'lobby', name: 'Anna', told: [], asked: [], mayAsk: true };

beforeEach(() => void installDevices());
afterEach(cleanup);

function open(change: Partial<LobbyView> = {}) {
  const call = new FakeCall(1);
  const preview = new Preview();
  call.lobby.set({ ...lobby, ...change });
  render(<Waiting call={call} preview={preview} />);
  return { call, preview };
}

test('who waits keeps the own preview, reads what the host writes as text, and can leave', async () => {
  const { call, preview } = open();
  await userEvent.click(screen.getByTestId('join-cam'));
  expect(preview.states.get().camera.kind).toBe('on');
  act(() => call.lobby.set({ ...lobby, told: [{ at: 1, text: 'Gleich <b>geht</b> es los' }] }));
  expect(screen.getByTestId('lobby-told').textContent).toContain('Gleich <b>geht</b> es los');
  await userEvent.click(screen.getByTestId('lobby-leave'));
  expect(call.orders).toEqual(['leave']);
  preview.close();
});

test('who waits tells the hosts a line, within its length, while they may be told', async () => {
  const { call } = open();
  await userEvent.type(screen.getByTestId('ask-text'), 'Ich bin neu');
  await userEvent.click(screen.getByTestId('ask-send'));
  expect(call.orders).toEqual(['ask hosts Ich bin neu']);
  act(() => call.lobby.set({ ...lobby, asked: [{ at: 1, text: 'Ich <b>bin</b> neu' }] }));
  expect(screen.getByTestId('lobby-asked').textContent).toContain('Ich <b>bin</b> neu');
  await userEvent.click(screen.getByTestId('ask-text'));
  await userEvent.paste('x'.repeat(251));
  await userEvent.click(screen.getByTestId('ask-send'));
  expect(call.orders).toHaveLength(1);
  act(() => call.lobby.set({ ...lobby, why: 'held', mayAsk: false }));
  expect(screen.queryByTestId('ask-text')).toBeNull();
});

test('a consultation says that nobody else knows, and what it is not for', () => {
  open({ kind: 'consultation', title: '' });
  expect(screen.getByTestId('lobby-private').textContent).toMatch(/112/);
});

test.each(['start', 'held', 'back'] as const)('says why: %s', (why) => {
  open({ why });
  expect(screen.getByTestId('lobby').dataset['why']).toBe(why);
});
