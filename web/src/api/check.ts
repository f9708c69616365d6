// The server half of the connection doctor: docs/control.md, "The check".

/** The ways that media may take, the best first. */
export const pathNames = ['udp', 'turn_udp', 'tcp', 'turn_tcp', 'turn_tls'] as const;
export type PathName = (typeof pathNames)[number];

export interface CheckPath {
  readonly name: PathName;
  /** the relay that must be used, none for the direct ways */
  readonly relay: readonly RTCIceServer[];
}

/** A check that the server lets us make. */
export interface Grant {
  readonly token: string;
  readonly paths: readonly CheckPath[];
}

/** Why the server lets nobody check now. */
export type CheckRefusal = 'busy' | 'overloaded' | 'rate_limited' | 'unreachable';

export class CheckRefused extends Error {
  readonly code: CheckRefusal;

  constructor(code: CheckRefusal) {
    super(code);
    this.name = 'CheckRefused';
    this.code = code;
  }
}

const refusals: readonly string[] = ['busy', 'overloaded', 'rate_limited'] satisfies CheckRefusal[];

/** So long the server has to answer (milliseconds). */
const PATIENCE = 10_000;

/** Asks for a check. Throws CheckRefused. */
export async function beginCheck(): Promise<Grant> {
  try {
    const response = await fetch('/api/check', { method: 'POST', signal: AbortSignal.timeout(PATIENCE) });
    const body = (await response.json()) as { token?: string; paths?: { name: string; relay?: RTCIceServer[] }[]; code?: string };
    if (!response.ok) throw new CheckRefused(refusals.includes(body.code ?? '') ? (body.code as CheckRefusal) : 'unreachable');
    return { token: body.token ?? '', paths: pathNames.flatMap((name) => pathOf(name, body.paths ?? [])) };
  } catch (error) {
    throw error instanceof CheckRefused ? error : new CheckRefused('unreachable');
  }
}

function pathOf(name: PathName, offered: readonly { readonly name: string; readonly relay?: readonly RTCIceServer[] }[]): CheckPath[] {
  const found = offered.find((path) => path.name === name);
  return found ? [{ name, relay: found.relay ?? [] }] : [];
}

/** Has the server answer an offer for a path. */
export async function answerPath(token: string, path: PathName, offer: string): Promise<string> {
  const response = await fetch(`/api/check/paths/${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
    body: JSON.stringify({ offer }),
    signal: AbortSignal.timeout(PATIENCE),
  });
  if (!response.ok) throw new Error(`the path was refused: ${response.status}`);
  return ((await response.json()) as { answer: string }).answer;
}

/** Gives the check up, also while the page goes away. */
export function endCheck(token: string): void {
  void fetch('/api/check', { method: 'DELETE', keepalive: true, headers: { Authorization: `Bearer ${token}` } }).catch(() => undefined);
}

/** Where a WebSocket gets back what it sends, once it has sent the token. */
export function checkSocket(): string {
  return `${window.location.origin.replace(/^http/, 'ws')}/api/check/socket`;
}
