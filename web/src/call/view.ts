// What the interface sees of a call: values to watch and orders to give. Call is the real one.

import type { FailureCode } from '../errors';
import type { Value } from '../value';
import type { CallDevice } from './devices';
import type { News } from './news';
import type { DeviceChoice } from './room';
import type { Roster } from './roster';
import type { OwnSource, OwnState } from './sources';
import type { Tile } from './tiles';
import type { Trouble } from './trouble';

export type Phase =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'in' }
  | { readonly kind: 'left' }
  | { readonly kind: 'failed'; readonly code: FailureCode };

/** The server is about to be stopped. */
export interface Maintenance {
  /** when at the latest, ms since 1970; undefined: when everybody has left */
  readonly until: number | undefined;
}

export type Own = Readonly<Record<OwnSource, OwnState>>;

export interface CallView {
  readonly phase: Value<Phase>;
  readonly roster: Value<Roster>;
  readonly tiles: Value<readonly Tile[]>;
  readonly own: Value<Own>;
  readonly trouble: Value<Trouble | undefined>;
  readonly maintenance: Value<Maintenance | undefined>;
  /** Sound and picture have been connected at least once. */
  readonly ready: Value<boolean>;
  readonly news: Value<News>;
  readonly deviceFailure: Value<FailureCode | undefined>;
  /** What the person chose, or what took its place; undefined: the browser's default. */
  readonly devices: Value<DeviceChoice>;

  /** Switches a source on or off. On is a wish: watch `own` for when the server has it. */
  set(source: OwnSource, on: boolean): void;
  /** Says it to everybody. It is shown as being sent until the server gives it back. */
  say(text: string): void;
  /** Uses this device from now on. */
  choose(device: CallDevice, id: string): void;
  startSound(): void;
  dismissDeviceFailure(): void;
  leave(): void;
}
