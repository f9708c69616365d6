import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import { Refused } from '../../api';
import { RefusalReasons } from '.';
import { words } from './words.de';

afterEach(cleanup);

const shown = () => screen.getAllByRole('listitem').map((item) => item.textContent);

test('every reason is said by itself, with the setting that it is about', () => {
  const details = [
    { setting: 'lobby', code: 'lobby_or_code', message: 'x' },
    { setting: 'schedule', code: 'too_many_dates', message: 'x' },
    { setting: 'keepDays', code: 'of_tomorrow', message: 'a reason of tomorrow' },
  ];
  render(<RefusalReasons problem={new Refused('settings_invalid', { details })} />);
  const [lobby, dates, unknown] = shown();
  expect(lobby).toMatch(/^(Wer wartet|Who waits): .{20}/);
  expect(dates).toMatch(/1[.,]000/);
  expect(unknown).toMatch(/: a reason of tomorrow$/);
});

test('another refusal has no reasons', () => {
  render(<RefusalReasons problem={new Refused('not_allowed')} />);
  expect(screen.getByTestId('refused-not_allowed')).toBeTruthy();
  expect(screen.queryByTestId('reasons')).toBeNull();
});

// The codes of internal/meeting/rules/fault.go and internal/meeting/calendar/schedule.go.
test.each([
  'kind_unknown', 'level_unknown', 'level_not_of_kind', 'no_encryption', 'fixed_by_level', 'fixed_by_kind', 'not_built', 'value_unknown', 'lobby_or_code',
  'form_unknown', 'date_missing', 'duration_invalid', 'zone_unknown', 'rule_invalid', 'rule_endless', 'too_many_dates', 'no_dates', 'move_invalid',
])('%s has its words', (code) => {
  expect(`why.${code}` in words).toBe(true);
});
