// What the join page tries out: camera and microphone, both off until the person switches them on. No React.

import { failureCode, type FailureCode } from '../errors';
import { Cell, type Value } from '../value';
import { listDevices, openDevice, type DeviceKind, type DeviceList } from './devices';

export type PreviewState =
  | { readonly kind: 'off' }
  | { readonly kind: 'starting' }
  | { readonly kind: 'on'; readonly track: MediaStreamTrack }
  | { readonly kind: 'failed'; readonly code: FailureCode };

export type PreviewStates = Readonly<Record<DeviceKind, PreviewState>>;
export type Choice = Readonly<Record<DeviceKind, string | undefined>>;

const off: PreviewState = { kind: 'off' };

export class Preview {
  readonly #states = new Cell<PreviewStates>({ microphone: off, camera: off });
  readonly #devices = new Cell<DeviceList>({ microphone: [], camera: [], speaker: [] });
  readonly #choice = new Cell<Choice>({ microphone: undefined, camera: undefined });
  /** Counts the wishes per device, so that a late answer to an older one is thrown away. */
  readonly #wish: Record<DeviceKind, number> = { microphone: 0, camera: 0 };

  get states(): Value<PreviewStates> { return this.#states; }
  get devices(): Value<DeviceList> { return this.#devices; }
  get choice(): Value<Choice> { return this.#choice; }

  async switchOn(kind: DeviceKind): Promise<void> {
    const wish = ++this.#wish[kind];
    this.#stop(kind);
    this.#set(kind, { kind: 'starting' });
    try {
      const track = await openDevice(kind, this.#choice.get()[kind]);
      if (wish !== this.#wish[kind]) return track.stop();
      track.addEventListener('ended', () => this.#ended(kind, track));
      this.#set(kind, { kind: 'on', track });
    } catch (error) {
      if (wish === this.#wish[kind]) this.#set(kind, { kind: 'failed', code: failureCode(error) });
    }
    await this.refreshDevices();
  }

  switchOff(kind: DeviceKind): void {
    this.#wish[kind]++;
    this.#stop(kind);
    this.#set(kind, off);
  }

  async choose(kind: DeviceKind, deviceId: string | undefined): Promise<void> {
    this.#choice.set({ ...this.#choice.get(), [kind]: deviceId });
    if (this.#states.get()[kind].kind !== 'off') await this.switchOn(kind);
  }

  async refreshDevices(): Promise<void> {
    this.#devices.set(await listDevices());
  }

  /** Hands the open tracks over: from now on they are the taker's to stop. */
  release(): Partial<Record<DeviceKind, MediaStreamTrack>> {
    const taken: Partial<Record<DeviceKind, MediaStreamTrack>> = {};
    for (const kind of ['microphone', 'camera'] as const) {
      const state = this.#states.get()[kind];
      if (state.kind === 'on') taken[kind] = state.track;
      this.#wish[kind]++;
      this.#set(kind, off);
    }
    return taken;
  }

  close(): void {
    this.switchOff('microphone');
    this.switchOff('camera');
  }

  // Unplugged, or the permission was taken back.
  #ended(kind: DeviceKind, track: MediaStreamTrack): void {
    const state = this.#states.get()[kind];
    if (state.kind === 'on' && state.track === track) this.#set(kind, { kind: 'failed', code: 'device_failed' });
  }

  #stop(kind: DeviceKind): void {
    const state = this.#states.get()[kind];
    if (state.kind === 'on') state.track.stop();
  }

  #set(kind: DeviceKind, state: PreviewState): void {
    this.#states.set({ ...this.#states.get(), [kind]: state });
  }
}
