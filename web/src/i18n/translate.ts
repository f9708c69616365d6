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
  const messages = languages[language];
  return (key, values) => {
    const text = values?.['n'] === 1 ? (singular(messages, key) ?? messages[key]) : messages[key];
    return values ? fill(text, values) : text;
  };
}

function singular(messages: Messages, key: MessageKey): string | undefined {
  const one = `${key}.one`;
  return one in messages ? messages[one as MessageKey] : undefined;
}

function fill(text: string, values: Values): string {
  return text.replace(/\{(\w+)\}/g, (hole, name: string) => String(values[name] ?? hole));
}

export const language: Language = chooseLanguage(navigator.languages ?? [navigator.language]);
export const t: Translate = translator(language);

/** "14:05", in the reader's own time zone. */
export function clockTime(at: number): string {
  return new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit' }).format(at);
}
