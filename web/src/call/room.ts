// How this client sets livekit-client up. The only place that makes a Room, and that looks into one.

import { LoggerNames, Room, VideoPresets, getLogger, type ReconnectPolicy, type RoomConnectOptions } from 'livekit-client';
import type { Stat } from './figures';

// Its log would hold identities and candidates. setLogLevel would leave the level in the browser's storage.
for (const name of Object.values(LoggerNames)) getLogger(name).setLevel('silent', false);

/** Pauses before its attempts to resume (milliseconds); the last repeats until the limit, then the room is gone. */
const RESUME_PAUSES = [0, 300, 1000, 2000, 4000] as const;
const RESUME_LIMIT = 45_000;

// No jitter before the first attempt: its start is what tells this client that signalling is lost.
const reconnectPolicy: ReconnectPolicy = {
  nextRetryDelayInMs: ({ retryCount, elapsedMs }) =>
    elapsedMs > RESUME_LIMIT ? null : (RESUME_PAUSES[Math.min(retryCount, RESUME_PAUSES.length - 1)] ?? null),
};

export const connectOptions: RoomConnectOptions = {
  maxRetries: 0, // Media tries again by itself, with a fresh token
  websocketTimeout: 8000,
  peerConnectionTimeout: 12_000,
};

/** What the person chose; undefined: the browser's default. */
export interface DeviceChoice {
  readonly microphone: string | undefined;
  readonly camera: string | undefined;
  readonly speaker?: string | undefined;
}

export function newRoom(choice: DeviceChoice): Room {
  return new Room({
    adaptiveStream: true,
    dynacast: true,
    reconnectPolicy,
    publishDefaults: { red: true, dtx: true, simulcast: true, videoCodec: 'vp8', stopMicTrackOnMute: false },
    audioCaptureDefaults: {
      autoGainControl: true,
      echoCancellation: true,
      noiseSuppression: true,
      ...(choice.microphone === undefined ? {} : { deviceId: choice.microphone }),
    },
    videoCaptureDefaults: {
      resolution: VideoPresets.h720.resolution,
      ...(choice.camera === undefined ? {} : { deviceId: choice.camera }),
    },
    ...(choice.speaker === undefined ? {} : { audioOutput: { deviceId: choice.speaker } }),
  });
}

/** The statistics of a Room's connections: one question for each, however many tracks there are. */
export async function statsOf(room: Room): Promise<readonly Stat[]> {
  const { publisher, subscriber } = room.engine?.pcManager ?? {};
  const reports = await Promise.all([publisher?.getStats(), subscriber?.getStats()]);
  return reports.flatMap((report) => (report ? ([...report.values()] as Stat[]) : []));
}
