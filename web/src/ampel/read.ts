// Reads the file of an assessment: internal/ampel/read.go, in TypeScript. All that is wrong is said at once, with its place, and
// there is no assessment then. It loads with the library for YAML, when a file is opened and not before.

import { isScalar, LineCounter, parseAllDocuments, type Document, type Node } from 'yaml';
import { criterionOf, noFinding, statesOf } from './catalogue';
import { FaultList, isDeceiving, isNothing, ROOT, short, written, type Entry } from './places';
import { evidences, type Assessment, type Catalogue, type Criterion, type Evidence, type Fault, type Finding } from './types';

export const MOST_BYTES = 512 * 1024;
const MOST_NOTE = 4000;
const MOST_TEXT = 500;

const fileKeys = ['ampel', 'service', 'operator', 'profile', 'date', 'assessor', 'catalogue', 'findings'] as const;
const findingKeys = ['state', 'evidence', 'note', 'source', 'date', 'expires'] as const;

export type ReadResult = { readonly assessment: Assessment; readonly faults?: undefined } | { readonly faults: readonly Fault[]; readonly assessment?: undefined };

const only = (code: string, values: Fault['values'] = {}, line = 1): ReadResult => ({ faults: [{ line, column: 1, code, values }] });

export function readBytes(catalogue: Catalogue, bytes: Uint8Array, today: string): ReadResult {
  if (bytes.length > MOST_BYTES) return only('too_large', { limit: String(MOST_BYTES / 1024) });
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return only('not_utf8');
  }
  return readText(catalogue, text, today);
}

/** A text without the mark of its encoding, and with lines as this library knows them. */
export const inLines = (text: string) => text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');

export function readText(catalogue: Catalogue, whole: string, today: string): ReadResult {
  if (whole.includes('\u0000')) return only('not_utf8');
  const text = inLines(whole);
  const lines = new LineCounter();
  let documents: Document.Parsed[];
  try {
    const parsed = parseAllDocuments(text, { lineCounter: lines, uniqueKeys: false, prettyErrors: false });
    documents = 'empty' in parsed ? [] : parsed;
  } catch (error) {
    return only('not_yaml', { detail: error instanceof Error ? error.message : '' }); // nested deeper than the machine can follow
  }
  const [first, second] = documents;
  const broken = first?.errors[0] ?? second?.errors[0];
  if (broken) return only('not_yaml', { detail: broken.message }, lines.linePos(broken.pos[0]).line);
  if (!first?.contents) return only('empty');
  const list = new FaultList(text, lines);
  if (second?.contents) list.add(second.contents as Node, 'several_documents');
  const assessment = new Reader(catalogue, today, list).file(first.contents as Node);
  if (list.faults.length === 0) return { assessment };
  return { faults: list.faults.toSorted((a, b) => a.line - b.line || a.column - b.column) };
}

class Reader {
  readonly #catalogue: Catalogue;
  readonly #today: string;
  readonly #list: FaultList;

  constructor(catalogue: Catalogue, today: string, list: FaultList) {
    this.#catalogue = catalogue;
    this.#today = today;
    this.#list = list;
  }

  file(root: Node): Assessment {
    const empty: Assessment = { service: '', operator: '', profile: 'normal', date: '', assessor: '', catalogue: '', findings: {} };
    const entries = this.#list.mapping(root, ROOT, fileKeys);
    if (!entries) return empty;
    const text = (key: (typeof fileKeys)[number]) => this.#text(entries.get(key), key, MOST_TEXT);
    const format = text('ampel');
    if (format !== undefined && format !== '1') this.#fault(entries.get('ampel'), 'wrong_format', { value: short(format) });
    const service = text('service');
    if (service === '') this.#fault(entries.get('service'), 'no_value', { key: 'service' });
    const profile = text('profile');
    const profiles = this.#catalogue.profiles.map((known) => known.id);
    if (profile !== undefined && !profiles.includes(profile)) this.#fault(entries.get('profile'), 'wrong_profile', { value: short(profile), known: profiles.join(', ') });
    const findings = entries.get('findings');
    const assessment: Assessment = {
      service: service ?? '',
      operator: text('operator') ?? '',
      profile: profile ?? 'normal',
      date: this.#past(entries.get('date'), 'date'),
      assessor: text('assessor') ?? '',
      catalogue: text('catalogue') ?? '',
      findings: findings && !isNothing(findings.value) ? this.#findings(findings.value as Node) : {},
    };
    for (const key of ['service', 'findings']) if (!entries.has(key)) this.#list.add(root, 'missing_key', { key });
    return assessment;
  }

  #findings(node: Node): Record<string, Finding> {
    const findings: Record<string, Finding> = {};
    const seen = new Map<string, number>();
    for (const entry of this.#list.entries(node, 'findings') ?? []) {
      if (!this.#list.plain(entry.key, 'findings')) continue;
      const id = written(entry.key) ?? '';
      const criterion = criterionOf(this.#catalogue, id);
      if (!criterion) {
        this.#list.add(entry.key, 'unknown_criterion', { key: short(id) });
        continue;
      }
      const first = seen.get(id);
      if (first !== undefined) this.#list.add(entry.key, 'two_findings', { key: id, line: String(first) });
      else seen.set(id, this.#list.lineOf(entry.key));
      findings[id] = this.#finding(criterion, entry);
    }
    return findings;
  }

  #finding(criterion: Criterion, at: Entry): Finding {
    const entries = this.#list.mapping(at.value ?? at.key, criterion.id, findingKeys);
    if (!entries) return noFinding;
    const name = (key: string) => `${criterion.id}.${key}`;
    const text = (key: (typeof findingKeys)[number], most = MOST_TEXT) => this.#text(entries.get(key), name(key), most);
    const state = text('state');
    const states = statesOf(criterion);
    if (!entries.has('state')) this.#list.add(at.key, 'missing_key', { key: name('state') });
    else if (state !== undefined && !states.includes(state)) {
      this.#fault(entries.get('state'), 'wrong_state', { key: criterion.id, value: short(state), known: states.join(', ') });
    }
    const evidence = text('evidence');
    if (evidence !== undefined && !evidences.includes(evidence as Evidence)) {
      this.#fault(entries.get('evidence'), 'wrong_evidence', { key: criterion.id, value: short(evidence), known: evidences.join(', ') });
    }
    const date = this.#past(entries.get('date'), name('date'));
    const expires = this.#date(entries.get('expires'), name('expires'));
    if (expires !== '' && date !== '' && expires < date) this.#fault(entries.get('expires'), 'expires_before_date', { key: name('expires'), value: expires });
    return { state: state ?? 'unknown', evidence: (evidence ?? 'none') as Evidence, note: text('note', MOST_NOTE) ?? '', source: text('source') ?? '', date, expires };
  }

  #fault(entry: Entry | undefined, code: string, values: Fault['values']): void {
    if (entry) this.#list.add(entry.value ?? entry.key, code, values);
  }

  /** A scalar as it is written; undefined, with a fault, for what is none. */
  #text(entry: Entry | undefined, key: string, most: number): string | undefined {
    if (!entry) return undefined;
    const { value } = entry;
    if (value && !this.#list.plain(value, key)) return undefined;
    if (isNothing(value)) {
      this.#list.add(entry.key, 'no_value', { key });
      return undefined;
    }
    const text = written(value);
    if (text === undefined || !isScalar(value)) this.#fault(entry, 'not_a_text', { key });
    else if ([...text].length > most) this.#fault(entry, 'too_long', { key, limit: String(most) });
    else if (isDeceiving(text)) this.#fault(entry, 'signs', { key });
    else return text;
    return undefined;
  }

  #date(entry: Entry | undefined, key: string): string {
    const text = this.#text(entry, key, MOST_TEXT);
    if (text === undefined || text === '') return '';
    if (isDay(text)) return text;
    this.#fault(entry, 'wrong_date', { key, value: short(text) });
    return '';
  }

  #past(entry: Entry | undefined, key: string): string {
    const day = this.#date(entry, key);
    if (day > this.#today) this.#fault(entry, 'date_in_future', { key, value: day });
    return day;
  }
}

/** A day of the calendar such as 2026-11-26. */
export function isDay(text: string): boolean {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? [];
  if (year === undefined || year === '0000') return false;
  const at = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.getUTCMonth() + 1 === Number(month) && at.getUTCDate() === Number(day);
}
