import { act, cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, test } from 'vitest';
import { Cell } from '../../value';
import { Check } from '.';
import type { CheckState, CheckView } from './run';
import { verdictCodes } from './verdict';

afterEach(cleanup);

const steps: CheckState['steps'] = {
  signalling: { state: 'done', line: { roundTrip: 12.4 } },
  udp: { state: 'failed' },
  tcp: { state: 'done', line: { roundTrip: 20 } },
  turn_tls: { state: 'absent' },
  loss: { state: 'done', line: { roundTrip: 20, loss: 0.1 } },
  down: { state: 'done', line: { down: 90_000 } },
  up: { state: 'done', line: { up: 640 } },
};

class FakeCheck implements CheckView {
  readonly state = new Cell<CheckState>({ phase: 'idle', steps: {} });
  readonly orders: string[] = [];
  start() {
    this.orders.push('start');
  }
  stop() {
    this.orders.push('stop');
  }
}

function open(state?: CheckState) {
  const check = new FakeCheck();
  if (state) check.state.set(state);
  render(<Check onHome={() => undefined} view={check} />);
  return check;
}

function installClipboard(clipboard: { writeText(text: string): Promise<void> } | undefined) {
  Object.defineProperty(navigator, 'clipboard', { value: clipboard, configurable: true });
}

test('begins by a click and not before, and stops with the page', async () => {
  const check = open();
  expect(check.orders).toEqual([]);
  expect(screen.getByTestId('check').textContent).toMatch(/7 MB/);
  await userEvent.click(screen.getByTestId('check-start'));
  expect(check.orders).toEqual(['start']);
  cleanup();
  expect(check.orders).toEqual(['start', 'stop']);
});

test('each step says how it went in words, and is read out as one', () => {
  open({ phase: 'running', steps });
  const words = Object.keys(steps).map((name) => screen.getByTestId(`step-${name}`).textContent);
  expect(words.join('\n')).toMatch(/(works|geht), 12 ms\n.*(does not work|geht nicht)\n.*20 ms\n.*(not set up|nicht eingerichtet)\n.*(weak|schwach), 20 ms, 10 %.*\n.*(good|gut), (more than|mehr als) 20 Mbit.*\n.*(weak|schwach), 0[.,]6 Mbit/);
  for (const name of Object.keys(steps)) expect(screen.getByTestId(`step-${name}`).getAttribute('aria-atomic')).toBe('true');
});

test('the heading of the verdict takes the focus, and the code stands in the page', async () => {
  const check = open({ phase: 'running', steps });
  await act(async () => check.state.set({ phase: 'over', steps, verdict: { code: 'udp_blocked', also: ['lossy'] } }));
  const verdict = screen.getByTestId('check-verdict');
  expect(verdict.dataset).toMatchObject({ code: 'udp_blocked', also: 'lossy', level: 'limited' });
  expect(document.activeElement).toBe(screen.getByRole('heading', { level: 1 }));
  expect(verdict.textContent).toContain('udp_blocked');
  await userEvent.click(screen.getByTestId('check-again'));
  expect(check.orders).toEqual(['start']);
});

test.each(verdictCodes)('%s has a page without holes', (code) => {
  open({ phase: 'over', steps: {}, verdict: { code, also: [] } });
  expect(screen.getByTestId('check-verdict').textContent).not.toMatch(/[{}]|undefined|verdict\./);
  expect(screen.queryByTestId('check-copy')).toBeNull();
});

test('the copied text has the measurements, and nothing about the person or the place', async () => {
  let copied = '';
  installClipboard({ writeText: async (text: string) => void (copied = text) });
  open({ phase: 'over', steps, verdict: { code: 'udp_blocked', also: ['slow_up'] } });
  await userEvent.click(screen.getByTestId('check-copy'));
  expect(copied.split('\n')).toHaveLength(3 + Object.keys(steps).length);
  expect(copied).toMatch(/udp_blocked/);
  expect(copied).toMatch(/slow_up/);
  expect(copied).not.toMatch(/\d+\.\d+\.\d+|:\/\/|Mozilla|localhost|\b20\d\d\b/);
});

test('where nothing may be copied, the text appears for copying by hand', async () => {
  installClipboard(undefined);
  open({ phase: 'over', steps, verdict: { code: 'udp_blocked', also: [] } });
  await userEvent.click(screen.getByTestId('check-copy'));
  expect(screen.getByTestId<HTMLTextAreaElement>('check-text').value).toContain('udp_blocked');
});
