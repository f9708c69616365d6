import { expect, test } from 'vitest';
import { companionIn } from './companion';

test.each([
  ['companion=a-b_c', 'a-b_c'],
  ['companion=', undefined],
  ['other=1', undefined],
  ['', undefined],
])('%s', (fragment, secret) => expect(companionIn(fragment)).toBe(secret));
