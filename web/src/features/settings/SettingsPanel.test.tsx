import { act, cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, test } from 'vitest';
import { installServer } from '../../test/browser';
import { FakeCall } from '../../test/fakeCall';
import { conducts, info, settings } from '../../test/meeting';
import { SettingsPanel } from '.';

afterEach(cleanup);

const limits = [
  { setting: 'lobby', values: ['off', 'guests', 'all', 'each'], least: 0, most: 0 },
  { setting: 'speak', values: ['all', 'called'], least: 0, most: 0 },
  { setting: 'reactions', values: ['off', 'on'], least: 0, most: 0 },
  { setting: 'chatLinks', values: ['off'], least: 0, most: 0, because: 'fixed_by_level' },
  { setting: 'fileSize', least: 1, most: 20 },
  { setting: 'keepDays', least: 0, most: 180 },
  { setting: 'recording', values: ['off'], least: 0, most: 0, because: 'not_built' },
];
const kinds = { kinds: [{ kind: 'discussion', level: 'internal', levels: [{ level: 'internal', available: true, settings, limits, notices: [] }] }] };

async function open() {
  installServer({ 'GET /api/kinds': { status: 200, body: kinds } });
  const call = new FakeCall(2);
  call.know({ role: 'owner', may: new Set(conducts), meeting: info({ settings: { ...settings, chatLinks: false } }) });
  render(<SettingsPanel call={call} onClose={() => undefined} />);
  await screen.findByTestId('settings');
  return call;
}

test('only what does something now and may be changed; what is fixed stands there with its reason', async () => {
  await open();
  for (const name of ['lobby', 'speak', 'reactions', 'fileSize']) expect(screen.getByTestId(`set-${name}`)).toBeTruthy();
  for (const name of ['chatLinks', 'keepDays', 'recording']) expect(screen.queryByTestId(`set-${name}`)).toBeNull();
  expect([...screen.getByTestId<HTMLSelectElement>('set-lobby').options].map(({ value }) => value)).toEqual(['guests', 'all', 'each']); // without a code somebody waits
  expect(screen.getByTestId('settings').textContent).toContain('Addresses in the chat can be clicked: no (by the protection level)');
});

test('a change is said with what it does, done at one press, and over when the server has it', async () => {
  const call = await open();
  await userEvent.selectOptions(screen.getByTestId('set-speak'), 'called');
  await userEvent.click(screen.getByTestId('set-reactions'));
  expect(call.asks).toEqual([]);
  expect(screen.getByTestId('settings-pending').textContent).toMatch(/Microphones: who is called up.*go off.*Reactions: no/);
  await userEvent.click(screen.getByTestId('settings-apply'));
  const wanted = { ...settings, chatLinks: false, speak: 'called', reactions: false } as const;
  expect(call.asks).toEqual([{ type: 'change_settings', settings: wanted }]);
  expect(screen.getByTestId('settings-pending')).toBeTruthy(); // nothing is so before the server says it
  act(() => call.know({ meeting: info({ settings: wanted }) }));
  expect(screen.queryByTestId('settings-pending')).toBeNull();
});

test('what another host changes meanwhile stays changed', async () => {
  const call = await open();
  await userEvent.selectOptions(screen.getByTestId('set-lobby'), 'all');
  act(() => call.know({ meeting: info({ settings: { ...settings, chatLinks: false, speak: 'called' } }) }));
  await userEvent.click(screen.getByTestId('settings-apply'));
  expect(call.asks).toEqual([{ type: 'change_settings', settings: { ...settings, chatLinks: false, speak: 'called', lobby: 'all' } }]);
});
