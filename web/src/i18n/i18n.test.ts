import { expect, test } from 'vitest';
import { failureCodes, failureText } from '../errors';
import { de } from './de';
import { en } from './en';
import { chooseLanguage, translator } from './translate';

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

test('fills in, with a singular for one', () => {
  const t = translator('de');
  expect(t('people.count', { n: 1 })).toBe('1 Person');
  expect(t('people.count', { n: 4 })).toBe('4 Personen');
  expect(t('stage.self', { name: '{n} & <b>' })).toBe('{n} & <b> (Sie)');
});

test('words that promise too much stand nowhere', () => {
  const never = /\bsicher\b|DSGVO|abhörsicher|zertifiziert|Gastgeber|Einwilligung/i;
  for (const key of keys) expect(de[key]).not.toMatch(never);
});
