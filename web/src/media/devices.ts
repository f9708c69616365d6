// Cameras and microphones as the browser lists them, and opening one.
// https://www.w3.org/TR/mediacapture-streams/

import { Failure, deviceFailure } from '../errors';

export type DeviceKind = 'microphone' | 'camera';

export interface Device {
  readonly id: string;
  readonly label: string;
}

export type DeviceList = Readonly<Record<DeviceKind | 'speaker', readonly Device[]>>;

/** What livekit-client would ask for as well, so that the track can be published as it is. */
const camera: MediaTrackConstraints = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } };
const microphone: MediaTrackConstraints = { autoGainControl: true, echoCancellation: true, noiseSuppression: true };

/** Opens a device; undefined asks for the browser's default. Fails with a Failure of the device kind. */
export async function openDevice(kind: DeviceKind, deviceId: string | undefined): Promise<MediaStreamTrack> {
  const wish: MediaTrackConstraints = kind === 'camera' ? { ...camera } : { ...microphone };
  if (deviceId !== undefined) wish.deviceId = { exact: deviceId };
  try {
    const stream = await navigator.mediaDevices.getUserMedia(kind === 'camera' ? { video: wish } : { audio: wish });
    const track = stream.getTracks()[0];
    if (!track) throw new DOMException('no track', 'NotFoundError');
    return track;
  } catch (error) {
    throw new Failure(deviceFailure(error), error);
  }
}

/** The devices that have a name: before the first permission browsers hide names, and a nameless list helps nobody. */
export async function listDevices(): Promise<DeviceList> {
  const all = (await navigator.mediaDevices?.enumerateDevices().catch(() => [])) ?? [];
  const named = (kind: MediaDeviceKind): readonly Device[] =>
    all
      .filter((device) => device.kind === kind && device.label !== '' && device.deviceId !== 'communications')
      .map((device) => ({ id: device.deviceId, label: device.label }));
  return { microphone: named('audioinput'), camera: named('videoinput'), speaker: named('audiooutput') };
}
