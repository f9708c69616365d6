// Watches the lines while sound and picture are connected: the own one by all that is known of it, those of others by
// what the server says of them. It looks every second, so that what is told does not flicker.

import { Cell } from '../value';
import type { Clock, Timer } from './clock';
import { judge, nothingKnown, type Fault, type Grade, type Judgement } from './faults';
import { FigureMeter, noFigures, type Figures, type Stat } from './figures';
import { calm, lasts, type Lasting } from './lasting';
import type { MediaPerson } from './persons';

/** What is looked at. */
export interface Lines {
  /** of the own line, by the server */
  readonly grade: Grade;
  persons(): readonly MediaPerson[];
  stats(): Promise<readonly Stat[]>;
}

const LOOK_EVERY = 1000;
/** Statistics of many tracks cost something: they are read at every second look. */
const STATS_EVERY = 2;

export class LineWatch {
  /** what is wrong with the own line */
  readonly own = new Cell<Fault | undefined>(undefined);
  /** the identities of others whose line is bad */
  readonly weak = new Cell<ReadonlySet<string>>(new Set());
  readonly #clock: Clock;
  readonly #lines: Lines;
  #judgement: Judgement = nothingKnown;
  #others = new Map<string, Lasting>();
  #meter = new FigureMeter();
  #figures: Figures = noFigures;
  #timer: Timer | undefined;
  #looked = 0;
  #looks = 0;

  constructor(clock: Clock, lines: Lines) {
    this.#clock = clock;
    this.#lines = lines;
  }

  /** Begins anew: nothing is known of the connection that stands now. */
  start(): void {
    this.stop();
    this.#meter = new FigureMeter();
    this.#looked = this.#clock.now();
    this.#timer = this.#clock.after(LOOK_EVERY, () => this.#look());
  }

  stop(): void {
    if (this.#timer !== undefined) this.#clock.cancel(this.#timer);
    this.#timer = undefined;
    this.#judgement = nothingKnown;
    this.#figures = noFigures;
    this.#others.clear();
    this.own.set(undefined);
    if (this.weak.get().size > 0) this.weak.set(new Set());
  }

  #look(): void {
    this.#timer = this.#clock.after(LOOK_EVERY, () => this.#look());
    const now = this.#clock.now();
    const passed = now - this.#looked;
    this.#looked = now;
    if (++this.#looks % STATS_EVERY === 0) void this.#count(this.#meter);
    const others = this.#lines.persons().filter(({ self }) => !self);
    this.#judgement = judge(this.#judgement, { grade: this.#lines.grade, ...picturesOf(others), figures: this.#figures }, passed);
    this.own.set(this.#judgement.fault);
    this.#lookAtOthers(others, passed);
  }

  async #count(meter: FigureMeter): Promise<void> {
    const stats = await this.#lines.stats().catch(() => []);
    if (meter === this.#meter && this.#timer !== undefined) this.#figures = meter.read(stats, this.#clock.now());
  }

  #lookAtOthers(others: readonly MediaPerson[], passed: number): void {
    this.#others = new Map(others.map(({ identity, grade }) => [identity, lasts(this.#others.get(identity) ?? calm, grade === 'bad', passed)]));
    const weak = new Set([...this.#others].flatMap(([identity, { shown }]) => (shown ? [identity] : [])));
    const before = this.weak.get();
    if (weak.size !== before.size || [...weak].some((identity) => !before.has(identity))) this.weak.set(weak);
  }
}

function picturesOf(others: readonly MediaPerson[]): { readonly pictures: number; readonly paused: number } {
  const all = others.flatMap(({ camera, screen }) => [camera, screen]).filter((picture) => picture !== undefined);
  return { pictures: all.length, paused: others.reduce((sum, { pausedPictures }) => sum + pausedPictures.size, 0) };
}
