// Which devices a call uses: switched by choice, and falling to the next one when a device goes away.

import { RoomEvent, Track, TrackEvent, type LocalTrack, type LocalTrackPublication, type Room } from 'livekit-client';

export type CallDevice = 'microphone' | 'camera' | 'speaker';
/** Devices that send. */
export type Input = Exclude<CallDevice, 'speaker'>;

export interface DeviceWatcher {
  /** A device went away and another one sends in its place. `label` is the browser's name for it. */
  replaced(device: Input, id: string | undefined, label: string): void;
  /** A device went away and nothing could take its place: nothing is sent. */
  lost(device: Input, error: unknown): void;
}

const kinds: Readonly<Record<CallDevice, MediaDeviceKind>> = { microphone: 'audioinput', camera: 'videoinput', speaker: 'audiooutput' };

/** Uses this device from now on. Rejects with getUserMedia's or setSinkId's error; an input then sends nothing. */
export async function switchDevice(room: Room, device: CallDevice, id: string): Promise<void> {
  await room.switchActiveDevice(kinds[device], id);
}

/** Watches everything that the Room publishes. */
export function watchDevices(room: Room, watcher: DeviceWatcher): void {
  room.on(RoomEvent.LocalTrackPublished, (publication: LocalTrackPublication | undefined) => {
    const track = publication?.track;
    const device = inputOf(publication?.source);
    if (track && device) track.on(TrackEvent.Ended, () => void recover(room, track, device, watcher));
  });
}

function inputOf(source: Track.Source | undefined): Input | undefined {
  if (source === Track.Source.Microphone) return 'microphone';
  return source === Track.Source.Camera ? 'camera' : undefined;
}

// livekit-client tries the default device by itself, and mutes when that fails too.
async function recover(room: Room, track: LocalTrack, device: Input, watcher: DeviceWatcher): Promise<void> {
  if (track.isMuted) return;
  await restartedOrMuted(track);
  try {
    if (track.isMuted) await useNext(room, track, device);
    const { label } = track.mediaStreamTrack;
    watcher.replaced(device, track.mediaStreamTrack.getSettings().deviceId, label);
  } catch (error) {
    watcher.lost(device, error);
  }
}

function restartedOrMuted(track: LocalTrack): Promise<void> {
  return new Promise((resolve) => {
    for (const event of [TrackEvent.Restarted, TrackEvent.Muted] as const) track.once(event, () => resolve());
  });
}

async function useNext(room: Room, track: LocalTrack, device: Input): Promise<void> {
  const all = await navigator.mediaDevices.enumerateDevices();
  const next = all.find(({ kind, deviceId }) => kind === kinds[device] && deviceId !== '');
  if (!next) throw new DOMException('no device is left', 'NotFoundError');
  await switchDevice(room, device, next.deviceId);
  await track.unmute();
}
