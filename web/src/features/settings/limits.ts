// What a setting is called, and its values; and which of them can be chosen. Pure.

import type { Limit, Settings } from '../../api';
import { w, wordOf } from './words';

export type SettingName = keyof Settings;
export type SettingValue = Settings[SettingName];

/** Those of the limits that are of a setting which the program has. */
export function known(limits: readonly Limit[], settings: Settings): readonly Limit[] {
  return limits.filter(({ because, setting }) => because !== 'not_built' && setting in settings);
}

/** There is nothing to choose. */
export function isFixed({ values, least, most }: Limit): boolean {
  return values ? values.length === 1 : least === most;
}

export function settingWord(setting: string): string {
  return wordOf(`set.${setting}`);
}

/** The server says "on" and "off" of what is true or false in the settings. */
export function valueWord(setting: string, value: SettingValue): string {
  if (typeof value === 'number') return String(value);
  if (typeof value === 'boolean') return w(value ? 'yes' : 'no');
  return wordOf(`set.${sameWords[setting] ?? setting}.${value}`);
}

/** These have the values of another setting. */
const sameWords: Readonly<Record<string, string>> = { direct: 'chat', files: 'chat', cameras: 'people', camera: 'speak' };
