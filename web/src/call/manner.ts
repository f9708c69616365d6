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

const screens = {
  text: { hint: 'detail', encoding: { maxBitrate: 2_500_000, maxFramerate: 8 }, degradation: 'maintain-resolution' },
  motion: { hint: 'motion', encoding: { maxBitrate: 4_000_000, maxFramerate: 30 }, degradation: 'maintain-framerate' },
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

// One smaller size, for small tiles and lines that carry no more; never instead of the full one for those who see it large.
const smallScreen = (screen: Manner['screen']) =>
  new VideoPreset(960, 540, screens[screen].encoding.maxBitrate / 5, screens[screen].encoding.maxFramerate);

export function screenSending({ screen }: Manner): TrackPublishOptions {
  return {
    screenShareEncoding: { ...screens[screen].encoding, priority: 'high' },
    screenShareSimulcastLayers: [smallScreen(screen)],
    degradationPreference: screens[screen].degradation,
    audioPreset: AudioPresets.musicHighQualityStereo,
    dtx: false,
    forceStereo: true,
  };
}

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
  if (now.screen !== before.screen) await changeScreen(of(Track.Source.ScreenShare), now.screen);
  if (now.music !== before.music) await changeMicrophone(room, of(Track.Source.Microphone), now);
}

async function changeScreen(publication: LocalTrackPublication | undefined, screen: Manner['screen']): Promise<void> {
  const { hint, encoding, degradation } = screens[screen];
  const track = publication?.videoTrack;
  if (!track?.sender) return;
  track.mediaStreamTrack.contentHint = hint;
  const parameters = track.sender.getParameters();
  parameters.degradationPreference = degradation;
  parameters.encodings.forEach((one, index, all) => {
    one.maxFramerate = encoding.maxFramerate;
    one.maxBitrate = index === all.length - 1 ? encoding.maxBitrate : encoding.maxBitrate / 5;
  });
  await track.sender.setParameters(parameters).catch(() => undefined);
}

// Stereo is negotiated, so the microphone is published anew.
async function changeMicrophone(room: Room, publication: LocalTrackPublication | undefined, now: Manner): Promise<void> {
  if (!publication?.track) return;
  const on = !publication.isMuted;
  await room.localParticipant.unpublishTrack(publication.track, true);
  if (on) await room.localParticipant.setMicrophoneEnabled(true, microphoneCapture(now), microphoneSending(now));
}
