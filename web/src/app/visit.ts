// A visit of one meeting's page, from the join form to having left. No React: MeetingPage draws what this says.

import { getMeeting, hostSecret, type MeetingSummary } from '../api';
import type { CallView, JoinInput } from '../call';
import { failureCode, type FailureCode } from '../errors';
import { Preview } from '../media';
import { Cell, type Value } from '../value';

export type VisitState =
  | { readonly kind: 'loading' }
  | { readonly kind: 'join'; readonly summary: MeetingSummary; readonly joining: boolean; readonly nameRefused: boolean }
  | { readonly kind: 'call'; readonly call: CallView }
  | { readonly kind: 'left'; readonly title: string }
  | { readonly kind: 'failed'; readonly code: FailureCode };

/** Joins for real; loaded only when needed, because livekit-client comes with it. */
export type JoinCall = (input: JoinInput) => CallView;

/** While the join page is open, the summary is asked for this often (milliseconds). */
const SUMMARY_EVERY = 10_000;

export class Visit {
  readonly preview = new Preview();
  readonly #link: string;
  readonly #load: () => Promise<JoinCall>;
  readonly #state = new Cell<VisitState>({ kind: 'loading' });
  #name = '';
  #call: CallView | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(link: string, load: () => Promise<JoinCall>) {
    this.#link = link;
    this.#load = load;
  }

  get state(): Value<VisitState> { return this.#state; }
  get name(): string { return this.#name; }

  /** Shows the join form, or why there is none. */
  async open(): Promise<void> {
    this.#state.set({ kind: 'loading' });
    await this.#readSummary(false);
  }

  async join(name: string): Promise<void> {
    const before = this.#state.get();
    if (before.kind !== 'join' || before.joining) return;
    this.#name = name;
    this.#state.set({ ...before, joining: true, nameRefused: false });
    try {
      const joinCall = await this.#load();
      const choice = this.preview.choice.get();
      const call = joinCall({ link: this.#link, name, host: hostSecret(this.#link), devices: choice, prepared: this.preview.release() });
      this.#call = call;
      const unwatch = call.phase.subscribe(() => this.#phaseChanged(call, before.summary, unwatch));
    } catch {
      this.#state.set({ kind: 'failed', code: 'server_gone' }); // a chunk that does not load
    }
  }

  /** Ends whatever is going on; devices go off. */
  close(): void {
    clearInterval(this.#timer);
    this.#call?.leave();
    this.preview.close();
  }

  /** Looks again while the form is shown. Returns the way to stop. */
  watchSummary(): () => void {
    this.#timer = setInterval(() => void this.#readSummary(true), SUMMARY_EVERY);
    return () => clearInterval(this.#timer);
  }

  async #readSummary(again: boolean): Promise<void> {
    try {
      const summary = await getMeeting(this.#link);
      const now = this.#state.get();
      if (now.kind === 'join' && !now.joining) this.#state.set({ ...now, summary });
      else if (now.kind === 'loading') this.#state.set({ kind: 'join', summary, joining: false, nameRefused: false });
    } catch (error) {
      if (!again) this.#failed(failureCode(error));
    }
  }

  #failed(code: FailureCode): void {
    this.#state.set({ kind: 'failed', code });
  }

  #phaseChanged(call: CallView, summary: MeetingSummary, unwatch: () => void): void {
    if (call !== this.#call) return;
    const phase = call.phase.get();
    switch (phase.kind) {
      case 'connecting':
        return;
      case 'in':
        this.#state.set({ kind: 'call', call });
        return;
      case 'left':
        this.#state.set({ kind: 'left', title: summary.title });
        break;
      case 'failed':
        if (phase.code === 'name_invalid') this.#state.set({ kind: 'join', summary, joining: false, nameRefused: true });
        else this.#failed(phase.code);
        break;
    }
    unwatch();
    this.#call = undefined;
  }
}
