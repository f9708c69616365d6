// An RTCRtpSender and a MediaStreamTrack that only remember.

export interface FakeSender {
  readonly sender: RTCRtpSender;
  /** every track it was given, in order */
  readonly given: (MediaStreamTrack | null)[];
  /** the next replaceTrack fails with this */
  failNext: Error | undefined;
  set(track: MediaStreamTrack | null): void;
}

export function fakeTrack(id = 'track'): MediaStreamTrack {
  return { id, readyState: 'live', kind: 'audio', stop: () => undefined } as unknown as MediaStreamTrack;
}

export function fakeSender(track: MediaStreamTrack | null): FakeSender {
  const inner = { track, transport: { state: 'connected' } };
  const fake: FakeSender = {
    given: [],
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
        fake.given.push(next);
      },
    }) as unknown as RTCRtpSender,
  };
  return fake;
}
