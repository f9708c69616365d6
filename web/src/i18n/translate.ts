// Picks the language once, from the browser, and fills messages in. There is no runtime switch yet: a reload follows
// the browser's setting. What a meeting does switch is how it speaks to people in German.

import { Cell, type Value } from '../value';
import type { MessageKey, Messages } from './de';

export type Language = 'de' | 'en';
export type Values = Readonly<Record<string, string | number>>;
export type Translate = (key: MessageKey, values?: Values) => string;

/** The first language of the browser's list that we speak; English for everybody else. */
export function chooseLanguage(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const primary = tag.toLowerCase().split('-')[0];
    if (primary === 'de' || primary === 'en') return primary;
  }
  return 'en';
}

/** The first tag of the browser's list in this language. */
export function localeFor(language: Language, wanted: readonly string[]): string {
  return wanted.find((tag) => tag.toLowerCase().split('-')[0] === language) ?? language;
}

/** A translator for the texts of one language, with others in place of some. `values.n` chooses the singular where the message has one. */
export function translator(messages: Messages, others: Partial<Messages> = {}): Translate {
  return speaker({ ...messages, ...others });
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
/** How the reader writes days and times: as the browser says it for this language, British English for instance. */
export const locale: string = localeFor(language, navigator.languages ?? [navigator.language]);

/** The texts of the reader's language: the other one is not loaded. */
let messages: Messages | undefined;
let now: Translate = (key) => key;
export const t: Translate = (key, values) => now(key, values);

/** Loads the texts of the reader's language. Nothing is drawn before. */
export async function learn(): Promise<void> {
  messages = language === 'de' ? (await import('./de')).de : (await import('./en')).en;
  now = translator(messages);
}

/** How people are spoken to in German. */
export type Address = 'sie' | 'du';

let wanted: Address = 'sie';
const spoken = new Cell<Address>('sie');

/** How t speaks at this moment: whoever draws texts that stay when it changes watches it. */
export const address: Value<Address> = spoken;

/** Speaks like that from now on. The texts for "du" come when they are needed; if they do not come, "Sie" is polite. */
export async function speak(to: Address): Promise<void> {
  wanted = to;
  const others = to === 'du' && language === 'de' ? await familiar() : {};
  if (to !== wanted || to === spoken.get() || !messages) return;
  now = translator(messages, others);
  spoken.set(to);
}

async function familiar(): Promise<Partial<Messages>> {
  try {
    return (await import('./du')).du;
  } catch {
    return {};
  }
}

/**
 * The words of a part of the client that is loaded later than the rest, such as administration: they come with it. Both
 * languages have the same keys; words.de.ts and words.en.ts beside each other are checked by i18n.test.ts.
 */
export function words<Key extends string>(de: Readonly<Record<Key, string>>, en: Readonly<Record<Key, string>>): (key: Key, values?: Values) => string {
  return speaker(language === 'de' ? de : en);
}

/** "14:05", in the reader's own time zone. */
export function clockTime(at: number): string {
  return new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' }).format(at);
}

/** "30. November 2026", in the reader's own time zone. */
export function day(at: number): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'long' }).format(at);
}

/** "Mo., 30.11.2026, 14:05", in the reader's own time zone. */
export function dayAndTime(at: string): string {
  return new Intl.DateTimeFormat(locale, { weekday: 'short', day: '2-digit', month: '2-digit', year: 'numeric', hour: '2-digit', minute: '2-digit' }).format(new Date(at));
}

/** "Mo., 30. Nov. 2026, 10:00–10:45", in the reader's own time zone. */
export function span(start: string, end: string): string {
  const format = new Intl.DateTimeFormat(locale, { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' });
  return format.formatRange(new Date(start), new Date(end));
}
