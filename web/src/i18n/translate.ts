// Picks the language once, from the browser, and fills messages in. There is no runtime switch yet: a reload follows
// the browser's setting.

import { de, type MessageKey, type Messages } from './de';
import { en } from './en';

export type Language = 'de' | 'en';
export type Values = Readonly<Record<string, string | number>>;
export type Translate = (key: MessageKey, values?: Values) => string;

const languages: Readonly<Record<Language, Messages>> = { de, en };

/** The first language of the browser's list that we speak; English for everybody else. */
export function chooseLanguage(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const primary = tag.toLowerCase().split('-')[0];
    if (primary === 'de' || primary === 'en') return primary;
  }
  return 'en';
}

/** A translator for one language. `values.n` chooses the singular where the message has one. */
export function translator(language: Language): Translate {
  return speaker(languages[language]);
}

function speaker<Key extends string>(messages: Readonly<Record<Key, string>>): (key: Key, values?: Values) => string {
  return (key, values) => {
    const text = values?.['n'] === 1 ? (singular(messages, key) ?? messages[key]) : messages[key];
    return values ? fill(text, values) : text;
  };
}

function singular<Key extends string>(messages: Readonly<Record<Key, string>>, key: Key): string | undefined {
  return (messages as Readonly<Record<string, string>>)[`${key}.one`];
}

function fill(text: string, values: Values): string {
  return text.replace(/\{(\w+)\}/g, (hole, name: string) => String(values[name] ?? hole));
}

export const language: Language = chooseLanguage(navigator.languages ?? [navigator.language]);
export const t: Translate = translator(language);

/**
 * The words of a part of the client that is loaded later than the rest, such as administration: they come with it. Both
 * languages have the same keys; words.de.ts and words.en.ts beside each other are checked by i18n.test.ts.
 */
export function words<Key extends string>(de: Readonly<Record<Key, string>>, en: Readonly<Record<Key, string>>): (key: Key, values?: Values) => string {
  return speaker(language === 'de' ? de : en);
}

/** "14:05", in the reader's own time zone. */
export function clockTime(at: number): string {
  return new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit' }).format(at);
}

/** "Mo., 30.11.2026, 14:05", in the reader's own time zone. */
export function dayAndTime(at: string): string {
  return new Intl.DateTimeFormat(language, { weekday: 'short', day: '2-digit', month: '2-digit', year: 'numeric', hour: '2-digit', minute: '2-digit' }).format(new Date(at));
}
