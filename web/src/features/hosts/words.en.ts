import type { words as de } from './words.de';

export const words: Readonly<Record<keyof typeof de, string>> = {
  who: 'Name or email address',
  hint: 'Write the beginning: those are offered who may hold meetings here.',
};
