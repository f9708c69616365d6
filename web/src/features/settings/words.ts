import { words as speak } from '../../i18n';
import { words as de } from './words.de';
import { words as en } from './words.en';

export type WordKey = keyof typeof de;

export const w = speak<WordKey>(de, en);

/** A word whose key is put together from what the server says; what is not known stands as it came. */
export function wordOf(key: string): string {
  return isWord(key) ? w(key) : key;
}

export function isWord(key: string): key is WordKey {
  return key in de;
}
