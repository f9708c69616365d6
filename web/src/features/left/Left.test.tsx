import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import type { Ending, Roster } from '../../call';
import { FakeCall } from '../../test/fakeCall';
import { info } from '../../test/meeting';
import { Left } from '.';

afterEach(cleanup);

function said(how: Ending, meeting: Roster['meeting'], people = 1): string {
  const call = new FakeCall(people);
  call.know({ meeting });
  render(<Left how={how} title="Elternabend" call={call} onRejoin={() => undefined} onHome={() => undefined} />);
  return screen.getByTestId('left-page').textContent ?? '';
}

const erased = new Date(2026, 11, 22).getTime(); // midnight: what is kept until the 21st

test.each<[string, Roster['meeting'], RegExp]>([
  ['with dates', info({ keptUntil: erased }), /December 21, 2026/],
  ['always open', info({ keptDays: 365 }), /a year after its last use/],
  ['made without an account', info({ keptDays: 1 }), /24 hours after its last use/],
  ['never in', undefined, /Nothing was stored of this visit/],
])('what is kept of a meeting: %s', (_, meeting, expected) => {
  expect(said('left', meeting)).toMatch(expected);
});

test.each<[Ending, Roster['meeting'], number, RegExp]>([
  ['ended', info(), 3, /content was deleted/],
  ['left', info(), 3, /when the meeting is over/],
  ['left', info(), 1, /half a minute/],
  ['left', info({ kind: 'consultation' }), 2, /called in has left/],
  ['left', undefined, 0, /^ElternabendYou do not wait any more/],
])('what becomes of its content: %s', (how, meeting, people, expected) => {
  expect(said(how, meeting, people)).toMatch(expected);
});

test('a further device that leaves says where the meeting goes on, and its link is used up', () => {
  const call = new FakeCall(2);
  call.know({ self: 'c0' });
  render(<Left how="left" title="Elternabend" call={call} onRejoin={() => undefined} onHome={() => undefined} />);
  expect(screen.getByTestId('left-page').textContent).toMatch(/first device/);
  expect(screen.queryByTestId('left-rejoin')).toBeNull();
});
