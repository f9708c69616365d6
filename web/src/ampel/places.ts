// Nodes of YAML as the reader of assessments sees them: with line and column, whatever the library makes of their types.

import { isAlias, isMap, isScalar, type LineCounter, type Node } from 'yaml';
import type { Fault, Values } from './types';

/** What the top of a file is called in faults. */
export const ROOT = 'ampel';

export interface Entry {
  readonly key: Node;
  readonly value: Node | undefined;
}

/** What could deceive a terminal or a reader's eye: control characters but lines and tabs, and those that turn the writing. */
const control = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/u;
const controls = new RegExp(control.source, 'gu');

export const isDeceiving = (text: string) => control.test(text);

/** The text of a scalar as it is written, whatever it looks like; undefined for other nodes. */
export function written(node: Node | undefined): string | undefined {
  if (!isScalar(node)) return undefined;
  if (typeof node.value === 'string') return node.value;
  return node.source ?? '';
}

const quoted: readonly (string | null | undefined)[] = ['QUOTE_SINGLE', 'QUOTE_DOUBLE', 'BLOCK_LITERAL', 'BLOCK_FOLDED'];

/** A value that is not there, or "~" or "null" without quotes. */
export function isNothing(node: Node | undefined): boolean {
  if (!node) return true;
  return isScalar(node) && !quoted.includes(node.type) && ['', '~', 'null', 'Null', 'NULL'].includes(written(node) ?? '');
}

/** Keeps a fault readable whatever stands in the file. */
export function short(text: string): string {
  const most = 60;
  const characters = [...text.replaceAll('\n', ' ').replace(controls, ' ')];
  return characters.length > most ? `${characters.slice(0, most).join('')}…` : characters.join('');
}

/** Collects faults with their places. */
export class FaultList {
  readonly faults: Fault[] = [];
  readonly #text: string;
  readonly #lines: LineCounter;

  constructor(text: string, lines: LineCounter) {
    this.#text = text;
    this.#lines = lines;
  }

  add(node: Node, code: string, values: Values = {}): void {
    this.faults.push({ ...this.#place(this.#start(node)), code, values });
  }

  lineOf(node: Node): number {
    return this.#place(this.#start(node)).line;
  }

  /** Where a node begins, with the anchor or tag before it. */
  #start(node: Node): number {
    let at = node.range?.[0] ?? 0;
    const named = node as { readonly anchor?: string | undefined; readonly tag?: string | undefined };
    let properties = (named.anchor && !isAlias(node) ? 1 : 0) + (named.tag ? 1 : 0);
    for (; properties > 0; properties--) {
      while (at > 0 && /\s/.test(this.#text[at - 1] ?? '')) at--;
      while (at > 0 && !/[\s,[\]{}]/.test(this.#text[at - 1] ?? '')) at--;
    }
    return at;
  }

  /** Line and column from 1; columns count characters, not what JavaScript stores them in. */
  #place(offset: number): { readonly line: number; readonly column: number } {
    const { line, col } = this.#lines.linePos(offset);
    return { line, column: [...this.#text.slice(offset - col + 1, offset)].length + 1 };
  }

  /** Refuses what makes a file mean something else than it seems to: anchors, aliases, tags. */
  plain(node: Node, key: string): boolean {
    const named = node as { readonly anchor?: string | undefined; readonly tag?: string | undefined };
    if (isAlias(node) || named.anchor) this.add(node, 'alias', { key });
    else if (named.tag) this.add(node, 'tag', { key });
    else return true;
    return false;
  }

  /** The entries of a mapping, whatever stands there twice; undefined where it is none. */
  entries(node: Node, key: string): readonly Entry[] | undefined {
    if (!this.plain(node, key)) return undefined;
    if (!isMap(node)) {
      this.add(node, 'not_a_mapping', { key });
      return undefined;
    }
    return node.items.map((pair) => ({ key: pair.key as Node, value: (pair.value ?? undefined) as Node | undefined }));
  }

  /** The entries of a mapping by their keys. Only known keys may stand there, each once. */
  mapping(node: Node, name: string, known: readonly string[]): ReadonlyMap<string, Entry> | undefined {
    const list = this.entries(node, name);
    if (!list) return undefined;
    const found = new Map<string, Entry>();
    for (const entry of list) {
      if (!this.plain(entry.key, name)) continue;
      const key = written(entry.key);
      const first = found.get(key ?? '');
      if (key === undefined || !known.includes(key)) this.add(entry.key, 'unknown_key', { key: short(key ?? ''), known: known.join(', ') });
      else if (first) this.add(entry.key, 'twice', { key, line: String(this.lineOf(first.key)) });
      else found.set(key, entry);
    }
    return found;
  }
}
