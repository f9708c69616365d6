// What happy-dom lacks of a browser.

export interface FakeDevices {
  /** getUserMedia fails with this */
  error: DOMException | undefined;
  readonly asked: MediaStreamConstraints[];
}

/** Gives the page cameras and microphones. */
export function installDevices(): FakeDevices {
  const devices: FakeDevices = { error: undefined, asked: [] };
  const mediaDevices = {
    getUserMedia: async (wish: MediaStreamConstraints) => {
      devices.asked.push(wish);
      if (devices.error) throw devices.error;
      const listeners: (() => void)[] = [];
      const track = {
        kind: wish.video ? 'video' : 'audio',
        readyState: 'live',
        stop: () => {
          track.readyState = 'ended';
        },
        addEventListener: (_: string, listener: () => void) => listeners.push(listener),
      };
      return { getTracks: () => [track] };
    },
    enumerateDevices: async () => [
      { kind: 'audioinput', deviceId: 'mic-1', label: 'Headset' },
      { kind: 'videoinput', deviceId: 'cam-1', label: 'Webcam' },
      { kind: 'videoinput', deviceId: 'cam-2', label: 'Document camera' },
    ],
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
    getDisplayMedia: () => Promise.reject(new DOMException('x', 'NotAllowedError')),
  };
  Object.defineProperty(navigator, 'mediaDevices', { value: mediaDevices, configurable: true });
  // happy-dom takes only MediaStreams of its own, whose tracks cannot be made up.
  Object.defineProperty(HTMLMediaElement.prototype, 'srcObject', { value: null, writable: true, configurable: true });
  Object.assign(window, { MediaStream: class {}, RTCPeerConnection: class {}, RTCRtpSender: class { replaceTrack() {} } });
  return devices;
}

/** Answers fetch by method and path; anything else fails as a dead network does. */
export function installServer(answers: Readonly<Record<string, { readonly status: number; readonly body: unknown }>>): string[] {
  const asked: string[] = [];
  globalThis.fetch = async (input: RequestInfo | URL, init?: RequestInit) => {
    const key = `${init?.method ?? 'GET'} ${String(input)}`;
    asked.push(`${key} ${String(init?.body ?? '')}`.trim());
    const answer = answers[key];
    if (!answer) throw new TypeError('network');
    return new Response(JSON.stringify(answer.body), { status: answer.status });
  };
  return asked;
}
