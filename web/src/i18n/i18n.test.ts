import { expect, test } from 'vitest';
import { failureCodes, failureText } from '../errors';
import { de } from './de';
import { du } from './du';
import { en } from './en';
import { address, chooseLanguage, localeFor, speak, translator } from './translate';

const holes = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((hole) => hole[1]).sort();
const keys = Object.keys(de) as (keyof typeof de)[];

test('both languages have the same keys', () => {
  expect(Object.keys(en).sort()).toEqual([...keys].sort());
});

test.each(keys)('%s is filled and has the same holes in both', (key) => {
  expect(de[key].trim()).not.toBe('');
  expect(en[key].trim()).not.toBe('');
  expect(holes(en[key])).toEqual(holes(de[key]));
});

// No meeting speaks on these pages: they say Sie to everybody.
const outside = /^start\./;
const polite = /\b(Sie|Ihnen|Ihr(e[mnrs]?)?)\b/;
const familiar = du as Readonly<Record<string, string | undefined>>;

test.each(keys.filter((key) => !outside.test(key) && polite.test(de[key])))('%s has a text for who is spoken to with du', (key) => {
  expect(familiar[key]).toBeTruthy();
  expect(familiar[key]).not.toMatch(polite);
  expect(holes(familiar[key] ?? '')).toEqual(holes(de[key]));
});

test('what speaks to nobody has one text only, and what loads inside a meeting later speaks to nobody', () => {
  for (const key of Object.keys(du)) expect(polite.test(de[key as keyof typeof de] ?? ''), key).toBe(true);
  for (const [key, text] of Object.entries(parts['../features/settings/words.de.ts']?.words ?? {})) {
    if (key !== 'set.address.sie') expect(text, key).not.toMatch(polite);
  }
});

test('a meeting says how people are spoken to', async () => {
  const speaks = translator(de, du);
  expect(speaks('stage.self', { name: 'Anna' })).toBe('Anna (du)');
  expect(speaks('people.crowd', { n: 1 })).toBe('und 1 weitere Person, die du nicht siehst');
  expect(speaks('chat.title')).toBe('Chat');
  await speak('du');
  expect(address.get()).toBe('du');
  void speak('du');
  void speak('sie'); // the last one counts, whatever comes when
  await speak('sie');
  expect(address.get()).toBe('sie');
});

const parts = import.meta.glob<{ readonly words: Readonly<Record<string, string>> }>('../**/words.{de,en}.ts', { eager: true });

test.each(Object.keys(parts).filter((path) => path.endsWith('.de.ts')))('%s says the same in English', (path) => {
  const german = parts[path]?.words ?? {};
  const english = parts[path.replace('.de.ts', '.en.ts')]?.words ?? {};
  expect(Object.keys(english).sort()).toEqual(Object.keys(german).sort());
  for (const [key, text] of Object.entries(german)) {
    expect(text.trim(), key).not.toBe('');
    expect(english[key]?.trim(), key).not.toBe('');
    expect(holes(english[key] ?? ''), key).toEqual(holes(text));
  }
});

test('every failure has its texts and a short code of its own', () => {
  const shorts = failureCodes.map((code) => failureText(code).short);
  expect(new Set(shorts).size).toBe(shorts.length);
  for (const code of failureCodes) {
    expect(keys).toContain(failureText(code).title);
    expect(keys).toContain(failureText(code).text);
  }
});

test.each([
  [['de-AT', 'en'], 'de'],
  [['fr', 'de'], 'de'],
  [['en-GB'], 'en'],
  [['ja'], 'en'],
  [[], 'en'],
])('%j speaks %s', (wanted, language) => {
  expect(chooseLanguage(wanted)).toBe(language);
});

test('days are written as in the country of the browser, in the language that we speak', () => {
  expect(localeFor('en', ['en-GB', 'de'])).toBe('en-GB');
  expect(localeFor('de', ['fr', 'de-AT'])).toBe('de-AT');
  expect(localeFor('en', ['ja'])).toBe('en');
});

test('fills in, with a singular for one', () => {
  const t = translator(de);
  expect(t('people.count', { n: 1 })).toBe('1 Person');
  expect(t('people.count', { n: 4 })).toBe('4 Personen');
  expect(t('stage.self', { name: '{n} & <b>' })).toBe('{n} & <b> (Sie)');
});

test('words that promise too much stand nowhere', () => {
  const never = /\bsicher\b|DSGVO|abhörsicher|zertifiziert|Gastgeber|Einwilligung/i;
  for (const key of keys) expect(de[key]).not.toMatch(never);
  for (const [path, { words = {} }] of Object.entries(parts)) {
    if (path.endsWith('.de.ts')) for (const [key, text] of Object.entries(words)) expect(text, `${path}: ${key}`).not.toMatch(never);
  }
});
