import { expect, test } from 'vitest';
import { settings } from '../../test/meeting';
import { keysOf } from './terms';

test.each([
  ['a council speaks in turn', { kind: 'council', always: false, settings: { ...settings, hands: 'queue' } }, 'terms.queue', 'terms.free'],
  ['of a consultation nobody sees the others', { kind: 'consultation', always: false, settings }, 'terms.alone', 'terms.seen'],
  ['what is always open does not open', { kind: 'class', always: true, settings: { ...settings, opensBefore: 15 } }, 'terms.keepYear', 'terms.opens'],
  ['a date opens earlier', { kind: 'class', always: false, settings: { ...settings, opensBefore: 15 } }, 'terms.opens', 'terms.keepYear'],
] as const)('%s', (_, of, said, not) => {
  const keys = keysOf(of).flat();
  expect(keys).toContain(said);
  expect(keys).not.toContain(not);
});
