// In which manner this person sends: whether a shared screen is read or watched, and whether the microphone hears music.

import {
  AudioPresets, Track, VideoPreset,
  type AudioCaptureOptions, type LocalTrackPublication, type Room, type ScreenShareCaptureOptions, type TrackPublishOptions,
} from 'livekit-client';

export interface Manner {
  /** text: every letter sharp, few pictures a second. motion: many, and the picture may lose detail for it. */
  readonly screen: 'text' | 'motion';
  /** Stereo and a high bitrate, and nothing is taken for noise or echo. */
  readonly music: boolean;
}

export const usualManner: Manner = { screen: 'text', music: false };

// Each is sent in a second form too, for small tiles and for lines of 300 kbit/s, on which sound takes a third; never instead of
// the full one for those who see it large. A text stays as large in it and becomes sharp more slowly.
const screens = {
  text: {
    hint: 'detail', degradation: 'maintain-resolution', encoding: { maxBitrate: 2_500_000, maxFramerate: 8 },
    low: { width: 7680, height: 4320, maxBitrate: 110_000, maxFramerate: 3 },
  },
  motion: {
    hint: 'motion', degradation: 'maintain-framerate', encoding: { maxBitrate: 4_000_000, maxFramerate: 30 },
    low: { width: 640, height: 360, maxBitrate: 250_000, maxFramerate: 15 },
  },
} as const;

/** What is asked of the browser for a screen. Its sound is no voice: nothing is filtered out of it. */
export function screenCapture({ screen }: Manner): ScreenShareCaptureOptions {
  return {
    audio: { ...unfiltered },
    systemAudio: 'include',
    selfBrowserSurface: 'exclude',
    contentHint: screens[screen].hint,
  };
}

export function screenSending({ screen }: Manner): TrackPublishOptions {
  const { encoding, low, degradation } = screens[screen];
  return {
    screenShareEncoding: { ...encoding, priority: 'high' },
    screenShareSimulcastLayers: [new VideoPreset(low)],
    degradationPreference: degradation,
    audioPreset: screenSound[screen],
    dtx: screen === 'text',
    forceStereo: true,
  };
}

/** Beside a text sound is short and rare, and must leave room for voices on a thin line: two of them and this fill 300 kbit/s. */
const screenSound = { text: AudioPresets.musicStereo, motion: AudioPresets.musicHighQualityStereo } as const;

const unfiltered = { autoGainControl: false, echoCancellation: false, noiseSuppression: false, channelCount: 2 } as const;

/** undefined: as the Room has it by itself. */
export function microphoneCapture({ music }: Manner): AudioCaptureOptions | undefined {
  return music ? { ...unfiltered } : undefined;
}

export function microphoneSending({ music }: Manner): TrackPublishOptions | undefined {
  return music ? { audioPreset: AudioPresets.musicHighQualityStereo, dtx: false, forceStereo: true } : undefined;
}

/** Sends what is sent already in another manner. */
export async function changeManner(room: Room, before: Manner, now: Manner): Promise<void> {
  const of = (source: Track.Source) => room.localParticipant.getTrackPublication(source);
  if (now.screen !== before.screen) {
    await changeScreen(of(Track.Source.ScreenShare), now.screen);
    await changeScreenSound(of(Track.Source.ScreenShareAudio), now.screen);
  }
  if (now.music !== before.music) await changeMicrophone(room, of(Track.Source.Microphone), now);
}

async function changeScreen(publication: LocalTrackPublication | undefined, screen: Manner['screen']): Promise<void> {
  const { hint, encoding, low, degradation } = screens[screen];
  const track = publication?.videoTrack;
  if (!track?.sender) return;
  track.mediaStreamTrack.contentHint = hint;
  const parameters = track.sender.getParameters();
  parameters.degradationPreference = degradation;
  const [full, ...lower] = parameters.encodings.toReversed();
  if (full) Object.assign(full, encoding);
  const { width = 0, height = 0 } = track.mediaStreamTrack.getSettings();
  const { maxBitrate, maxFramerate } = low;
  const scaleResolutionDownBy = Math.max(1, Math.min(width, height) / low.height);
  for (const one of lower) Object.assign(one, { maxBitrate, maxFramerate, scaleResolutionDownBy });
  await track.sender.setParameters(parameters).catch(() => undefined);
}

async function changeScreenSound(publication: LocalTrackPublication | undefined, screen: Manner['screen']): Promise<void> {
  const sender = publication?.track?.sender;
  if (!sender) return;
  const parameters = sender.getParameters();
  for (const one of parameters.encodings) one.maxBitrate = screenSound[screen].maxBitrate;
  await sender.setParameters(parameters).catch(() => undefined);
}

// Stereo is negotiated, so the microphone is published anew.
async function changeMicrophone(room: Room, publication: LocalTrackPublication | undefined, now: Manner): Promise<void> {
  if (!publication?.track) return;
  const on = !publication.isMuted;
  await room.localParticipant.unpublishTrack(publication.track, true);
  if (on) await room.localParticipant.setMicrophoneEnabled(true, microphoneCapture(now), microphoneSending(now));
}
