// A visit of one meeting's page, from the join form to having left. No React: MeetingPage draws what this says.

import { getMeeting, hostIsIn, hostSecret, type MeetingSummary } from '../api';
import type { CallView, Ending, Entry, JoinInput } from '../call';
import { failureCode, type FailureCode } from '../errors';
import { speak } from '../i18n';
import { Preview } from '../media';
import { Cell, type Value } from '../value';

/** What the form says about the last attempt: the name or the code was not taken. */
export type Refused = 'name' | 'code' | undefined;

export type VisitState =
  | { readonly kind: 'loading' }
  | { readonly kind: 'join'; readonly summary: MeetingSummary; readonly joining: boolean; readonly refused: Refused }
  | { readonly kind: 'waiting'; readonly call: CallView }
  | { readonly kind: 'call'; readonly call: CallView }
  | { readonly kind: 'left'; readonly how: Ending; readonly title: string; readonly call: CallView }
  /** summary: where that is known, which says when a meeting opens */
  | { readonly kind: 'failed'; readonly code: FailureCode; readonly summary?: MeetingSummary };

/** What a meeting needs, loaded only now: joining, because livekit-client comes with it, and the stage, which may come while the person gets in. */
export interface Means {
  readonly joinCall: (input: JoinInput) => CallView;
  readonly stage: Promise<unknown>;
}

/** While the join page is open, the summary is asked for this often (milliseconds). */
const SUMMARY_EVERY = 10_000;

/** Why there is no form: nobody comes in by this link now, or not without signing in. */
const closed: Partial<Readonly<Record<NonNullable<MeetingSummary['refusal']>, FailureCode>>> = {
  not_yet: 'not_yet', expired: 'expired', sign_in_needed: 'sign_in_needed', invited_only: 'not_invited',
};

/** What is said at the form instead of on a page of its own. */
const refusals: Partial<Readonly<Record<FailureCode, Refused>>> = { name_invalid: 'name', code_wrong: 'code' };

export class Visit {
  readonly preview = new Preview();
  readonly #link: string;
  readonly #companion: string | undefined;
  readonly #load: () => Promise<Means>;
  readonly #state = new Cell<VisitState>({ kind: 'loading' });
  #name = '';
  #call: CallView | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;

  /** companion: the secret by which a further device of somebody joins */
  constructor(link: string, companion: string | undefined, load: () => Promise<Means>) {
    this.#link = link;
    this.#companion = companion;
    this.#load = load;
  }

  get state(): Value<VisitState> { return this.#state; }
  get name(): string { return this.#name; }

  /** Shows the join form, or why there is none. */
  async open(): Promise<void> {
    this.#state.set({ kind: 'loading' });
    await this.#readSummary(false);
  }

  async join(name: string, code: string): Promise<void> {
    const before = this.#state.get();
    if (before.kind !== 'join' || before.joining) return;
    this.#name = name;
    this.#state.set({ ...before, joining: true, refused: undefined });
    try {
      const { joinCall, stage } = await this.#load();
      const [host, companion] = [hostSecret(this.#link), this.#companion];
      const entry: Entry = { name, ...(code && { code }), ...(host && { host }), ...(companion && { companion }) };
      const call = joinCall({ link: this.#link, entry, prepared: () => ({ ...this.preview.release(), choice: this.preview.choice.get() }) });
      this.#call = call;
      const watches = [
        call.lobby.subscribe(() => this.#speakAsIn(call)),
        call.roster.subscribe(() => this.#speakAsIn(call)),
        call.phase.subscribe(() => this.#phaseChanged(call, before.summary, stage, () => watches.forEach((stop) => stop()))),
      ];
    } catch {
      this.#failed('server_gone'); // a chunk that does not load
    }
  }

  /** Ends whatever is going on; devices go off. */
  close(): void {
    this.#end();
    this.#call?.leave();
  }

  /** The page goes. Who loads it anew gets the place back. */
  unload(): void {
    this.#end();
    this.#call?.close();
  }

  #end(): void {
    clearInterval(this.#timer);
    this.preview.close();
    void speak('sie');
  }

  /** Sie or du: a host may change it while the meeting runs. */
  #speakAsIn(call: CallView): void {
    const address = call.roster.get().meeting?.settings.address ?? call.lobby.get()?.address;
    if (address !== undefined) void speak(address);
  }

  /** Looks again while the form is shown. Returns the way to stop. */
  watchSummary(): () => void {
    this.#timer = setInterval(() => void this.#readSummary(true), SUMMARY_EVERY);
    return () => clearInterval(this.#timer);
  }

  async #readSummary(again: boolean): Promise<void> {
    if (again && this.#state.get().kind !== 'join') return;
    try {
      const summary = await getMeeting(this.#link);
      if (!this.#call) await speak(summary.address ?? 'sie');
      const now = this.#state.get();
      const barred = this.#companion === undefined && summary.refusal ? closed[summary.refusal] : undefined;
      if (barred && now.kind === 'loading') this.#state.set({ kind: 'failed', code: barred, summary });
      else if (now.kind === 'join' && !now.joining) this.#state.set({ ...now, summary });
      else if (now.kind === 'loading') this.#state.set({ kind: 'join', summary, joining: false, refused: undefined });
    } catch (error) {
      if (!again) this.#failed(failureCode(error));
    }
  }

  #failed(code: FailureCode): void {
    this.#state.set({ kind: 'failed', code });
  }

  /** Shows the stage, as soon as it has come. */
  async #enter(call: CallView, stage: Promise<unknown>): Promise<void> {
    try {
      await stage;
      if (call.phase.get().kind === 'in' && call === this.#call) this.#state.set({ kind: 'call', call });
    } catch {
      if (call !== this.#call) return;
      this.#call = undefined;
      call.leave();
      this.#failed('server_gone');
    }
  }

  #phaseChanged(call: CallView, summary: MeetingSummary, stage: Promise<unknown>, unwatch: () => void): void {
    if (call !== this.#call) return;
    const phase = call.phase.get();
    switch (phase.kind) {
      case 'connecting':
        return;
      case 'waiting':
        this.#state.set({ kind: 'waiting', call });
        return;
      case 'in':
        hostIsIn(this.#link);
        void this.#enter(call, stage);
        return;
      case 'left':
        this.#state.set({ kind: 'left', how: phase.how, title: call.roster.get().title || summary.title, call });
        break;
      case 'failed': {
        const refused = refusals[phase.code];
        if (refused) this.#state.set({ kind: 'join', summary, joining: false, refused });
        else this.#failed(phase.code);
        break;
      }
    }
    unwatch();
    this.#call = undefined;
  }
}
