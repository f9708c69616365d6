// Calls of the REST API by the names of its routes; the types are generated from the server's.

import { Failure } from '../errors';
import { routes, type Calls, type Detail, type Fault, type Problem } from './rest.gen';

export type RouteName = keyof Calls & keyof typeof routes;

/** The server understood and says no. code is from the server's closed lists. */
export class Refused extends Error {
  readonly code: string;
  /** seconds until another attempt is taken */
  readonly wait: number;
  /** mistakes in a list of accounts */
  readonly faults: readonly Fault[];
  /** what is wrong with settings and dates of a meeting */
  readonly details: readonly Detail[];

  constructor(code: string, { wait = 0, faults = [], details = [] }: Partial<Omit<Problem, 'code'>> = {}) {
    super(code);
    this.name = 'Refused';
    this.code = code;
    this.wait = wait;
    this.faults = faults;
    this.details = details;
  }
}

type Input<N extends RouteName> = Calls[N]['in'] extends undefined ? [] : [Calls[N]['in']];

/** Asks a route. Throws Refused where the server says no, and Failure where it does not answer. */
export async function rest<N extends RouteName>(name: N, ...[input]: Input<N>): Promise<Calls[N]['out']> {
  const [method, path, takesBody] = routes[name];
  const { filled, rest: left } = fillPath(path, (input ?? {}) as Readonly<Record<string, unknown>>);
  const response = await ask(filled + (takesBody ? '' : queryOf(left)), {
    method,
    ...(takesBody ? { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(left) } : {}),
  });
  if (!response.ok) throw await refusalOf(response);
  return (response.status === 204 ? undefined : await response.json()) as Calls[N]['out'];
}

async function ask(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, { ...init, cache: 'no-store', credentials: 'same-origin', referrerPolicy: 'no-referrer' });
  } catch (error) {
    throw new Failure('server_gone', error);
  }
}

async function refusalOf(response: Response): Promise<Error> {
  const problem = (await response.json().catch(() => undefined)) as Partial<Problem> | undefined;
  if (problem?.code === undefined) return new Failure(response.status >= 500 ? 'server_gone' : 'unexpected');
  return new Refused(problem.code, problem);
}

/** Puts what stands in {} into the path; the rest is for body or query. */
export function fillPath(path: string, input: Readonly<Record<string, unknown>>): { readonly filled: string; readonly rest: Readonly<Record<string, unknown>> } {
  const rest = { ...input };
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => {
    delete rest[name];
    return encodeURIComponent(String(input[name] ?? ''));
  });
  return { filled, rest };
}

function queryOf(values: Readonly<Record<string, unknown>>): string {
  const given = Object.entries(values).filter(([, value]) => value !== undefined && value !== '');
  return given.length === 0 ? '' : `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString()}`;
}
