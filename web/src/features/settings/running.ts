// Which settings can be changed while the meeting runs, and what a change does. Pure.

import type { Level, Limit, Settings } from '../../api';
import type { SettingName } from './limits';
import { isWord, type WordKey } from './words';

export interface Group {
  readonly title: WordKey;
  readonly settings: readonly SettingName[];
}

/** Those that do something in a meeting that runs. The others are of how one gets to it, and of its entry. */
export const groups: readonly Group[] = [
  { title: 'group.coming', settings: ['lobby', 'arrivals', 'lock', 'hostGone', 'hostGoneAfter'] },
  { title: 'group.speaking', settings: ['speak', 'camera', 'share', 'hands', 'reactions'] },
  { title: 'group.writing', settings: ['chat', 'chatLinks', 'direct', 'files', 'fileSize'] },
  { title: 'group.seeing', settings: ['people', 'cameras', 'number', 'rename', 'address'] },
];

/** What a host wants otherwise than it is. */
export type Wish = Partial<Settings>;

/** The wish without what is so already: also what another host, or the server, has set meanwhile. */
export function openOf(wish: Wish, now: Settings): Wish {
  return Object.fromEntries(Object.entries(wish).filter(([name, value]) => now[name as SettingName] !== value)) as Wish;
}

/** What a change does to those who are in, where the words of the setting do not say it. */
export function effectOf(name: string, value: unknown): WordKey | undefined {
  return [`effect.${name}.${String(value)}`, `effect.${name}`].find(isWord);
}

/** What the limits leave as the other settings are: where guests give no code, they have to wait, unless the level is open. */
export function withOthers(limits: readonly Limit[], level: Level, { code, guests }: Settings): readonly Limit[] {
  if (level === 'open' || code || guests === 'none') return limits;
  return limits.map((limit) => (limit.setting === 'lobby' && limit.values ? { ...limit, values: limit.values.filter((value) => value !== 'off') } : limit));
}
