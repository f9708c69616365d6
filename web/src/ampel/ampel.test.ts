// The rules in TypeScript against those in Go: every vector to the last word. They are written by
// `go test ./internal/ampel -update`.

import { expect, test } from 'vitest';
import { criterionOf, faultText, rate, write } from '.';
import { readBytes, readText } from './read';
import { rewrite } from './rewrite';
import catalogueJson from './testdata/catalogue.json';
import vectorsJson from './testdata/vectors.json';
import type { Assessment, Catalogue, Evidence, Finding, Language, Rated } from './types';

const catalogue = catalogueJson as unknown as Catalogue;
const vectors = vectorsJson;
const today = vectors.today;

function assessmentOf(findings: readonly (readonly string[])[], operator = ''): Assessment {
  const entries = findings.map(([id = '', state = '', evidence = 'none', note = '', date = '', expires = '']): [string, Finding] => [
    id,
    { state, evidence: evidence as Evidence, note, source: '', date, expires },
  ]);
  return { service: 'A service', operator, profile: 'normal', date: today, assessor: '', catalogue: catalogue.version, findings: Object.fromEntries(entries) };
}

test.each(vectors.ratings.map((vector, index) => ({ vector, title: `${index} ${vector.name}, ${vector.profile}, ${vector.rules}` })))('rated alike: $title', ({ vector }) => {
  const rating = rate(catalogue, assessmentOf(vector.findings), { profile: vector.profile, rules: vector.rules, on: vector.on, language: vector.language as Language });
  const toGreen = (rated: Rated) => (rated.toGreen !== '' && rated.toGreen === criterionOf(catalogue, rated.id)?.green[vector.language === 'de' ? 'de' : 'en'] ? 'open' : rated.toGreen);
  expect(rating.criteria.map((rated) => [rated.state, rated.evidence, rated.advice ? 'advice' : '', rated.light, rated.why, toGreen(rated)])).toEqual(vector.criteria);
  expect(rating.lights).toEqual(vector.lights);
  expect([rating.overall, rating.notice]).toEqual([vector.overall, vector.notice]);
});

test.each(vectors.faults)('refused alike: $name', ({ text, faults }) => {
  const found = readText(catalogue, text, today).faults ?? [];
  // Of what is no YAML at all, two libraries say different things at different places.
  const comparable = (list: readonly { readonly code: string }[]) => list.map((fault) => (fault.code === 'not_yaml' ? { code: fault.code } : fault));
  const said = found.map(({ line, column, code, values }) => {
    const fault = { line, column, code, values };
    return { line, column, code, de: faultText(catalogue, 'de', fault), en: faultText(catalogue, 'en', fault) };
  });
  expect(comparable(said)).toEqual(comparable(faults));
});

test('large files and other bytes are refused unread', () => {
  expect(readBytes(catalogue, new Uint8Array(50 << 20), today).faults?.[0]?.code).toBe('too_large');
  expect(readBytes(catalogue, new Uint8Array([0x73, 0xff]), today).faults?.[0]?.code).toBe('not_utf8');
  expect(readText(catalogue, '['.repeat(50_000), today).faults?.[0]?.code).toBe('not_yaml');
});

test.each(vectors.files)('written alike in $language, and read again', ({ findings, operator, text, language }) => {
  const assessment = assessmentOf(findings, operator);
  const sourced = { ...assessment, findings: { ...assessment.findings, C01: { ...(assessment.findings['C01'] as Finding), source: 'https://example.org' } } };
  expect(write(catalogue, sourced, language as Language)).toBe(text);
  expect(readText(catalogue, text, today)).toEqual({ assessment: sourced });
});

const owned = `# my own words
service: Dienst   # the one in the cellar
profile: normal
findings:
  # talked to them on Monday
  C04: {state: wording, evidence: attested}   # see letter
  T03:
    # measured twice
    state: green
    evidence: measured
    date: 2026-11-01
`;

test('a file that somebody wrote keeps comments and order when it is changed', () => {
  const before = readText(catalogue, owned, today).assessment as Assessment;
  const after: Assessment = {
    ...before,
    service: 'Dienst: "neu" # kein Kommentar',
    findings: {
      ...before.findings,
      C04: { ...(before.findings['C04'] as Finding), state: 'limited', note: 'two\nlines: - a' },
      T03: { ...(before.findings['T03'] as Finding), date: '2026-11-02', expires: '2027-11-02' },
      O01: { state: 'green', evidence: 'attested', note: 'null', source: '', date: '', expires: '' },
    },
  };
  const text = rewrite(owned, before, after);
  for (const comment of owned.match(/#.*/g) ?? []) expect(text).toContain(comment);
  expect(text.indexOf('C04')).toBeLessThan(text.indexOf('T03'));
  expect(readText(catalogue, text, today)).toEqual({ assessment: after });
  expect(rewrite(owned, before, before).replaceAll(' ', '')).toBe(owned.replaceAll(' ', ''));
});

test('findings that are commented out can be filled in, and findings taken out', () => {
  const text = 'service: x\nfindings:\n  # C01: {state: green}\n';
  const before = readText(catalogue, text, today).assessment as Assessment;
  const finding: Finding = { state: 'missing', evidence: 'none', note: '', source: '', date: '', expires: '' };
  const filled = { ...before, findings: { C01: finding } };
  const again = rewrite(text, before, filled);
  expect(readText(catalogue, again, today)).toEqual({ assessment: filled });
  expect(readText(catalogue, rewrite(again, filled, before), today)).toEqual({ assessment: before });
});
