// The operator's page: a code is entered, figures come, and it is over in one of the ways that there are.

import { act, cleanup, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { HelpPage } from './HelpPage';
import { picturesOf, remember, WINDOW, type Sample } from './history';
import { ASK_EVERY, codeIn } from './watch';

const figures = (change: Partial<Sample> = {}): Sample => ({
  at: 1000, path: 'udp', rtt_ms: 45, loss_up: 0.031, loss_down: 0, estimate: 2_400_000, sent: 800_000, received: 0, jitter_ms: 3, quality: 'good',
  subscribed: [
    { kind: 'audio', source: 'microphone', wanted: 0, paused: false, bits: 32_000 },
    { kind: 'video', source: 'camera', layer: 1, wanted: 2, paused: false, bits: 400_000, fps: 25 },
    { kind: 'video', source: 'screen_share', layer: -1, wanted: 1, paused: true, bits: 0 },
  ],
  published: [{ kind: 'video', source: 'camera', muted: false, layers: [{ layer: 0, bits: 150_000 }, { layer: 1, bits: 500_000, loss: 0.02 }] }],
  ...change,
});

/** What the server says next; undefined: nothing at all. */
let answer: { readonly status: number; readonly body: unknown } | undefined;
let asked: string[] = [];

beforeEach(() => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  asked = [];
  globalThis.fetch = async (input: RequestInfo | URL, init?: RequestInit) => {
    asked.push(`${String(input)} ${String(init?.body)}`);
    if (!answer) throw new TypeError('network');
    return new Response(JSON.stringify(answer.body), { status: answer.status });
  };
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

const later = () => act(() => vi.advanceTimersByTimeAsync(ASK_EVERY));

async function enter(code: string) {
  const user = userEvent.setup({ advanceTimers: vi.advanceTimersByTime });
  await user.clear(screen.getByTestId('help-code'));
  await user.type(screen.getByTestId('help-code'), `${code}{Enter}`);
}

test('figures come once a second as text, with a code that stands in no address', async () => {
  answer = { status: 200, body: figures() };
  render(<HelpPage />);
  await enter('1234 5678');
  const live = await screen.findByTestId('help-live');
  expect(asked.length).toBe(1);
  expect(asked[0]).toMatch(/^\/api\/connection-help \{"code":"12345678"\}$/);
  expect(live.textContent).toMatch(/2[,.]4 Mbit\/s/);
  expect(live.textContent).toMatch(/45 ms/);
  expect(live.textContent).toMatch(/3[,.]1 %/);
  const rows = within(screen.getByTestId('help-subscribed')).getAllByRole('row').map((row) => row.textContent);
  expect(rows[2]).toMatch(/2 (von|of) 3.*400 kbit\/s/);
  expect(rows[3]).toMatch(/pausiert|paused/);
  expect(within(screen.getByTestId('help-published')).getAllByRole('row')).toHaveLength(3);
  answer = { status: 200, body: figures({ at: 2000, rtt_ms: 310 }) };
  await later();
  expect(live.textContent).toMatch(/310 ms/);
  expect([document.activeElement?.tagName, screen.queryByTestId('help-disconnected')]).toEqual(['H2', null]);
  answer = { status: 200, body: figures({ at: 3000, path: 'none' }) };
  await later();
  expect(screen.getByTestId('help-disconnected')).toBeTruthy();
});

test('what is no code is not asked for', async () => {
  render(<HelpPage />);
  await enter('1234 567');
  expect(asked).toEqual([]);
  expect(screen.getByTestId('help-code').getAttribute('aria-invalid')).toBe('true');
});

test.each([
  ['an unknown code', { status: 404, body: { code: 'help_unknown', message: '' } }, 'help_unknown', /noch einmal vorlesen|read to you again/],
  ['too many guesses', { status: 429, body: { code: 'slow_down', message: '', wait: 120 } }, 'slow_down', /2 (Minuten|minutes)/],
] as const)('%s is refused in words, and another may be entered', async (_, refusal, code, words) => {
  answer = refusal;
  render(<HelpPage />);
  await enter('12345678');
  expect((await screen.findByTestId(`help-${code}`)).textContent).toMatch(words);
  expect(document.activeElement).toBe(screen.getByTestId('help-code'));
  await later();
  expect(asked).toHaveLength(1);
});

test('a server that is gone is asked again, and what is shown is said to be old; the end is told as the end', async () => {
  answer = { status: 200, body: figures() };
  render(<HelpPage />);
  await enter('12345678');
  await screen.findByTestId('help-live');
  answer = undefined;
  await later();
  expect(screen.getByTestId('help-gone')).toBeTruthy();
  expect(screen.getByTestId('help-live')).toBeTruthy();
  answer = { status: 200, body: figures({ at: 9000 }) };
  await later();
  expect(screen.queryByTestId('help-gone')).toBeNull();
  answer = { status: 404, body: { code: 'help_unknown', message: '' } };
  await later();
  expect(screen.getByTestId('help-help_unknown').textContent).toMatch(/zu Ende|is over/);
});

test('who does not look does not watch, and who stops asks no more', async () => {
  answer = { status: 200, body: figures() };
  render(<HelpPage />);
  await enter('12345678');
  await screen.findByTestId('help-live');
  const hidden = vi.spyOn(document, 'hidden', 'get').mockReturnValue(true);
  const before = asked.length;
  await later();
  await later();
  expect(asked).toHaveLength(before);
  hidden.mockReturnValue(false);
  await later();
  expect(asked).toHaveLength(before + 1);
  act(() => screen.getByTestId('help-stop').click());
  await later();
  expect(asked).toHaveLength(before + 1);
  expect(screen.getByTestId('help-code')).toBeTruthy();
});

test('two minutes are kept, in order', () => {
  let history: readonly Sample[] = [];
  for (let at = 1000; at <= WINDOW + 30_000; at += 1000) history = remember(history, figures({ at }));
  expect([history.length, history[0]?.at, history.at(-1)?.at]).toEqual([120, 31_000, 150_000]);
  expect(remember(history, figures({ at: 149_500 }))).toBe(history);
});

test('pictures are counted by how they are', () => {
  expect(picturesOf(figures())).toEqual({ whole: 0, lowered: 1, paused: 1 });
});

test.each([
  ['12345678', '12345678'],
  [' 1234 5678 ', '12345678'],
  ['1234-5678', '12345678'],
  ['1234567', undefined],
  ['123456789', undefined],
  ['1234567a', undefined],
])('%j is the code %j', (text, code) => {
  expect(codeIn(text)).toBe(code);
});
