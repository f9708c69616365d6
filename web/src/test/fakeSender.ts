// An RTCRtpSender and a MediaStreamTrack that only remember.

export interface FakeSender {
  readonly sender: RTCRtpSender;
  /** which encodings are active */
  readonly active: boolean[];
  /** the next replaceTrack fails with this */
  failNext: Error | undefined;
  /** Something other than the gate gives it a track. */
  set(track: MediaStreamTrack | null): void;
}

export function fakeTrack(id = 'track'): MediaStreamTrack {
  const track = {
    id,
    readyState: 'live',
    stop: () => {
      track.readyState = 'ended';
    },
    label: id,
    getConstraints: () => ({}),
    getSettings: () => ({ deviceId: id }),
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
  };
  return track as unknown as MediaStreamTrack;
}

export function fakeSender(track: MediaStreamTrack | null, layers = 1): FakeSender {
  const inner = { track, transport: { state: 'connected' } };
  const fake: FakeSender = {
    active: Array.from({ length: layers }, () => true),
    failNext: undefined,
    set: (next) => {
      inner.track = next;
    },
    sender: Object.assign(inner, {
      replaceTrack: async (next: MediaStreamTrack | null) => {
        const failure = fake.failNext;
        fake.failNext = undefined;
        if (failure) throw failure;
        inner.track = next;
      },
      getParameters: () => ({ encodings: fake.active.map((active) => ({ active })) }),
      setParameters: async (parameters: { readonly encodings: readonly { readonly active: boolean }[] }) => {
        parameters.encodings.forEach((encoding, index) => {
          fake.active[index] = encoding.active;
        });
      },
    }) as unknown as RTCRtpSender,
  };
  return fake;
}
