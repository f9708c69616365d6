// One check from the click to the verdict: signalling and every way at once, then what the best of them carries.

import { CheckRefused, pathNames, type CheckPath, type Grant, type PathName } from '../../api';
import { Cell, type Value } from '../../value';
import type { Link } from './link';
import { verdictOf, type Line, type Measurements, type Result, type Verdict } from './verdict';

export type StepName = 'signalling' | PathName | 'loss' | 'down' | 'up';

export type Step =
  | { readonly state: 'waiting' | 'running' | 'failed' }
  /** the server has no such way */
  | { readonly state: 'absent' }
  /** could not be measured: no way stands, or the server had no time */
  | { readonly state: 'skipped' }
  | { readonly state: 'done'; readonly line: Line };

export interface CheckState {
  readonly phase: 'idle' | 'running' | 'over';
  readonly steps: Readonly<Partial<Record<StepName, Step>>>;
  /** once it is over */
  readonly verdict?: Verdict;
}

/** What the page needs of a check. */
export interface CheckView {
  readonly state: Value<CheckState>;
  start(): void;
  stop(): void;
}

/** What a check does outside, so that tests can do it otherwise. */
export interface Means {
  readonly able: () => boolean;
  readonly begin: () => Promise<Grant>;
  readonly end: (token: string) => void;
  /** How long a message takes there and back (milliseconds). */
  readonly trySocket: (token: string, signal: AbortSignal) => Promise<number>;
  readonly open: (token: string, path: CheckPath, signal: AbortSignal) => Promise<Link>;
  readonly echo: (link: Link) => Promise<number>;
  readonly loss: (link: Link) => Promise<Line>;
  readonly down: (link: Link) => Promise<number | undefined>;
  readonly up: (link: Link) => Promise<number | undefined>;
}

/** So long a way may take to stand when none does (milliseconds). */
const PATIENCE = 7000;
/** Once one stands, the others get so many times what that one took, and so long at least. */
const TIMES = 4;
const AT_LEAST = 3000;

const idle: CheckState = { phase: 'idle', steps: {} };

export class CheckRun implements CheckView {
  readonly #means: Means;
  readonly #state = new Cell<CheckState>(idle);
  #current: Attempt | undefined;

  constructor(means: Means) {
    this.#means = means;
  }

  get state(): Value<CheckState> {
    return this.#state;
  }

  start(): void {
    this.stop();
    const attempt = new Attempt(this.#means, (state) => {
      if (this.#current === attempt) this.#state.set(state);
    });
    this.#current = attempt;
    void attempt.run();
  }

  stop(): void {
    this.#current?.close();
    this.#current = undefined;
    this.#state.set(idle);
  }
}

/** One run; when it is closed nothing of it is left. */
class Attempt {
  readonly #means: Means;
  readonly #tell: (state: CheckState) => void;
  readonly #links = new Map<PathName, Link>();
  readonly #late = new AbortController();
  #state: CheckState = { phase: 'running', steps: {} };
  #token: string | undefined;
  #closed = false;

  constructor(means: Means, tell: (state: CheckState) => void) {
    this.#means = means;
    this.#tell = tell;
  }

  async run(): Promise<void> {
    this.#tell(this.#state);
    try {
      const verdict = await this.#measure();
      this.close();
      this.#tell({ ...this.#state, phase: 'over', verdict });
    } catch (error) {
      this.close();
      const code = error instanceof CheckRefused ? error.code : 'unreachable';
      this.#tell({ phase: 'over', steps: {}, verdict: { code, also: [] } });
    }
  }

  close(): void {
    this.#closed = true;
    this.#late.abort();
    for (const link of this.#links.values()) link.close();
    this.#links.clear();
    if (this.#token !== undefined) this.#means.end(this.#token);
    this.#token = undefined;
  }

  async #measure(): Promise<Verdict> {
    if (!this.#means.able()) return verdictOf({ webrtc: false, signalling: { ok: false }, paths: {}, line: {} });
    const grant = await this.#means.begin();
    this.#token = grant.token;
    if (this.#closed) throw new Error('closed');
    this.#lay(grant.paths);
    const ways = await this.#tryWays(grant);
    return verdictOf({ webrtc: true, ...ways, line: await this.#measureLine() });
  }

  /** Shows what is going to happen. */
  #lay(paths: readonly CheckPath[]): void {
    const steps: Partial<Record<StepName, Step>> = { signalling: { state: 'running' } };
    for (const { name } of paths) steps[name] = { state: 'running' };
    if (!paths.some(({ relay }) => relay.length > 0)) steps.turn_tls = { state: 'absent' };
    this.#show({ ...steps, loss: { state: 'waiting' }, down: { state: 'waiting' }, up: { state: 'waiting' } });
  }

  async #tryWays({ token, paths }: Grant): Promise<Pick<Measurements, 'signalling' | 'paths'>> {
    const began = performance.now();
    let timer = setTimeout(() => this.#late.abort(), PATIENCE);
    const hurry = () => {
      clearTimeout(timer);
      const took = performance.now() - began;
      timer = setTimeout(() => this.#late.abort(), Math.max(AT_LEAST, TIMES * took) - took);
    };
    const signalling = this.#try('signalling', this.#means.trySocket(token, this.#late.signal));
    const found: Partial<Record<PathName, Result>> = {};
    await Promise.all(paths.map(async (path) => {
      const first = () => this.#links.size === 0;
      found[path.name] = await this.#try(path.name, this.#open(token, path, () => first() && hurry()));
    }));
    const result = { signalling: await signalling, paths: found };
    clearTimeout(timer);
    return result;
  }

  /** Opens a path and proves that data go through. */
  async #open(token: string, path: CheckPath, onStanding: () => void): Promise<number> {
    const link = await this.#means.open(token, path, this.#late.signal);
    if (this.#late.signal.aborted) {
      link.close();
      throw new Error('too late');
    }
    onStanding();
    this.#links.set(path.name, link);
    return this.#means.echo(link);
  }

  /** Waits for something to go through, as long as there is time. */
  async #try(name: StepName, attempt: Promise<number>): Promise<Result> {
    try {
      const late = new Promise<never>((_, fail) => this.#late.signal.addEventListener('abort', () => fail(new Error('too late'))));
      const roundTrip = await Promise.race([attempt, late]);
      this.#show({ [name]: { state: 'done', line: { roundTrip } } });
      return { ok: true, roundTrip };
    } catch {
      this.#show({ [name]: { state: 'failed' } });
      return { ok: false };
    }
  }

  /** Measures on the best way that stands. */
  async #measureLine(): Promise<Line> {
    const best = pathNames.find((name) => this.#state.steps[name]?.state === 'done');
    const link = best && this.#links.get(best);
    if (!link) {
      this.#show({ loss: { state: 'skipped' }, down: { state: 'skipped' }, up: { state: 'skipped' } });
      return {};
    }
    const loss = await this.#step('loss', () => this.#means.loss(link));
    const down = await this.#step('down', async () => speed('down', await this.#means.down(link)));
    const up = await this.#step('up', async () => speed('up', await this.#means.up(link)));
    return { ...loss, ...down, ...up };
  }

  async #step(name: StepName, measure: () => Promise<Line>): Promise<Line> {
    this.#show({ [name]: { state: 'running' } });
    const line = await measure();
    if (this.#closed) throw new Error('closed');
    this.#show({ [name]: Object.keys(line).length > 0 ? { state: 'done', line } : { state: 'skipped' } });
    return line;
  }

  #show(steps: CheckState['steps']): void {
    this.#state = { ...this.#state, steps: { ...this.#state.steps, ...steps } };
    this.#tell(this.#state);
  }
}

function speed(name: 'up' | 'down', rate: number | undefined): Line {
  return rate === undefined ? {} : { [name]: rate };
}
