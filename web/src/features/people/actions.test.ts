import { expect, test } from 'vitest';
import type { Roster } from '../../call';
import type { Role } from '../../api';
import { FakeCall } from '../../test/fakeCall';
import { conducts, info, settings, somebody } from '../../test/meeting';
import { actionsOn, orderOf } from './actions';

const silent = { microphone: false, camera: false, screen: false };
const all = { microphone: true, camera: true, screen: true };

function rosterOf(role: Role, change: Partial<Roster> = {}): Roster {
  const may = conducts.filter((action) => role === 'owner' || (action !== 'hand_over' && action !== 'appoint_host'));
  return { ...new FakeCall(1).roster.get(), role, may: new Set(may), ...change };
}

function offered(roster: Roster, other: Role, sending = silent, change = {}): readonly string[] {
  return actionsOn(roster, somebody('p9', 'Ben', { role: other, ...change }), sending).flat();
}

test.each<[Role, Role, readonly string[], readonly string[]]>([
  ['owner', 'participant', ['mute', 'stop_camera', 'stop_share', 'make_host', 'hand_over', 'rename', 'to_lobby', 'remove'], ['ask_mic']],
  ['owner', 'moderator', ['mute', 'hand_over', 'rename', 'remove', 'make_participant'], ['make_host', 'to_lobby']],
  ['moderator', 'participant', ['mute', 'remove', 'make_presenter'], ['make_host', 'hand_over']],
  ['moderator', 'owner', ['write'], ['mute', 'stop_camera', 'rename', 'remove', 'to_lobby', 'make_participant']],
  ['moderator', 'moderator', [], ['mute', 'remove', 'rename', 'make_participant']],
])('what %s may do to %s', (by, other, has, lacks) => {
  const actions = offered(rosterOf(by), other, all);
  expect(actions).toEqual(expect.arrayContaining([...has]));
  for (const action of lacks) expect(actions).not.toContain(action);
});

test('a participant may write, and nothing else', () => {
  const roster = new FakeCall(1).roster.get();
  expect(offered(roster, 'participant', all)).toEqual(['write']);
  const toHosts = { ...roster, meeting: info({ settings: { ...settings, direct: 'hosts' } }) };
  expect(offered(toHosts, 'participant')).toEqual([]);
  expect(offered(toHosts, 'moderator')).toEqual(['write']);
});

test('nobody is switched on: who is silent is asked', () => {
  expect(offered(rosterOf('owner'), 'participant')).toEqual(expect.arrayContaining(['ask_mic', 'ask_cam']));
  expect(orderOf('ask_mic', 'b')).toEqual({ type: 'ask', ids: ['b'], device: 'microphone' });
});

test('the floor matters where not everybody speaks', () => {
  expect(offered(rosterOf('owner'), 'participant')).not.toContain('give_floor');
  const talk = rosterOf('owner', { meeting: info({ settings: { ...settings, speak: 'called' } }) });
  expect(offered(talk, 'participant')).toContain('give_floor');
  expect(offered(talk, 'participant', silent, { floor: true })).toContain('take_floor');
  expect(offered(talk, 'participant', silent, { hand: 3 })).toContain('lower_hand');
});

test('one\u2019s own name, where it may be changed', () => {
  const self = somebody('p0', 'Anna');
  expect(actionsOn(rosterOf('participant'), self, silent)).toEqual([['rename']]);
  expect(actionsOn(rosterOf('participant', { may: new Set() }), self, silent)).toEqual([]);
});
