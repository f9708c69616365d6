// What the measurements mean: one code, by rules and nothing else. The codes are for people on the phone with their help
// desk, for tests and for administrators; their words are in words.de.ts and words.en.ts (verdict.<code>...).

import type { CheckRefusal, PathName } from '../../api';

/** Whether something went through, and how long there and back (milliseconds). */
export type Result = { readonly ok: true; readonly roundTrip: number } | { readonly ok: false };

/** What goes through on the best path. Left out is what could not be measured. */
export interface Line {
  readonly roundTrip?: number;
  /** share of packets that did not come back, 0 to 1 */
  readonly loss?: number;
  /** kilobits a second */
  readonly up?: number;
  readonly down?: number;
}

export interface Measurements {
  /** the browser can do it at all */
  readonly webrtc: boolean;
  readonly signalling: Result;
  /** of the ways that the server has */
  readonly paths: Readonly<Partial<Record<PathName, Result>>>;
  readonly line: Line;
}

export const measuredCodes = [
  'ok',
  'relay_udp',
  'udp_blocked',
  'only_tls_443',
  'websocket_blocked',
  'nothing',
  'no_webrtc',
  'slow_up',
  'slow_down',
  'lossy',
  'far',
] as const;
export type VerdictCode = (typeof measuredCodes)[number] | CheckRefusal;

export const verdictCodes: readonly VerdictCode[] = [...measuredCodes, 'busy', 'overloaded', 'rate_limited', 'unreachable'];

export interface Verdict {
  readonly code: VerdictCode;
  /** what else is wrong, less important */
  readonly also: readonly VerdictCode[];
}

/** What a meeting needs. Below that it goes on, with less. */
export const NEEDED = { up: 1000, down: 1500, loss: 0.05, roundTrip: 400 } as const;

export function verdictOf(measured: Measurements): Verdict {
  const [code, ...also] = [...wayFaults(measured), ...lineFaults(measured.line)];
  return code ? { code, also } : { code: 'ok', also: [] };
}

/** The first of these decides: without signalling or without any way for media there is no meeting. */
function wayFaults({ webrtc, signalling, paths }: Measurements): VerdictCode[] {
  if (!webrtc) return ['no_webrtc'];
  const through = (name: PathName) => paths[name]?.ok === true;
  const media = mediaFault(through, paths.udp !== undefined);
  if (media === 'nothing') return ['nothing', ...(signalling.ok ? [] : (['websocket_blocked'] as const))];
  return [...(signalling.ok ? [] : (['websocket_blocked'] as const)), ...(media ? [media] : [])];
}

/** direct: the server lets clients reach its media without a relay. */
function mediaFault(through: (name: PathName) => boolean, direct: boolean): VerdictCode | undefined {
  if (through('udp')) return undefined;
  if (through('turn_udp')) return direct ? 'relay_udp' : undefined;
  if (through('tcp') || through('turn_tcp')) return 'udp_blocked';
  return through('turn_tls') ? 'only_tls_443' : 'nothing';
}

function lineFaults({ up = Infinity, down = Infinity, loss = 0, roundTrip = 0 }: Line): VerdictCode[] {
  const faults: VerdictCode[] = [];
  if (loss >= NEEDED.loss) faults.push('lossy');
  // Over a long way the measurement ends before a transfer has become fast, so its speed says nothing.
  if (roundTrip >= NEEDED.roundTrip) return [...faults, 'far'];
  if (up < NEEDED.up) faults.push('slow_up');
  if (down < NEEDED.down) faults.push('slow_down');
  return faults;
}

export type Level = 'good' | 'limited' | 'bad' | 'unknown';

/** How bad it is, for icon and colour. */
export function levelOf(code: VerdictCode): Level {
  switch (code) {
    case 'ok':
    case 'relay_udp':
      return 'good';
    case 'websocket_blocked':
    case 'nothing':
    case 'no_webrtc':
      return 'bad';
    case 'busy':
    case 'overloaded':
    case 'rate_limited':
    case 'unreachable':
      return 'unknown';
    default:
      return 'limited';
  }
}
